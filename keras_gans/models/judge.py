"""The discriminator as terms of the losses see it."""

import keras


class Judge:
    """A discriminator that is always in training mode, and that shows what it computes on the way.

    Args:
        network: built `keras.Model`.
    """

    def __init__(self, network):
        self.network = network

    def __call__(self, x):
        return self.network(x, training=True)

    def features(self, x, layer):
        """What a layer computes on the way to the judgement.

        Args:
            x: tensor (m, *shape).
            layer: string, the layer's name.

        Returns:
            tensor (m, ...), the layer's output.
        """
        return keras.Model(self.network.input, self.network.get_layer(layer).output)(x, training=True)
