"""Theory: what the game is about, in NumPy and SciPy: divergences, transport, Lipschitz constants, dynamics."""

from keras_gans.theory import dirac
from keras_gans.theory.divergences import (
    DIVERGENCES,
    Divergence,
    f_divergence,
    generator_function,
    js,
    kl,
    total_variation,
)
from keras_gans.theory.game import (
    ParallelSegments,
    energy_value,
    entropy,
    log_likelihood,
    optimal_discriminator,
    parallel_segments,
    value,
)
from keras_gans.theory.gaussian import LinearGaussian, linear_bound, principal_angles, probabilistic_pca
from keras_gans.theory.lipschitz import (
    PowerIteration,
    estimate_lipschitz,
    lipschitz_bound,
    lipschitz_constant,
    power_iteration,
)
from keras_gans.theory.transport import best_critic, earth_mover, transport_plan, wasserstein_1d

__all__ = [
    "DIVERGENCES",
    "Divergence",
    "LinearGaussian",
    "ParallelSegments",
    "PowerIteration",
    "best_critic",
    "dirac",
    "earth_mover",
    "energy_value",
    "entropy",
    "estimate_lipschitz",
    "f_divergence",
    "generator_function",
    "js",
    "kl",
    "linear_bound",
    "lipschitz_bound",
    "lipschitz_constant",
    "log_likelihood",
    "optimal_discriminator",
    "parallel_segments",
    "power_iteration",
    "principal_angles",
    "probabilistic_pca",
    "total_variation",
    "transport_plan",
    "value",
    "wasserstein_1d",
]
