"""Autoencoder: one network squeezes an example into a code, the other rebuilds the example from it."""

import keras
import numpy as np

from keras_gans import losses
from keras_gans.data.check import check_array
from keras_gans.models.rebuilding import Rebuilds
from keras_gans.models.translation import SHOWN, side_by_side
from keras_gans.training import Player, TrainedModel
from keras_gans.training.adversarial import shapes
from keras_gans.training.latents import check_latents, in_chunks

__all__ = ["Autoencoder"]


@keras.saving.register_keras_serializable("keras_gans")
class Autoencoder(Rebuilds, TrainedModel):
    """Autoencoder, and denoising autoencoder: encoder and decoder learn together to rebuild what the encoder is given.

    It has no prior, so it makes no new examples: codes that nobody has encoded may mean nothing. With a corruption it
    is given a corrupted example, and has to rebuild the clean one. Its networks can go on as an energy, see
    `networks.energy.discriminator`.

    Args:
        encoder: built `keras.Model`, float (N, *shape) -> codes (N, d).
        decoder: built `keras.Model`, codes -> (N, *shape).
        corruption: None, or built `keras.Model` (N, *shape) -> (N, *shape) of layers that add noise in training, as
            `keras.layers.GaussianNoise` and `layers.MaskingNoise`.
        seed: int, seed of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, *shape), examples.

    Returns:
        The examples rebuilt, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other.

    Formula:
        min over both networks of E (x - decoder(encoder(x')))^2, the mean over numbers; x' is x, or x corrupted.

    Deviations:
        Hinton and Salakhutdinov trained each layer as a Boltzmann machine first, and Vincent et al. tied the weights of
        both networks and took a cross-entropy. Here Adam trains all at once, and weights are free.

    Reference:
        Hinton and Salakhutdinov, 2006, Reducing the Dimensionality of Data with Neural Networks, Science 313. Vincent,
        Larochelle, Lajoie, Bengio, Manzagol, 2010, Stacked Denoising Autoencoders, JMLR 11.

    Example:
        ```python
        autoencoder = Autoencoder(encoder, decoder)
        autoencoder.compile(keras.optimizers.Adam(1e-3))
        autoencoder.fit(images, batch_size=128, epochs=20)
        codes = autoencoder.encode(images)
        ```
    """

    players = (Player("ae", ("encoder", "decoder"), makes=True),)
    given, made, paired = 0, 0, True

    def __init__(self, encoder, decoder, corruption=None, seed=0, name="autoencoder"):
        check_ends(encoder, decoder)
        networks = {"encoder": encoder, "decoder": decoder}
        if corruption is not None:
            if shapes(corruption) != (encoder.input_shape, encoder.input_shape):
                raise ValueError(
                    f"Expected a corruption that keeps the shape {encoder.input_shape} of examples. "
                    f"Received: {corruption.input_shape} and {corruption.output_shape}."
                )
            networks["corruption"] = corruption
        super().__init__(networks, seed, name)

    @property
    def makers(self):
        """Both networks, and what corrupts examples for them."""
        return [*super().makers, *(getattr(self, name) for name in self.network_names[2:])]

    def call(self, inputs, training=False):
        if training:
            return self.decoder(self.encoder(self._corrupted(inputs), training=True), training=True)
        with self.making():
            return self.decoder(self.encoder(inputs, training=False), training=False)

    def way(self, direction):
        """From pictures to the same pictures, rebuilt."""
        return lambda x: self.decoder(self.encoder(x, training=False), training=False)

    def compile(self, ae_optimizer, **keras_arguments):
        """Sets how the networks are trained.

        Args:
            ae_optimizer: Keras optimizer of both networks, or its name.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            TypeError: for other keywords.
        """
        self._compile({"ae_optimizer": ae_optimizer}, terms=[], logs=["ae_loss"], **keras_arguments)

    def training_step(self, x):
        """One update of both networks: the clean example is the target."""
        E, D = self.encoder, self.decoder
        noisy = self._corrupted(x)

        def ae_loss():
            return losses.squares(x, D(E(noisy, training=True), training=True))

        return self.log(ae_loss=self.minimize(ae_loss, E, D))

    def evaluation_step(self, x):
        """The error of examples as they are, without noise."""
        return self.log(ae_loss=losses.squares(x, self(x, training=False)))

    def encode(self, examples):
        """Finds the codes of examples, without touching the state of training; with averages if there are any.

        Args:
            examples: float array (n, *shape), images in [-1, 1].

        Returns:
            float32 array (n, d).

        Raises:
            ValueError: if the examples do not fit the encoder.
        """
        check_array(examples, self.parts[0])
        with self.making():
            return in_chunks(self.encoder, examples)

    def decode(self, codes):
        """Makes the examples of codes, without touching the state of training; with averages if there are any.

        Args:
            codes: float array (n, d).

        Returns:
            float32 array (n, *shape).

        Raises:
            ValueError: if the codes are not such an array.
        """
        check_latents(codes, self.decoder.input_shape[1])
        with self.making():
            return in_chunks(self.decoder, codes)

    def corrupt(self, examples, seed=0):
        """Corrupts examples as training does; without a corruption they stay what they are.

        Args:
            examples: float array (n, *shape).
            seed: None or int, from which the noise is drawn.

        Returns:
            float32 array (n, *shape).

        Raises:
            ValueError: if the examples do not fit the encoder.
        """
        check_array(examples, self.parts[0])
        with self.making(seed):
            return in_chunks(lambda x, training: self._corrupted(x), examples)

    def _corrupted(self, x):
        return self.corruption(x, training=True) if "corruption" in self.network_names else x

    def make(self, n, given=None, seed=None):
        """Rebuilds examples that it is given, corrupted if it learns from corrupted ones; see `Roles.make`."""
        return self._rebuilt(self.corrupt(given, seed))

    def sheet(self, n=None, seed=None, real=None):
        """Makes rows of twice an example, what it is corrupted to if it is, and what is made of that.

        Args:
            n: int, how many pictures; by default 8, or as many as there are; all points.
            seed: as in `corrupt`.
            real: float array (N, ...) of examples, or a tuple of one, of which the first n are shown.

        Returns:
            A tuple (examples, columns): pictures and how many make a row; of points those that are made, and None.
        """
        real = real[0] if isinstance(real, (tuple, list)) else real
        if len(self.encoder.input_shape) == 2:
            return self.make(len(real), real, seed), None
        real = real[: n or SHOWN]
        given = self.corrupt(real, seed)
        noisy = [np.clip(given, -1, 1)] if "corruption" in self.network_names else []
        return side_by_side(real, *noisy, self._rebuilt(given)), 2 * (2 + len(noisy))

    def _rebuilt(self, examples):
        """Rebuilds examples that may have left their range."""
        with self.making():
            return in_chunks(self.decoder, in_chunks(self.encoder, examples))


def check_ends(encoder, decoder):
    """Refuses a decoder that does not go back from codes (N, d) to what the encoder takes (raises ValueError)."""
    takes, makes = shapes(encoder)
    makes = makes[0] if isinstance(makes, list) else makes
    if shapes(decoder) != (makes, takes) or len(makes) != 2:
        raise ValueError(
            f"Expected a decoder from codes (None, d) to examples of shape {takes}, for an encoder to {makes}. "
            f"Received: a decoder from {decoder.input_shape} to {decoder.output_shape}."
        )
