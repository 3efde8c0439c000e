"""The reference of the package: a page for each room, and docstrings brought into the form that Sphinx reads."""

import importlib
import inspect
import re
import textwrap

from keras_gans.registry import Registry

ROOMS = (
    "models",
    "recipes",
    "networks",
    "layers",
    "losses",
    "regularizers",
    "schedules",
    "callbacks",
    "metrics",
    "explore",
    "data",
    "training",
    "theory",
    "latents",
    "pyramid",
    "visualization",
    "experiments",
    "report",
)
SECTIONS = ("Deviations", "Reference", ("Call arguments", "params_style"))  # those that napoleon does not know
BLOCK = re.compile(  # what stands as it is: code between fences, and the lines of a formula
    r"^(?:(?P<example> *)Example:\n)?(?P<fence> *)```python\n(?P<code>.*?)^ *```$"
    r"|^(?P<indent> *)Formula:\n(?P<formula>(?:(?P=indent) +\S[^\n]*\n?|\n(?=(?P=indent) +\S))+)",
    re.MULTILINE | re.DOTALL,
)


def public(module):
    """What a module names in its `__all__`, or else defines: a dict from names to objects."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [name for name, found in vars(module).items() if getattr(found, "__module__", "") == module.__name__]
    return {name: getattr(module, name) for name in names if not name.startswith("_")}


def modules():
    """The modules that are documented: a dict from their names within the package to them."""
    found = {}
    for room in ROOMS:
        module = importlib.import_module(f"keras_gans.{room}")
        found[room] = module
        inner = {name: thing for name, thing in public(module).items() if inspect.ismodule(thing)}
        found |= {f"{room}.{name}": thing for name, thing in inner.items()}
    return found


def names():
    """Names of the package that the reference has, such as "losses.GANLoss"; modules too."""
    found = []
    for name, module in modules().items():
        found += [
            name,
            *(f"{name}.{inner}" for inner, thing in public(module).items() if directive(thing, name.split(".")[0])),
        ]
    return [name for name in found if "." in name]


def directive(thing, room):
    """What Sphinx calls a thing of a room: "class", "exception" or "function"; None for others' and for the rest."""
    if inspect.isclass(thing):
        home = thing.__module__.split(".")
        elsewhere = home[0] == "keras_gans" and home[1] in ROOMS and home[1] != room
        if elsewhere and thing.__name__ in public(importlib.import_module(f"keras_gans.{home[1]}")):
            return None
        return "exception" if issubclass(thing, BaseException) else "class"
    return "function" if callable(thing) and not isinstance(thing, Registry) else None


def pages(words, whole=True):
    """The pages of the reference: a dict from files to texts.

    Args:
        words: dict of the words of made pages in a language.
        whole: whether docstrings are read, or else only the names stand there.
    """
    documented, made = modules(), {}
    for room in ROOMS:
        inside = [name for name in documented if name == room or name.startswith(f"{room}.")]
        made[f"api/{room}.rst"] = "\n".join(section(name, documented[name], whole) for name in inside)
    head = f"{words['API']}\n{'=' * 20}\n\n{words['about API']}\n\n"
    rows = [f"   * - :doc:`{room}`\n     - {plain(first_line(documented[room]))}\n" for room in ROOMS]
    table = ".. list-table::\n   :widths: 20 80\n\n" + "".join(rows)
    made["api/index.rst"] = f"{head}{table}\n.. toctree::\n   :hidden:\n\n" + "".join(f"   {room}\n" for room in ROOMS)
    return made


def first_line(module):
    """The first line of a module's docstring."""
    return inspect.getdoc(module).splitlines()[0]


def section(name, module, whole):
    """The reference of a module, in reStructuredText."""
    title, path = f"keras_gans.{name}", f"keras_gans.{name}"
    parts = [title, ("-" if "." in name else "=") * len(title), "", f".. module:: {path}", "", *prose(module)]
    for inner, thing in public(module).items():
        if isinstance(thing, Registry):
            keys = ", ".join(f"``{key}``" for key in thing)
            parts += [f".. py:data:: {path}.{inner}", "", f"   A registry of names: {keys}.", ""]
        elif kind := directive(thing, name.split(".")[0]):
            where = f".. auto{kind}:: {path}.{inner}" if whole else f".. py:{kind}:: {path}.{inner}"
            parts += [where, *(["   :members:"] if whole and kind != "function" else []), ""]
    return "\n".join([*parts, ""])


def prose(module):
    """A module's docstring, in reStructuredText."""
    return [*prepared(inspect.getdoc(module)).splitlines(), ""]


def plain(text):
    """Prose whose code is reStructuredText's, and in which nothing else means anything to it."""
    pieces = re.split(r"`([^`]+)`", text)
    pieces[::2] = [re.sub(r"[*|\\]|(?<=\w)_(?!\w)", lambda found: "\\" + found[0], piece) for piece in pieces[::2]]
    apart = ["\\ " if re.match(r"\w", piece) else "" for piece in pieces[2::2]]  # as in the plural of a class
    pieces[1::2] = [f"``{piece}``{space}" for piece, space in zip(pieces[1::2], apart)]
    return "".join(pieces)


def prepared(text):
    """A docstring, ready for napoleon: code is code, formulas and examples are blocks."""

    def block(found):
        name, indent = ("", found["fence"]) if found["code"] else ("Formula", found["indent"])
        if found["example"] is not None:
            name, indent = "Example", found["example"]
        head = f"{indent}.. rubric:: {name}\n\n" if name else ""
        lines = textwrap.indent(textwrap.dedent(found["code"] or found["formula"]), f"{indent}   ")
        return f"{head}{indent}.. code-block:: {'python' if found['code'] else 'text'}\n\n{lines.rstrip()}\n\n"

    made, last = [], 0
    for found in BLOCK.finditer(text):
        made += [plain(text[last : found.start()]), block(found)]
        last = found.end()
    return "".join([*made, plain(text[last:])])


def before_napoleon(app, what, name, thing, options, lines):
    """Prepares a docstring, for Sphinx' event of that name."""
    lines[:] = prepared("\n".join(lines)).split("\n")


def after_napoleon(app, what, name, thing, options, lines):
    """Gives properties back what napoleon takes for their type: all that stands before a colon."""
    if what == "property":
        lines[:] = [*prepared(inspect.getdoc(thing) or "").splitlines(), ""]
