"""notebooks/execute.py on notebooks of a few cells: what it writes, what it checks, and what it leaves alone."""

import importlib.util
import pathlib

import nbformat
import numpy as np
import pytest
from nbformat import v4
from PIL import Image

pytestmark = pytest.mark.tensorflow  # no test needs an engine, and one is enough

SOURCE = pathlib.Path(__file__).parents[1] / "notebooks" / "execute.py"
FILM = """
import io
from IPython.display import Image as Shown
from PIL import Image
film = io.BytesIO()
frames = [Image.new("RGB", (640, 320), colour) for colour in ("red", "blue")]
frames[0].save(film, format="GIF", save_all=True, append_images=frames[1:], duration=100)
Shown(film.getvalue(), format="{}")
"""
LINK = "![Red turns to blue](../assets/films/01_game_{}.gif)"


@pytest.fixture
def execute(tmp_path, monkeypatch):
    """The script, for notebooks in a folder of their own."""
    spec = importlib.util.spec_from_file_location("execute", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for folder in ("notebooks/solutions", "assets/films", "assets/lectures"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "notebooks")
    monkeypatch.setattr(module, "ASSETS", tmp_path / "assets")
    monkeypatch.setenv("KERAS_GANS_FAST", "1")
    return module


def save(execute, *cells, name="01_game"):
    """A notebook of the code and, after "#", the Markdown given; the first one that draws is the cover."""
    made = [v4.new_markdown_cell(cell) if cell[0] in "#!" else v4.new_code_cell(cell) for cell in cells]
    for cell in [cell for cell in made if "Shown" in cell.source][:1]:
        cell.metadata = {"tags": ["cover"], "other": 1}
    path = execute.FOLDER / f"{name}.ipynb"
    nbformat.write(v4.new_notebook(cells=made), path)
    return path


def files(folder):
    return sorted(path.name for path in folder.rglob("*.*"))


def test_execute_moves_films_and_stamps(execute):
    path = save(execute, FILM.format("png"), LINK.format(1), "1 + 1", FILM.format("gif"), LINK.format(2))
    (execute.ASSETS / "films" / "01_game_3.gif").write_bytes(b"of a former run")
    (execute.ASSETS / "films" / "02_other_1.gif").write_bytes(b"of another lecture")
    assert execute.main(["01_game"]) == 0
    assert files(execute.ASSETS / "films") == ["01_game_1.gif", "01_game_2.gif", "02_other_1.gif"]
    notebook = nbformat.read(path, as_version=4)
    assert [cell.get("outputs") and cell.outputs[0].data["text/plain"] for cell in notebook.cells[2:3]] == ["2"]
    assert [cell.outputs for cell in notebook.cells if "Shown" in cell.source] == [[], []]
    assert notebook.cells[0].metadata == {"tags": ["cover"]}
    assert notebook.metadata.keras_gans.version == execute.VERSION
    assert len(notebook.metadata.keras_gans.date) == 10
    with Image.open(execute.ASSETS / "films" / "01_game_1.gif") as film:
        assert (film.format, film.n_frames) == ("GIF", 2)
    with Image.open(execute.ASSETS / "lectures" / "01_game.png") as picture:  # the last frame of the film
        assert picture.size == (320, 160)
        assert np.asarray(picture.convert("RGB"))[80, 160].tolist() == [0, 0, 255]


def test_a_cell_for_readers_is_not_run_and_keeps_nothing_of_a_former_run(execute):
    path = save(execute, "1 + 1", "raise ValueError", "2 + 2")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata = {"tags": [execute.READERS]}
    notebook.cells[1].execution_count = 7
    notebook.cells[1].outputs = [v4.new_output("stream", text="of a former run")]
    nbformat.write(notebook, path)
    assert execute.main(["01_game"]) == 0
    notebook = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 2]
    assert notebook.cells[1].outputs == []
    assert notebook.cells[1].metadata == {"tags": [execute.READERS]}


@pytest.mark.parametrize(
    ("following", "received"),
    [
        (["# Next"], "one that begins '# Next'"),
        ([LINK.format(2)], r"one that begins '!\[Red"),
        (["2"], "no Markdown cell"),
        ([], "no Markdown cell"),
    ],
)
def test_execute_refuses_a_film_that_is_not_shown(execute, following, received):
    path = save(execute, FILM.format("png"), *following)
    before = path.read_bytes()
    sentence = rf"after cell-0 that shows its film, !\[...\]\(../assets/films/01_game_1.gif\). Received: {received}"
    with pytest.raises(ValueError, match=sentence):
        execute.main(["01_game"])
    assert path.read_bytes() == before
    assert files(execute.ASSETS) == []


def test_check_runs_all_in_full_and_writes_nothing(execute, capsys):
    whole = "import os\nassert 'KERAS_GANS_FAST' not in os.environ"
    save(execute, whole, FILM.format("png"), LINK.format(1))
    save(execute, "# 02", "value = 0.5", "assert value > 0.9, value\nprint(value)", "1 / 0", name="02_claims")
    save(execute, FILM.format("png"), "# no link", name="03_films")
    save(execute, "1 + 1", name="solutions/01_game")
    before = {path: path.read_bytes() for path in execute.FOLDER.rglob("*.ipynb")}
    assert execute.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert [line.split(": ")[0] for line in said.splitlines() if not line.startswith(" ")] == [
        "01_game",
        "02_claims",
        "03_films",
        "solutions/01_game",
    ]
    assert said.count("passed") == 2
    assert "FAILED: cell 2: AssertionError: 0.5\n    assert value > 0.9, value\n    print(value)\n" in said
    assert "FAILED: Expected a Markdown cell after cell-0 that shows its film" in said
    assert {path: path.read_bytes() for path in execute.FOLDER.rglob("*.ipynb")} == before
    assert files(execute.ASSETS) == []
    assert execute.main(["--check", "solutions/01_game"]) == 0


def test_execute_leaves_a_lecture_that_fails_as_it_was(execute):
    path = save(execute, "1 / 0")
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="cell 0: ZeroDivisionError"):
        execute.main(["01_game"])
    assert path.read_bytes() == before


def test_execute_gives_solutions_neither_cover_nor_films_of_their_lecture(execute):
    (execute.ASSETS / "films" / "01_game_1.gif").write_bytes(b"of the lecture")
    save(execute, "1 + 1", name="solutions/01_game")
    assert execute.main(["solutions/01_game"]) == 0
    assert files(execute.ASSETS) == ["01_game_1.gif"]
