"""DiffAugment: the authors' ranges, each part against NumPy, and what it must not do."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.layers import DiffAugment, diff_augment

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (4, 6, 9, 3)).astype("float32")


class Given:
    """Numbers that a test chooses, in place of `augmentation.Numbers`."""

    def __init__(self, *uniform):
        self._uniform = iter(uniform)

    def uniform(self):
        return ops.convert_to_tensor(np.full(len(X), next(self._uniform), "float32"))


def numpy(x):
    return ops.convert_to_numpy(x)


def augmented(*policy, n=2000, shape=(8, 8, 1), value=1.0):
    """Many equal pictures, each augmented for itself."""
    return numpy(DiffAugment(policy, seed=0)(np.full((n, *shape), value, "float32"), training=True))


def test_colors_are_the_authors_in_their_order():
    b, s, c = 0.9, 0.3, 0.8
    x = X + b - 0.5
    grey = x.mean(-1, keepdims=True)
    x = grey + 2 * s * (x - grey)
    mean = x.mean((1, 2, 3), keepdims=True)
    found = diff_augment.colors(Given(b, s, c))(ops.convert_to_tensor(X))
    np.testing.assert_allclose(numpy(found), mean + (c + 0.5) * (x - mean), atol=1e-6)


@pytest.mark.parametrize(("u", "steps"), [((0.0, 0.0), (-1, -1)), ((0.5, 0.5), (0, 0)), ((0.99, 0.2), (1, -1))])
def test_translation_moves_and_leaves_zeros(u, steps):
    """An eighth of 6 and of 9 pixels is one, rounded; a positive step takes pixels from further down or right."""
    found = numpy(diff_augment.translation(Given(*u))(ops.convert_to_tensor(X)))
    padded = np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)))
    i, j = (1 + step for step in steps)
    np.testing.assert_array_equal(found, padded[:, i : i + 6, j : j + 9])


@pytest.mark.parametrize(
    ("u", "rows", "columns"),
    [((0.0, 0.0), (0, 2), (0, 3)), ((0.99, 0.99), (4, 6), (6, 9)), ((0.5, 0.5), (2, 5), (2, 7))],
)
def test_cutout_is_half_of_each_side(u, rows, columns):
    """3 of 6 pixels, around the pixels 0, 5 and 3; 5 of 9, around 0, 8 and 4."""
    expected = X.copy()
    expected[:, rows[0] : rows[1], columns[0] : columns[1]] = 0
    np.testing.assert_array_equal(numpy(diff_augment.cutout(Given(*u))(ops.convert_to_tensor(X))), expected)


@pytest.mark.tensorflow  # frequencies, in many examples
def test_all_movements_are_as_likely():
    """Of 16 pixels by -2 to 2, along either side for itself."""
    kept = augmented("translation", shape=(16, 16, 1))[..., 0]
    for axis in (1, 2):
        seen = kept.max(axis=3 - axis)
        steps = np.where(seen[:, 0] == 0, -1, 1) * (16 - seen.sum(axis=1))
        shares = [(steps == step).mean() for step in (-2, -1, 0, 1, 2)]
        np.testing.assert_allclose(shares, 0.2, atol=0.04)


@pytest.mark.tensorflow  # frequencies, in many examples
def test_cutouts_lie_everywhere_the_authors_have_them():
    """Of 8 pixels 4, at one of nine places along a side, some of them partly beyond the border."""
    shares = (augmented("cutout")[..., 0] == 0).max(axis=2).mean(axis=0)
    np.testing.assert_allclose(shares, np.array([3, 4, 4, 4, 4, 4, 4, 3]) / 9, atol=0.05)


@pytest.mark.tensorflow  # frequencies, in many examples
def test_brightness_is_uniform_and_the_others_leave_grey_alone():
    values = augmented("color", n=4000, value=0.25)[:, 0, 0, 0] - 0.25
    assert -0.5 <= values.min() < -0.45
    assert 0.45 < values.max() <= 0.5
    assert values.mean() == pytest.approx(0.0, abs=0.03)
    assert values.std() == pytest.approx(1 / np.sqrt(12), abs=0.01)


def test_each_example_changes_by_itself():
    """Famous mistake: one draw for the whole batch."""
    made = numpy(DiffAugment(seed=0)(np.tile(X[:1], (8, 1, 1, 1)), training=True))
    assert all(not np.allclose(a, b, atol=1e-3) for i, a in enumerate(made) for b in made[:i])


def test_outside_of_training_nothing_changes():
    np.testing.assert_array_equal(numpy(DiffAugment()(X)), X)


def test_pictures_of_one_list_change_alike():
    made = DiffAugment(seed=0)([X[..., :1], np.repeat(X[..., :1], 2, axis=-1)], training=True)
    one, other = map(numpy, made)
    np.testing.assert_allclose(other, np.repeat(one, 2, axis=-1), atol=1e-6)
    assert not np.allclose(one, X[..., :1], atol=0.1)


def test_gradients_reach_the_picture():
    """It is linear in the picture but for the brightness."""
    direction = RNG.normal(size=X.shape).astype("float32")

    def weighted(x):
        return ops.reshape(ops.sum(DiffAugment(seed=3)(x, training=True) * direction), (1,))

    gradient = numpy(engine.input_gradient(weighted, ops.convert_to_tensor(X)))
    difference = float(weighted(X)[0]) - float(weighted(np.zeros_like(X))[0])
    assert difference == pytest.approx(float((gradient * X).sum()), rel=1e-3)
    assert np.abs(gradient).max() > 0.1


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_half_precision_computes_in_float32(half):
    """A mean of many numbers, and draws, which bfloat16 would have of 256 kinds."""
    layer, plain = DiffAugment(seed=1, dtype=f"mixed_{half}"), DiffAugment(seed=1)
    x = ops.cast(X, half)
    found = layer(x, training=True)
    assert keras.backend.standardize_dtype(found.dtype) == half
    expected = ops.cast(plain(ops.cast(x, "float32"), training=True), half)
    np.testing.assert_array_equal(*(numpy(ops.cast(y, "float32")) for y in (found, expected)))


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"some of color, translation, cutout, each once. Received: \('colour',\)"):
        DiffAugment(("colour",))
    with pytest.raises(ValueError, match=r"Expected pictures .*Received: \(3, 2\)"):
        DiffAugment()(np.ones((3, 2), "float32"), training=True)
