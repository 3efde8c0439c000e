"""WGAN's loss: D is a critic whose mean difference between real and generated estimates the earth mover's distance."""

import keras
from keras import ops

from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, as_float32

__all__ = ["WassersteinLoss"]


@keras.saving.register_keras_serializable("keras_gans")
class WassersteinLoss(AdversarialLoss):
    """Difference of the critic's means on generated and on real examples.

    It means what its name says only for a critic that is kept (about) 1-Lipschitz: by `regularizers.ClipWeights`, by
    `regularizers.GradientPenalty` or by `layers.SpectralNormalization`. Then minus the critic's loss estimates, up to
    the critic's Lipschitz constant, the distance between real and generated: the courses' indicator of progress.

    Args:
        drift: float, the weight of a term that keeps the scores of real examples near 0, of which the loss else only
            knows the distance from those of generated ones.

    Formula:
        d = E[D(G(z))] - E[D(x)] + drift E[D(x)^2]
        g = -E[D(G(z))]

    Deviations:
        Algorithm 1 writes the critic's gradient with the opposite sign, to be ascended.

    Reference:
        Arjovsky et al., 2017, Wasserstein GAN, arXiv:1701.07875, Equation 2 and Algorithm 1. Drift: Karras et al.,
        2018, Progressive Growing of GANs for Improved Quality, Stability, and Variation, arXiv:1710.10196, App. A.1.

    Example:
        ```python
        real, fake = np.array([[2.0], [0.5]]), np.array([[-3.0], [0.0]])
        loss = losses.WassersteinLoss()
        float(loss.discriminator_loss(real, fake))  # -1.5 - 1.25
        float(loss.generator_loss(fake))  # 1.5
        ```
    """

    boundary = None

    def __init__(self, drift=0.0):
        self.drift = drift

    def discriminator_loss(self, real_output, fake_output):
        """Mean of generated scores minus that of real ones, and the drift; see the class."""
        real_output = as_float32(real_output)
        loss = self.fake_loss(fake_output) - ops.mean(real_output)
        return loss + self.drift * ops.mean(ops.square(real_output)) if self.drift else loss

    def fake_loss(self, fake_output):
        """Mean of generated scores."""
        return ops.mean(as_float32(fake_output))

    def generator_loss(self, fake_output, real_output=None):
        """Minus the mean of generated scores; `real_output` is not used."""
        return -ops.mean(as_float32(fake_output))

    def get_config(self):
        return {"drift": self.drift}

    @classmethod
    def examples(cls):
        """Without drift, and with ProGAN's."""
        return [cls(), cls(drift=0.001)]


LOSSES.register(WassersteinLoss, "wasserstein")
