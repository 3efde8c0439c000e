"""What is private in Keras: used where it is there, and done without where it is not."""

import keras
import numpy as np
import pytest
from conftest import dense_gan, small_gan

from keras_gans import layers
from keras_gans.engine import private


@pytest.fixture
def without(monkeypatch):
    """A function that takes an attribute from a class and all its children."""

    def hide(kind, name):
        for parent in kind.__mro__:
            if name in vars(parent):
                monkeypatch.delattr(parent, name)

    return hide


@pytest.fixture(scope="module")
def network():
    """A model in a model, and a wrapper."""
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="inner"), keras.layers.LeakyReLU()])
    x = inputs = keras.Input((4,))
    x = layers.SpectralNormalization(keras.layers.Dense(3, name="wrapped"))(inner(x))
    return keras.Model(inputs, keras.layers.BatchNormalization(name="norm")(x))


def test_layers_at_any_depth_with_and_without_keras_help(network, without):
    found = private.layers_of(network)
    assert found[0] is network
    assert {"inner", "wrapped", "norm"} <= {layer.name for layer in found}
    without(type(network), "_flatten_layers")
    kept = [layer for layer in found if not isinstance(layer, keras.layers.InputLayer)]
    assert {id(layer) for layer in private.layers_of(network)} >= {id(layer) for layer in kept}


def test_own_weights_are_those_of_no_inner_layer(network):
    class Bare:
        """A layer without the private attribute."""

        def __init__(self, layer):
            self.weights, self.layer = layer.weights, getattr(layer, "layer", None)

    wrapper, dense = (network.layers[-2], network.layers[-2].layer)
    assert private.own_weights(wrapper) == private.own_weights(network) == []
    assert [v.name for v in private.own_weights(dense)] == ["kernel", "bias"]
    assert private.own_weights(Bare(wrapper)) == []
    assert [v.name for v in private.own_weights(Bare(dense))] == ["kernel", "bias"]
    dense.trainable = False
    assert [v.name for v in private.own_weights(dense)] == ["kernel", "bias"]
    dense.trainable = True


@pytest.mark.parametrize("name", ["_get_variable_index", "_momentums", "_velocities"])
def test_adam_moves_weights_as_keras_has_it_where_its_moments_are_not_found(name, images, monkeypatch):
    models = dense_gan(), dense_gan()
    models[0].train_on_batch(images[:16])
    found = private.adam_slots
    hidden = type("Hidden", (), {})

    def slots(adam, variable):
        known = {"_get_variable_index", "_momentums", "_velocities"} - {name}
        face = hidden()
        for attribute in known:
            setattr(face, attribute, getattr(adam, attribute))
        return found(face, variable)

    monkeypatch.setattr(private, "adam_slots", slots)
    models[1].train_on_batch(images[:16])
    for a, b in zip(*(model.get_weights() for model in models)):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.jax
def test_weights_between_steps_are_the_models_where_keras_keeps_none_apart(images):
    model = small_gan()
    expected = [np.asarray(v.value) for v in model.trainable_variables[:2]]
    assert getattr(model, "_jax_state", None) is None
    for a, b in zip(private.weights_between_steps(model, [0, 1]), expected):
        np.testing.assert_array_equal(a, b)
