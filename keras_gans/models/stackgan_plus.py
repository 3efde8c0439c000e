"""StackGAN++: one generator makes a scene of a caption at several sizes, and each size has a judge of its own."""

import keras
import numpy as np
from keras import ops

from keras_gans import losses
from keras_gans.data.check import Part
from keras_gans.models.from_captions import FromCaptions, name_of_augmentation
from keras_gans.models.told import check_text
from keras_gans.training import AdversarialModel, Player
from keras_gans.training.adversarial import check_terms, doubles, shapes
from keras_gans.training.latents import checked_latents, draw_latents, in_chunks

__all__ = ["StackGANPlus"]

SHEET = 36  # pictures
COVARIANCE_WEIGHT = 5.0  # of the colours, beside their means


@keras.saving.register_keras_serializable("keras_gans")
class StackGANPlus(FromCaptions, AdversarialModel):
    """Makes pictures of captions, all sizes in one training: a tree of stages, and a discriminator for each size.

    Each stage of the generator makes a picture of its maps, and hands the maps on to the next, which makes twice the
    side of them. Each discriminator gives two verdicts: whether a picture is real, and whether it is real and belongs
    to its caption. A network `text` reads captions and is not trained here, as in `StackGAN`.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), vectors (N, d)] -> list of pictures (N, side_i,
            side_i, channels), the smallest first, each of twice the side of the one before, with one
            `layers.ConditioningAugmentation`; see `networks.stackgan_plus`.
        text: built `keras.Model`, ids of words, int (N, length) -> vectors (N, d), see `networks.text`.
        words: sequence of strings, the words that the ids from 2 on stand for, see `data.Vocabulary`.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.
        **discriminators: built `keras.Model`, that of each size by the name `discriminator_{side}`: [pictures,
            conditions (N, units)] -> [realistic (N, 1), matching (N, 1)], logits.

    Attributes:
        latent_dim: int, length of a latent vector, of which the generator takes the noise of its conditions, too.

    Call arguments:
        inputs: list of latents, float tensor (N, latent_dim), and of captions' vectors, float tensor (N, d).

    Returns:
        The generator's largest pictures, (N, side, side, channels).

    Raises:
        ValueError: if the networks do not fit each other or the words.

    Formula:
        With t the vector of a caption, c ~ N(mu(t), sigma(t)^2) and s_1, ..., s_m = G(z, c) the pictures of a scene,
        x_i a real picture at the side of s_i, and D_i = (R, M): D_i minimises
        -E[log R(x_i)] - E[log(1 - R(s_i))] - E[log M(x_i, mu)] - E[log(1 - M(x_i, mu'))] - E[log(1 - M(s_i, mu))], mu'
        of another caption, and G minimises the sum over i of -E[log R(s_i)] - E[log M(s_i, mu)], plus
        kl_weight KL(N(mu, sigma^2) || N(0, I)), plus colour_weight times the sum over neighbours of
        `losses.colour_consistency`, whose covariances count 5 times; with other losses accordingly.

    Deviations:
        The pairs that do not match are the authors' code's, which takes a picture of another class; here it is the
        caption that is another, as in `StackGAN`. Since it scores those pictures by the first head, too, and by it
        alone as real, real pictures count there twice as much as made ones; here as much. D is shown mu, which is held
        in both turns; their code holds it in D's alone, so that G may change what its judges are told. One optimizer
        moves all discriminators, which Adam and SGD move as optimizers of their own would. Real pictures at small sides
        are means of pixels. G learns from the fakes that D saw; with `fresh_fakes` from those of new latents. Without
        captions the authors train by the first head alone; that game is not here.

    Reference:
        Zhang et al., 2017, StackGAN++: Realistic Image Synthesis with Stacked Generative Adversarial Networks,
        arXiv:1710.10916, Section 4; the authors' code, hanzhanggit/StackGAN-v2.

    Example:
        ```python
        drawn = data.captions("captioned", image_size=32)
        model = recipes.stackgan_plus((32, 32, 3), drawn.vocabulary.words, drawn.vocabulary.length)
        model.fit(drawn, batch_size=24, epochs=100)
        model.generate(4, labels=["a small red circle on the left"] * 4)
        ```
    """

    players = (Player("d", (), judges=True), Player("g", ("generator",), makes=True))  # D has one network a size

    def __init__(self, generator, text, words, seed=0, name="stackgan_plus", **discriminators):
        check_text(text, words)
        augmentation = name_of_augmentation(generator, text)
        names = check_tree(generator, generator.get_layer(augmentation).units, discriminators)
        self.players = (Player("d", names, judges=True), *type(self).players[1:])
        judges = {key: discriminators[key] for key in names}
        super().__init__({"generator": generator, **judges, "text": text}, seed, name)
        self.words, self.augmentation_name = tuple(words), augmentation
        self.latent_dim = generator.input_shape[0][1]

    @property
    def parts(self):
        """The largest pictures, and their captions."""
        return (Part("images", self.generator.output_shape[-1][1:]), self.condition)

    @property
    def discriminators(self):
        """List of the sizes' discriminators, that of the smallest first."""
        return [getattr(self, name) for name in self.judging]

    def call(self, inputs, training=False):
        return self.make_or_train(self._largest, inputs, training)

    def compile(
        self,
        d_optimizer,
        g_optimizer,
        loss="gan",
        kl_weight=1.0,
        colour_weight=0.0,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the networks are trained.

        Args:
            d_optimizer: Keras optimizer of all discriminators, or its name.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            loss: `losses.AdversarialLoss` or its name, one that judges single examples.
            kl_weight: float of at least 0, of the divergence in nats.
            colour_weight: float of at least 0, the paper's alpha, of the colours of neighbouring sizes.
            penalties, n_critic, d_constraint: as in `GAN.compile`; the penalties look at each first head, and each
                discriminator has its own state of a penalty.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if a weight is negative, the optimizers are one object, or the loss compares.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        check_terms(loss, kl_weight=kl_weight, colour_weight=colour_weight)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "g_optimizer": g_optimizer,
                "loss": loss,
                "kl_weight": kl_weight,
                "colour_weight": colour_weight,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "mismatch", "kl", "colour"],
            **keras_arguments,
        )
        self.loss, self.kl_weight, self.colour_weight = loss, kl_weight, colour_weight

    def training_step(self, data):
        """n_critic updates of all D, each on its size of real, mismatched and made pairs; then one of G."""
        D, G, C = self.discriminators, self.generator, self.augmentation
        for pictures, captions in self.critic_batches(data):
            # Read m captions, sample m latents; update all D, to whom mu tells a caption
            m = ops.shape(pictures)[0]
            x, t = self.sizes(pictures), self.text(captions, training=False)
            fakes = self.forward(lambda: (*G([self.sample_latents(m), t], training=True), *C.moments(t)), G)
            *s, mu, _ = map(ops.stop_gradient, fakes.value)  # what is made is G's to change, and mu is what D is told
            other, differs = self.others(captions, mu)

            def d_loss():
                loss = mismatch = 0.0
                for D_i, x_i, s_i in zip(D, x, s):
                    real_score, right_score = D_i([x_i, mu], training=True)
                    fake_score, made_score = D_i([s_i, mu], training=True)
                    _, wrong_score = D_i([x_i, other], training=True)
                    loss += self.loss.discriminator_loss(self.hear(real_score), fake_score)
                    loss += self.loss.discriminator_loss(right_score, made_score)
                    loss += self.sum_penalties(D_i, x_i, s_i, lambda x: [x, mu])
                    mismatch += differs * self.loss.fake_loss(wrong_score)
                self.log(mismatch=mismatch)
                return loss + mismatch

            self.log(d_loss=self.minimize(d_loss, *D))

        # Update G, with mu and sigma, on the last fakes, of which its judges are told what they were
        def g_loss(made):
            *s, mean, log_variance = made
            verdicts = [score for D_i, s_i in zip(D, s) for score in D_i([s_i, mu], training=True)]
            kl = losses.gaussian_kl(mean, log_variance)
            colour = sum(losses.colour_consistency(large, small, COVARIANCE_WEIGHT) for large, small in zip(s[1:], s))
            self.log(kl=kl, colour=colour)
            return sum(map(self.loss.generator_loss, verdicts)) + self.kl_weight * kl + self.colour_weight * colour

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def sizes(self, pictures):
        """Brings pictures to the sides of the tree.

        Args:
            pictures: float tensor (m, side, side, channels).

        Returns:
            list of float tensors (m, side_i, side_i, channels), the smallest first: means of squares of pixels.
        """
        made = [pictures]
        for _ in self.discriminators[1:]:
            made.insert(0, ops.average_pool(made[0], 2, strides=2, data_format="channels_last"))
        return made

    def tree(self, latents, labels, seed=0, truncation=None):
        """Makes the pictures of all sizes of given latents; otherwise as `decode`, which makes the largest.

        Args:
            latents: float array (n, latent_dim).
            labels, seed, truncation: as in `decode`.

        Returns:
            list of float32 arrays (n, side_i, side_i, channels), the smallest first.
        """
        latents = checked_latents(latents, self.latent_dim, truncation, seed)
        wanted = self._wanted(len(latents), labels)
        with self.making(seed), self._standing(truncation, seed, wanted):
            return [in_chunks(self._branch(i), latents, wanted) for i in range(len(self.judging))]

    def sheet(self, n=None, seed=None, real=None, truncation=None):
        """Makes scenes of real captions, each at all sizes side by side, small ones with larger pixels.

        Args:
            n: int, how many pictures of all sizes, by default 36.
            seed, truncation: as in `generate`.
            real: tuple of two arrays, pictures and captions, of which the first captions are used.

        Returns:
            A tuple (examples, columns): float32 (m, ...), m the sizes times the captions, and how many make a row.
        """
        if real is None:
            raise ValueError("Expected `real` as images and captions, which are generated anew. Received: None.")
        branches = len(self.judging)
        captions = real[1][: max(1, (n or SHEET) // branches)]
        latents = draw_latents(len(captions), self.latent_dim, seed)
        made = self.tree(latents, captions, seed, truncation)
        side = made[-1].shape[1]
        large = [x.repeat(side // x.shape[1], axis=1).repeat(side // x.shape[1], axis=2) for x in made]
        scenes = np.stack(large, axis=1).reshape(-1, *made[-1].shape[1:])
        return scenes, branches * max(1, round(len(scenes) ** 0.5 / branches))

    def verdicts(self, data):
        """What each size's D says of real and of made pictures, by its first head; see `AdversarialModel.verdicts`."""
        pictures, captions = data
        x, t = self.sizes(pictures), self.text(captions, training=False)
        s = self.generator([self.sample_latents(ops.shape(pictures)[0]), t], training=True)
        mu, _ = self.augmentation.moments(t)

        def judged(D_i, x):
            return D_i([x, mu], training=True)[0]

        return [(judged(D_i, x_i), judged(D_i, s_i), x_i, s_i) for D_i, x_i, s_i in zip(self.discriminators, x, s)]

    def _branch(self, i):
        """A function that makes the pictures of one size."""
        return lambda given, training: self.generator(given, training=training)[i]

    def _largest(self, given, training):
        return self._branch(-1)(given, training)

    def _decode(self, latents, wanted):
        return in_chunks(self._largest, latents, wanted)


def check_tree(generator, units, discriminators):
    """Refuses what makes no pictures of several sizes, and discriminators that do not fit (raises ValueError).

    Args:
        generator: see `StackGANPlus`.
        units: int, length of a condition.
        discriminators: dict of name -> built `keras.Model`.

    Returns:
        tuple of the names of the discriminators, that of the smallest size first.
    """
    makes = generator.output_shape
    sides = [shape[1:3] for shape in makes] if isinstance(makes, list) else []
    if len(sides) < 2 or not doubles(sides):
        raise ValueError(
            "Expected a generator that makes pictures of two sizes or more, each of twice the sides, see "
            f"`networks.stackgan_plus`. Received: one that makes {makes}."
        )
    wanted = {f"discriminator_{shape[1]}": [shape, (None, units)] for shape in makes}
    found = {name: shapes(judge)[0] for name, judge in discriminators.items()}
    heads = {name: len(judge.outputs) for name, judge in discriminators.items()}
    if found != wanted or set(heads.values()) != {2}:
        raise ValueError(
            f"Expected discriminators of these inputs, with two heads each: {wanted}. Received: {found}, of {heads}."
        )
    return tuple(wanted)
