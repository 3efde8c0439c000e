"""Systems that are nowhere else: without an adversary, of three players, of three discriminators. They need no edit."""

import json

import keras
import numpy as np
import pytest
from conftest import assert_same_state
from keras import layers, ops

from keras_gans import losses, models, networks, recipes, regularizers, report
from keras_gans.data.check import Part
from keras_gans.models.conditional import Conditional
from keras_gans.models.from_latents import FromLatents
from keras_gans.models.translation import side_by_side
from keras_gans.recipes.registry import recipe
from keras_gans.runs import train
from keras_gans.runs.settings import Settings
from keras_gans.training import Player, TrainedModel, load_model
from keras_gans.training.latents import in_chunks

SHAPE = (16, 16, 1)


@keras.saving.register_keras_serializable("tests")
class Autoencoder(TrainedModel):
    """Nobody judges: one player, two networks."""

    players = (Player("ae", ("encoder", "decoder"), makes=True),)
    given, made, paired = 0, 0, True

    def __init__(self, encoder, decoder, seed=0, name="autoencoder"):
        super().__init__({"encoder": encoder, "decoder": decoder}, seed, name)

    @property
    def parts(self):
        return (Part("pictures", self.encoder.input_shape[1:]),)

    def call(self, x, training=False):
        return self.decoder(self.encoder(x, training=training), training=training)

    def compile(self, ae_optimizer, **keras_arguments):
        self._compile({"ae_optimizer": ae_optimizer}, terms=[], logs=["loss"], **keras_arguments)

    def training_step(self, x):
        return self.log(loss=self.minimize(lambda: losses.l1(x, self(x, training=True)), self.decoder, self.encoder))

    def evaluation_step(self, x):
        return self.log(loss=losses.l1(x, self.decoder(self.encoder(x))))

    def make(self, n, given=None, seed=None):
        with self.making(seed):
            return in_chunks(self.decoder, in_chunks(self.encoder, given))

    def sheet(self, n=None, seed=None, real=None):
        return side_by_side(real[0], self.make(len(real[0]), real[0], seed)), 2


@keras.saving.register_keras_serializable("tests")
class WithClassifier(Conditional):
    """A third player learns the labels that the generator is asked for, and G is asked to please it."""

    players = (*FromLatents.players, Player("c", ("classifier",)))

    def __init__(self, generator, discriminator, classifier, latent_dim, classes, seed=0, name="with_classifier"):
        super().__init__(generator, discriminator, latent_dim, classes, seed, name, classifier=classifier)

    def compile(self, d_optimizer, g_optimizer, c_optimizer, **keras_arguments):
        self.loss = losses.get("gan")
        optimizers = {"d_optimizer": d_optimizer, "g_optimizer": g_optimizer, "c_optimizer": c_optimizer}
        self._compile(optimizers, terms=[self.loss], logs=["d_loss", "g_loss", "c_loss"], **keras_arguments)

    def training_step(self, data):
        (x, c), G, D, C = data, self.generator, self.discriminator, self.classifier
        fakes = self.forward(lambda: G([self.sample_latents(ops.shape(x)[0]), c], training=True), G)
        d = self.minimize(lambda: self.loss.discriminator_loss(D([x, c]), D([fakes.value, c])), D)
        k = self.minimize(lambda: losses.class_cross_entropy(c, C(x, training=True)), C)
        g = self.minimize(
            lambda y: self.loss.generator_loss(D([y, c])) + losses.class_cross_entropy(c, C(y)), G, made=fakes
        )
        return self.log(d_loss=d, g_loss=g, c_loss=k)


@keras.saving.register_keras_serializable("tests")
class ThreeJudges(FromLatents):
    """Each discriminator has its own optimizer and its own state of the penalty."""

    names = ("discriminator", "second", "third")
    players = (*(Player(f"d{i}", (name,), judges=True) for i, name in enumerate(names)), FromLatents.players[1])

    def __init__(self, generator, discriminator, second, third, latent_dim, seed=0, name="three_judges"):
        networks = dict(generator=generator, discriminator=discriminator, second=second, third=third)
        TrainedModel.__init__(self, networks, seed, name)
        self.latent_dim = latent_dim

    def compile(self, d0_optimizer, d1_optimizer, d2_optimizer, g_optimizer, penalties=(), **keras_arguments):
        self.loss = losses.get("hinge")
        optimizers = dict(d0_optimizer=d0_optimizer, d1_optimizer=d1_optimizer, d2_optimizer=d2_optimizer)
        arguments = {**optimizers, "g_optimizer": g_optimizer, "penalties": list(penalties)}
        logs = ["d0_loss", "d1_loss", "d2_loss", "g_loss"]
        self._compile(arguments, terms=[self.loss], logs=logs, **keras_arguments)

    def training_step(self, x):
        G, judges = self.generator, [getattr(self, name) for name in self.names]
        fakes = self.forward(lambda: G(self.sample_latents(ops.shape(x)[0]), training=True), G)
        for i, D in enumerate(judges):

            def d_loss(D=D):
                loss = self.loss.discriminator_loss(D(x, training=True), D(fakes.value, training=True))
                return loss + self.sum_penalties(D, x, fakes.value)

            self.log(**{f"d{i}_loss": self.minimize(d_loss, D)})
        g = self.minimize(lambda y: sum(self.loss.generator_loss(D(y, training=True)) for D in judges), G, made=fakes)
        return self.log(g_loss=g)


@pytest.fixture(scope="module", autouse=True)
def registered():
    """The recipes of this file, as long as its tests run."""
    known = dict(recipes.RECIPES)

    @recipe(paper="none", arxiv="none", chapter="The game", batch_size=16)
    def autoencoder(image_shape, seed=0, ema=None):
        """An autoencoder."""
        decoder = networks.mlp.generator(image_shape, 8, width=16)
        encoder = keras.Sequential([keras.Input(image_shape), layers.Flatten(), layers.Dense(8)])
        model = Autoencoder(encoder, decoder, seed)
        model.compile("adam", ema=ema)
        return model

    @recipe(paper="none", arxiv="none", chapter="The game", batch_size=16, data="labels")
    def with_classifier(image_shape, classes, seed=0, ema=None):
        """A GAN and a classifier."""
        cgan = models.CGAN(
            networks.cgan.generator(image_shape, classes, latent_dim=4, width=4),
            networks.cgan.discriminator(image_shape, classes, width=4),
            4,
            classes,
        )
        classifier = keras.Sequential(
            [keras.Input(image_shape), layers.Flatten(), layers.Dropout(0.3), layers.Dense(classes)]
        )
        model = WithClassifier(cgan.generator, cgan.discriminator, classifier, 4, classes, seed)
        model.compile("adam", "adam", "adam", ema=ema)
        return model

    @recipe(paper="none", arxiv="none", chapter="The game", batch_size=16)
    def three_judges(image_shape, seed=0, ema=None):
        """A GAN of three discriminators."""
        judges = [networks.mlp.discriminator(image_shape, width=8) for _ in range(3)]
        model = ThreeJudges(networks.mlp.generator(image_shape, 2, width=16), *judges, latent_dim=2, seed=seed)
        model.compile("adam", "adam", "adam", "adam", penalties=[regularizers.Lazy(regularizers.R1(1.0), 2)], ema=ema)
        return model

    yield
    recipes.RECIPES.clear()
    recipes.RECIPES.update(known)


CASES = {"autoencoder": "digits", "with_classifier": "digits", "three_judges": "ring"}


@pytest.fixture(params=CASES)
def settings(request, monkeypatch):
    monkeypatch.setattr("keras_gans.data.images.POINTS", 320)
    metrics = {"autoencoder": "psnr", "three_judges": "modes"}.get(request.param)
    return Settings(request.param, CASES[request.param], batch_size=16, steps=5, ema=0.9, metrics=metrics)


def test_a_system_trains_resumes_films_and_reports_without_any_edit(settings, tmp_path, monkeypatch):
    assert train.train(tmp_path / "whole", settings) == 5
    monkeypatch.setattr(train, "SECONDS_BETWEEN_SAVES", 0.0)

    class Power(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise RuntimeError("power cut")

    monkeypatch.setattr(train.callbacks, "FiniteGuard", Power)
    with pytest.raises(RuntimeError, match="power cut"):
        train.train(tmp_path / "cut", settings)
    monkeypatch.undo()
    monkeypatch.setattr("keras_gans.data.images.POINTS", 320)
    assert int(load_model(tmp_path / "cut" / "model.keras").optimizer.iterations.numpy()) < 5
    assert train.train(tmp_path / "cut", settings, resume=True) == 5
    whole, cut = (load_model(tmp_path / name / "model.keras") for name in ("whole", "cut"))
    assert_same_state(whole, cut)
    assert (tmp_path / "whole" / "training.gif").read_bytes() == (tmp_path / "cut" / "training.gif").read_bytes()
    page = report.write(tmp_path / "whole").read_text()
    assert all(f">{metric.name}<" in page or metric.name.endswith("loss") for metric in whole.metrics)
    if settings.metrics:
        (last,) = json.loads((tmp_path / "whole" / "evaluation.json").read_text())[-1]["results"][:1]
        assert np.isfinite(last["value"])


def test_an_autoencoder_is_evaluated_and_a_gan_is_not(images):
    model = recipes.RECIPES["autoencoder"].build(SHAPE)
    before = model.evaluate(images, batch_size=35, verbose=0, return_dict=True)["loss"]
    assert before == pytest.approx(np.abs(images - model.make(70, images)).mean(), rel=1e-4)
    model.fit(images, batch_size=35, epochs=20, verbose=0)
    assert model.evaluate(images, batch_size=35, verbose=0, return_dict=True)["loss"] < 0.8 * before
    with pytest.raises(TypeError, match=r"loss on held-out data.*Received: ThreeJudges\."):
        recipes.RECIPES["three_judges"].build((2,)).evaluate(np.zeros((4, 2), "float32"))


def test_each_judge_has_its_own_optimizer_and_state_of_a_penalty():
    model = recipes.RECIPES["three_judges"].build((2,))
    model.fit(np.random.default_rng(0).normal(size=(48, 2)).astype("float32"), batch_size=16, verbose=0)
    assert [int(getattr(model, f"d{i}_optimizer").iterations.numpy()) for i in range(3)] == [3, 3, 3]
    penalties = [model.penalties_of[name][0] for name in model.names]
    assert len({id(penalty) for penalty in penalties}) == 3
    assert [player.name for player, _ in model.moves] == ["d0", "d1", "d2", "g"]
