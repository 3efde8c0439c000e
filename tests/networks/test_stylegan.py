"""The networks of StyleGAN: sizes, order of what a layer does, styles, noise, and stages."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import Blur, EqualizedDense, Noise
from keras_gans.networks import progan, stylegan
from keras_gans.training.stages import at, set_detail
from keras_gans.training.state import drawn_from, seeds_of

COUNTS = [  # side, channels, latents and width, base, mapping layers: trainable weights with all to_rgb, noise, layers
    (1024, 3, 512, 8192, 8, 26_219_627, 2_796_192, 18),  # the authors' README prints this number
    (256, 3, 512, 8192, 8, 26_086_229, 174_752, 14),
    (64, 3, 512, 8192, 8, 25_137_935, 10_912, 10),
    (64, 3, 64, 1024, 4, 380_271, 10_912, 10),
    (32, 3, 64, 8192, 8, 360_716, 2_720, 8),
    (32, 3, 64, 512, 4, 289_452, 2_720, 8),
    (32, 1, 64, 512, 4, 288_996, 2_720, 8),
    (16, 1, 16, 8192, 2, 15_827, 672, 6),
    (16, 1, 4, 8192, 2, 1_127, 672, 6),
]
LAST_ONLY = [26_212_019, 26_078_915, 25_131_779, 379_491, 360_131, 288_867, 288_801, 15_793, 1_117]
RNG = np.random.default_rng(0)
Z = RNG.normal(size=(5, 4)).astype("float32")


def count(weights):
    return sum(int(np.prod(v.shape)) for v in weights)


@pytest.mark.usefixtures("quick_weights")
@pytest.mark.parametrize("row", range(len(COUNTS)), ids=lambda row: "-".join(map(str, COUNTS[row][:3])))
def test_generator_has_the_published_number_of_weights(row):
    side, channels, width, base, mapping, weights, noise, rows = COUNTS[row]
    g = stylegan.generator((side, side, channels), width, width, base, mapping)
    assert count(g.trainable_variables) == weights
    assert count(layer.fixed for layer in g.layers if isinstance(layer, Noise)) == noise
    assert g.get_layer("styles").output.shape == (None, rows, width)
    lower = [layer for layer in g.layers if layer.name.startswith("to_rgb") and layer.name != f"to_rgb_{side}"]
    assert weights - count(v for layer in lower for v in layer.trainable_variables) == LAST_ONLY[row]
    others = {"mean": width, "detail": rows // 2, "fixed": noise}  # a fade for each doubling, and mixing
    found = {name: count(v for v in g.non_trainable_weights if v.name == name) for name in others}
    assert found == others
    assert count(g.non_trainable_weights) == sum(found.values())


@pytest.mark.usefixtures("quick_weights")
@pytest.mark.parametrize(("side", "width", "weights"), [(1024, 512, 23_087_249), (32, 64, 325_761), (16, 4, None)])
def test_discriminator_has_as_many_weights_as_progans(side, width, weights):
    d, plain = (room.discriminator((side, side, 3), width) for room in (stylegan, progan))
    assert count(d.trainable_variables) == count(plain.trainable_variables)
    assert weights in (None, count(d.trainable_variables))


@pytest.mark.parametrize("shape", [(4, 4, 3), (24, 24, 3), (16, 32, 3), (16, 16, 5), (2048, 2048, 3), (16, 16)])
@pytest.mark.parametrize("build", [stylegan.generator, stylegan.discriminator])
def test_other_shapes_are_refused(build, shape):
    with pytest.raises(ValueError, match=r"^Expected `image_shape` as \(side, side, channels\).*Received: "):
        build(shape)


@pytest.fixture(scope="module")
def generator():
    """One of 16 pixels whose layers take noise, and whose weights are none of those that they begin with."""
    keras.utils.set_random_seed(0)
    network = stylegan.generator((16, 16, 3), latent_dim=4, width=6, mapping_layers=2)
    for v in network.trainable_variables:
        v.assign(v.numpy() + 0.3 * RNG.normal(size=v.shape))
    return network


@pytest.fixture
def whole(generator):
    """It, at full detail after each test."""
    yield generator
    set_detail(generator, 4.0)


def part(network, *outputs):
    """Outputs of layers, by name, as a function of the latents and of what is drawn."""
    model = keras.Model(network.input, [network.get_layer(name).output for name in outputs])
    return lambda z=Z, training=False, seed=0: drawing(network, model, z, training, seed)


def drawing(network, model, x, training, seed):
    """A model's outputs as arrays, the random layers of a network having begun from a seed."""
    before = [v.numpy() for v in seeds_of(network)]
    for variable, value in drawn_from([network], seed):
        variable.assign(value)
    outputs = [ops.convert_to_numpy(y) for y in keras.tree.flatten(model(x, training=training))]
    for variable, value in zip(seeds_of(network), before):
        variable.assign(value)
    return outputs if len(outputs) > 1 else outputs[0]


@pytest.fixture(scope="module")
def synthesis(generator):
    """Pictures of styles (N, 6, 6)."""
    model = keras.Model(generator.get_layer("styles").output, generator.output)
    return lambda styles, training=False, seed=0: drawing(generator, model, styles, training, seed)


STYLES = RNG.normal(size=(2, 6, 6)).astype("float32")


def test_layer_is_convolution_noise_bias_activation_style(generator):
    """Trap: noise after the style. And no convolution at the beginning, no blur but where the side doubles."""
    names = [layer.name for layer in generator.layers]
    names = ["activation" if name.startswith("leaky_re_lu") else name for name in names]
    first = ["constant", "noise_0", "bias_0", "activation", "style_0"]
    second = ["conv_1", "noise_1", "bias_1", "activation", "style_1"]
    up = ["up_8", "conv_2", "blur_8", "noise_2", "bias_2", "activation", "style_2"]
    start = names.index("constant")
    assert names[start : start + 17] == [*first, *second, *up]
    assert all(layer.negative_slope == 0.2 for layer in generator.layers if isinstance(layer, layers.LeakyReLU))
    assert sum(name.startswith("blur") for name in names) == 2
    assert all(layer.use_bias is False for layer in generator.layers if layer.name.startswith("conv"))


@pytest.mark.parametrize("training", [False, True])
def test_mean_of_a_layers_map_is_its_styles_bias_whatever_the_noise(generator, training):
    """As it would not be if noise came after."""
    row, maps = part(generator, "styles", "style_3")(training=training)
    expected = ops.convert_to_numpy(generator.get_layer("style_3").dense(row[:, 3]))
    np.testing.assert_allclose(maps.mean((1, 2)), expected[:, 6:], atol=1e-4)
    np.testing.assert_allclose(maps.std((1, 2)), np.abs(1.0 + expected[:, :6]), rtol=1e-3, atol=1e-4)


def test_generator_begins_with_ones_without_noise_and_with_slow_large_weights_of_the_mapping():
    keras.utils.set_random_seed(0)
    g = stylegan.generator((8, 8, 3), latent_dim=64, width=64, mapping_layers=3)
    np.testing.assert_array_equal(g.get_layer("constant").constant.numpy(), np.ones((4, 4, 64)))
    assert all(np.all(layer.strength.numpy() == 0) for layer in g.layers if isinstance(layer, Noise))
    dense = [layer for layer in g.get_layer("mapping").layers if isinstance(layer, EqualizedDense)]
    assert len(dense) == 3
    for layer in dense:
        assert layer.multiplier == 0.01
        assert layer.kernel.numpy().std() == pytest.approx(100.0, rel=0.1)
        assert layer.scale == pytest.approx(0.01 * np.sqrt(2.0) / 8.0)


def test_latents_of_any_length_make_the_same_picture(generator):
    """They are brought to a sphere first."""
    pictures = part(generator, "images")
    np.testing.assert_allclose(pictures(7.0 * Z), pictures(Z), atol=2e-5)
    assert np.abs(pictures(-Z) - pictures(Z)).max() > 0.1


def test_activation_follows_the_last_layer_of_the_mapping_too(generator):
    mapping = generator.get_layer("mapping")
    dense = keras.Model(mapping.input, mapping.get_layer("mapping_1").output)
    z = RNG.normal(size=(9, 4)).astype("float32")
    expected = ops.convert_to_numpy(ops.leaky_relu(dense(z), 0.2))
    np.testing.assert_allclose(part(generator, "w")(z), expected, atol=1e-5)


# Styles


def test_styles_are_w_in_every_row_outside_of_training(generator):
    w, styles = part(generator, "w", "styles")()
    np.testing.assert_array_equal(styles, np.repeat(w[:, None], 6, axis=1))


def test_picture_is_made_of_the_styles_alone(generator, synthesis):
    styles, pictures = part(generator, "styles", "images")()
    np.testing.assert_array_equal(synthesis(styles), pictures)


def test_mixing_in_training_hands_rows_of_two_mapped_latents_to_the_synthesis(generator, synthesis):
    """The first of the given latents, the second of latents that are drawn, from one layer on, bit for bit."""
    w, other = generator.get_layer("styles").input
    outputs = [w, other, generator.get_layer("styles").output, generator.output]
    model, found = keras.Model(generator.input, outputs), set()
    given = part(generator, "w")()
    for seed in range(12):
        w, other, styles, pictures = drawing(generator, model, Z, True, seed)
        np.testing.assert_array_equal(w, given)
        assert np.abs(other - w).max() > 0.1
        k = int((styles[0] == w[0]).all(-1).sum())
        np.testing.assert_array_equal(styles[:, :k], np.repeat(w[:, None], k, axis=1))
        np.testing.assert_array_equal(styles[:, k:], np.repeat(other[:, None], 6 - k, axis=1))
        np.testing.assert_array_equal(synthesis(styles, True, seed), pictures)
        found.add(k)
    assert 0 not in found
    assert len(found) > 3


@pytest.mark.parametrize("layer", range(6))
def test_style_of_a_layer_changes_the_maps_from_it_on(generator, layer):
    names = [f"style_{i}" for i in range(6)]
    model = keras.Model(generator.get_layer("styles").output, [generator.get_layer(name).output for name in names])
    changed = STYLES.copy()
    changed[:, layer] += 1.0
    one, other = (drawing(generator, model, styles, False, 0) for styles in (STYLES, changed))
    differs = [not np.array_equal(a, b) for a, b in zip(one, other)]
    assert differs == [i >= layer for i in range(6)]


def test_mean_of_w_is_that_of_the_given_latents_and_moves_in_training_alone(generator):
    layer, run = generator.get_layer("w"), part(generator, "w", "images")
    layer.mean.assign(np.zeros(6))
    w, _ = run()
    np.testing.assert_array_equal(layer.mean.numpy(), 0.0)
    run(training=True)
    np.testing.assert_allclose(layer.mean.numpy(), 0.005 * w.mean(0), rtol=1e-4, atol=1e-7)
    for _ in range(999):
        layer(w, training=True)
    np.testing.assert_allclose(layer.mean.numpy(), 0.99335 * w.mean(0), rtol=1e-3, atol=1e-5)


# Noise


def test_noise_is_fixed_outside_of_training_and_drawn_in_it(generator, synthesis):
    np.testing.assert_array_equal(synthesis(STYLES, seed=0), synthesis(STYLES, seed=1))
    assert np.abs(synthesis(STYLES, True, 0) - synthesis(STYLES, True, 1)).max() > 0.01
    np.testing.assert_array_equal(generator(Z), generator(Z))


def test_pictures_without_strengths_do_not_depend_on_noise():
    keras.utils.set_random_seed(0)
    g = stylegan.generator((8, 8, 3), latent_dim=4, width=6, mapping_layers=1)
    model = keras.Model(g.get_layer("styles").output, g.get_layer("picture_8").output)
    pictures = [drawing(g, model, STYLES[:, :4], True, seed) for seed in (0, 1)]
    for layer in g.layers:
        if isinstance(layer, Noise):
            layer.fixed.assign(100.0 * layer.fixed.numpy())
    pictures.append(drawing(g, model, STYLES[:, :4], False, 0))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    np.testing.assert_array_equal(pictures[0], pictures[2])


def test_no_two_layers_share_their_noise(generator):
    """Trap: one map for both layers of a side. In training each layer has a random generator of its own."""
    noise = [layer for layer in generator.layers if isinstance(layer, Noise)]
    fixed = [layer.fixed.numpy() for layer in noise]
    for a, b in ((0, 1), (2, 3), (4, 5)):
        assert fixed[a].shape == fixed[b].shape
        assert not np.any(fixed[a] == fixed[b])
    assert len({id(layer.seed_generator) for layer in noise}) == 6
    for a, b in ((0, 1), (2, 3), (4, 5)):
        x = np.zeros((2, *noise[a].fixed.shape[1:3], 6), "float32")
        drawn = [
            ops.convert_to_numpy(layer(x, training=True)) / layer.strength.numpy() for layer in (noise[a], noise[b])
        ]
        assert np.abs(drawn[0] - drawn[1]).max() > 0.1


# Stages


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("detail", [2.0, 2.25, 3.0, 3.5, 4.0])
def test_stage_makes_the_pictures_of_the_whole_generator(whole, detail, training):
    """Noise and styles are the same, as each layer that draws has a random generator of its own."""
    set_detail(whole, detail)
    stage = at(whole, 2 ** int(np.ceil(detail)))
    expected = drawing(whole, whole, Z, training, 3)
    pictures = drawing(whole, stage, Z, training, 3)
    np.testing.assert_array_equal(pictures if training else np.clip(pictures, -1.0, 1.0), expected)


def test_pictures_where_a_stage_begins_are_those_of_the_stage_before(whole):
    for side, detail in ((8, 2.0), (16, 3.0)):
        set_detail(whole, detail)
        low, high = (drawing(whole, at(whole, s), Z, True, 3) for s in (side // 2, side))
        np.testing.assert_array_equal(low, high)


@pytest.fixture(scope="module")
def discriminator():
    keras.utils.set_random_seed(0)
    return stylegan.discriminator((16, 16, 3), width=4)


@pytest.mark.parametrize("detail", [2.0, 2.25, 3.0, 3.5, 4.0])
def test_stage_gives_the_scores_of_the_whole_discriminator(discriminator, detail):
    x = RNG.normal(size=(8, 16, 16, 3)).astype("float32")
    set_detail(discriminator, detail)
    side = 2 ** int(np.ceil(detail))
    block = 16 // side
    x = x[:, ::block, ::block].repeat(block, 1).repeat(block, 2)
    stage = ops.convert_to_numpy(at(discriminator, side)(x))
    np.testing.assert_allclose(stage, ops.convert_to_numpy(discriminator(x)), atol=1e-5)
    set_detail(discriminator, 4.0)
    assert stage.std() > 1e-3


def test_discriminator_blurs_convolves_halves_and_then_activates(discriminator):
    """In this order; ProGAN's does not blur, and activates before it halves."""
    x = RNG.normal(size=(4, 16, 16, 3)).astype("float32")
    for d, kind in ((discriminator, "blur_16"), (progan.discriminator((16, 16, 3), width=4), "conv_16_2")):
        maps = keras.Model(d.input, [d.get_layer(kind).input, d.get_layer("fade_8").output])
        y, halved = maps(x)
        y = Blur()(y) if kind == "blur_16" else y
        y = d.get_layer("conv_16_2")(y)
        for order in (pooled, activated) if kind == "blur_16" else (activated, pooled):
            y = order(y)
        np.testing.assert_allclose(ops.convert_to_numpy(halved), ops.convert_to_numpy(y), atol=1e-5)
        assert np.std(halved) > 0.1


def pooled(x):
    return ops.average_pool(x, 2, strides=2, data_format="channels_last")


def activated(x):
    return ops.leaky_relu(x, 0.2)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_networks_in_half_precision_make_float32_pictures_and_scores(policy):
    keras.utils.set_random_seed(0)
    plain = stylegan.generator((8, 8, 3), 4, 6, mapping_layers=2)
    keras.config.set_dtype_policy(policy)
    try:
        g, d = stylegan.generator((8, 8, 3), 4, 6, mapping_layers=2), stylegan.discriminator((8, 8, 3), 4)
    finally:
        keras.config.set_dtype_policy("float32")
    g.set_weights(plain.get_weights())
    pictures = g(Z)
    assert {keras.backend.standardize_dtype(x.dtype) for x in (pictures, d(pictures))} == {"float32"}
    assert {v.dtype for network in (g, d) for v in network.weights} == {"float32"}
    off = np.abs(ops.convert_to_numpy(pictures) - ops.convert_to_numpy(plain(Z)))
    assert off.mean() < 0.05  # of pictures in [-1, 1]; single maps that are nearly constant are rounded more


def test_generator_is_saved_and_loaded_with_its_noise(generator, tmp_path):
    generator.save(tmp_path / "g.keras")
    loaded = keras.saving.load_model(tmp_path / "g.keras")
    np.testing.assert_array_equal(loaded(Z), generator(Z))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(generator))
    assert again.get_config() == generator.get_config()
