"""What a VAE's bound is made of, in nats: sums over the numbers of an example, means over the examples."""

import abc
import math

import keras
from keras import ops

from keras_gans.engine import all_rows
from keras_gans.losses.adversarial import as_float32
from keras_gans.registry import Registry

__all__ = ["LIKELIHOODS", "BernoulliLikelihood", "GaussianLikelihood", "Likelihood", "gaussian_kl"]

LIKELIHOODS = Registry("likelihood")
LEAST = 1e-6  # distance of a probability from 0 and 1
LEAST_VARIANCE = 1e-8
MOST = 20.0  # magnitude of a variance's logarithm: beyond it an exponential is the end of a training


def gaussian_kl(mean, log_variance):
    """Kullback-Leibler divergence of diagonal normal distributions from the standard one, the mean over examples.

    Args:
        mean: float tensor (N, d).
        log_variance: float tensor (N, d), logarithms of variances, neither of variances nor of deviations.

    Returns:
        float32 scalar, in nats, at least 0.

    Formula:
        1/2 sum over d of (mean^2 + variance - 1 - log variance)

    Deviations:
        Logarithms of variances are kept within 20 of 0, see `bounded`.

    Reference:
        Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Appendix B.

    Example:
        ```python
        float(losses.gaussian_kl([[1.0, -0.5]], np.log([[0.25, 2.0]])))  # 1.0965736
        ```
    """
    mean, log_variance = as_float32(mean), bounded(log_variance)
    terms = ops.square(mean) + ops.exp(log_variance) - 1.0 - log_variance
    return 0.5 * ops.mean(ops.sum(terms, axis=-1))


def bounded(log_variance):
    """Keeps logarithms of variances within 20 of 0, float32: the variance of a runaway encoder would be infinite."""
    return ops.clip(as_float32(log_variance), -MOST, MOST)


class Likelihood(abc.ABC):
    """How likely examples are under what a decoder says of them."""

    @abc.abstractmethod
    def loss(self, x, rebuilt):
        """Minus the logarithm of the likelihood, summed over the numbers of an example, the mean over examples.

        Args:
            x: float tensor (N, ...), examples.
            rebuilt: float tensor (N, ...), what the decoder made of their latents.

        Returns:
            float32 scalar, in nats.
        """

    @abc.abstractmethod
    def get_config(self):
        """Returns the constructor's arguments as a dict."""

    @classmethod
    def from_config(cls, config):
        """Makes the likelihood from what `get_config` returned."""
        return cls(**config)


@keras.saving.register_keras_serializable("keras_gans")
class BernoulliLikelihood(Likelihood):
    """Pixels in [-1, 1] as chances of white, which the decoder gives in [-1, 1], too.

    Formula:
        - sum of t log p + (1 - t) log(1 - p), with t = (x + 1) / 2 and p = (rebuilt + 1) / 2

    Deviations:
        Chances are kept 1e-6 away from 0 and 1. A grey pixel is no outcome of a Bernoulli variable: as in most code,
        the cross-entropy is taken nevertheless.

    Reference:
        Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Appendix C.1.

    Example:
        ```python
        float(losses.BernoulliLikelihood().loss([[1.0, -1.0]], [[0.0, 0.0]]))  # 1.3862944
        ```
    """

    def loss(self, x, rebuilt):
        """See `Likelihood.loss`."""
        target, chance = (0.5 * (as_float32(values) + 1.0) for values in (x, rebuilt))
        chance = ops.clip(chance, LEAST, 1.0 - LEAST)
        return -_mean_of_sums(target * ops.log(chance) + (1.0 - target) * ops.log(1.0 - chance))

    def get_config(self):
        return {}


@keras.saving.register_keras_serializable("keras_gans")
class GaussianLikelihood(Likelihood):
    """Numbers that are normally distributed around what the decoder makes, all with one deviation.

    Args:
        std: float above 0, the deviation; None for that which makes the batch most likely, the root of its mean squared
            error ("calibrated"), through which gradients flow; the batch is the whole one, whatever devices share it.

    Formula:
        sum of (x - rebuilt)^2 / (2 std^2) + 1/2 log(2 pi std^2)

    Deviations:
        A calibrated variance is at least 1e-8.

    Reference:
        Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Appendix C.2. Rybkin, Daniilidis,
        Levine, 2021, Simple and Effective VAE Training with Calibrated Decoders, arXiv:2006.13202 (std=None).

    Raises:
        ValueError: if the deviation is not above 0.

    Example:
        ```python
        x, rebuilt = [[0.2, -0.4, 1.0]], [[0.0, -0.5, 0.5]]
        float(losses.GaussianLikelihood(std=0.5).loss(x, rebuilt))  # 1.2773741
        ```
    """

    def __init__(self, std=1.0):
        if std is not None and not std > 0:
            raise ValueError(f"Expected `std` above 0, or None. Received: {std!r}.")
        self.std = std

    def loss(self, x, rebuilt):
        """See `Likelihood.loss`."""
        squares = ops.square(as_float32(x) - as_float32(rebuilt))
        variance = ops.maximum(ops.mean(all_rows(squares)), LEAST_VARIANCE) if self.std is None else self.std**2
        return _mean_of_sums(0.5 * (squares / variance + ops.log(2.0 * math.pi * variance)))

    def get_config(self):
        return {"std": self.std}


def _mean_of_sums(values):
    """Sums over the numbers of an example, (N, ...), and the mean over examples."""
    return ops.mean(ops.sum(ops.reshape(values, (ops.shape(values)[0], -1)), axis=-1))


LIKELIHOODS.register(BernoulliLikelihood, "bernoulli")
LIKELIHOODS.register(GaussianLikelihood, "gaussian")
