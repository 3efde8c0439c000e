"""Writes the pages of the site in one language: files of the repository, and what is made of the registry.

A page has the text of its file, with links as `links.py` leads them. A lecture has its text as the catalogue of the
language has it, and its code and outputs as they are committed. All other pages are in English.
"""

import csv
import html
import json
import pathlib
import re

from docs import catalogues, glossary, readmes
from docs.site import api, recipes
from docs.site.links import ROOT, Links, texts
from keras_gans.lab import scenes

HERE = pathlib.Path(__file__).parent
OTHERS = {"ru": "ru", "zh_CN": "zh"}  # Sphinx's name of a language -> ours
REFERENCE = {  # pages of the last door, in their order
    "README.md": "overview",
    "docs/slides.md": "slides",
    "docs/slides-numbers.md": "slides-numbers",
    "docs/glossary.md": "glossary",
    "docs/known-bugs.md": "known-bugs",
    "docs/promises.md": "promises",
    "docs/keras.md": "keras",
    "benchmarks/README.md": "benchmarks/index",
    "assets/models/README.md": "models",
    "assets/README.md": "pictures",
    "CHANGELOG.md": "changelog",
    "CONTRIBUTING.md": "contributing",
    "docs/style.md": "style",
    "CODE_OF_CONDUCT.md": "code-of-conduct",
    "docs/README.ru.md": "readme-ru",
    "docs/README.zh.md": "readme-zh",
}
ORDER = {"photographs": 0, "scans": 1, "augment": 2, "fine-tune": 3, "serve": 4}  # of how-to pages, as in README


def files():
    """The files of the repository that are pages: a dict from their paths in it to the names of their pages."""
    pages = dict(REFERENCE)
    for folder, page in (("notebooks", "lectures"), ("notebooks/solutions", "lectures/solutions")):
        pages |= {f"{folder}/{path.name}": f"{page}/{path.stem}" for path in sorted((ROOT / folder).glob("*.ipynb"))}
    how_to = sorted((ROOT / "docs/how-to").glob("*.md"), key=lambda path: ORDER.get(path.stem, len(ORDER)))
    pages |= {f"docs/how-to/{path.name}": f"how-to/{path.stem}" for path in how_to}
    results = sorted((ROOT / "benchmarks/results").glob("*.md"))
    return pages | {f"benchmarks/results/{path.name}": f"benchmarks/{path.stem}" for path in results}


def words(language):
    """Words of the pages that are made, from their English names to those in a language."""
    with (HERE / "words.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row[OTHERS.get(language, "en")] for row in csv.DictReader(file)}


def write(folder, language="en", reference=True):
    """Writes the pages of a language.

    Args:
        folder: `pathlib.Path`, where to; files that are there already and are the same are left alone.
        language: string, "en" or one of `OTHERS`.
        reference: whether the reference of the package is made of its docstrings, or else has names alone.

    Raises:
        ValueError: if a link leads nowhere.
    """
    pages = files()
    links = Links(folder, pages, api.names())
    made = {}
    for path, page in pages.items():
        if path.endswith(".ipynb"):
            made[f"{page}.ipynb"] = lecture(links, path, page, OTHERS.get(language))
        else:
            text = texts(ROOT / path)[0]
            made[f"{page}.md"] = links.labelled(page, links.led(text, path, page), text, set())
    known = words(language)
    made |= indices(links, pages, known, language) | api.pages(known, reference) | recipes.pages(links, known)
    for name, text in made.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def count(language):
    """Says how many cells of the lectures are translated into "ru" or "zh", and how many stay English."""
    done, all_ = map(sum, zip(*catalogues.counts(language).values()))
    return f"{language}: {done} of {all_} cells of lectures are translated, {all_ - done} fell back to English"


def write_words(folder):
    """Writes the Chinese words of the glossary, by which the search knows them in a text; returns the file's path."""
    cells = "; ".join(term["chinese"] for term in glossary.terms())
    words = {word.strip() for word in re.sub(r"\([A-E; ]+\)", "", cells).split(";")}
    path = folder / "words.txt"
    path.write_text("\n".join(sorted(words - {""})) + "\n", encoding="utf-8")
    return path


def lecture(links, path, page, language):
    """A lecture as a notebook in JSON; in another language than English where one is given."""
    notebook, english = json.loads((ROOT / path).read_text(encoding="utf-8")), texts(ROOT / path)
    if language:
        name = path.removeprefix("notebooks/").removesuffix(".ipynb")
        notebook, _ = catalogues.translated(notebook, catalogues.read(language, name))
    used, cells = set(), [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    for cell, text in zip(cells, english, strict=True):
        led = links.led("".join(cell["source"]), path, page)
        cell["source"] = links.labelled(page, led, text, used)
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def toctree(pages, *options):
    """A directive that lists pages, names or "title <name>"."""
    return "\n".join(["```{toctree}", *(f":{option}:" for option in options), "", *pages, "```", ""])


def indices(links, pages, words, language):
    """The start page, and the first pages of lectures, tasks and the rest: a dict from files to texts."""
    start = (HERE / "start" / f"{OTHERS.get(language, 'en')}.md").read_text(encoding="utf-8")
    doors = [f"{words[door]} <{page}>" for door, page in DOORS.items()]
    rest = [page for path, page in pages.items() if path in REFERENCE]
    return {
        "index.md": links.led(start, "docs/site/start/start.md", "index") + "\n" + toctree(doors, "hidden"),
        "laboratory.md": laboratory(links, words),
        "lectures/index.md": lectures(links, words, language),
        "lectures/solutions/index.md": f"# {words['Solutions']}\n\n"
        + toctree([f"/{page}" for page in pages.values() if page.startswith("lectures/solutions/")]),
        "how-to/index.md": f"# {words['How-to']}\n\n{words['about how-to']}\n\n"
        + toctree([f"/{page}" for page in pages.values() if page.startswith("how-to/")]),
        "reference/index.md": f"# {words['Reference']}\n\n{words['about reference']}\n\n"
        + toctree([*(f"/{page}" for page in rest), "/benchmarks/results"]),
        "benchmarks/results.md": f"# {words['Results']}\n\n"
        + toctree([f"/{page}" for path, page in pages.items() if path.startswith("benchmarks/results/")]),
    }


DOORS = {
    "Lectures": "lectures/index",
    "Recipes": "recipes/index",
    "Laboratory": "laboratory",
    "How-to": "how-to/index",
    "API": "api/index",
    "Reference": "reference/index",
}


def laboratory(links, words):
    """The page of the laboratory: films of its scenes, each in a frame of its own, and how to open it live."""
    parts = [f"# {words['Laboratory']}", "", links.led(words["about laboratory"], "README.md", "laboratory"), ""]
    for name in scenes.names():
        scene = scenes.read(name)
        frame = f'<iframe src="scenes/{name}.html" title="{html.escape(scene["title"])}" loading="lazy" class="scene">'
        parts += [f"## {scene['title']}", "", "```{raw} html", f"{frame}</iframe>", "```", ""]
        parts += ["```sh", f"keras-gans lab --scene {name}", "```", ""]
    return "\n".join(parts)


def lectures(links, words, language):
    """The first page of the lectures: their pictures, titles and what belongs to them."""
    cards = []
    for number, title, path, _ in readmes.ROW.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        column = readmes.LANGUAGES.get(OTHERS.get(language))
        name = readmes.titles()[number][column] if column else title
        cover = f"![{name}](assets/lectures/{pathlib.PurePath(path).stem}.png)"
        card = f"- [{cover}]({path})\n\n  [**{number}** {name}]({path})\n"
        cards.append(links.led(card, "README.md", "lectures/index"))
    own = [page for page in links.pages.values() if page.startswith("lectures/") and page.count("/") == 1]
    listed = toctree([*(f"/{page}" for page in own), "solutions/index"], "hidden")
    return "\n".join([f"# {words['Lectures']}", "", words["about lectures"], "", "{.cards}", *cards, listed])
