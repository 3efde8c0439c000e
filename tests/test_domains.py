"""What judges translations of drawn shapes: exact on real ones, and told by translators that are known."""

import keras
import numpy as np
import pytest

from benchmarks.domains import COLOURS, DRAWN, GROUPS, covered, held_out, judged, mirrored, read
from keras_gans import metrics, networks

pytestmark = pytest.mark.tensorflow  # but for the generator, which has a test of its own, it needs no engine


@pytest.fixture(scope="module")
def drawn():
    """450 pictures that nobody is trained on, and what is drawn there."""
    return held_out()


def test_every_drawn_shape_is_read_rightly(drawn):
    pictures, known = drawn
    assert pictures.shape == (450, 32, 32, 3)
    assert -1 <= pictures.min() < -0.5
    assert 0.9 < pictures.max() <= 1
    seen = read(pictures)
    for group in GROUPS:
        assert np.bincount(known[group]).tolist() == [150] * 3
        assert metrics.as_asked(seen[group], known[group]) == 1.0


def test_shapes_are_read_rightly_through_noise(drawn):
    """Translations are not clean."""
    pictures, known = drawn
    seen = read(pictures + np.random.default_rng(0).normal(0, 0.15, pictures.shape))
    assert all(metrics.as_asked(seen[group], known[group]) > 0.98 for group in GROUPS)


def test_centre_moves_with_the_picture(drawn):
    pictures, _ = drawn
    inside = pictures[(covered(pictures)[:, -4:].max((1, 2)) == 0) & (covered(pictures)[:, :, -3:].max((1, 2)) == 0)]
    assert len(inside) > 100
    moved = read(np.roll(inside, (4, 3), axis=(1, 2)))["centre"] - read(inside)["centre"]
    np.testing.assert_allclose(moved, 3 + 4j, atol=1e-4)


def test_pictures_that_are_not_translated_reach_nothing_and_keep_all(drawn):
    expected = {"colour": 0.0, "shape": 0.0, "kept": 1.0, "moved": 0.0}
    assert judged(lambda pictures, domain: pictures, *drawn) == expected


def test_paint_reaches_every_colour_keeps_every_shape_and_moves_none(drawn):
    """Half of all translations are to shapes, which paint does not reach."""

    def painted(pictures, domain):
        share = covered(pictures)[..., None]
        tint = DRAWN[list(COLOURS).index(domain)] if domain in COLOURS else -DRAWN[0]
        return share * tint + (1 - share) * pictures[:, :1, :1]

    found = judged(painted, *drawn)
    assert found["colour"] == 1.0
    assert found["shape"] == 0.0
    assert 0.5 < found["kept"] < 0.7  # the tint of shapes is nobody's
    assert found["moved"] < 0.2


def test_mirrored_borders_hide_what_is_wanted_from_the_whole_generator(drawn):
    keras.utils.set_random_seed(0)
    generator = networks.stargan.generator((32, 32, 3), 6, width=4, blocks=1)
    wrong = mirrored(generator)
    assert wrong.count_params() == generator.count_params()
    inputs = [np.repeat(drawn[0][:1], 6, axis=0), np.eye(6, dtype="float32")]
    spreads = [np.ptp(keras.ops.convert_to_numpy(network(inputs)), axis=0).max() for network in (generator, wrong)]
    assert spreads[0] > 0.1
    assert spreads[1] < 1e-4
