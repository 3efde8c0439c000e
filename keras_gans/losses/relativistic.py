"""Relativistic losses: D judges whether a real example is more real than a generated one, and G plays both sides."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.losses import adversarial
from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, as_float32
from keras_gans.losses.gan import GANLoss

__all__ = ["RelativisticLoss"]


@keras.saving.register_keras_serializable("keras_gans")
class RelativisticLoss(AdversarialLoss):
    """Makes a loss relativistic: it is computed on differences of scores, and G minimises it with the roles exchanged.

    Args:
        base: `AdversarialLoss` or its name, of which only the discriminator's loss is used. The default gives RaSGAN
            or RSGAN; `HingeLoss()` gives RaHinge; `LeastSquaresLoss(a=-1, b=1)` gives RaLSGAN.
        average: whether scores are compared with the mean score of the other kind (the paper's "average" losses), or
            the i-th real with the i-th generated one.

    Formula:
        With base.discriminator_loss(r, f) = E[f1(r)] + E[f2(f)] and C the critic's outputs, r real and f generated:
        average: d = E[f1(C(r) - E C(f))] + E[f2(C(f) - E C(r))],
                 g = E[f1(C(f) - E C(r))] + E[f2(C(r) - E C(f))].
        paired:  d = 1/2 E[f1(C(r) - C(f))] + 1/2 E[f2(C(f) - C(r))], and g with r and f exchanged; where
                 f2(-y) = f1(y), as for GANLoss, that is E[f1(C(r) - C(f))].

    Deviations:
        The paper's squares for RaLSGAN have no factor 1/2, LeastSquaresLoss has it. The 1/2 of the paired form makes
        of the paper's general form its RSGAN.

    Reference:
        Jolicoeur-Martineau, 2018, The relativistic discriminator: a key element missing from standard GAN,
        arXiv:1807.00734, Sections 4.1 and 4.2; RaLSGAN and RaHingeGAN: Appendix.

    Raises:
        ValueError: if the base is a GANLoss of probabilities or with any of its tricks, whose targets belong to D.

    Example:
        ```python
        loss, scores = losses.RelativisticLoss("hinge"), np.array([[7.0], [7.0]])
        float(loss.discriminator_loss(scores, scores))  # 2.0
        float(loss.discriminator_loss(scores + 1, scores))  # 0.0
        ```
    """

    needs_real = True
    boundary = None

    def __init__(self, base="gan", average=True):
        self.base = adversarial.get(base)
        self.average = average
        if isinstance(self.base, GANLoss) and self.base.get_config() != GANLoss(seed=self.base.seed).get_config():
            raise ValueError(
                "Expected a base loss of logits without smoothing, noisy labels or saturation, since G minimises it "
                f"too. Received: GANLoss({self.base.get_config()})."
            )

    def discriminator_loss(self, real_output, fake_output):
        """The base's loss on how much more real the real scores are; see the class."""
        real_output, fake_output = as_float32(real_output), as_float32(fake_output)
        if self.average:
            real_mean, fake_mean = (ops.mean(engine.all_rows(output)) for output in (real_output, fake_output))
            return self.base.discriminator_loss(real_output - fake_mean, fake_output - real_mean)
        return 0.5 * self.base.discriminator_loss(real_output - fake_output, fake_output - real_output)

    def generator_loss(self, fake_output, real_output=None):
        """The discriminator's loss with real and generated scores exchanged."""
        if real_output is None:
            raise ValueError("Expected `real_output` beside `fake_output`, which it is compared with. Received: None.")
        return self.discriminator_loss(fake_output, real_output)

    def get_config(self):
        return {"base": keras.saving.serialize_keras_object(self.base), "average": self.average}

    @classmethod
    def examples(cls):
        """Both forms of every loss that has a name."""
        return [cls(name, average) for name in LOSSES for average in (True, False)]


LOSSES.register(RelativisticLoss, "relativistic")
