"""Where citizens meet 小福: a channel is its Sanic blueprint and, for the kiosk, its page."""
