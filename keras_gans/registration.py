"""Lets Keras know the classes of saved models once both are imported, in either order, without importing Keras.

Keras finds a class by the name under which it was registered, which its module does when it is imported.
"""

import contextlib
import importlib
import sys

ROOMS = ("layers", "losses", "models", "regularizers", "schedules")  # where classes are registered


def register_with_keras():
    """Imports the rooms with classes now, if Keras is imported; else right after the import that imports Keras."""
    if "keras" in sys.modules:
        _import_rooms()
    else:
        sys.meta_path.insert(0, _Watcher())


def _import_rooms():
    with contextlib.suppress(ImportError):  # a room says so when it is used, e.g. that this backend is not ours
        for room in ROOMS:
            importlib.import_module(f"keras_gans.{room}")


class _Watcher:
    """Finds Keras and our own modules as others do, and hears when they have been executed.

    A room that imports Keras is not complete at that moment. So it acts when no such import is under way any more.
    """

    def __init__(self):
        self.under_way = 0

    def find_spec(self, name, path=None, target=None):
        if name != "keras" and not name.startswith("keras_gans."):
            return None
        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader, self)
        return spec

    @contextlib.contextmanager
    def executing(self):
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
        if not self.under_way and "keras" in sys.modules and self in sys.meta_path:
            sys.meta_path.remove(self)
            _import_rooms()


class _Loader:
    """Executes a module by its own loader, which the module keeps, within the watcher's hearing."""

    def __init__(self, loader, watcher):
        self.loader, self.watcher = loader, watcher

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        with self.watcher.executing():
            self.loader.exec_module(module)
