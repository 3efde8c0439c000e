"""What layers ask of an engine, on Keras' backends on which nothing of ours trains: one device sees all rows."""


def all_rows(x):
    """The rows of all replicas: of the one that there is."""
    return x


def own_rows(x, rows):
    """The rows of this replica out of those of all: all of them."""
    return x


def replica_rows(draw, rows):
    """Draws the rows of this replica, by a function of their number."""
    return draw(rows)
