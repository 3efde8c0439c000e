"""What the games share in which a generator makes examples of latents: that the networks fit, latents, samples."""

from keras import ops

from keras_gans.data.check import Part
from keras_gans.training import AdversarialModel, Latents, Player
from keras_gans.training.adversarial import shapes


class FromLatents(Latents, AdversarialModel):
    """A game of one generator of latents and one discriminator; its `training_step` is each subclass's own.

    Args:
        generator: built `keras.Model`, float (N, latent_dim) -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> logits (N, 1), or patches of logits (N, h, w, 1).
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.
        **others: built `keras.Model`, a game's further networks by their names.

    Raises:
        ValueError: if the networks do not fit each other or the latents.
    """

    players = (Player("d", ("discriminator",), judges=True), Player("g", ("generator",), makes=True))

    def __init__(self, generator, discriminator, latent_dim, seed=0, name=None, **others):
        check_fit(generator, discriminator, latent_dim)
        super().__init__({"generator": generator, "discriminator": discriminator, **others}, seed, name)
        self.latent_dim = latent_dim

    @property
    def parts(self):
        """The examples: what the discriminator takes."""
        return (Part("examples", self.discriminator.input_shape[1:]),)

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator, inputs, training)

    def verdicts(self, data):
        """What D says of real and of generated examples, as in training; see `AdversarialModel.verdicts`."""
        D, G = self.discriminator, self.generator
        fake = G(self.sample_latents(ops.shape(data)[0]), training=True)
        return [(D(data, training=True), D(fake, training=True), data, fake)]

    def get_config(self):
        return {**super().get_config(), "latent_dim": self.latent_dim}


def check_fit(generator, discriminator, latent_dim):
    """Refuses networks that do not fit each other or the latents (raises ValueError)."""
    (takes, makes), (judges, _) = shapes(generator), shapes(discriminator)
    takes, judges = (shape[0] if isinstance(shape, list) else shape for shape in (takes, judges))
    if takes != (None, latent_dim):
        raise ValueError(
            f"Expected a generator of input shape {(None, latent_dim)} for latent_dim={latent_dim}. "
            f"Received: input shape {takes}."
        )
    if makes[1:] != judges[1:]:
        raise ValueError(
            f"Expected a discriminator that takes what the generator makes, shape {makes}. "
            f"Received: a discriminator of input shape {judges}."
        )
