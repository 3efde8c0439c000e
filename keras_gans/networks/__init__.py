"""Networks: functions only, which return built Keras models named "generator" and "discriminator"; one file a paper."""

from keras_gans.networks import dcgan, mlp, resnet

__all__ = ["dcgan", "mlp", "resnet"]
