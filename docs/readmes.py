"""Writes the list of lectures into docs/README.ru.md and docs/README.zh.md, from README's: `python docs/readmes.py`."""

import csv
import pathlib
import re

HERE = pathlib.Path(__file__).parent
README = HERE.parent / "README.md"
HEADS = {"ru": "| лекция | по-английски | рецепты |", "zh": "| 讲义 | 英文标题 | 配方 |"}
LANGUAGES = {"ru": "russian", "zh": "chinese"}
ROW = re.compile(r"^\| \[(\d\d) (.+?)\]\((notebooks/\S+?)\)<br>[^|]*\|([^|]*)\|", re.MULTILINE)
LIST = re.compile(r"(<!-- lectures: .*? -->\n).*?(<!-- end of lectures -->)", re.DOTALL)


def titles():
    """docs/lectures.csv: a dict from a lecture's number to its titles in Russian and Chinese."""
    with (HERE / "lectures.csv").open(encoding="utf-8", newline="") as file:
        return {row["lecture"]: row for row in csv.DictReader(file)}


def lectures(language):
    """The list of lectures in a language, a table in Markdown."""
    rows = []
    for number, title, lecture, cell in ROW.findall(README.read_text(encoding="utf-8")):
        recipes = " ".join(re.findall(r"`\w+`", cell))
        rows.append(f"| [{number} · {titles()[number][LANGUAGES[language]]}](../{lecture}) | {title} | {recipes} |")
    return "\n".join([HEADS[language], "|---|---|---|", *rows, ""])


def path(language):
    """Where the page of a language lies."""
    return HERE / f"README.{language}.md"


def page(language):
    """The page of a language with its list of lectures made anew."""
    return LIST.sub(lambda found: found[1] + lectures(language) + found[2], path(language).read_text(encoding="utf-8"))


if __name__ == "__main__":
    for language in HEADS:
        path(language).write_text(page(language), encoding="utf-8")
