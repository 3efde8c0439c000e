"""Inception score: its bounds, its formula, parts, what is no probability."""

import keras
import numpy as np
import pytest
from scipy.stats import entropy

from keras_gans import metrics


def test_inception_score_of_a_classifier_that_knows_nothing():
    assert metrics.inception_score(np.full((50, 7), 1 / 7)) == pytest.approx((1, 0))


def test_inception_score_of_a_generator_of_one_class():
    assert metrics.inception_score(np.eye(7)[np.zeros(50, int)]) == pytest.approx((1, 0))


def test_inception_score_of_all_classes_without_doubt():
    assert metrics.inception_score(np.eye(7)[np.repeat(np.arange(7), 400)], splits=4) == pytest.approx((7, 0), abs=0.05)


def test_inception_score_is_its_formula():
    p = np.random.default_rng(0).dirichlet(np.full(5, 0.3), 83)
    dealt = np.random.default_rng(0).permuted(np.tile(np.arange(4), (21, 1)), axis=1).ravel()[:83]
    parts = [p[dealt == part] for part in range(4)]
    scores = [np.exp(np.mean([entropy(row, part.mean(axis=0)) for row in part])) for part in parts]
    assert metrics.inception_score(p, splits=4) == pytest.approx((np.mean(scores), np.std(scores)))


def test_inception_score_of_classes_that_come_in_turn():
    mean, deviation = metrics.inception_score(np.eye(7)[np.arange(1400) % 7], splits=7)
    assert 6.5 < mean < 7  # Not 1, as of parts of one class each.
    assert deviation < 0.2


@pytest.mark.parametrize("batch", [1, 7, 100])
def test_inception_score_of_streams(batch):
    p = np.random.default_rng(0).dirichlet(np.full(5, 0.3), 83)
    metric = metrics.InceptionScore()
    for start in range(0, 83, batch):
        metric.update_state(fake=p[start : start + batch])
    mean, deviation = metrics.inception_score(p)
    (result,) = metric.results()
    assert result.value == pytest.approx(mean)
    assert result.error == pytest.approx(deviation / 3)  # sqrt(10 / 9) for the estimate, / sqrt(10) for the mean.
    assert (result.name, result.real, result.generated) == ("inception_score", 0, 83)


def test_inception_score_does_not_look_at_real_examples():
    metric = metrics.InceptionScore(splits=1)
    metric.update_state(real=np.zeros((5, 3)))
    metric.update_state(fake=np.eye(3))
    assert metric.result() == pytest.approx(3)
    assert metric.results()[0].error is None


def test_inception_score_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match=r"sum to 1 in each row. Received: shape \(2, 3\), values from 2.0 to 2.0"):
        metrics.inception_score(np.full((2, 3), 2.0))
    with pytest.raises(ValueError, match=r"not below 0.*values from -1.0 to 2.0"):
        metrics.inception_score([[2.0, -1.0]])
    with pytest.raises(ValueError, match=r"one example for each of 10 splits. Received: 9"):
        metrics.inception_score(np.eye(9))
    with pytest.raises(ValueError, match="gives probabilities of classes. Received: 'flat'"):
        metrics.InceptionScore(flat).update_state(fake=np.zeros((5, 3)))


def test_inception_score_takes_probabilities_of_half_precision():
    p = np.random.default_rng(0).dirichlet(np.full(10, 0.1), size=100)
    rounded = np.array(keras.ops.convert_to_numpy(keras.ops.cast(p, "bfloat16")), "float64")
    assert 1e-3 < abs(rounded.sum(axis=1) - 1).max() < 5e-3
    assert metrics.inception_score(rounded) == pytest.approx(metrics.inception_score(p), rel=0.01)


def flat(x):
    return metrics.Features(x)


flat.name = "flat"
