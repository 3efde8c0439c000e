"""Energy of details by their size, as ratios to real pictures."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from keras_gans import metrics, pyramid

pytestmark = pytest.mark.tensorflow  # beside the pyramid, it is all NumPy

REAL = gaussian_filter(np.random.default_rng(0).uniform(-1, 1, (30, 32, 32, 2)), (0, 0.7, 0.7, 0)).astype("float32")


def ratios(fake):
    metric = metrics.BandEnergy()
    for part in np.split(fake, 3):
        metric.update_state(fake=part)
    metric.update_state(real=REAL)
    return metric.result()


def test_an_impulse_has_the_energy_of_the_details_that_the_coarse_picture_lacks():
    picture = np.zeros((1, 16, 16, 1), "float32")
    picture[0, 8, 8, 0] = 1.0
    detail = np.array(pyramid.split(picture, 1)[0])
    assert detail.max() == pytest.approx(1 - 0.296875**2, abs=1e-6)
    found = metrics.band_energies(np.tile(picture, (4, 1, 1, 3)))
    assert found == {16: pytest.approx(np.square(detail).mean())}


def test_pictures_are_halved_while_there_are_details_of_a_size():
    assert list(metrics.band_energies(np.zeros((2, 64, 32, 1)))) == [32, 16]
    assert list(metrics.band_energies(np.zeros((2, 28, 28, 1)))) == [28]
    assert list(metrics.band_energies(np.zeros((2, 36, 36, 1)))) == [36, 18]
    for shape in ((2, 15, 16, 1), (2, 8, 8, 1), (0, 16, 16, 1), (16, 16, 1)):
        with pytest.raises(ValueError, match=r"^Expected pictures \(N, H, W, C\), sides even and at least 16\."):
            metrics.band_energies(np.zeros(shape))


def test_blurred_pictures_lack_the_small_details_and_noise_has_too_many_of_them():
    same = ratios(REAL)
    assert list(same) == ["band_energy_32", "band_energy_16"]
    assert list(same.values()) == pytest.approx([1, 1])
    blurred = ratios(gaussian_filter(REAL, (0, 1, 1, 0)))
    assert blurred["band_energy_32"] < 0.15 < blurred["band_energy_16"] < 0.8
    noise = ratios(REAL + np.random.default_rng(1).normal(0, 0.3, REAL.shape).astype("float32"))
    assert noise["band_energy_32"] > 1.5 * noise["band_energy_16"] > 1.5


def test_details_of_one_size_are_found_in_its_band():
    """Twice those at 16 pixels show most there; the pyramid is not orthogonal, so that neighbours have some of them."""
    small, large, coarse = (np.array(part) for part in pyramid.split(REAL, 2))
    found = ratios(np.array(pyramid.join([small, 2 * large, coarse])))
    assert 1 < found["band_energy_32"] < 1.5 < 2 < found["band_energy_16"] < 4


def test_band_energy_says_what_it_lacks():
    metric = metrics.BandEnergy()
    with pytest.raises(ValueError, match=r"^Expected real and generated pictures\. Received: 0 and 0\.$"):
        metric.result()
    metric.update_state(real=np.zeros((2, 16, 16, 1)), fake=np.zeros((2, 16, 16, 1)))
    with pytest.raises(ValueError, match=r"^Expected real pictures with details\. Received: pictures of one colour"):
        metric.result()
