"""GANLoss against numbers worked out elsewhere, and its properties."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine, losses
from keras_gans.losses import GANLoss

REAL = np.array([-5.0, 1.4, 12.5, 2.7], "float32")[:, None]
FAKE = np.array([10.0, 4.4, -5.5, 3.6], "float32")[:, None]


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype("float64")))


class LecturesLoss:
    """The course's class: one smoothed cross-entropy for its three calls."""

    def __init__(self, from_logits, smoothing):
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=from_logits, label_smoothing=smoothing)

    def discriminator_loss(self, real_output, fake_output):
        real = self.cross_entropy(ops.ones_like(real_output), real_output)
        return real + self.cross_entropy(ops.zeros_like(fake_output), fake_output)

    def generator_loss(self, fake_output):
        return self.cross_entropy(ops.ones_like(fake_output), fake_output)


@pytest.mark.parametrize(
    ("smoothing", "d", "g"), [(0.0, 5.833866, 1.385821), (0.1, 5.822617, 1.542071), (0.2, 5.811366, 1.698321)]
)
def test_ganloss_reference_numbers(smoothing, d, g):
    loss = GANLoss(smoothing=smoothing)
    assert float(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(d, abs=2e-6)
    assert float(loss.generator_loss(FAKE)) == pytest.approx(g, abs=1e-6)


def test_ganloss_one_sided_reference_number():
    loss = GANLoss(smoothing=0.125, one_sided=True)
    assert float(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(6.196366, abs=1e-6)
    assert float(loss.generator_loss(FAKE)) == pytest.approx(1.385821, abs=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.2])
@pytest.mark.parametrize("from_logits", [True, False])
def test_ganloss_is_the_lectures_for_both_players(from_logits, smoothing):
    """Their values and their gradients for every score."""
    ours, lectures = GANLoss(from_logits, smoothing), LecturesLoss(from_logits, smoothing)
    scores = np.stack([REAL, FAKE]) if from_logits else sigmoid(np.stack([REAL, FAKE]) / 2).astype("float32")

    def players(loss):
        return lambda x: ops.stack([loss.discriminator_loss(x[0], x[1]), loss.generator_loss(x[1])])

    values, expected = (ops.convert_to_numpy(players(loss)(scores)) for loss in (ours, lectures))
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    slopes = [ops.convert_to_numpy(engine.input_gradient(players(loss), scores)) for loss in (ours, lectures)]
    np.testing.assert_allclose(*slopes, rtol=1e-4, atol=1e-6)


def test_ganloss_saturating_is_the_minimax_generator():
    expected = np.mean(np.log(1 - sigmoid(FAKE)))
    assert float(GANLoss(saturating=True).generator_loss(FAKE)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("one_sided", [False, True])
def test_ganloss_saturating_and_smoothed_wins_what_d_loses(one_sided):
    loss = GANLoss(smoothing=0.2, one_sided=one_sided, saturating=True)
    assert float(loss.generator_loss(FAKE)) == -float(loss.fake_loss(FAKE))
    plain = GANLoss(saturating=True)
    assert (float(loss.generator_loss(FAKE)) == float(plain.generator_loss(FAKE))) is one_sided


@pytest.mark.tensorflow
def test_ganloss_can_be_made_inside_a_function_that_is_traced():
    import tensorflow as tf

    @tf.function
    def traced(real, fake):
        return GANLoss(smoothing=0.2).discriminator_loss(real, fake)

    assert float(traced(REAL, FAKE)) == pytest.approx(5.811366, abs=2e-6)


def test_ganloss_of_probabilities_equals_that_of_logits():
    real, fake = REAL / 4, FAKE / 4
    probabilities = GANLoss(from_logits=False, smoothing=0.1)
    logits = GANLoss(smoothing=0.1)
    a = probabilities.discriminator_loss(sigmoid(real), sigmoid(fake))
    assert float(a) == pytest.approx(float(logits.discriminator_loss(real, fake)), rel=1e-5)
    a = probabilities.generator_loss(sigmoid(fake))
    assert float(a) == pytest.approx(float(logits.generator_loss(fake)), rel=1e-5)


def test_ganloss_is_least_where_the_discriminator_is_unsure_of_half():
    # With D = 1/2 everywhere the value of the game is -2 log 2.
    zeros = np.zeros((4, 1), "float32")
    assert float(GANLoss().discriminator_loss(zeros, zeros)) == pytest.approx(2 * np.log(2))


def test_ganloss_noisy_labels_lie_in_their_ranges_and_differ_by_call():
    loss = GANLoss(noisy_labels=((0.7, 1.2), (0.0, 0.3)))
    zeros = np.zeros((1000, 1), "float32")
    draws = [float(loss.discriminator_loss(np.full((1000, 1), 4.0, "float32"), zeros)) for _ in range(2)]
    # softplus(4) - 4 t + log 2 with t uniform in [0.7, 1.2]: mean 0.95
    assert draws[0] == pytest.approx(np.log1p(np.exp(4)) - 4 * 0.95 + np.log(2), abs=0.05)
    assert draws[0] != draws[1]


def test_ganloss_noisy_labels_of_one_point_are_plain():
    exact = GANLoss(noisy_labels=((1.0, 1.0), (0.0, 0.0)))
    assert float(exact.discriminator_loss(REAL, FAKE)) == pytest.approx(5.833866, abs=1e-5)


def test_ganloss_smoothing_zero_is_plain():
    assert float(GANLoss(smoothing=0.0).discriminator_loss(REAL, FAKE)) == float(
        GANLoss().discriminator_loss(REAL, FAKE)
    )


def test_ganloss_of_patches_equals_that_of_a_flat_output():
    patches = GANLoss().discriminator_loss(REAL.reshape(1, 2, 2, 1), FAKE.reshape(1, 2, 2, 1))
    assert float(patches) == pytest.approx(5.833866, abs=1e-6)


@pytest.mark.parametrize("logit", [0.0, 1e4, -1e4])
@pytest.mark.parametrize("loss", [GANLoss(), GANLoss(saturating=True), GANLoss(smoothing=0.2)])
def test_ganloss_and_its_gradient_are_finite(loss, logit):
    x = np.full((3, 1), logit, "float32")
    for fn in (lambda x: loss.discriminator_loss(x, x)[None], lambda x: loss.generator_loss(x)[None]):
        assert np.isfinite(ops.convert_to_numpy(fn(x))).all()
        assert np.isfinite(ops.convert_to_numpy(engine.input_gradient(fn, x))).all()


def test_ganloss_computes_in_float32():
    half = GANLoss().discriminator_loss(ops.cast(REAL, "bfloat16"), ops.cast(FAKE, "bfloat16"))
    assert keras.backend.standardize_dtype(half.dtype) == "float32"


@pytest.mark.parametrize(
    "arguments",
    [{}, {"from_logits": False}, {"smoothing": 0.1, "one_sided": True}, {"noisy_labels": ((0.7, 1.2), (0.0, 0.3))}],
)
def test_ganloss_config_round_trip(arguments):
    loss = GANLoss(**arguments, seed=3)
    again = losses.get(keras.saving.serialize_keras_object(loss))
    assert again.get_config() == loss.get_config()


@pytest.mark.parametrize(
    "arguments",
    [
        {"smoothing": 1.0},
        {"smoothing": -0.1},
        {"one_sided": True},
        {"noisy_labels": (0.7, 1.2)},
        {"noisy_labels": ((1.2, 0.7), (0.0, 0.3))},
        {"noisy_labels": ((0.7, 1.2), (0.0, 0.3)), "smoothing": 0.1},
    ],
)
def test_ganloss_refuses_arguments_out_of_range(arguments):
    with pytest.raises(ValueError, match=r"Expected .* Received: "):
        GANLoss(**arguments)


def test_get_finds_a_loss_by_name():
    assert isinstance(losses.get("gan"), GANLoss)


def test_get_names_the_nearest_loss():
    with pytest.raises(ValueError, match=r"Unknown loss. Did you mean 'gan'\?.*Received: 'gann'"):
        losses.get("gann")


def test_get_refuses_what_is_no_loss():
    with pytest.raises(ValueError, match="Expected a loss.*Received: 3"):
        losses.get(3)
    with pytest.raises(ValueError, match="Expected a loss"):
        losses.get(keras.losses.BinaryCrossentropy())


@pytest.mark.parametrize(("logit", "factor"), [(-15.0, 1.0), (-17.0, 0.0)])
def test_probabilities_are_clipped_where_they_round_to_0(logit, factor):
    """From there on nothing moves G; see Deviations."""

    def slope(from_logits):
        score = (lambda x: x) if from_logits else ops.sigmoid
        loss = GANLoss(from_logits)
        return float(engine.input_gradient(lambda x: loss.generator_loss(score(x))[None], ops.array([[logit]]))[0, 0])

    assert slope(True) == pytest.approx(-1, abs=1e-6)
    assert slope(False) == pytest.approx(-factor, abs=1e-3)
