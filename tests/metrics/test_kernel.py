"""Kernel distance: the double sums, what it is on average, its error, blocks."""

import numpy as np
import pytest

from keras_gans import metrics


def direct(a, b):
    """The unbiased estimate by its double sums."""

    def mean(xs, ys, same):
        pairs = [(x, y) for i, x in enumerate(xs) for j, y in enumerate(ys) if not (same and i == j)]
        return np.mean([(x @ y / len(x) + 1) ** 3 for x, y in pairs])

    return mean(a, a, True) + mean(b, b, True) - 2 * mean(a, b, False)


def draws(seed, n, m, shift=0.0, d=1):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, d)), generator.normal(size=(m, d)) + shift


@pytest.mark.parametrize(("n", "m", "d"), [(3, 3, 1), (7, 7, 4), (9, 5, 2)])
def test_kernel_distance_is_its_double_sums(n, m, d):
    a, b = draws(0, n, m, 0.5, d)
    assert metrics.kernel_distance(a, b)[0] == pytest.approx(direct(a, b), rel=1e-9)


def test_kernel_distance_by_hand():
    a, b = np.array([[1.0], [1], [1]]), np.array([[0.0], [0], [0]])  # k = 8, 1 and 1.
    assert metrics.kernel_distance(a, b) == (8 + 1 - 2, 0)


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_kernel_distance_is_unbiased(shift):
    # The kernel in one dimension is 1 + 3 xy + 3 (xy)^2 + (xy)^3, so the distance compares three moments.
    expected = 3 * shift**2 + 3 * shift**4 + (shift**3 + 3 * shift) ** 2
    found = np.array([metrics.kernel_distance(*draws(seed, 20, 30, shift))[0] for seed in range(1000)])
    assert found.mean() == pytest.approx(expected, abs=3 * found.std() / np.sqrt(1000))
    assert shift or np.mean(found < 0) > 0.4  # Values below 0 are kept.


def test_kernel_distance_error_is_the_jackknife():
    a, b = draws(0, 8, 6, 0.5, 3)
    without_a = [direct(np.delete(a, i, axis=0), b) for i in range(8)]
    without_b = [direct(a, np.delete(b, i, axis=0)) for i in range(6)]
    variance = 7 * np.var(without_a) + 5 * np.var(without_b)
    assert metrics.kernel_distance(a, b)[1] == pytest.approx(np.sqrt(variance), rel=1e-9)


@pytest.mark.parametrize(("shift", "block", "expected"), [(0, 40, np.sqrt(2)), (1, 40, 1), (1, 20, 1)])
def test_kernel_distance_error_is_the_deviation_of_many_values(shift, block, expected):
    found = np.array([metrics.kernel_distance(*draws(seed, 40, 40, shift, d=4), block) for seed in range(1000)])
    assert np.sqrt(np.mean(found[:, 1] ** 2)) / found[:, 0].std() == pytest.approx(expected, rel=0.1)


def test_kernel_distance_is_the_mean_of_its_blocks():
    a, b = draws(0, 25, 21, 0.5, 3)
    distance, error = metrics.kernel_distance(a, b, block=10)
    generator = np.random.default_rng(0)
    a, b = generator.permutation(a), generator.permutation(b)
    blocks = [metrics.kernel_distance(*pair) for pair in ((a[:9], b[:7]), (a[9:17], b[7:14]), (a[17:], b[14:]))]
    assert distance == pytest.approx(np.mean([block[0] for block in blocks]))
    assert error == pytest.approx(np.sqrt(np.sum([block[1] ** 2 for block in blocks])) / 3)


def test_kernel_distance_does_not_depend_on_order():
    # One mixture of four classes, sorted in one set and in turn in the other: cut in order, blocks would differ.
    a, b = draws(0, 400, 400, 0, 2)
    classes = np.arange(400)[:, None]
    distance, error = metrics.kernel_distance(a + classes // 100 * 3, b + classes % 4 * 3, block=100)
    assert abs(distance) < 3 * error


def test_kernel_distance_of_streams():
    a, b = draws(0, 130, 90, 1, 5)
    metric = metrics.KernelDistance()
    for start in range(0, 130, 40):
        metric.update_state(real=a[start : start + 40], fake=b[start : start + 40])
    (result,) = metric.results()
    assert (result.value, result.error) == metrics.kernel_distance(a, b)
    assert (result.name, result.real, result.generated, result.note) == ("kernel_distance", 130, 90, "")


def test_kernel_distance_says_how_many_it_drew():
    metric = metrics.KernelDistance(most=50)
    metric.update_state(*draws(0, 130, 40, 1, 5))
    (result,) = metric.results()
    assert (result.real, result.generated, result.note) == (50, 40, "drawn from 130 real and 40 generated")


def test_kernel_distance_refuses_too_few():
    with pytest.raises(ValueError, match=r"at least 3 each.*Received: shapes \(2, 1\) and \(5, 1\)"):
        metrics.kernel_distance(*draws(0, 2, 5))
    with pytest.raises(ValueError, match="at least 30 each, 3 for each of 10 blocks"):
        metrics.kernel_distance(*draws(0, 100, 29), block=10)
    with pytest.raises(ValueError, match=r"of one width.*Received: shapes \(5, 1\) and \(5, 2\)"):
        metrics.kernel_distance(np.zeros((5, 1)), np.zeros((5, 2)))
    with pytest.raises(ValueError, match="Received: shapes"):
        metrics.KernelDistance().result()
