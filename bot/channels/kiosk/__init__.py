"""The kiosk: a page served at `/` and its chat over a WebSocket (docs/protocol.md)."""
