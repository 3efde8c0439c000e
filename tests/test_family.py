"""docs/family.csv knows every recipe, and assets/family.png is drawn from it."""

from pages import ROOT

from docs import family
from keras_gans.recipes import RECIPES

ROWS = family.table()


def test_family_has_each_recipe_once():
    assert sorted(row["recipe"] for row in ROWS) == sorted(RECIPES)
    assert sorted(family.order(ROWS)) == sorted(RECIPES)


def test_nobody_descends_from_what_came_later():
    for row in ROWS:
        assert row["change"], row
        assert row["kind"] in family.KINDS, row
        assert all(family.date(parent) <= family.date(row["recipe"]) for parent in row["parents"]), row


def test_dates_are_those_of_arxiv():
    assert abs(family.date("gan") - 2014.46) < 0.01  # 1406.2661, June
    assert family.date("autoencoder") == 2006


def test_picture_shows_each_recipe_and_change():
    """A line of its own for each, to the right of what it descends from."""
    where = family.places(ROWS)
    assert len({line for _, line in where.values()}) == len(ROWS)
    assert all(where[parent][0] < where[row["recipe"]][0] for row in ROWS for parent in row["parents"][:1])
    texts = {text.get_text() for text in family.draw().axes[0].texts}
    assert {row["change"] for row in ROWS} <= texts
    assert all(any(text.split(" ")[0] == row["recipe"] for text in texts) for row in ROWS)


def test_picture_is_shown():
    assert family.PICTURE.is_file()
    for page in ("README.md", "docs/slides.md"):
        assert "assets/family.png" in (ROOT / page).read_text(encoding="utf-8")
