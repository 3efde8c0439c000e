"""Lectures and solutions as they are committed: executed in order, whole, of one form; `pytest notebooks` runs them."""

import base64
import configparser
import datetime
import json
import pathlib
import re

import pytest
from PIL import Image

from keras_gans.lab import scenes
from keras_gans.version import __version__

pytestmark = pytest.mark.tensorflow

ROOT = pathlib.Path(__file__).parents[1]
LECTURES = [
    "00_quickstart",
    "01_the_game",
    "02_dcgan",
    "03_looking_and_counting",
    "04_failures_and_tricks",
    "05_conditional",
    "06_divergences",
    "07_earth_mover",
    "08_critics",
    "09_spectral_norm",
    "10_more_ideas",
    "11_pix2pix",
    "12_cyclegan",
    "13_latent_models",
    "14_growing_and_style",
    "15_attention_and_scale",
    "16_few_labels",
    "17_many_domains",
    "18_coarse_to_fine",
    "19_text_to_picture",
    "20_what_was_needed",
    "90_evaluation",
    "99_exam",
]
SOLUTIONS = sorted(f"solutions/{path.stem}" for path in (ROOT / "notebooks" / "solutions").glob("*.ipynb"))
FILMS = ROOT / "assets" / "films"
SCENES = ROOT / "assets" / "scenes"
LABORATORY = {  # lectures that open the laboratory, each with the scene
    "01_the_game": "n-critic",
    "03_looking_and_counting": "modern",
    "04_failures_and_tricks": "collapse",
    "05_conditional": "spectral-norm",
    "06_divergences": "kl",
    "10_more_ideas": "dragan",
}
READERS = "skip-execution"  # the tag of cells that readers run, see notebooks/execute.py
CHECK = re.compile(r"assert_(allclose|array_equal|almost_equal)|^ *assert ", re.MULTILINE)
BADGE = "https://colab.research.google.com/github/{}/blob/main/notebooks/{}.ipynb"


@pytest.fixture(params=LECTURES)
def name(request):
    """A lecture's name; of tests marked `of_both` also that of its solutions."""
    return request.param


of_both = pytest.mark.parametrize("name", [*LECTURES, *SOLUTIONS], indirect=True)


@pytest.fixture
def notebook(name):
    """A lecture or its solutions, as JSON holds it."""
    return json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))


@pytest.fixture
def cells(notebook):
    """What a lecture is made of."""
    return notebook["cells"]


def source(cell):
    return "".join(cell["source"])


def code(cells):
    return [cell for cell in cells if cell["cell_type"] == "code"]


def prose(cells):
    return "\n\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")


def outputs(cells):
    return [output for cell in code(cells) for output in cell["outputs"]]


def texts(output):
    """What an output says in words."""
    return "".join([*output.get("text", ()), *output.get("data", {}).get("text/plain", ())])


def pictures(cell):
    """What a cell draws, as bytes."""
    data = [output.get("data", {}) for output in cell["outputs"]]
    return [base64.b64decode("".join(found["image/png"])) for found in data if "image/png" in found]


def shown_films(cells):
    """The names of the films that the Markdown shows, in order."""
    return re.findall(r"\]\((?:\.\./)+assets/films/(.+?)\)", prose(cells))


def test_notebooks_are_the_lectures():
    assert sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")) == LECTURES


@of_both
def test_notebook_is_executed_in_order_without_errors_or_warnings(cells):
    run = [cell for cell in code(cells) if READERS not in cell["metadata"].get("tags", ())]
    assert [cell["execution_count"] for cell in run] == list(range(1, len(run) + 1))
    for output in outputs(cells):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr", texts(output)
        assert "Warning:" not in texts(output)


@of_both
def test_notebook_names_no_place_on_a_machine(cells):
    words = [source(cell) for cell in cells] + [texts(output) for output in outputs(cells)]
    assert not [word for word in words if re.search(r"/(home|root|tmp|work|Users|content)/|[A-Z]:\\\\", word)]


@of_both
def test_notebook_is_small_enough_to_be_read_on_github(name, cells):
    assert (ROOT / "notebooks" / f"{name}.ipynb").stat().st_size <= 1_500_000
    assert all(len(source(cell).splitlines()) <= 25 for cell in code(cells))
    assert all(len(pictures(cell)) <= 1 for cell in code(cells))


def test_notebook_shows_pictures_that_are_whole(cells):
    drawn = [picture for cell in code(cells) for picture in pictures(cell)]
    drawn += [(FILMS / film).read_bytes() for film in shown_films(cells)]
    assert len(drawn) >= 3
    ends = {b"\x89PNG": b"IEND\xaeB`\x82", b"GIF8": b";"}
    assert all(picture.endswith(ends[picture[:4]]) for picture in drawn)


@of_both
def test_notebook_tells_when_and_with_what_it_was_executed(name, notebook):
    """In full, by notebooks/execute.py, with a package of the same minor version as this one."""
    stamp = notebook["metadata"]["keras_gans"]
    assert stamp["version"].split(".")[:2] == __version__.split(".")[:2]
    assert datetime.date.fromisoformat(stamp["date"]) >= datetime.date(2026, 11, 28)


@of_both
def test_notebook_shows_its_films_as_files(name, cells):
    """Which are numbered, wide enough to be looked at, and light enough to be loaded."""
    assert not [picture for cell in code(cells) for picture in pictures(cell) if picture.startswith(b"GIF8")]
    films = shown_films(cells)
    assert films == [f"{name.replace('/', '_')}_{number}.gif" for number in range(1, len(films) + 1)]
    for film in films:
        with Image.open(FILMS / film) as opened:
            assert opened.format == "GIF"
            assert opened.width >= 480
        assert (FILMS / film).stat().st_size <= 3_000_000


def test_no_film_of_a_lecture_is_left_over(name, cells):
    there = {path.name for path in FILMS.glob("*.gif") if re.fullmatch(rf"(solutions_)?{name}_\d+", path.stem)}
    solution = ROOT / "notebooks" / "solutions" / f"{name}.ipynb"
    shown = shown_films(cells) + (shown_films(json.loads(solution.read_text())["cells"]) if solution.exists() else [])
    assert there <= set(shown)


def test_lecture_shows_its_scene_of_the_laboratory_and_lets_readers_open_it(name, cells):
    """As a film above a cell that nobody has run: the laboratory's page would have died with its kernel."""
    opening = [i for i, cell in enumerate(cells) if cell["cell_type"] == "code" and "lab.show" in source(cell)]
    assert len(opening) == (name in LABORATORY)
    for i in opening:
        scene = LABORATORY[name]
        assert source(cells[i]) == f'from keras_gans import lab\n\nlab.show("{scene}")'
        assert cells[i]["metadata"] == {"tags": [READERS]}
        assert (cells[i]["execution_count"], cells[i]["outputs"]) == (None, [])
        assert f"](../assets/scenes/{scene}.gif)" in source(cells[i - 1])
        assert "(../README.md#the-laboratory)" in source(cells[i - 1])
        assert scene in scenes.names()


def test_films_of_scenes_are_those_of_the_lectures_and_small():
    assert sorted(path.name for path in SCENES.iterdir()) == sorted(f"{scene}.gif" for scene in LABORATORY.values())
    for path in SCENES.iterdir():
        assert path.stat().st_size <= 1_000_000
        with Image.open(path) as film:
            assert film.format == "GIF"
            assert film.width >= 480
            assert film.n_frames >= 20


def test_notebook_begins_with_what_a_student_wants_to_know(name, cells):
    about = source(cells[0])
    assert about.startswith(f"# {name.split('_')[0]} · ")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    repository = setup["metadata"]["url"].removeprefix("https://github.com/")
    assert BADGE.format(repository, name) in about
    assert f"git+https://github.com/{repository}" in about
    assert re.search(r"\*\*What you will learn\*\*\n\n(- .+\n){3}", about)
    assert "**Papers**" in about
    assert re.search(r"\*\*Run time\*\*: about \d+ minutes? ", about)


def test_notebook_has_a_cover(name, cells):
    assert sum("cover" in cell["metadata"].get("tags", ()) for cell in cells) == 1
    with Image.open(ROOT / "assets" / "lectures" / f"{name}.png") as picture:
        assert picture.width == 320


def test_notebook_ends_with_exercises_and_references(cells):
    headings = re.findall(r"^## (.+)$", prose(cells), re.MULTILINE)
    assert headings[-2:] == ["Exercises", "References"]
    exercises, references = prose(cells).split("\n## Exercises\n")[1].split("\n## References\n")
    assert len(re.findall(r"^\d\. ", exercises, re.MULTILINE)) >= 3
    assert all("https://" in reference for reference in references.split("\n- ")[1:])
    assert references.startswith("\n- ")


def test_notebook_has_a_short_way_for_tests(cells):
    assert any('FAST = "KERAS_GANS_FAST" in os.environ' in source(cell) for cell in code(cells)[:2])


def test_notebook_checks_what_it_says(name, cells):
    """A lecture holds what it writes from scratch against the package, in numbers."""
    assert any(CHECK.search(source(cell)) for cell in code(cells))
    assert "from scratch" in prose(cells).lower() or name in ("00_quickstart", "99_exam")


@pytest.mark.parametrize("name", SOLUTIONS, indirect=True)
def test_solutions_answer_every_exercise_of_their_lecture(name, cells):
    """A section each, of the same number; they lead back to the lecture, and check their numbers."""
    lecture = name.removeprefix("solutions/")
    assert lecture in LECTURES
    assert source(cells[0]).startswith(f"# Solutions · {lecture.split('_')[0]} ")
    assert f"](../{lecture}.ipynb)" in source(cells[0])
    asked = json.loads((ROOT / "notebooks" / f"{lecture}.ipynb").read_text(encoding="utf-8"))["cells"]
    exercises = prose(asked).split("\n## Exercises\n")[1].split("\n## References\n")[0]
    assert re.findall(r"^## (\d)\. ", prose(cells), re.MULTILINE) == re.findall(r"^(\d)\. ", exercises, re.MULTILINE)
    assert any('FAST = "KERAS_GANS_FAST" in os.environ' in source(cell) for cell in code(cells)[:2])
    assert any(CHECK.search(source(cell)) for cell in code(cells))
