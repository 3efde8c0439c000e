"""Terms beside the adversarial losses, and the part of D's loss that is about what it should reject, against SciPy."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import log_softmax, softmax
from scipy.stats import entropy

from keras_gans import engine, losses

REAL = np.array([[-5.0], [1.4], [12.5], [2.7]], "float32")
FAKE = np.array([[10.0], [4.4], [-5.5], [3.6]], "float32")
SMOOTHED = np.log1p(np.exp(FAKE)) - 0.1 * FAKE  # cross-entropy with the target 0.1


def test_l1_is_the_mean_absolute_difference():
    a, b = np.random.default_rng(0).normal(size=(2, 3, 4, 4, 2)).astype("float32")
    assert float(losses.l1(a, b)) == pytest.approx(np.abs(a.astype("float64") - b).mean(), rel=1e-6)
    assert float(losses.l1(a, a)) == 0


def test_l1_of_halves_is_computed_in_float32():
    a = ops.full((1000,), 300.0, dtype="float16")
    assert float(losses.l1(a, -a)) == 600.0
    assert keras.backend.standardize_dtype(losses.l1(a, a).dtype) == "float32"


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8"])
def test_class_cross_entropy_is_that_of_scipy(dtype):
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(20, 5)).astype("float32"), rng.integers(0, 5, 20)
    expected = -log_softmax(logits.astype("float64"), axis=1)[np.arange(20), labels].mean()
    assert float(losses.class_cross_entropy(labels.astype(dtype), logits)) == pytest.approx(expected, rel=1e-5)


def test_class_cross_entropy_is_finite_where_the_classifier_is_sure():
    logits = np.array([[1e4, 0.0, -1e4]], "float32")
    found = [float(losses.class_cross_entropy(np.array([label]), logits)) for label in range(3)]
    assert found == [0.0, 1e4, 2e4]


def test_unknown_classes_do_not_count():
    """With one label of eight it is that one's; without any it is 0, and so is its gradient."""
    logits = np.random.default_rng(0).normal(size=(8, 5)).astype("float32")
    labels = np.full(8, -1, "int32")
    labels[3] = 2
    surprise = float(losses.class_cross_entropy(np.array([2]), logits[3:4]))
    assert float(losses.known_class_cross_entropy(labels, logits)) == pytest.approx(surprise, rel=1e-6)
    gradient = engine.input_gradient(lambda x: losses.known_class_cross_entropy(labels, x), logits)
    assert (np.abs(ops.convert_to_numpy(gradient)).sum(axis=1) > 0).tolist() == (labels >= 0).tolist()
    assert float(losses.known_class_cross_entropy(np.full(8, -1), logits)) == 0
    nothing = engine.input_gradient(lambda x: losses.known_class_cross_entropy(np.full(8, -1), x), logits)
    np.testing.assert_array_equal(ops.convert_to_numpy(nothing), 0 * logits)
    known = np.arange(8) % 5
    assert float(losses.known_class_cross_entropy(known, logits)) == float(losses.class_cross_entropy(known, logits))
    assert float(losses.known_class_cross_entropy(known, 0 * logits)) == pytest.approx(np.log(5))


ROWS = np.array([[2, 0, 0], [0, 1, 0]], "float32")  # a classifier's answers


def test_terms_of_a_classifier_have_their_worked_numbers():
    assert float(losses.class_cross_entropy(np.array([0, 1]), ROWS)) == pytest.approx(0.3954947, abs=1e-6)
    assert float(losses.entropy(ROWS)) == pytest.approx(0.8204503, abs=1e-6)
    assert float(losses.balance(ROWS)) == pytest.approx(1.2022067, abs=1e-6)


def test_entropy_and_balance_are_those_of_scipy_and_least_where_they_should_be():
    logits = np.random.default_rng(0).normal(size=(20, 5)).astype("float32")
    p = softmax(logits.astype("float64"), axis=1)
    assert float(losses.entropy(logits)) == pytest.approx(entropy(p, axis=1).mean(), rel=1e-5)
    assert float(losses.balance(logits)) == pytest.approx(-np.log(p.mean(axis=0)).mean(), rel=1e-5)
    assert float(losses.entropy(1e4 * np.eye(3, dtype="float32"))) == 0
    sure = 1e4 * np.eye(3, dtype="float32")
    assert float(losses.balance(sure)) == pytest.approx(np.log(3))
    assert float(losses.balance(sure[[0, 0, 1]])) > 100


@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_binary_cross_entropy_is_that_of_ganloss_and_of_keras(target):
    found = float(losses.binary_cross_entropy(target, FAKE))
    assert found == pytest.approx(float(ops.mean(ops.binary_crossentropy(target + 0 * FAKE, FAKE, from_logits=True))))
    weights = np.array([[0.5], [2.0], [0.0], [1.0]], "float32")
    by_hand = np.mean(weights * (np.log1p(np.exp(FAKE)) - target * FAKE))
    assert float(losses.binary_cross_entropy(target, FAKE, weights)) == pytest.approx(by_hand, rel=1e-5)
    if not target:
        assert found == pytest.approx(float(losses.GANLoss().fake_loss(FAKE)))


ATTRIBUTES = np.array([[2, -1, 0.5], [0, 0, 0]], "float32")  # logits


def test_attributes_are_summed_and_examples_averaged():
    """Trap: the mean over attributes, too, 0.498951."""
    targets = np.array([[1, 0, 1], [0, 1, 1]], "float32")
    found = float(losses.attribute_cross_entropy(targets, ATTRIBUTES))
    assert found == pytest.approx(1.496854, abs=1e-6)
    assert found == pytest.approx(3 * float(losses.binary_cross_entropy(targets, ATTRIBUTES)), rel=1e-6)
    alone = [float(losses.attribute_cross_entropy(targets[i : i + 1], ATTRIBUTES[i : i + 1])) for i in (0, 1)]
    weighted = float(losses.attribute_cross_entropy(targets, ATTRIBUTES, np.array([0.0, 1.0], "float32")))
    assert weighted == pytest.approx(alone[1] / 2, rel=1e-6)
    assert found == pytest.approx(sum(alone) / 2, rel=1e-6)


def test_classes_as_rows_of_0_and_1_are_those_of_numbers():
    targets = np.eye(3, dtype="float32")[:2]
    found = float(losses.one_hot_cross_entropy(targets, ATTRIBUTES))
    assert found == pytest.approx(0.669962, abs=1e-6)
    assert found == pytest.approx(float(losses.class_cross_entropy(np.array([0, 1]), ATTRIBUTES)), rel=1e-6)
    weighted = float(losses.one_hot_cross_entropy(targets, ATTRIBUTES, np.array([0.0, 2.0], "float32")))
    assert weighted == pytest.approx(np.log(3), rel=1e-6)
    assert float(losses.one_hot_cross_entropy(targets, 1e4 * targets)) == 0


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (losses.GANLoss(), np.log1p(np.exp(FAKE)).mean()),
        (losses.GANLoss(smoothing=0.2), SMOOTHED.mean()),
        (losses.GANLoss(smoothing=0.2, one_sided=True), np.log1p(np.exp(FAKE)).mean()),
        (losses.LeastSquaresLoss(), 0.5 * np.square(FAKE).mean()),
        (losses.LeastSquaresLoss(a=-1, b=1, c=0), 0.5 * np.square(FAKE + 1).mean()),
        (losses.HingeLoss(), np.maximum(0, 1 + FAKE).mean()),
        (losses.WassersteinLoss(), FAKE.mean()),
        (losses.FDivergenceLoss("kl"), np.exp(FAKE.astype("float64") - 1).mean()),
        (losses.FDivergenceLoss("pearson"), (np.square(FAKE) / 4 + FAKE).mean()),
    ],
)
def test_fake_loss_is_the_part_of_ds_loss_that_fakes_decide(loss, expected):
    fake_loss = loss.fake_loss(FAKE)
    assert keras.backend.standardize_dtype(fake_loss.dtype) == "float32"
    assert float(fake_loss) == pytest.approx(expected, rel=1e-5)
    change = float(loss.discriminator_loss(REAL, FAKE)) - float(loss.discriminator_loss(REAL, FAKE * 0))
    assert change == pytest.approx(expected - float(loss.fake_loss(FAKE * 0)), rel=1e-4)


def test_fake_loss_of_noisy_labels_draws_its_targets():
    """Softplus minus t times the logit, the t of 0 to 0.3."""
    loss = losses.GANLoss(noisy_labels=((0.7, 1.2), (0.0, 0.3)))
    logits = np.ones((2000, 1), "float32")
    targets = np.log1p(np.e) - float(loss.fake_loss(logits))
    assert targets == pytest.approx(0.15, abs=5 * 0.3 / np.sqrt(12 * 2000))
    assert float(loss.fake_loss(logits)) != float(loss.fake_loss(logits))


@pytest.mark.parametrize("name", [name for name in losses.LOSSES if not losses.get(name).needs_real])
def test_fake_loss_is_there_wherever_single_examples_are_judged(name):
    assert np.isfinite(float(losses.get(name).fake_loss(FAKE)))


def test_fake_loss_of_a_relativistic_loss_is_refused():
    with pytest.raises(ValueError, match=r"a sum over real and over false examples. Received: RelativisticLoss"):
        losses.RelativisticLoss().fake_loss(FAKE)


def test_matching_cross_entropy_has_its_worked_numbers():
    """Of orthogonal pairs log(1 + exp(-1 / t)), of equal ones log 2, whatever the lengths."""
    eye = np.eye(2)
    for temperature in (0.1, 0.5, 2.0):
        found = float(losses.matching_cross_entropy(eye, 3 * eye, temperature))
        assert found == pytest.approx(np.log1p(np.exp(-1 / temperature)), abs=1e-6)
        swapped = float(losses.matching_cross_entropy(eye, eye[::-1].copy(), temperature))
        assert swapped == pytest.approx(1 / temperature + np.log1p(np.exp(-1 / temperature)), rel=1e-5)
    assert float(losses.matching_cross_entropy(np.ones((2, 3)), np.ones((2, 3)), 0.1)) == pytest.approx(np.log(2))
    assert np.isfinite(float(losses.matching_cross_entropy(np.zeros((2, 3)), np.ones((2, 3)), 0.1)))


def test_matching_cross_entropy_is_that_of_scipy_in_both_directions():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 3))
    cosines = (a / np.linalg.norm(a, axis=1)[:, None]) @ (b / np.linalg.norm(b, axis=1)[:, None]).T / 0.3
    ways = [np.diagonal(log_softmax(cosines, axis=axis)) for axis in (0, 1)]
    assert float(losses.matching_cross_entropy(a, b, 0.3)) == pytest.approx(-np.mean(ways), rel=1e-5)


def coloured(red=0.0):
    """Four pixels, red, green, blue and white, and the grey picture of one pixel that has their mean."""
    return np.array([[[[1.0 + red, 0, 0], [red, 1, 0]], [[red, 0, 1], [1 + red, 1, 1]]]]), np.full((1, 1, 1, 3), 0.5)


def test_colour_consistency_has_its_worked_numbers():
    """Equal means, and a covariance of a quarter of the unit matrix: 5 x 3 / 16; a redder picture is 0.2^2 more."""
    assert float(losses.colour_consistency(*coloured(), 5.0)) == pytest.approx(0.9375, rel=1e-6)
    assert float(losses.colour_consistency(*coloured(0.2), 5.0)) == pytest.approx(0.9775, rel=1e-6)
    assert float(losses.colour_consistency(*coloured(0.2), 0.0)) == pytest.approx(0.04, rel=1e-6)
    of_code = 50 / 3 * float(losses.colour_consistency(*coloured(), 5 / 3))
    assert of_code == pytest.approx(50 * 5 * np.mean((0.25 * np.eye(3)) ** 2), rel=1e-6)


def test_colour_consistency_is_that_of_numpy_and_zero_for_the_same_scene():
    rng = np.random.default_rng(0)
    small = rng.uniform(-1, 1, (4, 3, 5, 2)).astype("float32")
    large = rng.uniform(-1, 1, (4, 6, 10, 2)).astype("float32")
    expected = []
    for a, b in zip(large.reshape(4, -1, 2), small.reshape(4, -1, 2)):
        covariances = np.cov(a.T, bias=True) - np.cov(b.T, bias=True)
        expected.append(np.sum((a.mean(0) - b.mean(0)) ** 2) + 0.7 * np.sum(covariances**2))
    assert float(losses.colour_consistency(large, small, 0.7)) == pytest.approx(np.mean(expected), rel=1e-4)
    same = small.repeat(2, axis=1).repeat(2, axis=2)
    assert float(losses.colour_consistency(same, small, 5.0)) == pytest.approx(0.0, abs=1e-10)


def test_colour_consistency_moves_the_larger_pictures_alone():
    rng = np.random.default_rng(0)
    pair = [keras.Variable(rng.uniform(-1, 1, (2, side, side, 3)).astype("float32")) for side in (4, 2)]
    before = [np.array(v) for v in pair]
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(pair)
    engine.minimize(lambda: losses.colour_consistency(*pair, 5.0) + 0.0 * ops.sum(pair[1]), pair, optimizer)
    assert np.abs(np.array(pair[0]) - before[0]).min() > 0
    np.testing.assert_array_equal(np.array(pair[1]), before[1])
