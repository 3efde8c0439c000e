"""BigGAN's networks: exact counts and the ablation table's, who hears which chunk, the one embedding, the logit."""

import keras
import numpy as np
import pytest
from keras import layers
from laddered import attended, blocks, check_logit, check_normalized, numpy, of, probe, trainable

from keras_gans import models
from keras_gans.layers import ConditionalBatchNormalization, LinearConditionalBatchNormalization, SelfAttention
from keras_gans.networks import biggan, projection

RNG = np.random.default_rng(0)
SHAPE, LABELS = (32, 32, 1), np.array([0, 2, 2], "int32")
Z = RNG.normal(size=(3, 80)).astype("float32")
TABLES = {"shared": False, "hierarchical": False}
CIFAR, GREY, FLOWERS = {"image_shape": (32, 32, 3), "classes": 10}, {"image_shape": (16, 16, 1), "classes": 10}, None
FLOWERS = {"image_shape": (64, 64, 3), "classes": 5}


@pytest.fixture(scope="module")
def generator(quick_weights):
    """A small generator of three classes, with attention at 16 pixels."""
    return biggan.generator(SHAPE, 3, width=4, embedding=6)


@pytest.fixture(scope="module")
def discriminator(quick_weights):
    """A small discriminator of three classes."""
    return biggan.discriminator(SHAPE, 3, width=4)


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("side", "g", "d"),
    [(128, 70_433_988, 87_982_370), (256, 82_097_604, 99_225_890), (512, 82_468_068, 99_401_282)],
)
def test_biggan_has_so_many_weights(side, g, d):
    """Paper: 70.4 and 88.0 million at 128 pixels; google/compare_gan asserts the same numbers."""
    generator, discriminator = biggan.generator((side, side, 3)), biggan.discriminator((side, side, 3))
    assert (trainable(generator), trainable(discriminator)) == (g, d)
    if side == 256:
        assert trainable(biggan.generator((256, 256, 3), attention=64)) == 82_235_844
    if side == 128:
        assert generator.input_shape == [(None, 120), (None,)]
        norms = of(generator, LinearConditionalBatchNormalization)
        assert len(norms) == 10
        assert sum(v.numpy().size for norm in norms for v in norm.trainable_variables) == 2_188_032
        sizes = [v.numpy().size for v in of(generator, layers.Dense)[0].trainable_variables]
        assert sum(sizes) == 516_096  # of the first chunk alone: with the class, too, G would have 73,579,716


ABLATION = [  # BigGAN's Table 1: ch, latents, shared, hierarchical -> millions of parameters, without the embedding
    (64, 128, False, False, 81.466, 81.5),
    (96, 128, False, False, 173.539, 173.5),
    (96, 128, True, False, 160.647, 160.6),
    (96, 120, True, True, 158.288, 158.3),
    (64, 120, True, True, 71.299, 71.3),
]


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(("width", "latent_dim", "shared", "hierarchical", "exact", "printed"), ABLATION)
def test_biggans_ablation_table_has_its_column_of_parameters(width, latent_dim, shared, hierarchical, exact, printed):
    generator = biggan.generator(latent_dim=latent_dim, width=width, shared=shared, hierarchical=hierarchical)
    both = trainable(generator) + trainable(biggan.discriminator(width=width))
    millions = (both - (128_000 if shared else 0)) / 1e6
    assert round(millions, 3) == exact
    assert round(millions, 1) == printed


SMALL = [
    ({**CIFAR, "width": 64, "latent_dim": 128, "attention": None, **TABLES}, 4_304_387),
    ({**CIFAR, "width": 96}, 9_416_196),
    ({**CIFAR, "width": 16}, 377_476),
    ({**CIFAR, "width": 16, "attention": None}, 372_355),
    ({**CIFAR, "width": 16, "image_shape": SHAPE}, 376_322),
    ({**CIFAR, "width": 16, "image_shape": SHAPE, "attention": None}, 371_201),
    ({**CIFAR, "width": 8}, 129_732),
    ({**CIFAR, "width": 8, "attention": None}, 128_451),
    ({**GREY, "width": 8}, 89_377),
    ({**GREY, "width": 16}, 255_297),
    ({**GREY, "width": 16, **TABLES}, 224_321),
    ({**GREY, "width": 16, "hierarchical": False}, 286_017),
    ({**FLOWERS, "width": 8}, 688_548),
    ({**FLOWERS, "width": 16}, 2_313_412),
]
SMALL_D = [
    ({**CIFAR, "width": 128, "attention": None}, 4_207_361),
    ({**CIFAR, "width": 96}, 2_415_170),
    ({**CIFAR, "width": 16}, 68_450),
    ({**CIFAR, "width": 16, "attention": None}, 67_169),
    ({**CIFAR, "width": 16, "image_shape": SHAPE}, 67_810),
    ({**CIFAR, "width": 16, "image_shape": SHAPE, "attention": None}, 66_529),
    ({**CIFAR, "width": 8}, 17_522),
    ({**CIFAR, "width": 8, "attention": None}, 17_201),
    ({**GREY, "width": 8}, 11_969),
    ({**GREY, "width": 16}, 46_977),
    ({**FLOWERS, "width": 8}, 307_050),
    ({**FLOWERS, "width": 16}, 1_224_690),
]


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("build", "arguments", "count"),
    [(biggan.generator, *row) for row in SMALL] + [(biggan.discriminator, *row) for row in SMALL_D],
)
def test_small_biggan_has_so_many_weights(build, arguments, count):
    assert trainable(build(**arguments)) == count


@pytest.mark.usefixtures("no_weights")
def test_biggan_without_sharing_chunks_and_attention_is_the_projection_pair():
    generator = biggan.generator(**CIFAR, width=64, latent_dim=128, attention=None, spectral_norm=False, **TABLES)
    assert trainable(generator) == trainable(projection.generator())
    assert len(of(generator, ConditionalBatchNormalization)) == 6
    assert not of(generator, LinearConditionalBatchNormalization, SelfAttention, layers.Embedding)


def told(generator):
    """What each norm hears beside the map, in the order of the network."""
    return [norm.input[1] for norm in generator.layers if isinstance(norm, LinearConditionalBatchNormalization)]


def test_each_block_hears_its_own_chunk_and_the_dense_layer_the_first(generator):
    look = probe(generator, *told(generator), of(generator, layers.Reshape)[0].output, *blocks(generator))
    before = look(Z, LABELS)
    for k in range(4):
        other = Z.copy()
        other[:, 20 * k : 20 * (k + 1)] += 1.0
        same = [np.array_equal(a, b) for a, b in zip(look(other, LABELS), before)]
        heard, first, made = same[:6], same[6], same[7:]
        assert heard == [block != k for block in (1, 1, 2, 2, 3, 3)]  # so gains of other blocks have no gradient
        assert first == (k > 0)
        assert made == [block < k for block in (1, 2, 3)] if k else not any(made)


def test_all_norms_share_one_embedding_without_spectral_normalization(generator):
    check_normalized(generator, but=("embedding",))
    (embedding,) = of(generator, layers.Embedding)
    rows = numpy(embedding.embeddings)[LABELS]
    for heard in probe(generator, *told(generator))(Z, LABELS):
        assert heard.shape == (3, 26)
        np.testing.assert_array_equal(heard[:, 20:], rows)
    norms = of(generator, layers.BatchNormalization)
    assert [(norm.center, norm.scale) for norm in norms].count((True, True)) == 1
    assert len(norms) == 7


def test_classes_of_a_biggan_can_be_mixed(generator, discriminator):
    """Half of each of two classes is the class between their rows."""
    model = models.CGAN(generator, discriminator, 80, 3)
    half = model.generate(1, seed=0, labels=np.array([[0.5, 0.0, 0.5]]))
    (embedding,) = of(generator, layers.Embedding)
    table = numpy(embedding.embeddings)
    embedding.embeddings.assign(np.stack([(table[0] + table[2]) / 2, table[1], table[2]]))
    np.testing.assert_allclose(model.generate(1, seed=0, labels=0), half, atol=1e-5)
    embedding.embeddings.assign(table)
    assert np.abs(model.generate(1, seed=0, labels=0) - half).max() > 1e-4


def test_biggan_attends_once_in_each_network(generator, discriminator):
    assert attended(generator) == attended(discriminator) == [16]
    check_normalized(discriminator)
    assert not of(discriminator, layers.BatchNormalization)


def test_biggans_generator_without_spectral_normalization_has_none():
    generator = biggan.generator(SHAPE, 3, width=4, spectral_norm=False)
    assert not [layer for layer in generator._flatten_layers() if "spectral" in type(layer).__name__.lower()]
    assert all(not norm.spectral_norm for norm in of(generator, LinearConditionalBatchNormalization))


def test_biggan_discriminators_logit_is_linear_plus_inner_product(discriminator):
    check_logit(discriminator, RNG.uniform(-1, 1, size=(3, 32, 32, 1)).astype("float32"), LABELS)


def test_features_are_sums_over_places():
    """Of a map that has one value everywhere, twice the area has twice the sum."""
    sums = []
    for side in (1, 2, 4):
        inputs = keras.Input((side, side, 3))
        model = keras.Model(inputs, biggan.ladder.summed(inputs))
        sums.append(numpy(model(np.full((1, side, side, 3), 0.5, "float32"))))
    np.testing.assert_allclose(sums, [[[0.5] * 3], [[2.0] * 3], [[8.0] * 3]])


def test_other_heads_fit_on_biggans_features(discriminator):
    """Those of the discriminator itself."""
    images = keras.Input(SHAPE)
    h = biggan.features(images, 4)
    assert (h.shape, h.dtype) == ((None, 8), "float32")
    two = keras.Model(images, [h, layers.Dense(4)(h)])
    body = [layer for layer in discriminator.layers if layer.trainable_variables][:-2]
    others = [layer for layer in two.layers if layer.trainable_variables][:-1]
    assert [layer.count_params() for layer in others] == [layer.count_params() for layer in body]
    assert two.get_layer("features").output is h


def test_biggan_half_precision_returns_float32(request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy("mixed_float16")
    images = numpy(biggan.generator(SHAPE, 3, width=4)([Z, LABELS]))
    discriminator = biggan.discriminator(SHAPE, 3, width=4)
    logits = discriminator([1000.0 * images, LABELS])  # sums that float16 does not hold
    assert images.dtype == np.float32
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    assert np.isfinite(numpy(logits)).all()
    assert keras.backend.standardize_dtype(discriminator.get_layer("features").output.dtype) == "float32"


def test_biggan_is_saved_and_loaded(generator, discriminator, tmp_path):
    inputs = {"generator": Z, "discriminator": RNG.uniform(-1, 1, (3, *SHAPE)).astype("float32")}
    for network in (generator, discriminator):
        x = [inputs[network.name], LABELS]
        network.save(tmp_path / "network.keras")
        np.testing.assert_array_equal(numpy(keras.saving.load_model(tmp_path / "network.keras")(x)), numpy(network(x)))


def test_biggan_refuses_latents_that_cannot_be_cut_and_chunks_that_nobody_hears():
    """Trap: a length that is rounded down in silence."""
    with pytest.raises(ValueError, match=r"`latent_dim` as a multiple of 4\. Received: 82\."):
        biggan.generator(SHAPE, 3, latent_dim=82, width=4)
    biggan.generator(SHAPE, 3, latent_dim=82, width=4, hierarchical=False)
    with pytest.raises(ValueError, match=r"shared=True with hierarchical=True\. Received: shared=False\."):
        biggan.generator(SHAPE, 3, width=4, shared=False)
