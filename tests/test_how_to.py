"""The pages of docs/how-to: their commands and their code, block by block, at a small size.

What makes them small are other numbers behind the options in `SMALL`, and so few pictures that they are read at once.
"""

import re
import shlex
import sys

import numpy as np
import pytest
from command_line import run
from pages import ROOT
from PIL import Image

from keras_gans.training import load_model

pytestmark = pytest.mark.tensorflow  # what the pages say is said of the default engine

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "how-to").glob("*.md")}
SMALL = {"--steps": 2, "--image-size": 16, "--width": 4, "--n": 12}
BATCH = ("--batch-size", 4)  # of a training, which the pages leave to the recipe
RNG = np.random.default_rng(0)


def blocks(page):
    """The fenced blocks that run, (language, lines), in their order."""
    return re.findall(r"^```(sh|python)\n(.*?)^```$", PAGES[page], re.MULTILINE | re.DOTALL)


def small(words):
    """A command's words with small numbers."""
    pairs = zip(["", *words], words)
    words = [str(SMALL.get(before, word)) for before, word in pairs]
    return [*words, *BATCH] if words[0] == "train" else words


def follow(page):
    """Runs all that a page says, in the current folder; returns the outputs of commands, and namespaces of scripts."""
    said, scopes = [], []
    for language, text in blocks(page):
        if language == "python":
            scopes.append({})
            exec(compile(text.replace("image_size=32", "image_size=16"), page, "exec"), scopes[-1])
            continue
        for line in text.splitlines():
            program, *words = shlex.split(line)
            assert program == "keras-gans", line
            code, output = run(*small(words))
            assert code == 0, (line, output)
            said.append(output)
    return said, scopes


def draw(folder, n=6, suffix="jpg", shape=(24, 20, 3), most=255, dtype="uint8"):
    """Writes pictures of noise into a new folder."""
    folder.mkdir(parents=True)
    for number in range(n):
        Image.fromarray(RNG.integers(0, most + 1, shape).astype(dtype)).save(folder / f"{number}.{suffix}")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_pages_are_these_and_readme_leads_to_each():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(PAGES) == {"photographs", "scans", "augment", "fine-tune", "serve"}
    assert all(f"(docs/how-to/{page}.md)" in readme for page in PAGES)


def test_photographs(here):
    draw(here / "photographs" / "2023" / "summer")
    draw(here / "photographs" / "2024", suffix="png")
    (here / "photographs" / "notes.txt").write_text("hello")
    said, _ = follow("photographs")
    assert said[0].startswith("12 pictures of 20 x 24 pixels, brought to 16 x 16, in colour, from collected; mirrored")
    assert "The run has made" in said[1]
    assert (here / "sheet.png").is_file()
    assert len(list((here / "singles").glob("*.png"))) == 12
    assert (here / "runs" / "photographs" / "report.html").is_file()


def test_scans(here, capsys):
    draw(here / "scans", suffix="tif", shape=(24, 24), most=4095, dtype="uint16")
    said, scopes = follow("scans")
    assert "The largest value of all scans is 40" in capsys.readouterr().out
    assert said[0].startswith("6 pictures of 24 x 24 pixels, brought to 16 x 16, grey, from scans")
    assert said[1].startswith("6 pictures of 24 x 24 pixels, brought to 16 x 16, grey, from band")
    assert not any("nearly black" in words for words in said)
    assert np.load("more.npz")["x"].shape == (12, 16, 16, 1)
    assert (np.load("values.npy").dtype, scopes[-1]["values"].max() <= 4095) == ("uint16", True)


def leaves(here):
    for part, name in ((part, name) for part in ("train", "test") for name in ("oak", "maple")):
        draw(here / "leaves" / part / name)


def test_augment(here, capsys):
    leaves(here)
    said, scopes = follow("augment")
    assert "2 classes of 6 each: maple, oak" in said[0]
    assert {path.parent.name for path in (here / "more").rglob("*.png")} == {"oak", "maple"}
    assert (len(scopes[0]["real"]), len(scopes[0]["made"]), len(scopes[0]["test"])) == (12, 12, 12)
    assert len(re.findall(r"^real .*: +\d\.\d{3}$", capsys.readouterr().out, re.MULTILINE)) == 2


def test_fine_tune(here):
    draw(here / "many", 8)
    draw(here / "few", 50)  # the least of which copies are counted
    said, _ = follow("fine-tune")
    assert "Starts with generator, discriminator of" in said[1]
    assert all((here / f"{name}.json").is_file() for name in ("few", "nothing"))


@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # Keras' mending of tf2onnx
def test_serve(here, monkeypatch):
    """What the model was made with cannot be imported where it is served."""
    leaves(here)
    train = ["train", "acgan", "--data", "leaves", "--image-size", "16", "--steps", "2", "--out", "runs/leaves"]
    code, output = run(*small(train), "--no-gif", "--no-diagnose")
    assert code == 0, output
    export, serve, others = (text for _, text in blocks("serve"))
    exec(export, {})
    with monkeypatch.context() as elsewhere:
        for name in ("keras", "keras_gans", "tensorflow"):
            elsewhere.setitem(sys.modules, name, None)
        exec(serve, scope := {})
    shown = load_model("runs/leaves/model.keras").decode(scope["latents"], scope["labels"])
    np.testing.assert_allclose(scope["images"], shown, atol=1e-5)
    with Image.open("served-7.png") as picture:
        assert (picture.size, picture.mode) == ((16, 16), "RGB")
    exec(others, {})
    assert all((here / path).is_file() for path in ("generator/saved_model.pb", "generator.tflite"))
