"""What 小福 does in a turn: a thin module per kind of request."""
