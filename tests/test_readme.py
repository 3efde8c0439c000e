"""README is true: its table is the registry's, its examples run, its commands exist."""

import pathlib
import re

import pytest

import keras_gans
from keras_gans import cli, data, recipes

ROOT = pathlib.Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_readme_holds_the_table_of_recipes():
    assert recipes.table() in README


def test_readme_names_every_command():
    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert names >= {"demo", "train", "generate", "recipes"}
    for name in names - {"recipes"}:
        assert f"keras-gans {name}" in README


def test_readme_leads_to_files_that_exist():
    """Pictures, lectures and pages; and every lecture and every solution is among them."""
    here = {place.split("#")[0] for place in re.findall(r"\]\((?!https?:)(.*?)\)", README)} - {""}
    assert len(here) > 30
    assert all((ROOT / place).is_file() for place in here), here
    assert {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")} <= here
    assert {f"notebooks/solutions/{path.name}" for path in (ROOT / "notebooks" / "solutions").glob("*.ipynb")} <= here


def test_citation_names_the_version():
    assert f"\nversion: {keras_gans.__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_every_film_is_named_with_its_command_and_data():
    """Those of lectures by their pattern, all others one by one; and what is named is there."""
    page = (ROOT / "assets" / "README.md").read_text()
    named = set(re.findall(r"^\| `films/(.+?)` \| .*`.+` \| .+ \|$", page, re.MULTILINE))
    films = {path.name for path in (ROOT / "assets" / "films").iterdir()}
    assert named == {name for name in films if not re.match(r"(solutions_)?\d\d[a-z]?_", name)}
    assert {f"assets/films/{name}" for name in named} >= set(re.findall(r"assets/films/[\w.]+", README))
    data = set(re.findall(r"^\| `films/.*\| (.+) \|$", page, re.MULTILINE))
    assert data <= set(re.findall(r"^\| (\w+) \| ", page.split("## Data")[1], re.MULTILINE))


@pytest.mark.tensorflow  # the default engine; on JAX its compilations take minutes
def test_readme_examples_run(tmp_path, monkeypatch):
    """The examples as they stand, on fewer digits and epochs."""
    first, second, third, fourth = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(first.strip().splitlines()) <= 12
    digits = [part[:130] for part in data.load("digits", image_size=16, labels=True)]
    few = digits[0]
    monkeypatch.setattr(data, "load", lambda name, image_size, labels=False: digits if labels else few)
    monkeypatch.chdir(tmp_path)
    code = first.replace("initial_epoch=100, epochs=110", "initial_epoch=1, epochs=2")
    code = code.replace("epochs=100", "epochs=1")
    assert not re.search(r"epochs=\d\d", code)
    scope = {}
    exec(code, scope)
    assert scope["samples"].shape == (16, 16, 16, 1)
    assert (tmp_path / "digits.gif").is_file()
    exec(second, scope)
    scope["gan"].fit(few, batch_size=64, verbose=0)
    assert "sample(100_000)" in third
    exec(third.replace("100_000", "3_000").replace("epochs=50", "epochs=1").replace("every=5", "every=1"), scope)
    assert (tmp_path / "grid.gif").is_file()
    drawn = data.pairs("shapes", image_size=64).head(8)
    monkeypatch.setattr(data, "pairs", lambda name, image_size: data.Examples(*drawn))
    assert "width=16" in fourth
    exec(fourth.replace("epochs=50", "epochs=1").replace("epochs=5", "epochs=1").replace("width=16", "width=4"), scope)
    assert scope["sevens"].shape == (16, 16, 16, 1)
    assert scope["pictures"].shape == (8, 64, 64, 3)
    assert (tmp_path / "shapes.gif").is_file()


@pytest.mark.parametrize("name", list(recipes.RECIPES))
def test_every_recipe_cites_its_paper(name):
    recipe = recipes.RECIPES[name]
    assert recipe.arxiv in recipe.build.__doc__
    assert "Deviations:" in recipe.build.__doc__
