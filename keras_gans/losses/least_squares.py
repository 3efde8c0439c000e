"""LSGAN's loss: both players regress D's output on target values instead of classifying."""

import keras
from keras import ops

from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, as_float32

__all__ = ["LeastSquaresLoss"]


@keras.saving.register_keras_serializable("keras_gans")
class LeastSquaresLoss(AdversarialLoss):
    """Least squares between D's outputs and targets, which also moves samples that D already takes for real.

    Args:
        a: float, D's target on generated examples.
        b: float, D's target on real examples.
        c: float, the output that G wants from D on generated examples. a, b, c = 0, 1, 1 is the paper's Equation 9;
            with b - c = 1 and b - a = 2, e.g. -1, 1, 0, G minimises the Pearson chi-square divergence of p + q and 2q.

    Formula:
        d = 1/2 E[(D(x) - b)^2] + 1/2 E[(D(G(z)) - a)^2]
        g = 1/2 E[(D(G(z)) - c)^2]

    Deviations:
        none

    Reference:
        Mao et al., 2016, Least Squares Generative Adversarial Networks, arXiv:1611.04076, Equations 2, 8 and 9.

    Example:
        ```python
        real, fake = np.array([[2.0], [0.5]]), np.array([[-3.0], [0.0]])
        loss = losses.LeastSquaresLoss()
        float(loss.discriminator_loss(real, fake))  # (1.0 + 0.25) / 4 + 9.0 / 4
        float(loss.generator_loss(fake))  # (16.0 + 1.0) / 4
        ```
    """

    def __init__(self, a=0.0, b=1.0, c=1.0):
        self.a = a
        self.b = b
        self.c = c

    @property
    def boundary(self):
        """Midway between the two targets of D."""
        return (self.a + self.b) / 2

    def discriminator_loss(self, real_output, fake_output):
        """Half the squared distance of real scores to b plus that of generated ones to a; see the class."""
        return self._half_square(real_output, self.b) + self.fake_loss(fake_output)

    def fake_loss(self, fake_output):
        """Half the squared distance of generated scores to a."""
        return self._half_square(fake_output, self.a)

    def generator_loss(self, fake_output, real_output=None):
        """Half the squared distance of generated scores to c; `real_output` is not used."""
        return self._half_square(fake_output, self.c)

    def get_config(self):
        return {"a": self.a, "b": self.b, "c": self.c}

    def _half_square(self, output, target):
        return 0.5 * ops.mean(ops.square(as_float32(output) - target))


LOSSES.register(LeastSquaresLoss, "least_squares")
