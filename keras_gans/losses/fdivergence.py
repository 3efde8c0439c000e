"""f-GAN: for every f-divergence of the paper's table, the loss whose optimal D measures it."""

import dataclasses
import math
from collections.abc import Callable

import keras
from keras import ops

from keras_gans.losses.adversarial import AdversarialLoss, as_float32
from keras_gans.registry import Registry

__all__ = ["DIVERGENCES", "FDivergenceLoss"]

STEEPEST = 30.0  # the exponent from which exp goes on as its tangent: logits of any size keep finite gradients


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of the paper's table, written for the stable computation from D's raw output v.

    Args:
        activation: g_f, maps v to T in the domain of f*; it rises, so that a larger v speaks for the data.
        conjugate: f*(g_f(v)) as a function of v.
        threshold: f'(1), the T from which on D takes an example for real.
    """

    activation: Callable
    conjugate: Callable
    threshold: float


DIVERGENCES = Registry("divergence")  # Name -> function of the parameter (or None) that returns its Row.


@keras.saving.register_keras_serializable("keras_gans")
class FDivergenceLoss(AdversarialLoss):
    """Variational divergence minimisation: D maximises a lower bound of an f-divergence, G minimises it.

    At D's optimum, T(x) = f'(p(x) / q(x)), minus the discriminator's loss is the divergence D_f(P || Q) between the
    data P and the samples Q, where D_f(P || Q) = integral of q(x) f(p(x) / q(x)).

    Args:
        divergence: `"total_variation"`, `"kl"`, `"reverse_kl"`, `"pearson"`, `"neyman"`, `"squared_hellinger"`,
            `"jeffrey"`, `"jensen_shannon"`, `"weighted_jensen_shannon"`, `"gan"` or `"alpha"`.
        parameter: float; pi in (0, 1) for `"weighted_jensen_shannon"`, alpha (neither 0 nor 1) for `"alpha"`, None for
            the others.
        saturating: whether G minimises the bound itself instead of maximising E[T(G(z))], the paper's Section 3.2.

    Formula:
        With T = g_f(v), v being D's output:
        d = -E[T(x)] + E[f*(T(G(z)))]
        g = -E[T(G(z))], or -E[f*(T(G(z)))] if saturating

    Deviations:
        Beyond e^30 exponentials and powers are continued by their tangents: no output makes an infinite gradient. For
        alpha > 1 the conjugate is that of f on u >= 0, constant below t = 1 / (1 - alpha), where the paper's formula is
        not defined. The paper's "JS" is twice the usual Jensen-Shannon divergence.

    Reference:
        Nowozin et al., 2016, f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization,
        arXiv:1606.00709, Equations 4 to 7, Tables 1, 2 and (for all rows) the appendix.

    Raises:
        ValueError: if the divergence is unknown, or its parameter is missing, superfluous or out of range.

    Example:
        ```python
        loss = losses.FDivergenceLoss("kl")
        float(loss.discriminator_loss(np.zeros((4, 1)), np.zeros((4, 1))))  # np.exp(-1)
        ```
    """

    boundary = None  # T has one, f'(1); the output that it belongs to is another one for each divergence

    def __init__(self, divergence, parameter=None, saturating=False):
        self.row = DIVERGENCES[divergence](parameter)
        self.divergence = divergence
        self.parameter = parameter
        self.saturating = saturating

    @property
    def threshold(self):
        """f'(1): where T(x) is above it, D takes x for real."""
        return self.row.threshold

    def activation(self, output):
        """g_f: maps D's outputs to T, in the domain of f*."""
        return self.row.activation(as_float32(output))

    def conjugate(self, output):
        """f*(g_f(v)): what D pays for its outputs v on generated examples."""
        return self.row.conjugate(as_float32(output))

    def discriminator_loss(self, real_output, fake_output):
        """Minus the lower bound of the divergence; see the class."""
        return self.fake_loss(fake_output) - ops.mean(self.activation(real_output))

    def fake_loss(self, fake_output):
        """Mean of f*(T) on generated examples."""
        return ops.mean(self.conjugate(fake_output))

    def generator_loss(self, fake_output, real_output=None):
        """Minus the mean of T (or of f*(T)) on generated examples; `real_output` is not used."""
        return -ops.mean(self.conjugate(fake_output) if self.saturating else self.activation(fake_output))

    def get_config(self):
        return {"divergence": self.divergence, "parameter": self.parameter, "saturating": self.saturating}

    @classmethod
    def examples(cls):
        """All rows of the table; D's loss has the term of the saturating G."""
        parameters = {"weighted_jensen_shannon": (0.01, 0.99), "alpha": (-10.0, 0.5, 0.99, 1.01, 1.5, 50.0)}
        return [cls(name, parameter) for name in DIVERGENCES for parameter in parameters.get(name, (None,))]


def _exp(x):
    return ops.exp(ops.minimum(x, STEEPEST)) * (1.0 + ops.relu(x - STEEPEST))


def _power(x, exponent):
    bend = math.exp(STEEPEST / exponent)
    tangent = exponent * bend ** (exponent - 1.0) * ops.relu(x - bend)
    return ops.power(ops.minimum(x, bend), exponent) + tangent


def _log_sigmoid(x):
    return -ops.softplus(-x)


def _log_softplus(x):
    """log(log(1 + e^x)), which is about x where e^x is lost beside 1."""
    small = x < -15.0
    return ops.where(small, x, ops.log(ops.softplus(ops.where(small, 0.0, x))))


def _log_of_one_minus_exp_of_minus(a, log_a):
    """log(1 - e^-a) for a > 0, given log(a) too, which is the answer where a is small."""
    small = a < 1e-4
    return ops.where(small, log_a - 0.5 * a, ops.log(-ops.expm1(-ops.where(small, 1.0, a))))


def _wright_omega(x):
    """The w > 0 with w + log w = x, by Newton's method on log w, whose gradient is that of the last step."""
    y = ops.where(x > 1.0, ops.log(ops.maximum(x, 1.0)), ops.minimum(x, 1.0) - 1.0)
    for _ in range(6):
        w = ops.exp(y)
        y = y - (w + y - x) / (w + 1.0)
    return y


def _fixed(name, activation, conjugate, threshold):
    """Registers a row without a parameter."""

    def row(parameter):
        if parameter is not None:
            raise ValueError(f"Expected no `parameter` for the divergence {name!r}. Received: {parameter!r}.")
        return Row(activation, conjugate, threshold)

    DIVERGENCES.register(row, name)


def _jeffrey_conjugate(v):
    # f*(t) = W + 1/W + t - 2 with W = W(e^(1-t)) of Lambert; log W = 1 - t - W.
    log_w = _wright_omega(1.0 - v)
    return _exp(log_w) + _exp(-log_w) + v - 2.0


_fixed("total_variation", lambda v: 0.5 * ops.tanh(v), lambda v: 0.5 * ops.tanh(v), 0.0)
_fixed("kl", lambda v: v, lambda v: _exp(v - 1.0), 1.0)
_fixed("reverse_kl", lambda v: -_exp(-v), lambda v: v - 1.0, -1.0)
_fixed("pearson", lambda v: v, lambda v: 0.25 * ops.square(v) + v, 0.0)
_fixed("neyman", lambda v: 1.0 - _exp(-v), lambda v: 2.0 - 2.0 * _exp(-0.5 * v), 0.0)
_fixed("squared_hellinger", lambda v: 1.0 - _exp(-v), lambda v: _exp(v) - 1.0, 0.0)
_fixed("jeffrey", lambda v: v, _jeffrey_conjugate, 0.0)
_fixed("jensen_shannon", lambda v: math.log(2) + _log_sigmoid(v), lambda v: ops.softplus(v) - math.log(2), 0.0)
_fixed("gan", _log_sigmoid, ops.softplus, -math.log(2))


def _weighted_jensen_shannon(parameter):
    if parameter is None or not 0 < parameter < 1:
        raise ValueError(
            f"Expected `parameter`, the pi of 'weighted_jensen_shannon', in (0, 1). Received: {parameter!r}."
        )
    pi = parameter

    def conjugate(v):
        a, log_a = ops.softplus(-v) / pi, _log_softplus(-v) - math.log(pi)
        return (1 - pi) * (math.log(1 - pi) - _log_of_one_minus_exp_of_minus(a, log_a))

    return Row(lambda v: -pi * math.log(pi) + _log_sigmoid(v), conjugate, 0.0)


def _alpha(parameter):
    if parameter is None or parameter in (0, 1):
        raise ValueError(f"Expected `parameter`, the alpha of 'alpha', neither 0 nor 1. Received: {parameter!r}.")
    alpha, exponent = parameter, parameter / (parameter - 1)

    def conjugate_below_one(v):
        return (_exp(exponent * (math.log(1 - alpha) + _log_softplus(-v))) - 1.0) / alpha

    def conjugate_above_one(v):
        return (_power(ops.relu(1.0 + (alpha - 1) * v), exponent) - 1.0) / alpha

    if alpha > 1:
        return Row(lambda v: v, conjugate_above_one, 0.0)
    return Row(lambda v: 1 / (1 - alpha) + _log_sigmoid(v), conjugate_below_one, 0.0)


DIVERGENCES.register(_weighted_jensen_shannon, "weighted_jensen_shannon")
DIVERGENCES.register(_alpha, "alpha")
