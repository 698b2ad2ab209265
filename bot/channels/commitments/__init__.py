"""The page where a citizen reads the notice of a 信用承诺, and accepts, withdraws or objects."""
