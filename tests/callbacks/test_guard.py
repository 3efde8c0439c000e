"""FiniteGuard and Checkpoint: the first NaN stops the training and is named; what is on disk stays finite."""

import pickle
import re

import keras
import numpy as np
import pytest
from conftest import adam, state
from games import GAMES
from keras import ops

from keras_gans import losses, models, networks, regularizers
from keras_gans.callbacks import Checkpoint, FiniteGuard, NotFinite, Watcher

FAULT = 6  # the step of it; an epoch has 4
POINTS = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")


class Fault:
    """Spoils a scalar at the FAULT-th call and after: its value and gradient, or its gradient alone."""

    def __init__(self, gradient_only):
        self.gradient_only = gradient_only
        self.calls = keras.Variable(0, dtype="int32", trainable=False, name="calls")

    def __call__(self, x):
        self.calls.assign(self.calls + 1)
        late = self.calls >= FAULT
        if self.gradient_only:  # the derivative of the root at 0 is infinite
            return x + ops.sqrt(ops.where(late, 0.0, 1.0) * ops.square(x))
        return x * ops.where(late, np.nan, 1.0)


@keras.saving.register_keras_serializable("tests")
class FaultyLoss(losses.GANLoss):
    """The loss of one player breaks."""

    def __init__(self, player, gradient_only=False):
        super().__init__()
        self.player, self.gradient_only = player, gradient_only
        self.fault = Fault(gradient_only)
        self.calls = self.fault.calls

    def discriminator_loss(self, real_output, fake_output):
        loss = super().discriminator_loss(real_output, fake_output)
        return self.fault(loss) if self.player == "discriminator" else loss

    def generator_loss(self, fake_output, real_output=None):
        loss = super().generator_loss(fake_output)
        return self.fault(loss) if self.player == "generator" else loss

    def get_config(self):
        return {"player": self.player, "gradient_only": self.gradient_only}


@keras.saving.register_keras_serializable("tests")
class FaultyPenalty(regularizers.Penalty):
    """A penalty breaks."""

    def __init__(self):
        self.fault = Fault(gradient_only=False)
        self.calls = self.fault.calls

    def __call__(self, discriminator, real, fake, seed):
        return self.fault(ops.mean(ops.square(discriminator(fake))))

    def get_config(self):
        return {}


class Recorder(Watcher):
    """Remembers the steps that it is shown, and whether it was told of the end."""

    def __init__(self):
        super().__init__(unit="step")
        self.steps, self.interrupted = [], 0

    def watch(self):
        self.steps.append(self.step)

    def on_train_interrupt(self):
        self.interrupted += 1


FAULTS = {
    "d_loss": ({"loss": lambda: FaultyLoss("discriminator")}, "discriminator", "d_loss"),
    "g_loss": ({"loss": lambda: FaultyLoss("generator")}, "generator", "g_loss"),
    "penalty": ({"penalties": lambda: [FaultyPenalty()]}, "discriminator", "penalty"),
    "g_penalty": ({"g_penalties": lambda: [FaultyPenalty()]}, "generator", "g_penalty"),
    "d_gradient": ({"loss": lambda: FaultyLoss("discriminator", True)}, "discriminator", "dense"),
    "g_gradient": ({"loss": lambda: FaultyLoss("generator", True)}, "generator", "dense"),
}


def gan(**compile_arguments):
    keras.utils.set_random_seed(0)
    pair = networks.mlp.generator((2,), latent_dim=2, width=8), networks.mlp.discriminator((2,), width=8)
    model = models.GAN(*pair, latent_dim=2)
    model.compile(adam(), adam(), **compile_arguments)
    return model


def faulty(name, **compile_arguments):
    return gan(**{key: make() for key, make in FAULTS[name][0].items()}, **compile_arguments)


def fit(model, *callbacks, epochs=3, **arguments):
    return model.fit(POINTS, batch_size=16, epochs=epochs, verbose=0, callbacks=list(callbacks), **arguments)


def finite(values):
    return all(np.isfinite(array).all() for array in values)


@pytest.mark.parametrize("name", FAULTS)
def test_guard_stops_at_the_fault_and_names_step_player_and_term(name, tmp_path):
    _, player, term = FAULTS[name]
    model, recorder = faulty(name), Recorder()
    with pytest.raises(NotFinite, match=r"^Expected finite numbers\. Received: nan in '.*\.$") as raised:
        fit(model, FiniteGuard(), recorder, Checkpoint(tmp_path / "model.keras", seconds=0.0))
    error = raised.value
    assert (error.step, error.player) == (FAULT, player)
    assert f"of the {player}" in str(error)
    assert f"at step {FAULT}." in str(error)
    assert ("by its gradient" in str(error)) == name.endswith("gradient")
    assert error.term == term or (term == "dense" and error.term in [v.path for v in getattr(model, player).variables])
    assert recorder.steps == list(range(FAULT))  # no frame of a model of NaN
    assert recorder.interrupted == 1
    kept = keras.saving.load_model(tmp_path / "model.keras")
    assert int(kept.optimizer.iterations) == FAULT - 1
    assert finite(state(kept))


def test_guard_counts_from_the_models_first_step():
    model = faulty("d_loss")
    fit(model, epochs=1)
    with pytest.raises(NotFinite) as raised:
        fit(model, FiniteGuard(), epochs=2, initial_epoch=1)
    assert raised.value.step == FAULT


def test_guard_says_among_which_steps_where_keras_makes_several_at_once():
    with pytest.raises(NotFinite, match=r"'penalty' of the discriminator in steps 5 to 8\.$") as raised:
        fit(faulty("penalty", steps_per_execution=4), FiniteGuard())
    assert raised.value.step == 8


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory):
    """A model that has trained on after the fault, what was on disk, and the warnings of it."""
    path = tmp_path_factory.mktemp("unguarded") / "model.keras"
    model = faulty("d_gradient")
    with pytest.warns(UserWarning, match="Expected finite numbers to save") as warned:
        fit(model, Checkpoint(path, seconds=0.0))
    return model, path, warned


def test_without_the_guard_training_goes_on(unguarded):
    assert int(unguarded[0].optimizer.iterations) == 12


def test_checkpoint_keeps_the_last_finite_model_and_says_so(unguarded):
    _, path, warned = unguarded
    (message,) = {str(w.message) for w in warned if "finite" in str(w.message)}
    assert re.fullmatch(rf"Expected finite .* Received: nan in '.*'; {str(path)!r} stays as it was\.", message)
    kept = keras.saving.load_model(path)
    assert int(kept.optimizer.iterations) == FAULT - 1
    assert finite(state(kept))


def test_guard_looks_at_all_weights_after_each_epoch():
    class Spoil(keras.callbacks.Callback):
        """Sets a weight that no loss and no gradient shows."""

        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                self.model.generator.trainable_variables[-1].assign([0.0, -np.inf])

    with pytest.raises(NotFinite, match=r"-inf in '.*bias' of the generator, by its gradient, by step 8\.$") as raised:
        fit(gan(), Spoil(), FiniteGuard())
    assert raised.value.step == 8


def test_guard_refuses_to_start_from_a_model_of_nan():
    model = gan()
    model.discriminator.trainable_variables[-1].assign([np.nan])
    with pytest.raises(NotFinite, match=r"nan in '.*bias' by step 0\.$"):
        fit(model, FiniteGuard())


def test_a_later_picture_of_nan_is_refused_before_it_makes_a_step():
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return np.where(index == 2, np.nan, POINTS[:16]).astype("float32")

    model = gan()
    with pytest.raises(ValueError, match=r"Expected finite numbers\. Received: 32 that are NaN or infinite\.$"):
        model.fit(Batches(), verbose=0, callbacks=[FiniteGuard()])
    assert all(np.isfinite(values).all() for values in model.get_weights())


def test_moves_tell_whose_loss_a_term_belongs_to(images):
    model = GAMES["CycleGAN"].make()
    judges, makers = model.players
    assert model.moves == []
    model.train_on_batch(*(part[:2] for part in GAMES["CycleGAN"].examples(images).parts))
    assert model.moves == [
        (makers, ["cycle", "identity", "g_loss"]),
        (judges, ["d_loss"]),
    ]


@pytest.mark.tensorflow
def test_guard_lets_mixed_float16_leave_out_gradients_that_overflow():
    @keras.saving.register_keras_serializable("tests")
    class Large(losses.GANLoss):
        """A loss whose gradient, scaled by 2^15, is beyond float16's 65,504 at first."""

        def discriminator_loss(self, real_output, fake_output):
            return 1e4 * super().discriminator_loss(real_output, fake_output)

    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = gan(loss=Large())
        fit(model, FiniteGuard(), epochs=5)
    finally:
        keras.config.set_dtype_policy("float32")
    scale = float(model.d_optimizer.dynamic_scale)
    assert scale < 2.0**15  # some were left out
    assert int(model.d_optimizer.iterations) > 0  # and some were not
    assert finite(state(model))


def test_not_finite_can_be_sent_to_another_process():
    error = NotFinite("Expected finite numbers. Received: nan.", step=3, player="generator", term="l1")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.step, again.player, again.term) == (str(error), 3, "generator", "l1")
    assert isinstance(again, ArithmeticError)
