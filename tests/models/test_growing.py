"""The game of networks that grow: it is GAN's on the layers in use and on faded pictures, and goes on from anywhere."""

import math

import keras
import numpy as np
import pytest
from conftest import assert_same_state, state
from keras import ops

from keras_gans import data, engine, metrics, models, networks, recipes
from keras_gans.losses import WassersteinLoss
from keras_gans.regularizers import GradientPenalty
from keras_gans.schedules import Growth
from keras_gans.training import load_model
from keras_gans.training.stages import at

SHAPE, BATCH = (16, 16, 1), 8
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def pictures():
    return data.load("digits", image_size=16)[: 10 * BATCH]


def progan(steps=15, **arguments):
    return recipes.progan(SHAPE, width=4, steps=steps, **arguments)


def networks_of(model):
    return model.generator, model.discriminator


def test_a_schedule_of_one_side_is_the_plain_game_on_the_whole_networks(pictures):
    """Bit for bit: the same step of `models.GAN`, on what `at` returns for the last side."""
    growing = progan(grow=False)
    keras.utils.set_random_seed(0)
    twin = progan(grow=False)
    plain = models.GAN(at(twin.generator, 16), twin.discriminator, 4, seed=0)
    plain.compile(
        *(keras.optimizers.Adam(1e-3, 0.0, 0.99) for _ in "dg"),
        loss=WassersteinLoss(drift=0.001),
        penalties=[GradientPenalty(10.0)],
        fresh_fakes=True,
    )
    logs = [model.fit(pictures, batch_size=BATCH, verbose=0).history for model in (growing, plain)]
    assert logs[0] == logs[1]
    for ours, theirs in zip(networks_of(growing), networks_of(plain)):
        for a, b in zip(ours.trainable_variables, theirs.trainable_variables):
            np.testing.assert_array_equal(a, b)


def seen(model, pictures, step):
    """What the game makes of real pictures at a training step."""
    model.optimizer.iterations.assign(step)
    model.begin_phase()
    return ops.convert_to_numpy(model._detailed(ops.convert_to_tensor(pictures)))


def blocks(pictures, size):
    n, side, _, channels = pictures.shape
    means = pictures.reshape(n, side // size, size, side // size, size, channels).mean(axis=(2, 4))
    return np.repeat(np.repeat(means, size, 1), size, 2)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (0, lambda x: blocks(x, 4)),
        (3, lambda x: blocks(x, 4)),
        (4, lambda x: 2 / 3 * blocks(x, 4) + 1 / 3 * blocks(x, 2)),
        (6, lambda x: blocks(x, 2)),
        (11, lambda x: 1 / 3 * blocks(x, 2) + 2 / 3 * x),
        (12, lambda x: x),
        (99, lambda x: x),
    ],
)
def test_real_pictures_have_the_detail_of_the_step(pictures, step, expected):
    """Trap: pictures that are resized, by nearest pixels, and not faded (keras-io)."""
    found = seen(progan(), pictures[:3], step)
    np.testing.assert_allclose(found, expected(pictures[:3]), atol=1e-6)
    np.testing.assert_allclose(found.mean(axis=(1, 2)), pictures[:3].mean(axis=(1, 2)), atol=1e-6)


def details(model):
    return {float(x.detail.numpy()) for n in networks_of(model) for x in n.layers if hasattr(x, "detail")}


@pytest.mark.tensorflow
def test_all_layers_have_the_detail_of_the_step_before(pictures):
    """Also in the averages, which examples are made with. Trap: the penalty's share and the fade's are one variable."""
    model = progan()
    assert details(model) == {2.0}
    for steps, detail in ((1, 2.0), (4, 2.0), (5, 2 + 1 / 3)):
        for _ in range(steps - int(model.optimizer.iterations.numpy())):
            model.train_on_batch(pictures[:BATCH])
        assert details(model) == {np.float32(detail)}
        average = {id(w): a for w, a in model.averages.mapping}
        mean = average[id(model.generator.get_layer("picture_16").detail)]
        assert float(mean.numpy()) == np.float32(detail)


@pytest.mark.tensorflow
def test_pictures_always_have_the_full_side_and_are_coarse_at_first(pictures):
    """From the first frame of a film on, which is made before the first step."""
    model = progan()
    for steps in (0, 2):
        for _ in range(steps):
            model.train_on_batch(pictures[:BATCH])
        made = model.generate(3, seed=0)
        assert made.shape == (3, *SHAPE)
        np.testing.assert_allclose(made, blocks(made, 4), atol=1e-6)


@pytest.mark.tensorflow
def test_layers_of_later_stages_stand_still_and_begin_with_a_full_step(pictures):
    """Adam's first step is its rate, times the sign; without the reset a layer born late would jump."""
    model = progan(ema=None)
    kernel = model.generator.get_layer("conv_8_1").kernel
    before = ops.convert_to_numpy(kernel)
    for _ in range(3):
        model.train_on_batch(pictures[:BATCH])
    np.testing.assert_array_equal(kernel, before)
    for _ in range(2):  # at the first of them the layer counts nothing yet: its gradient is 0
        model.train_on_batch(pictures[:BATCH])
    moved = np.abs(ops.convert_to_numpy(kernel) - before)
    assert 0.0 < moved.max() <= 1.5e-3


@pytest.mark.tensorflow
def test_resets_keep_layers_that_are_born_late_from_jumping(pictures):
    """Adam has one count for all weights: at 1,000 its v is not corrected, and a first step is 10 times larger."""
    steps = []
    for count in (0, 1000):
        weight = keras.Variable(np.zeros(1, "float32"))
        adam = keras.optimizers.Adam(1e-3, 0.0, 0.99)
        adam.build([weight])
        adam.iterations.assign(count)
        adam.apply([ops.ones((1,))], [weight])
        steps.append(-float(weight.numpy()[0]))
    np.testing.assert_allclose(steps, [1e-3, 1e-2], rtol=1e-3)


class Saver(keras.callbacks.Callback):
    def __init__(self, path, steps):
        super().__init__()
        self.path, self.steps = path, steps

    def on_train_batch_end(self, batch, logs=None):
        step = int(self.model.optimizer.iterations.numpy())
        if step in self.steps:
            self.model.save(self.path / f"{step}.keras")


@pytest.fixture(scope="module")
def saved(pictures, tmp_path_factory):
    """A run that is never stopped: 10 steps, the whole schedule of phases of 2."""
    folder, model = tmp_path_factory.mktemp("saved"), progan(steps=10)
    model.fit(data.batches(pictures, BATCH, seed=0), verbose=0, callbacks=[Saver(folder, (3, 4, 5))])
    return model, folder


@pytest.mark.parametrize("step", [3, 4, 5])
def test_a_run_saved_before_at_or_after_a_boundary_goes_on_bit_for_bit(step, saved, pictures):
    whole, folder = saved
    again = load_model(folder / f"{step}.keras")
    again.fit(data.batches(pictures, BATCH, seed=0, skip=step, take=10 - step), verbose=0)
    assert_same_state(whole, again)


def test_file_holds_both_networks_and_no_stages(saved):
    model, _ = saved
    assert model.network_names == ["generator", "discriminator"]
    assert {layer.name for layer in model.layers} == {"generator", "discriminator"}


@pytest.mark.tensorflow
def test_half_precision_trains_through_all_phases(pictures):
    with engine.dtype_policy("mixed_float16"):  # with scales of losses; all games train in bfloat16
        model = progan(steps=5)
    history = model.fit(pictures[: 6 * BATCH], batch_size=BATCH, verbose=0).history
    assert all(math.isfinite(value) for values in history.values() for value in values)
    assert all(np.isfinite(array).all() for array in state(model))
    assert model.generate(2).dtype == np.float32


@pytest.mark.jax
def test_scaled_losses_on_jax_are_refused():
    with engine.dtype_policy("mixed_float16"), pytest.raises(ValueError, match=r"'mixed_bfloat16' with phases on JAX"):
        progan()


def test_recipe_divides_its_steps_among_the_phases():
    assert progan(steps=50).phases.get_config() == {"first_side": 4, "last_side": 16, "steps": 10, "resets": True}
    whole = progan(steps=50, grow=False).phases
    assert (whole.first_side, whole.last_side, whole.boundaries) == (16, 16, ())


def test_phases_that_do_not_fit_the_networks_are_refused():
    model = progan()
    for phases, message in (
        (Growth(4, 8, 5), r"Expected phases that end at the networks' 16 pixels\. Received: 8\."),
        (Growth(2, 16, 5), r"a stage of 2 pixels\. Received: 'discriminator', which has none\."),
    ):
        with pytest.raises(ValueError, match=message):
            model.compile("adam", "adam", phases)


@pytest.mark.tensorflow
def test_networks_without_stages_are_refused():
    pair = networks.dcgan.generator(SHAPE, 4, width=4), networks.dcgan.discriminator(SHAPE, width=4)
    with pytest.raises(ValueError, match=r"a stage of 4 pixels\. Received: 'discriminator', which has none\."):
        models.GrowingGAN(*pair, 4).compile("adam", "adam", Growth(4, 16, 5))


@pytest.mark.tensorflow
def test_progan_learns_digits():
    """Three passes, one a phase, bring the averages to less than 2/3 of the distance at the start."""
    digits = data.load("digits", image_size=8)
    model = recipes.progan((8, 8, 1), width=16, steps=3 * (len(digits) // 16))
    start = model.generate(500, seed=1)
    model.fit(digits, batch_size=16, epochs=3, verbose=0)
    made, flat = model.generate(500, seed=1), digits.reshape(len(digits), -1)
    before, after = (metrics.frechet_distance(flat, x.reshape(500, -1)) for x in (start, made))
    assert model.phase == 2
    assert after < 2 / 3 * before
    assert made.std(axis=0).mean() > digits.std(axis=0).mean() / 2
