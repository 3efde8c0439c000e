"""What the files of recipes say of themselves, read without importing them: to list recipes takes no Keras."""

import ast
import pathlib

FOLDER = pathlib.Path(__file__).parents[1] / "recipes"


def recipes():
    """Reads what the registry of recipes holds once they are imported.

    Returns:
        list of tuples (name, summary, paper, arXiv number), in the order of the registry.
    """
    files = sorted(FOLDER.glob("*.py"), key=lambda path: path.stem)
    statements = [node for path in files for node in ast.parse(path.read_text(encoding="utf-8")).body]
    (chapters,) = (ast.literal_eval(node.value) for node in statements if _assigns(node, "CHAPTERS"))
    order = list(chapters)
    found = [(node, facts) for node in statements for facts in _facts(node)]
    found.sort(key=lambda item: order.index(item[1]["chapter"]))
    return [(node.name, ast.get_docstring(node).splitlines()[0], f["paper"], f["arxiv"]) for node, f in found]


def _assigns(node, name):
    return isinstance(node, ast.Assign) and [getattr(target, "id", None) for target in node.targets] == [name]


def _facts(node):
    """The arguments of the decorator `recipe` of a function, in a list; the list is empty without it."""
    calls = [d for d in getattr(node, "decorator_list", ()) if isinstance(d, ast.Call)]
    return [
        {key.arg: key.value.value for key in call.keywords if isinstance(key.value, ast.Constant)}
        for call in calls
        if getattr(call.func, "id", None) == "recipe"
    ]
