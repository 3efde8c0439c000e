"""The memory of past fakes: it fills, then swaps about half, and its pictures are saved."""

import keras
import numpy as np
import pytest
import scipy.stats
from keras import ops

from keras_gans.layers import ImagePool

SHAPE = (1, 1, 1)


def pictures(*numbers):
    return np.array(numbers, "float32").reshape(-1, *SHAPE)


def numbers(x):
    return ops.convert_to_numpy(x).ravel().tolist()


def held(pool):
    return numbers(pool.images)[: int(pool.count)]


@pytest.fixture
def seed():
    return keras.random.SeedGenerator(0)


def filled(size, seed):
    pool = ImagePool(SHAPE, size)
    pool(pictures(*range(-size, 0)), seed=seed)
    return pool


def test_image_pool_returns_what_it_gets_while_it_fills(seed):
    pool = ImagePool(SHAPE, 5)
    for first in (1, 3):
        assert numbers(pool(pictures(first, first + 1), seed=seed)) == [first, first + 1]
    assert held(pool) == [1, 2, 3, 4]


@pytest.mark.parametrize(("size", "batch"), [(6, 1), (6, 2), (6, 6), (5, 2)])
def test_image_pool_returns_the_new_picture_or_an_old_one_whose_place_it_takes(seed, size, batch):
    """Nothing is lost or doubled: what is held and what is returned are what was held and what came."""
    pool = ImagePool(SHAPE, size)
    for step in range(size // batch):
        pool(pictures(*range(step * batch, (step + 1) * batch)), seed=seed)
    count, swaps = int(pool.count), []
    for step in range(10, 30):
        before, new = held(pool), list(range(step * batch, (step + 1) * batch))
        returned, after = numbers(pool(pictures(*new), seed=seed)), held(pool)
        swaps += [old != fresh for old, fresh in zip(returned, new)]
        for old, fresh in zip(returned, new):
            assert (old in before and fresh in after) if old != fresh else fresh not in after
        assert sorted(after + returned) == sorted(before + new)
        assert int(pool.count) == count == size // batch * batch
    assert {True, False} == set(swaps)


def test_image_pool_swaps_about_half_evenly_over_its_places(seed):
    """Of 2,000 pictures 1,000 swap, give or take 5 standard deviations of 22.4, and no place is preferred."""
    pool, places = filled(40, seed), np.zeros(40)
    for step in range(100):
        before = held(pool)
        pool(pictures(*range(step * 20, (step + 1) * 20)), seed=seed)
        places += np.array(before) != np.array(held(pool))
    assert abs(places.sum() - 1000) < 5 * 22.4
    assert scipy.stats.chisquare(places).pvalue > 1e-3


def test_image_pool_keeps_the_pictures_type(seed):
    pool = ImagePool(SHAPE, 2)
    assert keras.backend.standardize_dtype(pool(ops.cast(pictures(1, 2), "float16"), seed=seed).dtype) == "float16"
    assert pool.images.dtype == "float32"


def test_image_pool_is_saved(seed, tmp_path):
    class Holder(keras.Model):
        def __init__(self):
            super().__init__()
            self.pool = ImagePool(SHAPE, 3)
            self.built = True

    holder, other = Holder(), Holder()
    holder.pool(pictures(1, 2), seed=seed)
    holder.save_weights(tmp_path / "pool.weights.h5")
    other.load_weights(tmp_path / "pool.weights.h5")
    assert held(other.pool) == [1, 2]
    assert not holder.pool.trainable_variables
    assert ImagePool.from_config(holder.pool.get_config()).get_config() == holder.pool.get_config()


def test_image_pool_refuses_a_batch_that_is_larger(seed):
    with pytest.raises(ValueError, match=r"at most the 2 pictures of the pool. Received: 3"):
        ImagePool(SHAPE, 2)(pictures(1, 2, 3), seed=seed)
