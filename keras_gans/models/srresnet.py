"""SRResNet: one network learns to enlarge pictures, by the mean squared error alone."""

import keras

from keras_gans import losses
from keras_gans.models.enlarging import Enlarges, check_enlarged
from keras_gans.training import Player, TrainedModel

__all__ = ["SRResNet"]


@keras.saving.register_keras_serializable("keras_gans")
class SRResNet(Enlarges, TrainedModel):
    """SRResNet: what scores best by the squared error, which is the mean of all pictures that could be meant.

    Args:
        generator: built `keras.Model`, (N, height, width, channels) -> (N, 4 height, 4 width, channels) for any height
            and width, e.g. of `networks.srresnet`; or of another factor.
        image_shape: tuple (height, width, channels) of the pictures that it is trained on.
        seed: int, seed of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, height, width, channels), small pictures.

    Returns:
        The generator's outputs, (N, 4 height, 4 width, channels), which may leave [-1, 1] a little.

    Raises:
        ValueError: if the network does not enlarge, or not to pictures of that shape.

    Formula:
        min over G of E (y - G(x))^2, the mean over pixels and channels; x is y, made small.

    Deviations:
        none

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Sections 2.1 and 3.2, Equation 4.

    Example:
        ```python
        pictures = data.enlargements("photographs", image_size=96)
        model = recipes.srresnet(image_shape=(96, 96, 3))
        model.fit(pictures, batch_size=16, epochs=100)
        large = model.translate(small)
        ```
    """

    players = (Player("g", ("generator",), makes=True),)

    def __init__(self, generator, image_shape=(96, 96, 3), seed=0, name="srresnet"):
        image_shape = check_enlarged(image_shape, generator)
        super().__init__({"generator": generator}, seed, name)
        self.image_shape = image_shape

    def compile(self, g_optimizer=None, **keras_arguments):
        """Sets how the network is trained, by default with the paper's constants.

        Args:
            g_optimizer: Keras optimizer, or its name; None is Adam(1e-4).
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            TypeError: for other keywords.
        """
        g_optimizer = g_optimizer or keras.optimizers.Adam(1e-4)
        self._compile({"g_optimizer": g_optimizer}, terms=[], logs=["g_loss"], **keras_arguments)

    def training_step(self, data):
        """One update of G by Equation 4."""
        G, (y, x) = self.generator, data

        def g_loss():
            return losses.squares(y, G(x, training=True))

        return self.log(g_loss=self.minimize(g_loss, G))

    def evaluation_step(self, data):
        """The error on held-out pictures."""
        y, x = data
        return self.log(g_loss=losses.squares(y, self(x, training=False)))

    def get_config(self):
        return {**super().get_config(), "image_shape": list(self.image_shape)}
