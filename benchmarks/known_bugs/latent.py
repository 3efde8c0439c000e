"""Mistakes in models with latent variables and without an adversary."""

import math

import keras
import numpy as np

from benchmarks.known_bugs.common import BUGS, GREY, RIGHT, WRONG, digits, frame, label, said
from keras_gans import losses, networks, recipes

SHAPE = (16, 16, 1)


def vae(std, passes):
    """A VAE of digits with a Gaussian likelihood; its KL after each pass, and how much each latent's mean varies."""
    keras.utils.set_random_seed(0)
    body = networks.mlp.discriminator(SHAPE, width=128, depth=1)
    encoder = networks.autoencoder.encoder(body, 16, heads=2)
    decoder = networks.mlp.generator(SHAPE, 16, width=128, depth=1)
    model = recipes.vae(SHAPE, 16, 0, encoder, decoder, likelihood=losses.GaussianLikelihood(std))
    told = model.fit(digits(), batch_size=64, epochs=passes, verbose=0).history["kl"]
    return told, np.sort(model.encode(digits()).std(axis=0))[::-1]


@BUGS.register
def hidden_beta():
    """The divergence over passes, and which latents say anything; averaging over pixels is a deviation of 11."""
    figure, (left, right) = frame()
    ways = {"right: squares summed": (1.0, RIGHT), "wrong: squares averaged": (math.sqrt(math.prod(SHAPE) / 2), WRONG)}
    found = {}
    for name, (std, color) in ways.items():
        told, spread = vae(std, 40)
        left.plot(range(1, 41), told, color=color, label=name)
        right.plot(range(1, 17), spread, ".", color=color)
        found[name] = told[-1], int((spread > 0.1).sum())
    right.axhline(0.1, color=GREY, linewidth=0.8, linestyle=":")
    label(left, "KL of a digit, nats", "pass", "")
    label(right, "deviation of the mean over digits", "latent, sorted", "")
    (kl, active), (wrong_kl, wrong_active) = found.values()
    return said(
        figure,
        f"Summed, {active} of 16 latents vary, at {kl:.1f} nats a digit; averaged {wrong_active}, at {wrong_kl:.3f}",
    )
