"""What every model and every recipe keeps, found through the registry: finite, exact to continue, equal everywhere."""

import collections

import keras
import numpy as np
import pytest
from conftest import BACKEND, assert_same_state, state
from games import GAMES, KINDS

from keras_gans import models
from keras_gans.callbacks import Diagnostics
from keras_gans.callbacks.singular_values import kernels_of
from keras_gans.recipes import RECIPES

BATCH = 16  # four steps an epoch
Trained = collections.namedtuple("Trained", "model history state file traces")
concrete = [name for name in models.__all__ if name not in ("AdversarialModel", "pretrained")]


def test_battery_covers_every_exported_model():
    assert {*concrete, *RECIPES} <= set(GAMES)


@pytest.fixture(scope="module", params=[name for name in GAMES if BACKEND == "tensorflow" or name not in RECIPES])
def game(request):
    """A way to make a model, by name; on JAX, where compiling takes the longest, the games that recipes are made of."""
    return GAMES[request.param]


@pytest.fixture(scope="module")
def is_recipe(game):
    """Whether it is a recipe, whose game is in the battery by itself."""
    return any(GAMES[name] is game for name in RECIPES)


@pytest.fixture(scope="module")
def examples(game, images):
    """What it is trained on."""
    return game.examples(images, game.make().n_critic)


@pytest.fixture
def few_on_jax(request):
    """On JAX, which compiles each operation of an eager step: terms, two networks of each kind, phases."""
    if BACKEND == "jax" and request.node.callspec.params["game"] not in ("GAN", "WGANGP", "CycleGAN", "GrowingGAN"):
        pytest.skip("on JAX for some games")


@pytest.fixture
def no_recipes(is_recipe):
    """Leaves recipes out; what continues them bit for bit is their games' and tested there, and by saving them."""
    if is_recipe:
        pytest.skip("its game passes this test")


def players(model):
    """Name of the optimizer -> the weights that it moves."""
    return {
        player.optimizer: [v for name in player.networks for v in getattr(model, name).trainable_variables]
        for player in model.players
    }


def sheet(model, examples, seed=1):
    return model.sheet(seed=seed, real=examples.head(4))[0]


@pytest.fixture(scope="module")
def trained(game, is_recipe, examples, tmp_path_factory):
    """The model after four epochs without a pause, its history, and how often it traced.

    And its state when the first epoch ended, with the file that it was then saved as. Recipes, whose games have all
    that, make two steps one by one, which need not be compiled.
    """
    file = tmp_path_factory.mktemp("trained") / "model.keras"

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 0:
                self.state = [np.array(values) for values in state(self.model)]
                if not is_recipe:
                    self.model.save(file)

    model, look, traces = game.make(**{"run_eagerly": True} if is_recipe else {}), Look(), []
    step = model.training_step
    model.training_step = lambda data: traces.append(1) or step(data)
    length = {"epochs": 2, "steps_per_epoch": 1} if is_recipe else {"epochs": 4}
    history = model.fit(examples, batch_size=BATCH, verbose=0, callbacks=[look], **length)
    model.training_step = step
    return Trained(model, history.history, look.state, file, len(traces))


def test_steps_are_finite_and_logged(trained, is_recipe):
    model, history = trained.model, trained.history
    assert set(history) == {metric.name for metric in model.metrics} >= {f"{p.name}_loss" for p in model.players}
    epochs, steps = (2, 2) if is_recipe else (4, 16)
    assert all(len(values) == epochs and np.isfinite(values).all() for values in history.values())
    assert all(np.isfinite(values).all() for values in state(model))
    assert int(model.optimizer.iterations) == steps
    begun = max(begins(model, steps))
    for player in model.players:
        count = int(getattr(model, player.optimizer).iterations)
        assert count == (steps - begun) * (model.n_critic if player.judges else 1)


@pytest.mark.usefixtures("no_recipes")
def test_a_fit_traces_its_step_once_a_phase(trained):
    assert trained.traces == len(begins(trained.model))


def begins(model, steps=16):
    """The counts of steps at which phases of a training of so many steps begin."""
    return [0, *(step for step in (model.phases.boundaries if model.phases else ()) if step < steps)]


@pytest.mark.usefixtures("few_on_jax", "no_recipes")
def test_only_the_player_on_move_moves(game, examples):
    for still in players(game.make()):
        model = game.make(**{still: keras.optimizers.SGD(0.0)}, run_eagerly=True)
        batch = [part[: BATCH * model.n_critic] for part in examples.parts]
        model.optimizer.iterations.assign(begins(model)[:2][-1])  # from when on, at 8 pixels, all layers are in use
        model.train_on_batch(*batch)  # a critic whose weights are clipped is clipped now
        before = {key: [v.numpy() for v in player] for key, player in players(model).items()}
        model.train_on_batch(*batch)
        for key, player in players(model).items():
            same = [np.array_equal(a, b.numpy()) for a, b in zip(before[key], player)]
            # A bias cancels in losses of differences, and in front of a normalization.
            may = [v.name == "bias" or below_growth(model, v) or of_idle_turns(model, v) for v in player]
            assert all(same) if key == still else not any(s and not stays for s, stays in zip(same, may))


def below_growth(model, variable):
    """Whether it makes or takes pictures of a side that growth begins above."""
    return bool(model.phases) and "rgb_4" in variable.path and model.phases.first_side > 4


def of_idle_turns(model, variable):
    """Whether it belongs to the head of turns where these have no weight."""
    return getattr(model, "d_turns", None) == 0 and len(variable.shape) == 2 and variable.shape[1] == 4


def averages(model):
    return model.averages.mapping if model.averages else []


@pytest.mark.usefixtures("few_on_jax", "no_recipes")
def test_eager_equals_graph(game, trained, examples):
    eager = game.make(run_eagerly=True)
    eager.fit(examples, batch_size=BATCH, verbose=0)
    # Where a bias cancels, Adam makes whole steps of its rounding errors, which moments and moving means then show;
    # those of StyleGAN's first are large, since the map that is normalised behind it has no deviation yet.
    biases = {id(v) for player in players(eager).values() for v in player if v.name == "bias"}
    biases |= {id(average) for weight, average in averages(eager) if id(weight) in biases}
    names = [None if id(v) in biases else v.name for v in eager.variables]
    moments = [None if "bias_0_bias" in v.name else "moment" for v in eager.optimizer.variables]
    moments += ["moment"] * (len(state(eager)) - len(names + moments))
    for name, a, b in zip(names + moments, state(eager), trained.state):
        if name in ("moment", "moving_mean", "average_moving_mean"):
            assert np.linalg.norm(a - b) <= 0.02 * np.linalg.norm(b) + 5e-5
        else:
            assert name is None or np.allclose(a, b, rtol=2e-3, atol=5e-5)


def test_kernels_have_names_of_their_own(trained):
    """By which `callbacks.SingularValues` tells of them."""
    model = trained.model
    kernels = kernels_of(model)
    networks = [getattr(model, network) for player in model.players for network in player.networks]
    wanted = [v for network in networks for v in network.trainable_variables if v.name in ("kernel", "embeddings")]
    assert len(kernels) == len(wanted) > 1
    assert {id(kernel) for kernel, _ in kernels.values()} == {id(v) for v in wanted}


def test_config_round_trip(trained):
    model = trained.model
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(model))
    assert again.get_config() == model.get_config()
    assert again.get_compile_config() == model.get_compile_config()


def test_saved_and_loaded_is_the_same(trained, tmp_path):
    model = trained.model
    model.save(tmp_path / "model.keras")
    assert_same_state(keras.saving.load_model(tmp_path / "model.keras"), model)


@pytest.mark.usefixtures("no_recipes")
def test_saved_loaded_and_continued_equals_uninterrupted(trained, examples):
    loaded = keras.saving.load_model(trained.file)
    for one, other in zip(state(loaded), trained.state, strict=True):
        np.testing.assert_array_equal(one, other)
    loaded.fit(examples, batch_size=BATCH, epochs=4, initial_epoch=1, verbose=0)
    assert_same_state(loaded, trained.model)


@pytest.mark.usefixtures("few_on_jax")
def test_backed_up_and_restored_equals_uninterrupted(game, trained, examples, tmp_path):
    """Which two runs of one seed thereby are, too. Keras copies the states that a saved file has; all kinds of them."""
    if game not in map(GAMES.get, KINDS):
        pytest.skip("its states are of a kind that other games have")

    class Crash(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if int(self.model.optimizer.iterations) == 10:
                raise RuntimeError("power cut")

    def fit(model, *callbacks):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        model.fit(examples, batch_size=BATCH, epochs=4, verbose=0, callbacks=[backup, *callbacks])

    with pytest.raises(RuntimeError, match="power cut"):
        fit(game.make(), Crash())
    restored = game.make(seed=1)  # other weights and seeds, which the backup must replace
    restored.seed = 0
    fit(restored)
    assert_same_state(restored, trained.model)


@pytest.mark.usefixtures("few_on_jax", "no_recipes")
def test_step_is_rehearsed_for_diagnostics_and_leaves_training_alone(trained, examples):
    model = trained.model
    if not model.judging:
        pytest.skip("nobody judges")
    before = state(model)
    callback = Diagnostics(examples)
    callback.set_model(model)
    callback.on_train_begin()
    callback.watch()
    look = callback.looks[-1]
    assert all(np.isfinite(value).all() for value in look.values())
    for a, b in zip(before, state(model)):
        np.testing.assert_array_equal(a, b)


def test_what_a_model_makes_is_repeatable_and_leaves_training_alone(trained, examples):
    model = trained.model
    before = state(model)
    pictures = sheet(model, examples)
    assert pictures.dtype == np.float32
    assert pictures.shape[1:] == examples.shapes[0]
    assert pictures.ndim == 2 or np.abs(pictures).max() <= 1
    np.testing.assert_array_equal(sheet(model, examples), pictures)
    for a, b in zip(before, state(model)):
        np.testing.assert_array_equal(a, b)
