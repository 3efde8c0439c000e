"""Conditional pairs: shapes and counts for each kind of condition, and that the condition reaches every output."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import OneHot
from keras_gans.networks import cgan, dcgan

RNG = np.random.default_rng(0)
SHAPE = (16, 16, 1)
LABELS = np.array([0, 2, 2], "int32")


pytestmark = pytest.mark.usefixtures("quick_weights")


@pytest.fixture(scope="module")
def generator():
    """A small generator of three classes."""
    return cgan.generator(SHAPE, classes=3, latent_dim=5, width=2, embedding=4)


@pytest.fixture(scope="module")
def discriminator():
    """A small discriminator of one score."""
    return cgan.discriminator(SHAPE, classes=3, width=2, embedding=4)


@pytest.fixture(scope="module")
def two_headed():
    """A small discriminator of two scores."""
    return cgan.two_headed_discriminator(SHAPE, classes=3, width=2, embedding=4)


def numpy(x):
    return ops.convert_to_numpy(x)


def pictures(n):
    return RNG.uniform(-1, 1, size=(n, *SHAPE)).astype("float32")


def repeated(x, n=3):
    return np.repeat(x, n, axis=0)


def of(network, kind):
    return [layer for layer in network._flatten_layers() if isinstance(layer, kind)]


@pytest.mark.parametrize(
    ("condition", "length"),
    [({"classes": 3, "embedding": 4}, 4), ({"classes": 3, "embedding": 0}, 3), ({"condition_dim": 6}, 6)],
    ids=["embedding", "one-hot", "vector"],
)
def test_cgan_networks_take_each_kind_of_condition(condition, length):
    table = 12 if length == 4 else 0
    networks = [
        cgan.generator(SHAPE, **condition, latent_dim=5, width=2),
        cgan.discriminator(SHAPE, **condition, width=2),
        cgan.two_headed_discriminator(SHAPE, **condition, width=2),
    ]
    plain = dcgan.discriminator(SHAPE, width=2).count_params()
    assert [network.count_params() for network in networks] == [
        table + dcgan.generator(SHAPE, 5 + length, width=2).count_params(),
        table + (length + 1) * 256 + 5 * 5 * 2 + plain,
        table + (4 * 4 * 4 + length + 1) * 16 + 17 + plain,
    ]
    shape, dtype = ((None, 6), "float32") if length == 6 else ((None,), "int32")
    for network in networks:
        assert (network.inputs[1].shape, network.inputs[1].dtype, network.inputs[1].name) == (shape, dtype, "condition")
        assert len(of(network, OneHot)) == (length == 3)
    generator, discriminator, two_headed = networks
    assert [network.name for network in networks] == ["generator", "discriminator", "discriminator"]
    assert (generator.inputs[0].shape, generator.output_shape) == ((None, 5), (None, *SHAPE))
    assert (discriminator.inputs[0].shape, discriminator.output_shape) == ((None, *SHAPE), (None, 1))
    assert (two_headed.inputs[0].shape, two_headed.output_shape) == ((None, *SHAPE), [(None, 1), (None, 1)])


def test_cgan_generator_the_class_changes_the_picture(generator):
    latents = repeated(RNG.normal(size=(1, 5)).astype("float32"))
    first, second, third = numpy(generator([latents, LABELS]))
    assert first.shape == SHAPE
    assert np.abs(first - second).max() > 1e-6
    np.testing.assert_allclose(second, third, rtol=1e-5, atol=1e-7)


def test_cgan_classes_start_as_loud_as_latents():
    (table,) = of(cgan.generator(SHAPE, classes=100, width=2), layers.Embedding)
    assert table.embeddings.shape == (100, 50)
    assert numpy(table.embeddings).std() == pytest.approx(1.0, rel=0.05)


def test_cgan_discriminator_the_class_changes_the_score(discriminator):
    first, second, third = numpy(discriminator([repeated(pictures(1)), LABELS]))[:, 0]
    assert abs(first - second) > 1e-6
    assert third == pytest.approx(second, rel=1e-5)


def test_cgan_discriminator_sees_the_condition_at_every_pixel(discriminator):
    """The picture and one more channel, of which each pixel is a unit of a dense layer of the class's vector."""
    x, judge = pictures(3), discriminator.layers[-1]
    (embedding,), (dense, _) = of(discriminator, layers.Embedding), of(discriminator, layers.Dense)
    vectors = numpy(embedding.embeddings)[LABELS]
    channel = (vectors @ numpy(dense.kernel) + numpy(dense.bias)).reshape(3, 16, 16, 1)
    assert np.std(channel, axis=(1, 2)).min() > 0
    expected = numpy(judge(np.concatenate([x, channel], axis=-1)))
    np.testing.assert_allclose(numpy(discriminator([x, LABELS])), expected, rtol=1e-3, atol=1e-6)


def test_cgan_two_headed_discriminator_only_matching_knows_the_class(two_headed):
    realistic, matching = (numpy(y)[:, 0] for y in two_headed([repeated(pictures(1)), LABELS]))
    np.testing.assert_allclose(realistic, realistic[0], rtol=1e-5)
    assert abs(matching[0] - matching[1]) > 1e-6
    assert matching[2] == pytest.approx(matching[1], rel=1e-5)


def test_cgan_two_headed_discriminator_both_heads_look_at_the_picture(two_headed):
    x, labels = ops.convert_to_tensor(pictures(3)), ops.convert_to_tensor(LABELS)
    for head in (0, 1):
        gradient = numpy(engine.input_gradient(lambda x, head=head: two_headed([x, labels])[head], x))
        assert np.abs(gradient).max(axis=(1, 2, 3)).min() > 0


def test_cgan_discriminators_hand_arguments_on():
    for build in (cgan.discriminator, cgan.two_headed_discriminator):
        network = build(SHAPE, classes=3, width=2, batch_norm=False, dropout=0.3)
        assert not of(network, layers.BatchNormalization)
        assert [layer.rate for layer in of(network, layers.Dropout)] == [0.3, 0.3]
        with pytest.raises(TypeError, match="droput"):
            build(SHAPE, classes=3, droput=0.3)


def test_cgan_networks_fit_pictures_with_alpha():
    shape = (28, 28, 4)
    assert cgan.generator(shape, classes=3, width=2).output_shape == (None, *shape)
    for build in (cgan.discriminator, cgan.two_headed_discriminator):
        assert build(shape, classes=3, width=2).inputs[0].shape == (None, *shape)


def test_cgan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    latents, labels = np.zeros((3, 5), "float32"), LABELS
    images = numpy(cgan.generator(SHAPE, classes=3, latent_dim=5, width=2, embedding=0)([latents, labels]))
    scores = [
        cgan.discriminator(SHAPE, classes=3, width=2, embedding=0)([images, labels]),
        *cgan.two_headed_discriminator(SHAPE, classes=3, width=2, embedding=0)([images, labels]),
    ]
    assert images.dtype == np.float32
    assert {keras.backend.standardize_dtype(y.dtype) for y in scores} == {"float32"}


def test_cgan_networks_are_saved_and_loaded(generator, discriminator, two_headed, tmp_path):
    x = {"generator": RNG.normal(size=(3, 5)).astype("float32"), "discriminator": pictures(3)}
    for network in (generator, discriminator, two_headed):
        network.save(tmp_path / "network.keras")
        inputs = [x[network.name], LABELS]
        outputs = keras.tree.flatten(keras.saving.load_model(tmp_path / "network.keras")(inputs))
        for one, other in zip(outputs, keras.tree.flatten(network(inputs)), strict=True):
            assert np.isfinite(numpy(one)).all()
            np.testing.assert_array_equal(numpy(one), numpy(other))


def test_cgan_refuses_bad_arguments():
    for build in (cgan.generator, cgan.discriminator, cgan.two_headed_discriminator):
        for given in ({}, {"classes": 3, "condition_dim": 2}):
            with pytest.raises(ValueError, match="exactly one of `classes` and `condition_dim`. Received: classes="):
                build(SHAPE, **given)
        with pytest.raises(ValueError, match="`classes` as a positive integer. Received: 0"):
            build(SHAPE, classes=0)
        with pytest.raises(ValueError, match="`condition_dim` as a positive integer. Received: 1.5"):
            build(SHAPE, condition_dim=1.5)
        with pytest.raises(ValueError, match="`embedding` as a positive integer. Received: -1"):
            build(SHAPE, classes=3, embedding=-1)
        for shape in (16, (16, 8, 1), (8, 8, 1)):
            with pytest.raises(ValueError, match="sides? of 16 to 256 pixels.* Received: "):
                build(shape, classes=3)
    for build in (cgan.discriminator, cgan.two_headed_discriminator):
        with pytest.raises(ValueError, match=r"with 1 to 4 channels. Received: \(16, 16, 5\)"):
            build((16, 16, 5), classes=3)
