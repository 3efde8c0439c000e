"""As asked: the share of a known answer, streams, and which models it fits."""

import numpy as np
import pytest
from games import GAMES, tiny_stargan

from keras_gans import data, metrics
from keras_gans.metrics.evaluator import Evaluator

P = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])


def test_as_asked_is_the_share_of_right_classes():
    assert metrics.as_asked(P, np.array([0, 1, 2, 2])) == 0.75
    assert metrics.as_asked(P, np.array([1, 0, 2, 0])) == 0


@pytest.mark.parametrize("batch", [1, 3, 4])
def test_as_asked_of_streams_has_its_standard_error(batch):
    metric, asked = metrics.AsAsked(), np.array([0, 1, 2, 2])
    for i in range(0, 4, batch):
        metric.update_state(fake=P[i : i + batch], asked=asked[i : i + batch])
    metric.update_state(real=P)
    (result,) = metric.results()
    assert (result.name, result.value, result.generated, result.real) == ("as_asked", 0.75, 4, 0)
    assert result.error == pytest.approx(np.sqrt(0.75 * 0.25 / 4))
    metric.reset_state()
    with pytest.raises(ValueError, match=r"at least one generated example\. Received: none\.$"):
        metric.results()


@pytest.mark.parametrize(
    ("p", "asked", "received"),
    [
        (P, np.zeros(3, int), r"shape \(4, 3\), and int64 of shape \(3,\)"),
        (P, np.zeros(4), r".*float64 of shape \(4,\)"),
        (P[:0], np.zeros(0, int), r"shape \(0, 3\)"),
        (P[0], np.zeros(3, int), r"shape \(3,\)"),
    ],
)
def test_as_asked_refuses_what_does_not_fit(p, asked, received):
    with pytest.raises(ValueError, match=rf"Expected probabilities \(N, K\).*Received: {received}"):
        metrics.as_asked(p, asked)


def test_as_asked_needs_to_know_what_was_asked():
    with pytest.raises(ValueError, match=r"Received: features without classes that were asked for\.$"):
        metrics.AsAsked().update_state(fake=P)
    with pytest.raises(ValueError, match=r"Received: features without probabilities\.$"):
        metrics.AsAsked(metrics.identity()).update_state(fake=P, asked=np.zeros(4, int))


def brightness(classes):
    """An extractor whose classes are levels of the mean, so that it is known what it says."""

    def look(x):
        means = x.reshape(len(x), -1).mean(axis=1, keepdims=True)
        return means, np.eye(classes)[np.clip((means[:, 0] * classes).astype(int), 0, classes - 1)]

    return metrics.Extractor(look, "brightness")


@pytest.mark.parametrize("name", ["CGAN", "S3GANCO", "TripleGAN"])
def test_a_model_is_measured_by_whether_it_makes_what_is_asked_of_it(name, images):
    """One that makes the same of all classes does so of one in three."""
    model, real = GAMES[name].make(), GAMES["CGAN"].examples(images)
    samples = {0: 0.1, 1: 0.5, 2: 0.9}
    model.make = lambda n, given, seed: np.stack([np.full((16, 16, 1), samples[k], "float32") for k in given])
    (result,) = Evaluator(model, real, ["as_asked"], brightness(3), samples=300).results()
    assert (result.value, result.error, result.generated) == (1.0, 0.0, 300)
    model.make = lambda n, given, seed: np.zeros((n, 16, 16, 1), "float32")
    (result,) = Evaluator(model, real, ["as_asked"], brightness(3), samples=300).results()
    assert result.value == pytest.approx(1 / 3)


def test_as_asked_fits_models_of_the_extractors_classes(images):
    real = GAMES["CGAN"].examples(images)
    assert "as_asked" not in Evaluator(GAMES["CGAN"].make(), real, extractor=brightness(4)).names
    assert "as_asked" not in Evaluator(GAMES["GAN"].make(), real, extractor=brightness(3)).names
    assert "as_asked" not in Evaluator(GAMES["CGAN"].make(), real, extractor=metrics.identity()).names
    known = Evaluator(GAMES["CGAN"].make(), real, [], extractor=brightness(3))
    assert known._named_classes(None) == 3
    assert Evaluator(GAMES["CGAN"].make(), data.Examples(images), [], brightness(3))._named_classes(None) == 0


def test_translations_to_classes_are_measured_by_whether_they_are_what_is_asked_for():
    """In chunks of which each begins with the first domain; by an extractor, and by a classifier of the domains."""
    game = {"domains": ("dark", "grey", "light"), "sets": [(3, "classes")]}
    model = tiny_stargan(**game)
    rng, classes = np.random.default_rng(0), np.arange(300) % 3
    pictures = (classes[:, None, None, None] * 0.4 + 0.1 + rng.uniform(0, 0.1, (300, 8, 8, 3))).astype("float32")
    real = data.Examples(pictures, np.eye(3, dtype="float32")[classes])
    model.make = lambda n, given, seed: np.stack([np.full((8, 8, 3), 0.4 * (i % 3) + 0.1, "float32") for i in range(n)])
    for extractor in (brightness(3), None):
        evaluator = Evaluator(model, real, ["as_asked"], extractor, samples=300)
        (result,) = evaluator.results()
        assert (result.value, result.generated) == (1.0, 300)
    assert "classifier of 3 classes" in evaluator.extractor.name
    model.make = lambda n, given, seed: given
    (result,) = Evaluator(model, real, ["as_asked"], brightness(3), samples=300).results()
    assert result.value == pytest.approx(256 / 300)  # as they are, all are what the first chunk is asked for


def test_domains_that_hold_together_are_no_classes():
    model = tiny_stargan()
    real = data.Examples(np.zeros((8, 8, 8, 3), "float32"), np.ones((8, 3), "float32"))
    assert "as_asked" not in Evaluator(model, real, extractor=brightness(3)).names
