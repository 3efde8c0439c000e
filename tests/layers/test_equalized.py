"""Equalised learning rate: the scales of the authors' networks, and what the layers are for."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import Bias, EqualizedConv2D, EqualizedDense

RNG = np.random.default_rng(0)
ROOT = 2.0**0.5


@pytest.mark.parametrize(
    ("layer", "shape", "scale"),
    [
        (EqualizedConv2D(512, 3), (None, 4, 4, 512), 0.0208333),
        (EqualizedConv2D(16, 1), (None, 4, 4, 3), 0.8164966),
        (EqualizedConv2D(3, 1, gain=1.0), (None, 4, 4, 16), 0.25),
        (EqualizedDense(8192, gain=ROOT / 4), (None, 512), 0.015625),
        (EqualizedDense(512), (None, 8192), 0.015625),
        (EqualizedDense(1, gain=1.0), (None, 512), 0.0441942),
        (EqualizedDense(512, multiplier=0.01), (None, 512), 0.000625),
    ],
)
def test_scale_of_the_authors_layers(layer, shape, scale):
    layer.build(shape)
    assert layer.scale == pytest.approx(scale, rel=1e-5)


def test_output_is_that_of_a_plain_layer_with_scaled_weights():
    x = RNG.normal(size=(2, 5, 5, 3)).astype("float32")
    ours, plain = EqualizedConv2D(4, 3), keras.layers.Conv2D(4, 3, padding="same")
    for layer in (ours, plain):
        layer.build(x.shape)
    ours.bias.assign([1.0, 2.0, 3.0, 4.0])
    plain.set_weights([ops.convert_to_numpy(ours.kernel) * ROOT / 27**0.5, ops.convert_to_numpy(ours.bias)])
    np.testing.assert_allclose(ours(x), plain(x), rtol=1e-4, atol=1e-5)


def test_dense_output_has_the_bias_times_the_multiplier():
    x = RNG.normal(size=(2, 5)).astype("float32")
    layer = EqualizedDense(3, gain=1.0, multiplier=0.01)
    layer.build(x.shape)
    layer.bias.assign([1.0, 0.0, -1.0])
    expected = 0.01 / 5**0.5 * x @ ops.convert_to_numpy(layer.kernel) + 0.01 * np.array([1.0, 0.0, -1.0])
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-6)


def test_effective_weights_begin_with_the_deviation_of_hes_rule():
    """Stored ones with 1, of a multiplier of 0.01 with 100."""
    for layer, stored, effective in (
        (EqualizedDense(4000, gain=ROOT), 1.0, ROOT / 8),
        (EqualizedDense(4000, gain=ROOT, multiplier=0.01), 100.0, ROOT / 8),
    ):
        layer.build((None, 64))
        kernel = ops.convert_to_numpy(layer.kernel)
        assert kernel.std() == pytest.approx(stored, rel=0.01)
        assert layer.scale * kernel.std() == pytest.approx(effective, rel=0.01)
        assert not np.any(ops.convert_to_numpy(layer.bias))


def moved(layer, features, scale):
    """How far a step of Adam moves the effective weights, in their own deviations."""
    layer.build((None, features))
    kernel = layer.kernel
    before = ops.convert_to_numpy(kernel)
    adam = keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99)
    adam.apply([ops.ones_like(kernel.value)], [kernel])
    return float(np.mean(before - ops.convert_to_numpy(kernel)) * scale / (before.std() * scale))


def test_a_step_of_adam_moves_all_layers_by_one_share_of_their_deviation():
    """Of layers by He's rule the share grows with the root of the features: what the layer is for."""
    ours = [moved(EqualizedDense(2000), features, 1.0) for features in (4, 64, 1024)]
    plain = [moved(keras.layers.Dense(2000, kernel_initializer="he_normal"), n, 1.0) for n in (4, 64, 1024)]
    np.testing.assert_allclose(ours, 1e-3, rtol=0.02)
    np.testing.assert_allclose(plain, [1e-3 * (n / 2) ** 0.5 for n in (4, 64, 1024)], rtol=0.02)
    slow = moved(EqualizedDense(2000, multiplier=0.01), 64, 1.0)
    assert slow == pytest.approx(1e-5, rel=0.02)


def test_bias_is_one_number_a_channel():
    layer = Bias()
    layer.build((None, 4, 4, 3))
    assert [w.shape for w in layer.trainable_variables] == [(3,)]
    layer.bias.assign([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(layer(np.zeros((1, 2, 2, 3)))[0, 1, 1], [1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "layer", [EqualizedDense(3, 1.0, 0.5, False, name="dense"), EqualizedConv2D(3, 1, 1.0, False, name="conv")]
)
def test_config_round_trip(layer):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()


def test_what_is_refused():
    for kind, arguments in ((EqualizedDense, (0,)), (EqualizedDense, (2, -1.0)), (EqualizedConv2D, (2, 2.5))):
        with pytest.raises(ValueError, match=r"Expected `\w+` as a positive (integer|number)\. Received: "):
            kind(*arguments)
    with pytest.raises(ValueError, match="kernel_initializer"):  # it would be scaled twice
        EqualizedDense(2, kernel_initializer="he_normal")
