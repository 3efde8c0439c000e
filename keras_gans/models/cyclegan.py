"""Image-to-image translation without pairs: two generators that undo each other, two discriminators."""

import functools
import math

import keras

from keras_gans import losses
from keras_gans.data.check import Part
from keras_gans.layers import ImagePool
from keras_gans.losses import squares
from keras_gans.models.translation import (
    check_direction,
    check_maps,
    check_pictures,
    multiple_of,
    of_both,
    side_by_side,
)
from keras_gans.training import AdversarialModel, Player
from keras_gans.training.adversarial import shapes
from keras_gans.training.latents import in_chunks

__all__ = ["CycleGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class CycleGAN(AdversarialModel):
    """CycleGAN: translates between two domains of which there are no pairs.

    Args:
        generator_ab: built `keras.Model`, the paper's G, (N, *shape of A) -> (N, *shape of B).
        generator_ba: built `keras.Model`, the paper's F, (N, *shape of B) -> (N, *shape of A).
        discriminator_a: built `keras.Model`, (N, *shape of A) -> patches of scores (N, h, w, 1).
        discriminator_b: built `keras.Model`, (N, *shape of B) -> patches of scores (N, h, w, 1).
        pool_size: int, how many past fakes of each domain the discriminators see again; part of the saved state.
        seed: int, seed of the order of the data and of the pools.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, *shape of A).

    Returns:
        The first generator's outputs, (N, *shape of B).

    Raises:
        ValueError: if the networks do not fit each other, or the pool is empty.

    Formula:
        G and F minimise
            E[(D_B(G(a)) - 1)^2] + E[(D_A(F(b)) - 1)^2]
            + lambda (E|F(G(a)) - a| + E|G(F(b)) - b|) + lambda mu (E|G(b) - b| + E|F(a) - a|),
        D_A minimises 1/2 E[(D_A(a) - 1)^2] + 1/2 E[D_A(a')^2], a' of the pool of F(b), and D_B likewise.

    Deviations:
        none. With `fresh_fakes` the generators make their pictures twice, once for the pools and once to learn from,
        which differ if the networks draw noise. One Adam moves both generators and one both discriminators, as in the
        authors' code.

    Reference:
        Zhu et al., 2017, Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
        arXiv:1703.10593, Equations 1 to 3 with the least squares of Section 4; the identity term: Section 5.2.

    Example:
        ```python
        domains = data.domains("apple2orange", image_size=256)
        model = recipes.cyclegan(image_shape=(256, 256, 3))
        model.fit(domains, batch_size=1, epochs=200)
        oranges = model.translate(apples, direction="AtoB")
        ```
    """

    kind = "domains"
    given, made = 0, 1
    players = (
        Player("d", ("discriminator_a", "discriminator_b"), judges=True),
        Player("g", ("generator_ab", "generator_ba"), makes=True),
    )
    aligned = False
    boundary = 0.5

    def __init__(
        self, generator_ab, generator_ba, discriminator_a, discriminator_b, pool_size=50, seed=0, name="cyclegan"
    ):
        a, b = shapes(generator_ab)
        check_maps("generator_ba", generator_ba, b, a)
        check_maps("discriminator_a", discriminator_a, a, None)
        check_maps("discriminator_b", discriminator_b, b, None)
        if not isinstance(pool_size, int) or pool_size < 1:
            raise ValueError(f"Expected `pool_size` as a positive integer. Received: {pool_size!r}.")
        networks = {
            "generator_ab": generator_ab,
            "generator_ba": generator_ba,
            "discriminator_a": discriminator_a,
            "discriminator_b": discriminator_b,
        }
        super().__init__(networks, seed, name)
        self.pool_size = self.largest_batch = pool_size
        self.pool_a = ImagePool(a[1:], pool_size, name="pool_a")
        self.pool_b = ImagePool(b[1:], pool_size, name="pool_b")

    @property
    def parts(self):
        """The pictures of both domains."""
        a, b = self.generator_ab.input_shape, self.generator_ab.output_shape
        return Part("pictures of domain A", a[1:]), Part("pictures of domain B", b[1:])

    @property
    def ways(self):
        """Both directions."""
        return {"AtoB": self.generator_ab, "BtoA": self.generator_ba}

    @functools.cached_property
    def multiple(self):
        """What divides the sides of all pictures that both generators take; None if they take one size alone."""
        found = [multiple_of(generator) for generator in self.ways.values()]
        return None if None in found else math.lcm(*found)

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator_ab, inputs, training)

    def compile(
        self,
        d_optimizer=None,
        g_optimizer=None,
        cycle_weight=10.0,
        identity_weight=0.5,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the networks are trained, by default with the paper's constants.

        Args:
            d_optimizer: Keras optimizer of both discriminators, or its name; None is Adam(2e-4, 0.5).
            g_optimizer: Keras optimizer of both generators, or its name; None is Adam(2e-4, 0.5).
            cycle_weight: float of at least 0, the paper's lambda.
            identity_weight: float of at least 0, the mu of the formula: the weight of the identity term as a share of
                lambda. 0 leaves the term out; above 0 the domains must have pictures of one shape.
            penalties, n_critic, d_constraint: as in `GAN.compile`; each discriminator has its own state of a penalty.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if a weight is negative, an identity term meets domains of two shapes, or the optimizers are
                one object.
            TypeError: for other keywords.
        """
        if not (cycle_weight >= 0 and identity_weight >= 0):
            raise ValueError(
                f"Expected weights of at least 0. Received: cycle_weight={cycle_weight!r}, "
                f"identity_weight={identity_weight!r}."
            )
        a, b = (part.shape for part in self.parts)
        if identity_weight and a != b:
            raise ValueError(f"Expected identity_weight=0 for domains of two shapes. Received: {a} and {b}.")
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5),
                "g_optimizer": g_optimizer or keras.optimizers.Adam(2e-4, beta_1=0.5),
                "cycle_weight": cycle_weight,
                "identity_weight": identity_weight,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[],
            logs=["d_loss", "g_loss", "cycle", *["identity"][: identity_weight > 0]],
            **keras_arguments,
        )
        self.cycle_weight, self.identity_weight = cycle_weight, identity_weight

    def training_step(self, data):
        """One update of both generators, then n_critic of both discriminators, on fakes of the pools."""
        G, F, D_A, D_B = self.generator_ab, self.generator_ba, self.discriminator_a, self.discriminator_b
        for k, (a, b) in enumerate(self.critic_batches(data)):
            fakes = self.forward(lambda: (F(b, training=True), G(a, training=True)), G, F)
            fake_a, fake_b = fakes.value
            old_a = self.pool_a(fake_a, seed=self.seed_generator)
            old_b = self.pool_b(fake_b, seed=self.seed_generator)

            def g_loss(fakes):
                fake_a, fake_b = fakes
                adversarial = squares(D_B(fake_b, training=True), 1) + squares(D_A(fake_a, training=True), 1)
                cycle = losses.l1(F(fake_b, training=True), a) + losses.l1(G(fake_a, training=True), b)
                self.log(cycle=cycle)
                return adversarial + self.cycle_weight * (cycle + self.identity_weight * self.identity(a, b))

            if k == 0:
                self.log(g_loss=self.minimize(g_loss, G, F, made=fakes))

            def d_loss():
                real_a, real_b = self.hear(D_A(a, training=True)), self.hear(D_B(b, training=True))
                real = squares(real_a, 1) + squares(real_b, 1)
                loss = 0.5 * (real + squares(D_A(old_a, training=True), 0) + squares(D_B(old_b, training=True), 0))
                return loss + self.sum_penalties(D_A, a, old_a) + self.sum_penalties(D_B, b, old_b)

            logs = self.log(d_loss=self.minimize(d_loss, D_A, D_B))
        return logs

    def identity(self, a, b):
        """How much each generator changes pictures of the domain that it makes; 0 if that has no weight."""
        if not self.identity_weight:
            return 0.0
        distance = losses.l1(self.generator_ab(b, training=True), b) + losses.l1(self.generator_ba(a, training=True), a)
        self.log(identity=distance)
        return distance

    def verdicts(self, data):
        """What both discriminators say of pictures and of fresh fakes; see `AdversarialModel.verdicts`."""
        D_A, D_B, (a, b) = self.discriminator_a, self.discriminator_b, data
        fake_a, fake_b = self.generator_ba(b, training=True), self.generator_ab(a, training=True)
        return [
            (D_A(a, training=True), D_A(fake_a, training=True), a, fake_a),
            (D_B(b, training=True), D_B(fake_b, training=True), b, fake_b),
        ]

    def translate(self, images, direction="AtoB", seed=None):
        """Translates pictures, without touching the state of training.

        Args:
            images: float array (n, *shape), in [-1, 1]; of generators that convolve alone, as the paper's, of any sides
                that `multiple` divides.
            direction: "AtoB" or "BtoA".
            seed: None or int, from which generators that draw noise draw it.

        Returns:
            float32 array (n, *shape) in [-1, 1].

        Raises:
            ValueError: if the pictures do not fit the generator, or the direction is unknown.
        """
        generator = check_direction(direction, self.ways)
        shape = generator.input_shape[1:]
        fitting = self.multiple and images.shape[3:] == shape[2:]
        if fitting and not any(side % self.multiple for side in images.shape[1:3]):
            shape = (None, None, shape[2])
        check_pictures(images, Part("pictures", shape))
        with self.making(seed):  # by `call`, as the model itself refuses other sides than those it was built for
            return in_chunks(generator.call, images, size=8)

    def make(self, n, given=None, seed=None):
        """Translates pictures of domain A, see `Roles.make`."""
        return self.translate(given, seed=seed)

    def sheet(self, n=None, seed=None, real=None):
        """Makes rows of a, G(a), F(G(a)) and b, F(b), G(F(b)).

        Args:
            n: int, how many pictures of each domain; by default 8, or as many as there are of both.
            seed: not used: there is no noise.
            real: tuple of two float arrays (N, ...), pictures of A and of B, of which the first n are shown.

        Returns:
            A tuple (pictures, columns): float32 (6 n, ...), and how many make a row.
        """
        a, b = of_both(real, self.parts, n)
        ab, ba = self.translate(a), self.translate(b, "BtoA")
        return side_by_side(a, ab, self.translate(ab, "BtoA"), b, ba, self.translate(ba)), 6

    def get_config(self):
        return {**super().get_config(), "pool_size": self.pool_size}
