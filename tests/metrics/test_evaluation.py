"""Evaluation: features are extracted once, and every metric puts real, worse, poor and noise in that order."""

from itertools import pairwise

import keras
import numpy as np
import pytest

from keras_gans import data, metrics
from keras_gans.metrics import extractors


@pytest.fixture(scope="module", autouse=True)
def quick_compilation():
    """Many steps of one program, unlike elsewhere: it is worth being compiled well."""
    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture(scope="module")
def judged():
    """Figures of the other half of the digits, as they are, blurred by noise, drowned in it, and of noise alone."""
    images, labels = data.load("digits", labels=True)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(images))
    reference, real = images[order[:800]], images[order[800:1600]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extractors, "STEPS", 60)
        judge = metrics.classifier(reference, labels[order[:800]])
    noise = rng.uniform(-1, 1, real.shape)
    found = []
    for share in (0.0, 0.25, 0.5, 1.0):
        evaluation = metrics.Evaluation(
            ["frechet", "kernel", "precision_recall", "diversity", "inception_score"], judge
        )
        evaluation.update_state(fake=(1 - share) * real + share * noise)
        evaluation.update_state(real=reference)
        found.append({result.name: result.value for result in evaluation.results()})
    return found


ORDERS = {
    "classifier_distance": lambda value: value,
    "classifier_kernel_distance": lambda value: value,
    **{name: lambda value: -value for name in ("precision", "recall", "density", "coverage", "classifier_score")},
    "diversity": lambda value: abs(value - 1),
}


@pytest.mark.parametrize("name", ORDERS)
def test_every_metric_puts_real_and_worse_in_order(judged, name):
    keys = [ORDERS[name](found[name]) for found in judged]
    assert all(better <= worse for better, worse in pairwise(keys)), keys
    assert keys[0] < keys[1]
    assert keys[1] < keys[3]


def test_real_against_real_is_near_what_is_expected_of_it(judged):
    real = judged[0]
    assert set(real) == set(ORDERS)
    assert real["diversity"] == pytest.approx(1, abs=0.03)
    assert real["density"] == pytest.approx(1, abs=0.1)
    assert real["coverage"] > 1 - 1 / 2**5 - 0.05
    assert real["classifier_distance"] < judged[3]["classifier_distance"] / 20


def test_evaluation_extracts_features_once_for_all_metrics():
    seen = []
    look = metrics.extractor(lambda x: seen.append(len(x)) or x, "points")
    evaluation = metrics.Evaluation(["frechet", "diversity", "kernel"], look)
    rng = np.random.default_rng(0)
    fake, real = rng.normal(size=(20, 3)), rng.normal(size=(30, 3)) + 1
    evaluation.update_state(fake=fake[:12])
    evaluation.update_state(fake=fake[12:])
    evaluation.update_state(real=real)
    assert seen == [12, 8, 30]
    found = {result.name: result.value for result in evaluation.results()}
    assert list(found) == ["frechet_distance", "diversity", "kernel_distance"]
    assert found["frechet_distance"] == pytest.approx(metrics.frechet_distance(real, fake))


def test_evaluation_of_pairs_sees_both_together():
    rng = np.random.default_rng(0)
    real, fake = rng.uniform(-1, 1, (2, 6, 12, 12, 1))
    evaluation = metrics.Evaluation(["psnr", "ssim"], metrics.identity())
    for rows in (slice(4), slice(4, 6)):
        evaluation.update_state(real=real[rows], fake=fake[rows])
    psnr, ssim = (result.value for result in evaluation.results())
    assert psnr == pytest.approx(metrics.psnr(real, fake))
    assert ssim == pytest.approx(metrics.ssim(real, fake))


def test_evaluation_names_the_nearest_metric():
    with pytest.raises(ValueError, match=r"Unknown metric\. Did you mean 'diversity'\? .* Received: 'diversty'\.$"):
        metrics.Evaluation(["diversty"], metrics.identity())
