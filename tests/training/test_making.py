"""One scope for making examples: every way out shows the averages, draws noise by seed, and leaves training alone."""

import keras
import numpy as np
import pytest
from by_hand import LATENTS, SHAPE, dense_discriminator
from conftest import assert_same_state, dense_gan, state
from keras import layers

from keras_gans import models, networks

Z = np.random.default_rng(0).normal(size=(6, 8)).astype("float32")


@pytest.fixture(scope="module")
def averaged(images):
    """A model whose averages are far from its weights."""
    gan = dense_gan(ema=0.99)
    gan.fit(images, batch_size=16, epochs=2, verbose=0)
    return gan


def test_every_way_out_shows_the_averages(averaged, tmp_path):
    shown = averaged.decode(Z)
    raw = keras.ops.convert_to_numpy(averaged.generator(Z))
    assert np.abs(shown - raw).max() > 1e-3
    np.testing.assert_allclose(averaged.predict(Z, verbose=0), shown, atol=1e-6)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(averaged(Z)), shown, atol=1e-6)
    before = state(averaged)
    averaged.generator.save(tmp_path / "generator.keras")
    averaged.generator.save_weights(tmp_path / "generator.weights.h5")
    for a, b in zip(before, state(averaged)):
        np.testing.assert_array_equal(a, b)
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    np.testing.assert_allclose(loaded(Z), shown, atol=1e-6)
    other = networks.mlp.generator((16, 16, 1), latent_dim=8, width=16)
    other.load_weights(tmp_path / "generator.weights.h5")
    np.testing.assert_allclose(other(Z), shown, atol=1e-6)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # Keras' mending of tf2onnx
@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
def test_exports_show_the_averages(averaged, tmp_path):
    import onnxruntime
    import tensorflow as tf

    for name, exported in (("model", averaged), ("generator", averaged.generator)):
        exported.export(tmp_path / name, verbose=False)
        loaded = tf.saved_model.load(str(tmp_path / name))
        np.testing.assert_allclose(loaded.serve(Z), averaged.decode(Z), atol=1e-5)
        exported.export(tmp_path / f"{name}.onnx", format="onnx", verbose=False)
        (found,) = onnxruntime.InferenceSession(tmp_path / f"{name}.onnx").run(None, {"latents": Z})
        np.testing.assert_allclose(found, averaged.decode(Z), atol=1e-5)
    averaged.export(tmp_path / "model.tflite", format="litert", verbose=False)
    runner = tf.lite.Interpreter(str(tmp_path / "model.tflite")).get_signature_runner()
    (found,) = runner(latents=Z).values()
    np.testing.assert_allclose(found, averaged.decode(Z), atol=1e-5)


def test_predictions_follow_the_averages_while_they_move(images):
    gan = dense_gan(ema=0.99)
    first = gan.predict(Z, verbose=0)
    gan.fit(images, batch_size=16, verbose=0)
    assert np.abs(gan.predict(Z, verbose=0) - first).max() > 1e-4
    np.testing.assert_allclose(gan.predict(Z, verbose=0), gan.decode(Z), atol=1e-6)


def test_weights_that_are_loaded_before_training_are_what_averages_begin_from(averaged, images, tmp_path):
    averaged.generator.save_weights(tmp_path / "g.weights.h5")
    fresh = dense_gan(seed=1, ema=0.999)
    fresh.generator.load_weights(tmp_path / "g.weights.h5")
    np.testing.assert_allclose(fresh.decode(Z), averaged.decode(Z), atol=1e-6)
    np.testing.assert_allclose(fresh.predict(Z, verbose=0), averaged.decode(Z), atol=1e-6)
    again = dense_gan(seed=2, ema=0.999)
    again.generator.set_weights(fresh.generator.get_weights())
    again.fit(images[:16], batch_size=16, verbose=0)
    near = np.abs(again.decode(Z) - averaged.decode(Z)).mean()
    assert near < 0.1 * np.abs(dense_gan(seed=2).decode(Z) - averaged.decode(Z)).mean()


def test_compiled_anew_without_averages_networks_are_saved_as_they_are(averaged, tmp_path):
    gan = dense_gan(ema=0.9)
    gan.compile("sgd", "adam")
    gan.generator.save(tmp_path / "raw.keras")
    assert "save" not in vars(gan.generator)


@keras.saving.register_keras_serializable("tests")
class Noise(layers.Layer):
    """Draws noise outside of training too."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(3)

    def call(self, x):
        return x + 0.5 * keras.random.normal(keras.ops.shape(x), seed=self.seed_generator)


def test_a_generator_that_draws_noise_draws_it_by_seed_and_moves_no_state(tmp_path):
    z = keras.Input((LATENTS,))
    generator = keras.Model(z, layers.Reshape(SHAPE)(Noise()(layers.Dense(16)(z))))
    discriminator = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(1)])
    gan = models.GAN(generator, discriminator, LATENTS)
    gan.compile("sgd", "adam")
    before = state(gan)
    np.testing.assert_array_equal(gan.generate(4, seed=1), gan.generate(4, seed=1))
    assert np.abs(gan.generate(4, seed=1) - gan.generate(4, seed=2)).max() > 0.1
    z = gan.sample_latents(3) * 0
    few = [gan.decode(np.zeros((3, LATENTS), "float32"), seed=seed) for seed in (5, 5, 6, None, None)]
    np.testing.assert_array_equal(few[0], few[1])
    assert min(np.abs(few[0] - few[2]).max(), np.abs(few[3] - few[4]).max()) > 0.1
    assert np.abs(few[0][0] - few[0][1]).max() > 0.1  # each example has its own
    gan.seed_generator.state.assign(before_seed(before, gan))
    np.testing.assert_array_equal(gan.predict(np.zeros((2, LATENTS)), verbose=0), gan(np.zeros((2, LATENTS))))
    for a, b in zip(before, state(gan)):
        np.testing.assert_array_equal(a, b)


def before_seed(before, gan):
    """The state of the model's own generator, which drawing latents by hand has moved."""
    places = [i for i, v in enumerate(gan.variables) if v is gan.seed_generator.state]
    return before[places[0]]


@pytest.mark.tensorflow
def test_a_checkpoint_of_tensorflow_restores_all_that_is_remembered(images, tmp_path):
    import tensorflow as tf

    def make(seed):
        return dense_gan(seed=seed, dropout=0.3, ema=0.9)

    gan = make(0)
    gan.fit(images, batch_size=16, verbose=0)
    path = tf.train.Checkpoint(model=gan).save(str(tmp_path / "checkpoint"))
    other = make(1)
    tf.train.Checkpoint(model=other).restore(path).assert_consumed()
    assert_same_state(other, gan)


def test_conditional_decode_takes_a_seed():
    from by_hand import dense_generator

    cgan = models.CGAN(dense_generator(), dense_discriminator(), LATENTS, 3)
    np.testing.assert_array_equal(cgan.make(3, np.arange(3), seed=1), cgan.generate(3, 1, np.arange(3)))
