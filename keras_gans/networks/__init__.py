"""Networks: functions only, which return built Keras models named "generator" and "discriminator"; one file a paper."""

from keras_gans.networks import acgan, cgan, cyclegan, dcgan, mlp, pix2pix, projection, resnet

__all__ = ["acgan", "cgan", "cyclegan", "dcgan", "mlp", "pix2pix", "projection", "resnet"]
