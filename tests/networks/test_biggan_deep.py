"""BigGAN-deep's networks: exact counts, the paper's Table 9, shortcuts that keep the map, and who hears the latents."""

import itertools

import keras
import numpy as np
import pytest
from keras import layers
from laddered import attended, check_logit, check_normalized, numpy, of, probe, trainable

from keras_gans.layers import LinearConditionalBatchNormalization
from keras_gans.networks import biggan_deep

RNG = np.random.default_rng(0)
SHAPE, LABELS = (32, 32, 1), np.array([0, 2, 2], "int32")
Z = RNG.normal(size=(3, 5)).astype("float32")
X = RNG.normal(size=(2, 4, 4, 8)).astype("float32")


@pytest.fixture(scope="module")
def pair(quick_weights):
    """A small pair of three classes, with attention at 16 pixels."""
    return biggan_deep.generator(SHAPE, 3, 5, width=4, embedding=6), biggan_deep.discriminator(SHAPE, 3, width=4)


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("side", "g", "d"),
    [(128, 50_244_484, 34_590_210), (256, 55_736_708, 38_247_426), (512, 56_019_780, 38_301_122)],
)
def test_biggan_deep_has_so_many_weights(side, g, d):
    """google/compare_gan asserts those at 128 pixels; the paper has 50.4 and 34.6 million.

    Its 50.4 are those of a generator whose last convolution has 128 outputs, of which three are used.
    """
    generator, discriminator = biggan_deep.generator((side, side, 3)), biggan_deep.discriminator((side, side, 3))
    assert (trainable(generator), trainable(discriminator)) == (g, d)
    released = {128: 50_388_609, 256: 55_880_833, 512: 56_163_905}
    assert g + (9 * 128 + 1) * (128 - 3) == released[side]


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize(
    ("shape", "latents", "width", "g", "d"),
    [
        ((32, 32, 3), {"latent_dim": 80}, 96, 4_599_876, 415_010),
        ((32, 32, 3), {}, 16, 656_100, 12_850),
        ((32, 32, 3), {"latent_dim": 32, "embedding": 32}, 16, 200_484, 12_850),
        ((32, 32, 1), {"latent_dim": 32, "embedding": 32}, 16, 199_330, 12_274),
    ],
)
def test_small_biggan_deep_has_so_many_weights(shape, latents, width, g, d):
    """The first is StudioGAN's for CIFAR-10, whose log prints both numbers."""
    assert trainable(biggan_deep.generator(shape, 10, width=width, **latents)) == g
    assert trainable(biggan_deep.discriminator(shape, 10, width=width)) == d


CH = 128
G_WIDTHS = [16, 16, 8, 8, 4, 2, 1, 1]
D_WIDTHS = [1, 1, 2, 4, 8, 8, 16, 16]


@pytest.mark.usefixtures("no_weights")
def test_generator_at_512_pixels_is_the_papers_table_9():
    network = biggan_deep.generator((512, 512, 3))
    rows = biggan_deep.parameter_table(network)
    parts = ["Embed(y) 128", "Linear 256 -> 32768"]
    for i, o in itertools.pairwise(G_WIDTHS):
        parts += [f"ResBlock {i * CH} -> {i * CH}", f"ResBlock up {i * CH} -> {o * CH}"]
        parts += ["Non-Local Block (64x64)"] if (i, o) == (8, 4) else []
    parts += ["BN, ReLU, 3x3 Conv 128 -> 3, Tanh"]
    assert [part for part, *_ in rows] == parts
    assert [shape for _, shape, _ in rows[:4]] == [(128,), (32768,), (4, 4, 2048), (8, 8, 2048)]
    assert [shape for _, shape, _ in rows[-3:]] == [(256, 256, 128), (512, 512, 128), (512, 512, 3)]
    assert sum(count for *_, count in rows) == trainable(network) == 56_019_780
    counts = dict(zip(parts, (count for *_, count in rows)))
    assert counts["Embed(y) 128"] == 128_000
    assert counts["Linear 256 -> 32768"] == 257 * 32_768
    assert counts["Non-Local Block (64x64)"] == 1.25 * 512**2 + 1
    assert counts["BN, ReLU, 3x3 Conv 128 -> 3, Tanh"] == 2 * 128 + 9 * 128 * 3 + 3
    convolutions = 2048 * 512 + 512 + 2 * (9 * 512**2 + 512) + 512 * 1024 + 1024
    norms = 2 * 256 * (2048 + 3 * 512)
    assert counts["ResBlock up 2048 -> 1024"] == convolutions + norms


@pytest.mark.usefixtures("no_weights")
def test_discriminator_at_512_pixels_is_the_papers_table_9():
    network = biggan_deep.discriminator((512, 512, 3))
    rows = biggan_deep.parameter_table(network)
    parts = ["3x3 Conv 3 -> 128"]
    for i, o in itertools.pairwise(D_WIDTHS):
        parts += [f"ResBlock down {i * CH} -> {o * CH}", f"ResBlock {o * CH} -> {o * CH}"]
        parts += ["Non-Local Block (64x64)"] if (i, o) == (2, 4) else []
    assert [part for part, *_ in rows[:-3]] == parts
    assert {part for part, *_ in rows[-3:]} == {"ReLU, Global sum pooling", "Linear 2048 -> 1", "Embed(y) 2048"}
    assert rows[0] == ("3x3 Conv 3 -> 128", (512, 512, 128), 3_584)
    assert rows[-4][1] == (4, 4, 2048)
    assert sum(count for *_, count in rows) == trainable(network) == 38_301_122
    counts = {part: count for part, _, count in rows}
    assert counts["Embed(y) 2048"] == 2_048_000
    shortcut = 512 * 512 + 512
    assert counts["ResBlock down 512 -> 1024"] == 512 * 256 + 256 + 2 * (9 * 256**2 + 256) + 257 * 1024 + shortcut


def zeroed(build):
    """A block with all convolutions zero, as a function of X."""
    inputs = keras.Input(X.shape[1:])
    model = keras.Model(inputs, build(inputs))
    for convolution in of(model, layers.Conv2D):
        convolution.set_weights([np.zeros_like(w) for w in convolution.get_weights()])
    return numpy(model(X))


def test_shortcuts_of_the_generator_drop_channels_and_take_the_nearest_neighbour():
    """Trap: a 1x1 convolution in every shortcut, which is another network."""
    for filters in (8, 4):
        expected = X[..., :filters].repeat(2, axis=1).repeat(2, axis=2)
        np.testing.assert_array_equal(
            zeroed(lambda x, o=filters: biggan_deep.up(x, o, lambda x: x, True, "b")), expected
        )
    np.testing.assert_array_equal(zeroed(lambda x: biggan_deep.up(x, 8, lambda x: x, False, "b")), X)


def test_shortcuts_of_the_discriminator_keep_the_mean_and_add_channels():
    mean = X.reshape(2, 2, 2, 2, 2, 8).mean(axis=(2, 4))
    wider = zeroed(lambda x: biggan_deep.down(x, 12, True, "b"))
    np.testing.assert_allclose(wider[..., :8], mean, atol=1e-6)
    np.testing.assert_array_equal(wider[..., 8:], np.zeros((2, 2, 2, 4)))
    np.testing.assert_allclose(zeroed(lambda x: biggan_deep.down(x, 8, True, "b")), mean, atol=1e-6)
    np.testing.assert_array_equal(zeroed(lambda x: biggan_deep.down(x, 8, False, "b")), X)


def test_blocks_have_four_convolutions_of_a_quarter_of_the_channels():
    for build, wide in (
        (lambda x: biggan_deep.up(x, 4, lambda x: x, True, "b"), 8),
        (lambda x: biggan_deep.down(x, 12, True, "b"), 12),
    ):
        inputs = keras.Input(X.shape[1:])
        model = keras.Model(inputs, build(inputs))
        main = [c for c in of(model, layers.Conv2D) if c.filters in (wide // 4, model.output_shape[-1])]
        assert [(c.kernel_size[0], c.filters) for c in main] == [
            (1, wide // 4),
            (3, wide // 4),
            (3, wide // 4),
            (1, model.output_shape[-1]),
        ]
        assert len(of(model, layers.ReLU)) == 4
        sides = [c.output.shape[1] for c in model.layers if getattr(c, "layer", None) in main]
        assert sides == ([4, 8, 8, 8] if wide == 8 else [4, 4, 4, 2])


def test_every_number_of_the_latents_reaches_every_norm(pair):
    generator = pair[0]
    norms = [norm for norm in generator.layers if isinstance(norm, LinearConditionalBatchNormalization)]
    (dense,) = of(generator, layers.Dense)[:1]
    assert len(norms) == 3 * 2 * 4
    (embedding,) = of(generator, layers.Embedding)
    expected = np.concatenate([Z, numpy(embedding.embeddings)[LABELS]], axis=1)
    for heard in probe(generator, *(norm.input[1] for norm in norms))(Z, LABELS):
        np.testing.assert_array_equal(heard, expected)
    assert dense.kernel.shape[0] == expected.shape[1] == 11


def test_biggan_deep_is_normalised_and_attends_once_in_each_network(pair):
    generator, discriminator = pair
    assert attended(generator) == attended(discriminator) == [16]
    check_normalized(generator, but=("embedding",))
    check_normalized(discriminator)
    assert not of(discriminator, layers.BatchNormalization)


def test_biggan_deep_discriminators_logit_is_linear_plus_inner_product(pair):
    check_logit(pair[1], RNG.uniform(-1, 1, size=(3, *SHAPE)).astype("float32"), LABELS)


@pytest.mark.usefixtures("quick_weights")
def test_biggan_deep_is_saved_and_loaded(pair, tmp_path):
    """One more generator drops channels in its shortcuts."""
    inputs = {"generator": Z, "discriminator": RNG.uniform(-1, 1, (3, *SHAPE)).astype("float32")}
    dropping = biggan_deep.generator((64, 64, 1), 3, 5, width=4, embedding=6, attention=None)
    for network in (*pair, dropping):
        x = [inputs[network.name], LABELS]
        network.save(tmp_path / "network.keras")
        np.testing.assert_array_equal(numpy(keras.saving.load_model(tmp_path / "network.keras")(x)), numpy(network(x)))
