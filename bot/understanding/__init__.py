"""NLU graph components: what a citizen's words mean."""
