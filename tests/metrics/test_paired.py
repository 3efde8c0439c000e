"""Paired: constants by hand, the formula place by place, TensorFlow's functions."""

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from keras_gans import metrics
from keras_gans.data.enlargements import bicubic
from keras_gans.files.decode import resized
from keras_gans.files.pixels import from_uint8, to_uint8


def pairs(n=4, side=16, channels=3, noise=0.2):
    generator = np.random.default_rng(0)
    a = np.tanh(generator.normal(size=(n, side, side, channels)).cumsum(axis=1) / 3)
    return a.astype("float32"), np.clip(a + generator.normal(0, noise, a.shape), -1, 1).astype("float32")


def constant(value, side=16):
    return np.full((2, side, side, 1), value)


def test_psnr_by_hand():
    assert metrics.psnr(constant(-1.0), constant(1.0)) == pytest.approx(0)
    assert metrics.psnr(constant(0.0), constant(0.2)) == pytest.approx(20)
    assert metrics.psnr(constant(0.5), constant(0.5)) == np.inf
    two = np.concatenate([constant(0.2), constant(0.02)])  # The mean of decibels, not of errors.
    assert metrics.psnr(np.zeros_like(two), two) == pytest.approx(30)


def test_ssim_of_constants_by_hand():
    # From black, 0 and 2: (2 * 0 * 2 + C1) / (0 + 4 + C1) with C1 = 0.0004, and structure 1.
    assert metrics.ssim(constant(-1.0), constant(1.0)) == pytest.approx(0.0004 / 4.0004)
    assert metrics.ssim(constant(0.0), constant(0.5)) == pytest.approx(3.0004 / 3.2504)
    assert metrics.ssim(constant(0.3), constant(0.3)) == pytest.approx(1)


def test_ssim_is_its_formula_at_one_place():
    a, b = pairs(n=1, side=11, channels=1)
    x, y = a[0, :, :, 0].astype("float64") + 1, b[0, :, :, 0].astype("float64") + 1
    across, down = np.meshgrid(np.arange(-5, 6), np.arange(-5, 6))
    window = np.exp(-(across**2 + down**2) / (2 * 1.5**2))
    window /= window.sum()
    m_x, m_y = (window * x).sum(), (window * y).sum()
    v_x, v_y, v_xy = (
        (window * (x - m_x) ** 2).sum(),
        (window * (y - m_y) ** 2).sum(),
        (window * (x - m_x) * (y - m_y)).sum(),
    )
    c1, c2 = 0.02**2, 0.06**2
    expected = (2 * m_x * m_y + c1) * (2 * v_xy + c2) / ((m_x**2 + m_y**2 + c1) * (v_x + v_y + c2))
    assert metrics.ssim(a, b) == pytest.approx(expected, rel=1e-9)


def test_ssim_of_equal_and_of_inverted_pictures():
    a, b = pairs()
    assert metrics.ssim(a, a) == pytest.approx(1)
    assert metrics.ssim(a, -a) < metrics.ssim(a, b) < 1


@pytest.mark.tensorflow
def test_psnr_and_ssim_are_those_of_tensorflow():
    import tensorflow as tf

    a, b = pairs(side=24)
    assert metrics.psnr(a, b) == pytest.approx(tf.image.psnr(a, b, 2).numpy().mean(), rel=1e-5)
    expected = tf.image.ssim(a + 1, b + 1, 2).numpy().mean()  # Its means, too, are compared from black.
    assert metrics.ssim(a, b) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("cls", "function"), [(metrics.PeakSignalToNoise, metrics.psnr), (metrics.StructuralSimilarity, metrics.ssim)]
)
def test_paired_metrics_of_streams(cls, function):
    a, b = pairs(n=10)
    metric = cls()
    for start in range(0, 10, 4):
        metric.update_state(real=a[start : start + 4], fake=b[start : start + 4])
    (result,) = metric.results()
    assert result.value == pytest.approx(function(a, b))
    assert (result.name, result.real, result.generated) == (function.__name__, 10, 10)
    with pytest.raises(ValueError, match="examples in pairs. Received: None and"):
        metric.update_state(fake=b)
    metric.reset_state()
    with pytest.raises(ValueError, match="at least one pair. Received: none"):
        metric.result()


@pytest.mark.parametrize("function", [metrics.psnr, metrics.ssim])
def test_paired_figures_refuse_what_does_not_fit(function):
    with pytest.raises(ValueError, match=r"of one shape. Received: \(2, 16, 16, 1\) and \(2, 12, 12, 1\)"):
        function(constant(0.0), constant(0.0, side=12))
    with pytest.raises(ValueError, match=r"Received: \(2, 16, 16\) and \(2, 16, 16\)"):
        function(constant(0.0)[..., 0], constant(0.0)[..., 0])


@pytest.mark.parametrize("function", [metrics.psnr, metrics.ssim])
def test_paired_figures_refuse_other_numbers_than_those_of_images(function):
    """Levels of files, as integers or as floats; what a filter overshoots by is taken."""
    a, b = pairs()
    levels = to_uint8(a)
    for one, other in ((levels, levels), (a, levels)):
        with pytest.raises(ValueError, match=r"^Expected float images in \[-1, 1\]\. Received: dtype uint8\.$"):
            function(one, other)
    with pytest.raises(ValueError, match=r"^Expected images in \[-1, 1\]\. Received: numbers from 0 to 25\d\.$"):
        function(levels - levels.min() * 1.0, levels * 1.0)
    assert function(1.2 * a, b) < function(a, a)


def test_luma_refuses_integers():
    with pytest.raises(ValueError, match=r"^Expected float images in \[-1, 1\]\. Received: dtype uint8\.$"):
        metrics.luma(np.zeros((1, 16, 16, 3), "uint8"))


def test_ssim_refuses_pictures_below_its_window():
    with pytest.raises(ValueError, match=r"at least 11x11 pixels, the window. Received: shape \(2, 10, 10, 1\)"):
        metrics.ssim(constant(0.0, side=10), constant(0.0, side=10))


def levels(colours, **arguments):
    """Levels of luma of a picture of one colour, in [0, 1]."""
    images = np.broadcast_to(2 * np.asarray(colours, "float64") - 1, (1, 16, 16, np.size(colours)))
    found = (metrics.luma(images, **arguments) + 1) * 127.5
    assert np.ptp(found) == pytest.approx(0, abs=1e-9)
    return found[0, 0, 0, 0]


def test_luma_of_colours_has_the_levels_of_bt_601():
    """Traps: another luma, as that of JPEG, of which white is 255, or none."""
    assert (levels([1, 1, 1]), levels([0, 0, 0])) == pytest.approx((235, 16))
    assert levels([1, 0, 0]) == pytest.approx(81.481)
    assert levels([0, 1, 0]) == pytest.approx(144.553)
    assert levels([0, 0, 1]) == pytest.approx(40.966)
    assert levels([0.5]) == pytest.approx(levels([0.5, 0.5, 0.5])) == pytest.approx(125.5)


def test_luma_is_cut_at_the_border():
    a, _ = pairs(side=20)
    assert metrics.luma(a).shape == (4, 12, 12, 1)
    np.testing.assert_array_equal(metrics.luma(a), metrics.luma(a, border=0)[:, 4:-4, 4:-4])


def test_psnr_of_luma_by_hand():
    """Black and white are 219 levels apart, of 255; what differs at the border alone does not count."""
    black, white = -np.ones((1, 24, 24, 3)), np.ones((1, 24, 24, 3))
    assert metrics.psnr(metrics.luma(black), metrics.luma(white)) == pytest.approx(20 * np.log10(255 / 219))
    framed = black.copy()
    framed[:, :4], framed[:, :, -4:] = 1, 1
    assert metrics.psnr(metrics.luma(framed), metrics.luma(black)) == np.inf


@pytest.mark.parametrize("name", ["psnr", "ssim"])
def test_metrics_of_luma_are_those_of_its_pictures(name):
    a, b = pairs(side=24)
    metric = metrics.METRICS[f"{name}_y"]()
    for real, fake in zip(np.split(a, 2), np.split(b, 2)):
        metric.update_state(real, fake)
    (result,) = metric.results()
    expected = getattr(metrics, name)(metrics.luma(a), metrics.luma(b))
    assert (result.name, result.value) == (f"{name}_y", pytest.approx(expected))


@pytest.mark.parametrize("shape", [(1, 16, 16, 4), (1, 8, 16, 3), (16, 16, 3)])
def test_luma_refuses_what_has_none(shape):
    with pytest.raises(ValueError, match=r"\(N, H, W, 1 or 3\) of more than 8 pixels a side. Received: \("):
        metrics.luma(np.zeros(shape))


@pytest.mark.parametrize(
    ("name", "rgb", "y"),
    [("china.jpg", (21.09, 0.6225), (22.43, 0.6371)), ("flower.jpg", (29.30, 0.9027), (30.71, 0.9178))],
)
def test_bicubic_photographs_have_the_figures_that_were_measured_elsewhere(name, rgb, y):
    """Of scikit-learn's photographs, without their last rows, made of a quarter along each side."""
    pixels = load_sample_image(name)[:424]
    small, real = (from_uint8(x)[None] for x in (resized(pixels, (160, 106)), pixels))
    made = bicubic(small)
    assert (metrics.psnr(made, real), metrics.ssim(made, real)) == pytest.approx(rgb, rel=3e-4)
    made, real = metrics.luma(made), metrics.luma(real)
    assert (metrics.psnr(made, real), metrics.ssim(made, real)) == pytest.approx(y, rel=3e-4)
