"""Extractors: the classifier learns, and leaves the training around it alone; sizes; Inception's plumbing."""

import random
import re

import keras
import numpy as np
import pytest

from keras_gans import data, engine, metrics
from keras_gans.data import learner
from keras_gans.metrics import extractors


@pytest.fixture(scope="module", autouse=True)
def quick_compilation():
    """Many steps of one program, unlike elsewhere: it is worth being compiled well."""
    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_disable_most_optimizations", False)


def train(images, labels=None, seed=0, steps=2):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extractors, "STEPS", steps)
        return metrics.classifier(images, labels, seed)


def accuracy(extractor):
    return float(re.search(r"([\d.]+)% right", extractor.name)[1])


@pytest.fixture(scope="module")
def digits():
    return data.load("digits", labels=True)


@pytest.fixture(scope="module")
def judge(digits):
    return train(*digits, steps=50)


@pytest.fixture(scope="module")
def novice(digits):
    return train(*digits, seed=3)


def noise(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def test_classifier_learns_the_classes(judge, digits):
    features = judge(digits[0][:300])
    assert accuracy(judge) > 60
    assert np.mean(features.probabilities.argmax(axis=1) == digits[1][:300]) > 0.6
    np.testing.assert_allclose(features.probabilities.sum(axis=1), 1, atol=1e-5)
    assert features.values.shape == (300, 64)
    assert (features.values.std(axis=0) > 0).all()
    np.testing.assert_array_equal(features.examples, digits[0][:300])


def test_classifier_names_itself_and_never_fid(judge):
    assert judge.name.startswith("classifier of 10 classes, hidden layer, 64, ")
    assert judge.name.endswith("% right on 224 held out")
    assert judge.resize == "none"
    assert judge.names["frechet"] == "classifier_distance"
    assert judge.names["kernel"] == "classifier_kernel_distance"
    assert not any(name in word for name in ("fid", "kid", "inception") for word in judge.names.values())


def test_classifier_without_labels_learns_which_way_pictures_were_turned(digits):
    judge = train(digits[0], steps=50)
    assert accuracy(judge) > 45  # by chance 25
    assert judge(digits[0][:3]).probabilities is None
    assert judge.name.startswith("classifier of four turns")


def drawn():
    return random.random(), np.random.rand(), np.asarray(keras.random.normal((2,))).tolist()


def test_classifier_repeats_itself_and_leaves_policy_and_random_numbers_alone(digits, novice):
    keras.utils.set_random_seed(5)
    alone = drawn()
    keras.utils.set_random_seed(5)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        again = train(*digits, seed=3)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(again(digits[0][:5]).values, novice(digits[0][:5]).values)
    assert drawn() == alone


def test_classifier_of_another_seed_is_another(digits, novice):
    assert np.abs(train(*digits, seed=4)(digits[0][:5]).values - novice(digits[0][:5]).values).max() > 0.01


def test_classifier_under_a_strategy_is_the_one_without(digits, novice):
    with engine.devices({"tensorflow": "mirrored", "jax": "data_parallel"}[keras.backend.backend()]):
        found = train(*digits, seed=3)(digits[0][:7]).values
    np.testing.assert_allclose(found, novice(digits[0][:7]).values, rtol=1e-3, atol=1e-3)


def test_classifier_brings_pictures_to_small_squares():
    judge = train(noise(9, 12, 20, 3), steps=0)
    assert judge.resize == "20x20 bilinear, antialiased"
    assert judge(noise(2, 12, 20, 3)).values.shape == (2, 64)
    for shape, side in [((32, 32), None), ((8, 8), None), ((40, 40), 32), ((64, 40), 32)]:
        assert learner.side_of(noise(1, *shape, 1)) == side


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (noise(9, 2), None, r"Expected at least two images, \(N, H, W, C\)\. Received: an array of shape \(9, 2\)\.$"),
        (noise(1, 8, 8, 1), None, r"Received: an array of shape \(1, 8, 8, 1\)\.$"),
        (noise(3, 8, 8, 1), np.zeros(2, int), r"for each of 3 images\. Received: int64 of shape \(2,\)\.$"),
        (noise(3, 8, 8, 1), np.zeros(3), r"Expected a class, .* Received: float64 of shape \(3,\)\.$"),
        (noise(3, 8, 8, 1), np.array([0, -2, 2]), r"Expected a class, an int from 0, or -1"),
        (noise(3, 8, 8, 1), np.array([0, -1, -1]), r"Expected two labels or more\. Received: 1 in 3 images\.$"),
    ],
)
def test_classifier_refuses_what_it_cannot_learn(images, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        metrics.classifier(images, labels)


def test_extractor_resizes_with_antialiasing():
    """Fine stripes are grey at a quarter of the size; without antialiasing they are white, as in their middle."""
    stripes = np.broadcast_to(np.tile([-1.0, 1.0, 1.0, -1.0], 16)[None, None, :, None], (1, 64, 64, 1))
    flat = metrics.extractor(lambda x: np.reshape(x, (len(x), -1)), "pixels", size=16)
    assert np.abs(flat(stripes).values).max() < 0.3
    assert flat.resize == "16x16 bilinear, antialiased"
    assert flat(stripes).values.shape == (1, 256)


def test_extractor_looks_at_chunks_one_after_the_other():
    flat = metrics.extractor(lambda x: np.reshape(x, (len(x), -1)).cumsum(axis=1), "sums")
    x = noise(600, 4, 4, 1)
    np.testing.assert_array_equal(flat(x).values, x.reshape(600, 16).cumsum(axis=1))


def test_extractor_runs_a_model_outside_of_training():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5)])
    np.testing.assert_allclose(metrics.extractor(model, "half")(noise(9, 4)).values, noise(9, 4))


def test_extractor_refuses_features_that_are_no_rows():
    with pytest.raises(
        ValueError, match=r"Expected features \(N, d\) of 2 .* 'maps' .* Received: shape \(2, 4, 4\)\.$"
    ):
        metrics.extractor(lambda x: x, "maps")(noise(2, 4, 4))
    with pytest.raises(ValueError, match=r"Expected at least one example, .* Received: an array of shape \(0, 4\)\.$"):
        metrics.identity()(np.zeros((0, 4)))


def test_identity_lays_examples_flat():
    assert metrics.identity()(noise(3, 2, 2, 1)).values.shape == (3, 4)
    np.testing.assert_array_equal(metrics.identity()(noise(3, 2)).values, noise(3, 2))


def test_inception_shows_the_network_colours_at_its_size(monkeypatch):
    def network(weights):
        """Stands in for Keras' network: its features are the mean colours."""
        assert weights == "imagenet"
        features = keras.layers.GlobalAveragePooling2D(name="avg_pool")(x := keras.Input((299, 299, 3)))
        return keras.Model(x, keras.layers.Softmax()(features))

    monkeypatch.setattr(keras.applications, "InceptionV3", network)
    judge = metrics.inception()
    grey = np.stack([np.full((4, 6, 1), level, "float32") for level in (-1.0, 0.25)])
    np.testing.assert_allclose(judge(grey).values, [[-1] * 3, [0.25] * 3], atol=1e-5)
    np.testing.assert_allclose(judge(grey).probabilities, np.full((2, 3), 1 / 3), atol=1e-5)
    assert judge.resize == "299x299 bilinear, antialiased"
    assert (judge.names["frechet"], judge.names["kernel"]) == ("fid", "kid")
    with pytest.raises(ValueError, match=r"Expected images \(N, H, W, 1 or 3\) .* Received: shape \(2, 4, 4, 2\)\.$"):
        judge(noise(2, 4, 4, 2))


def test_inception_without_internet_says_so_in_one_sentence(monkeypatch):
    def fail(weights):
        raise Exception("URL fetch failure on https://example.org: None -- [Errno -2] Name or service not known")

    monkeypatch.setattr(keras.applications, "InceptionV3", fail)
    with pytest.raises(ValueError, match=r"^Expected the internet for the weights .* Received: URL fetch failure .*$"):
        metrics.inception()


@pytest.mark.network
def test_inception_has_keras_weights():
    judge = metrics.inception()
    features = judge(noise(2, 32, 32, 3))
    assert features.values.shape == (2, 2048)
    assert features.probabilities.shape == (2, 1000)
    assert judge.name == "Keras InceptionV3, ImageNet, pool, 2048"
