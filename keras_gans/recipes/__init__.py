"""One function a paper: builds its networks and its model and compiles it with the paper's constants."""

from keras_gans.recipes.conditional import acgan, cgan, projection_gan
from keras_gans.recipes.cross_entropy import dcgan, fgan, gan, lsgan, mmgan, nsgan
from keras_gans.recipes.lipschitz import sngan, wgan, wgan_gp, wgan_lp
from keras_gans.recipes.registry import RECIPES, Recipe, table
from keras_gans.recipes.regularized import dragan, improved_gan, r1gan, ragan, rsgan
from keras_gans.recipes.translation import cyclegan, pix2pix

__all__ = [
    "RECIPES",
    "Recipe",
    "acgan",
    "cgan",
    "cyclegan",
    "dcgan",
    "dragan",
    "fgan",
    "gan",
    "improved_gan",
    "lsgan",
    "mmgan",
    "nsgan",
    "pix2pix",
    "projection_gan",
    "r1gan",
    "ragan",
    "rsgan",
    "sngan",
    "table",
    "wgan",
    "wgan_gp",
    "wgan_lp",
]
