"""The figure of singular values: a row for each network, a panel for each value, a line for each kernel."""

import numpy as np
import pytest

from keras_gans.visualization import figure_pixels, singular_values

LOOKS = [
    {"step": step, "generator/a": [3.0 + step, 2.0, 1.0], "generator/b": [9.0, None, 0.0], "discriminator/c": [4.0]}
    for step in (0, 10, 20)
]


def test_singular_values_draws_every_kernel_over_the_steps():
    figure = singular_values(LOOKS)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [f"{network}: $\\sigma_{k}$" for network in ("generator", "discriminator") for k in range(3)]
    lines = [[line.get_ydata() for line in axes.lines] for axes in figure.axes]
    np.testing.assert_array_equal(lines[0], [[3, 13, 23], [9, 9, 9]])
    np.testing.assert_array_equal(lines[1], [[2, 2, 2], [np.nan] * 3])  # what is not finite
    np.testing.assert_array_equal(lines[2], [[1, 1, 1], [np.nan] * 3])  # what has no logarithm
    np.testing.assert_array_equal(lines[4], [[np.nan] * 3])  # a kernel of one output
    assert all(line.get_xdata().tolist() == [0, 10, 20] for axes in figure.axes for line in axes.lines)
    assert [text.get_text() for text in figure.axes[2].get_legend().get_texts()] == ["a", "b"]
    assert figure_pixels(figure).std() > 0


def test_singular_values_of_many_kernels_have_room_for_their_names():
    looks = [
        {"step": s, **{f"generator/layer_{i}/with_a_name": [1.0 + i, 1.0, 0.5] for i in range(30)}} for s in (0, 1)
    ]
    figure = singular_values(looks)
    figure_pixels(figure, figure.dpi)
    window, canvas = figure.axes[2].get_legend().get_window_extent(), figure.bbox
    assert window.x1 <= canvas.x1 + 1
    assert window.y0 >= canvas.y0 - 1


def test_singular_values_refuses_nothing_to_draw():
    with pytest.raises(ValueError, match=r"^Expected at least one look\. Received: an empty list\.$"):
        singular_values([])
