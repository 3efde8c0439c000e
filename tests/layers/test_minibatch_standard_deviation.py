"""Minibatch standard deviation against numbers worked by hand, each row beside its own group."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import MinibatchStandardDeviation


def numbers(rows, **arguments):
    """The number that each row, a picture of one pixel and one channel, is told."""
    x = np.array(rows, "float32").reshape(-1, 1, 1, 1)
    y = ops.convert_to_numpy(MinibatchStandardDeviation(**arguments)(x))
    np.testing.assert_array_equal(y[..., :1], x)
    return y[:, 0, 0, 1]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([1, 3, 5, 7], [2.236068] * 4),  # divided by n - 1 it would be 2.581989
        ([5, 5, 5, 5], [1e-4] * 4),
        (range(8), [1.118034] * 8),  # rows that lie apart would have 2.236068
        ([0, 0, 0, 0, 1, 2, 3, 4, 100, 200, 300, 400], [1e-4] * 4 + [1.118034] * 4 + [111.8034] * 4),
    ],
)
def test_each_row_is_told_its_own_groups_number(rows, expected):
    """Trap: the numbers of other groups, and n - 1 (facebookresearch/pytorch_GAN_zoo, issue 69)."""
    np.testing.assert_allclose(numbers(rows), expected, rtol=1e-6)


def test_number_is_the_mean_over_places_and_channels():
    x = np.zeros((2, 1, 2, 2), "float32")
    x[0, :, :, 0], x[1, :, :, 0], x[0, :, :, 1], x[1, :, :, 1] = 0.0, 2.0, 0.0, 6.0  # deviations 1 and 3
    y = ops.convert_to_numpy(MinibatchStandardDeviation()(x))
    assert y.shape == (2, 1, 2, 3)
    np.testing.assert_allclose(y[..., 2], 2.0, rtol=1e-6)


@pytest.mark.parametrize(("rows", "group"), [(6, 3), (9, 3), (2, 2), (5, 5), (10, 2), (7, 7)])
def test_group_of_other_batches_is_their_largest_divisor_below_or_all(rows, group):
    x = np.random.default_rng(0).normal(size=rows)
    expected = np.repeat(x.reshape(-1, group).std(axis=1), group)
    np.testing.assert_allclose(numbers(x), expected, rtol=1e-4)


def test_a_batch_whose_size_is_not_known_is_grouped_alike():
    network = keras.Sequential([keras.Input((1, 1, 1)), MinibatchStandardDeviation()])
    for rows in (4, 6, 5):
        x = np.random.default_rng(0).normal(size=(rows, 1, 1, 1)).astype("float32")
        np.testing.assert_allclose(network.predict(x, verbose=0)[:, 0, 0, 1], numbers(x), rtol=1e-5)


def test_group_must_be_two_or_more():
    with pytest.raises(ValueError, match=r"integer of at least 2\. Received: 1\."):
        MinibatchStandardDeviation(group_size=1)
