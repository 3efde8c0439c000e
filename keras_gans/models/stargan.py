"""StarGAN: one generator translates between many domains, told by labels; D also says in which a picture is."""

import keras
import numpy as np

from keras_gans import losses
from keras_gans.data.check import Part
from keras_gans.models.attributes import Attributes
from keras_gans.models.translation import SHOWN, check_pictures, check_real, side_by_side
from keras_gans.regularizers import GradientPenalty
from keras_gans.training import AdversarialModel, Player
from keras_gans.training.adversarial import shapes
from keras_gans.training.latents import in_chunks

__all__ = ["StarGAN"]

CHUNK = 8  # pictures that are translated at a time


@keras.saving.register_keras_serializable("keras_gans")
class StarGAN(AdversarialModel):
    """StarGAN: translates pictures to any of many domains with one generator, also where no data set has all labels.

    Args:
        generator: built `keras.Model`, [pictures (N, *shape), labels (N, length)] -> (N, *shape).
        discriminator: built `keras.Model`, (N, *shape) -> [patches of scores (N, h, w, 1), logits of the domains
            (N, domains)].
        domains: sequence of strings, their names, in the order of the logits, set after set.
        sets: None for one data set whose domains hold or not, each for itself; or a sequence of tuples, for each data
            set how many of the domains are its, and "binary", or "classes" where exactly one of them holds.
        exclusive: sequence of sequences of names of "binary" sets, of which exactly one holds, as one colour of hair:
            where one is wanted, the others are cleared. Training does not need it.
        seed: int, seed of the targets and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of pictures, float tensor (N, *shape), and of wanted labels, float tensor (N, length): a 1 for each
            domain that shall hold, else 0. Of several sets there follows the mask: 1 at the set that is meant, whose
            labels alone are not 0.

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other, or the domains.

    Formula:
        With labels c' of x, targets c, the labels of the batch in another order, and x' = G(x, c),
        D minimises -E[D_src(x)] + E[D_src(x')] + gp E[(|grad D_src(x^)| - 1)^2] + cls L(D_cls(x), c'),
        G minimises -E[D_src(x')] + cls L(D_cls(x'), c) + rec E|x - G(x', c')|.
        L is the cross-entropy, of "binary" domains summed over them, the mean over examples; of several sets
        sum_k m_k L_k, the mask deciding which set a picture counts for.

    Deviations:
        Where there are several data sets, a batch holds examples of all and targets change places within a set; the
        authors' code makes a whole step on each in turn.

    Reference:
        Choi et al., 2018, StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image Translation,
        arXiv:1711.09020, Sections 3 and 4, and the authors' code, github.com/yunjey/stargan, `solver.py`.

    Example:
        ```python
        shapes = data.attributes("shapes", image_size=32)
        model = recipes.stargan((32, 32, 3), shapes.domains, shapes.sets, shapes.exclusive, width=16, blocks=3)
        model.fit(shapes, batch_size=16, epochs=100)
        reds = model.translate(pictures, "red")
        ```
    """

    kind = "attributes"
    given = made = 0
    players = (Player("d", ("discriminator",), judges=True), Player("g", ("generator",), makes=True))

    def __init__(self, generator, discriminator, domains, sets=None, exclusive=(), seed=0, name="stargan"):
        self._check_networks(generator, discriminator, attributes := Attributes(domains, sets, exclusive))
        super().__init__({"generator": generator, "discriminator": discriminator}, seed, name)
        self.attributes = attributes

    @staticmethod
    def _check_networks(generator, discriminator, attributes):
        takes, makes = shapes(generator)
        if takes != [makes, (None, attributes.length)]:
            raise ValueError(
                f"Expected a generator of pictures and labels (N, {attributes.length}) that makes pictures of the same "
                f"shape. Received: input shape {takes}, output shape {makes}."
            )
        found, count = shapes(discriminator), len(attributes.names)
        if found[0] != makes or not isinstance(found[1], list) or found[1][1:] != [(None, count)]:
            raise ValueError(
                f"Expected a discriminator of what the generator makes, {makes}, that returns scores and logits of "
                f"the domains (N, {count}). Received: input shape {found[0]}, output shape {found[1]}."
            )

    @property
    def parts(self):
        """The pictures, and their labels."""
        pictures, (_, length) = self.generator.input_shape
        return Part("pictures", pictures[1:]), Part("labels", (length,), range=(0.0, 1.0))

    @property
    def domains(self):
        """Tuple of strings, the names of the domains."""
        return self.attributes.names

    @property
    def one_domain(self):
        """Whether a picture is in exactly one of the domains: they are those of one data set of classes."""
        return [kind for _, kind in self.attributes.sets] == ["classes"]

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator, inputs, training)

    def compile(
        self,
        d_optimizer=None,
        g_optimizer=None,
        loss="wasserstein",
        class_weight=1.0,
        reconstruction_weight=10.0,
        penalties=None,
        n_critic=5,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the two networks are trained, by default with the paper's constants.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name; None is Adam(1e-4, 0.5).
            g_optimizer: Keras optimizer of the generator, or its name; None is Adam(1e-4, 0.5).
            loss: `losses.AdversarialLoss` or its name, of the scores.
            class_weight: float of at least 0, the weight of the domains in both players' losses.
            reconstruction_weight: float of at least 0, the weight of getting the picture back.
            penalties: list as in `GAN.compile`, which look at the scores alone; None is [GradientPenalty(10)].
            n_critic, d_constraint: as in `GAN.compile`.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if a weight is negative, the optimizers are one object, or the loss compares real and
                generated examples.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        if not (class_weight >= 0 and reconstruction_weight >= 0) or loss.needs_real:
            raise ValueError(
                "Expected weights of at least 0 and a loss that judges single examples. Received: "
                f"class_weight={class_weight!r}, reconstruction_weight={reconstruction_weight!r} and "
                f"{type(loss).__name__}."
            )
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.Adam(1e-4, beta_1=0.5),
                "g_optimizer": g_optimizer or keras.optimizers.Adam(1e-4, beta_1=0.5),
                "loss": loss,
                "class_weight": class_weight,
                "reconstruction_weight": reconstruction_weight,
                "penalties": [GradientPenalty(10.0)] if penalties is None else list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "d_class", "g_class", "reconstruction"],
            **keras_arguments,
        )
        self.loss, self.class_weight, self.reconstruction_weight = loss, class_weight, reconstruction_weight

    def training_step(self, data):
        """n_critic updates of D by scores of both and domains of real pictures, then one of G on the last batch."""
        D, G = self.discriminator, self.generator
        for x, own in self.critic_batches(data):
            # Targets are the batch's labels in another order; update D
            wanted = self.attributes.permuted(own, self.seed_generator)
            fakes = self.forward(lambda: G([x, wanted], training=True), G)
            fake = fakes.value

            def d_loss():
                (real_score, named), (fake_score, _) = D(x, training=True), D(fake, training=True)
                domains = self.attributes.cross_entropy(own, named)
                self.log(d_class=domains)
                loss = self.loss.discriminator_loss(self.hear(real_score), fake_score) + self.class_weight * domains
                return loss + self.sum_penalties(D, x, fake)

            self.log(d_loss=self.minimize(d_loss, D))

        # Update G on the last fakes, and get back from them to where they came from
        def g_loss(fake):
            score, named = D(fake, training=True)
            domains = self.attributes.cross_entropy(wanted, named)
            back = losses.l1(x, G([fake, own], training=True))
            self.log(g_class=domains, reconstruction=back)
            return self.loss.generator_loss(score) + self.class_weight * domains + self.reconstruction_weight * back

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def verdicts(self, data):
        """What D says of pictures and of their translations, by its scores; see `AdversarialModel.verdicts`."""
        x, own = data
        fake = self.generator([x, self.attributes.permuted(own, self.seed_generator)], training=True)
        return [(self.discriminator(x, training=True)[0], self.discriminator(fake, training=True)[0], x, fake)]

    def translate(self, images, domain, seed=None):
        """Translates pictures to a domain, without touching the state of training.

        In which domains they are is read off D: what is not asked for, and is not excluded by what is, stays.

        Args:
            images: float array (n, *shape), in [-1, 1].
            domain: string, e.g. "red", or several of one data set, "red,square"; "-young" takes away.
            seed: None or int, from which generators that draw noise draw it.

        Returns:
            float32 array (n, *shape) in [-1, 1].

        Raises:
            ValueError: if the pictures do not fit the generator, or there is no such domain.
        """
        check_pictures(images, self.parts[0])
        return self._made(images, lambda logits: self.attributes.wanted(logits, domain), seed)

    def make(self, n, given=None, seed=None):
        """Translates pictures, to each of the domains in turn, see `Roles.make`."""

        def wanted(logits):
            turns = [self.domains[i % len(self.domains)] for i in range(len(logits))]
            return np.concatenate([self.attributes.wanted(row[None], name) for row, name in zip(logits, turns)])

        return self._made(given, wanted, seed)

    def way(self, direction):
        """To the domains that are wished for; what else D reads of a picture stays, see `Attributes.wishing`."""

        def translated(x, wishes):
            labels = self.attributes.wishing(self.discriminator(x, training=False)[1], wishes)
            return self.generator([x, labels], training=False)

        return translated

    def _made(self, images, wanted, seed):
        """Pictures with the labels that `wanted` makes of what D says of them."""
        D = self.discriminator
        with self.making(seed):
            logits = in_chunks(lambda x, training: D(x, training=training)[1], images, size=CHUNK)
            return in_chunks(self.generator, images, wanted(logits), size=CHUNK)

    def sheet(self, n=None, seed=None, real=None):
        """Makes a row for each picture: as it is, then translated to every domain.

        Args:
            n: int, how many pictures; by default 8, or as many as there are.
            seed: as in `translate`.
            real: tuple of two float arrays (N, ...), pictures and their labels, of which the first n pictures are
                shown.

        Returns:
            A tuple (pictures, columns): float32 (n * (1 + domains), ...), and how many make a row.
        """
        images = check_real(real, self.parts)[0][: n or SHOWN]
        made = [self.translate(images, domain, seed) for domain in self.domains]
        return side_by_side(images, *made), 1 + len(made)

    def get_config(self):
        known = self.attributes
        named = {"domains": list(known.names), "sets": [list(some) for some in known.sets]}
        return {**super().get_config(), **named, "exclusive": [list(group) for group in known.exclusive]}
