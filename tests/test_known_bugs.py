"""docs/known-bugs.md is true to the tests, to its figures and to the script that draws them."""

import ast
import re

import pytest
from pages import ROOT, assert_names_tests, functions

pytestmark = pytest.mark.tensorflow  # it needs no engine at all

PAGE = (ROOT / "docs" / "known-bugs.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
FIGURE = re.compile(r"!\[[^\]]+\]\(\.\./assets/bugs/(\w+)\.png\)")


def drawn():
    """Names of the functions of the script that are registered as mistakes."""
    script = (ROOT / "benchmarks" / "known_bugs").glob("*.py")
    found = [node for path in script for node in functions(path)]
    return sorted(node.name for node in found if "BUGS.register" in map(ast.unparse, node.decorator_list))


def test_every_mistake_has_a_figure_and_names_tests_that_exist():
    mistakes = [section for section in SECTIONS if FIGURE.search(section)]
    assert len(mistakes) >= 12
    for section in mistakes:
        assert_names_tests(section, section.splitlines()[0])


def test_every_mistake_of_the_script_is_on_the_page_once():
    assert sorted(FIGURE.findall(PAGE)) == drawn()


def test_every_figure_is_there_and_small():
    assets = ROOT / "assets" / "bugs"
    assert sorted(path.stem for path in assets.iterdir()) == drawn()
    assert max(path.stat().st_size for path in assets.iterdir()) <= 60_000
