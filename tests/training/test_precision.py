"""Every model in other precisions and under XLA: exact to continue, float32 where promised, the same numbers."""

import contextlib

import keras
import numpy as np
import pytest
from conftest import BACKEND, assert_same_state, dense_gan, state
from games import GAMES, of_each_kind

from keras_gans import losses, models

BATCH = 16  # four steps an epoch
MODELS = [name for name in models.__all__ if name not in ("AdversarialModel", "pretrained")]
KINDS = ["WGANGP", "CGAN", "CycleGAN"]  # to be compiled, which takes the longest: penalty, labels, two networks
BFLOAT16 = of_each_kind(MODELS) if BACKEND == "tensorflow" else [pytest.param(name) for name in KINDS]
PRECISIONS = [
    *[pytest.param("mixed_bfloat16", *each.values, marks=each.marks) for each in BFLOAT16],
    *[("mixed_float16", name) for name in ("WGANGP", "CycleGAN")],
    pytest.param("mixed_float16", "biggan", marks=[pytest.mark.slow, pytest.mark.tensorflow]),
    ("float64", "CGAN"),
]


@pytest.fixture
def policy():
    """Sets Keras' policy for one test; JAX computes in float64 only if told so."""
    with contextlib.ExitStack() as stack:

        def change(name):
            stack.callback(keras.config.set_dtype_policy, "float32")
            keras.config.set_dtype_policy(name)
            if name == "float64" and BACKEND == "jax":
                import jax

                stack.enter_context(jax.enable_x64(True))

        yield change


def players(model):
    """The weights that each optimizer moves, as arrays."""
    return {
        player.optimizer: [v.numpy() for name in player.networks for v in getattr(model, name).trainable_variables]
        for player in model.players
    }


def moved(before, after):
    return np.concatenate([(b - a).ravel() for a, b in zip(before, after)])


@pytest.mark.parametrize(("precision", "name"), PRECISIONS)
def test_model_in_other_precision_continues_bit_for_bit(precision, name, images, tmp_path, policy):
    """Trained, saved, loaded, and trained again: as without the pause. Pictures are float32, weights never half."""
    policy(precision)
    whole = name in KINDS or precision == "mixed_float16"  # whose first scales are too large for a step
    model = GAMES[name].make(run_eagerly=not whole)
    examples = GAMES[name].examples(images, model.n_critic)
    before = players(model)
    arguments = {"batch_size": BATCH, "steps_per_epoch": None if whole else 1, "verbose": 0}
    model.fit(examples, **arguments)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert_same_state(loaded, model)
    for each in (loaded, model):
        each.fit(examples, epochs=2, initial_epoch=1, **arguments)
    assert_same_state(loaded, model)
    weights = {v.dtype for network in loaded.network_names for v in getattr(loaded, network).trainable_variables}
    assert ("float64" in weights) if precision == "float64" else (weights == {"float32"})
    computes = {layer.compute_dtype for layer in loaded._flatten_layers()}
    assert precision.removeprefix("mixed_") in computes
    assert all(np.isfinite(values).all() for values in state(loaded))
    assert all(np.abs(moved(before[key], after)).max() > 0 for key, after in players(loaded).items())
    assert loaded.sheet(seed=1, real=examples.head(4))[0].dtype == np.float32


def ends_in(network, *types):
    """Casts a network's outputs."""
    call = network.call

    def cast(*arguments, **keywords):
        outputs = call(*arguments, **keywords)
        for dtype in types:
            outputs = keras.tree.map_structure(lambda y, dtype=dtype: keras.ops.cast(y, dtype), outputs)
        return outputs

    network.call = cast


@pytest.mark.tensorflow  # whose eager steps cost little
@pytest.mark.parametrize("name", of_each_kind(MODELS))
def test_losses_of_half_outputs_are_computed_in_float32(name, images, policy):
    """A step logs the same if each network's bfloat16 outputs are cast to float32 before the loss sees them."""
    policy("mixed_bfloat16")
    logs = []
    for types in (("bfloat16",), ("bfloat16", "float32")):
        model = GAMES[name].make(run_eagerly=True)
        for network in model.network_names:
            ends_in(getattr(model, network), *types)
        examples = GAMES[name].examples(images, model.n_critic)
        logs.append(model.fit(examples, batch_size=BATCH, steps_per_epoch=1, verbose=0).history)
    assert len(logs[0]) >= len(model.players)
    for key, (value,) in logs[0].items():
        assert value == pytest.approx(logs[1][key][0], rel=1e-5), key


@keras.saving.register_keras_serializable("tests")
class Steep(losses.WassersteinLoss):
    """A loss with a factor for each player."""

    def __init__(self, d=1.0, g=1.0):
        super().__init__()
        self.d, self.g = d, g

    def discriminator_loss(self, real_output, fake_output):
        return self.d * super().discriminator_loss(real_output, fake_output)

    def generator_loss(self, fake_output, real_output=None):
        return self.g * super().generator_loss(fake_output)

    def get_config(self):
        return {"d": self.d, "g": self.g}


def one_step(images, model):
    """What one step moves, by player."""
    before = players(model)
    model.train_on_batch(images[:BATCH])
    return {key: moved(before[key], after) for key, after in players(model).items()}


@pytest.mark.parametrize(("player", "other"), [("d", "g"), ("g", "d")])
def test_overflow_halves_one_players_scale_and_skips_its_move(player, other, images, tmp_path, policy):
    """A factor of 1e6 makes gradients inside of the networks infinite in float16, though not in float32."""
    policy("mixed_float16")
    model = dense_gan(loss=Steep(**{player: 1e6}))
    steps = one_step(images, model)
    assert not steps[f"{player}_optimizer"].any()
    assert steps[f"{other}_optimizer"].any()
    model.save(tmp_path / "model.keras")
    for each in (model, keras.saving.load_model(tmp_path / "model.keras")):
        members = each.optimizer.members
        scaler, untouched = members[f"{player}_optimizer"], members[f"{other}_optimizer"]
        assert (float(scaler.dynamic_scale.value), int(scaler.step_counter.value)) == (2.0**14, 0)
        assert (float(untouched.dynamic_scale.value), int(untouched.step_counter.value)) == (2.0**15, 1)
        assert (int(scaler.iterations.value), int(untouched.iterations.value)) == (0, 1)
        assert int(each.optimizer.iterations.value) == 1


def test_loss_scale_grows_after_its_steps_and_a_given_scaler_is_kept(images, policy):
    policy("mixed_float16")
    scaler = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.01), 8.0, dynamic_growth_steps=2)
    model = dense_gan(d_optimizer=scaler)
    assert model.d_optimizer is scaler
    for expected in (8.0, 16.0, 16.0):
        model.train_on_batch(images[:BATCH])
        assert float(scaler.dynamic_scale.value) == expected


@pytest.mark.parametrize("factor", [1.0, 1e-6])
def test_loss_scaling_leaves_a_step_as_it_is_in_float32(factor, images, policy):
    """Within 2 % of its length, of which float16's 11 bits are the cause; also where float16 alone would move nothing.

    The rate undoes the factor, so that weights move alike.
    """

    def step(precision):
        policy(precision)
        optimizers = {f"{key}_optimizer": keras.optimizers.SGD(0.1 / factor) for key in "dg"}
        return one_step(images, dense_gan(loss=Steep(factor, factor), **optimizers))

    full, half = step("float32"), step("mixed_float16")
    for key, expected in full.items():
        error = np.linalg.norm(half[key] - expected) / np.linalg.norm(expected)
        assert 0 < error < 0.02


def test_float64_agrees_with_float32(images, policy):
    """Networks compute in float64; latents, pictures, logits and losses are float32 in both: 1e-4 after four steps."""
    runs = []
    for precision in ("float32", "float64"):
        policy(precision)
        optimizers = {f"{key}_optimizer": keras.optimizers.SGD(0.1) for key in "dg"}
        runs.append(dense_gan(**optimizers))
    single, double = runs
    double.generator.set_weights(single.generator.get_weights())
    double.discriminator.set_weights(single.discriminator.get_weights())
    before = players(single)
    for model in runs:
        model.fit(images, batch_size=BATCH, verbose=0)
    for key, expected in players(single).items():
        step = moved(before[key], expected)
        assert np.linalg.norm(moved(before[key], players(double)[key]) - step) < 1e-4 * np.linalg.norm(step)


@pytest.mark.jax
@pytest.mark.filterwarnings("ignore:Explicitly requested dtype float64")
def test_float64_on_jax_asks_for_its_setting():
    keras.config.set_dtype_policy("float64")
    try:
        with pytest.raises(ValueError, match=r"JAX_ENABLE_X64=1.*Received: weights of float32"):
            dense_gan()
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.fixture
def same_draws(monkeypatch):
    """Random numbers of integer arithmetic: TensorFlow's own algorithm differs by compiler, so XLA draws others."""
    import tensorflow as tf

    def uniform(shape, seed, minval=0.0, maxval=1.0, dtype="float32"):
        x = 7919 * (tf.cast(tf.range(tf.reduce_prod(shape)), "int64") + 1)
        x += tf.reduce_sum(tf.cast(seed, "int64") * [104729, 1299709])
        for _ in range(2):
            x = tf.bitwise.bitwise_xor(x, tf.bitwise.right_shift(x, 15)) * 73244475 % 2**31
        unit = tf.reshape(tf.cast(x % 2**24, "float32") / 2**24, shape)
        return tf.cast(tf.cast(minval, "float32") + unit * tf.cast(maxval - minval, "float32"), dtype)

    def normal(shape, mean, stddev, dtype, seed):
        return uniform(shape, seed, -1.7, 1.7, dtype)

    def dropout(x, rate, noise_shape, seed):
        return tf.where(uniform(noise_shape, seed) < rate, 0.0, x / (1.0 - rate))

    monkeypatch.setattr(tf.random, "stateless_uniform", uniform)
    monkeypatch.setattr(tf.random, "stateless_normal", normal)
    monkeypatch.setattr(tf.nn.experimental, "stateless_dropout", dropout)


@pytest.mark.tensorflow
@pytest.mark.parametrize("name", of_each_kind(MODELS, KINDS))
def test_xla_equals_eager_steps(name, images, same_draws):
    """Two steps with latents, dropout, lines between examples, labels, pools: within 1e-3, plus 1e-4 near 0.

    Without XLA they are made eagerly, as which the graph makes the same, says the battery.
    """
    runs = []
    for how in ({"jit_compile": True}, {"run_eagerly": True}):
        players_of = GAMES[name].make().players
        # VAE's loss is a sum over 256 numbers; SRGAN's last batch norms, of 16 numbers each, magnify rounding
        rate = {"VAE": 1e-5, "SRGAN": 1e-3}.get(name, 0.01)
        optimizers = {player.optimizer: keras.optimizers.SGD(rate) for player in players_of}
        model = GAMES[name].make(**optimizers, **how)
        before = players(model)
        model.fit(GAMES[name].examples(images, model.n_critic), batch_size=BATCH, steps_per_epoch=2, verbose=0)
        assert all(np.abs(moved(before[key], after)).max() > 0 for key, after in players(model).items())
        runs.append(state(model))
    for xla, eager in zip(*runs):
        np.testing.assert_allclose(xla, eager, rtol=1e-3, atol=1e-4)
