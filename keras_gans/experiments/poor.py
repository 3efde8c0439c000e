"""Poor networks: a GAN needs a good generator network to learn, a Wasserstein GAN does not."""

import dataclasses

import keras
import numpy as np
from keras import layers
from matplotlib.figure import Figure

from keras_gans import data, engine, metrics, networks, recipes, visualization
from keras_gans.experiments.panels import panels

SHAPE, LATENTS, WIDTH = (16, 16, 1), 100, 16
BATCH, N_CRITIC = 32, 5
SAMPLES, DRAWN = 1000, 36  # pictures that are measured, and that are drawn
COMPONENTS = 30  # of the real digits, the features of the Frechet distance


@dataclasses.dataclass(frozen=True, eq=False)
class PoorNetworks:
    """What `poor_networks` measured.

    Args:
        frechet: dict of game -> float, the Frechet distance of the real and the generated digits' first 30 principal
            components. One half of the real digits is 0.6 from the other half, uniform grey about 100.
        variety: dict of game -> float, the mean distance of two generated digits, divided by that of two real ones.
        figure: `matplotlib.figure.Figure`, a panel for each game.
    """

    frechet: dict[str, float]
    variety: dict[str, float]
    figure: Figure


def poor_networks(steps=250, seed=0):
    """Trains a GAN and a WGAN with a good and with a poor generator, then WGAN-GP with the poor one, on digits.

    The poor generator has no batch norm and 16 filters at every layer. D is DCGAN's in the first four games, and gets
    five steps for each of G's in all of them, so that it is near its optimum, which is what WGAN's theory asks for and
    what starves a GAN. With the good generator the GAN bears it, with the poor one it does not learn in 250 steps (nor
    in 1,500). WGAN and WGAN-GP do.

    Not shown, but seen: with one step of D for each of G's, the GAN with the poor generator stays behind as well for
    500 steps, but has learned after 1,000. What WGAN frees from is the care for that balance.

    Args:
        steps: int, updates of G; at least this many, in whole passes over the 1,797 digits (11 steps each).
        seed: int, seed of the weights, the latents and the order of the data.

    Returns:
        `PoorNetworks`.

    Deviations:
        scikit-learn's digits at 16x16 instead of LSUN's bedrooms, and small networks: 16 filters in all layers against
        16 and 32. Learning rates are larger than the papers', so that 250 steps suffice: Adam(1e-3, 0.5) for the GANs;
        RMSprop(1e-3) and c = 0.02 for WGAN (the paper: 5e-5 and 0.01); Adam(1e-3, 0, 0.9) for WGAN-GP (the paper:
        1e-4). WGAN-GP's critic has no batch norm, as its penalty demands. The paper judges by eye.

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875, Section 4.3, Figures 5 and 6 (the poor
        generator). Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028.
    """
    digits = data.load("digits", image_size=SHAPE[0])
    passes = -(-steps // (len(digits) // (BATCH * N_CRITIC)))
    look, frechet, variety, pictures = _main_components(digits), {}, {}, {}
    for name, (recipe, generator, arguments) in _games().items():
        with engine.seeded(seed):
            model = recipe(SHAPE, LATENTS, seed, generator=generator(), n_critic=N_CRITIC, **arguments())
        model.fit(digits, batch_size=BATCH, epochs=passes, verbose=0)
        samples = model.generate(SAMPLES, seed=seed)
        frechet[name] = metrics.frechet_distance(look(digits), look(samples))
        variety[name] = _mean_distance(samples) / _mean_distance(digits)
        title = f"{name}\nFréchet {frechet[name]:.1f}, variety {variety[name]:.0%}"
        pictures[title] = visualization.image_grid(samples[:DRAWN], cell=64)
    heading = "Poor: no batch norm, 16 filters in every layer. Five steps of D for each of G in all five games."
    return PoorNetworks(frechet, variety, panels([(heading, pictures)]))


def _games():
    """Name -> the recipe, a function that builds G, a function that builds the other arguments."""

    def arguments(optimizer, batch_norm=True, **constants):
        def make():
            discriminator = networks.dcgan.discriminator(SHAPE, width=WIDTH, batch_norm=batch_norm)
            return dict(discriminator=discriminator, d_optimizer=optimizer(), g_optimizer=optimizer(), **constants)

        return make

    gan = arguments(lambda: keras.optimizers.Adam(1e-3, beta_1=0.5))
    wgan = arguments(lambda: keras.optimizers.RMSprop(1e-3), c=0.02)
    wgan_gp = arguments(lambda: keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.9), batch_norm=False)
    return {
        "GAN, good generator": (recipes.dcgan, _good_generator, gan),
        "GAN, poor generator": (recipes.dcgan, _poor_generator, gan),
        "WGAN, good generator": (recipes.wgan, _good_generator, wgan),
        "WGAN, poor generator": (recipes.wgan, _poor_generator, wgan),
        "WGAN-GP, poor generator": (recipes.wgan_gp, _poor_generator, wgan_gp),
    }


def _good_generator():
    return networks.dcgan.generator(SHAPE, LATENTS, width=WIDTH)


def _poor_generator():
    """The good one without batch norm, and with as many filters at 4x4 as at 8x8."""
    normal = {"kernel_initializer": keras.initializers.RandomNormal(0.0, 0.02)}
    up = {"kernel_size": 5, "strides": 2, "padding": "same", **normal}
    return keras.Sequential(
        [
            keras.Input((LATENTS,)),
            layers.Dense(4 * 4 * WIDTH, **normal),
            layers.LeakyReLU(0.2),
            layers.Reshape((4, 4, WIDTH)),
            layers.Conv2DTranspose(WIDTH, **up),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(SHAPE[-1], activation="tanh", **up),
        ],
        name="generator",
    )


def _main_components(digits):
    """A function from pictures to their shares of the digits' main components."""
    rows = digits.reshape(len(digits), -1)
    _, _, components = np.linalg.svd(rows - rows.mean(axis=0, dtype="float64"), full_matrices=False)
    return lambda images: images.reshape(len(images), -1) @ components[:COMPONENTS].T


def _mean_distance(images):
    """Mean Euclidean distance of two different pictures."""
    return metrics.pairwise_diversity(images.reshape(len(images), -1))
