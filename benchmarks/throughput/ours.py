"""The package: `model.fit` as a user calls it, on arrays."""

import time

import keras

from benchmarks.throughput import networks
from benchmarks.throughput.rows import LATENTS
from keras_gans import losses, models, regularizers, schedules

GROWN = {  # row -> arguments of `compile`
    "progan64": {"loss": losses.WassersteinLoss(drift=0.001), "penalties": [regularizers.GradientPenalty(10.0)]},
    "stylegan32": {"loss": "gan", "penalties": [regularizers.R1(10.0)]},
}


class Ours(networks.OnModel):
    """A model of the package, trained by its `fit`.

    Args:
        name: string, the row's.
        **arguments: more arguments of the model's `compile`.
    """

    def __init__(self, name, **arguments):
        super().__init__(name)
        made = self.networks
        if name == "wgan_gp":
            self.model, arguments["n_critic"] = models.WGANGP(*made, LATENTS), self.row.n_critic
        elif self.row.classes:
            self.model = models.CGAN(*made, LATENTS, self.row.classes)
            arguments |= {"loss": "hinge", "mismatched": False, "n_critic": self.row.n_critic}
        elif name == "pix2pix128":
            self.model = models.Pix2Pix(*made)
        elif name == "cyclegan64":
            self.model = models.CycleGAN(*made)
        elif name in GROWN:
            self.model, side = models.GrowingGAN(*made, LATENTS), self.row.shape[0]
            arguments |= {"phases": schedules.Growth(side, side, 1), **GROWN[name]}
        else:
            self.model = models.GAN(*made, LATENTS)
        self.model.compile(*self.adams, **arguments)

    def round(self, steps):
        """Trains so many steps; returns the seconds of it."""
        data = self.row.data(steps)
        begin = time.perf_counter()
        self.model.fit(*data, batch_size=self.row.batch, epochs=1, verbose=0)
        return time.perf_counter() - begin


def shared(name):
    """With the defaults: D and G move on the same fakes."""
    return Ours(name)


def fresh(name):
    """With new fakes for G's move."""
    return Ours(name, fresh_fakes=True)


def half(name):
    """In mixed_bfloat16, which processors with matrix units for it compute faster."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    return Ours(name)


def xla(name):
    """With the whole step compiled by XLA, which Keras does not do on a CPU unless it is told."""
    return Ours(name, jit_compile=True)
