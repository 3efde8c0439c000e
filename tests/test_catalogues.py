"""Lectures in Russian and Chinese: whole, and in nothing but words other than the English ones."""

import json
import re

import pytest

from docs import catalogues

pytestmark = pytest.mark.tensorflow

NAMES = catalogues.names()
OTHER = {"ru": re.compile("[\u0430-\u044f]"), "zh": re.compile("[\u4e00-\u9fff]")}


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_lecture_is_translated_cell_by_cell(name, language):
    known = catalogues.read(language, name)
    for english in catalogues.cells(name):
        assert known.get(english), english
        assert not catalogues.differences(english, known[english])
        assert OTHER[language].search(known[english])


@pytest.mark.parametrize(
    ("english", "other", "difference"),
    [
        ("Take $x$.", "Возьмите $y$.", "formula left out: '$x$'"),
        ("Call `fit`.", "Вызовите `fit()`.", "code added: '`fit()`'"),
        ("See [it](a.md).", "См. [это](b.md).", "address left out: 'a.md'"),
        ("## One", "# Один", "heading added: '# '"),
        ("$$ a $$", "a", "formula in a line of its own left out: '$$ a $$'"),
        ("A code `of two\nlines` ends.", "Код `of two\nlines` кончается.", None),
    ],
)
def test_a_translation_differs_in_words_alone(english, other, difference):
    found = catalogues.differences(english, other)
    assert difference in found if difference else not found


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    """One of two cells of text, in a folder of its own."""
    cells = [("markdown", "# One"), ("code", "1 + 1"), ("markdown", "Of $x$.")]
    notebook = {"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]}
    (tmp_path / "one.ipynb").write_text(json.dumps(notebook))
    monkeypatch.setattr(catalogues, "LECTURES", tmp_path)
    monkeypatch.setattr(catalogues, "HERE", tmp_path)
    return notebook


def test_a_cell_whose_english_changed_falls_back(lecture):
    catalogues.take("ru", "one", "%%%%%% cell 0\n# Один\n\n%%%%%% cell 1\nДля $x$.\n")
    known = catalogues.read("ru", "one")
    assert known == {"# One": "# Один", "Of $x$.": "Для $x$."}
    lecture["cells"][0]["source"] = ["# First"]
    notebook, fallen = catalogues.translated(lecture, known)
    assert fallen == 1
    assert ["".join(cell["source"]) for cell in notebook["cells"]] == ["# First", "1 + 1", "Для $x$."]


def test_a_draft_is_taken_whole_or_not_at_all(lecture):
    assert catalogues.draft("one") == "%%%%%% cell 0\n# One\n\n%%%%%% cell 1\nOf $x$.\n\n"
    with pytest.raises(ValueError, match="cell 1: formula left out"):
        catalogues.take("ru", "one", "%%%%%% cell 0\n# Один\n\n%%%%%% cell 1\nДля x.\n")
    with pytest.raises(ValueError, match="cell 7: the lecture has 2"):
        catalogues.take("ru", "one", "%%%%%% cell 7\n# Семь\n")
    assert catalogues.read("ru", "one") == {}
    catalogues.take("ru", "one", "%%%%%% cell 1\nДля $x$.\n")
    assert catalogues.read("ru", "one") == {"# One": "", "Of $x$.": "Для $x$."}
