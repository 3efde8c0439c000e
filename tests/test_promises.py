"""docs/promises.md is true to the tests: each promise names tests, and each test that it names exists."""

import re

from pages import ROOT, assert_names_tests

PAGE = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| [^|-]", line)]


def test_every_promise_names_tests_that_exist():
    promises = [row for row in ROWS if "promise" not in row[0].lower().split()]
    assert len(promises) > 20
    for promise, tests in promises:
        assert_names_tests(tests, promise)


def test_readme_leads_to_the_promises():
    assert "docs/promises.md" in (ROOT / "README.md").read_text()
