"""docs/README.ru.md and docs/README.zh.md have README's lectures and commands."""

import re

import pytest
from pages import ROOT

from docs import readmes

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(text):
    """The lines of a page's blocks of commands."""
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


def test_every_lecture_has_titles():
    numbers = sorted(path.name[:2] for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert sorted(readmes.titles()) == numbers == [number for number, *_ in readmes.ROW.findall(README)]


@pytest.mark.parametrize("language", readmes.HEADS)
def test_page_is_current_and_found(language):
    text = readmes.path(language).read_text(encoding="utf-8")
    assert text == readmes.page(language)
    assert len(re.findall(r"^\| \[\d\d · [^|]+\| [^|]+\| (?:`\w+` )* ?\|$", text, re.MULTILINE)) == len(
        readmes.titles()
    )
    assert f"docs/README.{language}.md" in README
    for place in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / "docs" / place).is_file(), place


@pytest.mark.parametrize("language", readmes.HEADS)
def test_commands_are_those_of_readme(language):
    text = readmes.path(language).read_text(encoding="utf-8")
    found = commands(text)
    assert len(found) > 5
    assert set(found) <= set(commands(README))
    assert all(code in README for code in re.findall(r"`(pip [^`]+|keras-gans [^`]+)`", text))
