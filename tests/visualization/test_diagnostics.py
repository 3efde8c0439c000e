"""The figure of a diagnosis: its panels, its lines, and what is missing or not finite."""

import math

import numpy as np
import pytest

from keras_gans.callbacks import Finding
from keras_gans.visualization import diagnosis, figure_pixels

KEYS = ("d_loss", "g_loss", "real", "fake", "accuracy_real", "accuracy_fake", "d_gradient", "g_gradient")
KEYS += ("diversity", "spread", "distance", "d_weights", "g_weights")

HELD_OUT = {"accuracy_held_out": 0.5}


def looks(count=5, **changes):
    return [{"step": 10 * i, **{key: 1.0 + i for key in KEYS}, **changes} for i in range(count)]


def test_diagnosis_draws_every_number_over_the_steps():
    figure = diagnosis(looks())
    lines = [line for axes in figure.axes for line in axes.lines]
    assert len(figure.axes) == 6
    assert len(lines) == len(KEYS)
    for line in lines:
        np.testing.assert_array_equal(line.get_xdata(), [0, 10, 20, 30, 40])
        np.testing.assert_array_equal(line.get_ydata(), [1, 2, 3, 4, 5])
    assert figure.axes[0].get_legend() is not None
    assert [text.get_text() for text in figure.texts] == ["No failure was recognised."]


def test_diagnosis_draws_the_share_of_held_out_examples_where_there_is_one():
    labels = [[line.get_label() for line in diagnosis(looks(**more)).axes[4].lines] for more in ({}, HELD_OUT)]
    assert labels == [["real", "generated"], ["real", "generated", "held out"]]


def test_diagnosis_marks_findings_in_every_panel_names_them_at_the_top_and_says_them():
    findings = [Finding("mode collapse", 20, "All are alike: use R1."), Finding("oscillation", 30, "They " * 60)]
    figure = diagnosis(looks(), findings)
    for axes in figure.axes:
        assert [line.get_xdata()[0] for line in axes.lines[-2:]] == [20, 30]
    names = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert names == 2 * [["mode collapse", "oscillation"]] + 4 * [[]]
    (sentences,) = (text.get_text() for text in figure.texts)
    assert sentences.startswith("Step 20, mode collapse. All are alike: use R1.\nStep 30, oscillation. They")
    assert max(map(len, sentences.splitlines())) <= 150
    figure_pixels(figure)
    window = figure.texts[0].get_window_extent()
    assert 0 < window.y0 < window.y1 < min(axes.get_tightbbox().y0 for axes in figure.axes)


def test_diagnosis_leaves_gaps_and_takes_scales_as_they_come():
    series = looks(d_gradient=0.0, real=-1e6, fake=math.nan)
    del series[2]["distance"]
    figure = diagnosis(series)
    scales = [axes.get_yscale() for axes in figure.axes]
    assert sorted(scales) == ["linear", "linear", "linear", "linear", "log", "symlog"]
    drawn = {line.get_label(): line.get_ydata() for axes in figure.axes for line in axes.lines}
    assert np.isnan(drawn["on generated"]).all()
    assert np.isnan(drawn["distance"]).tolist() == [False, False, True, False, False]
    assert figure_pixels(figure).std() > 0


def test_diagnosis_refuses_nothing_to_draw():
    with pytest.raises(ValueError, match=r"^Expected at least one look\. Received: an empty list\.$"):
        diagnosis([])
