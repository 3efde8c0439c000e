"""Networks of users that end in a function with bounds: probabilities for logits, pictures that are never dark."""

import warnings

import keras
import numpy as np
import pytest
from conftest import adam
from keras import layers

from keras_gans import engine, losses, models

SHAPE = (4, 4, 1)
RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(-1, 1, (32, *SHAPE)).astype("float32")


def flat(x):
    return layers.Flatten()(x)


def nested(x):
    return keras.Sequential([keras.Input((16,)), layers.Dense(1, activation="sigmoid")])(flat(x))


ENDS = {
    "a layer": lambda x: layers.Dense(1, activation="sigmoid")(flat(x)),
    "an Activation": lambda x: layers.Activation("sigmoid")(layers.Dense(1)(flat(x))),
    "an operation": lambda x: keras.ops.sigmoid(layers.Dense(1)(flat(x))),
    "a wrapper": lambda x: layers.SpectralNormalization(layers.Dense(1, activation="sigmoid"))(flat(x)),
    "a model": nested,
}


def discriminator(end):
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, end(inputs))


def gan(end=lambda x: layers.Dense(1)(flat(x)), activation="tanh", loss="gan"):
    z = keras.Input((3,))
    generator = keras.Model(z, layers.Reshape(SHAPE)(layers.Dense(16)(z)))
    generator = keras.Sequential([generator, layers.Activation(activation)])
    model = models.GAN(generator, discriminator(end), 3)
    model.compile(adam(), adam(), loss=loss)
    return model


@pytest.mark.parametrize("loss", ["gan", "hinge", "wasserstein", "relativistic"])
@pytest.mark.parametrize("end", ENDS)
def test_probabilities_are_refused_where_logits_are_taken(end, loss):
    with pytest.raises(
        ValueError, match=r"Expected a discriminator that ends without .* one that ends in a sigmoid\.$"
    ):
        gan(ENDS[end], loss=loss)


def test_probabilities_are_taken_by_the_loss_of_them_and_train():
    model = gan(ENDS["a layer"], loss=losses.GANLoss(from_logits=False))
    history = model.fit(PICTURES, batch_size=16, verbose=0).history
    assert np.isfinite(history["d_loss"]).all()


def test_classes_of_a_second_head_are_not_to_be_softmax():
    z, label = keras.Input((3,)), keras.Input((), dtype="int32")
    told = layers.Concatenate()([z, layers.Embedding(3, 2)(label)])
    generator = keras.Model([z, label], layers.Reshape(SHAPE)(layers.Dense(16)(told)))
    inputs = keras.Input(SHAPE)
    body = flat(inputs)
    judge = keras.Model(inputs, [layers.Dense(1)(body), layers.Softmax()(layers.Dense(3)(body))])
    model = models.ACGAN(generator, judge, 3, classes=3)
    with pytest.raises(ValueError, match=r"Received: one that ends in a softmax\.$"):
        model.compile(adam(), adam())


def test_ends_of_a_network_are_named_output_by_output():
    inputs = keras.Input(SHAPE)
    network = keras.Model(inputs, [layers.Dense(1)(flat(inputs)), layers.Softmax()(flat(inputs)), flat(inputs)])
    assert engine.ends_of(network) == ["linear", "softmax", "flatten"]


def test_a_generator_that_never_goes_below_0_is_told_where_data_do():
    model = gan(activation="sigmoid")
    with pytest.warns(UserWarning, match="ends in a sigmoid and never goes below 0, while data are in"):
        model.fit(PICTURES, batch_size=16, verbose=0)
    with pytest.warns(UserWarning, match="ends in a sigmoid"):
        model.fit((batch for batch in (PICTURES[:16], PICTURES[16:])), steps_per_epoch=1, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        model.fit(np.abs(PICTURES), batch_size=16, verbose=0)
        gan().fit(PICTURES, batch_size=16, verbose=0)
