"""Spectral normalization against numpy.linalg.svd, and each thing that other implementations get wrong."""

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state, state
from keras import layers, ops

from keras_gans import engine, models, networks
from keras_gans.layers import SpectralNormalization

RNG = np.random.default_rng(0)
MAPS = RNG.normal(size=(2, 6, 6, 4)).astype("float32")
KINDS = {  # name -> layer, inputs, the kernel's axis of outputs
    "dense": (lambda: layers.Dense(4), RNG.normal(size=(3, 5)).astype("float32"), -1),
    "conv2d": (lambda: layers.Conv2D(5, 3, strides=2), MAPS, -1),
    "conv2d_transpose": (lambda: layers.Conv2DTranspose(5, 3, strides=2), MAPS, -2),
    "embedding": (lambda: layers.Embedding(5, 4), np.array([[1, 4], [2, 3]]), -1),
}


@pytest.fixture(autouse=True)
def seed():
    """The same weights for every run of a test."""
    keras.utils.set_random_seed(0)


def numpy(x):
    return ops.convert_to_numpy(x)


def largest_singular_value(kernel, axis):
    matrix = np.moveaxis(kernel, axis, 0).reshape(kernel.shape[axis], -1)
    return np.linalg.svd(matrix, compute_uv=False)[0]


def warmed_up(layer, x, calls=15):
    """A wrapped layer after many steps of power iteration."""
    spectral = SpectralNormalization(layer, power_iterations=10)
    for _ in range(calls):
        spectral(x, training=True)
    spectral.power_iterations = 1
    return spectral


def one_step(spectral):
    """The u after one step of power iteration on a dense layer's kernel."""
    w, u = spectral.layer.kernel.numpy().T.astype("float64"), spectral.u.numpy().astype("float64")
    return w @ w.T @ u / np.linalg.norm(w @ w.T @ u)


def moved(layer, loss_fn):
    """The gradient of a loss, as SGD at rate 1 shows it."""
    variables = layer.trainable_variables
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(variables)
    before = [v.numpy() for v in variables]
    engine.minimize(loss_fn, variables, optimizer)
    return [old - v.numpy() for old, v in zip(before, variables)]


@pytest.mark.parametrize("kind", KINDS)
def test_spectral_normalization_divides_by_the_largest_singular_value_and_keeps_the_kernel(kind):
    """Traps: keras.layers.SpectralNormalization overwrites the kernel; Conv2DTranspose's axis of outputs is -2."""
    make, x, axis = KINDS[kind]
    layer = make()
    layer.build(x.shape)
    before = layer.get_weights()
    spectral = warmed_up(layer, x)
    for old, new in zip(before, layer.get_weights()):
        np.testing.assert_array_equal(old, new)
    kernel, *bias = before
    normalized = kernel / largest_singular_value(kernel, axis)
    assert largest_singular_value(normalized, axis) == pytest.approx(1.0, rel=1e-5)
    output = numpy(spectral(x))
    layer.set_weights([normalized, *bias])
    np.testing.assert_allclose(output, numpy(layer(x)), rtol=1e-3, atol=1e-4)


def test_spectral_normalization_is_the_same_layer_within_a_step():
    """After warm-up and a move of 1 % of the kernel, the calls of one step differ by less than 0.1 %."""
    x = KINDS["dense"][1]
    spectral = warmed_up(layers.Dense(4), x)
    kernel = spectral.layer.kernel
    kernel.assign(kernel + 0.01 * ops.std(kernel) * RNG.normal(size=kernel.shape))
    first, second, third = (numpy(spectral(x, training=True)) for _ in range(3))
    scale = np.abs(first).mean()
    assert np.abs(second - first).max() < 1e-3 * scale
    assert np.abs(third - first).max() < 1e-3 * scale


def test_spectral_normalization_gradient_goes_through_sigma():
    """Trap: ignoring sigma's gradient. dL/dW = (G - <G, W_SN> u v^T) / sigma, also where u is not yet exact."""
    x, c = KINDS["dense"][1], RNG.normal(size=(3, 4)).astype("float32")
    spectral = SpectralNormalization(layers.Dense(4))
    spectral.build(x.shape)
    w, u = spectral.layer.kernel.numpy().T.astype("float64"), spectral.u.numpy().astype("float64")
    kernel, bias = moved(spectral, lambda: ops.sum(c * spectral(x, training=True)))
    v = w.T @ u / np.linalg.norm(w.T @ u)
    u = w @ v / np.linalg.norm(w @ v)
    sigma = u @ w @ v
    g = c.T @ x
    np.testing.assert_allclose(kernel.T, (g - np.sum(g * w / sigma) * np.outer(u, v)) / sigma, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(bias, c.sum(axis=0), rtol=1e-5)


@pytest.mark.parametrize("kind", ["conv2d", "conv2d_transpose", "embedding"])
def test_spectral_normalization_gradient_is_orthogonal_to_the_kernel(kind):
    """W_SN does not change when W is scaled, so no loss has a slope along W."""
    make, x, _ = KINDS[kind]
    spectral = SpectralNormalization(make())
    spectral.build(x.shape)
    w = spectral.layer.get_weights()[0]
    gradient = moved(spectral, lambda: ops.mean(ops.square(spectral(x, training=True))))[0]
    assert abs(np.sum(w * gradient)) < 1e-4 * np.linalg.norm(w) * np.linalg.norm(gradient)
    assert np.linalg.norm(gradient) > 1e-3


def test_spectral_normalization_updates_u_in_training_only():
    x = KINDS["dense"][1]
    spectral = SpectralNormalization(layers.Dense(4))
    spectral.build(x.shape)
    first = spectral.u.numpy()
    assert np.linalg.norm(first) == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_array_equal(numpy(spectral(x)), numpy(spectral(x, training=False)))
    np.testing.assert_array_equal(spectral.u.numpy(), first)
    expected = one_step(spectral)
    spectral(x, training=True)
    np.testing.assert_allclose(spectral.u.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_spectral_normalization_config_round_trip():
    spectral = SpectralNormalization(layers.Conv2DTranspose(5, 3), power_iterations=2, name="spectral")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(spectral))
    assert again.get_config() == spectral.get_config()
    assert (again.power_iterations, again.name, again.layer.filters) == (2, "spectral", 5)


def test_spectral_normalization_is_saved_and_loaded(tmp_path):
    network = keras.Sequential(
        [
            keras.Input((6, 6, 4)),
            SpectralNormalization(layers.Conv2DTranspose(5, 3)),
            layers.Flatten(),
            SpectralNormalization(layers.Dense(1)),
        ]
    )
    network(MAPS, training=True)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded.layers[0].u.numpy(), network.layers[0].u.numpy())
    np.testing.assert_array_equal(numpy(loaded(MAPS)), numpy(network(MAPS)))


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_spectral_normalization_reads_the_kernel_in_full_in_mixed_precision(precision, request):
    """The kernel is 0 in float16; and u would show it if the kernel had been rounded to 8 or 11 bits."""
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    x = KINDS["dense"][1]
    keras.config.set_dtype_policy(precision)
    inputs = keras.Input((5,))
    network = keras.Model(inputs, SpectralNormalization(layers.Dense(4))(inputs))
    spectral, output = network.layers[1], network(x)
    spectral.layer.kernel.assign(2.0**-30 * spectral.layer.kernel)
    np.testing.assert_array_equal(numpy(network(x)), numpy(output))
    assert keras.backend.standardize_dtype(output.dtype) == precision.removeprefix("mixed_")
    expected = one_step(spectral)
    network(x, training=True)
    np.testing.assert_allclose(spectral.u.numpy(), expected, rtol=1e-5, atol=1e-6)
    last = SpectralNormalization(layers.Dense(1, dtype="float32"))(x)
    assert keras.backend.standardize_dtype(last.dtype) == "float32"


def test_spectral_normalization_refuses_what_it_cannot_normalize():
    with pytest.raises(ValueError, match="Expected `layer` as one of Dense, .*Received: <BatchNormalization"):
        SpectralNormalization(layers.BatchNormalization())
    with pytest.raises(ValueError, match="positive integer. Received: 0"):
        SpectralNormalization(layers.Dense(1), power_iterations=0)


@pytest.mark.tensorflow
@pytest.mark.parametrize("compiled", [False, True], ids=["graph", "xla"])
def test_spectral_normalization_in_a_graph_equals_eager(compiled):
    import tensorflow as tf

    x = KINDS["dense"][1]

    def after_a_step(decorate):
        keras.utils.set_random_seed(0)
        spectral = SpectralNormalization(layers.Dense(4))
        spectral.build(x.shape)
        optimizer = keras.optimizers.SGD(0.1)
        optimizer.build(spectral.trainable_variables)

        def loss():
            gradient = engine.input_gradient(lambda x: ops.square(spectral(x, training=True)), x)
            return ops.mean(ops.square(spectral(x, training=True))) + ops.mean(ops.square(gradient))

        decorate(lambda: engine.minimize(loss, spectral.trainable_variables, optimizer))()
        return spectral.get_weights()

    eager = after_a_step(lambda step: step)
    for one, other in zip(eager, after_a_step(lambda step: tf.function(step, jit_compile=compiled))):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def spectral_gan():
    """A GAN whose D is spectrally normalized and called three times a step."""
    keras.utils.set_random_seed(0)
    generator = networks.mlp.generator((16, 16, 1), 8, width=8, depth=1)
    discriminator = networks.mlp.discriminator((16, 16, 1), width=8, depth=1, spectral_norm=True)
    gan = models.GAN(generator, discriminator, 8)
    gan.compile(adam(), adam())
    return gan


def fit(gan, images, **arguments):
    gan.fit(images, batch_size=16, verbose=0, **arguments)
    return gan


@pytest.fixture(scope="module")
def trained(images):
    """The GAN after four epochs without a pause."""
    return fit(spectral_gan(), images, epochs=4)


def test_spectral_normalization_trains_in_a_gan(trained):
    before = [layer.u.numpy() for layer in spectral_gan().discriminator.layers if hasattr(layer, "u")]
    after = [layer.u.numpy() for layer in trained.discriminator.layers if hasattr(layer, "u")]
    assert len(after) == 2
    assert all(np.isfinite(values).all() for values in state(trained))
    assert not np.array_equal(before[0], after[0])  # the last one's u is a sign


def test_spectral_normalization_saved_loaded_and_continued_equals_uninterrupted(trained, images, tmp_path):
    fit(spectral_gan(), images, epochs=2).save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert_same_state(fit(loaded, images, epochs=4, initial_epoch=2), trained)


@pytest.mark.tensorflow
def test_spectral_normalization_on_two_replicas_equals_one(trained, images):
    import tensorflow as tf

    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.ReductionToOneDevice())
    with strategy.scope():
        gan = spectral_gan()
    fit(gan, images, epochs=4)
    assert len(trained.variables) == len(gan.variables)
    for one, two in zip(trained.variables, gan.variables):
        np.testing.assert_allclose(one.numpy(), two.numpy(), rtol=1e-3, atol=1e-5)


def test_spectral_normalization_hands_its_dtype_on_to_the_layer():
    layer = SpectralNormalization(layers.Dense(2), dtype="mixed_float16")
    output, x = layer(np.ones((1, 3), "float32")), keras.Input((3,))
    assert (keras.backend.standardize_dtype(output.dtype), layer(x).dtype) == ("float16", "float16")
    assert {v.dtype for v in layer.weights} == {"float32"}
    again = SpectralNormalization.from_config(layer.get_config())
    assert again.layer.dtype_policy.name == "mixed_float16"
    assert SpectralNormalization(layers.Dense(2)).layer.dtype_policy.name == "float32"
    with pytest.raises(ValueError, match=r"Expected `dtype` with a layer that is not built yet\. Received: 'float16'"):
        SpectralNormalization(layer.layer, dtype="float16")
