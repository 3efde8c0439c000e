"""Streams: what all metrics share. Memory stays flat, results name their protocol, samples are drawn evenly."""

import tracemalloc

import keras
import numpy as np
import pytest

from keras_gans import metrics
from keras_gans.metrics.streaming import Reservoir, SampledMetric

BATCH = 250
OF_PROBABILITIES = ("inception_score", "as_asked")


def made(name):
    """A metric, with room for fewer examples than are fed."""
    cls = metrics.METRICS[name]
    return cls(name=name, **({"most": 500} if issubclass(cls, SampledMetric | metrics.Duplicates) else {}))


def feed(metric, count):
    """Feeds generated, then real examples, in batches; pairs beside each other."""
    generator = np.random.default_rng(0)

    def batch():
        sides = {"band_energy": 16, "psnr_y": 20, "ssim_y": 20}  # of two the border is cut off
        side = sides.get(metric.name, 12)
        x = generator.random((BATCH, side, side, 1), dtype="float32")
        return x[:, :, 0, 0] / x[:, :, 0, 0].sum(axis=1, keepdims=True) if metric.name in OF_PROBABILITIES else x

    asked = {"asked": np.arange(BATCH) % 12} if metric.name == "as_asked" else {}
    for side in ("both",) if metric.paired else ("fake", "real"):
        for _ in range(count // BATCH):
            metric.update_state(**{key: batch() for key in ("real", "fake") if side in (key, "both")}, **asked)
    metric.result()


@pytest.mark.parametrize("name", sorted(metrics.METRICS))
def test_memory_stays_flat(name):
    peaks = []
    for count in (1000, 20_000):
        metric = made(name)
        tracemalloc.start()
        feed(metric, count)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    print(f"{name:17} 1,000 examples {peaks[0] / 2**20:6.2f} MiB, 20,000 examples {peaks[1] / 2**20:6.2f} MiB")
    assert peaks[1] < 1.25 * peaks[0] + 2**15  # of 20 times as many; when views are let go is the engine's affair


@pytest.mark.parametrize("name", sorted(metrics.METRICS))
def test_metrics_begin_anew_and_give_the_same_again(name):
    metric = made(name)
    feed(metric, 500)
    first = [result.value for result in metric.results()]
    feed(metric, 250) if name != "duplicates" else None
    metric.reset_state()
    feed(metric, 500)
    assert [result.value for result in metric.results()] == first
    assert isinstance(metric, keras.metrics.Metric)


def test_metrics_answer_an_unknown_name_with_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'frechet'"):
        metrics.METRICS["fréchet"]


class Halves:
    """An extractor of half of the values, under names of its own."""

    name, resize, names = "halves", "8x8, bilinear", {"frechet": "half_distance"}

    def __call__(self, x):
        return metrics.Features(x[:, : x.shape[1] // 2], examples=x)


def test_results_name_their_extractor():
    x = np.random.default_rng(0).normal(size=(60, 4))
    frechet, precision = metrics.FrechetDistance(Halves()), metrics.PrecisionRecall(Halves())
    for metric in (frechet, precision):
        metric.update_state(real=x, fake=x + np.array([1.0, 2, 100, 100]))
    (result,) = frechet.results()
    assert result.value == pytest.approx(5)
    assert str(result) == "half_distance 5 (halves; resize: 8x8, bilinear; 60 real, 60 generated)"
    assert {(r.extractor, r.resize) for r in precision.results()} == {("halves", "8x8, bilinear")}
    assert [r.name for r in precision.results()] == ["precision", "recall", "density", "coverage"]


def test_results_say_their_error():
    result = metrics.Result("kid", 0.0123456, error=0.00071, real=10_000, generated=5)
    assert str(result) == "kid 0.01235 +- 0.00071 (none; resize: none; 10,000 real, 5 generated)"
    assert float(result) == 0.0123456


def test_metrics_take_features_that_are_known():
    x = np.random.default_rng(0).normal(size=(60, 4))
    metric = metrics.FrechetDistance()
    metric.see(fake=metrics.Features(x + 1), real=metrics.Features(x))
    assert metric.result() == pytest.approx(4)
    with pytest.raises(ValueError, match="with their examples for duplicates. Received: examples=None"):
        metrics.Duplicates(name="duplicates").see(fake=metrics.Features(x))


def test_metrics_take_tensors():
    x = keras.random.normal((60, 4), seed=0)
    metric = metrics.FrechetDistance()
    metric.update_state(x, x + 1)
    assert metric.result() == pytest.approx(4, rel=1e-5)


def test_reservoir_keeps_a_short_stream_whole():
    reservoir = Reservoir(10)
    assert len(reservoir.rows) == 0
    for row in range(7):
        reservoir.add(np.array([[row]]))
    np.testing.assert_array_equal(reservoir.rows[:, 0], np.arange(7))


@pytest.mark.parametrize("batch", [1, 13, 100])
def test_reservoir_does_not_depend_on_batches(batch):
    rows = np.arange(300)[:, None]
    whole, parts = Reservoir(40), Reservoir(40)
    whole.add(rows)
    for start in range(0, 300, batch):
        parts.add(rows[start : start + batch])
    np.testing.assert_array_equal(whole.rows, parts.rows)
    assert len(set(whole.rows[:, 0])) == 40
    assert whole.seen == 300


@pytest.mark.parametrize("most", [1000, 2000, 5000])
def test_reservoir_keeps_each_row_as_likely(most):
    reservoir, n, bins = Reservoir(most), 20_000, 10
    reservoir.add(np.arange(n)[:, None])
    counts, _ = np.histogram(reservoir.rows, bins, (0, n))
    deviation = np.sqrt(most / bins * (1 - 1 / bins) * (1 - most / n))
    assert np.abs(counts - most / bins).max() < 4 * deviation
