"""Models: one file a game, each with one training step that reads like its paper's algorithm box."""

from keras_gans.models.acgan import ACGAN
from keras_gans.models.cgan import CGAN
from keras_gans.models.cyclegan import CycleGAN
from keras_gans.models.gan import GAN
from keras_gans.models.pix2pix import Pix2Pix
from keras_gans.models.two_headed_cgan import TwoHeadedCGAN
from keras_gans.models.wgan import WGAN
from keras_gans.models.wgan_gp import WGANGP
from keras_gans.training import AdversarialModel

__all__ = ["ACGAN", "CGAN", "GAN", "WGAN", "WGANGP", "AdversarialModel", "CycleGAN", "Pix2Pix", "TwoHeadedCGAN"]
