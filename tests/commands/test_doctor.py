"""What the command line says of the machine, and where nothing of ours can run."""

import subprocess
import sys

import keras
from command_line import run
from typer.testing import CliRunner

from keras_gans import cli, recipes
from keras_gans.version import __version__

WITHOUT_BACKEND = """
from typer.testing import CliRunner
from keras_gans import cli
words = {"train": ["gan"], "generate": ["m.keras"], "translate": ["m.keras", "a.png"], "interpolate": ["m.keras"]}
words |= {"mix": ["m.keras"], "project": ["m.keras", "a.png"], "evaluate": ["m.keras", "--data", "digits"]}
for name in ("demo", "doctor", *words):
    result = CliRunner().invoke(cli.app, [name, *words.get(name, ())])
    print(name, result.exit_code, type(result.exception).__name__, result.output.strip().replace(chr(10), "|"))
"""


def test_doctor_says_in_one_screen_what_there_is_and_trains():
    code, output = run("doctor")
    lines = dict(line.split(maxsplit=1) for line in output.splitlines())
    assert (code, len(lines) < 24) == (0, True)
    assert (lines["keras_gans"], lines["keras"], lines["backend"]) == (__version__, keras.__version__, "tensorflow")
    assert lines["keras.json"] == "channels_last, floatx float32, dtype policy float32"
    assert "cpu:0" in lines["devices"].lower()
    assert lines["training"].startswith("2 steps of quick_gan and a picture (16, 16, 1) in ")
    assert "d_loss " in lines["training"]


def test_doctor_says_why_nothing_trains(monkeypatch):
    def broken(*arguments):
        raise RuntimeError("no\nkernel")

    monkeypatch.setattr(recipes, "quick_gan", broken)
    code, output = run("doctor")
    assert (code, output.splitlines()[-1]) == (0, "training        failed, RuntimeError: no kernel")


def test_every_command_refuses_another_backend_in_one_sentence(tmp_path):
    """One that is not installed, said in keras.json, and one that Keras has and we have not."""
    (tmp_path / "keras.json").write_text('{"backend": "torch", "image_data_format": "channels_first"}')
    for environment in ({"KERAS_HOME": str(tmp_path)}, {"KERAS_BACKEND": "numpy"}, {"KERAS_BACKEND": "none"}):
        answers = subprocess.run(
            [sys.executable, "-c", WITHOUT_BACKEND],
            env={"PATH": "", "PYTHONPATH": ":".join(sys.path), **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        assert len(answers) == 9
        for answer in answers:
            name, code, exception, words = answer.split(maxsplit=3)
            assert (name, code, exception) == (name, "2", "SystemExit")
            assert words.startswith("Error: ")
            assert "'tensorflow' or 'jax'" in words
            assert "Received: " in words
            assert "|" not in words


def test_help_names_doctor():
    assert "doctor" in CliRunner().invoke(cli.app, ["--help"]).output
