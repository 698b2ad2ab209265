"""The staff's pages, in which 小福's knowledge is kept right: a Sanic app of its own."""
