"""Runs that are asked for in minutes: how many steps fit into them is measured, and then they are as any others."""

import itertools
import json

import numpy as np
import pytest
from command_line import run

from keras_gans import recipes
from keras_gans.runs import timing

POINTS = ("--batch-size", 64, "--no-gif", "--no-diagnose", "--out")


def model_of(name, **arguments):
    return recipes.RECIPES[name].build(**arguments)


@pytest.mark.parametrize("count", [30, 1000], ids=["a pass is a step", "many to a pass"])
def test_steps_within_minutes_are_counted_by_the_clock(count):
    """A step lasts half a second, but for the two first ones."""
    ticks = itertools.chain([100.0, 200.0], itertools.count(200.5, 0.5))
    found = timing.steps_within(
        0.25,
        model_of("gan", image_shape=(2,)),
        np.zeros((count, 2), "float32"),
        batch_size=30,
        clock=lambda: next(ticks),
    )
    assert found == (30, 0.5)


def test_slow_steps_are_timed_until_it_is_enough():
    """Steps of six seconds: the third takes them beyond the 15 seconds."""
    read, ticks = [], itertools.count(0.0, 6.0)
    clock = lambda: read.append(next(ticks)) or read[-1]  # noqa: E731
    assert timing.steps_within(1, model_of("gan", image_shape=(2,)), np.zeros((64, 2), "float32"), 32, clock) == (
        10,
        6.0,
    )
    assert len(read) == timing.UNCOUNTED + 3


def test_at_least_one_step():
    ticks = itertools.count(0.0, 6.0)
    assert (
        timing.steps_within(
            0.01, model_of("gan", image_shape=(2,)), np.zeros((64, 2), "float32"), 32, lambda: next(ticks)
        )[0]
        == 1
    )


def test_minutes_of_what_grows_are_refused():
    model = model_of("progan", **recipes.RECIPES["progan"].smallest)
    with pytest.raises(ValueError, match="Expected steps or epochs for a recipe that grows.*minutes=3, for 'progan'"):
        timing.steps_within(3, model, None, 4)


def test_run_in_minutes_equals_the_run_of_its_steps_and_goes_on_to_its_end(tmp_path):
    """Measuring leaves no trace; the same words resume, without measuring again."""
    words = ("train", "gan", "--data", "ring", *POINTS)
    code, output = run(*words, tmp_path / "a", "--minutes", 0.01)
    assert code == 0, output
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    steps = config["steps"]
    assert f"{steps:,} steps in 0.01 minutes" in output
    assert "minutes" not in config
    code, output = run(*words, tmp_path / "b", "--steps", steps)
    assert code == 0, output
    losses = [(tmp_path / name / "history.csv").read_text() for name in "ab"]
    assert losses[0] == losses[1]
    code, output = run(*words, tmp_path / "a", "--minutes", 5, "--resume")
    assert code == 0, output
    assert f"The run has made {steps} steps" in output


def test_minutes_beside_steps_are_refused(tmp_path):
    code, output = run("train", "gan", "--data", "ring", "--minutes", 1, "--steps", 5, *POINTS, tmp_path / "run")
    assert code == 2
    assert "Expected one of epochs, steps and minutes. Received: epochs=None, steps=5, minutes=1.0." in output
