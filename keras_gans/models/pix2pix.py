"""Image-to-image translation from pairs: D judges a picture beside what it was made of, L1 holds G to the target."""

import functools

import keras
import numpy as np
from keras import ops

from keras_gans import losses
from keras_gans.data.check import Part
from keras_gans.models.translation import SHOWN, check_direction, check_maps, check_pictures, check_real, side_by_side
from keras_gans.training import AdversarialModel, Player
from keras_gans.training.adversarial import shapes

__all__ = ["Pix2Pix"]


@keras.saving.register_keras_serializable("keras_gans")
class Pix2Pix(AdversarialModel):
    """Pix2Pix: a conditional GAN whose condition is a picture, and whose noise is dropout.

    Args:
        generator: built `keras.Model`, (N, *input_shape) -> (N, *target_shape).
        discriminator: built `keras.Model`, [(N, *input_shape), (N, *target_shape)] -> patches of logits (N, h, w, 1).
        seed: int, seed of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, *input_shape).

    Returns:
        The generator's outputs, (N, *target_shape).

    Raises:
        ValueError: if the networks do not fit each other.

    Formula:
        D minimises 1/2 (-E[log D(x, y)] - E[log(1 - D(x, G(x)))]), and G minimises
        -E[log D(x, G(x))] + lambda E[|y - G(x)|], where |.| is the mean over pixels and channels.

    Deviations:
        none. As in the authors' code D moves first, and the same output, of one dropout, serves both moves; with
        `fresh_fakes` each has its own.

    Reference:
        Isola et al., 2017, Image-to-Image Translation with Conditional Adversarial Networks, arXiv:1611.07004,
        Equations 1 to 4 and Section 3.3 (D's objective halved, G's not saturating).

    Example:
        ```python
        pairs = data.pairs("facades", image_size=256)
        model = recipes.pix2pix(image_shape=(256, 256, 3))
        model.fit(pairs, batch_size=1, epochs=200)
        photographs = model.translate(labels)
        ```
    """

    kind = "pairs"
    given, made, paired = 0, 1, True
    players = (Player("d", ("discriminator",), judges=True), Player("g", ("generator",), makes=True))

    def __init__(self, generator, discriminator, seed=0, name="pix2pix"):
        check_maps("discriminator", discriminator, list(shapes(generator)), None)
        super().__init__({"generator": generator, "discriminator": discriminator}, seed, name)

    @property
    def parts(self):
        """Inputs and targets."""
        return tuple(
            Part(name, shape[1:])
            for name, shape in (("inputs", self.generator.input_shape), ("targets", self.generator.output_shape))
        )

    @property
    def ways(self):
        """The only direction, from inputs to targets."""
        return {"AtoB": self.generator}

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator, inputs, training)

    def compile(
        self,
        d_optimizer=None,
        g_optimizer=None,
        loss="gan",
        l1_weight=100.0,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the two networks are trained, by default with the paper's constants.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name; None is Adam(2e-4, 0.5).
            g_optimizer: Keras optimizer of the generator, or its name; None is Adam(2e-4, 0.5).
            loss: `losses.AdversarialLoss` or its name.
            l1_weight: float of at least 0, the paper's lambda.
            penalties, n_critic, d_constraint: as in `GAN.compile`.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if the weight is negative, the optimizers are one object, or the loss compares real and
                generated examples.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if not l1_weight >= 0 or loss.needs_real:
            raise ValueError(
                "Expected `l1_weight` of at least 0 and a loss that judges single examples. "
                f"Received: l1_weight={l1_weight!r} and {type(loss).__name__}."
            )
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5),
                "g_optimizer": g_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5),
                "loss": loss,
                "l1_weight": l1_weight,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "l1"],
            **keras_arguments,
        )
        self.loss, self.l1_weight = loss, l1_weight

    def training_step(self, data):
        """One update of D by half of Equation 1, then one of G by Equation 4."""
        D, G = self.discriminator, self.generator
        for x, y in self.critic_batches(data):
            fakes = self.forward(lambda: G(x, training=True), G)
            fake = fakes.value

            def d_loss():
                real_output, fake_output = self.hear(D([x, y], training=True)), D([x, fake], training=True)
                loss = 0.5 * self.loss.discriminator_loss(real_output, fake_output)
                return loss + self.sum_penalties(D, y, fake, lambda y: [x, y])

            self.log(d_loss=self.minimize(d_loss, D))

        def g_loss(fake):
            distance = losses.l1(y, fake)
            self.log(l1=distance)
            return self.loss.generator_loss(D([x, fake], training=True)) + self.l1_weight * distance

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def verdicts(self, data):
        """What D says of targets and of outputs, beside their inputs; see `AdversarialModel.verdicts`."""
        D, (x, y) = self.discriminator, data
        fake = self.generator(x, training=True)
        return [(D([x, y], training=True), D([x, fake], training=True), y, fake)]

    def translate(self, images, seed=None, direction="AtoB"):
        """Translates pictures as in training, without touching its state: with dropout, and each for itself.

        So batch norm takes each picture's own statistics, as in the paper (Section 3.3).

        Args:
            images: float array (n, *input_shape), in [-1, 1].
            seed: None for new noise at each call, or an int for the same noise.
            direction: "AtoB", the only one.

        Returns:
            float32 array (n, *target_shape) in [-1, 1].

        Raises:
            ValueError: if the pictures do not fit the generator.
        """
        check_direction(direction, self.ways)
        check_pictures(images, self.parts[0])
        with self.making(seed):
            pictures = [self.generator(images[i : i + 1], training=True) for i in range(len(images))]
        return np.concatenate([ops.convert_to_numpy(picture) for picture in pictures]).astype("float32", copy=False)

    def way(self, direction):
        """As in training, see `translate`: for one picture at a time."""
        return functools.partial(self.generator, training=True)

    def make(self, n, given=None, seed=None):
        """Translates inputs, see `Roles.make`."""
        return self.translate(given, seed)

    def sheet(self, n=None, seed=None, real=None):
        """Makes rows of inputs, outputs and targets.

        Args:
            n: int, how many inputs; by default 8, or as many as there are.
            seed: as in `translate`.
            real: tuple of two float arrays (N, ...), inputs and targets, of which the first n are shown.

        Returns:
            A tuple (pictures, columns): float32 (3 n, ...), and how many make a row.
        """
        inputs, targets = (part[: n or SHOWN] for part in check_real(real, self.parts))
        columns = 6 if len(inputs) > 3 else 3
        return side_by_side(inputs, self.translate(inputs, seed), targets), columns
