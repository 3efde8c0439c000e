"""The palette of a film: rare strong colours stay, few colours are exact, and all pictures share it."""

import numpy as np
import pytest
from PIL import Image

from keras_gans.visualization.palette import COLOURS, Palette


def clouds(count=16, size=64):
    """Noise around six colours without much blue, uint8 (count, size, size, 3)."""
    rng = np.random.default_rng(0)
    centres = rng.integers(0, 200, (6, 3)) // [1, 1, 3]
    return rng.normal(centres[rng.integers(0, 6, (count, size, size))], 25).clip(0, 255).astype("uint8")


def shown(palette, picture):
    return np.asarray(palette.apply(Image.fromarray(picture)).convert("RGB")).astype(int)


def test_palette_keeps_a_rare_strong_colour():
    """Four blue pixels of 65,536; median cut made them (69, 87, 121)."""
    pictures = clouds()
    pictures[-1, :2, :2] = (20, 30, 240)
    palette = Palette(map(Image.fromarray, pictures))
    assert palette.colours.shape == (COLOURS, 3)
    np.testing.assert_allclose(shown(palette, pictures[-1])[:2, :2], np.full((2, 2, 3), (20, 30, 240)), atol=4)
    assert np.abs(shown(palette, pictures[0]) - pictures[0]).mean() / 255 < 0.025


@pytest.mark.parametrize("count", [1, 7, COLOURS])
def test_palette_of_few_colours_is_exact(count):
    cubes = np.random.default_rng(0).permutation(64**3)[:count]  # one colour in each
    colours = np.stack([cubes >> 12, cubes >> 6 & 63, cubes & 63], axis=1).astype("uint8") * 4 + 1
    picture = np.resize(colours, (24, 24, 3))
    palette = Palette([Image.fromarray(picture)])
    np.testing.assert_array_equal(shown(palette, picture), picture)
    assert len(palette.colours) == count


def test_palette_shows_a_colour_alike_in_all_pictures():
    pictures = clouds(8)
    pictures[:, 10] = np.arange(64)[:, None] * [3, 2, 1]
    palette = Palette(map(Image.fromarray, pictures))
    rows = [shown(palette, picture)[10] for picture in pictures]
    assert (np.asarray(rows) == rows[0]).all()
