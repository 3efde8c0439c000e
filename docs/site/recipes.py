"""A page for each recipe, made of the registry, docstrings and `docs/recipes.csv`; and the gallery of all."""

import functools
import inspect
import itertools
import re

from docs import family, readmes
from docs.runs import rows
from docs.site.links import ROOT, key
from keras_gans.recipes import RECIPES
from keras_gans.recipes.registry import CHAPTERS

HERE = "docs/recipes.csv"  # from which links in its cells lead
SECTION = r"^ *{}:\n(.*?)(?=^ *[A-Z][a-z ]+:$|\Z)"


def mistakes():
    """The sections of docs/known-bugs.md: a dict from the names of their figures to their headings."""
    page = (ROOT / "docs/known-bugs.md").read_text(encoding="utf-8")
    found = {}
    for section in page.split("\n## ")[1:]:
        found |= dict.fromkeys(re.findall(r"assets/bugs/(\w+)\.png", section), section.splitlines()[0])
    return found


def section(thing, name):
    """A section of a docstring, its lines without their indentation; "" if there is none."""
    found = re.search(SECTION.format(name), inspect.getdoc(thing) or "", re.MULTILINE | re.DOTALL)
    return inspect.cleandoc("\n" + found[1]) if found else ""


def lectures(name):
    """Lectures to which README says that a recipe belongs: tuples of number, title and path."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return [row[:3] for row in readmes.ROW.findall(readme) if f"`{name}`" in row[3]]


def picture(name, row):
    """The film or figure of a recipe: its own, its short run's, or its lecture's; a place in the repository."""
    if row["picture"]:
        return f"assets/{row['picture']}"
    film = f"assets/runs/{name}.gif"
    if (ROOT / film).exists():
        return film
    chapter = CHAPTERS[RECIPES[name].chapter]
    return next(f"assets/lectures/{path.name}" for path in (ROOT / "assets/lectures").glob(f"{chapter}_*.png"))


@functools.cache
def short_runs():
    """The rows of docs/runs.csv, by recipes."""
    return rows("runs.csv")


def short_run(name, row):
    """The short run of a recipe, as docs/runs.py made it: what is to be seen, film and curves; [] where none is."""
    run = short_runs()[name]
    if not run["seen"]:
        return []
    film, curves = (f"assets/runs/{name}.{suffix}" for suffix in ("gif", "png"))
    shown = [f"![Curves of the run](../{curves})"]
    if (ROOT / film).exists() and film != picture(name, row):
        shown.insert(0, f"![Film of the run](../{film})")
    took = f"It took {run['seconds']} seconds of one core, beside the start of Python and Keras."
    command = f"```sh\n{run['command']}\n```"
    return ["## A short run", "", command, "", f"{run['seen']} {took}", "", "{.run}", " ".join(shown), ""]


def measured(name):
    """Pages with figures of a recipe: tuples of title and path."""
    named = re.compile(rf"(?<![\w.-]){name}(?![\w.])")
    found = [(path, text) for path, text in results() if named.search(text)]
    return [(text.splitlines()[0].removeprefix("# "), path.relative_to(ROOT).as_posix()) for path, text in found]


@functools.cache
def results():
    """The pages of figures: tuples of path and text."""
    paths = [ROOT / "docs/slides-numbers.md", *sorted((ROOT / "benchmarks/results").glob("*.md"))]
    return [(path, path.read_text(encoding="utf-8")) for path in paths]


def relatives(name):
    """What a recipe descends from and what descends from it, in sentences, as docs/family.csv has it."""
    table = family.table()
    own = next(row for row in table if row["recipe"] == name)
    said = [f"- from {link(parent)}: {own['change']}" for parent in own["parents"][:1]]
    said += [f"- a part of it from {link(parent)}" for parent in own["parents"][1:]]
    said += [f"- to {link(row['recipe'])}: {row['change']}" for row in table if name in row["parents"]]
    return said


def link(name):
    """A link to the page of a recipe."""
    return f"[`{name}`](/recipes/{name}.md)"


def constants(recipe):
    """The arguments of a recipe and what each is if nobody says otherwise, as rows of a table."""
    plain = [p for p in inspect.signature(recipe.build).parameters.values() if p.kind is not p.VAR_KEYWORD]
    return ["| argument | by default |", "|---|---|", *(f"| `{p.name}` | `{p.default!r}` |" for p in plain)]


def page(name, row, logs, known):
    """The page of a recipe, in Markdown, with links as from docs/recipes.csv."""
    recipe, game = RECIPES[name], RECIPES[name].game
    title, _, words = recipe.summary.partition(": ")
    taught = "; ".join(f"[{number} {lecture}](../{path})" for number, lecture, path in lectures(name))
    parts = [
        f"# {title}",
        "",
        f"`{name}`: {words}",
        "",
        f"![{title}](../{picture(name, row)})",
        "",
        f"| paper | [{recipe.paper}]({recipe.address}) |",
        "|---|---|",
        f"| lecture | {taught} |",
        f"| game | `models.{game.__name__}` |",
        f"| learns from | {recipe.data} |",
        f"| batch | {recipe.batches} |",
        "",
        "## Train it",
        "",
        f"```sh\n{row['command']}\n```",
        "",
        f"`recipes.{name}` builds and compiles it in Python; any constant is an argument.",
        "",
        *short_run(name, row),
        "## The game",
        "",
        f"```text\n{section(game, 'Formula')}\n```",
        "",
        "## What it logs, and what is well",
        "",
        "| log | what it is | when it goes well |",
        "|---|---|---|",
        *(f"| `{log}` | {logs[log]['meaning']} | {logs[log]['well']} |" for log in row["logs"].split()),
        "",
        row["well"],
        "",
        "## Constants and deviations",
        "",
        *constants(recipe),
        "",
        section(recipe.build, "Deviations"),
        "",
        section(recipe.build, "Reference"),
        "",
    ]
    if found := measured(name):
        parts += [
            "## Measured, beside what is published",
            "",
            *(f"- [{title}](../{path})" for title, path in found),
            "",
        ]
    if row["mistakes"]:
        wrong = [f"- [{known[bug]}](known-bugs.md#{key(known[bug])})" for bug in row["mistakes"].split()]
        parts += ["## Famous mistakes", "", *wrong, ""]
    parts += ["## Where it comes from, and what came of it", "", *relatives(name), ""]
    return "\n".join([*parts, "## What to try next", "", row["next"], ""])


def pages(links, words):
    """The pages of all recipes and their gallery: a dict from files to texts.

    Args:
        links: `links.Links`.
        words: dict of the words of made pages in a language.

    Raises:
        KeyError: if a recipe has no row in docs/recipes.csv, or a log none in docs/logs.csv.
    """
    table, logs, known = rows("recipes.csv"), rows("logs.csv"), mistakes()
    made = {
        f"recipes/{name}.md": links.led(page(name, table[name], logs, known), HERE, f"recipes/{name}")
        for name in RECIPES
    }
    parts = [f"# {words['Recipes']}", "", words["about recipes"], ""]
    for chapter, names in itertools.groupby(RECIPES, lambda name: RECIPES[name].chapter):
        parts += [f"## {chapter}", "", "{.cards}", *(card(name, table[name]) for name in names), ""]
    listed = "\n".join(["```{toctree}", ":hidden:", "", *RECIPES, "```", ""])
    return made | {"recipes/index.md": links.led("\n".join(parts), HERE, "recipes/index") + listed}


def card(name, row):
    """A recipe in the gallery."""
    title, _, words = RECIPES[name].summary.partition(": ")
    return f"- [![{title}](../{picture(name, row)})](/recipes/{name}.md)\n\n  {link(name)} {words}\n"
