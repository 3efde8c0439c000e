"""Losses, penalties and layers compute with numbers, whatever they are given: values and gradients stay finite.

What is tested is found through `__all__`, and made as its class says in `examples`: what is new is tested too.
"""

import functools
import inspect

import keras
import numpy as np
import pytest
from conftest import BACKEND
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from keras_gans import engine, layers, losses, regularizers

if BACKEND == "jax":
    import jax

bounded = settings(max_examples=10, deadline=None, derandomize=True, database=None)
EXTREME = (0.0, 1e-30, -1e-30, 1.0, -1.0, 1e4, -1e4)


def numbers(*shape):
    """Float32 arrays of up to 16 different numbers of magnitude up to 1e4; of one, they are constant."""
    number = st.sampled_from(EXTREME) | st.floats(-1e4, 1e4, width=32)
    return st.lists(number, min_size=1, max_size=16).map(lambda x: np.resize(np.float32(x), shape))


class Step:
    """A loss of variables and its gradients, to be taken again and again: compiled on JAX, which is slow without.

    Args:
        loss_fn: function without arguments that returns a scalar.
        variables: list of `keras.Variable`, for which gradients are taken.
        others: list of `keras.Variable`, what else it reads or assigns to.
    """

    def __init__(self, loss_fn, variables, others=()):
        self.loss_fn, self.variables = loss_fn, variables
        self.optimizer = keras.optimizers.SGD(1.0)
        self.optimizer.build(variables)
        self.all = [*variables, *others, *self.optimizer.variables]
        self.compiled = jax.jit(self._pure) if BACKEND == "jax" else None

    def assert_finite(self, *values):
        """Sets the first variables; where a gradient is not finite, what SGD moves by it is not."""
        for variable, value in zip(self.all, values):
            variable.assign(np.resize(value, variable.shape))
        if self.compiled:
            loss, results = self.compiled([variable.value for variable in self.all])
            for variable, result in zip(self.all, results):
                variable.assign(result)
        else:
            loss = self._minimize()
        assert np.isfinite(float(loss))
        for variable in self.all:
            assert np.isfinite(ops.convert_to_numpy(variable)).all(), variable

    def _minimize(self):
        def loss():  # optimizers warn of variables that a loss does not depend on
            return self.loss_fn() + sum(0.0 * ops.sum(variable) for variable in self.variables)

        return engine.minimize(loss, self.variables, self.optimizer)

    def _pure(self, values):
        with keras.StatelessScope(state_mapping=list(zip(self.all, values))) as scope:
            loss = self._minimize()
        return loss, [scope.get_current_value(variable) for variable in self.all]


def zeros(*shapes):
    return [keras.Variable(np.zeros(shape, "float32")) for shape in shapes]


def made(room, base):
    """Examples of the classes that a room exports and that are of a kind, the abstract ones left out."""
    found = [getattr(room, name) for name in room.__all__]
    kinds = [
        kind for kind in found if inspect.isclass(kind) and issubclass(kind, base) and not inspect.isabstract(kind)
    ]
    return [example for kind in kinds for example in examples_of(kind)]


def examples_of(kind):
    """What the class says, or what its constructor makes of nothing."""
    if hasattr(kind, "examples"):
        return kind.examples()
    missing = [p.name for p in inspect.signature(kind).parameters.values() if p.default is p.empty and p.kind < 2]
    assert not missing, f"{kind.__name__} needs {missing}: give it a classmethod `examples`"
    return [(kind(), (1, 2, 2, 3))] if issubclass(kind, keras.layers.Layer) else [kind()]


# Losses

ALL_LOSSES = made(losses, losses.AdversarialLoss)
RELATIVISTIC = [loss for loss in ALL_LOSSES if isinstance(loss, losses.RelativisticLoss)]


def named(value):
    config = getattr(value, "get_config", dict)()
    return "-".join(
        [type(value).__name__, *(str(v["class_name"] if isinstance(v, dict) else v) for v in config.values())]
    )


def test_every_registered_loss_is_tested():
    assert set(losses.LOSSES.values()) <= {type(loss) for loss in ALL_LOSSES}
    divergences = {loss.divergence for loss in ALL_LOSSES if isinstance(loss, losses.FDivergenceLoss)}
    assert set(losses.DIVERGENCES) == divergences
    assert {type(loss.base) for loss in RELATIVISTIC} == set(losses.LOSSES.values())


@functools.cache
def values_and_slopes(loss, shape):
    """Both players' losses and their gradient as a function of logits; compiled on JAX, which is slow step by step."""

    def both(x):
        real, fake = (ops.reshape(row[: np.prod(shape)], shape) for row in (x[0], x[1]))
        return ops.stack([loss.discriminator_loss(real, fake), loss.generator_loss(fake, real)])

    def compute(x):
        with keras.StatelessScope():  # noisy labels are drawn
            return both(x), engine.input_gradient(both, x)

    return jax.jit(compute) if BACKEND == "jax" else lambda x: compute(ops.convert_to_tensor(x))


@pytest.mark.parametrize("loss", ALL_LOSSES, ids=named)
@given(logits=numbers(2, 4), shape=st.sampled_from([(1, 2, 2, 1), (1, 1)]))
@bounded
def test_loss_is_finite_at_any_logits(loss, logits, shape):
    for values in values_and_slopes(loss, shape)(logits):
        assert np.isfinite(ops.convert_to_numpy(values)).all()


@pytest.mark.parametrize("loss", RELATIVISTIC, ids=named)
@given(logits=numbers(2, 4, 1), shift=st.floats(-10.0, 10.0, width=16))
@bounded
def test_relativistic_loss_ignores_a_constant_added_to_all_logits(loss, logits, shift):
    real, fake = np.round(np.clip(logits, -8, 8), 2)
    for arguments in ((real, fake), (fake, real)):
        moved = float(loss.discriminator_loss(*(x + np.float32(shift) for x in arguments)))
        assert moved == pytest.approx(float(loss.discriminator_loss(*arguments)), rel=1e-4, abs=1e-4)


TERMS = [getattr(losses, name) for name in losses.__all__ if name != "get"]
TERMS = [term for term in TERMS if inspect.isfunction(term)]
OTHERS = {"temperature": 0.1, "covariance_weight": 5.0}  # arguments of terms that are numbers


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.__name__)
@given(values=numbers(2, 4, 3), m=st.sampled_from([1, 4]), same=st.booleans())
@bounded
def test_auxiliary_term_is_finite(term, values, m, same):
    def compute(x):
        outputs, others = iter([x[0, :m], x[0 if same else 1, :m]]), {"labels": np.arange(m) % 3, **OTHERS}
        names = [name for name, p in inspect.signature(term).parameters.items() if p.default is p.empty]
        if "pictures" in names:
            outputs = iter([ops.reshape(values, (-1, 1, 1, 3)) for values in outputs])
        return term(*(others[name] if name in others else next(outputs) for name in names))

    assert np.isfinite(float(compute(ops.convert_to_tensor(values))))
    assert np.isfinite(ops.convert_to_numpy(engine.input_gradient(compute, values))).all()


# Penalties, and terms of weights

POINT, PICTURE = (4,), (2, 2, 1)


class Critic:
    """A discriminator of four weights, one per number of an example."""

    def __init__(self, kind, w):
        self.kind, self.w = kind, w

    def __call__(self, x):
        features = self.features(x, "features")
        return ops.reshape(features, (-1, 2, 2, 1)) if self.kind == "patches" else ops.sum(features, -1, keepdims=True)

    def features(self, x, layer):
        x = ops.reshape(x, (-1, 4))
        if self.kind == "constant":
            return 0.0 * x * self.w
        return (ops.tanh(x) if self.kind == "saturated" else ops.leaky_relu(x)) * self.w


ALL_PENALTIES = made(regularizers, regularizers.Penalty)


@functools.cache
def penalty_step(penalty, kind, shape):
    w, fake, real = zeros((4,), shape, shape)
    counts = [value for value in vars(penalty).values() if isinstance(value, keras.Variable)]
    return Step(lambda: penalty(Critic(kind, w.value), real.value, fake.value, 0), [w, fake], [real, *counts])


@pytest.mark.parametrize("penalty", ALL_PENALTIES, ids=named)
@given(
    kind=st.sampled_from(["constant", "rectified", "saturated", "patches"]),
    values=st.tuples(numbers(4), numbers(16), numbers(16)),
)
@bounded
def test_penalty_is_finite(penalty, kind, values):
    """Its gradients for D's weights and for generated examples; constant pictures and flat critics included."""
    shape = (1, *PICTURE) if kind in ("constant", "patches") else (4, *POINT)
    penalty_step(penalty, kind, shape).assert_finite(*values)


KERNEL = (2, 2, 3, 2)
ON_WEIGHTS = made(regularizers, (keras.regularizers.Regularizer, keras.constraints.Constraint))


@functools.cache
def weights_step(term):
    (kernel,) = zeros(KERNEL)
    remembered = term.prepare(kernel) if hasattr(term, "prepare") else []
    return Step(lambda: ops.mean(term(kernel)), [kernel], remembered)


@pytest.mark.parametrize("term", ON_WEIGHTS, ids=named)
@given(values=numbers(*KERNEL))
@bounded
def test_term_of_weights_is_finite(term, values):
    """Twice, as the second time what it remembers of the first counts."""
    for _ in range(2):
        weights_step(term).assert_finite(values)


# Layers

EXAMPLES = made(layers, keras.layers.Layer)  # layers, the shapes of their batches, and what they take beside them
BESIDE = {layer: others for layer, _, *others in EXAMPLES}


def test_every_layer_is_tested():
    tested = {type(layer) for layer in BESIDE}
    assert tested
    assert all(kind in tested or kind.examples() == [] for kind in (getattr(layers, name) for name in layers.__all__))


def takes(layer, argument):
    return argument in inspect.signature(type(layer).call).parameters


def called(layer, x, training):
    """A layer's output for a batch x, with what it takes beside it."""
    arguments = {name: value for name, value in {"training": training, "seed": 0}.items() if takes(layer, name)}
    return layer([x, *BESIDE[layer]] if BESIDE[layer] else x, **arguments)


@functools.cache
def layer_step(layer, shape, training):
    (x,) = zeros(shape)
    called(layer, x.value, training)
    weights = layer.trainable_variables
    others = [v for v in layer.variables if not any(v is weight for weight in weights)]
    return Step(lambda: ops.mean(ops.square(called(layer, x.value, training))), [x, *weights], others)


@pytest.mark.parametrize(("layer", "shape"), [e[:2] for e in EXAMPLES], ids=lambda v: getattr(v, "name", str(v)))
@given(values=numbers(48), weights=numbers(72), training=st.booleans())
@bounded
def test_layer_is_finite(layer, shape, values, weights, training):
    """Its gradients for its inputs and for its weights, and what it remembers."""
    training = training and takes(layer, "training")
    layer_step(layer, shape, training).assert_finite(values, *[weights] * len(layer.trainable_variables))


@given(scale=st.sampled_from([0.0, 1e-30, 1e-12, 1.0]))
@bounded
def test_spectral_normalization_of_a_vanished_kernel_comes_back(scale):
    """It must not lose its direction u to a kernel of zeros."""
    layer = layers.SpectralNormalization(keras.layers.Dense(2, use_bias=False))
    layer.build((1, 3))
    kernel = np.float32([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]])
    layer.layer.kernel.assign(scale * kernel)
    for _ in range(5):
        layer(np.eye(3, dtype="float32"), training=True)
    layer.layer.kernel.assign(kernel)
    for _ in range(15):
        output = layer(np.eye(3, dtype="float32"), training=True)
    np.testing.assert_allclose(np.linalg.norm(output, 2), 1.0, rtol=1e-3)
