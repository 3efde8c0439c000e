"""UNIT: two domains translate through a space that they share; a VAE and a discriminator for each, and cycles."""

import keras
from keras import ops

from keras_gans import engine, losses
from keras_gans.losses import squares
from keras_gans.models.commonspace import CommonSpace
from keras_gans.models.translation import check_maps
from keras_gans.training import AdversarialModel, Player
from keras_gans.training.adversarial import check_terms, shapes

__all__ = ["UNIT"]


@keras.saving.register_keras_serializable("keras_gans")
class UNIT(CommonSpace, AdversarialModel):
    """UNIT: translates between two domains, of which there are no pairs, through a common space of codes.

    An encoder is the front of its domain and then the encoder that both share; a decoder is the one that both share
    and then the back of its domain. A picture is translated by the encoder of its domain and the decoder of the other.

    Args:
        front_a: built `keras.Model`, the paper's E_1 but for its last layers, (N, *shape of A) -> (N, *shape of a map).
        front_b: built `keras.Model`, the same of E_2, (N, *shape of B) -> (N, *shape of a map).
        encoder: built `keras.Model`, the last layers of both, (N, *shape of a map) -> codes (N, *shape of a code).
        decoder: built `keras.Model`, the first layers of G_1 and of G_2, codes -> (N, *shape of another map).
        back_a: built `keras.Model`, the rest of G_1, (N, *shape of another map) -> (N, *shape of A).
        back_b: built `keras.Model`, the rest of G_2, (N, *shape of another map) -> (N, *shape of B).
        discriminator_a: built `keras.Model`, (N, *shape of A) -> scores, (N, 1) or a map (N, h, w, 1).
        discriminator_b: built `keras.Model`, (N, *shape of B) -> scores, (N, 1) or a map (N, h, w, 1).
        seed: int, seed of the noise and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: float tensor (N, *shape of A).

    Returns:
        Their translations, (N, *shape of B).

    Raises:
        ValueError: if the networks do not fit each other, or two have a weight in common.

    Formula:
        With means m_a = E_a(a), m_b = E_b(b), codes z = m + e, e ~ N(0, I), and pictures a_a, b_a = G_a(z_a), G_b(z_a)
        and a_b, b_b = G_a(z_b), G_b(z_b), D_A and D_B minimise
            gan (CE(D_A(a), 1) + CE(D_A(a_b), 0) + CE(D_B(b), 1) + CE(D_B(b_a), 0));
        encoders and decoders minimise, with z' = m' + e' of m' = E_b(b_a),
            gan CE(D_B(b_a), 1) + kl KL(m_a) + rec E|a_a - a| + cycle_kl KL(m') + cycle E|G_a(z') - a|
        and the same of b. KL(m) is the mean of m^2.

    Deviations:
        Codes are normal with variance 1, so that the divergence from N(0, I) is 1/2 the sum of m^2: the mean of m^2 is
        the authors' code's, whose weights these are; of d numbers in a code it is d/2 times as small. That code squares
        m + e, whose mean is larger by 1. Discriminators are shown the translations that encoders and decoders learn
        from; there they are made anew, as with `fresh_fakes`.

    Reference:
        Liu, Breuel, Kautz, 2017, Unsupervised Image-to-Image Translation Networks, arXiv:1703.00848; the authors' code,
        github.com/mingyuliutw/UNIT, branch version_02, `cocogan_trainer.py`.

    Example:
        ```python
        domains = data.domains("outlines", image_size=16, channels=1)
        model = recipes.unit((16, 16, 1), width=8, blocks=1)
        model.fit(domains, batch_size=16, epochs=30)
        digits = model.translate(outlines, "BtoA")
        ```
    """

    players = (
        Player("d", ("discriminator_a", "discriminator_b"), judges=True),
        Player("g", ("front_a", "front_b", "encoder", "decoder", "back_a", "back_b"), makes=True),
    )

    def __init__(
        self,
        front_a,
        front_b,
        encoder,
        decoder,
        back_a,
        back_b,
        discriminator_a,
        discriminator_b,
        seed=0,
        name="unit",
    ):
        (a, seen), (b, _) = shapes(front_a), shapes(front_b)
        check_maps("front_b", front_b, b, seen)
        check_maps("encoder", encoder, seen, None)
        check_maps("decoder", decoder, encoder.output_shape, None)
        check_maps("back_a", back_a, decoder.output_shape, a)
        check_maps("back_b", back_b, decoder.output_shape, b)
        check_maps("discriminator_a", discriminator_a, a, None)
        check_maps("discriminator_b", discriminator_b, b, None)
        networks = {
            "front_a": front_a,
            "front_b": front_b,
            "encoder": encoder,
            "decoder": decoder,
            "back_a": back_a,
            "back_b": back_b,
            "discriminator_a": discriminator_a,
            "discriminator_b": discriminator_b,
        }
        super().__init__(networks, seed, name)

    def compile(
        self,
        d_optimizer=None,
        g_optimizer=None,
        loss="gan",
        gan_weight=10.0,
        kl_weight=0.1,
        reconstruction_weight=100.0,
        cycle_kl_weight=0.1,
        cycle_weight=100.0,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the networks are trained, by default with the constants of the authors' code.

        Args:
            d_optimizer: Keras optimizer of both discriminators, or its name; None is Adam(1e-4, 0.5).
            g_optimizer: Keras optimizer of all other networks, or its name; None is Adam(1e-4, 0.5).
            loss: `losses.AdversarialLoss` or its name.
            gan_weight: float of at least 0, lambda_0, the weight of the loss in both players' losses.
            kl_weight: float of at least 0, lambda_1, of the codes of pictures.
            reconstruction_weight: float of at least 0, lambda_2, of pictures that are decoded in their own domain.
            cycle_kl_weight: float of at least 0, lambda_3, of the codes of translations.
            cycle_weight: float of at least 0, lambda_4, of pictures that come back from the other domain.
            penalties, n_critic, d_constraint: as in `GAN.compile`; each discriminator has its own state of a penalty.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`.

        Raises:
            ValueError: if a weight is negative, the optimizers are one object, or the loss compares real and
                generated examples.
            TypeError: for other keywords.
        """
        loss = losses.get(loss)
        weights = {
            "gan_weight": gan_weight,
            "kl_weight": kl_weight,
            "reconstruction_weight": reconstruction_weight,
            "cycle_kl_weight": cycle_kl_weight,
            "cycle_weight": cycle_weight,
        }
        check_terms(loss, **weights)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer or keras.optimizers.Adam(1e-4, beta_1=0.5),
                "g_optimizer": g_optimizer or keras.optimizers.Adam(1e-4, beta_1=0.5),
                "loss": loss,
                **weights,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[loss],
            logs=["d_loss", "g_loss", "kl", "reconstruction", "cycle_kl", "cycle"],
            **keras_arguments,
        )
        self.loss = loss
        for name, weight in weights.items():
            setattr(self, name, weight)

    def training_step(self, data):
        """n_critic updates of both discriminators, then one of encoders and decoders on the last batch."""
        D_A, D_B = self.discriminator_a, self.discriminator_b
        for a, b in self.critic_batches(data):
            seen = self.forward(lambda: self.translated(a, b), *self.makers)
            *_, b_a, a_b = seen.value

            def d_loss():
                of_a = self.loss.discriminator_loss(self.hear(D_A(a, training=True)), D_A(a_b, training=True))
                of_b = self.loss.discriminator_loss(self.hear(D_B(b, training=True)), D_B(b_a, training=True))
                penalty = self.sum_penalties(D_A, a, a_b) + self.sum_penalties(D_B, b, b_a)
                return self.gan_weight * (of_a + of_b) + penalty

            self.log(d_loss=self.minimize(d_loss, D_A, D_B))

        def g_loss(seen):
            m_a, m_b, a_a, b_b, b_a, a_b = seen
            n_a, n_b, a_b_a, b_a_b = self.brought_back(b_a, a_b)
            score_a, score_b = D_A(a_b, training=True), D_B(b_a, training=True)
            gan = self.loss.generator_loss(score_a) + self.loss.generator_loss(score_b)
            kl, cycle_kl = squares(m_a, 0) + squares(m_b, 0), squares(n_a, 0) + squares(n_b, 0)
            reconstruction = losses.l1(a_a, a) + losses.l1(b_b, b)
            cycle = losses.l1(a_b_a, a) + losses.l1(b_a_b, b)
            self.log(kl=kl, reconstruction=reconstruction, cycle_kl=cycle_kl, cycle=cycle)
            vae = self.kl_weight * kl + self.reconstruction_weight * reconstruction
            return self.gan_weight * gan + vae + self.cycle_kl_weight * cycle_kl + self.cycle_weight * cycle

        return self.log(g_loss=self.minimize(g_loss, *self.makers, made=seen))

    def translated(self, a, b):
        """Codes pictures, and draws each in both domains.

        Args:
            a: float tensor (N, *shape of A).
            b: float tensor (N, *shape of B).

        Returns:
            tuple of the means m_a and m_b, and of pictures a_a, b_b, b_a and a_b, named as in the formula.
        """
        m_a, m_b = self.mean(self.front_a, a), self.mean(self.front_b, b)
        a_a, b_a = self.drawn(self.noisy(m_a), self.back_a, self.back_b)
        a_b, b_b = self.drawn(self.noisy(m_b), self.back_a, self.back_b)
        return m_a, m_b, a_a, b_b, b_a, a_b

    def brought_back(self, b_a, a_b):
        """Brings translations back to their domains.

        Args:
            b_a: float tensor (N, *shape of B), what pictures of A became.
            a_b: float tensor (N, *shape of A), what pictures of B became.

        Returns:
            tuple of the means of b_a and of a_b, and of what they become in A and in B.
        """
        n_a, n_b = self.mean(self.front_b, b_a), self.mean(self.front_a, a_b)
        (a_b_a,) = self.drawn(self.noisy(n_a), self.back_a)
        (b_a_b,) = self.drawn(self.noisy(n_b), self.back_b)
        return n_a, n_b, a_b_a, b_a_b

    def noisy(self, mean):
        """Draws codes, normal with variance 1 around their means; float32 tensor of the same shape."""
        noise = engine.replica_rows(
            lambda rows: keras.random.normal((rows, *mean.shape[1:]), dtype="float32", seed=self.seed_generator),
            ops.shape(mean)[0],
        )
        return ops.cast(mean, "float32") + noise

    def verdicts(self, data):
        """What both discriminators say of pictures and of translations; see `AdversarialModel.verdicts`."""
        D_A, D_B, (a, b) = self.discriminator_a, self.discriminator_b, data
        *_, b_a, a_b = self.translated(a, b)
        return [
            (D_A(a, training=True), D_A(a_b, training=True), a, a_b),
            (D_B(b, training=True), D_B(b_a, training=True), b, b_a),
        ]
