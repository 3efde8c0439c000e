"""Keras' own test of a layer, by which it tests its own: config, build, shapes, a training step, half precision."""

import inspect

import numpy as np
import pytest
from keras.src.testing import TestCase
from test_properties import EXAMPLES

from keras_gans import layers

CASE = TestCase("run_layer_test")
RNG = np.random.default_rng(0)


def floats(*shape):
    return RNG.normal(size=shape).astype("float32")


LABELS = np.array([0, 2, 1], "int32")
BATCHES = [(layer, [floats(*shape), *map(np.array, others)]) for layer, shape, *others in EXAMPLES]
BATCHES += [  # of those that have no example of floats alone
    (layers.ConditioningAugmentation(4), [floats(3, 8), floats(3, 4)]),
    (layers.FadeIn(1), [floats(2, 4, 4, 3), floats(2, 4, 4, 3)]),
    (layers.FillLabels(), [LABELS - 1, floats(3, 4)]),
    (layers.ModulatedConv2D(2, 3), [floats(2, 4, 4, 3), floats(2, 5)]),
    (layers.ModulatedConv2D(2, 3, up=True), [floats(2, 4, 4, 3), floats(2, 5)]),
    (layers.OneHot(3), [LABELS]),
]


def test_every_layer_is_in_the_battery():
    assert {type(layer).__name__ for layer, _ in BATCHES} == set(layers.__all__)


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")  # by Keras' test itself
@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")  # of attention to a single place
@pytest.mark.parametrize(("layer", "batch"), BATCHES, ids=[layer.name for layer, _ in BATCHES])
def test_layer_passes_the_test_of_keras(layer, batch):
    config = {key: value for key, value in layer.get_config().items() if key != "name"}
    asked = inspect.signature(type(layer).call).parameters
    CASE.run_layer_test(
        lambda **changes: type(layer).from_config({**config, **changes}),
        {},
        input_data=tuple(batch) if len(batch) > 1 else batch[0],
        call_kwargs={"seed": 0} if "seed" in asked else None,
        run_training_check="seed" not in asked,  # which hands on inputs alone
        run_mixed_precision_check=not isinstance(layer, layers.ImagePool),  # which stores float32 whatever it is given
    )
