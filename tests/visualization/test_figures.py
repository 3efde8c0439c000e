"""Figures: as pixels of a known size, and as files that appear whole or not at all."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from keras_gans.visualization import figure_pixels, save_figure


def test_figure_pixels_draws_what_is_in_the_figure_at_its_size():
    figure = Figure(figsize=(2, 1), dpi=200)
    axes = figure.add_axes((0.5, 0, 0.5, 1), facecolor="red")  # the right half
    axes.set(xticks=[], yticks=[])
    pixels = figure_pixels(figure, dpi=50)
    assert (pixels.shape, pixels.dtype) == ((50, 100, 3), np.uint8)
    assert pixels[25, 25].tolist() == [255, 255, 255]
    assert pixels[25, 75].tolist() == [255, 0, 0]
    assert figure.dpi == 200  # as it was


def test_save_figure_that_fails_leaves_the_earlier_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"earlier")

    class Broken:
        def savefig(self, path, dpi):
            path.write_bytes(b"half")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        save_figure(tmp_path / "a.png", Broken())
    assert (tmp_path / "a.png").read_bytes() == b"earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
