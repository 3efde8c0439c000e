"""Sharpness as a ratio to real pictures."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from keras_gans import metrics

REAL = np.random.default_rng(0).uniform(-1, 1, (30, 12, 12, 1)).astype("float32")


def test_laplacian_variance_by_hand():
    """One white pixel in the middle of 5x5 black ones: of nine places inside one is -8, four are 2."""
    picture = np.full((1, 5, 5, 1), -1.0)
    picture[0, 2, 2, 0] = 1.0
    places = [-8, 2, 2, 2, 2, 0, 0, 0, 0]
    assert metrics.laplacian_variance(picture) == pytest.approx(np.var(places))
    assert metrics.laplacian_variance(np.tile(picture, (3, 1, 1, 2))) == pytest.approx(np.var(places))


def test_sharpness_of_real_pictures_is_one_of_blurred_ones_less_and_of_noise_more():
    smooth = gaussian_filter(REAL, (0, 1, 1, 0))
    found = {}
    for name, fake in (("same", smooth), ("blurred", gaussian_filter(REAL, (0, 2, 2, 0))), ("noise", REAL)):
        metric = metrics.Sharpness()
        for part in np.split(fake, 3):
            metric.update_state(fake=part)
        metric.update_state(real=smooth)
        found[name] = metric.result()
    assert found["same"] == pytest.approx(1)
    assert found["blurred"] < 0.5 < 2 < found["noise"]


def test_sharpness_says_what_it_lacks():
    metric = metrics.Sharpness()
    with pytest.raises(ValueError, match=r"^Expected real and generated pictures\. Received: 0 and 0\.$"):
        metric.result()
    metric.update_state(real=np.zeros((2, 4, 4, 1)), fake=np.zeros((2, 4, 4, 1)))
    with pytest.raises(ValueError, match=r"^Expected real pictures with edges\."):
        metric.result()
    with pytest.raises(ValueError, match=r"^Expected pictures \(N, H, W, C\) of at least 3x3 pixels\."):
        metrics.laplacian_variance(np.zeros((2, 2)))
