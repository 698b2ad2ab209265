"""How 小福 converses: all that the Rasa server loads."""
