"""What 小福 knows: entries, matters, statutes and how to find them. Knows no Rasa and no Sanic."""
