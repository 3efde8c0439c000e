"""The discriminator as terms of the losses see it."""

import keras

from keras_gans import engine


class Judge:
    """A discriminator that is always in training mode, and that shows what it computes on the way.

    It judges in float32 under mixed policies too, since penalties look at its gradient, which half precision would
    round, and lose where it is small or large.

    Args:
        network: built `keras.Model`.
        condition: None, or the tensor (m, ...) that the discriminator takes beside the examples.
    """

    def __init__(self, network, condition=None):
        self.network = network
        self.condition = condition

    def __call__(self, x):
        with engine.in_float32(self.network):
            return self.network(self._inputs(x), training=True)

    def features(self, x, layer):
        """What a layer computes on the way to the judgement.

        Args:
            x: tensor (m, *shape).
            layer: string, the layer's name.

        Returns:
            tensor (m, ...), the layer's output.
        """
        until = keras.Model(self.network.input, self.network.get_layer(layer).output)
        return until(self._inputs(x), training=True)

    def _inputs(self, x):
        return x if self.condition is None else [x, self.condition]
