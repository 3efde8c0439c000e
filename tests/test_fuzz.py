"""Whatever a stranger hands in is taken or refused in one sentence, within bounds. More by benchmarks/fuzz.py."""

import re
import resource
import shutil
import sys
from pathlib import Path

import pytest
import strangers
from typer.testing import CliRunner

from keras_gans import cli
from keras_gans.files import decode

pytestmark = pytest.mark.tensorflow  # Files and words are read before any engine is asked.
MEMORY = 1.5e9  # bytes that a process may grow by in all cases of a property


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = strangers.Place(tmp_path_factory.mktemp("a b\u00e9 \U0001f43c"))
    place.furnish()
    return place


def fuzz(holds, strategy, place, count):
    before = _peak()
    ends = strangers.fuzz(holds, strategy, place, count)
    print(f"{holds.__name__}: {dict(ends)}")
    assert _peak() - before < MEMORY
    return ends


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def test_fuzz_pictures(place, monkeypatch):
    monkeypatch.setattr(decode, "MOST_PIXELS", 10**7)
    ends = fuzz(strangers.picture, strangers.PICTURES, place, 300)
    assert min(ends["read"], ends["skipped"]) > 30


def test_fuzz_arrays(place):
    ends = fuzz(strangers.array, strangers.ARRAYS, place, 300)
    assert min(ends["read"], ends["refused"]) > 10


NAMES = (
    "two words",
    "caf\u00e9",
    "cafe\u0301",
    "\U0001f43c",
    "\u202egnp",
    'it\'s "so"',
    "a\nb",
    "-x",
    "--out",
    "a" * 200,
)


@pytest.mark.parametrize("name", NAMES)
def test_commands_take_files_of_any_name(place, tmp_path, monkeypatch, name):
    """Behind `--`, or as the value of an option, a leading dash is a part of the name."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(place.root / "pictures", tmp_path / name)
    shutil.copy(place.root / "pix2pix.keras", tmp_path / f"{name}.keras")
    shutil.copy(place.root / "gan.keras", tmp_path / f"{name} gan.keras")
    for command, made in (
        (["translate", "--out", f"{name} out", "--", f"{name}.keras", name], {f"{i}.png" for i in range(3)}),
        (["generate", "--n", "2", "--out", f"{name} out/{name}.png", "--", f"{name} gan.keras"], {f"{name}.png"}),
    ):
        result = CliRunner().invoke(cli.app, command)
        assert result.exit_code == 0, result.output
        assert made <= {path.name for path in (tmp_path / f"{name} out").iterdir()}
    result = CliRunner().invoke(
        cli.app, ["train", "dcgan", "--data", name, "--image-size", "1", "--out", f"{name} run"]
    )
    assert result.exit_code == 2
    assert "Received: (1, 1, 3)" in result.output  # The folder was read, and its size refused.


def test_commands_train_on_a_folder_of_any_name(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = 'a\nb \U0001f43c "c" --'
    shutil.copytree(place.root / "pictures", tmp_path / name)
    result = CliRunner().invoke(cli.app, ["train", "gan", "--data", name, "--steps", "1", "--batch-size", "2"])
    assert result.exit_code == 0, result.output
    assert {"model.keras", "config.json", "training.gif"} <= {
        path.name for path in Path("runs", f"gan-{name}").iterdir()
    }
    assert {path.name for path in tmp_path.iterdir()} == {"runs", name}


def test_commands_name_files_in_one_line(place, monkeypatch):
    monkeypatch.chdir(place.root)
    for words in (["translate", "a\nb", "c\nd"], ["generate", "a\nb.keras"], ["train", "gan", "--data", "a\nb"]):
        result = CliRunner().invoke(cli.app, [*words, "--out", "out/x\ny.png"])
        assert result.exit_code == 2
        assert re.fullmatch(r"Error: .*Received: '.*\\n.*\n", result.output), result.output


@pytest.mark.parametrize("option", ["--image-size", "--width", "--batch-size", "--steps", "--epochs", "--seed"])
def test_commands_refuse_absurd_sizes(place, monkeypatch, option):
    monkeypatch.chdir(place.root)
    for value in (10**12, 10**18, 2**64):
        result = CliRunner().invoke(
            cli.app, ["train", "pix2pix", "--data", "shapes", option, str(value), "--out", "out/run"]
        )
        assert result.exit_code == 2
        assert f"Invalid value for '{option}'" in result.output


def test_fuzz_commands(place):
    ends = fuzz(strangers.command, strangers.commands(), place, 50)
    assert min(ends["usage"], ends["refused"]) > 10
    assert ends["done"] > 0
