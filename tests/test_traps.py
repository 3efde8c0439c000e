"""Traps of DESIGN's section 6 that no room's own tests name."""

import keras
import numpy as np
import pytest
from conftest import adam, dense_gan, state
from keras import layers, ops

from keras_gans import engine, models, networks


def test_an_int_seed_does_not_repeat_the_noise_at_each_call():
    gan = dense_gan(seed=3)
    one, two = (ops.convert_to_numpy(gan.sample_latents(4)) for _ in range(2))
    assert not np.any(one == two)


def test_compile_makes_no_unused_rmsprop():
    d, g = adam(), adam()
    gan = dense_gan(d_optimizer=d, g_optimizer=g)
    assert isinstance(gan.optimizer, engine.OptimizerGroup)
    assert list(gan.optimizer.members.values()) == [d, g]
    slots = 2 * sum(len(n.trainable_variables) for n in (gan.discriminator, gan.generator))
    moments = [v for v in gan.optimizer.variables if v.shape != ()]
    assert len(moments) == slots


def test_an_optimizer_that_has_not_stepped_loses_no_slots(tmp_path):
    gan = dense_gan()
    for member in gan.optimizer.members.values():
        assert member.built
        for slot in member.variables[2:]:
            slot.assign(ops.ones(slot.shape))
    gan.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for a, b in zip(state(gan), state(loaded)):
        np.testing.assert_array_equal(a, b)
    assert all(np.all(ops.convert_to_numpy(slot) == 1) for slot in loaded.g_optimizer.variables[2:])


def test_batch_statistics_are_of_real_or_of_fake_never_mixed(images):
    seen = []

    class Look(layers.Layer):
        def call(self, x):
            seen.append(tuple(x.shape))
            return x

    inputs = keras.Input((16, 16, 1))
    x = layers.BatchNormalization()(Look()(layers.Flatten()(inputs)))
    discriminator = keras.Model(inputs, layers.Dense(1)(x))
    gan = models.GAN(networks.mlp.generator((16, 16, 1), 8, width=4), discriminator, 8)
    gan.compile(adam(), adam(), run_eagerly=True)
    seen.clear()
    gan.train_on_batch(images[:6])
    assert seen == [(6, 256)] * 3  # real and fake for D, fake for G


@pytest.mark.parametrize(
    "make",
    [
        lambda: networks.dcgan.generator((16, 16, 1), 8, width=4),
        lambda: networks.pix2pix.generator((32, 32, 3), width=4),
        lambda: networks.cyclegan.generator((16, 16, 3), width=4, blocks=1),
    ],
    ids=["dcgan", "pix2pix", "cyclegan"],
)
def test_transposed_convolutions_start_at_normal_0_02(make):
    found = [layer for layer in make()._flatten_layers() if isinstance(layer, layers.Conv2DTranspose)]
    assert found
    for layer in found:
        config = layer.kernel_initializer.get_config()
        assert isinstance(layer.kernel_initializer, keras.initializers.RandomNormal)
        assert (config["mean"], config["stddev"]) == (0.0, 0.02)
