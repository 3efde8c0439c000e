"""Runs of SRResNet, and of SRGAN that starts from it: films, resumed bit for bit, files enlarged, measured."""

import json
import re

import numpy as np
import pytest
from command_line import run
from PIL import Image

from keras_gans import callbacks, data, visualization
from keras_gans.files.pixels import from_uint8
from keras_gans.runs import train as command
from keras_gans.training import load_model

pytestmark = pytest.mark.tensorflow  # on JAX, where compiling takes the longest, the battery continues the games

SMALL = ("--image-size", 20, "--width", 4, "--set", "blocks=1", "--batch-size", 4)


@pytest.fixture(scope="module", autouse=True)
def saves():
    """A save after each step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "SECONDS_BETWEEN_SAVES", 0.0)
        yield


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Nine pictures of several sizes."""
    folder, rng = tmp_path_factory.mktemp("photographs"), np.random.default_rng(0)
    for i in range(9):
        pixels = rng.integers(0, 256, (6, 5 + i, 3), dtype="uint8")
        Image.fromarray(pixels).resize((5 * (5 + i), 30)).save(folder / f"{i}.png")
    return folder


@pytest.fixture(scope="module")
def first(photographs, tmp_path_factory):
    """SRResNet after two passes of two steps."""
    folder = tmp_path_factory.mktemp("runs") / "srresnet"
    words = ("train", "srresnet", "--data", photographs, *SMALL, "--epochs", 2)
    code, output = run(*words, "--out", folder)
    assert code == 0, output
    assert "9 pictures of 25 x 30 to 65 x 30 pixels, crops of 20 x 20 pixels, in colour, to be made of 5 x 5" in output
    return folder, words


@pytest.fixture(scope="module")
def second(photographs, first, tmp_path_factory):
    """SRGAN after as many, from there."""
    folder = tmp_path_factory.mktemp("runs") / "srgan"
    words = ("train", "srgan", "--data", photographs, *SMALL, "--start", first[0], "--epochs", 2, "--no-diagnose")
    code, output = run(*words, "--out", folder)
    assert code == 0, output
    assert "Starts with generator of srresnet in" in output
    assert "networks that are new: discriminator." in output
    return folder


def test_runs_leave_a_film_of_small_bicubic_made_and_real_pictures(photographs, first, second):
    examples = data.enlargements(photographs, 20)
    for folder in (first[0], second):
        model = load_model(folder / "model.keras")
        pictures, columns = model.sheet(real=examples.spread(8))
        assert (len(pictures), columns) == (32, 8)
        with Image.open(folder / "samples" / "step_00000004.png") as frame:
            np.testing.assert_array_equal(np.asarray(frame), visualization.film_grid(pictures, columns, None, "step 4"))
        config = json.loads((folder / "config.json").read_text())
        assert (config["image_size"], config["data_shapes"]) == (20, [[9, 20, 20, 3], [9, 5, 5, 3]])


def test_run_of_srgan_has_the_schedule_of_its_length(second):
    model = load_model(second / "model.keras")
    found = [float(model.g_optimizer._learning_rate(step)) for step in (1, 2)]
    assert found == pytest.approx([1e-4, 1e-5])


def test_run_killed_and_resumed_equals_uninterrupted(first, tmp_path, monkeypatch):
    """Crops are drawn anew, and are the same."""
    folder, words = first
    save = callbacks.Checkpoint.save

    def fail(self):
        if int(self.model.optimizer.iterations.numpy()) == 3:
            raise RuntimeError("power cut")
        save(self)

    monkeypatch.setattr(callbacks.Checkpoint, "save", fail)
    assert run(*words, "--out", tmp_path / "killed")[0] != 0
    monkeypatch.undo()
    code, output = run(*words, "--out", tmp_path / "killed", "--resume")
    assert code == 0, output
    one, two = (load_model(path / "model.keras") for path in (folder, tmp_path / "killed"))
    for a, b in zip(one.get_weights() + one.optimizer.variables, two.get_weights() + two.optimizer.variables):
        np.testing.assert_array_equal(np.array(a), np.array(b))


def test_files_of_any_size_are_enlarged_four_times(second, tmp_path):
    """Their transparency too, by a bicubic filter."""
    rng = np.random.default_rng(0)
    sources = {"colour": (20, 31, 3), "clear": (9, 12, 4), "large": (150, 40, 3), "grey": (8, 8)}
    for name, shape in sources.items():
        Image.fromarray(rng.integers(0, 256, shape, dtype="uint8")).save(tmp_path / f"{name}.png")
    out = tmp_path / "out"
    code, output = run("translate", second / "model.keras", tmp_path, "--out", out)
    assert (code, f"Wrote 4 pictures to {out}" in output) == (0, True), output
    model = load_model(second / "model.keras")
    for name, shape in sources.items():
        with Image.open(out / f"{name}.png") as large:
            assert large.size == (4 * shape[1], 4 * shape[0])
            assert large.mode == ("RGBA" if name == "clear" else "RGB")
            made = np.asarray(large)
        with Image.open(tmp_path / f"{name}.png") as small:
            if name in ("colour", "large"):
                expected = model.translate(from_uint8(np.asarray(small))[None])[0]
                assert np.abs(from_uint8(made) - expected).max() < 1 / 127.5


def test_runs_are_measured_beside_bicubic_pictures(photographs, second, tmp_path):
    judged = ("evaluate", second / "model.keras", "--data", photographs, "--n", 9)
    code, output = run(*judged, "--metrics", "psnr,psnr_y,sharpness", "--out", tmp_path / "found.json")
    assert code == 0, output
    found = json.loads((tmp_path / "found.json").read_text())["results"]
    assert [one["name"] for one in found] == ["bicubic_psnr", "bicubic_psnr_y", "psnr", "psnr_y", "sharpness"]
    assert {one["real"] for one in found} == {9}
    assert found[0]["value"] != found[2]["value"]
    assert re.search(r"bicubic_psnr\b.*\n(.*\n)*.*\bpsnr\b", output)


def test_run_becomes_a_page(second):
    code, output = run("report", second)
    assert code == 0, output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("srresnet", "--data", "ring"), "Expected pictures to enlarge for this recipe. Received: 'ring'"),
        (("srresnet", "--data", "shaeps"), "Did you mean 'shapes'?"),
        (("srgan", "--data", "shapes", "--set", "content=vgg55"), "Unknown content. Did you mean 'vgg54'?"),
        (("srresnet", "--data", "shapes", "--image-size", 68), "Received: 2025 of 2025 that are smaller"),
    ],
)
def test_run_refuses_what_it_cannot_be_trained_on(tmp_path, words, sentence):
    code, output = run("train", *words, "--steps", 1, "--width", 4, "--out", tmp_path / "run")
    assert (code, sentence in " ".join(output.split())) == (2, True), output
    assert not (tmp_path / "run").exists()
