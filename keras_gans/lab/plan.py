"""Calls that can be run and shown: what the laboratory builds, and the Python that builds the same, are one thing."""

import dataclasses
import importlib
import textwrap
from typing import Any

import numpy as np

LIBRARIES = {"keras": "keras", "np": "numpy"}  # names of code -> what they import; all others are rooms of ours
WIDTH = 100  # columns of the code


@dataclasses.dataclass(frozen=True, eq=False)
class Name:
    """A thing of a library by its dotted name, e.g. `keras.ops.erf`."""

    name: str

    def run(self):
        """Finds the thing itself."""
        first, *rest = self.name.split(".")
        thing = importlib.import_module(LIBRARIES.get(first) or f"keras_gans.{first}")
        for part in rest:
            thing = getattr(thing, part)
        return thing

    def __str__(self):
        return self.name


@dataclasses.dataclass(frozen=True, eq=False)
class Call:
    """A call of something with a dotted name, with plain values, lists, and other calls as arguments.

    Args:
        name: string, e.g. "recipes.nsgan".
        args: tuple of its positional arguments.
        kwargs: dict of its named ones.
    """

    name: str
    args: tuple = ()
    kwargs: dict[str, Any] = dataclasses.field(default_factory=dict)

    def run(self):
        """Makes the call, those inside it first."""
        return Name(self.name).run()(*map(_run, self.args), **{key: _run(value) for key, value in self.kwargs.items()})

    def __str__(self):
        words = [*map(_words, self.args), *(f"{key}={_words(value)}" for key, value in self.kwargs.items())]
        line = f"{self.name}({', '.join(words)})"
        if len(line) <= WIDTH and "\n" not in line:
            return line
        return f"{self.name}(\n" + "".join(textwrap.indent(word, "    ") + ",\n" for word in words) + ")"


def call(name, /, *args, **kwargs):
    """Makes a `Call`."""
    return Call(name, args, kwargs)


def names(thing):
    """The first words of all dotted names in a call: what code with it has to import."""
    if isinstance(thing, Name):
        return {thing.name.split(".")[0]}
    if isinstance(thing, Call):
        found = [thing.name.split(".")[0]]
        return set(found).union(*(names(value) for value in (*thing.args, *thing.kwargs.values())))
    return set().union(*map(names, thing)) if isinstance(thing, (list, tuple)) else set()


def _run(value):
    if isinstance(value, (Call, Name)):
        return value.run()
    return type(value)(map(_run, value)) if isinstance(value, (list, tuple)) else value


def _words(value):
    if isinstance(value, (Call, Name)):
        return str(value)
    if isinstance(value, np.ndarray):
        rows = textwrap.wrap(", ".join(f"({x:g}, {y:g})" for x, y in value), WIDTH - 8)
        return "[\n" + textwrap.indent("\n".join(rows), "    ") + "\n]"
    if isinstance(value, list):
        return f"[{', '.join(map(_words, value))}]"
    return repr(value)
