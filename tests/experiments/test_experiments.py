"""The experiments at a size that a test can pay for: they measure, they draw, and the cheapest shows its claim."""

import numpy as np
import pytest

from keras_gans import experiments
from keras_gans.experiments import __main__ as command

pytestmark = pytest.mark.tensorflow  # what they are made of is tested on both engines


def test_vanishing_gradients_starve_the_minimax_generator_only():
    norms = experiments.vanishing_gradients(steps=280).norms
    assert set(norms) == {"minimax", "non-saturating", "wasserstein"}
    change = {name: values[-14:].mean() / values[:14].mean() for name, values in norms.items()}
    assert change["minimax"] < 0.1
    assert change["non-saturating"] > 1
    assert change["wasserstein"] > 0.5


@pytest.fixture(scope="module")
def collapse():
    return experiments.mode_collapse(steps=4)


def test_mode_collapse_counts_and_draws_every_game(collapse):
    assert all(len(looks) == 4 and 0 <= looks[-1].covered <= 8 for looks in collapse.coverage.values())
    assert len(collapse.figure.axes) == 4 * len(collapse.coverage) == 16
    with pytest.raises(ValueError, match="positive multiple of 4. Received: 6"):
        experiments.mode_collapse(steps=6)


def test_poor_networks_measures_and_draws_every_game():
    result = experiments.poor_networks(steps=1)
    assert len(result.frechet) == len(result.variety) == len(result.figure.axes) == 5
    assert all(np.isfinite(value) and value > 0 for value in (*result.frechet.values(), *result.variety.values()))


def test_command_writes_the_picture(tmp_path, monkeypatch, capsys, collapse):
    monkeypatch.setitem(experiments.EXPERIMENTS, "mode_collapse", lambda seed: {1: collapse}[seed])
    command.main(["mode_collapse", "--out", str(tmp_path), "--seed", "1"])
    assert (tmp_path / "mode_collapse.png").stat().st_size > 10_000
    assert "mode_collapse.png" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        command.main(["mode_colapse"])
