"""Diagnostics: it names failures that were built, is silent on runs that go well, and leaves the model as it was."""

import json

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state, dense_gan, state
from games import GAMES

from keras_gans import data, losses, models, networks
from keras_gans.callbacks import Diagnostics, Finding
from keras_gans.regularizers import R1, GradientPenalty

RING = data.toy.ring(radius=2.0, std=0.05).sample(3200)
FAR = RING + np.array([6.0, 0.0], "float32")  # from what a young generator makes


class Shift(keras.layers.Layer):
    """Adds what is learned: the generator of a Dirac-GAN."""

    def build(self, shape):
        self.shift = self.add_weight(shape=(1,), initializer=keras.initializers.Constant(1.0))

    def call(self, x):
        return x + self.shift


def on_ring(d_rate, g_rate, betas=(0.5, 0.999), x=RING, seed=0, **arguments):
    keras.utils.set_random_seed(seed)
    pair = networks.mlp.generator((2,), 2, width=64), networks.mlp.discriminator((2,), width=64)
    gan = models.GAN(*pair, latent_dim=2, seed=seed)
    d, g = (keras.optimizers.Adam(rate, *betas) for rate in (d_rate, g_rate))
    gan.compile(d, g, **arguments)
    return gan, x


def dirac(**arguments):
    """A point that is moved, judged by a line: the smallest game that circles."""
    keras.utils.set_random_seed(0)
    latents, points = keras.Input((1,)), keras.Input((1,))
    generator = keras.Model(latents, Shift()(keras.layers.Rescaling(0.05)(latents)))
    line = keras.layers.Dense(1, kernel_initializer="zeros")
    gan = models.GAN(generator, keras.Model(points, line(points)), latent_dim=1)
    gan.compile(keras.optimizers.SGD(0.2), keras.optimizers.SGD(0.2), **arguments)
    return gan, np.random.default_rng(0).normal(scale=0.05, size=(3200, 1)).astype("float32")


SATURATING = losses.GANLoss(saturating=True)
FAILURES = {  # kind -> steps, model and data
    "vanishing gradients": (200, lambda: on_ring(5e-3, 1e-5, x=FAR, loss=SATURATING)),
    "discriminator wins": (200, lambda: on_ring(5e-3, 1e-5, x=FAR)),
    "mode collapse": (200, lambda: on_ring(1e-4, 1e-3, seed=2)),  # later, and of other seeds, it circles as well
    "divergence": (100, lambda: on_ring(1e-2, 1e-4, x=FAR, loss="wasserstein")),
    "oscillation": (400, dirac),
}
SUCCESSES = {
    "WGAN-GP": (
        300,
        lambda: on_ring(2e-3, 1e-3, (0.0, 0.9), loss="wasserstein", penalties=[GradientPenalty(0.1)], n_critic=3),
    ),
    "non-saturating": (400, lambda: on_ring(2e-3, 1e-3)),
    "R1": (400, lambda: dirac(penalties=[R1(1.0)])),
}


def fit(model, x, steps, *callbacks, **arguments):
    epochs = -(-steps * 64 * model.n_critic // len(x))
    model.fit(x, batch_size=64, epochs=epochs, verbose=0, callbacks=list(callbacks), **arguments)


@pytest.mark.tensorflow  # what is told from a look does not depend on the engine
@pytest.mark.parametrize("kind", FAILURES)
def test_diagnostics_names_a_failure_that_was_built(kind, capsys):
    steps, make = FAILURES[kind]
    model, x = make()
    callback = Diagnostics(x, every=10)
    fit(model, x, steps, callback)
    (finding,) = callback.findings
    assert finding.kind == kind
    assert capsys.readouterr().out.count(finding.sentence) == 1


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", SUCCESSES)
def test_diagnostics_is_silent_on_a_run_that_goes_well(name, capsys):
    steps, make = SUCCESSES[name]
    model, x = make()
    callback = Diagnostics(x, every=10)
    fit(model, x, steps, callback)
    first, last = callback.looks[0], callback.looks[-1]
    assert last["distance"] < 0.05 < 0.3 < first["distance"]  # it went well indeed
    assert callback.findings == []
    assert capsys.readouterr().out == ""


class Stop(keras.callbacks.Callback):
    """Ctrl-C after so many steps."""

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_batch_end(self, batch, logs=None):
        if batch + 1 == self.steps:
            raise KeyboardInterrupt


def dense(dropout=0.0):
    """A game of 16 units on 70 points, with all that dropout makes hard."""
    keras.utils.set_random_seed(0)
    generator = networks.mlp.generator((2,), 2, width=16)
    model = models.GAN(generator, networks.mlp.discriminator((2,), width=16, dropout=dropout), 2)
    model.compile(adam(), adam(), n_critic=2)
    return model, RING[:70]


def test_diagnostics_leaves_the_training_bit_for_bit_as_it_is():
    (watched, x), (unwatched, _) = dense(dropout=0.3), dense(dropout=0.3)
    callback = Diagnostics(x, every=1)
    watched.fit(x, batch_size=16, epochs=1, verbose=0, callbacks=[callback])
    unwatched.fit(x, batch_size=16, epochs=1, verbose=0)
    assert_same_state(watched, unwatched)
    assert [look["step"] for look in callback.looks] == [0, 1, 2]


def test_diagnostics_goes_on_where_a_stopped_run_goes_on(tmp_path):
    path = tmp_path / "run" / "diagnostics.png"
    whole, x = dense()
    expected = Diagnostics(x, every=1)
    whole.fit(x, batch_size=8, epochs=1, verbose=0, callbacks=[expected])
    model, x = dense()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, batch_size=8, epochs=1, verbose=0, callbacks=[Diagnostics(x, every=1, path=path), Stop(2)])
    assert path.read_bytes()[:4] == b"\x89PNG"
    known = json.loads(path.with_suffix(".json").read_text())
    assert [look["step"] for look in known["looks"]] == [0, 1, 2]
    known["looks"].append({**known["looks"][-1], "step": 9})  # of a run that was killed later
    known["findings"] = [
        {"kind": "oscillation", "step": 1, "sentence": "It circles."},
        {"kind": "divergence", "step": 9, "sentence": "It grows."},
    ]
    path.with_suffix(".json").write_text(json.dumps(known))
    callback = Diagnostics(x, every=1, path=path)
    model.fit(data.batches(x, 8, 2, skip=2), epochs=1, verbose=0, callbacks=[callback])
    assert callback.looks == expected.looks
    assert [look["step"] for look in callback.looks] == [0, 1, 2, 3, 4]
    assert callback.findings == [Finding("oscillation", 1, "It circles.")]


def by_heart():
    """A D that knows its training examples: it has a Gaussian of small width at each of them, and G makes zeros."""
    points, x = RING[:40], keras.Input((2,))
    distances = keras.ops.sum(keras.ops.square(keras.ops.expand_dims(x, 1) - points), axis=-1)
    known = keras.ops.max(keras.ops.exp(-1e6 * distances), axis=1, keepdims=True)
    score = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(2.0))
    discriminator = keras.Model(x, score(known) - 1.0)
    z = keras.Input((2,))
    generator = keras.Model(z, keras.layers.Dense(2, kernel_initializer="zeros")(z))
    model = models.GAN(generator, discriminator, latent_dim=2)
    model.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0), n_critic=2)
    return model, points


def test_diagnostics_tells_a_discriminator_that_knows_its_examples_by_heart_by_others():
    model, points = by_heart()
    callback, without = Diagnostics(points, held_out=RING[40:71]), Diagnostics(points)
    begin(model, callback)
    begin(model, without)
    (look,) = callback.looks
    assert (look["accuracy_real"], look["accuracy_held_out"], look["accuracy_fake"]) == (1.0, 0.0, 1.0)
    assert {key: look[key] for key in without.looks[0]} == without.looks[0]  # the other numbers are the same
    assert "accuracy_held_out" not in without.looks[0]
    assert callback.findings == []


@pytest.mark.parametrize(
    ("name", "error"),
    [("CGAN", 0.2), ("CycleGAN", 0.02), ("WGAN", 0.02)],  # with labels and dropout, of two judges, without a boundary
)
def test_diagnostics_of_held_out_examples_that_are_the_training_examples_finds_the_same_share(name, error, images):
    game = GAMES[name]
    examples = game.examples(images)
    callback = Diagnostics(examples, held_out=examples)
    begin(game.make(), callback)
    (look,) = callback.looks
    assert look["accuracy_held_out"] == pytest.approx(look["accuracy_real"], abs=error)
    assert 0 < look["accuracy_real"] < 1


def begin(model, callback):
    """What `fit` does first."""
    callback.set_model(model)
    callback.on_train_begin()


def test_diagnostics_of_a_fresh_run_forgets_an_earlier_one(tmp_path):
    path = tmp_path / "diagnostics.png"
    path.with_suffix(".json").write_text('{"looks": [{"step": 0}], "findings": []}')
    model, x = dense()
    callback = Diagnostics(x, path=path)
    begin(model, callback)
    (look,) = callback.looks
    assert look["d_gradient"] > 0
    assert json.loads(path.with_suffix(".json").read_text())["looks"] == [look]


def test_diagnostics_writes_what_is_not_finite_as_json_and_says_so(tmp_path):
    model, x = dense()
    model.generator.weights[-1].assign([np.nan, 0.0])
    callback = Diagnostics(x, path=tmp_path / "d.png")
    begin(model, callback)
    (finding,) = callback.findings
    assert finding.kind == "divergence"
    assert "not a finite number" in finding.sentence
    text = (tmp_path / "d.json").read_text()
    assert "NaN" not in text
    assert json.loads(text)["looks"][0]["fake"] is None


@pytest.mark.parametrize(
    "name", ["CGAN", "ACGAN", "TripleGAN", "S3GANCO", "Pix2Pix", "CycleGAN"]
)  # one of each kind; pairs are above
def test_game_gives_verdicts_on_real_and_generated_examples_alike(name, images):
    """What a game says of real examples is what its discriminator does, and of generated ones likewise."""
    model = GAMES[name].make()
    batch = [keras.ops.convert_to_tensor(part[:6]) for part in GAMES[name].examples(images, 1).parts]
    before = state(model)
    with keras.StatelessScope():
        verdicts = model.verdicts(tuple(batch) if len(batch) > 1 else batch[0])
    for one, other in zip(before, state(model)):
        np.testing.assert_array_equal(one, other)
    assert len(verdicts) == (2 if name == "CycleGAN" else 1)
    originals = batch if name == "CycleGAN" else [batch[1] if name == "Pix2Pix" else batch[0]]
    for original, (real_scores, fake_scores, real, fake) in zip(originals, verdicts):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(real), original)
        assert fake.shape == real.shape
        assert fake_scores.shape == real_scores.shape
        assert real_scores.shape[0] == 6
        assert not np.array_equal(*map(keras.ops.convert_to_numpy, (real_scores, fake_scores)))


def test_diagnostics_rehearses_no_more_pictures_than_a_pool_holds(images):
    """The probe has 50 pictures of each domain, the pools 36."""
    game = GAMES["CycleGAN"]
    callback = Diagnostics(game.examples(images))
    callback.set_model(game.make())
    callback.on_train_begin()
    (look,) = callback.looks
    assert all(np.isfinite(value).all() for value in look.values())


def test_diagnostics_refuses_data_that_do_not_fit():
    model, x = dense()
    with pytest.raises(ValueError, match=r"Expected examples of shape \(2\).* Received: .*\(70, 3\)\.$"):
        model.fit(x, batch_size=16, verbose=0, callbacks=[Diagnostics(np.zeros((70, 3), "float32"))])
    with pytest.raises(ValueError, match=r"Expected examples of shape \(2\).* Received: .*\(7, 3\)\.$"):
        model.fit(x, batch_size=16, verbose=0, callbacks=[Diagnostics(x, held_out=np.zeros((7, 3), "float32"))])


def test_diagnostics_finds_no_divergence_in_one_example(images):
    callback = Diagnostics(images[:1], every=1)
    dense_gan().fit(images[:1], batch_size=1, epochs=3, verbose=0, callbacks=[callback])
    assert len(callback.looks) == 4
    assert callback.findings == []
    assert all(np.all(np.isfinite(value)) for look in callback.looks for value in look.values())
