"""Path lengths of linear generators, which are known: |A^T y| at every w, and the same for all y if A keeps lengths."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.regularizers import PathLength
from keras_gans.regularizers.path_length import path_lengths

RNG = np.random.default_rng(0)
SHAPE, D = (4, 4, 3), 6
A = RNG.normal(size=(D, 48)).astype("float32")
STYLES = RNG.normal(size=(500, 1, D)).astype("float32")


def linear(matrix=A):
    """Pictures that are a matrix times the first layer's w."""
    return lambda w: ops.reshape(ops.matmul(w[:, 0], ops.convert_to_tensor(matrix)), (-1, *SHAPE))


def drawn(n, seed):
    """The random directions that a seed stands for."""
    return ops.convert_to_numpy(keras.random.normal((n, *SHAPE), seed=seed)).reshape(n, 48) / 4.0


def test_length_of_a_linear_map_is_that_of_its_transpose_times_y():
    """y is divided by the root of 16 pixels, not of 48 numbers."""
    expected = np.linalg.norm(drawn(500, 3) @ A.T, axis=1)
    np.testing.assert_allclose(path_lengths(linear(), STYLES, 3), expected, rtol=1e-4)
    assert np.mean(expected**2) == pytest.approx(np.sum(A**2) / 16, rel=0.1)


def test_squares_are_a_mean_over_layers():
    """As the authors' code has it: a generator of as much style in each of four layers has the length of one."""

    def spread(w):
        return linear()(ops.sum(w, axis=1, keepdims=True))

    alone, four = (path_lengths(spread, np.repeat(STYLES, n, axis=1), 3) for n in (1, 4))
    np.testing.assert_allclose(alone, four, rtol=1e-5)


def test_maps_that_keep_lengths_have_those_of_y():
    """|J^T y| = |y|, sqrt(3) for three colours, but for the chance of 1 in sqrt(96) that y itself has."""
    rotation = np.linalg.qr(RNG.normal(size=(48, 48)))[0].astype("float32")
    lengths = ops.convert_to_numpy(path_lengths(linear(rotation), np.zeros((500, 1, 48), "float32"), 1))
    np.testing.assert_allclose(lengths, np.linalg.norm(drawn(500, 1), axis=1), rtol=1e-4)
    assert lengths.mean() == pytest.approx(np.sqrt(3.0), rel=0.01)
    assert lengths.std() / lengths.mean() == pytest.approx(1 / np.sqrt(2 * 48), rel=0.1)


def test_penalty_is_zero_where_a_length_is_the_mean():
    term = PathLength(decay=1.0, every=1)
    assert float(term(linear(), STYLES[:1], 0)) == pytest.approx(0.0, abs=1e-8)
    assert float(term.mean) == pytest.approx(np.linalg.norm(drawn(1, 0) @ A.T), rel=1e-4)


def test_uneven_maps_cost_more_than_even_ones_of_the_same_mean_length():
    """What the term is for."""
    even = np.linalg.qr(RNG.normal(size=(48, D)))[0].T.astype("float32")
    uneven = even * np.array([[2.2], [0.4], [0.4], [0.4], [0.4], [0.4]], "float32")
    costs = []
    for matrix in (even, uneven):
        lengths = ops.convert_to_numpy(path_lengths(linear(matrix), STYLES, 0))
        costs.append(lengths.var() / lengths.mean() ** 2)
    assert costs[1] > 2 * costs[0]


def test_moving_mean_and_penalty_have_the_numbers_of_the_authors_code():
    """a_1 = 0.01 m, and the penalty is taken with the new a; 2 (m^2 + var - 2 m a + a^2), times 4 for the interval."""
    term = PathLength()
    values, means = zip(*[(float(term(linear(), STYLES, 7)), float(term.mean)) for _ in range(9)])
    lengths = np.linalg.norm(drawn(500, 7) @ A.T, axis=1)
    a = 0.0
    for call in range(9):
        if call % 4 == 0:
            a += 0.01 * (lengths.mean() - a)
            assert values[call] == pytest.approx(4 * 2 * np.mean((lengths - a) ** 2), rel=1e-4)
        else:
            assert values[call] == 0.0
        assert means[call] == pytest.approx(a, rel=1e-4)


def test_penalty_moves_a_generator_as_calculus_says():
    """g(w) = c B w has lengths c l. d/dc 2 mean (c l - a)^2 = 4 mean (c l - a) (l - da/dc)."""
    c = keras.Variable(2.0)
    optimizer = keras.optimizers.SGD(1e-3)
    optimizer.build([c])
    term = PathLength(decay=0.25, every=1)
    engine.minimize(lambda: term(lambda w: c * linear()(w), STYLES, 5), [c], optimizer)
    lengths = np.linalg.norm(drawn(500, 5) @ A.T, axis=1)
    a = 0.25 * 2.0 * lengths.mean()
    slope = np.mean(4 * (2.0 * lengths - a) * (lengths - 0.25 * lengths.mean()))
    assert float(c.value) == pytest.approx(2.0 - 1e-3 * slope, rel=1e-4)


def test_gradient_where_a_length_is_zero_is_finite():
    c = keras.Variable(0.0)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([c])
    term = PathLength()
    loss = engine.minimize(lambda: term(lambda w: c * linear()(w), STYLES, 0), [c], optimizer)
    assert np.isfinite(float(loss))
    assert np.isfinite(float(c.value))


def test_random_directions_are_drawn_only_when_they_are_due():
    seed, term = keras.random.SeedGenerator(0), PathLength(every=3)
    for _ in range(4):
        term(linear(), STYLES, seed)
    draws = keras.random.SeedGenerator(0)
    for _ in range(2):
        draws.next()
    np.testing.assert_array_equal(seed.state.numpy(), draws.state.numpy())


def test_path_length_config_round_trip():
    term = PathLength(weight=3.0, decay=0.5, every=2)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(term))
    assert again.get_config() == term.get_config() == {"weight": 3.0, "decay": 0.5, "every": 2}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"decay": 0.0}, r"above 0 and at most 1\. Received: 0\.0\.$"),
        ({"every": 0}, r"positive integer\. Received: 0\.$"),
    ],
)
def test_path_length_refuses_what_makes_no_sense(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        PathLength(**arguments)
