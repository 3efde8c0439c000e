"""LapGAN: a game at each level of the Laplacian pyramid, in which G makes the details that a coarse picture lacks."""

import itertools

import keras
from keras import ops

from keras_gans import losses, pyramid
from keras_gans.data.check import Part
from keras_gans.training import AdversarialModel, Latents, Player
from keras_gans.training.adversarial import doubles, shapes

__all__ = ["LapGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class LapGAN(Latents, AdversarialModel):
    """LapGAN: one pair makes and judges coarse pictures, each other pair the details at twice the sides.

    In training every level learns from real pictures: its generator sees a real picture without its details, and makes
    some; its discriminator compares these with the true ones. No level learns from another, so that all of them in
    each step are trained as one after another. Only where pictures are made the levels work together: `generator` is
    their cascade, from latents to pictures of the last level, and ways through its latents change all levels at once.

    Args:
        generator: built `keras.Model`, the cascade of the levels' generators, see `networks.lapgan.cascade`:
            float (N, latent_dim) -> (N, side, side, channels).
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.
        **discriminators: built `keras.Model`, that of each level by the name `discriminator_{side}`, which returns
            scores (N, 1), or patches of scores (N, h, w, 1): the first of pictures, each other one of
            [details, coarse pictures].

    Attributes:
        latent_dim: int, length of a latent vector, that of all levels' latents side by side.

    Call arguments:
        inputs: float tensor (N, latent_dim), latents.

    Returns:
        The cascade's pictures, (N, side, side, channels).

    Raises:
        ValueError: if the generator is no cascade, or the discriminators do not fit its levels.

    Formula:
        I_0 is a picture, I_(k+1) = reduce(I_k), l_k = expand(I_(k+1)) and h_k = I_k - l_k, see `pyramid`. At level k,
        D_k minimises loss.discriminator_loss(D_k(h_k, l_k), D_k(G_k(z_k, l_k), l_k)) + penalties, and G_k
        loss.generator_loss(D_k(G_k(z_k, l_k), l_k)); at the coarsest, of K, D_K and G_K play GAN's game on I_K.
        Pictures are made by I'_K = G_K(z_K), l'_k = expand(I'_(k+1)) and I'_k = l'_k + G_k(z_k, l'_k).

    Deviations:
        Fakes are made of the coarse pictures of the same batch, beside whose true details they are judged; the authors'
        code draws other ones. G learns from the fakes that D saw last; with `fresh_fakes` from those of new latents.
        One optimizer moves the discriminators of all levels and one the generators, which Adam and SGD move as
        optimizers of their own would. Latents are normal; theirs are uniform. The filter of the pyramid is Burt and
        Adelson's. For scenes their code skips updates of who leads by far; the one for CIFAR-10, and this, does not.

    Reference:
        Denton et al., 2015, Deep Generative Image Models using a Laplacian Pyramid of Adversarial Networks,
        arXiv:1506.05751, Section 2.3; the authors' code, facebook/eyescream, cifar/train/conditional_adversarial.lua.

    Example:
        ```python
        levels = [networks.mlp.generator((8, 8, 3)), networks.lapgan.generator((16, 16, 3))]
        gan = LapGAN(
            networks.lapgan.cascade(levels),
            discriminator_8=networks.mlp.discriminator((8, 8, 3)),
            discriminator_16=networks.lapgan.discriminator((16, 16, 3)),
        )
        gan.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
        gan.fit(images, batch_size=64, epochs=20)
        ```
    """

    players = (Player("d", (), judges=True), Player("g", ("generator",), makes=True))  # D has one network a level

    def __init__(self, generator, seed=0, name="lapgan", **discriminators):
        names = check_levels(generator, discriminators)
        self.players = (Player("d", names, judges=True), *type(self).players[1:])
        super().__init__({"generator": generator, **{name: discriminators[name] for name in names}}, seed, name)
        self.latent_dim = generator.input_shape[1]

    @property
    def parts(self):
        """The pictures of the last level."""
        return (Part("pictures", self.generator.output_shape[1:]),)

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator, inputs, training)

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="gan",
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the networks are trained.

        Args:
            d_optimizer: Keras optimizer of all discriminators, or its name.
            g_optimizer: Keras optimizer of all generators, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name, of each level.
            penalties, n_critic, d_constraint: as in `GAN.compile`; the penalties look at each level's details, and
                each discriminator has its own state of a penalty.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: as in `GAN.compile`.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss"],
            **keras_arguments,
        )
        self.loss = loss

    def training_step(self, data):
        """n_critic updates of all D, each of its level's true details and of made ones, then one of all G."""
        D, G = self.discriminators, self.generator
        for pictures in self.critic_batches(data):
            # Take m pictures apart, sample m latents; update all D
            m = ops.shape(pictures)[0]
            h, low = self.take_apart(pictures)
            fakes = self.forward(lambda: self.make_details(self.sample_latents(m), low), G)
            fake = fakes.value

            def d_loss():
                loss = 0.0
                for D_k, h_k, fake_k, low_k in zip(D, h, fake, low):
                    real_output, fake_output = (D_k(beside(x, low_k), training=True) for x in (h_k, fake_k))
                    loss += self.loss.discriminator_loss(self.hear(real_output), fake_output)
                    loss += self.sum_penalties(D_k, h_k, fake_k, lambda x, low_k=low_k: beside(x, low_k))
                return loss

            self.log(d_loss=self.minimize(d_loss, *D))

        # Update all G on the last fakes
        def g_loss(fake):
            loss = 0.0
            for D_k, h_k, fake_k, low_k in zip(D, h, fake, low):
                real_output = D_k(beside(h_k, low_k), training=True) if self.loss.needs_real else None
                loss += self.loss.generator_loss(D_k(beside(fake_k, low_k), training=True), real_output)
            return loss

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    @property
    def discriminators(self):
        """List of the levels' discriminators, the coarsest first."""
        return [getattr(self, name) for name in self.judging]

    def take_apart(self, pictures):
        """Finds what each level is to make and what it is given; the last step of a pyramid is its coarsest picture.

        Args:
            pictures: float tensor (m, side, side, channels).

        Returns:
            A tuple of two lists, the coarsest level first: the coarsest pictures and the details h_k of each other
            level, (m, side_k, side_k, channels); None and the coarse pictures l_k, of the same shapes.
        """
        details, given = [], []
        for _ in levels_of(self.generator)[1:]:
            coarse = pyramid.reduce(pictures)
            given.append(pyramid.expand(coarse))
            details.append(pictures - given[-1])
            pictures = coarse
        return [pictures, *details[::-1]], [None, *given[::-1]]

    def make_details(self, latents, given):
        """Lets each level's generator make what `take_apart` finds in pictures, of the second list that it returns.

        Args:
            latents: float tensor (m, latent_dim).
            given: list of None and float tensors (m, side_k, side_k, channels).

        Returns:
            tuple of float tensors (m, side_k, side_k, channels), the coarsest first.
        """
        levels = levels_of(self.generator)
        ends = list(itertools.accumulate(length_of(level) for level in levels))[:-1]
        own = zip(levels, ops.split(latents, ends, axis=1), given)
        return tuple(G_k(beside(z_k, low_k), training=True) for G_k, z_k, low_k in own)

    def verdicts(self, data):
        """What each level's D says of true details and of made ones; see `AdversarialModel.verdicts`."""
        h, low = self.take_apart(data)
        fake = self.make_details(self.sample_latents(ops.shape(data)[0]), low)

        def scores(D_k, x, low_k):
            return D_k(beside(x, low_k), training=True)

        levels = zip(self.discriminators, h, fake, low)
        return [(scores(D, x, given), scores(D, made, given), x, made) for D, x, made, given in levels]


def levels_of(generator):
    """Lists the generators of a cascade's levels, the coarsest first."""
    levels = [layer for layer in generator.layers if isinstance(layer, keras.Model)]
    return sorted(levels, key=lambda level: level.output_shape[1])


def length_of(level):
    """The length of the latents of a level's generator."""
    return level.inputs[0].shape[1]


def beside(x, given):
    """What a network takes: the inputs and what is given beside them, if anything is."""
    return x if given is None else [x, given]


def check_levels(generator, discriminators):
    """Refuses what is no cascade, and discriminators that do not fit its levels (raises ValueError).

    Args:
        generator: see `LapGAN`.
        discriminators: dict of name -> built `keras.Model`.

    Returns:
        tuple of the names of the discriminators, the coarsest level first.
    """
    latents, _ = shapes(generator)
    levels = levels_of(generator)
    sides = [level.output_shape[1:3] for level in levels]
    if len(levels) < 2 or not doubles(sides) or latents != (None, sum(map(length_of, levels))):
        raise ValueError(
            "Expected a generator that joins generators of two levels or more, each of twice the sides, see "
            f"`networks.lapgan.cascade`. Received: {generator.name!r}, which holds {[level.name for level in levels]}."
        )
    coarsest, *others = (level.output_shape for level in levels)
    taken = [coarsest, *([shape, shape] for shape in others)]
    wanted = {f"discriminator_{side}": shape for (side, _), shape in zip(sides, taken)}
    found = {name: shapes(judge)[0] for name, judge in discriminators.items()}
    if found != wanted:
        raise ValueError(f"Expected discriminators of these inputs: {wanted}. Received: {found}.")
    return tuple(wanted)
