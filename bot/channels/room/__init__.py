"""The room: a page at `/room/` where a citizen and an officer meet by video (docs/protocol.md)."""
