"""The systems that benchmarks/throughput compares do equal work, counted in their graphs and by hand."""

import subprocess
import sys

import keras
import pytest
from pages import ROOT

pytestmark = pytest.mark.tensorflow


def test_systems_do_equal_work():
    """Ours and the bare loop make G's fakes once; the plain train_step, and ours with `fresh_fakes`, twice.

    In ProGAN's penalty the bare loop takes zeros backwards through the rectifiers, which the package leaves out.
    """
    command = [sys.executable, "-m", "benchmarks.throughput.flops"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr[-2000:]
    counts = dict(line.split(": ") for line in result.stdout.splitlines())
    assert counts["ours"] == counts["bare"] == counts["by hand, fakes made once"]
    assert counts["fresh"] == counts["plain"] == counts["by hand, fakes made twice"]
    assert int(counts["plain"]) > 1.2 * int(counts["ours"])
    assert counts["progan64 ours"] == counts["progan64 by hand"]
    assert counts["progan64 bare"] == counts["progan64 by hand, with zeros"]
    assert counts["biggan32 ours"] == counts["biggan32 bare"]


@pytest.mark.parametrize("name", ["vae32", pytest.param("r3gan32", marks=pytest.mark.slow)])
def test_package_and_plain_keras_make_the_same_step(name):
    from benchmarks.throughput import prove

    assert prove.differences(name)[-1]


def test_proof_notices_another_weight_of_a_term(monkeypatch):
    from benchmarks.throughput import prove

    surprise = keras.losses.binary_crossentropy
    monkeypatch.setattr(keras.losses, "binary_crossentropy", lambda *pictures: 1.01 * surprise(*pictures))
    assert not prove.differences("vae32")[-1]


def test_package_and_plain_keras_have_the_same_rows():
    from benchmarks.throughput import ours, plain, plain_later
    from benchmarks.throughput.rows import ROWS

    assert ours.GAMES.keys() == ROWS.keys() == (plain.GAMES | plain_later.GAMES).keys()


@pytest.mark.slow
def test_the_script_for_gpus_runs_through():
    command = [sys.executable, "-m", "benchmarks.gpu", "--tiny"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    rows = [line for line in result.stdout.splitlines() if line.startswith("| vae32")]
    assert [row.split(" | ")[2] for row in rows] == ["float32", "TF32", "bfloat16"]
    assert "failed" not in result.stdout
    assert "ended, with" in result.stdout
    assert "tests collected" in result.stdout


def test_the_script_for_gpus_says_why_a_row_failed():
    from benchmarks import gpu

    value, error = gpu.call("PEAKS['none']")
    assert value is None
    assert error == "KeyError: 'none'"
