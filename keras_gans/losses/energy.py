"""EBGAN's loss: D gives energies, low where data are, and is left alone where generated ones lie above a margin."""

import keras
from keras import ops

from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, as_float32

__all__ = ["EnergyLoss"]


@keras.saving.register_keras_serializable("keras_gans")
class EnergyLoss(AdversarialLoss):
    """Energies with a margin; D's output is minus the energy E, so that it rises with realness as every other does.

    Args:
        margin: float, above 0: the energy from which on D lets generated examples be. It has the unit of the energy:
            one that is small beside the spread of the data lets the generator collapse.

    Formula:
        d = E[E(x)] + E[max(0, margin - E(G(z)))]
        g = E[E(G(z))]

    Deviations:
        none from the paper, whose hinge is of each example. Some well-known code takes it of the batch's mean.

    Reference:
        Zhao, Mathieu, LeCun, 2016, Energy-based Generative Adversarial Network, arXiv:1609.03126, Equations 1 and 2.

    Raises:
        ValueError: if the margin is not above 0.

    Example:
        ```python
        real, fake = -np.array([[0.5], [1.5]]), -np.array([[2.0], [12.0]])
        loss = losses.EnergyLoss(margin=10.0)
        float(loss.discriminator_loss(real, fake))  # 1.0 + 8.0 / 2
        float(loss.generator_loss(fake))  # 7.0
        ```
    """

    boundary = None

    def __init__(self, margin=10.0):
        if not margin > 0:
            raise ValueError(f"Expected `margin` above 0. Received: {margin!r}.")
        self.margin = margin

    def discriminator_loss(self, real_output, fake_output):
        """Mean energy of real examples, and by how much those of generated ones miss the margin."""
        return self.fake_loss(fake_output) - ops.mean(as_float32(real_output))

    def fake_loss(self, fake_output):
        """By how much the energies of generated examples miss the margin."""
        return ops.mean(ops.relu(self.margin + as_float32(fake_output)))

    def generator_loss(self, fake_output, real_output=None):
        """Mean energy of generated examples; `real_output` is not used."""
        return -ops.mean(as_float32(fake_output))

    def get_config(self):
        return {"margin": self.margin}


LOSSES.register(EnergyLoss, "energy")
