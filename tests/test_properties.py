"""Losses, penalties and layers compute with numbers, whatever they are given: values and gradients stay finite.

What is tested is found through the registries and `__all__`: what is new is tested too, or asks for an example here.
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


def made(kind, examples):
    """Objects of a class: those given for it as examples, or what its constructor makes of nothing."""
    if kind in examples:
        return examples[kind]
    missing = [p.name for p in inspect.signature(kind).parameters.values() if p.default is p.empty and p.kind < 2]
    assert not missing, f"{kind.__name__} needs {missing}: give examples of it in {__file__}"
    return [kind()]


def classes_of(room, base):
    """The classes that a room exports and that are of a kind, the abstract ones left out."""
    found = [getattr(room, name) for name in room.__all__]
    return [x for x in found if inspect.isclass(x) and issubclass(x, base) and not inspect.isabstract(x)]


# Losses

GAN_LOSSES = [
    losses.GANLoss(),
    losses.GANLoss(smoothing=0.1),
    losses.GANLoss(smoothing=0.1, one_sided=True),
    losses.GANLoss(noisy_labels=((0.7, 1.2), (0.0, 0.3))),
    losses.GANLoss(saturating=True),
    losses.GANLoss(smoothing=0.1, saturating=True),
]
PARAMETERS = {
    "weighted_jensen_shannon": (0.01, 0.99),
    "alpha": (-10.0, 0.5, 0.99, 1.01, 1.5, 50.0),
}
DIVERGENCES = [
    losses.FDivergenceLoss(name, parameter)  # D's loss has the term of the saturating G
    for name in losses.DIVERGENCES
    for parameter in PARAMETERS.get(name, (None,))
]
BASES = [losses.get(name) for name in losses.LOSSES]
RELATIVISTIC = [losses.RelativisticLoss(base, average) for base in BASES for average in (True, False)]
LOSSES = {
    losses.GANLoss: GAN_LOSSES,
    losses.FDivergenceLoss: DIVERGENCES,
    losses.RelativisticLoss: RELATIVISTIC,
}
ALL_LOSSES = [loss for kind in classes_of(losses, losses.AdversarialLoss) for loss in made(kind, LOSSES)]


def named(value):
    config = getattr(value, "get_config", dict)()
    return "-".join(
        [type(value).__name__, *(str(v["class_name"] if isinstance(v, dict) else v) for v in config.values())]
    )


def test_every_registered_loss_is_tested():
    assert set(losses.LOSSES.values()) <= {type(loss) for loss in ALL_LOSSES}
    assert set(losses.DIVERGENCES) == {loss.divergence for loss in DIVERGENCES}


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


TERMS = {
    "l1": lambda a, b, labels: losses.l1(a, b),
    "class_cross_entropy": lambda a, b, labels: losses.class_cross_entropy(labels, a),
}


def test_every_auxiliary_term_is_tested():
    assert set(TERMS) == {name for name in losses.__all__ if inspect.isfunction(getattr(losses, name))} - {"get"}


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
@given(values=numbers(2, 4, 3), m=st.sampled_from([1, 4]), same=st.booleans())
@bounded
def test_auxiliary_term_is_finite(term, values, m, same):
    def compute(x):
        return term(x[0, :m], x[0 if same else 1, :m], np.arange(m) % 3)

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


PENALTIES = {
    regularizers.GradientPenalty: [
        regularizers.GradientPenalty(),
        regularizers.GradientPenalty(center=0.0),
        regularizers.GradientPenalty(one_sided=True),
        regularizers.GradientPenalty(one_sided=True, squared=False),
    ],
    regularizers.Lazy: [regularizers.Lazy(regularizers.R1(), every=2)],
}
ALL_PENALTIES = [p for kind in classes_of(regularizers, regularizers.Penalty) for p in made(kind, PENALTIES)]


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
ON_WEIGHTS = [
    kind()
    for base in (keras.regularizers.Regularizer, keras.constraints.Constraint)
    for kind in classes_of(regularizers, base)
]


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

MAP, FEATURES = (2, 2, 3), (6,)
SPECTRAL = [keras.layers.Dense(2), keras.layers.Conv2D(2, 2), keras.layers.Conv2DTranspose(2, 2)]
LAYERS = {  # class -> layers and the shapes of their batches: of one, and of more where examples see each other
    layers.ConditionalBatchNormalization: [(layers.ConditionalBatchNormalization(3), (m, *MAP)) for m in (1, 4)],
    layers.DropReference: [(layers.DropReference(2), (1, *FEATURES))],
    layers.ImagePool: [(layers.ImagePool(MAP, size=6), (4, *MAP))],
    layers.InstanceNormalization: [(layers.InstanceNormalization(affine=True), (1, *MAP))],
    layers.MinibatchDiscrimination: [(layers.MinibatchDiscrimination(4, 2), (m, *FEATURES)) for m in (1, 4)],
    layers.ReferenceBatch: [(layers.ReferenceBatch(2), (1, *FEATURES))],
    layers.ReflectionPadding2D: [(layers.ReflectionPadding2D(), (1, *MAP))],
    layers.SpectralNormalization: [
        (layers.SpectralNormalization(layer), (1, *(FEATURES if isinstance(layer, keras.layers.Dense) else MAP)))
        for layer in SPECTRAL
    ],
    layers.VirtualBatchNormalization: [(layers.VirtualBatchNormalization(2), (1, *MAP))],
}
IN_TRAINING = (layers.ConditionalBatchNormalization, layers.SpectralNormalization)  # where they do something else
ALL_LAYERS = [example for examples in LAYERS.values() for example in examples]


def test_every_layer_is_tested():
    found = {getattr(layers, name) for name in layers.__all__}
    assert found - set(LAYERS) == {layers.OneHot}  # of ints, whose outputs are 0 and 1


def called(layer, x, training):
    """A layer's output for a batch x, with what it takes beside it."""
    m = x.shape[0]
    if isinstance(layer, layers.ConditionalBatchNormalization):
        return layer([x, np.arange(m) % 3], training=training)
    if isinstance(layer, layers.ImagePool):
        return layer(x, seed=0)
    if isinstance(layer, (layers.VirtualBatchNormalization, layers.DropReference)):
        return layer(ops.concatenate([0.5 * x[:1], x[:1], x]))
    return layer(x, **({"training": training} if isinstance(layer, layers.SpectralNormalization) else {}))


@functools.cache
def layer_step(layer, shape, training):
    (x,) = zeros(shape)
    called(layer, x.value, training)
    weights = layer.trainable_variables
    others = [v for v in layer.variables if not any(v is weight for weight in weights)]
    return Step(lambda: ops.mean(ops.square(called(layer, x.value, training))), [x, *weights], others)


@pytest.mark.parametrize(("layer", "shape"), ALL_LAYERS, ids=lambda value: getattr(value, "name", str(value)))
@given(values=numbers(48), weights=numbers(72), training=st.booleans())
@bounded
def test_layer_is_finite(layer, shape, values, weights, training):
    """Its gradients for its inputs and for its weights, and what it remembers."""
    training = training and isinstance(layer, IN_TRAINING)
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
