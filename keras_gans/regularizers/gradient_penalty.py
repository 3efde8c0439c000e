"""Penalties on the norm of D's gradient: around 1 keeps a critic about 1-Lipschitz, around 0 makes a game converge."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.regularizers.penalty import EPSILON, Penalty, squared_gradient_norms, uniform_per_example

__all__ = ["DRAGAN", "GradientPenalty", "R1", "R2"]


@keras.saving.register_keras_serializable("keras_gans")
class GradientPenalty(Penalty):
    """WGAN-GP's penalty: D's gradient has the norm `center` on lines between real and generated examples.

    Args:
        weight: float, lambda.
        center: float, the norm that is not penalised: 1 for a 1-Lipschitz critic, 0 for the zero-centred penalty of
            Thanh-Tung et al.
        one_sided: whether only norms above `center` are penalised, as in WGAN-LP.
        squared: whether the distance to `center` is squared. False with `one_sided=True` is max(0, norm - 1), as the
            courses' slides first write it.

    Formula:
        weight * E[(|grad D(x_hat)| - center)^2], or weight * E[max(0, |grad D(x_hat)| - center)^2] if one-sided, with
        x_hat = e x + (1 - e) G(z) and one e ~ U[0, 1] per example; the norm is over all axes but the first.

    Deviations:
        1e-12 is added under the root, whose derivative at 0 is infinite.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, Equation 3 and Algorithm 1.
        One-sided: Petzka et al., 2017, On the regularization of Wasserstein GANs, arXiv:1709.08894. Zero-centred:
        Thanh-Tung et al., 2019, Improving Generalization and Stability of GANs, arXiv:1902.03984.

    Example:
        ```python
        points = np.zeros((4, 1), "float32")
        penalty = regularizers.GradientPenalty(weight=10.0)
        float(penalty(lambda x: 3.0 * x, points, points, seed=0))  # 10.0 * (3.0 - 1.0) ** 2
        ```
    """

    def __init__(self, weight=10.0, center=1.0, one_sided=False, squared=True):
        self.weight = weight
        self.center = center
        self.one_sided = one_sided
        self.squared = squared

    def __call__(self, discriminator, real, fake, seed):
        e = uniform_per_example(real, seed)
        return self._at(discriminator, e * real + (1.0 - e) * ops.cast(fake, "float32"))

    def get_config(self):
        return {
            "weight": self.weight,
            "center": self.center,
            "one_sided": self.one_sided,
            "squared": self.squared,
        }

    @classmethod
    def examples(cls):
        """Two-sided, zero-centred, one-sided and linear."""
        return [cls(), cls(center=0.0), cls(one_sided=True), cls(one_sided=True, squared=False)]

    def _at(self, discriminator, x):
        excess = ops.sqrt(squared_gradient_norms(discriminator, x) + EPSILON) - self.center
        excess = ops.relu(excess) if self.one_sided else excess
        return self.weight * ops.mean(ops.square(excess) if self.squared else ops.abs(excess))


@keras.saving.register_keras_serializable("keras_gans")
class DRAGAN(Penalty):
    """DRAGAN's penalty: D's gradient has the norm 1 around real examples only.

    Args:
        weight: float, lambda.
        center: float, k, the norm that is not penalised.
        scale: float, how far the perturbed examples lie, in standard deviations of the batch.

    Formula:
        weight * E[(|grad D(x + a d)| - center)^2], d = scale * std(x) * u, with one a ~ U[0, 1] per example, one
        u ~ U[0, 1] per number, and std over all numbers of the batch.

    Deviations:
        The paper perturbs by N(0, c I); this is the perturbation of the authors' code. 1e-12 is added under the
        root.

    Reference:
        Kodali et al., 2017, On Convergence and Stability of GANs, arXiv:1705.07215, Section 2.3 and Algorithm 1; the
        authors' code, github.com/kodalinaveen3/DRAGAN.

    Example:
        ```python
        points = np.zeros((4, 1), "float32")
        penalty = regularizers.DRAGAN(weight=10.0)
        float(penalty(lambda x: 3.0 * x, points, points, seed=0))  # 10.0 * (3.0 - 1.0) ** 2
        ```
    """

    def __init__(self, weight=10.0, center=1.0, scale=0.5):
        self.weight = weight
        self.center = center
        self.scale = scale

    def __call__(self, discriminator, real, fake, seed):
        def noise(rows):
            return keras.random.uniform((rows, *real.shape[1:]), dtype="float32", seed=seed)

        a = uniform_per_example(real, seed)
        direction = self.scale * ops.std(engine.all_rows(real)) * engine.replica_rows(noise, ops.shape(real)[0])
        norms = ops.sqrt(squared_gradient_norms(discriminator, real + a * direction) + EPSILON)
        return self.weight * ops.mean(ops.square(norms - self.center))

    def get_config(self):
        return {"weight": self.weight, "center": self.center, "scale": self.scale}


@keras.saving.register_keras_serializable("keras_gans")
class R1(Penalty):
    """Zero-centred penalty on D's gradient at real examples.

    Args:
        gamma: float, twice the factor of the squared norm.

    Formula:
        gamma/2 * E[|grad D(x)|^2]

    Deviations:
        none

    Reference:
        Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?, arXiv:1801.04406, Equation 9.

    Example:
        ```python
        points = np.zeros((4, 1), "float32")
        penalty = regularizers.R1(gamma=10.0)
        float(penalty(lambda x: 3.0 * x, points, points, seed=0))  # 10.0 / 2 * 3.0**2
        ```
    """

    def __init__(self, gamma=10.0):
        self.gamma = gamma

    def __call__(self, discriminator, real, fake, seed):
        return 0.5 * self.gamma * ops.mean(squared_gradient_norms(discriminator, real))

    def get_config(self):
        return {"gamma": self.gamma}


@keras.saving.register_keras_serializable("keras_gans")
class R2(Penalty):
    """Zero-centred penalty on D's gradient at generated examples.

    Args:
        gamma: float, twice the factor of the squared norm.

    Formula:
        gamma/2 * E[|grad D(G(z))|^2]

    Deviations:
        none

    Reference:
        Mescheder et al., 2018, Which Training Methods for GANs do actually Converge?, arXiv:1801.04406, Section 4.1.

    Example:
        ```python
        points = np.zeros((4, 1), "float32")
        penalty = regularizers.R2(gamma=10.0)
        float(penalty(lambda x: 3.0 * x, points, points, seed=0))  # 10.0 / 2 * 3.0**2
        ```
    """

    def __init__(self, gamma=10.0):
        self.gamma = gamma

    def __call__(self, discriminator, real, fake, seed):
        return 0.5 * self.gamma * ops.mean(squared_gradient_norms(discriminator, fake))

    def get_config(self):
        return {"gamma": self.gamma}
