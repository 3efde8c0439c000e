"""Lectures in other languages: message catalogues (gettext), one for each lecture and language, by cells of text.

    python docs/catalogues.py                                    how much is translated
    python docs/catalogues.py draft 01_the_game > draft.md       its cells of text, one below the other
    python docs/catalogues.py take ru 01_the_game draft.md       the draft, translated, into its catalogue
    python docs/catalogues.py write ru lectures.ru               the lectures in Russian, to be opened in Jupyter

A cell is the message: where its English changed since, its translation is left out, and readers get the English. A
draft is taken whole or not at all: formulas, code, links and headings of a cell are the same in each language.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

from babel.messages import Catalog, pofile

HERE = pathlib.Path(__file__).parent
LECTURES = HERE.parent / "notebooks"
LANGUAGES = ("ru", "zh")
RULE = "%%%%%% cell {}\n"
PARTS = {  # what a translation leaves as it is, each by its pattern; found one after the other and cut out
    "block of code": re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL),
    "formula in a line of its own": re.compile(r"\$\$.*?\$\$", re.DOTALL),
    "code": re.compile(r"`[^`]+`"),
    "formula": re.compile(r"\$[^$]+\$"),
    "address": re.compile(r"\]\(([^)\s]+)\)"),
    "heading": re.compile(r"^#+ ", re.MULTILINE),
}


def cells(name):
    """The cells of text of a lecture, strings of Markdown."""
    return texts(LECTURES / f"{name}.ipynb")


def texts(path):
    """The cells of text of a notebook, strings of Markdown."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def path(language, name):
    """Where the catalogue of a lecture lies."""
    return HERE / "locale" / language / "lectures" / f"{name}.po"


def read(language, name):
    """What is translated of a lecture: a dict from English cells to others."""
    if not path(language, name).exists():
        return {}
    with path(language, name).open("rb") as file:
        return {message.id: message.string for message in pofile.read_po(file, locale=language) if message.id}


def translated(notebook, catalogue):
    """A notebook, as JSON holds it, with its cells of text as a catalogue has them, and how many fell back.

    Returns:
        tuple of the notebook and an int, the cells of text that stay English.
    """
    cells = [dict(cell) for cell in notebook["cells"]]
    texts = [cell for cell in cells if cell["cell_type"] == "markdown"]
    fallen = 0
    for cell in texts:
        other = catalogue.get("".join(cell["source"]))
        fallen += not other
        cell["source"] = other or cell["source"]
    return {**notebook, "cells": cells}, fallen


def differences(english, other):
    """What a translation has and its English has not, or the other way round: a list of sentences."""
    found = []
    for name, pattern in PARTS.items():
        one, two = (collections.Counter(pattern.findall(text)) for text in (english, other))
        found += [f"{name} left out: {part!r}" for part in (one - two).elements()]
        found += [f"{name} added: {part!r}" for part in (two - one).elements()]
        english, other = (pattern.sub(" ", text) for text in (english, other))
    return found


def draft(name):
    """The cells of text of a lecture as one text, each below its rule."""
    return "".join(f"{RULE.format(number)}{cell.rstrip()}\n\n" for number, cell in enumerate(cells(name)))


def take(language, name, text):
    """Writes a translated draft into the catalogue of a lecture, with the translations that it has already.

    Args:
        language: str.
        name: str, of the lecture.
        text: str, some or all cells, each below the rule of its number.

    Raises:
        ValueError: if a cell is unknown, or differs in more than its words.
    """
    english, known, wrong = cells(name), read(language, name), []
    _, *found = re.split(r"^%%%%%% cell (\d+)\n", text, flags=re.MULTILINE)
    for number, other in zip(map(int, found[::2]), found[1::2]):
        if number >= len(english):
            wrong.append(f"cell {number}: the lecture has {len(english)}")
            continue
        wrong += [f"cell {number}: {difference}" for difference in differences(english[number], other)]
        known[english[number]] = other.strip("\n")
    if wrong:
        raise ValueError("\n".join(wrong))
    catalogue = Catalog(locale=language, project="keras_gans", header_comment="# The text of a lecture.")
    for cell in english:
        catalogue.add(cell, known.get(cell, ""))
    path(language, name).parent.mkdir(parents=True, exist_ok=True)
    with path(language, name).open("wb") as file:
        pofile.write_po(file, catalogue, width=0, omit_header=True)


def names():
    """The lectures that there are in other languages: all, and the answers to the exam."""
    return [*sorted(path.stem for path in LECTURES.glob("*.ipynb")), "solutions/99_exam"]


def counts(language):
    """A dict from lectures to how many cells of text are translated, and how many there are."""
    found = {}
    for name in names():
        known, texts = read(language, name), cells(name)
        found[name] = sum(bool(known.get(cell)) for cell in texts), len(texts)
    return found


def write(language, folder):
    """Writes the lectures as notebooks in a language.

    Args:
        language: str.
        folder: `pathlib.Path`, beside notebooks/, so that what the text links to is found.

    Returns:
        int, how many cells of text stay English.
    """
    fallen = 0
    for name in names():
        english = json.loads((LECTURES / f"{name}.ipynb").read_text(encoding="utf-8"))
        notebook, few = translated(english, read(language, name))
        path = folder / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        fallen += few
    return fallen


def main():
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command")
    one = commands.add_parser("draft", help="print a lecture's cells of text")
    one.add_argument("name")
    one = commands.add_parser("take", help="put a translated draft into its catalogue")
    one.add_argument("language", choices=LANGUAGES)
    one.add_argument("name")
    one.add_argument("draft", type=pathlib.Path)
    one = commands.add_parser("write", help="write the lectures in a language, as notebooks")
    one.add_argument("language", choices=LANGUAGES)
    one.add_argument("folder", type=pathlib.Path, help="a new folder beside notebooks/, for links to be found")
    arguments = parser.parse_args()
    if arguments.command == "write":
        print(f"{write(arguments.language, arguments.folder)} cells of text stay English.")
    elif arguments.command == "draft":
        print(draft(arguments.name), end="")
    elif arguments.command == "take":
        try:
            take(arguments.language, arguments.name, arguments.draft.read_text(encoding="utf-8"))
        except ValueError as error:
            sys.exit(str(error))
    else:
        for language in LANGUAGES:
            found = counts(language)
            done, all_ = map(sum, zip(*found.values()))
            print(f"{language}: {done} of {all_} cells; not whole: ", end="")
            print(", ".join(name for name, (some, many) in found.items() if some < many) or "none")


if __name__ == "__main__":
    main()
