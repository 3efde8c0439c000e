"""SRGAN: a network that enlarges pictures, and a discriminator that asks of each whether it could be a real one."""

import keras

from keras_gans import losses
from keras_gans.models.enlarging import Enlarges, check_enlarged
from keras_gans.training import AdversarialModel, Player
from keras_gans.training.adversarial import shapes

__all__ = ["SRGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class SRGAN(Enlarges, AdversarialModel):
    """SRGAN: content holds the picture to the real one, and the discriminator to what real pictures look like.

    Unlike Pix2Pix's, D sees a picture alone, without the small one. G starts as a trained `SRResNet`'s: on the command
    line by `--start`, else `srgan.generator.set_weights(srresnet.generator.get_weights())`.

    Args:
        generator: built `keras.Model`, (N, height, width, channels) -> (N, 4 height, 4 width, channels) for any height
            and width, e.g. of `networks.srresnet`; or of another factor.
        discriminator: built `keras.Model`, (N, *image_shape) -> logits (N, 1), or patches of them.
        seed: int, seed of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, height, width, channels), small pictures.

    Returns:
        The generator's outputs, (N, 4 height, 4 width, channels), which may leave [-1, 1] a little.

    Raises:
        ValueError: if the networks do not fit each other.

    Formula:
        D minimises -E[log D(y)] - E[log(1 - D(G(x)))], and G minimises
        E[content(y, G(x))] + 10^-3 E[-log D(G(x))]; content is `losses.ContentLoss`.

    Deviations:
        D moves first, and the same pictures serve both moves; with `fresh_fakes` G makes them anew. By default content
        is the squared error, of which the paper has a row, SRGAN-MSE: it needs no weights of VGG19.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Equations 2 to 6 and Section 3.2.

    Example:
        ```python
        model = recipes.srgan(image_shape=(96, 96, 3), steps=200_000)
        model.generator.set_weights(srresnet.generator.get_weights())
        model.fit(data.enlargements("photographs", image_size=96), batch_size=16, epochs=100)
        large = model.translate(small)
        ```
    """

    players = (Player("d", ("discriminator",), judges=True), Player("g", ("generator",), makes=True))

    def __init__(self, generator, discriminator, seed=0, name="srgan"):
        check_enlarged(shapes(discriminator)[0][1:], generator)
        super().__init__({"generator": generator, "discriminator": discriminator}, seed, name)

    @property
    def image_shape(self):
        """Tuple (height, width, channels), of the pictures that D judges."""
        return self.discriminator.input_shape[1:]

    def compile(
        self,
        d_optimizer=None,
        g_optimizer=None,
        loss="gan",
        content="mse",
        content_weights="imagenet",
        adversarial_weight=1e-3,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the two networks are trained, by default with the paper's constants, but without VGG19.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name; None is Adam(1e-4).
            g_optimizer: Keras optimizer of the generator, or its name; None is Adam(1e-4).
            loss: `losses.AdversarialLoss` or its name.
            content: "mse", "vgg22" or "vgg54", see `losses.ContentLoss`.
            content_weights: "imagenet" or a path, see there; they are read when `fit` begins.
            adversarial_weight: float of at least 0, the weight of D's verdict in G's loss.
            penalties, n_critic, d_constraint: as in `GAN.compile`.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if the weight is negative, the optimizers are one object, the loss compares real and generated
                examples, or there is no such content.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if not adversarial_weight >= 0 or loss.needs_real:
            raise ValueError(
                "Expected `adversarial_weight` of at least 0 and a loss that judges single examples. "
                f"Received: adversarial_weight={adversarial_weight!r} and {type(loss).__name__}."
            )
        self.content = losses.ContentLoss(content, content_weights)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.Adam(1e-4),
                "g_optimizer": g_optimizer or keras.optimizers.Adam(1e-4),
                "loss": loss,
                "content": content,
                "content_weights": content_weights,
                "adversarial_weight": adversarial_weight,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "content"],
            **keras_arguments,
        )
        self.loss, self.adversarial_weight = loss, adversarial_weight

    def make_train_function(self, force=False):
        """Keras' hook, before the first step: now VGG19 is made, if content needs it."""
        self.content.begin()
        return super().make_train_function(force)

    def training_step(self, data):
        """One update of D by Equation 2, then one of G by Equation 3."""
        D, G = self.discriminator, self.generator
        for y, x in self.critic_batches(data):
            fakes = self.forward(lambda: G(x, training=True), G)
            fake = fakes.value

            def d_loss():
                loss = self.loss.discriminator_loss(self.hear(D(y, training=True)), D(fake, training=True))
                return loss + self.sum_penalties(D, y, fake)

            self.log(d_loss=self.minimize(d_loss, D))

        def g_loss(fake):
            content = self.content(y, fake)
            self.log(content=content)
            return content + self.adversarial_weight * self.loss.generator_loss(D(fake, training=True))

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def verdicts(self, data):
        """What D says of real pictures and of enlarged ones; see `AdversarialModel.verdicts`."""
        D, (y, x) = self.discriminator, data
        fake = self.generator(x, training=True)
        return [(D(y, training=True), D(fake, training=True), y, fake)]
