"""On a GPU: trainings compute what they would on a CPU, in every precision. `python -m benchmarks.gpu` runs it."""

import contextlib

import keras
import numpy as np
import pytest

from keras_gans import models, networks

pytestmark = pytest.mark.gpu


def devices(kind):
    """The backend's devices of a kind, "cpu" or "gpu"."""
    if keras.backend.backend() == "jax":
        import jax

        with contextlib.suppress(RuntimeError):
            return jax.devices(kind)
        return []
    import tensorflow as tf

    return tf.config.list_logical_devices(kind.upper())


def on(device):
    """Context in which a device computes."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.default_device(device)
    import tensorflow as tf

    return tf.device(device.name)


def trained(policy="float32"):
    """A small convolutional pair after a few steps, and its losses."""
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(policy)
    try:
        shape = (16, 16, 1)
        pair = networks.dcgan.generator(shape, 8, width=8), networks.dcgan.discriminator(shape, width=8)
    finally:
        keras.config.set_dtype_policy("float32")
    gan = models.GAN(*pair, latent_dim=8)
    gan.compile(*(keras.optimizers.SGD(1e-3) for _ in pair))
    x = np.random.default_rng(0).uniform(-1, 1, (32, *shape)).astype("float32")
    return gan, gan.fit(x, batch_size=8, verbose=0).history


def test_there_is_a_gpu_and_weights_lie_on_it():
    assert devices("gpu")
    gan, _ = trained()
    value = gan.generator.trainable_variables[0].value
    assert "gpu" in str(value.device).lower() or "cuda" in str(value.device).lower()


def test_a_training_is_that_of_the_cpu():
    """To the digits that products of TF32 have."""
    found = []
    for kind in ("gpu", "cpu"):
        with on(devices(kind)[0]):
            found.append(trained()[1])
    for name in found[0]:
        np.testing.assert_allclose(found[0][name], found[1][name], rtol=2e-2)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_stays_finite(policy):
    gan, history = trained(policy)
    assert all(np.isfinite(values).all() for values in history.values())
    assert np.isfinite(gan.generate(4)).all()
