"""Curves: what is in them, number by number."""

import imageio.v3
import numpy as np
import pytest
from matplotlib.figure import Figure

from keras_gans.visualization import divergences_against_theta, loss_curves, save_figure, wasserstein_curve


def test_loss_curves_draws_losses_alone_in_one_panel():
    figure = loss_curves({"d_loss": [1.0, 0.9, 0.8], "g_loss": [0.7, 0.8, 0.9]})
    (axes,) = figure.axes
    assert isinstance(figure, Figure)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["d_loss", "g_loss"]
    assert [list(line.get_ydata()) for line in axes.lines] == [[1.0, 0.9, 0.8], [0.7, 0.8, 0.9]]
    assert list(axes.lines[0].get_xdata()) == [1, 2, 3]


def test_loss_curves_draws_other_names_in_a_second_panel():
    upper, lower = loss_curves({"loss": [1.0], "d_loss": [1.0], "d_accuracy": [0.5]}).axes
    assert [line.get_label() for line in upper.lines] == ["loss", "d_loss"]
    assert [line.get_label() for line in lower.lines] == ["d_accuracy"]
    assert (upper.get_xlabel(), lower.get_xlabel(), lower.get_ylabel()) == ("", "epoch", "value")


@pytest.mark.parametrize("values", [[1.0], [float("nan")], [1.0, float("nan"), 2.0], [float("nan")] * 3])
def test_loss_curves_takes_one_epoch_and_nan(tmp_path, values):
    save_figure(tmp_path / "new" / "a.png", loss_curves({"d_loss": values, "other": values}))
    assert imageio.v3.imread(tmp_path / "new" / "a.png").shape[:2] == (1050, 1050)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.png"]


def test_loss_curves_refuses_an_empty_history():
    with pytest.raises(ValueError, match=r"Expected a history with at least one name. Received: \{\}\.$"):
        loss_curves({})


def test_wasserstein_curve_leaves_the_penalty_out():
    """A critic that tells real (mean 5) from fake (mean 2) estimates 3, whatever its penalty costs."""
    history = {"d_loss": [2.0 - 5.0 + 0.5, 1.0 - 2.0 + 0.25], "g_loss": [-2.0, -1.0], "penalty": [0.5, 0.25]}
    (axes,) = wasserstein_curve(history).axes
    assert [list(line.get_ydata()) for line in axes.lines] == [[3.0, 1.0]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "critic's estimate")


def test_wasserstein_curve_without_a_penalty_is_the_negative_critic_loss():
    upper, lower = wasserstein_curve({"g_loss": [1.0, 2.0], "d_loss": [-3.0, np.nan]}, losses=True).axes
    np.testing.assert_array_equal(upper.lines[0].get_ydata(), [3.0, np.nan])
    assert [line.get_label() for line in lower.lines] == ["d_loss", "g_loss"]
    assert list(lower.lines[1].get_ydata()) == [1.0, 2.0]


def test_wasserstein_curve_refuses_a_history_without_a_critic():
    with pytest.raises(ValueError, match=r"Expected a history with `d_loss`. Received: loss, accuracy\.$"):
        wasserstein_curve({"loss": [1.0], "accuracy": [1.0]})


def test_divergences_against_theta_draws_the_slope_and_the_jump():
    (axes,) = divergences_against_theta([-2.0, -0.5, 0.0, 1.0]).axes
    wasserstein, js, reached, left_out = axes.lines[:4]
    assert list(wasserstein.get_ydata()) == [2.0, 0.5, 0.0, 1.0]
    assert list(js.get_xdata()) == [-2.0, -0.5, 1.0]
    np.testing.assert_allclose(js.get_ydata(), 0.6931472, rtol=1e-6)
    assert (reached.get_ydata(), left_out.get_ydata()) == ([0], [np.log(2)])
    assert "infinite" in axes.get_legend().get_texts()[2].get_text()
