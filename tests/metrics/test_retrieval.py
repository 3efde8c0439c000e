"""How often the right one is found: worked numbers, ties, and captions that nobody can tell apart."""

import types

import numpy as np
import pytest

from keras_gans import metrics

S = np.array([[0.9, 0.2, 0.1], [0.8, 0.5, 0.1], [0.3, 0.2, 0.1]])


def test_recall_of_worked_similarities():
    assert [metrics.recall(S, k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 1])


def test_ties_count_by_chance():
    assert metrics.recall(np.array([[0.9, 0.1], [0.5, 0.5]])) == 0.75
    for k in (1, 2, 4, 9):
        assert metrics.recall(np.zeros((4, 4)), k) == min(1.0, k / 4)
    assert metrics.recall(np.array([[0.5, 0.5 + 1e-7], [0.5 - 1e-7, 0.5]])) == 0.5  # up to rounding


@pytest.mark.parametrize("s", [np.zeros((2, 3)), np.zeros((0, 0)), np.full((2, 2), np.nan), np.zeros(4)])
def test_what_is_no_square_is_refused(s):
    with pytest.raises(ValueError, match=r"Expected a square of finite numbers, and k of at least 1\. Received: "):
        metrics.recall(s)


def knowing(similarity):
    return types.SimpleNamespace(similarities=lambda a, b: similarity(a[:, None], np.asarray(b)[None, :, 0]))


def test_retrieval_is_by_groups_of_a_hundred():
    """Of a model that knows all, where every caption comes twice, half is found first."""
    numbers = np.arange(250) // 2
    first, fifth = metrics.retrieval(knowing(lambda a, b: -np.abs(a - b)), numbers, numbers[:, None])
    assert (first.name, float(first), first.error, first.real) == ("recall_1", 0.5, 0.0, 200)
    assert first.note == "a picture's caption among 100; by chance 0.01, at best 0.5"
    assert (fifth.name, float(fifth)) == ("recall_5", 1.0)
    few = metrics.retrieval(knowing(lambda a, b: 0.0 * (a - b)), numbers[:10], numbers[:10, None])
    assert [float(result) for result in few] == pytest.approx([0.1, 0.5])
    assert [result.error for result in few] == [None, None]
