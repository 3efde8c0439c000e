"""S3GAN's discriminator: exact counts of its heads, what each says of the features, and labels that are not known."""

import numpy as np
import pytest
from keras import layers
from laddered import check_normalized, numpy, of, probe, trainable

from keras_gans.layers import SpectralNormalization
from keras_gans.networks import biggan, s3gan

SHAPE = (16, 16, 1)
X = np.random.default_rng(0).uniform(-1, 1, (4, *SHAPE)).astype("float32")
LABELS = np.array([0, 2, -1, -1], "int32")


@pytest.mark.usefixtures("no_weights")
def test_heads_have_so_many_weights():
    plain = trainable(biggan.discriminator())
    turns, classes = (trainable(s3gan.discriminator(predicts=predicts)) for predicts in (False, True))
    assert (plain, turns - plain, classes - turns) == (87_982_370, 6_148, 1_537_000)
    assert (turns, classes) == (87_988_518, 89_525_518)


@pytest.mark.parametrize("predicts", [False, True])
def test_discriminator_is_biggans_with_linear_heads_on_its_features(predicts):
    network = s3gan.discriminator(SHAPE, 3, width=4, predicts=predicts)
    sizes = [(None, 1), (None, 4), (None, 3)][: 2 + predicts]
    assert network.output_shape == sizes
    assert {y.dtype for y in network.outputs} == {"float32"}
    check_normalized(network)
    for spectral in of(network, SpectralNormalization):
        spectral.power_iterations = 50
    known = np.abs(LABELS)
    (h,) = probe(network, network.get_layer("features").output)(X, known)
    scores, *heads = map(numpy, network([X, known]))
    named = sorted((layer for layer in of(network, layers.Dense) if layer.units > 1), key=lambda layer: -layer.units)
    assert [layer.units for layer in named] == [4, 3][: 1 + predicts]
    for layer, head in zip(named, heads, strict=True):
        kernel = numpy(layer.kernel)
        layer.bias.assign(np.arange(layer.units))
        expected = h @ (kernel / np.linalg.svd(kernel, compute_uv=False)[0])
        np.testing.assert_allclose(head, expected, rtol=1e-3, atol=1e-4)
    for before, after in zip(heads, network([X, known])[1:]):
        np.testing.assert_allclose(numpy(after) - before, np.arange(before.shape[1]) + 0 * before, atol=1e-4)
    assert scores.std() > 0


def test_a_label_that_is_not_known_is_the_likeliest_class():
    network = s3gan.discriminator(SHAPE, 3, width=4, predicts=True)
    (table,) = of(network, layers.Embedding)
    table.embeddings.assign(np.random.default_rng(1).normal(size=table.embeddings.shape))
    scores, _, classes = map(numpy, network([X, LABELS]))
    filled = np.where(LABELS < 0, classes.argmax(axis=1), LABELS).astype("int32")
    np.testing.assert_array_equal(scores, numpy(network([X, filled])[0]))
    others = np.where(LABELS < 0, (filled + 1) % 3, LABELS).astype("int32")
    differs = scores != numpy(network([X, others])[0])
    assert differs[:, 0].tolist() == [False, False, True, True]


def test_s3gan_discriminator_refuses_what_it_cannot_build():
    with pytest.raises(ValueError, match=r"`classes` as a positive integer\. Received: 0"):
        s3gan.discriminator(SHAPE, 0)
    with pytest.raises(ValueError, match=r"Expected `image_shape`.*Received: \(12, 12, 1\)"):
        s3gan.discriminator((12, 12, 1), 3)
    with pytest.raises(ValueError, match=r"Expected `attention`.*Received: 5"):
        s3gan.discriminator(SHAPE, 3, attention=5)
