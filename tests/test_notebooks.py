"""The lectures as they are committed: executed in order, whole, of one form; `pytest notebooks` runs them."""

import base64
import configparser
import json
import pathlib
import re

import pytest
from PIL import Image

pytestmark = pytest.mark.tensorflow

ROOT = pathlib.Path(__file__).parents[1]
LECTURES = [
    "00_quickstart",
    "01_the_game",
    "02_dcgan",
    "03_failures_and_tricks",
    "04_divergences",
    "05_wasserstein",
    "06_spectral_norm",
    "07_conditional",
    "08_pix2pix",
    "09_cyclegan",
    "10_evaluation",
    "99_exam",
]
CHECK = re.compile(r"assert_(allclose|array_equal|almost_equal)|^assert ", re.MULTILINE)
BADGE = "https://colab.research.google.com/github/{}/blob/main/notebooks/{}.ipynb"


@pytest.fixture(params=LECTURES)
def name(request):
    """A lecture's name."""
    return request.param


@pytest.fixture
def cells(name):
    """What a lecture is made of, as JSON holds it."""
    return json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


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


def test_notebooks_are_the_lectures():
    assert sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")) == LECTURES


def test_notebook_is_executed_in_order_without_errors_or_warnings(cells):
    assert [cell["execution_count"] for cell in code(cells)] == list(range(1, len(code(cells)) + 1))
    for output in outputs(cells):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr", texts(output)
        assert "Warning:" not in texts(output)


def test_notebook_names_no_place_on_a_machine(cells):
    words = [source(cell) for cell in cells] + [texts(output) for output in outputs(cells)]
    assert not [word for word in words if re.search(r"/(home|root|tmp|work|Users|content)/|[A-Z]:\\\\", word)]


def test_notebook_is_small_enough_to_be_read_on_github(name, cells):
    assert (ROOT / "notebooks" / f"{name}.ipynb").stat().st_size <= 1_000_000
    assert all(len(source(cell).splitlines()) <= 25 for cell in code(cells))
    assert all(len(pictures(cell)) <= 1 for cell in code(cells))


def test_notebook_shows_pictures_that_are_whole(cells):
    drawn = [picture for cell in code(cells) for picture in pictures(cell)]
    assert len(drawn) >= 3
    ends = {b"\x89PNG": b"IEND\xaeB`\x82", b"GIF8": b";"}
    assert all(picture.endswith(ends[picture[:4]]) for picture in drawn)


def test_notebook_begins_with_what_a_student_wants_to_know(name, cells):
    about = source(cells[0])
    assert about.startswith(f"# {name[:2]} · ")
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
