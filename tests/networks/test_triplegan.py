"""Triple-GAN's networks: the authors' numbers of weights, where the label enters, and refusals."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.networks import triplegan

DIGIT, SMALL = (28, 28, 1), (16, 16, 1)
QUIET = {"noise": 0.0, "hidden_noise": 0.0}


def kernels(network):
    return [v.shape for v in network.trainable_variables if v.name == "kernel"]


def counted(shapes):
    return sum(int(np.prod(shape)) for shape in shapes)


def test_generator_has_the_authors_kernels():
    """110 x 500, 510 x 500, 510 x 784: the label is told to each layer."""
    G = triplegan.generator(DIGIT, 10)
    assert kernels(G) == [(110, 500), (510, 500), (510, 784)]
    assert counted(kernels(G)) == 709_840
    assert (G.name, G.input_shape, G.output_shape) == ("generator", [(None, 100), (None,)], (None, *DIGIT))


def test_discriminator_has_the_authors_kernels_but_for_a_label_that_they_tell_twice():
    """Theirs have 1,564,011 weights: ten more rows of 500 before the second layer."""
    D = triplegan.discriminator(DIGIT, 10)
    assert kernels(D) == [(794, 1000), (1010, 500), (510, 250), (260, 250), (260, 250), (260, 1)]
    assert D.count_params() + 10 * 500 == 1_564_011
    noises = [layer.stddev for layer in D.layers if isinstance(layer, keras.layers.GaussianNoise)]
    assert noises == [0.3] + [0.5] * 5


def test_classifier_has_the_authors_kernels():
    C = triplegan.classifier(DIGIT, 10)
    *maps, last = kernels(C)
    assert counted(maps) == 277_280
    assert (last, C.layers[-1].count_params()) == ((128, 10), 1290)
    assert C.output_shape == (None, 10)
    assert triplegan.classifier((32, 32, 3), 4, width=2).output_shape == (None, 4)


def test_dense_networks_of_small_pictures_are_counted():
    G, D = triplegan.generator(SMALL, 10, 32, 256, 3), triplegan.discriminator(SMALL, 10, 256, 2, **QUIET)
    assert kernels(G) == [(42, 256), (266, 256), (266, 256), (266, 256)]
    assert kernels(D) == [(266, 256), (266, 128), (138, 1)]
    assert not any(isinstance(layer, keras.layers.GaussianNoise) for layer in D.layers)
    assert kernels(triplegan.dense_classifier(SMALL, 10)) == [(256, 256), (256, 128), (128, 10)]


@pytest.mark.parametrize("build", [triplegan.generator, triplegan.discriminator])
def test_label_matters_from_the_beginning(build):
    network = build(SMALL, 3, width=8)
    first = np.random.default_rng(0).normal(size=(1, *network.input_shape[0][1:])).astype("float32")
    outputs = ops.convert_to_numpy(network([np.repeat(first, 3, axis=0), np.arange(3)]))
    assert np.abs(outputs - outputs[:1]).max() > 1e-3


def test_noise_and_dropout_are_of_training_alone():
    x, labels = np.zeros((2, *SMALL), "float32"), np.array([0, 1])
    for network, inputs in (
        (triplegan.discriminator(SMALL, 3, width=8), [x, labels]),
        (triplegan.dense_classifier(SMALL, 3, width=8), x),
        (triplegan.classifier(SMALL, 3, width=2), x),
    ):
        quiet = [ops.convert_to_numpy(network(inputs)) for _ in range(2)]
        np.testing.assert_array_equal(*quiet)
        loud = [ops.convert_to_numpy(network(inputs, training=True)) for _ in range(2)]
        assert np.abs(loud[0] - loud[1]).max() > 0 or network.name == "classifier"


@pytest.mark.parametrize(
    ("build", "arguments", "sentence"),
    [
        (triplegan.generator, {"classes": 0}, r"`classes` as a positive integer\. Received: 0"),
        (triplegan.dense_classifier, {"classes": 3, "width": 0}, r"`width` as a positive integer\. Received: 0"),
        (triplegan.classifier, {"classes": 0}, r"`classes` as a positive integer\. Received: 0"),
        (triplegan.discriminator, {"classes": 3, "width": 3}, r"a width from 4 .*Received: width=3"),
        (triplegan.discriminator, {"classes": 3, "depth": 6}, r"a depth up to 5\. Received: width=1000, depth=6"),
    ],
)
def test_triplegan_networks_refuse_what_does_not_fit(build, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        build(SMALL, **arguments)
