"""The hinge loss of geometric GAN, SAGAN and BigGAN: D is left alone where it is right by a margin."""

import keras
from keras import ops

from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, as_float32

__all__ = ["HingeLoss"]


@keras.saving.register_keras_serializable("keras_gans")
class HingeLoss(AdversarialLoss):
    """Hinge loss for D, a linear loss for G.

    Formula:
        d = E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))]
        g = -E[D(G(z))]

    Deviations:
        none

    Reference:
        Lim and Ye, 2017, Geometric GAN, arXiv:1705.02894; Miyato et al., 2018, Spectral Normalization for Generative
        Adversarial Networks, arXiv:1802.05957, Equations 16 and 17.

    Example:
        ```python
        real, fake = np.array([[2.0], [0.5]]), np.array([[-3.0], [0.0]])
        loss = losses.HingeLoss()
        float(loss.discriminator_loss(real, fake))  # 0.5 / 2 + 1.0 / 2
        float(loss.generator_loss(fake))  # 1.5
        ```
    """

    def discriminator_loss(self, real_output, fake_output):
        """By how much real scores miss 1 and generated ones -1; see the class."""
        return ops.mean(ops.relu(1.0 - as_float32(real_output))) + self.fake_loss(fake_output)

    def fake_loss(self, fake_output):
        """By how much generated scores miss -1."""
        return ops.mean(ops.relu(1.0 + as_float32(fake_output)))

    def generator_loss(self, fake_output, real_output=None):
        """Minus the mean of generated scores; `real_output` is not used."""
        return -ops.mean(as_float32(fake_output))

    def get_config(self):
        return {}


LOSSES.register(HingeLoss, "hinge")
