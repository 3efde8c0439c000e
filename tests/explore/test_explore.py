"""The latent space of a model: examples of given latents, mixtures of classes, where ways pass, known projections."""

import keras
import numpy as np
import pytest
from by_hand import SHAPE, dense_discriminator
from keras import layers, ops
from linear import LATENT, SIDE, Z, classes_gan, linear_gan, read_latents

from keras_gans import explore, latents, models, networks
from keras_gans.layers import ConditionalBatchNormalization, OneHot


@pytest.fixture(scope="module")
def linear():
    return linear_gan()


@pytest.fixture(scope="module")
def digits_of_classes():
    return classes_gan()


# Examples of given latents


def test_decode_is_what_the_generator_makes(linear, digits_of_classes):
    np.testing.assert_allclose(linear.decode(Z).reshape(5, -1), Z @ linear.generator.get_weights()[0], atol=1e-6)
    labels = np.array([2, 0, 1, 1, 2])
    made = digits_of_classes.generator([ops.convert_to_tensor(Z), ops.convert_to_tensor(labels)], training=False)
    np.testing.assert_array_equal(digits_of_classes.decode(Z, labels), ops.convert_to_numpy(made))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (np.ones((2, 5), "float32"), r"float array \(n, 4\).*Received: shape \(2, 5\)"),
        (np.ones(4, "float32"), r"Received: shape \(4,\)"),
        (np.ones((0, 4), "float32"), r"n at least 1. Received: shape \(0, 4\)"),
        ([[1.0] * 4], "Received: list"),
        (np.full((1, 4), np.nan, "float32"), "finite latents"),
    ],
)
def test_decode_refuses_what_are_no_latents(linear, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        linear.decode(wrong)


# Mixtures of classes


def reading(read):
    """A conditional model whose generator is linear in latents and in what a function makes of the labels."""
    z, c = keras.Input((LATENT,)), keras.Input((), dtype="int32")
    generator = keras.Model([z, c], layers.Reshape(SHAPE)(layers.Dense(SIDE * SIDE)(read(layers.Dense(6)(z), c))))
    return models.CGAN(generator, dense_discriminator(), LATENT, classes=3)


def normalised(x, c):
    norm = ConditionalBatchNormalization(3)
    y = norm([x, c])
    for table in (norm.gamma, norm.beta):
        table.assign(np.random.default_rng(2).normal(0, 0.3, table.shape))
    return y


READERS = {
    "embedding": lambda x, c: layers.Concatenate()([x, layers.Embedding(3, 5)(c)]),
    "batch norm and one-hot": lambda x, c: layers.Concatenate()([normalised(x, c), OneHot(3)(c)]),
}


@pytest.mark.parametrize("reader", READERS)
def test_mixed_classes_are_the_mean_of_classes_where_the_generator_is_linear(reader):
    """Five mixtures of three classes: more than a table has rows."""
    model = reading(READERS[reader])
    model.compile("sgd", "sgd", ema=0.5)
    for average in model.averages.variables:
        average.assign(0.9 * average)
    shares = np.random.default_rng(3).dirichlet([1, 1, 1], size=5).astype("float32")
    pure = np.stack([model.decode(Z, np.full(5, label)) for label in range(3)], axis=1)
    assert np.abs(pure[:, 0] - pure[:, 1]).max() > 0.01
    np.testing.assert_allclose(model.decode(Z, shares), np.einsum("nc,nchwd->nhwd", shares, pure), atol=1e-5)
    np.testing.assert_allclose(
        model.decode(Z, np.eye(3)[[2, 0, 1, 1, 2]]), pure[np.arange(5), [2, 0, 1, 1, 2]], atol=1e-6
    )


def test_classes_that_are_read_otherwise_are_not_mixed():
    def by_number(x, c):
        return layers.Concatenate()([x, layers.Rescaling(3.0)(layers.Reshape((1,))(c))])

    with pytest.raises(ValueError, match="by Embedding, OneHot or ConditionalBatchNormalization alone.*Received"):
        reading(by_number).decode(Z, np.full((5, 3), 1 / 3))


@pytest.mark.parametrize("shares", [np.full((5, 3), 0.5), np.full((5, 2), 0.5), np.full((5, 3), np.nan)])
def test_shares_that_are_no_mixture_are_refused(digits_of_classes, shares):
    with pytest.raises(ValueError, match=r"float array \(n, 3\) of rows whose sum is 1. Received"):
        digits_of_classes.decode(Z, shares)


# Sheets


def test_interpolation_passes_on_the_way_that_is_wanted(linear):
    for spherical, way in ((True, latents.spherical), (False, latents.linear)):
        examples, columns = explore.interpolation(linear, n=3, steps=5, seed=1, spherical=spherical)
        assert (len(examples), columns) == (15, 5)
        rows = read_latents(linear, examples).reshape(3, 5, LATENT)
        for row in rows:
            np.testing.assert_allclose(row, way(row[0], row[-1], np.linspace(0, 1, 5)), atol=1e-4)
    ends = rows[:, [0, -1]].reshape(6, LATENT)
    np.testing.assert_allclose(ends, read_latents(linear, linear.generate(6, seed=1)), atol=1e-4)


def test_interpolation_of_a_model_with_classes_keeps_each_row_in_one(digits_of_classes):
    examples, _ = explore.interpolation(digits_of_classes, n=4, steps=2, seed=1)
    ends = digits_of_classes.generate(8, seed=1, labels=[0, 0, 1, 1, 2, 2, 0, 0])
    np.testing.assert_allclose(examples, ends, atol=1e-5)


def test_interpolation_between_classes_keeps_the_latents(digits_of_classes):
    examples, columns = explore.interpolation(digits_of_classes, n=2, steps=3, seed=1, classes=[0, 2, 1])
    assert (len(examples), columns) == (10, 5)
    rows = examples.reshape(2, 5, *examples.shape[1:])
    for column, label in ((0, 0), (2, 2), (4, 1)):
        np.testing.assert_allclose(rows[:, column], digits_of_classes.generate(2, seed=1, labels=label), atol=1e-5)
    assert np.abs(rows[:, 1] - rows[:, 0]).max() > 1e-3


def test_loop_ends_where_it_begins_and_passes_its_stops(linear, digits_of_classes):
    frames = explore.loop(linear, n=2, steps=4, stops=3, seed=1)
    assert frames.shape == (12, 2, SIDE, SIDE, 1)
    way = read_latents(linear, frames.swapaxes(0, 1).reshape(24, SIDE, SIDE, 1)).reshape(2, 12, LATENT)
    stops = read_latents(linear, linear.generate(6, seed=1)).reshape(2, 3, LATENT)
    np.testing.assert_allclose(way[:, [11, 3, 7]], stops, atol=1e-4)
    frames = explore.loop(digits_of_classes, n=2, steps=2, seed=1, classes=[0, 2])
    for frame, label in ((1, 2), (3, 0)):
        np.testing.assert_allclose(frames[frame], digits_of_classes.generate(2, seed=1, labels=label), atol=1e-5)


def test_truncation_has_a_row_for_each_threshold(linear):
    examples, columns = explore.truncation(linear, thresholds=[9.0, 0.5], n=6, seed=1)
    whole, cut = np.split(read_latents(linear, examples), 2)
    assert columns == 6
    np.testing.assert_allclose(whole, read_latents(linear, linear.generate(6, seed=1)), atol=1e-4)
    assert np.abs(cut).max() < 0.501
    small = np.abs(whole) < 0.5
    np.testing.assert_allclose(cut[small], whole[small], atol=1e-4)


def test_arithmetic_shows_each_concept_its_mean_and_the_result(linear):
    a, b, c = np.random.default_rng(4).normal(size=(3, 2, LATENT)).astype("float32")
    examples, columns = explore.arithmetic(linear, [a, b], [c], seed=1)
    rows = read_latents(linear, examples).reshape(4, 3, LATENT)
    assert columns == 3
    result = a.mean(0) + b.mean(0) - c.mean(0)
    for row, group in zip(rows, (a, b, c)):
        np.testing.assert_allclose(row, [*group, group.mean(0)], atol=1e-4)
    np.testing.assert_allclose(rows[3, 2], result, atol=1e-4)
    noise = np.abs(rows[3, :2] - result)
    assert 0.05 < noise.max() < 0.2501


# Projection


def test_project_finds_the_nearest_that_a_linear_generator_makes(linear):
    """Of what it made itself that very thing, of other pictures their feet on a plane, by linear algebra."""
    x = np.concatenate([linear.decode(Z), np.random.default_rng(5).uniform(-1, 1, (3, *SHAPE)).astype("float32")])
    found = explore.project(linear, x, rate=0.3, starts=1, frames=4)
    nearest = read_latents(linear, x)
    np.testing.assert_allclose(nearest[:5], Z, atol=1e-5)
    np.testing.assert_allclose(found.latents, nearest, atol=1e-3)
    errors = np.mean(np.square(linear.decode(nearest) - x), axis=(1, 2, 3))
    np.testing.assert_allclose(found.errors, errors, atol=1e-5)
    np.testing.assert_allclose(found.psnr[5:], 10 * np.log10(4 / errors[5:]), rtol=1e-3)
    assert found.labels is None
    np.testing.assert_allclose(found.reconstructions, linear.decode(found.latents), atol=1e-6)
    np.testing.assert_array_equal(found.path[-1], found.reconstructions)
    assert (np.diff(np.mean(np.square(found.path - x), axis=(1, 2, 3, 4))) < 0).all()
    assert len(found.path) == 4


def folded():
    """A model whose two pixels are a wave of the latent and its slow rise: where the waves match is a local minimum."""
    z = keras.Input((1,))
    pixels = layers.Lambda(lambda z: ops.concatenate([ops.sin(2 * z), ops.tanh(0.1 * z)], axis=1))(z)
    generator = keras.Model(z, layers.Reshape((1, 2, 1))(pixels))
    return models.GAN(generator, networks.mlp.discriminator((1, 2, 1), width=4), 1)


def test_project_keeps_the_best_of_its_starts():
    model = folded()
    x = model.decode(np.array([[2.0], [-1.0], [0.3]], "float32"))
    one, many = (explore.project(model, x, starts=starts, steps=80, rate=0.2, seed=3).errors for starts in (1, 40))
    assert many.max() < 1e-5
    assert one.max() > 1e-4


def test_project_finds_the_class():
    model, labels = reading(normalised), np.array([2, 0, 1])
    found = explore.project(model, model.decode(0.1 * Z[:3], labels), starts=1)
    np.testing.assert_array_equal(found.labels, labels)


def test_project_goes_by_the_averages_and_leaves_the_model_as_it_is():
    model = linear_gan()
    model.compile("sgd", "sgd", ema=0.5)
    model.optimizer.iterations.assign(1)  # before, averages are what the weights are
    (average,) = model.averages.variables
    average.assign(-average)
    before = [np.array(ops.convert_to_numpy(v)) for v in model.variables]
    found = explore.project(model, model.decode(Z), starts=1)
    np.testing.assert_allclose(found.latents, Z, atol=1e-2)
    for a, b in zip(before, model.variables):
        np.testing.assert_array_equal(a, ops.convert_to_numpy(b))


# Refusals


def test_models_that_cannot_be_explored_are_refused():
    other, of_vectors = networks.mlp.generator((2,), 2, 4), classes_gan(None)
    for call in (explore.interpolation, explore.loop, explore.truncation):
        with pytest.raises(ValueError, match="generates from latents. Received: Functional"):
            call(other)
        with pytest.raises(ValueError, match="Received: CGAN of vectors"):
            call(of_vectors)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda m, c: explore.interpolation(m, steps=1), "`steps` as an int of at least 2. Received: 1"),
        (
            lambda m, c: explore.interpolation(m, classes=[0, 1]),
            r"model has none. Received: \[0, 1\]",
        ),
        (lambda m, c: explore.loop(c, classes=[0, 3]), r"labels or more of 0 to 2. Received: \[0, 3\]"),
        (lambda m, c: explore.loop(c, classes=[1]), r"Received: \[1\]"),
        (lambda m, c: explore.arithmetic(m, [Z, Z[:2]]), r"as many examples of each concept. Received: \[5, 2\]"),
        (lambda m, c: explore.project(m, m.decode(Z), starts=0), "at least 1 as the number of starts. Received: 0"),
        (lambda m, c: explore.project(m, np.zeros((1, 2, 2, 1), "float32")), r"Received: an array of shape \(1, 2, 2"),
        (lambda m, c: explore.project(m, m.decode(Z), labels=[1] * 5), "only for a model with classes"),
        (lambda m, c: explore.project(c, c.generate(2), labels=[1]), r"label for each of 2.*Received: shape \(1,\)"),
    ],
)
def test_exploring_refuses_in_one_sentence(linear, digits_of_classes, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(linear, digits_of_classes)
