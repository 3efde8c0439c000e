"""Which value of a picture is white, as users say it."""

import numbers


def check_white(white):
    """Refuses a white that is no positive number (raises ValueError)."""
    if white is not None and (isinstance(white, bool) or not isinstance(white, numbers.Real) or not white > 0):
        raise ValueError(f"Expected white to be a positive number or None. Received: {white!r}.")


def whites_of(white, parts):
    """Takes apart what `white` says of each of several parts, a tuple; raises a ValueError if it does not fit."""
    whites = tuple(white) if isinstance(white, (tuple, list)) else (white,) * parts
    if len(whites) != parts:
        raise ValueError(f"Expected white as a number, or as {parts}, one for each part. Received: {white!r}.")
    for some in whites:
        check_white(some)
    return whites


def read_white(words):
    """Reads white as the command line takes it, e.g. "4095", or "33,255" for two parts.

    Args:
        words: None, or string.

    Returns:
        None, float, or tuple of floats.

    Raises:
        ValueError: if these are no positive numbers.
    """
    if words is None:
        return None
    try:
        found = tuple(float(word) for word in words.split(","))
        whites_of(found, len(found))
    except ValueError:
        raise ValueError(
            f"Expected white as a positive number, or as two with a comma between them. Received: {words!r}."
        ) from None
    return found if len(found) > 1 else found[0]
