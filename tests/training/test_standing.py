"""Standing statistics: batch norm's means over given batches, within averages, for every way to truncated examples."""

import keras
import numpy as np
import pytest
from by_hand import dense_discriminator
from conftest import small_gan, state
from keras import layers, ops

from keras_gans import explore, models
from keras_gans.layers import ConditionalBatchNormalization, SpectralNormalization
from keras_gans.training.state import standing

FIRST, SECOND = np.array([[0.0], [2.0]], "float32"), np.array([[4.0], [8.0]], "float32")  # means 1, 6; variances 1, 4


def normalising():
    """One batch norm, whose moving statistics are those of no batch."""
    x = keras.Input((1,))
    network = keras.Model(x, layers.BatchNormalization(center=False, scale=False, epsilon=1e-9, momentum=0.7)(x))
    network.layers[-1].moving_mean.assign([100.0])
    return network


@pytest.mark.parametrize(
    ("batches", "mean", "variance"),
    [([FIRST], 1.0, 1.0), ([FIRST] * 5, 1.0, 1.0), ([FIRST, SECOND], 3.5, 2.5), ([FIRST, FIRST, SECOND], 8 / 3, 2.0)],
)
def test_standing_statistics_are_the_means_of_those_of_the_batches(batches, mean, variance):
    network = normalising()
    with standing(network, batches):
        found = ops.convert_to_numpy(network(SECOND, training=False))
    np.testing.assert_allclose(found, (SECOND - mean) / np.sqrt(variance), rtol=1e-5)
    assert network.layers[-1].momentum == 0.7
    assert [float(v.numpy()[0]) for v in network.weights] == [100.0, 1.0]


def test_standing_statistics_leave_momenta_where_a_batch_does_not_fit():
    network = normalising()
    with pytest.raises(ValueError, match="shape"), standing(network, [FIRST, np.ones((2, 3), "float32")]):
        pass
    assert network.layers[-1].momentum == 0.7


def test_standing_statistics_leave_a_frozen_batch_norm_and_other_state_as_they_are():
    x = keras.Input((1,))
    frozen = layers.BatchNormalization(epsilon=1e-9, trainable=False)
    dense = SpectralNormalization(layers.Dense(2, use_bias=False))
    network = keras.Model(x, layers.BatchNormalization()(dense(frozen(x))))
    u = dense.u.numpy()
    with standing(network, [FIRST, SECOND]):
        np.testing.assert_array_equal(ops.convert_to_numpy(frozen(SECOND)), SECOND)
        np.testing.assert_array_equal(ops.convert_to_numpy(dense.u), u)
        assert float(np.abs(ops.convert_to_numpy(network.layers[-1].moving_mean)).max()) > 0


def shifting_gan(classes=None, **arguments):
    """A generator of one dense layer and a batch norm, whose statistics undo what truncation does to the deviation."""
    keras.utils.set_random_seed(0)
    z, c = keras.Input((2,)), keras.Input((), dtype="int32")
    y = layers.Dense(16, use_bias=False, name="dense")(z)
    if classes is None:
        y = layers.BatchNormalization(epsilon=1e-9)(y)
    else:
        y = ConditionalBatchNormalization(classes, epsilon=1e-9)([y, c])
    generator = keras.Model(z if classes is None else [z, c], layers.Reshape((4, 4, 1))(y))
    judge = dense_discriminator(classes or 3, sees_condition=classes is not None)
    model = models.GAN(generator, judge, 2) if classes is None else models.CGAN(generator, judge, 2, classes)
    model.compile("sgd", "sgd", **arguments)
    return model


@pytest.mark.parametrize("classes", [None, 3])
def test_truncated_examples_see_the_statistics_of_truncated_latents(classes):
    """Of those of training they would have the latents' deviation, 0.283882 at the threshold 0.5, and not 1."""
    model = shifting_gan(classes)
    before = state(model)
    whole, cut = (model.generate(3000, seed=1, truncation=t) for t in (None, 0.5))
    dense = model.generator.get_layer("dense").kernel.numpy()
    deviations = np.linalg.norm(dense, axis=0).reshape(1, 4, 4, 1)  # the moving statistics are those of no training
    assert (whole / deviations).std() == pytest.approx(1.0, abs=0.03)
    assert cut.std() == pytest.approx(1.0, abs=0.03)
    for one, other in zip(before, state(model)):
        np.testing.assert_array_equal(one, other)


def test_truncated_examples_see_the_statistics_of_averaged_weights():
    """Averages first: those of weights that are -2 times as large make -1 times the same examples."""
    model, averaged = shifting_gan(), shifting_gan(ema=0.9)
    averaged.optimizer.iterations.assign(1)  # before, averages are what the weights are
    place = next(i for i, v in enumerate(averaged.averages.weights) if v.name == "kernel")
    averaged.averages.variables[place].assign(-2.0 * averaged.generator.get_layer("dense").kernel)
    np.testing.assert_allclose(
        averaged.generate(8, 1, truncation=0.5), -model.generate(8, 1, truncation=0.5), atol=1e-4
    )


def test_every_way_to_truncated_examples_is_the_same():
    model = shifting_gan(classes=3)
    sheet, columns = model.sheet(6, seed=0, truncation=0.5)
    of_class = model.generate(2, seed=0, labels=1, truncation=0.5)
    np.testing.assert_allclose(sheet.reshape(3, columns, 4, 4, 1)[1], of_class, atol=1e-6)
    rows, columns = explore.truncation(model, [2.0, 0.5], n=3, seed=0)
    turns = model.generate(3, seed=0, truncation=0.5)
    np.testing.assert_allclose(rows.reshape(2, columns, 4, 4, 1)[1], turns, atol=1e-6)
    mixture = model.generate(2, seed=0, labels=np.eye(3, dtype="float32")[[1, 1]], truncation=0.5)
    np.testing.assert_allclose(mixture, of_class, atol=1e-5)


def test_truncation_of_a_dcgan_is_repeatable_and_leaves_training_alone():
    gan = small_gan()
    before = state(gan)
    first = gan.generate(5, seed=3, truncation=0.7)
    np.testing.assert_array_equal(gan.generate(5, seed=3, truncation=0.7), first)
    for one, other in zip(before, state(gan)):
        np.testing.assert_array_equal(one, other)
