"""docs/promises.md is true to the tests: each promise names tests, and each test that it names exists."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| [^|-]", line)]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def functions(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_tests_that_exist():
    promises = [row for row in ROWS if "promise" not in row[0].lower().split()]
    assert len(promises) > 20
    for promise, tests in promises:
        named = NAMED.findall(tests)
        assert named, promise
        for path, name in named:
            assert name in functions(ROOT / path), f"{path}::{name}"


def test_readme_leads_to_the_promises():
    assert "docs/promises.md" in (ROOT / "README.md").read_text()
