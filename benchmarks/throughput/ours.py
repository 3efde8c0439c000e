"""The package: `model.fit` as a user calls it, on arrays."""

import time

import keras

from benchmarks.throughput import networks
from benchmarks.throughput.rows import LATENTS
from keras_gans import losses, models, regularizers, schedules
from keras_gans.data import Examples

RSGAN = losses.RelativisticLoss(losses.GANLoss(), average=False)
GAMES = {  # row -> its model, made of networks, and arguments of `compile`
    "dcgan28": (lambda made: models.GAN(*made, LATENTS), {}),
    "dcgan64": (lambda made: models.GAN(*made, LATENTS), {}),
    "wgan_gp": (lambda made: models.WGANGP(*made, LATENTS), {}),
    "pix2pix128": (lambda made: models.Pix2Pix(*made), {}),
    "cyclegan64": (lambda made: models.CycleGAN(*made), {}),
    "progan64": (
        lambda made: models.GrowingGAN(*made, LATENTS),
        {"loss": losses.WassersteinLoss(drift=0.001), "penalties": [regularizers.GradientPenalty(10.0)]},
    ),
    "stylegan32": (
        lambda made: models.GrowingGAN(*made, LATENTS),
        {"loss": "gan", "penalties": [regularizers.R1(10.0)]},
    ),
    "sagan32": (lambda made: models.CGAN(*made, LATENTS, 10), {"loss": "hinge", "mismatched": False}),
    "biggan32": (lambda made: models.CGAN(*made, LATENTS, 10), {"loss": "hinge", "mismatched": False}),
    "acgan32": (lambda made: models.ACGAN(*made, LATENTS, 10), {}),
    "triplegan32": (
        lambda made: models.TripleGAN(*made, LATENTS, 10),
        {"pseudo": 0.9, "alpha_p": 0.1, "entropy": 0.3},
    ),
    "vae32": (lambda made: models.VAE(*made, LATENTS), {}),
    "began32": (lambda made: models.BEGAN(*made, LATENTS), {}),
    "r3gan32": (
        lambda made: models.GAN(*made, LATENTS),
        {"loss": RSGAN, "penalties": [regularizers.R1(0.05), regularizers.R2(0.05)]},
    ),
    "stargan32": (lambda made: models.StarGAN(*made, tuple("abcd")), {}),
    "srgan64": (lambda made: models.SRGAN(*made), {}),
}


class Ours(networks.OnModel):
    """A model of the package, trained by its `fit`.

    Args:
        name: string, the row's.
        optimizers: see `networks.OnKeras`.
        **arguments: more arguments of the model's `compile`.
    """

    def __init__(self, name, optimizers=None, **arguments):
        super().__init__(name, optimizers)
        make, constants = GAMES[name]
        self.model, side = make(self.networks), self.row.shape[0]
        if isinstance(self.model, models.GrowingGAN):
            arguments["phases"] = schedules.Growth(side, side, 1)
        if self.row.n_critic > 1 or isinstance(self.model, models.WGANGP | models.StarGAN):
            arguments["n_critic"] = self.row.n_critic
        self.model.compile(*self.adams, **constants, **arguments)

    def round(self, steps):
        """Trains so many steps; returns the seconds of it."""
        data = Examples(*self.row.data(steps), aligned=self.model.aligned)
        begin = time.perf_counter()
        self.model.fit(data, batch_size=self.row.batch, epochs=1, verbose=0)
        return time.perf_counter() - begin


def shared(name):
    """With the defaults: D and G move on the same fakes."""
    return Ours(name)


def fresh(name, optimizers=None):
    """With new fakes for G's move."""
    return Ours(name, optimizers, fresh_fakes=True)


def half(name):
    """In mixed_bfloat16, which processors with matrix units for it compute faster."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    return Ours(name)


def xla(name):
    """With the whole step compiled by XLA, which Keras does not do on a CPU unless it is told."""
    return Ours(name, jit_compile=True)
