"""Pix2Pix: its step by hand, translation by dropout's noise and each picture's own statistics, and refusals."""

import keras
import numpy as np
import pytest
from by_hand import assert_same_weights, log_sigmoid, move, pair, sgd
from conftest import state
from games import tiny_pix2pix
from keras import layers, ops

from keras_gans import data, models

SHAPE = (8, 8, 3)
INPUTS, TARGETS = np.random.default_rng(0).uniform(-1, 1, (2, 6, *SHAPE)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def without_dropout():
    """Batch norm and no noise; grey inputs, coloured targets."""
    keras.utils.set_random_seed(0)
    x = inputs = keras.Input((8, 8, 1))
    x = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(x))
    generator = keras.Model(inputs, layers.Conv2D(3, 3, padding="same", activation="tanh")(x))
    images = [keras.Input((8, 8, 1)), keras.Input(SHAPE)]
    discriminator = keras.Model(images, layers.Conv2D(1, 4)(layers.Concatenate()(images)))
    return models.Pix2Pix(generator, discriminator)


@pytest.fixture(scope="module")
def model():
    """With dropout, trained a step."""
    model = tiny_pix2pix(run_eagerly=True)
    model.train_on_batch(INPUTS, TARGETS)
    return model


@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_pix2pix_step_equals_the_formula_written_by_hand(fresh_fakes):
    """D by half of its loss, then G by its loss and 100 times L1, in training mode: batch norm, dropout.

    By hand the same fakes are made twice: what the first pass left in G is taken back.
    """

    def in_eager(**arguments):
        return tiny_pix2pix(run_eagerly=True, fresh_fakes=fresh_fakes, **sgd(0.1, 1e-2), **arguments)

    model, twin = in_eager(), tiny_pix2pix()
    D, G, (x, y) = twin.discriminator, twin.generator, pair(INPUTS, TARGETS)
    before = [numpy(v) for v in G.non_trainable_variables]
    fake = G(x, training=True)
    d = move(lambda: -0.5 * ops.mean(log_sigmoid(D([x, y]))) - 0.5 * ops.mean(log_sigmoid(-D([x, fake]))), 0.1, D)

    for variable, value in zip(G.non_trainable_variables, before):
        if not fresh_fakes:
            variable.assign(value)

    def g_loss():
        fake = G(x, training=True)
        return -ops.mean(log_sigmoid(D([x, fake]))) + 100 * ops.mean(ops.abs(y - fake))

    g = move(g_loss, 1e-2, G)
    logs = model.train_on_batch(INPUTS, TARGETS, return_dict=True)
    assert (logs["d_loss"], logs["g_loss"]) == pytest.approx((d, g), rel=1e-4)
    assert_same_weights(model, twin)
    without_l1 = in_eager(l1_weight=0.0)
    plain = without_l1.train_on_batch(INPUTS, TARGETS, return_dict=True)
    assert 100 * logs["l1"] == pytest.approx(logs["g_loss"] - plain["g_loss"], rel=1e-4)


def test_pix2pix_translates_with_noise_that_a_seed_repeats(model):
    before = state(model)
    pictures = model.translate(INPUTS, seed=1)
    assert (pictures.dtype, pictures.shape) == (np.float32, TARGETS.shape)
    np.testing.assert_array_equal(model.translate(INPUTS, seed=1), pictures)
    for other in (model.translate(INPUTS, seed=2), model.translate(INPUTS)):
        assert np.abs(other - pictures).mean() > 1e-3
    assert not np.array_equal(model.translate(INPUTS), model.translate(INPUTS))
    for a, b in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(a, b)


def test_pix2pix_draws_other_noise_for_each_picture_and_layer(model):
    same = model.translate(np.repeat(INPUTS[:1], 2, axis=0), seed=1)
    assert np.abs(same[0] - same[1]).mean() > 1e-3
    seeds = [layer.seed_generator.state for layer in model.generator.layers if isinstance(layer, layers.Dropout)]
    with model.making(1):
        states = [numpy(ops.convert_to_tensor(s)).tolist() for s in seeds]
    assert len(states) == 2
    assert states[0] != states[1]


def test_pix2pix_translates_each_picture_by_its_own_statistics():
    """Together as one by one; and as batch norm has it in training, not as it has it in inference."""
    model, grey = without_dropout(), INPUTS[..., :1] * np.array([1.0, 0.1, 0.5, 0.9, 0.2, 0.7])[:, None, None, None]
    together = model.translate(grey.astype("float32"))
    for i, picture in enumerate(grey.astype("float32")):
        np.testing.assert_array_equal(together[i : i + 1], model.translate(picture[None]))
        np.testing.assert_allclose(together[i : i + 1], numpy(model.generator(picture[None], training=True)), atol=1e-6)
    assert np.abs(together - numpy(model.generator(grey, training=True))).max() > 0.1
    assert np.abs(together - numpy(model.generator(grey, training=False))).max() > 0.1
    np.testing.assert_array_equal(
        model.translate(grey.astype("float32")), together
    )  # without dropout there is no noise


@pytest.mark.parametrize(("n", "shown", "columns"), [(None, 6, 6), (2, 2, 3), (20, 6, 6)])
def test_pix2pix_sheet_shows_inputs_outputs_and_targets_side_by_side(model, n, shown, columns):
    pictures, found = model.sheet(n, seed=1, real=(INPUTS, TARGETS))
    assert found == columns
    np.testing.assert_array_equal(pictures[0::3], INPUTS[:shown])
    np.testing.assert_array_equal(pictures[1::3], model.translate(INPUTS[:shown], seed=1))
    np.testing.assert_array_equal(pictures[2::3], TARGETS[:shown])


def test_pix2pix_sheet_repeats_grey_beside_colours():
    pictures, _ = without_dropout().sheet(real=(INPUTS[..., :1], TARGETS))
    np.testing.assert_array_equal(pictures[0::3], np.repeat(INPUTS[..., :1], 3, axis=-1))


@pytest.mark.parametrize("real", [None, INPUTS, (INPUTS,)])
def test_pix2pix_sheet_refuses_to_do_without_pairs(model, real):
    with pytest.raises(ValueError, match=r"`real` as a tuple of inputs and targets, which are shown. Received: "):
        model.sheet(real=real)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (INPUTS[:, :4], r"inputs of shape \(8, 8, 3\).*Received: an array of shape \(6, 4, 8, 3\)"),
        (INPUTS * 2, r"in \[-1, 1\]. Received: values"),
        (INPUTS.astype("uint8"), r"Received: dtype uint8"),
    ],
)
def test_pix2pix_refuses_to_translate_what_does_not_fit(model, images, message):
    with pytest.raises(ValueError, match=message):
        model.translate(images)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (INPUTS, None, r"inputs and targets, fit\(x, y\) or both in one. Received: 1 part\."),
        (INPUTS, TARGETS[:4], r"as many examples in each of the parts that belong together. Received: 6 and 4"),
        (INPUTS, TARGETS[..., :1], r"targets of shape \(8, 8, 3\).*Received: an array of shape \(6, 8, 8, 1\)"),
        (
            data.Examples(INPUTS, TARGETS, aligned=False),
            None,
            r"that belong together, in one group.*Received: groups of 1 and 1",
        ),
    ],
)
def test_pix2pix_refuses_data_that_does_not_fit(model, x, y, message):
    with pytest.raises(ValueError, match=message):
        model.fit(x, y, batch_size=2, verbose=0)


@pytest.mark.parametrize("arguments", [{"l1_weight": -1.0}, {"l1_weight": float("nan")}, {"loss": "relativistic"}])
def test_pix2pix_refuses_weights_and_losses(arguments):
    with pytest.raises(ValueError, match=r"`l1_weight` of at least 0 and a loss that judges single.*Received: l1_w"):
        tiny_pix2pix(**arguments)


def test_pix2pix_refuses_networks_that_do_not_fit(model):
    other = keras.Sequential([keras.Input(SHAPE), layers.Conv2D(1, 3, padding="same")])
    with pytest.raises(ValueError, match=r"discriminator of input shape \[.*\(None, 8, 8, 1\)\]. Received: \["):
        models.Pix2Pix(other, model.discriminator)
    with pytest.raises(ValueError, match=r"discriminator of input shape \[.*Received: \(None, 8, 8, 3\)"):
        models.Pix2Pix(model.generator, other)
    with pytest.raises(ValueError, match=r"built Functional or Sequential.*Received"):
        models.Pix2Pix(keras.Sequential([layers.Dense(4)]), model.discriminator)
