"""Encoders: the body of any discriminator, which ends in a code instead of a score. Any generator is a decoder."""

import keras
from keras import layers

from keras_gans import engine

__all__ = ["encoder"]


@engine.channels_last()
def encoder(discriminator, latent_dim, heads=1):
    """Makes an encoder of a discriminator's body: what its layer "features" says, then linear layers to the code.

    With one head it is an autoencoder's, with two that of a VAE: the mean and the logarithm of the variance.

    Args:
        discriminator: built `keras.Model` with a layer named "features", e.g. of `networks.mlp` or `networks.dcgan`;
            its layers become the encoder's.
        latent_dim: int, length of a code.
        heads: int, how many linear layers look at the features.

    Returns:
        Built `keras.Model` named "encoder": float (N, *shape) -> float32 (N, latent_dim), or a list of `heads` of them.

    Raises:
        ValueError: if the discriminator has no layer "features".

    Reference:
        Hinton and Salakhutdinov, 2006, Reducing the Dimensionality of Data with Neural Networks, Science 313 (a linear
        code). Kingma and Welling, 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114, Appendix C (two heads).

    Example:
        ```python
        body = networks.mlp.discriminator((28, 28, 1), width=(1000, 500, 250), negative_slope=0.0)
        networks.autoencoder.encoder(body, latent_dim=30).count_params()  # 1418280
        ```
    """
    if not any(layer.name == "features" for layer in discriminator.layers):
        raise ValueError(
            'Expected a discriminator with a layer named "features", as those of `networks` have. '
            f"Received: layers {', '.join(layer.name for layer in discriminator.layers)}."
        )
    features = layers.Flatten()(discriminator.get_layer("features").output)
    codes = [layers.Dense(latent_dim, dtype="float32")(features) for _ in range(heads)]
    return keras.Model(discriminator.input, codes if heads > 1 else codes[0], name="encoder")
