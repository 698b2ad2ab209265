"""Video sessions: when they are, who has one. Knows no Rasa and no Sanic; a matter is an id."""
