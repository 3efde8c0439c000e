"""Grouped convolution: Keras' layer in values and derivatives, wherever it is computed."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.layers import GroupedConv2D

RNG = np.random.default_rng(0)
KINDS = [  # channels, filters, what else; two groups are taken at a time
    (6, 12, {"kernel_size": 3, "groups": 3, "padding": "same"}),
    (8, 4, {"kernel_size": (1, 3), "groups": 4, "strides": 2}),
    (4, 6, {"kernel_size": 2, "groups": 2, "dilation_rate": 2, "use_bias": False, "activation": "tanh"}),
    (3, 5, {"kernel_size": 3, "groups": 1}),
]


@pytest.fixture(params=[True, False], ids=["slow", "native"])
def slow(request, monkeypatch):
    """Whether the backend is slow at groups."""
    monkeypatch.setattr(engine, "slow_groups", lambda: request.param)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize(("channels", "filters", "options"), KINDS)
def test_grouped_convolution_is_that_of_keras(channels, filters, options):
    x = RNG.normal(size=(2, 6, 5, channels)).astype("float32")
    ours, keras_own = (kind(filters, **options) for kind in (GroupedConv2D, keras.layers.Conv2D))
    for layer in (ours, keras_own):
        layer.build(x.shape)
    assert [v.shape for v in ours.weights] == [v.shape for v in keras_own.weights]
    keras_own.set_weights([RNG.normal(size=v.shape) for v in ours.weights])
    ours.set_weights(keras_own.get_weights())
    made = ours(x)
    assert made.shape == ours.compute_output_shape(x.shape)
    np.testing.assert_allclose(ops.convert_to_numpy(made), ops.convert_to_numpy(keras_own(x)), rtol=1e-4, atol=1e-5)


def moved_by_a_penalty(layer, x, kernel):
    """The kernel after a step down the squared gradient at x of the layer's scores."""
    layer.build(x.shape)
    layer.kernel.assign(kernel)
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build([layer.kernel])

    def scores(x):
        return ops.sum(ops.tanh(layer(x)), axis=(1, 2, 3))

    engine.minimize(lambda: ops.mean(ops.square(engine.input_gradient(scores, x))), [layer.kernel], optimizer)
    return ops.convert_to_numpy(layer.kernel) - kernel


def test_grouped_convolution_is_differentiated_twice(monkeypatch):
    monkeypatch.setattr(engine, "slow_groups", lambda: True)
    x, kernel = RNG.normal(size=(2, 4, 4, 6)).astype("float32"), RNG.normal(size=(3, 3, 2, 3)).astype("float32")
    ours, keras_own = (
        moved_by_a_penalty(kind(3, 3, groups=3, padding="same", use_bias=False), x, kernel)
        for kind in (GroupedConv2D, keras.layers.Conv2D)
    )
    np.testing.assert_allclose(ours, keras_own, rtol=1e-3, atol=1e-5)
    assert np.abs(ours).max() > 1e-3


@pytest.mark.parametrize(("devices", "slow"), [(["cpu:0", "cpu:1"], True), (["gpu:0"], False), (["tpu:0"], False)])
def test_groups_are_slow_on_cpus(devices, slow, monkeypatch):
    monkeypatch.setattr(keras.distribution, "list_devices", lambda: devices)
    assert engine.slow_groups() is slow


def test_groups_that_do_not_divide_filters_are_refused():
    with pytest.raises(ValueError, match="divisible by"):
        GroupedConv2D(3, 1, groups=2)
