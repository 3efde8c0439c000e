"""docs/glossary.md is made from docs/glossary.csv, which has each term once and in three languages."""

import re

from docs import glossary

TERMS = glossary.terms()
LANGUAGES = {"english": r"[A-Za-z]", "russian": r"[\u0400-\u04ff]", "chinese": r"[\u4e00-\u9fff]"}


def words(cell):
    """The words of a cell, without the letters of the courses: "план; moving plan (C; E)" has two."""
    return [word.strip().casefold() for word in re.sub(r" \([A-E](; [A-E])*\)", "", cell).split(";")]


def test_page_is_current():
    assert glossary.PAGE.read_text(encoding="utf-8") == glossary.page()


def test_every_term_is_there_in_three_languages():
    assert len(TERMS) >= 120
    for term in TERMS:
        assert list(term) == [*LANGUAGES, "definition"]
        assert "|" not in "".join(term.values()), term
        assert re.match(r"[A-Z-].+\.$", term["definition"]), term
        for language, letter in LANGUAGES.items():
            assert all(re.search(letter, word) for word in words(term[language])), term


def test_no_term_stands_twice_and_terms_are_sorted():
    for language in LANGUAGES:
        found = [word for term in TERMS for word in words(term[language])]
        assert len(found) == len(set(found)), {word for word in found if found.count(word) > 1}
    first = [words(term["english"])[0].removeprefix("1-") for term in TERMS]
    assert first == sorted(first)
