"""ADA's transformations, with given numbers against NumPy and SciPy, and with drawn ones by how often they happen."""

import itertools
import math

import keras
import numpy as np
import pytest
from keras import ops
from scipy import ndimage, signal

from keras_gans import engine
from keras_gans.layers import ADA, color_maps, corruptions, plane_maps
from keras_gans.layers.ada import POLICIES

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (3, 7, 10, 3)).astype("float32")
SQUARE = RNG.uniform(-1, 1, (2, 8, 8, 1)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


class Given:
    """Numbers that a test chooses, in place of `augmentation.Numbers`; everything happens."""

    def __init__(self, uniform=(), normal=(), p=1.0, rows=1):
        self._uniform, self._normal, self.rows = iter(uniform), iter(normal), rows
        self.p = ops.convert_to_tensor(float(p))

    def uniform(self):
        return ops.convert_to_tensor(np.full(self.rows, next(self._uniform), "float32"))

    def normal(self):
        return ops.convert_to_tensor(np.full(self.rows, next(self._normal), "float32"))

    def one_of(self, n):
        return ops.floor(self.uniform() * n)

    def maybe(self, values, neutral, p=None):
        return keras.tree.map_structure(lambda x: x + ops.zeros(self.rows), values)

    def drawn(self, distribution, *shape):
        return ops.ones((self.rows, *shape))


def warped(x, back):
    """SciPy's: each pixel from the place that a matrix says, of pictures (N, height, width, channels)."""
    _, height, width, channels = x.shape
    y0, x0 = (height - 1) / 2, (width - 1) / 2
    places = np.stack(np.meshgrid(np.arange(width) - x0, np.arange(height) - y0), -1).reshape(-1, 2)
    places = np.concatenate([places, np.ones((len(places), 1))], 1) @ back.T
    at = [places[:, 1] + y0, places[:, 0] + x0]
    pictures = [[ndimage.map_coordinates(p[..., c], at, order=1, mode="mirror") for c in range(channels)] for p in x]
    return np.moveaxis(np.array(pictures), 1, -1).reshape(x.shape)


MATRICES = {
    "moved a little": np.array([[1, 0, 0.3], [0, 1, -0.6], [0, 0, 1.0]]),
    "beyond both mirrors": np.array([[1, 0, 31.0], [0, 1, -27.5], [0, 0, 1.0]]),
    "smaller and turned": 3.0 * np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1 / 3]]),
    "larger": np.diag([0.4, 0.7, 1.0]),
}


@pytest.mark.parametrize("back", MATRICES.values(), ids=MATRICES)
def test_sampling_is_scipys(back):
    matrices = ops.convert_to_tensor(np.tile(back.astype("float32"), (3, 1, 1)))
    np.testing.assert_allclose(numpy(plane_maps.sampled(X, matrices)), warped(X, back), atol=2e-5)


def test_sampling_by_the_identity_changes_no_bit():
    same = ops.convert_to_tensor(np.tile(np.eye(3, dtype="float32"), (3, 1, 1)))
    np.testing.assert_array_equal(numpy(plane_maps.sampled(X, same)), X)


@pytest.mark.parametrize("side", [1, 2, 5])
def test_beyond_the_border_is_a_mirror(side):
    places = np.arange(-20, 20)
    expected = np.pad(np.arange(side), (20, 20), mode="reflect")[places + 20]
    np.testing.assert_array_equal(plane_maps.mirrored(places, side), expected)


def blitted(x, *uniform):
    maps = plane_maps.blits(Given(uniform, rows=len(x)))
    return numpy(plane_maps.sampled(x, plane_maps.product(m(*x.shape[1:3]) for m in maps)))


def test_blits_are_exact():
    """Mirrored, then quarter turns, then movements by whole pixels; the numbers are i, i, t_x, t_y."""
    np.testing.assert_array_equal(blitted(X, 0.5, 0, 0.5, 0.5), X[:, :, ::-1])
    for i in range(4):
        turned = blitted(SQUARE, 0, i / 4, 0.5, 0.5)
        np.testing.assert_array_equal(turned, np.rot90(SQUARE, i, (1, 2)))
    by_one = blitted(X, 0, 0, 0.5 + 0.5 * 0.9, 0.5)  # 0.9 / 8 of 10 pixels are 1.1
    np.testing.assert_array_equal(by_one[:, :, 1:], X[:, :, :-1])
    np.testing.assert_array_equal(by_one[:, :, 0], X[:, :, 1])
    both = blitted(SQUARE, 0.5, 0.25, 0.0, 0.5)  # the mirror first, then the turn, then one pixel to the left
    np.testing.assert_array_equal(both[:, :, :-1], np.rot90(SQUARE[:, :, ::-1], 1, (1, 2))[:, :, 1:])


def test_general_maps_are_the_papers_in_their_order():
    """Scaled, turned, scaled in one direction, turned, moved: the way there, whose inverse leads back."""
    uniform, normal = (0.6, 0.3), (1.5, -2.0, 0.4, -0.2)
    maps = plane_maps.general(Given(uniform, normal))
    found = numpy(plane_maps.product(m(7, 10) for m in maps))[0]
    a, b = (math.pi * (2 * u - 1) for u in uniform)
    s, t = 2 ** (0.2 * normal[0]), 2 ** (0.2 * normal[1])

    def turn(angle):
        return np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])

    move = np.array([[1, 0, 0.125 * 0.4 * 10], [0, 1, -0.125 * 0.2 * 7], [0, 0, 1]])
    there = move @ turn(b) @ np.diag([t, 1 / t, 1]) @ turn(a) @ np.diag([s, s, 1])
    np.testing.assert_allclose(found, np.linalg.inv(there), atol=1e-5)


def test_either_turn_happens_with_p():
    """Famous mistake: each of the two turns with p, so that pictures are turned with 1 - (1 - p)^2."""

    class Asked(Given):
        def maybe(self, values, neutral, p=None):
            self.asked = [*getattr(self, "asked", []), p]
            return super().maybe(values, neutral, p)

    numbers = Asked((0.0, 0.0), (0.0,) * 4, p=0.36)
    plane_maps.general(numbers)
    first, second = (float(p) for p in numbers.asked if p is not None)
    assert 1 - (1 - first) * (1 - second) == pytest.approx(0.36)


def test_colors_are_the_papers_in_their_order():
    """Brightness, contrast, Householder's reflection, Rodrigues' rotation, saturation, all in NumPy in float64."""
    b, c, s, angle = 0.2 * 0.7, 2 ** (0.5 * -1.2), 2.0**0.8, math.pi * (2 * 0.7 - 1)
    v = np.ones(3) / np.sqrt(3)
    across = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    turn = np.cos(angle) * np.eye(3) + np.sin(angle) * across + (1 - np.cos(angle)) * np.outer(v, v)
    x = c * (X + b) @ (np.eye(3) - 2 * np.outer(v, v)).T @ turn.T
    expected = x @ (np.outer(v, v) + s * (np.eye(3) - np.outer(v, v))).T
    matrix = color_maps.colors(Given((0.5, 0.7), (0.7, -1.2, 0.8)))(3)
    np.testing.assert_allclose(numpy(color_maps.colored(X, matrix)), expected, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_colors_of_other_channels_have_no_hue(channels):
    x = RNG.uniform(-1, 1, (2, 3, 3, channels)).astype("float32")
    matrix = color_maps.colors(Given((0.5, 0.7), (0.7, -1.2, 0.8)))(channels)
    lighter = 2 ** (0.5 * -1.2) * (x + 0.2 * 0.7)
    grey = lighter.mean(-1, keepdims=True)
    expected = -grey + 2.0**0.8 * (lighter - grey)  # of one channel -x
    np.testing.assert_allclose(numpy(color_maps.colored(x, matrix)), expected, atol=1e-5)


def test_bands_are_those_of_the_wavelet():
    """They add up to what leaves a picture as it is, and each lets its own octave through."""
    bands = corruptions.bank()
    np.testing.assert_allclose(bands.sum(0), np.eye(43)[21], atol=1e-12)
    low = np.array([-0.12940952255, 0.22414386804, 0.83651630373, 0.48296291314])  # as tables have it
    low = np.convolve(low, low[::-1]) / 2
    np.testing.assert_allclose(bands[3, 18:25], np.eye(7)[3] - low, atol=1e-9)
    assert not bands[3, :18].any()
    strengths = np.abs(np.fft.rfft(bands, 512, axis=1))
    middles = [8, 48, 96, 240]  # of 256: in [0, 32], [32, 64], [64, 128] and [128, 256]
    assert list(strengths[:, middles].argmax(0)) == [0, 1, 2, 3]


def test_filtering_is_scipys_convolution():
    """Of pictures smaller than the filter, too, beyond whose border is a mirror."""
    gain = np.array([[1.0, 2.0, 0.5, 3.0], [0.3, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]], "float32")
    found = numpy(corruptions.filtered(X, ops.convert_to_tensor(gain)))
    taps = gain @ corruptions.bank()
    for x, own, made in zip(X, taps, found):
        padded = np.pad(x, ((21, 21), (21, 21), (0, 0)), mode="reflect")
        expected = signal.convolve(padded, own[:, None, None] * own[None, :, None], mode="valid")
        np.testing.assert_allclose(made, expected, atol=1e-4)
    np.testing.assert_allclose(found[2], X[2], atol=1e-5)


def test_gains_keep_the_power_that_is_expected():
    normal = (0.5, -1.0, 2.0, 0.3)
    power, expected = np.array([10, 1, 1, 1]) / 13, np.ones(4)
    for i, x in enumerate(normal):
        own = np.where(np.arange(4) == i, 2.0**x, 1.0)
        expected = expected * own / np.sqrt(power @ own**2)
    np.testing.assert_allclose(numpy(corruptions.gains(Given(normal=normal)))[0], expected, rtol=1e-5)


def test_noise_and_cutout():
    noisy = corruptions.noise(Given(normal=(-2.0,)))(ops.convert_to_tensor(X))
    np.testing.assert_allclose(numpy(noisy), X + 0.2, atol=1e-6)
    cut = numpy(corruptions.cutout(Given((0.5, 0.0)))(np.ones((1, 8, 6, 1), "float32")))[0, :, :, 0]
    expected = np.ones((8, 6))
    expected[2:6, :1] = 0  # half of the height, and of the width what is less than a quarter from the left border
    np.testing.assert_array_equal(cut, expected)


# With drawn numbers


def layer_of(p, *policy, **arguments):
    layer = ADA(policy or POLICIES, seed=0, **arguments)
    layer.p.assign(p)
    return layer


def test_at_p_0_only_filters_touch_anything_and_only_by_rounding():
    np.testing.assert_array_equal(numpy(layer_of(0.0, *POLICIES[:3], "noise", "cutout")(X, training=True)), X)
    np.testing.assert_allclose(numpy(layer_of(0.0)(X, training=True)), X, atol=1e-5)


@pytest.mark.tensorflow  # frequencies, in many examples
@pytest.mark.parametrize("p", [0.3, 1.0, 2.5])
def test_each_example_changes_with_p(p):
    """Famous mistake: one draw for the whole batch. What is cut out of ones is seen."""
    x = np.ones((600, 4, 4, 1), "float32")
    changed = (numpy(layer_of(p, "cutout")(x, training=True)) != 1).any((1, 2, 3)).mean()
    assert changed == pytest.approx(min(p, 1.0), abs=0.06)


@pytest.mark.tensorflow  # frequencies, in many examples
@pytest.mark.parametrize("p", [0.25, 0.8])
def test_quarter_turns_and_mirrors_are_as_frequent_as_the_paper_has_them(p):
    """Of a picture that no turn or mirror leaves alone: it stays as it is with (1 - p / 2) (1 - 3 p / 4)."""
    x = np.zeros((2000, 3, 3, 1), "float32")
    x[:, 0, 0], x[:, 0, 1] = 1.0, 0.5
    made = numpy(layer_of(p, "blit")(x, training=True))  # of 3 pixels no movement is a whole one
    same = (made == x).all((1, 2, 3)).mean()
    assert same == pytest.approx((1 - p / 2) * (1 - 3 * p / 4), abs=0.04)


def test_pictures_of_one_list_change_alike():
    """What a translation was made of and the translation, of other channels; else D could not tell what belongs."""
    grey = RNG.uniform(-1, 1, (6, 8, 8, 1)).astype("float32")
    layer = layer_of(1.0, "blit", "geometry", "cutout")
    one, other = layer([grey, np.repeat(grey, 3, axis=-1)], training=True)
    np.testing.assert_allclose(numpy(other), np.repeat(numpy(one), 3, axis=-1), atol=1e-6)
    assert not np.allclose(numpy(one), grey, atol=0.1)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_half_precision_computes_in_float32(half):
    """Places of 512 pixels have no halves in bfloat16; one more p from 1 on is lost to counts beyond 256."""
    layer = ADA(("geometry",), seed=0, dtype=f"mixed_{half}")
    layer.p.assign(1.0)
    wide = np.linspace(-1, 1, 512, dtype="float32")[None, None, :, None] * np.ones((1, 2, 1, 1), "float32")
    plain = layer_of(1.0, "geometry")
    found, expected = (
        layer(ops.cast(wide, half), training=True),
        plain(ops.cast(ops.cast(wide, half), "float32"), training=True),
    )
    assert keras.backend.standardize_dtype(found.dtype) == half
    assert keras.backend.standardize_dtype(layer.p.dtype) == "float32"
    np.testing.assert_allclose(numpy(ops.cast(found, "float32")), numpy(expected), atol=0.01)


@pytest.mark.parametrize("policy", POLICIES)
def test_gradients_reach_the_picture(policy):
    """Nearly all of it is linear in the picture: the gradient of a sum of squares is that by differences."""
    x, direction = SQUARE[:1], RNG.normal(size=(1, 8, 8, 1)).astype("float32")

    def energy(x):
        layer = layer_of(1.0, policy)  # of the same seed each time
        return ops.reshape(ops.sum(ops.square(layer(x, training=True))), (1,))

    gradient = numpy(engine.input_gradient(energy, ops.convert_to_tensor(x)))
    slope = (float(energy(x + 0.05 * direction)[0]) - float(energy(x - 0.05 * direction)[0])) / 0.1
    assert slope == pytest.approx(float((gradient * direction).sum()), rel=2e-2, abs=2e-2)
    assert np.abs(gradient).max() > 0.1


# Steering


def test_p_goes_as_by_hand():
    """Every second batch, by the share of 50 pictures; against the target stands the mean over both batches."""
    layer = ADA(target=0.6, every=2, images=50)
    batches = [  # scores, p after the batch
        ([1, 2, 3, 4], 0.0),
        ([1, 2, 3, 4], 8 / 50),  # r = 1
        ([1, 1, 1, -1], 8 / 50),
        ([1, 1, 1, 1], 16 / 50),  # r = 6/8 = 0.75
        ([-1, -1, 1, 1], 16 / 50),
        ([1, 1, 1, -0.1], 8 / 50),  # r = 0.25
        ([-1, -1, -1, -1], 8 / 50),
        ([-1, -1, -1, -1], 0.0),
        ([-1, -1, -1, -1], 0.0),
        ([-1, -1, -1, -1], 0.0),  # and no lower
    ]
    for scores, p in batches:
        layer.hear(np.array(scores, "float32")[:, None])
        layer.steer()
        assert float(layer.p) == pytest.approx(p, abs=1e-6)


def test_p_takes_500_000_images_of_a_sure_judge_from_0_to_1():
    """The authors' 500 kimg; a batch of 64, adjusted at every fourth, goes by 256 / 500,000."""
    layer = ADA()
    for _ in range(8):
        layer.hear(np.ones((64, 1), "float32"))
        layer.steer()
    assert float(layer.p) == pytest.approx(2 * 256 / 500_000)


def test_the_boundary_of_the_loss_patches_and_several_judges():
    """r is the mean of signs, not the sign of means; of two judges that were heard of each picture p goes once."""
    layer = ADA(target=0.0, every=1, images=100)
    layer.hear(np.array([0.4, 0.4, 0.9, 0.4]).reshape(1, 2, 2, 1), boundary=0.5)
    assert float(layer.signs) == pytest.approx(-0.5)
    layer.hear(np.full((1, 1), 9.0))
    layer.steer(judges=2)
    assert float(layer.p) == pytest.approx(1 / 100)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"policy": ("blit", "blur")}, r"some of blit, geometry, .*each once. Received: \('blit', 'blur'\)"),
        ({"policy": ("blit", "blit")}, "each once"),
        ({"policy": ()}, "some of blit"),
        ({"target": 1.5}, r"`target` in \[-1, 1\]. Received: 1.5"),
        ({"every": 0}, "`every` as a positive integer. Received: 0"),
        ({"images": 1.5}, "`images` as a positive integer. Received: 1.5"),
    ],
)
def test_wrong_arguments_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        ADA(**arguments)


def test_points_are_refused():
    with pytest.raises(ValueError, match=r"Expected pictures .*Received: \(3, 2\)"):
        ADA()(np.ones((3, 2), "float32"), training=True)


# The leak


def turns(weights):
    """A distribution over the four quarter turns of an upright picture, float (4,)."""
    return np.array(weights, dtype=float)


def seen(generated, p):
    """What D sees of them, turned once more with p by a quarter, two, three or none."""
    augmented = turns([1 - 0.75 * p, 0.25 * p, 0.25 * p, 0.25 * p])
    return sum(a * np.roll(generated, i) for i, a in enumerate(augmented))


@pytest.mark.parametrize("p", [0.3, 0.8, 0.99, 1.0])
def test_turns_leak_only_where_all_pictures_are_turned(p):
    """The paper's Figure 4: G's best answers are those whose turned pictures are spread as the turned real ones are.

    At p < 1 the map from G's distribution to what D sees has full rank, and only upright pictures will do; at p = 1 all
    distributions will. (That trainings stay upright only to p = 0.8 is since G learns from finite samples.)
    """
    upright = turns([1, 0, 0, 0])
    augment = np.stack([seen(turn, p) for turn in np.eye(4)], axis=1)
    assert np.linalg.matrix_rank(augment, tol=1e-9) == (1 if p == 1 else 4)
    found, *_ = np.linalg.lstsq(augment, seen(upright, p), rcond=None)
    np.testing.assert_allclose(found, upright if p < 1 else turns([0.25] * 4), atol=1e-6)


@pytest.mark.tensorflow  # frequencies, in many examples
@pytest.mark.parametrize("p", [0.3, 1.0])
def test_the_layer_turns_as_the_group_above_does(p):
    x = np.zeros((4000, 3, 3, 1), "float32")
    x[:, 0, 0], x[:, 0, 1], x[:, 1, 1] = 1.0, 0.5, -1.0
    made = numpy(layer_of(p, "blit")(x, training=True))
    kinds = [np.rot90(x[:1, :, ::m], k, (1, 2)) for m, k in itertools.product((1, -1), range(4))]
    counts = np.array([(made == kind).all((1, 2, 3)).mean() for kind in kinds])
    mirrors = np.array([1 - p / 2, p / 2])[:, None]
    np.testing.assert_allclose(counts, (mirrors * seen(turns([1, 0, 0, 0]), p)).reshape(-1), atol=0.03)
