"""The site: its pages are true to the registry, its links lead somewhere, and Sphinx builds it without a warning."""

import functools
import html.parser
import importlib
import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
import urllib.parse

import pytest
import typer.main
from pages import ROOT
from PIL import Image

from docs import build, catalogues, films, runs
from docs.site import api, links, pages, recipes
from keras_gans import cli
from keras_gans.data.kinds import KINDS
from keras_gans.lab import scenes
from keras_gans.recipes import RECIPES
from keras_gans.runs import arguments

ROWS, LOGS = recipes.rows("recipes.csv"), recipes.rows("logs.csv")
RUNS = runs.rows()
MADE = [name for name, row in RUNS.items() if row["seconds"]]
FILMLESS = {"captions"}  # makes neither pictures nor points


def words_of(row):
    """The words of a recipe's own pieces of text."""
    return f"{row['well']}\n{row['next']}"


def test_every_recipe_has_its_row_and_every_log_its_meaning():
    assert list(ROWS) == list(RECIPES)
    kept = {log for row in ROWS.values() for log in row["logs"].split()}
    assert kept == set(LOGS)
    assert all(len(row["well"]) > 100 and len(row["next"]) > 20 for row in ROWS.values())
    assert len({row["well"] for row in ROWS.values()}) == len(ROWS)


@pytest.mark.parametrize("name", list(RECIPES))
def test_recipe_page_names_what_exists(name):
    row = ROWS[name]
    assert set(row["mistakes"].split()) <= set(recipes.mistakes())
    assert (ROOT / recipes.picture(name, row)).is_file()
    for code in re.findall(r"`([^`]+)`", words_of(row)):
        if found := re.match(r"((?:losses|layers|networks|regularizers|recipes|metrics)(?:\.\w+)+)", code):
            room, *parts = found[1].split(".")
            functools.reduce(getattr, parts, importlib.import_module(f"keras_gans.{room}"))
        elif re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", code):
            assert code in RECIPES or code in LOGS or code.endswith(("32", "64")), code


@pytest.mark.parametrize("name", list(RECIPES))
def test_command_of_a_recipe_fits_it(name):
    own_words = re.findall(r"`(--set [^`]+)`", words_of(ROWS[name]))
    for command in [ROWS[name]["command"], RUNS[name]["command"], *own_words]:
        words = shlex.split(command)
        own = words[:3] == ["keras-gans", "train", name]
        assert own or words[0] == "--set"
        given = dict(word.split("=", 1) for before, word in itertools.pairwise(words) if before == "--set")
        arguments.typed(name, given)
        if own:
            typer.main.get_command(cli.app).commands["train"].make_context("train", words[2:])
            data = words[words.index("--data") + 1]
            kind = KINDS[RECIPES[name].data]
            assert data == "fruits" or any(data in names for names in kind.names), (data, kind.names)


@pytest.mark.parametrize("name", MADE)
def test_recipe_page_shows_its_run_with_command_curves_and_film(name):
    row, page = RUNS[name], recipes.page(name, ROWS[name], LOGS, recipes.mistakes())
    assert f"```sh\n{row['command']}\n```" in page
    assert f"It took {row['seconds']} seconds" in page
    assert 0 < int(row["seconds"]) <= 60
    for suffix in ("png", *([] if name in FILMLESS else ["gif"])):
        assert f"(../assets/runs/{name}.{suffix})" in page
        with Image.open(ROOT / "assets" / "runs" / f"{name}.{suffix}") as picture:
            assert picture.width >= 100
            assert suffix == "png" or picture.n_frames >= 3


def test_runs_have_commands_for_all_recipes_and_are_light():
    """A run that is not made yet has neither seconds nor words, and no part on its page."""
    assert list(RUNS) == list(RECIPES)
    assert all(len(RUNS[name]["seen"]) > 40 for name in MADE)
    assert len({RUNS[name]["seen"] for name in MADE}) == len(MADE)
    for name in set(RUNS) - set(MADE):
        assert RUNS[name]["seen"] == ""
        assert "A short run" not in recipes.page(name, ROWS[name], LOGS, recipes.mistakes())
    files = {path.name for path in (ROOT / "assets" / "runs").iterdir()}
    assert files == {f"{name}.png" for name in MADE} | {f"{name}.gif" for name in set(MADE) - FILMLESS}
    assert sum((ROOT / "assets" / "runs" / name).stat().st_size for name in files) <= 5_000_000
    names = {f"runs/{runs.folder(row).name}" for row in RUNS.values()}
    assert {runs.option(row["command"], "--start") for row in RUNS.values()} <= names | {None}


def test_page_of_the_laboratory_has_a_film_of_each_scene(tmp_path):
    page = pages.laboratory(links.Links(tmp_path, pages.files()), pages.words("en"))
    shown = re.findall(r'<iframe src="scenes/([\w-]+)\.html"', page)
    assert shown == list(scenes.names())
    films.write(tmp_path)
    assert {path.stem for path in tmp_path.glob("*.html")} == set(shown)
    for name in shown:
        film = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert json.dumps(scenes.read(name)["watch"]).replace("<", "\\u003c") in film
        assert f"keras-gans lab --scene {name}\n" in page


def test_made_pages_have_their_words_in_each_language():
    for language in ("en", *pages.OTHERS):
        assert all(pages.words(language).values())
    assert set(build.FOLDERS) == {"en", *pages.OTHERS}


def test_links_lead_to_pages_sections_pictures_and_files(tmp_path):
    some = links.Links(tmp_path, {"docs/keras.md": "keras", "docs/promises.md": "promises"}, ["losses.GANLoss"])
    text = "# A\n[p](promises.md) ![x](../assets/family.png) [f](../setup.cfg) "
    text += "`losses.GANLoss` [`losses.GANLoss`](keras.md)"
    led = some.led(text, "docs/keras.md", "keras")
    assert "[p](/promises.md)" in led
    assert f"[f]({links.HOME}/blob/main/setup.cfg)" in led
    assert " [`losses.GANLoss`](#keras_gans.losses.GANLoss) [`losses.GANLoss`](/keras.md)" in led
    assert (tmp_path / re.search(r"!\[x\]\((.*?)\)", led)[1]).resolve() == ROOT / "assets" / "family.png"
    for wrong in ("[x](nothing.md)", "[x](promises.md#nothing)", "![x](nothing.png)"):
        with pytest.raises(ValueError, match=r"that exist\. Received: "):
            some.led(wrong, "docs/keras.md", "keras")
    assert some.led("`[x](nothing.md)`\n```\n[x](nothing.md)\n```", "docs/keras.md", "keras").count("nothing.md") == 2


def test_translated_lecture_has_english_targets_and_its_own_words(tmp_path, monkeypatch):
    english = next(text for text in catalogues.cells("01_the_game") if "## 5. The best discriminator" in text)
    other = english.replace("## 5. The best discriminator", "## 5. Лучший дискриминатор")
    monkeypatch.setattr(catalogues, "read", lambda language, name: {english: other})
    some = links.Links(tmp_path, pages.files())
    notebook = json.loads(pages.lecture(some, "notebooks/01_the_game.ipynb", "lectures/01_the_game", "ru"))
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "(lectures-01_the_game-5-the-best-discriminator)=\n## 5. Лучший дискриминатор" in text
    assert "## 6. What the game is worth" in text


def test_docstrings_become_blocks_and_code():
    text = "One `x`s, 2 * 3 | 4.\n\nFormula:\n    a*b\n\n    c\n\nExample:\n    ```python\n    f(`1`)  # 2\n    ```\n"
    made = api.prepared(text)
    assert r"One ``x``\ s, 2 \* 3 \| 4." in made
    assert ".. rubric:: Formula\n\n.. code-block:: text\n\n   a*b\n\n   c\n" in made
    assert ".. rubric:: Example\n\n.. code-block:: python\n\n   f(`1`)  # 2\n" in made


def sphinx(target, *options):
    """Builds the site, in a process of its own, as the command line does; warnings are errors."""
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", *options, ROOT / "docs", target]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr[-3000:]
    return target


class Page(html.parser.HTMLParser):
    """The anchors of a page, where it leads, and which files it shows."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.places = set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        self.ids.add(facts.get("id"))
        if "languages" in (facts.get("class") or ""):
            return
        self.places += [facts[name] for name in ("href", "src") if facts.get(name) and "lang" not in facts]


def assert_leads_somewhere(site):
    """Each place on each page is a file, and each anchor is on its page."""
    own = [path for path in site.rglob("*.html") if path.relative_to(site).parts[0] not in ("ru", "zh", "_static")]
    found = {path: Page(path) for path in own}
    assert len(found) > 150
    for path, page in found.items():
        for place in page.places:
            if re.match(r"[a-z]+:|//|#$", place):
                continue
            file, _, anchor = urllib.parse.unquote(place).partition("#")
            file = (path.parent / file.split("?")[0]).resolve() if file else path
            assert file.is_file(), f"{path}: {place}"
            if anchor and file in found and file.name not in ("genindex.html", "py-modindex.html"):
                assert anchor in found[file].ids, f"{path}: {place}"


@pytest.mark.tensorflow  # once
def test_site_builds_without_a_warning_and_its_links_lead_somewhere(tmp_path):
    """With all pages, in English; of the reference the names, without the docstrings, which take as long again."""
    site = sphinx(tmp_path / "site" / "en", "-D", "site_reference=0")
    assert_leads_somewhere(site)
    lecture = (site / "lectures" / "01_the_game.html").read_text(encoding="utf-8")
    assert lecture.count('class="math') > 50
    assert len(list((site / "_images").glob("*.gif"))) >= len(list((ROOT / "assets" / "films").glob("*.gif")))
    assert re.search(r'"discrimin', (site / "searchindex.js").read_text(encoding="utf-8"))


TERMS = {"": "mode collapse", "ru": "дискриминатор", "zh": "判别器"}


SHOWN = """
const done = arguments[0], own = [...document.images].filter(image => image.src.startsWith("file:"));
MathJax.startup.promise.then(() => done({
    formulas: document.querySelectorAll(".math").length,
    typeset: document.querySelectorAll(".math mjx-container").length,
    faults: [...document.querySelectorAll("mjx-merror")].map(fault => fault.textContent),
    lost: own.filter(image => !image.complete || !image.naturalWidth).map(image => image.src),
    pictures: own.length,
}));
"""  # of a page in Chromium; pictures of other servers, as Colab's badge is, do not count


def assert_shows(browser, page):
    """A page shows each of its formulas and pictures; returns how many there are of each."""
    browser.get(page.as_uri())
    found = browser.execute_async_script(SHOWN)
    assert (found["typeset"], found["faults"], found["lost"]) == (found["formulas"], [], []), page
    return found["formulas"], found["pictures"]


@pytest.mark.slow
def test_site_in_three_languages_in_a_browser(tmp_path):
    """The whole, by `docs/build.py`."""
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("needs Debian's chromium and chromium-driver")
    subprocess.run([sys.executable, ROOT / "docs" / "build.py"], check=True)
    site = ROOT / "docs" / "_build"
    assert_leads_somewhere(site)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", f"user-data-dir={tmp_path}"):
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        for folder, term in TERMS.items():
            browser.get(f"{(site / folder / 'search.html').as_uri()}?q={urllib.parse.quote(term)}")
            WebDriverWait(browser, 60).until(
                lambda page: page.find_elements(By.CSS_SELECTOR, "ul.search li a[href*='glossary.html']"), term
            )
        browser.get((site / "lectures" / "01_the_game.html").as_uri())
        for words, folder in (("ru", "ru"), ("zh", "zh"), ("en", "")):
            switch = browser.find_element(By.CSS_SELECTOR, f".languages a[lang={words}]")
            browser.get(switch.get_attribute("href"))
            assert browser.current_url == (site / folder / "lectures" / "01_the_game.html").as_uri()
            assert browser.find_element(By.TAG_NAME, "h1").text.startswith("01 · ")
        for folder in TERMS:
            place = site / folder / "lectures"
            shown = {name: assert_shows(browser, place / f"{name}.html") for name in catalogues.names()}
            assert all(formulas and pictures for formulas, pictures in shown.values()), (folder, shown)
    finally:
        browser.quit()
