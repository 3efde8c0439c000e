"""Diversity: mean distances against SciPy's, the ratio to real examples."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from keras_gans import metrics
from keras_gans.metrics import neighbours


@pytest.mark.parametrize(("n", "d"), [(2, 1), (50, 3), (120, 64)])
def test_pairwise_diversity_is_the_mean_of_all_distances(n, d, monkeypatch):
    x = np.random.default_rng(0).normal(3, 1, (n, d))
    assert metrics.pairwise_diversity(x) == pytest.approx(pdist(x).mean(), rel=1e-9)
    monkeypatch.setattr(neighbours, "CELLS", 500)
    assert metrics.pairwise_diversity(x) == pytest.approx(pdist(x).mean(), rel=1e-9)


def test_pairwise_diversity_keeps_its_digits_far_from_the_origin():
    x = np.random.default_rng(0).normal(size=(50, 3))
    assert metrics.pairwise_diversity(x + 1e6) == pytest.approx(pdist(x).mean(), rel=1e-6)


def test_pairwise_diversity_of_copies():
    assert metrics.pairwise_diversity(np.full((10, 3), 0.1)) == 0
    with pytest.raises(ValueError, match="at least 2 examples. Received: 1"):
        metrics.pairwise_diversity(np.zeros((1, 3)))


def test_diversity_is_the_ratio_to_real_examples():
    x = np.random.default_rng(0).normal(size=(80, 5)).astype("float32")
    metric = metrics.Diversity()
    for start in range(0, 80, 30):
        metric.update_state(real=x[start : start + 30], fake=0.25 * x[start : start + 30] + 7)
    assert metric.result() == pytest.approx(0.25, rel=1e-5)
    assert metric.results()[0].note.startswith(f"mean distance of two generated {pdist(x).mean() / 4:.3g}"[:-1])


def test_diversity_of_a_bounded_number():
    x = np.random.default_rng(0).normal(size=(5000, 5))
    metric = metrics.Diversity()
    metric.update_state(x, x * 2)
    (result,) = metric.results()
    assert result.value == pytest.approx(2, rel=0.02)
    assert (result.real, result.generated) == (2000, 2000)
    assert result.note.endswith("; drawn from 5,000 real and 5,000 generated")


def test_diversity_refuses_real_examples_that_are_all_the_same():
    metric = metrics.Diversity()
    metric.update_state(np.ones((5, 2)), np.ones((5, 2)))
    with pytest.raises(ValueError, match="real examples that differ. Received: 5 that are all the same"):
        metric.result()
