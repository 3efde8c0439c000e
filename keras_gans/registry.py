"""Names that a user may type, each kept in one place, and the answer to a name that is not among them."""

import difflib


class Registry(dict):
    """A dictionary of named things that answers an unknown name with the nearest one.

    Args:
        kind: what the names stand for, in the singular ("recipe", "loss").
    """

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def __missing__(self, name):
        known = {key.lower(): key for key in self}
        close = difflib.get_close_matches(str(name).lower(), known, n=1)
        hint = f" Did you mean {known[close[0]]!r}?" if close else ""
        raise ValueError(f"Unknown {self.kind}.{hint} Expected one of: {', '.join(sorted(self))}. Received: {name!r}.")

    def register(self, function_or_class, name=None):
        """Adds a function or class under its own name (or `name`) and returns it, so that it serves as a decorator."""
        self[name or function_or_class.__name__] = function_or_class
        return function_or_class
