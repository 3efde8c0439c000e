"""docs/slides.md and docs/slides-numbers.md are true to the notebooks, to the package and to the results."""

import functools
import importlib
import json
import re
import urllib.parse

import pytest
from pages import ROOT

PAGE = (ROOT / "docs" / "slides.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if re.match(r"\|[^-]", line) and not line.startswith("| heading |")
]
SECTION = re.compile(r"\]\(\.\./(notebooks/[\w.]+\.ipynb)#([^)]+)\)")


def sections(path):
    """Headings of a notebook, as Jupyter's anchors."""
    cells = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {heading.strip().replace("`", "").replace(" ", "-") for heading in headings}


def test_every_section_is_there():
    wanted = {}
    for path, anchor in SECTION.findall(PAGE):
        wanted.setdefault(path, set()).add(urllib.parse.unquote(anchor))
    assert len(wanted) > 18
    assert {path: anchors - sections(path) for path, anchors in wanted.items()} == {path: set() for path in wanted}


@pytest.mark.tensorflow  # names are the same on both engines
def test_every_name_is_there():
    names = {name for *_, cell, _ in ROWS for name in re.findall(r"`([^`]+)`", cell)}
    assert len(names) > 150
    for name in names:
        room, *parts = name.split(".")
        functools.reduce(getattr, parts, importlib.import_module(f"keras_gans.{room}"))


def test_every_row_says_where_or_why_not():
    assert len(ROWS) > 200
    for heading, what, lecture, names, state in ROWS:
        assert what, heading
        kind, _, reason = re.match(r"(built|shown|not here)\b(:?)(.*)", state).groups()
        shown, unnamed = SECTION.search(lecture), not names
        enough = {"built": names, "shown": unnamed and shown, "not here": unnamed and reason.strip()}
        assert enough[kind], what
    kinds = [re.match(r"built|shown|not here", state)[0] for *_, state in ROWS]
    counts = [kinds.count(kind) for kind in ("built", "shown", "not here")]
    counted = f"{len(ROWS)} rows: {counts[0]} built, {counts[1]} shown in a lecture only, {counts[2]} not here"
    assert counted in PAGE


NUMBERS = (ROOT / "docs" / "slides-numbers.md").read_text(encoding="utf-8")
RESULTS = re.compile(r"\(\.\./(benchmarks/results/[\w.-]+)\)")


def numbers(text):
    """Decimal numbers as they stand, without a leading zero: ".5" for 0.5."""
    return {number.lstrip("0") for number in re.findall(r"\d*\.\d+", text)}


def test_every_number_of_ours_stands_in_its_results():
    """The last cell of a row, beside the link to the results in it or in the head of its column."""
    checked = 0
    for table in re.findall(r"(?:^\|.*\n)+", NUMBERS, re.MULTILINE):
        head, _, *rows = (line.split("|")[-2] for line in table.splitlines())
        for cell in rows:
            if found := RESULTS.search(cell) or RESULTS.search(head):
                ours = numbers(re.sub(r"\(\.\..*?\)", "", cell))
                assert ours <= numbers((ROOT / found[1]).read_text(encoding="utf-8")), cell
                checked += len(ours)
    assert checked > 60


@pytest.mark.parametrize("page", ["slides.md", "slides-numbers.md"])
def test_pages_lead_to_files_and_sections_that_exist(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for place in re.findall(r"\]\((?!https?:|#)([^)]+)\)", text):
        path, _, anchor = place.partition("#")
        path = (ROOT / "docs" / path).resolve()
        assert path.is_file(), place
        if anchor and path.suffix == ".ipynb":
            assert urllib.parse.unquote(anchor) in sections(path.relative_to(ROOT)), place
