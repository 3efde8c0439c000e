"""Modulated convolution against the literal kernel of each example, and what demodulation is for, in numbers."""

import keras
import numpy as np
import pytest
from filters import FILTER, between_zeros, correlated
from keras import ops

from keras_gans.layers import ModulatedConv2D

RNG = np.random.default_rng(0)


def literal(layer, x, w):
    """Equations 1 and 3 of the paper: a kernel for each example, scaled, brought to length 1, and only then used."""
    kernel = ops.convert_to_numpy(layer.kernel) / np.sqrt(np.prod(layer.kernel.shape[:3]))
    a = ops.convert_to_numpy(layer.style.kernel) / np.sqrt(w.shape[1])
    maps = []
    for one, style in zip(x, w @ a + ops.convert_to_numpy(layer.style.bias) + 1.0):
        own = kernel * style[:, None]
        if layer.demodulate:
            own = own / np.sqrt(np.sum(own**2, axis=(0, 1, 2)) + 1e-8)
        maps.append(convolved(layer, one[None], layer.gain * own)[0])
    return np.stack(maps)


def convolved(layer, x, kernel):
    size = layer.kernel_size
    if not layer.up:
        return correlated(x, kernel, size // 2, size // 2)
    # Zeros are put around once, wide enough for the kernel and the filter.
    y = correlated(between_zeros(x), kernel, 2 * size, 2 * size)
    y = correlated(y, 4 * FILTER, 0, 0)
    start = 2 * size - 2 - (size - 1) // 2
    return y[:, start : start + 2 * x.shape[1], start : start + 2 * x.shape[2]]


def built(*arguments, maps=(4, 5, 3), d=6, n=3, **options):
    layer = ModulatedConv2D(*arguments, **options)
    x, w = RNG.normal(size=(n, *maps)).astype("float32"), RNG.normal(size=(n, d)).astype("float32")
    layer([x, w])
    layer.style.bias.assign(RNG.normal(size=maps[-1]))
    return layer, x, w


@pytest.mark.parametrize("demodulate", [False, True])
@pytest.mark.parametrize(("kernel_size", "up"), [(1, False), (3, False), (3, True)])
def test_scaled_inputs_and_outputs_are_the_literal_kernels_of_each_example(kernel_size, demodulate, up):
    layer, x, w = built(4, kernel_size, demodulate=demodulate, up=up)
    y = layer([x, w])
    assert y.shape == layer.compute_output_shape([x.shape, w.shape]) == ((3, 8, 10, 4) if up else (3, 4, 5, 4))
    np.testing.assert_allclose(y, literal(layer, x, w), atol=1e-4)


def deviations(styles, demodulate=True, gain=1.0):
    """Of the outputs for inputs of unit variance, over all examples and places, for each channel."""
    layer = ModulatedConv2D(8, 3, gain=gain, demodulate=demodulate)
    x, w = RNG.normal(size=(256, 10, 10, 16)), np.zeros((256, 1))
    layer([x, w])
    layer.style.bias.assign(np.asarray(styles) - 1.0)
    return ops.convert_to_numpy(layer([x, w]))[:, 1:-1, 1:-1].std(axis=(0, 1, 2))


def test_inputs_of_unit_variance_make_outputs_of_unit_variance_whatever_the_style():
    styles = np.exp(RNG.normal(size=16))
    for factor in (1e-2, 1.0, 1e3):
        np.testing.assert_allclose(deviations(factor * styles), np.ones(8), rtol=0.04)
    np.testing.assert_allclose(deviations(styles, gain=np.sqrt(2.0)), np.full(8, np.sqrt(2.0)), rtol=0.04)


def test_without_demodulation_outputs_are_as_large_as_the_style():
    """Which is how the layers that make colours are to be, and no other."""
    large, small = (deviations(np.full(16, scale), demodulate=False).mean() for scale in (10.0, 0.1))
    assert (large, small) == (pytest.approx(10.0, rel=0.2), pytest.approx(0.1, rel=0.2))


def test_a_style_times_a_constant_changes_nothing():
    layer, x, w = built(4, 3)
    bias = ops.convert_to_numpy(layer.style.bias)
    before = ops.convert_to_numpy(layer([x, w]))
    layer.style.kernel.assign(7.0 * layer.style.kernel)
    layer.style.bias.assign(7.0 * (bias + 1.0) - 1.0)
    np.testing.assert_allclose(layer([x, w]), before, rtol=1e-4, atol=1e-5)


def test_demodulation_keeps_what_a_map_is_in_relation_to_the_others_and_norms_lose_it():
    """The paper's droplets: instance norm divides by the map's own deviation, which one spike can make as large as it
    wants; demodulation by the expected one, so that the rest of the map stays as it was."""
    maps = RNG.normal(size=(1, 16, 16, 1))
    spiked = maps.copy()
    spiked[0, 8, 8, 0] = 1000.0
    layer = ModulatedConv2D(1, 1, gain=1.0)
    quiet, loud = (ops.convert_to_numpy(layer([x, np.zeros((1, 1))]))[0, :8, :, 0] for x in (maps, spiked))
    np.testing.assert_array_equal(quiet, loud)
    normed = (spiked - spiked.mean()) / spiked.std()
    assert normed[0, :8].std() < 0.02 < 0.9 < quiet.std()


def test_demodulation_is_of_each_example_and_each_output_channel():
    """Famous mistakes: lengths over the whole kernel, or over the batch."""
    layer, x, w = built(4, 3)
    y = ops.convert_to_numpy(layer([x, w]))
    for i in range(3):
        np.testing.assert_allclose(layer([x[i : i + 1], w[i : i + 1]])[0], y[i], atol=1e-5)
    loud = ops.convert_to_numpy(layer.kernel)
    loud[..., 1] *= 100.0
    layer.kernel.assign(loud)
    np.testing.assert_allclose(layer([x, w]), y, rtol=1e-3, atol=1e-3)


def test_styles_are_around_one_at_first():
    """Famous mistake: a scale around 0, with which the image starts as noise of the style."""
    layer = ModulatedConv2D(4, 1, demodulate=False, gain=1.0)
    x = np.ones((1, 1, 1, 2), "float32")
    y = layer([x, np.zeros((1, 3), "float32")])
    expected = ops.convert_to_numpy(layer.kernel)[0, 0].sum(axis=0) / np.sqrt(2)
    np.testing.assert_allclose(y[0, 0, 0], expected, rtol=1e-5)


def test_modulated_convolution_has_the_official_number_of_weights():
    layer, *_ = built(512, 3, maps=(2, 2, 512), d=512, n=1)
    assert layer.count_params() == 9 * 512 * 512 + 512 * 512 + 512


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_demodulation_in_half_precision_sees_squares_that_half_precision_loses(policy):
    """Of styles of 2^-11 the squares times the kernel's are far below what float16 has three digits of."""
    layer = ModulatedConv2D(4, 1, gain=1.0, epsilon=1e-16, dtype=policy)
    x, w = RNG.normal(size=(8, 8, 8, 32)).astype("float32"), np.zeros((8, 1), "float32")
    layer([x, w])
    layer.style.bias.assign(np.full(32, 2.0**-11 if policy == "mixed_float16" else 2.0**-7) - 1.0)
    y = ops.convert_to_numpy(ops.cast(layer([x, w]), "float32"))
    assert y.std() == pytest.approx(1.0, rel=0.15)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((4, 2), r"Expected `kernel_size` as 3, or as 1 without `up`\. Received: 2\.$"),
        ((4, 1, 1.0, True, True), r"Expected `kernel_size` as 3, .*\. Received: 1\.$"),
        ((0, 3), r"Expected positive `filters` and `gain`\. Received: 0 and 1\.4"),
        ((4, 3, -1.0), r"Received: 4 and -1\.0\.$"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        ModulatedConv2D(*arguments)


def test_modulated_convolution_survives_saving(tmp_path):
    x, w = keras.Input((4, 4, 3)), keras.Input((2,))
    model = keras.Model([x, w], ModulatedConv2D(2, 3, up=True)([x, w]))
    model.save(tmp_path / "model.keras")
    given = [RNG.normal(size=(2, 4, 4, 3)).astype("float32"), RNG.normal(size=(2, 2)).astype("float32")]
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(given), model(given))
