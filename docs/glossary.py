"""Writes docs/glossary.md from docs/glossary.csv: `python docs/glossary.py`."""

import csv
import pathlib

HERE = pathlib.Path(__file__).parent
PAGE = HERE / "glossary.md"
HEAD = """# Glossary: English, Русский, 中文

The words of the lectures, here and in the [five courses](../README.md#the-courses-behind-it). A letter says \
whose very words they are: (A) and (B) of the Russian courses, (C) of the Chinese slides, (D) of the English \
ones, (E) of the Chinese notes, in the order of the [map](slides.md). A, C and E have many of their terms in \
English, and of the Chinese of E our copy keeps nothing. The other words are those that are usual in each \
language.

Made from [glossary.csv](glossary.csv) by `python docs/glossary.py`.

| English | Русский | 中文 | what it is |
|---|---|---|---|
"""


def terms():
    """The rows of docs/glossary.csv: dicts of english, russian, chinese and definition."""
    with (HERE / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page():
    """The page, in Markdown."""
    return HEAD + "".join(f"| {' | '.join(term.values())} |\n" for term in terms())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
