"""Networks: functions only, which return built Keras models named "generator" and "discriminator"; one file a paper."""

from keras_gans.registry import modules

__all__ = [name for name, module in modules(__name__).items() if hasattr(module, "__all__")]
