"""The discriminator as terms of the losses see it."""

import keras

from keras_gans import engine


class Judge:
    """A discriminator that is always in training mode, and that shows what it computes on the way; its first output.

    It judges in float32 under mixed policies too, since penalties look at its gradient, which half precision would
    round, and lose where it is small or large.

    Args:
        network: built `keras.Model`.
        inputs: None, or function of examples (m, *shape) that returns what the network takes, where that is more.
    """

    def __init__(self, network, inputs=None):
        self.network = network
        self._inputs = inputs or (lambda x: x)

    def __call__(self, x):
        with engine.in_float32(self.network), engine.added_losses(self.network):  # which belong to the loss alone
            outputs = self.network(self._inputs(x), training=True)
        return outputs[0] if isinstance(outputs, (list, tuple)) else outputs

    def features(self, x, layer):
        """What a layer computes on the way to the judgement.

        Args:
            x: tensor (m, *shape).
            layer: string, the layer's name.

        Returns:
            tensor (m, ...), the layer's output.
        """
        until = keras.Model(self.network.input, self.network.get_layer(layer).output)
        with engine.added_losses(self.network):
            return until(engine.seen(self.network, self._inputs(x)), training=True)
