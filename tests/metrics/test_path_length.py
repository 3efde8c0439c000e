"""Path length: generators whose paths have a known length, the rounding of float32, and who gets which label."""

import numpy as np
import pytest

from keras_gans.metrics import extractors, path_length

POINTS = extractors.identity()


def direction(z):
    """A generator whose examples lie on the unit circle or sphere: its path has the length of the angle."""
    z = np.asarray(z, dtype="float64")
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def test_path_length_of_angles_in_the_plane():
    """The angle of two directions is uniform in [0, pi]; the trimmed mean of its square is an integral."""
    found = path_length(direction, 2, POINTS, n=20_000)
    expected = np.pi**2 * (0.99**3 - 0.01**3) / (3 * 0.98)
    assert found.value == pytest.approx(expected, rel=0.02)
    assert found.error == pytest.approx(np.pi**2 * np.sqrt((1 / 5 - 1 / 9) / 20_000), rel=0.05)
    assert found.name == "path_length"
    assert found.generated == 40_000
    assert "0.001" in found.note


def test_path_length_of_a_linear_generator():
    """|d/dt z|^2 is the change of the length, squared, plus the length times the angle, squared."""
    d, scale = 512, 3.0
    squared_angle = np.pi**2 / 4 + 1 / d  # the angle's variance, to first order
    expected = scale**2 * (2 * 0.5 + (d - 1 / 6) * squared_angle)
    assert path_length(lambda z: scale * z, d, POINTS, n=1000).value == pytest.approx(expected, rel=0.01)


def test_path_length_in_w_is_that_of_straight_lines():
    """From w1 to w2 the speed is |w2 - w1| everywhere, so squared, of standard normal w, 2 d in the mean."""
    asked = []

    def mapping(z):
        asked.append(z)
        return 3.0 * z

    found = path_length(lambda w: w, 512, POINTS, n=1000, mapping=mapping)
    assert found.value == pytest.approx(9 * 2 * 512, rel=0.01)
    assert (found.name, found.generated) == ("path_length_w", 2000)
    assert "in W" in found.note
    assert [z.shape for z in asked] == [(256, 512), (256, 512)] * 3 + [(232, 512), (232, 512)]
    assert {z.dtype.name for z in asked} == {"float32"}


@pytest.mark.parametrize(("mapping", "name"), [(None, "path_length_end"), (lambda z: z, "path_length_w_end")])
def test_path_length_at_the_ends_begins_at_what_was_drawn(mapping, name):
    asked = []

    def decode(z):
        asked.append(z)
        return z

    found = path_length(decode, 4, POINTS, n=50, seed=3, mapping=mapping, ends=True)
    z = np.random.default_rng(3).normal(size=(2, 50, 4))
    np.testing.assert_allclose(asked[0], z[0], atol=1e-5)
    assert 0 < np.abs(asked[1] - asked[0]).max() < 0.02
    assert found.name == name
    assert "at the ends" in found.note


def test_path_length_is_exact_in_float32():
    """The same generator in float64 says how much of the figure is rounding."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(16, 64)) / 4, rng.normal(size=(64, 64)) / 8, rng.normal(size=(64, 64)) / 8]

    def generator(dtype):
        def decode(z):
            x = z.astype(dtype)
            for weight in weights:
                x = np.tanh(x @ weight.astype(dtype))
            return x

        return decode

    single, double = (path_length(generator(dtype), 16, POINTS, n=500).value for dtype in ("float32", "float64"))
    assert single == pytest.approx(double, rel=1e-4)


def test_path_length_leaves_out_the_outer_percent():
    """A cliff that one step in two hundred meets would be all of the mean."""

    def cliff(z):
        return np.where(np.arange(len(z))[:, None] % 200 == 7, 1e6, 1.0) * direction(z)

    assert path_length(cliff, 2, POINTS, n=1000).value == pytest.approx(
        path_length(direction, 2, POINTS, n=1000).value, rel=0.02
    )


def test_path_length_asks_for_both_ends_in_the_same_order():
    asked = []

    def decode(z):
        asked.append(z)
        return z

    path_length(decode, 4, POINTS, n=300)
    assert [z.shape for z in asked] == [(256, 4), (256, 4), (44, 4), (44, 4)]
    for near, far in zip(asked[::2], asked[1::2]):
        assert 0 < np.abs(far - near).max() < 0.05


def test_path_length_is_the_same_for_the_same_seed():
    found = [path_length(direction, 3, POINTS, n=50, seed=seed).value for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]


def test_path_length_refuses_a_single_pair():
    with pytest.raises(ValueError, match=r"Expected `n` of at least 2\. Received: 1\.$"):
        path_length(direction, 2, POINTS, n=1)
