"""Style mixing: which layers follow which of two vectors."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import StyleMixing

RNG = np.random.default_rng(0)
FIRST, SECOND = RNG.normal(size=(2, 6, 3)).astype("float32")


def mixed(layer, training=True):
    return ops.convert_to_numpy(layer([FIRST, SECOND], training=training))


def crossovers(layer, calls):
    """The first layer of the second vector in each of many calls; L where there is none. Rows are asserted whole."""
    found = []
    for _ in range(calls):
        rows = mixed(layer)
        k = int((rows[0, :, 0] == FIRST[0, 0]).sum())
        for row in range(layer.rows):
            np.testing.assert_array_equal(rows[:, row], FIRST if row < k else SECOND)
        found.append(k)
    return np.array(found)


def test_styles_are_the_first_vector_in_every_row_outside_of_training():
    rows = mixed(StyleMixing(8, probability=1.0), training=False)
    assert rows.shape == (6, 8, 3)
    np.testing.assert_array_equal(rows, np.repeat(FIRST[:, None], 8, axis=1))


def test_one_crossover_a_batch_is_uniform_and_leaves_layer_0_to_the_first_vector():
    """Trap: an index of its own for each example, or one that may be 0. 4 deviations of 600 draws from 7 places."""
    k = crossovers(StyleMixing(8, probability=1.0, seed=0), 600)
    counts = np.bincount(k, minlength=9)
    assert counts[0] == 0
    assert counts[8] == 0
    assert np.abs(counts[1:8] - 600 / 7).max() < 4 * np.sqrt(600 * 1 / 7 * 6 / 7)


def test_coin_is_thrown_once_a_batch_with_its_probability():
    k = crossovers(StyleMixing(8, probability=0.9, seed=0), 500)
    assert np.mean(k < 8) == pytest.approx(0.9, abs=4 * np.sqrt(0.9 * 0.1 / 500))
    assert set(crossovers(StyleMixing(8, probability=0.0, seed=0), 20)) == {8}


@pytest.mark.parametrize(("detail", "last"), [(2.0, 1), (2.25, 3), (3.0, 3), (3.5, 5), (4.0, 5), (5.0, 7)])
def test_crossover_lies_among_the_layers_in_use(detail, last):
    """Two a side: those of 4 pixels at detail 2, and those of 8 too as soon as they fade in."""
    layer = StyleMixing(8, probability=1.0, seed=0)
    layer.build([FIRST.shape, SECOND.shape])
    layer.detail.assign(detail)
    assert set(crossovers(layer, 100)) == set(range(1, last + 1))


def test_detail_begins_at_the_whole_network_and_is_copied_into_averages():
    """18 layers are those of 1024 pixels."""
    layer = StyleMixing(18)
    layer.build([FIRST.shape, SECOND.shape])
    assert float(layer.detail.numpy()) == 10.0
    assert layer.trainable_variables == []
    assert layer.averaged is False


@pytest.mark.parametrize("rows", [0, 1, 3, 8.0])
def test_rows_that_are_no_layers_of_a_network_are_refused(rows):
    with pytest.raises(ValueError, match=r"^Expected `rows` as an even integer of at least 2\. Received: "):
        StyleMixing(rows)


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(probability):
    with pytest.raises(ValueError, match=r"^Expected `probability` between 0 and 1\. Received: "):
        StyleMixing(2, probability)


@pytest.mark.parametrize("half", ["float16", "bfloat16"])
def test_style_mixing_in_half_precision(half):
    layer = StyleMixing(8, probability=1.0, seed=0, dtype=f"mixed_{half}")
    y = layer([FIRST, SECOND], training=True)
    assert keras.backend.standardize_dtype(y.dtype) == half
    assert layer.detail.dtype == "float32"
