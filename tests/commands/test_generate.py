"""Examples as files: single pictures in class folders, or arrays, that are read as what the model made."""

import tracemalloc

import numpy as np
import pytest
from command_line import run
from conftest import dense_gan
from games import GAMES
from PIL import Image

from keras_gans import data, latents
from keras_gans.commands import generate as command
from keras_gans.commands.generate import generate
from keras_gans.files.pixels import to_uint8


@pytest.fixture(scope="module")
def of_classes():
    """A game of three classes."""
    return GAMES["CGAN"].make()


def read(folder):
    return np.stack([np.asarray(Image.open(path)) for path in sorted(folder.rglob("*.png"), key=lambda p: p.stem)])


def test_generate_writes_single_pictures_that_are_what_the_model_makes(tmp_path):
    model = dense_gan()
    assert generate(tmp_path / "out", model, 7, seed=3) == 7
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{i:06d}.png" for i in range(7)]
    pixels = read(tmp_path / "out")
    np.testing.assert_array_equal(pixels, to_uint8(model.generate(7, 3))[..., 0])
    assert len(np.unique(pixels.reshape(7, -1), axis=0)) == 7
    with pytest.raises(ValueError, match=r"Expected a new or empty folder\. Received: "):
        generate(tmp_path / "out", model, 2)


def test_generate_writes_class_folders_that_are_read_as_they_were_asked_for(tmp_path, of_classes):
    assert generate(tmp_path / "out", of_classes, 8, seed=1) == 8
    images, labels = data.load(tmp_path / "out", labels=True)
    assert [sorted(int(p.stem) for p in (tmp_path / "out" / k).iterdir()) for k in "012"] == [
        [0, 3, 6],
        [1, 4, 7],
        [2, 5],
    ]
    made = to_uint8(of_classes.generate(8, 1))
    for k in range(3):
        np.testing.assert_array_equal(to_uint8(images[labels == k]), made[k::3])


def test_generate_fills_up_one_class_and_then_another(tmp_path, of_classes):
    """As for a class that is rare; and each only once."""
    names = ["cat", "dog", "owl"]
    for label in (1, 2):
        generate(tmp_path / "out", of_classes, 4, seed=0, label=label, class_names=names)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["dog", "owl"]
    with pytest.raises(ValueError, match="new or empty folder"):
        generate(tmp_path / "out", of_classes, 4, label=2, class_names=names)


@pytest.mark.parametrize("names", [["a", "b"], ["a", "a", "b"], ["..", "a", "b"], ["a/b", "a", "c"], ["", "a", "b"]])
def test_generate_numbers_classes_that_folders_cannot_be_called(tmp_path, of_classes, names):
    generate(tmp_path / "out", of_classes, 3, class_names=names)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0", "1", "2"]


def test_generate_writes_arrays_as_load_reads_them(tmp_path, of_classes, monkeypatch):
    monkeypatch.setattr(command, "BATCH", 3)
    names = ["cat", "dog", "owl"]
    assert generate(tmp_path / "a.npz", of_classes, 7, seed=1, class_names=names) == 7
    with np.load(tmp_path / "a.npz") as archive:
        arrays = {key: archive[key] for key in archive.files}
    assert {key: (array.shape, array.dtype.kind) for key, array in arrays.items()} == {
        "x": ((7, 16, 16, 1), "u"),
        "y": ((7,), "i"),
        "names": ((3,), "U"),
    }
    assert arrays["y"].tolist() == [0, 1, 2, 0, 1, 2, 0]
    np.testing.assert_array_equal(arrays["x"][:3], to_uint8(of_classes.generate(3, 1)))
    assert len(np.unique(arrays["x"].reshape(7, -1), axis=0)) == 7  # each batch from a seed of its own
    images, labels = data.load(tmp_path / "a.npz", labels=True)
    assert (images.shape, labels.tolist()) == ((7, 16, 16, 1), arrays["y"].tolist())
    generate(tmp_path / "b.npz", of_classes, 7, seed=1, class_names=names)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_generate_takes_the_memory_of_a_batch(tmp_path, monkeypatch):
    """What NumPy holds at once does not grow with the number of examples."""
    model = dense_gan()
    monkeypatch.setattr(command, "BATCH", 64)
    most = []
    for n in (64, 64, 2048):
        tracemalloc.start()
        generate(tmp_path / f"{len(most)}.npz", model, n)
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[2] < 1.5 * most[1] + 100_000


def test_generate_truncates_every_batch(tmp_path, monkeypatch):
    """Of the first batch one knows of which latents it is."""
    model = dense_gan()
    monkeypatch.setattr(command, "BATCH", 4)
    generate(tmp_path / "a.npz", model, 12, seed=2, truncation=0.01)
    with np.load(tmp_path / "a.npz") as archive:
        pixels = archive["x"]
    near = to_uint8(model.decode(latents.truncate(np.zeros((1, 8)), 0.01)))
    assert np.abs(pixels.astype(int) - near).max() <= 2
    assert np.ptp(to_uint8(model.generate(12, 2)).astype(int), axis=0).max() > 10


def test_generate_refuses_points_in_folders_and_too_many_on_a_sheet(tmp_path):
    points = GAMES["WGAN"].make()
    with pytest.raises(ValueError, match=r"Expected a \.png or \.npz file for points, which are no pictures"):
        generate(tmp_path / "out", points, 5)
    assert generate(tmp_path / "a.npz", points, 5, seed=1) == 5
    with np.load(tmp_path / "a.npz") as archive:
        np.testing.assert_array_equal(archive["x"], points.generate(5, 1))
    with pytest.raises(ValueError, match="at most 10000 examples on one picture.*Received: 10001"):
        generate(tmp_path / "a.png", points, 10_001)
    with pytest.raises(ValueError, match="whose name has no suffix"):
        generate(tmp_path / "a.jpg", dense_gan(), 5)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_command_line_calls_class_folders_as_the_run_does(tmp_path, of_classes):
    folder, out = tmp_path / "run", tmp_path / "out"
    folder.mkdir()
    of_classes.save(folder / "model.keras")
    (folder / "config.json").write_text(
        '{"recipe": "cgan", "data": "x", "steps": 1, "started_with": {}, "class_names": ["cat", "dog", "owl"]}'
    )
    code, output = run("generate", folder / "model.keras", "--n", 6, "--out", out)
    assert (code, output) == (0, f"Wrote 6 examples to {out}.\n")
    assert {path.name: len(list(path.iterdir())) for path in out.iterdir()} == {"cat": 2, "dog": 2, "owl": 2}
    code, output = run("generate", folder / "model.keras", "--n", 6, "--out", tmp_path / "out")
    assert (code, output.count("\n"), "new or empty folder" in output) == (2, 1, True)
