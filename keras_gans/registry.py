"""Names that a user may type, each kept in one place: what a room exports, and the answer to an unknown name."""

import difflib
import importlib
import pkgutil
import sys


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


def modules(package, without=()):
    """Imports the modules of a package in the order of their names, so that what they register is registered.

    Args:
        package: string, the package's name.
        without: names of modules that are left out.

    Returns:
        dict of a module's name inside the package -> the module.
    """
    found = sorted(info.name for info in pkgutil.iter_modules(sys.modules[package].__path__))
    return {name: importlib.import_module(f"{package}.{name}") for name in found if name not in without}


def export(package, without=()):
    """Puts what the modules of a package name in their `__all__` into the package; a module without one is its own.

    Args:
        package: string, the package's name; its `__init__` calls this.
        without: names of modules that are left out.

    Returns:
        list of the names, sorted, for the package's `__all__`.
    """
    found = [(module, name) for module in modules(package, without).values() for name in getattr(module, "__all__", ())]
    vars(sys.modules[package]).update({name: getattr(module, name) for module, name in found})
    return sorted(name for _, name in found)
