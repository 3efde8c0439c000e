"""Batches: every pass whole, in its own order, and the order a function of seed and step."""

import functools
import operator
import platform
import subprocess
import sys

import keras
import numpy as np
import pytest
from conftest import assert_same_state, dense_gan

from keras_gans import data
from keras_gans.data.batches import Batches


def numbers(n):
    return np.arange(n, dtype="float32")[:, None]


def a_pass(batches):
    if keras.backend.backend() == "jax":
        batches.on_epoch_begin()
        batches = [batches[i] for i in range(len(batches))]
    return [np.asarray(batch)[:, 0].astype(int).tolist() for batch in batches]


def read_whole(source):
    step = source.next_step()
    return [source.batch(step, index)[0][:, 0].tolist() for index in range(source.skip, source.stop)]


def test_batches_of_a_pass_hold_each_example_once():
    seen = functools.reduce(operator.iadd, a_pass(data.batches(numbers(12), 4)), [])
    assert sorted(seen) == list(range(12))


def test_batches_hold_n_critic_times_as_many():
    assert [len(batch) for batch in a_pass(data.batches(numbers(13), 2, n_critic=3))] == [6, 6]


def test_batches_leave_other_examples_out_in_each_pass():
    batches = data.batches(numbers(11), 4)
    left_out = {
        frozenset(range(11)) - frozenset(functools.reduce(operator.iadd, a_pass(batches), [])) for _ in range(4)
    }
    assert len(left_out) > 1
    assert all(len(rest) == 3 for rest in left_out)


def test_batches_have_a_new_order_each_pass_and_the_same_by_seed():
    one, again, other = (data.batches(numbers(12), 4, seed=seed) for seed in (1, 1, 2))
    passes = [a_pass(one) for _ in range(3)]
    assert passes[0] != passes[1] != passes[2]
    assert [a_pass(again) for _ in range(3)] == passes
    assert a_pass(other) != passes[0]


def test_batches_without_shuffle_keep_the_order():
    assert a_pass(data.batches(numbers(6), 2, shuffle=False)) == [[0, 1], [2, 3], [4, 5]]


def test_batches_told_a_step_have_the_order_of_that_step():
    one, other = Batches(data.Examples(numbers(12)), 4, True, 0), Batches(data.Examples(numbers(12)), 4, True, 0)
    untold = [read_whole(one) for _ in range(3)]
    other.begin(6)
    told = read_whole(other)
    assert told == untold[1] or told == untold[2]  # the third pass of three steps, the second iterated


class Drawn(data.Examples):
    """Examples that are what their generator draws, as random crops are."""

    def read(self, indices, changes=None):
        return (changes.random(4),)


def test_batches_change_their_examples_by_seed_step_and_number():
    def draw(seed, step, index):
        return Batches(Drawn(numbers(12)), 4, True, seed).batch(step, index)[0].tolist()

    drawn = [draw(*which) for which in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))]
    assert draw(0, 0, 1) == drawn[3]
    assert len({tuple(one) for one in drawn}) == 4


def test_batches_skip_and_take_give_part_of_a_pass():
    def source(**part):
        return read_whole(Batches(data.Examples(numbers(12)), 2, True, 0, **part))

    whole = source()
    assert source(skip=2) == whole[2:]
    assert source(skip=1, take=3) == whole[1:4]
    assert source(take=99) == whole


def test_batches_are_float32_of_known_number():
    batches = data.batches(numbers(12).astype("float64"), 5)
    assert len(batches) == 2
    first = batches[0] if keras.backend.backend() == "jax" else next(iter(batches)).numpy()
    assert first.dtype == np.float32


def test_batches_refuse_less_than_one_batch():
    with pytest.raises(ValueError, match="Received: 3 examples for batches of 4"):
        data.batches(numbers(3), 4)
    with pytest.raises(ValueError, match="Received: 3 examples for batches of 0"):
        data.batches(numbers(3), 0)


@pytest.mark.tensorflow
def test_batches_repeat_with_a_new_order():
    batches = data.batches(numbers(8), 8).repeat().take(3)
    orders = [tuple(batch.numpy()[:, 0]) for batch in batches]
    assert len(set(orders)) == 3


@pytest.mark.tensorflow
def test_batches_switch_the_autotuner_off():
    assert data.batches(numbers(8), 8).options().autotune.enabled is False


FAULTS = """
import ctypes, resource, numpy as np
from keras_gans import data
for _ in data.batches(np.zeros((8, 2), "float32"), 4): pass
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
def use():
    memory = libc.malloc(4 << 20)
    ctypes.memset(memory, 1, 4 << 20)
    libc.free(memory)
use()
begin = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100): use()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - begin) / 100)
"""


@pytest.mark.tensorflow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="what from_generator changes is in glibc")
def test_batches_leave_the_processs_memory_as_it_is():
    """Memory that is freed is kept and used again; after a from_generator each 4 MB are 1024 new pages."""
    faults = subprocess.run([sys.executable, "-c", FAULTS], text=True, capture_output=True, check=True).stdout
    assert float(faults) < 100


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", ["arrays", "a Dataset"])
def test_debug_mode_of_tf_data_trains_as_without(kind, images, monkeypatch):
    """`tf.data.experimental.enable_debug_mode()`, which nothing public takes back."""
    import tensorflow as tf
    from tensorflow.python.data.ops import debug_mode

    def trained():
        model = dense_gan()
        x = images[:48] if kind == "arrays" else tf.data.Dataset.from_tensor_slices(images[:48]).batch(16)
        model.fit(x, batch_size=16 if kind == "arrays" else None, verbose=0)
        return model

    without = trained()
    monkeypatch.setattr(debug_mode, "DEBUG_MODE", True)
    assert_same_state(trained(), without)
