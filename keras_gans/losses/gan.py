"""The course's GANLoss: binary cross-entropy for both players, with the tricks that are played on its targets."""

import keras
from keras import ops

from keras_gans.engine import replica_rows
from keras_gans.losses.adversarial import LOSSES, AdversarialLoss, as_float32
from keras_gans.losses.terms import binary_cross_entropy

__all__ = ["GANLoss"]


@keras.saving.register_keras_serializable("keras_gans")
class GANLoss(AdversarialLoss):
    """Binary cross-entropy of the discriminator and of the generator.

    D is a classifier: 1 on real examples, 0 on generated ones. G wants D to answer 1 (the non-saturating loss), or,
    with `saturating=True`, plays the minimax game itself, whose gradient vanishes where D is sure.

    Args:
        from_logits: whether D returns logits. With False D returns probabilities in [0, 1].
        smoothing: s in [0, 1), how far targets move. Two-sided as Keras' `label_smoothing`, in all three terms: 1
            becomes 1 - s/2, for G too, and 0 becomes s/2. 0 is the plain loss.
        one_sided: whether to move D's target on real examples only, to 1 - s.
        noisy_labels: None, or a pair of ranges ((low, high), (low, high)) from which D's targets on real and on
            generated examples are drawn per score, uniformly; the course's are ((0.7, 1.2), (0.0, 0.3)). G's stays 1.
        saturating: whether G minimises log(1 - D(G(z))) instead of -log D(G(z)). With two-sided smoothing it
            minimises minus D's own smoothed term, so that one still wins what the other loses; but where D(G(z)) is
            below s/2, which is less than D wants, that pushes G to look even less real. `one_sided` has no such place.
        seed: int, seed of the noisy labels.

    Formula:
        With CE(t, p) = -t log p - (1 - t) log(1 - p):
        d = E[CE(t_r, D(x))] + E[CE(t_f, D(G(z)))]
        g = E[CE(t_g, D(G(z)))], or -E[CE(1 - t_g, D(G(z)))] if saturating
        where t_r = t_g = 1 and t_f = 0; two-sided t_r = t_g = 1 - s/2 and t_f = s/2; one-sided t_r = 1 - s; noisy
        t_r and t_f are drawn.

    Deviations:
        Goodfellow et al. write the sum of D's two terms with the opposite sign, to be maximised. Salimans et al. leave
        G's target at 1; two-sided smoothing is the course's, one smoothed cross-entropy for all three terms.
        Probabilities are clipped to [1e-7, 1 - 1e-7], as in Keras' own cross-entropy: where a sigmoid's logit is beyond
        16.1 either way, the gradient is 0. With logits it never is.

    Reference:
        Goodfellow et al., 2014, Generative Adversarial Networks, arXiv:1406.2661, Equation 1 and Algorithm 1 (the
        non-saturating loss: Section 3). One-sided smoothing: Salimans et al., 2016, Improved Techniques for Training
        GANs, arXiv:1606.03498, Section 3.4. Noisy labels: Chintala et al., 2016, How to train a GAN, trick 6.

    Raises:
        ValueError: if an argument is out of its range, or smoothing and noisy labels are asked for together.

    Example:
        ```python
        real, fake = np.array([-5.0, 1.4, 12.5, 2.7]), np.array([10.0, 4.4, -5.5, 3.6])
        loss = losses.GANLoss(smoothing=0.2)
        float(loss.discriminator_loss(real, fake))  # 5.811366
        float(loss.generator_loss(fake))  # 1.698321
        ```
    """

    def __init__(self, from_logits=True, smoothing=0.0, one_sided=False, noisy_labels=None, saturating=False, seed=0):
        if not 0 <= smoothing < 1:
            raise ValueError(f"Expected `smoothing` in [0, 1). Received: {smoothing!r}.")
        if one_sided and not smoothing:
            raise ValueError(f"Expected `smoothing` above 0 with `one_sided=True`. Received: smoothing={smoothing!r}.")
        if noisy_labels is not None:
            _check_ranges(noisy_labels)
            if smoothing:
                raise ValueError(
                    "Expected `smoothing` or `noisy_labels`, not both, since each sets the targets. "
                    f"Received: smoothing={smoothing!r}, noisy_labels={noisy_labels!r}."
                )
            noisy_labels = tuple((float(low), float(high)) for low, high in noisy_labels)
        self.from_logits = from_logits
        self.smoothing = smoothing
        self.one_sided = one_sided
        self.noisy_labels = noisy_labels
        self.saturating = saturating
        self.seed = seed
        self.seed_generator = None if noisy_labels is None else keras.random.SeedGenerator(seed)

    @property
    def boundary(self):
        """The logit 0, or the probability 1/2."""
        return 0.0 if self.from_logits else 0.5

    def discriminator_loss(self, real_output, fake_output):
        """Cross-entropy on real plus cross-entropy on generated scores; see the class."""
        real_output = as_float32(real_output)
        return self._cross_entropy(self._real_target(real_output), real_output) + self.fake_loss(fake_output)

    def fake_loss(self, fake_output):
        """Cross-entropy on generated scores."""
        fake_output = as_float32(fake_output)
        return self._cross_entropy(self._fake_target(fake_output), fake_output)

    def generator_loss(self, fake_output, real_output=None):
        """Cross-entropy of generated scores with G's target, or minus that with D's; `real_output` is not used."""
        fake_output = as_float32(fake_output)
        if self.saturating:
            return -self._cross_entropy(self._low, fake_output)
        return self._cross_entropy(1.0 - self._low, fake_output)

    def get_config(self):
        return {
            "from_logits": self.from_logits,
            "smoothing": self.smoothing,
            "one_sided": self.one_sided,
            "noisy_labels": self.noisy_labels,
            "saturating": self.saturating,
            "seed": self.seed,
        }

    @property
    def _low(self):
        """The target that is 0 without smoothing."""
        return 0.0 if self.one_sided else self.smoothing / 2

    def _real_target(self, output):
        if self.noisy_labels is not None:
            return self._draw(ops.shape(output), *self.noisy_labels[0])
        return 1.0 - (self.smoothing if self.one_sided else self.smoothing / 2)

    def _fake_target(self, output):
        return self._low if self.noisy_labels is None else self._draw(ops.shape(output), *self.noisy_labels[1])

    @classmethod
    def examples(cls):
        """The plain loss, and each trick."""
        noisy = cls(noisy_labels=((0.7, 1.2), (0.0, 0.3)))
        saturating = [cls(saturating=True), cls(smoothing=0.1, saturating=True)]
        return [cls(), cls(smoothing=0.1), cls(smoothing=0.1, one_sided=True), noisy, *saturating]

    def _draw(self, shape, low, high):
        def draw(rows):
            return keras.random.uniform((rows, *shape[1:]), low, high, dtype="float32", seed=self.seed_generator)

        return replica_rows(draw, shape[0])

    def _cross_entropy(self, target, output):
        # With logits: -t log sigmoid(l) - (1 - t) log(1 - sigmoid(l)) = softplus(l) - t l, stable and right for any t.
        if self.from_logits:
            return binary_cross_entropy(target, output)
        output = ops.clip(output, keras.config.epsilon(), 1.0 - keras.config.epsilon())
        return -ops.mean(target * ops.log(output) + (1.0 - target) * ops.log(1.0 - output))


LOSSES.register(GANLoss, "gan")


def _check_ranges(ranges):
    try:
        ((a, b), (c, d)) = ranges
        ordered = a <= b and c <= d
    except (TypeError, ValueError):
        ordered = False
    if not ordered:
        raise ValueError(
            "Expected `noisy_labels` as two ranges, ((low, high) for real, (low, high) for generated). "
            f"Received: {ranges!r}."
        )
