"""Singular values of kernels over a training: NumPy's, of all players, drawn, and continued with a run."""

import json

import keras
import numpy as np
from conftest import adam, assert_same_state, dense_gan

from keras_gans import layers, models
from keras_gans.callbacks import SingularValues


def normalised_gan(seed=0):
    """Kernels under spectral normalization and without it, a table, and a kernel of one output."""
    keras.utils.set_random_seed(seed)
    spectral = layers.SpectralNormalization
    z, pictures, labels = keras.Input((4,)), keras.Input((4, 4, 2)), keras.Input((), dtype="int32")
    maps = keras.layers.Reshape((2, 2, 6))(keras.layers.Dense(24, name="first")(z))
    made = spectral(keras.layers.Conv2DTranspose(2, 4, 2, "same", name="up"))(maps)
    flat = keras.layers.Flatten()(spectral(keras.layers.Conv2D(5, 3, name="conv"))(pictures))
    table = spectral(keras.layers.Embedding(3, 20, name="table"))(labels)
    score = spectral(keras.layers.Dense(1, name="score"))(flat) + keras.layers.Dot(1)([flat, table])
    take = keras.layers.Embedding(3, 4, name="wanted")(labels)
    generator = keras.Model([z, labels], made + keras.layers.Reshape((1, 1, 1))(keras.layers.Dot(1)([z, take])))
    model = models.CGAN(generator, keras.Model([pictures, labels], score), 4, classes=3, seed=seed)
    model.compile(adam(), adam(), loss="hinge", mismatched=False)
    return model


PICTURES = np.random.default_rng(0).uniform(-1, 1, (32, 4, 4, 2)).astype("float32")
LABELS = np.arange(32, dtype="int32") % 3


def fit(model, *callbacks, **arguments):
    """Four steps an epoch."""
    model.fit(PICTURES, LABELS, batch_size=8, verbose=0, callbacks=list(callbacks), **arguments)


def by_numpy(kernel, output_axis=-1, k=3):
    kernel = np.moveaxis(keras.ops.convert_to_numpy(kernel), output_axis, 0)
    return np.linalg.svd(kernel.reshape(len(kernel), -1), compute_uv=False)[:k]


def assert_looks_are(look, model):
    G, D = model.generator, model.discriminator
    expected = {
        "generator/first": by_numpy(G.get_layer("first").kernel),
        "up": by_numpy(next(v for v in G.weights if v.shape == (4, 4, 2, 6)), -2),
        "conv": by_numpy(next(v for v in D.weights if v.shape == (3, 3, 2, 5))),
        "discriminator/": by_numpy(next(v for v in D.weights if v.shape == (20, 1)), k=1),
        "table": by_numpy(next(v for v in D.weights if v.shape == (3, 20))),
        "generator/wanted": by_numpy(G.get_layer("wanted").embeddings),
    }
    assert len(look) == 1 + len(expected)
    for name, values in expected.items():
        (found,) = (found for key, found in look.items() if name in key and key != "step" and len(found) == len(values))
        np.testing.assert_allclose(found, values, rtol=1e-3)


def test_singular_values_are_those_of_raw_kernels_of_all_players_at_the_step(tmp_path):
    model, callback = normalised_gan(), SingularValues(every=3, path=tmp_path / "run" / "spectra.png")
    fit(model, callback, epochs=2)
    assert [look["step"] for look in callback.looks] == [0, 3, 6, 8]
    assert_looks_are(callback.looks[0], normalised_gan())
    assert_looks_are(callback.looks[-1], model)
    assert json.loads((tmp_path / "run" / "spectra.json").read_text()) == callback.looks
    assert (tmp_path / "run" / "spectra.png").read_bytes()[:4] == b"\x89PNG"


def test_singular_values_leave_the_training_bit_for_bit_as_it_is():
    watched, unwatched = normalised_gan(), normalised_gan()
    fit(watched, SingularValues(every=1))
    fit(unwatched)
    assert_same_state(watched, unwatched)


def test_singular_values_of_a_continued_run_go_on_with_the_looks_up_to_its_step(tmp_path):
    whole, expected = normalised_gan(), SingularValues(every=2)
    fit(whole, expected, epochs=2)
    model, path = normalised_gan(), tmp_path / "spectra.png"
    fit(model, SingularValues(every=2, path=path))
    model.save(tmp_path / "model.keras")
    looks = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps([*looks, {**looks[-1], "step": 6}]))  # of a run that was killed
    model, callback = keras.saving.load_model(tmp_path / "model.keras"), SingularValues(every=2, path=path)
    fit(model, callback, initial_epoch=1, epochs=2)
    assert [look["step"] for look in callback.looks] == [0, 2, 4, 6, 8]
    for look, other in zip(callback.looks, expected.looks):
        assert list(look) == list(callback.looks[0])  # a model that is loaded has the names that it had
        for values, others in zip(look.values(), other.values(), strict=True):
            np.testing.assert_allclose(values, others, rtol=1e-3)


def test_singular_values_of_a_fresh_run_forget_an_earlier_one(tmp_path):
    (tmp_path / "spectra.json").write_text('[{"step": 0, "generator/old": [1.0]}]')
    callback = SingularValues(path=tmp_path / "spectra.png")
    callback.set_model(normalised_gan())
    callback.on_train_begin()
    (look,) = callback.looks
    assert "generator/old" not in look


def test_singular_values_that_are_not_finite_are_null(tmp_path):
    model, callback = dense_gan(), SingularValues(path=tmp_path / "spectra.png")
    model.generator.trainable_variables[0].assign(np.full_like(model.generator.trainable_variables[0], np.nan))
    callback.set_model(model)
    callback.on_train_begin()
    assert [None] * 3 in callback.looks[0].values()
    assert "NaN" not in (tmp_path / "spectra.json").read_text()
    callback.on_train_interrupt()
    assert (tmp_path / "spectra.png").exists()
