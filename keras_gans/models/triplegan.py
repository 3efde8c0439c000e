"""Triple-GAN: a classifier is the third player, and learns from few labels and many examples without."""

import keras
import numpy as np
from keras import ops

from keras_gans import losses
from keras_gans.data.check import Part, check_array
from keras_gans.losses.adversarial import as_float32
from keras_gans.models.conditional import Conditional, check_discriminator
from keras_gans.models.from_latents import FromLatents
from keras_gans.training import Player
from keras_gans.training.latents import in_chunks

__all__ = ["TripleGAN"]


@keras.saving.register_keras_serializable("keras_gans")
class TripleGAN(Conditional):
    """Triple-GAN: G makes an example of a label, C a label of an example, and D judges both kinds of pairs.

    D alone says what is a real pair. G and C are its two opponents, who never play against each other; so no network
    has to name classes and to find out fakes at once, as `ACGAN`'s D has.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,)] -> (N, *shape).
        discriminator: built `keras.Model`, [(N, *shape), labels (N,)] -> logits (N, 1), or patches.
        classifier: built `keras.Model`, (N, *shape) -> logits (N, classes).
        latent_dim: int, length of a latent vector.
        classes: int, how many classes.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Call arguments:
        inputs: list of latents, float tensor (N, latent_dim), and labels, int tensor (N,).

    Returns:
        The generator's outputs, (N, *shape).

    Raises:
        ValueError: if the networks do not fit each other, the latents or the classes.

    Formula:
        With (x, c) a labelled example, u one without, k = argmax C(u), p_k the probability that C gives it, and G's
        example of c:
        D maximises (1 - s) E[log D(x, c)] + s E[log D(u, k)] + alpha E[log(1 - D(u, k))]
        + (1 - alpha) E[log(1 - D(G(z, c), c))], s the share `pseudo` of its positives;
        C minimises R_L + alpha_p R_P + alpha w E[-p_k log D(u, k)] + entropy E[H(C(u))] + balance CE(1/K, E[C(u)]),
        with R_L and R_P the cross-entropies of labelled and of generated examples, w the weight `adversarial`;
        G minimises (1 - alpha) E[-log D(G(z, c), c)].
        With `saturating` -log D is log(1 - D), for C and for G.

    Deviations:
        The players move in the order D, C, G; in the authors' code D, G, C. Labels of generated examples are those of
        the labelled batch, of which `data.partly_labelled` has equally many of each class; the authors' code has
        exactly as many of each in every batch. The examples without labels on which C plays are also those that D
        takes for positives, by C's labels; in the authors' code these are other draws, and the share s is that of
        their number. Neither their pretraining of C nor what they do on CIFAR-10 (temporal ensembling, whitening)
        is here.

    Reference:
        Li, Xu, Zhu and Zhang, 2017, Triple Generative Adversarial Nets, arXiv:1703.02291, and the authors' code,
        github.com/zhenxuan00/triple-gan, whose "argmax" objective is C's term.

    Example:
        ```python
        few = data.partly_labelled(images, labels, per_class=10)
        model = recipes.triplegan(image_shape=(16, 16, 1), classes=10)
        model.fit(few, batch_size=100, epochs=100)
        model.classify(images).argmax(axis=1)
        ```
    """

    players = (*FromLatents.players, Player("c", ("classifier",), answers=True))
    aligned = (2, 1)
    classifies = True
    boundary = 0.0

    def __init__(self, generator, discriminator, classifier, latent_dim, classes, seed=0, name="triplegan"):
        super().__init__(generator, discriminator, latent_dim, classes, seed, name, classifier=classifier)
        check_discriminator(discriminator, generator, 2, ["logits"])
        found = classifier.input_shape, classifier.output_shape
        if found != (generator.output_shape, (None, classes)):
            raise ValueError(
                f"Expected a classifier of what the generator makes, {generator.output_shape}, that returns logits "
                f"{(None, classes)}. Received: input shape {found[0]}, output shape {found[1]}."
            )

    @property
    def parts(self):
        """Images and their labels, and images without."""
        return (*super().parts, Part("unlabelled images", self.generator.output_shape[1:]))

    def compile(
        self,
        d_optimizer,
        c_optimizer,
        g_optimizer,
        alpha=0.5,
        pseudo=0.0,
        adversarial=1.0,
        alpha_p=0.0,
        alpha_p_start=0,
        entropy=0.0,
        balance=0.0,
        saturating=False,
        penalties=(),
        n_critic=1,
        d_constraint=None,
        **keras_arguments,
    ):
        """Sets how the three networks are trained.

        Args:
            d_optimizer: Keras optimizer of the discriminator, or its name.
            c_optimizer: Keras optimizer of the classifier, or its name; not the same object.
            g_optimizer: Keras optimizer of the generator, or its name; not the same object.
            alpha: float in [0, 1], the share of C's pairs in what D rejects; the rest are G's.
            pseudo: float in [0, 1], the share of examples with C's own labels in what D accepts.
            adversarial: float of at least 0, a further weight of what C pays to D.
            alpha_p: float of at least 0, the weight of generated examples in C's loss.
            alpha_p_start: int of at least 0, the training step from which on C learns from generated examples.
            entropy: float of at least 0, the weight of the entropy of C's answers.
            balance: float of at least 0, the weight by which C's answers are spread over the classes.
            saturating: whether C and G play log(1 - D), the minimax game's own, in place of -log D.
            penalties, n_critic, d_constraint: as in `GAN.compile`.
            **keras_arguments: as in `GAN.compile`, e.g. `ema`, which averages the weights of G and C.

        Raises:
            ValueError: if a weight is out of range, the optimizers are one object, or a penalty meets a discriminator
                with batch norm.
            TypeError: for other keywords.
        """
        weights = {"adversarial": adversarial, "alpha_p": alpha_p, "entropy": entropy, "balance": balance}
        shares = {"alpha": alpha, "pseudo": pseudo}
        _check_weights(weights, shares, alpha_p_start)
        self._compile(
            arguments={
                "d_optimizer": d_optimizer,
                "c_optimizer": c_optimizer,
                "g_optimizer": g_optimizer,
                **shares,
                **weights,
                "alpha_p_start": alpha_p_start,
                "saturating": saturating,
                "penalties": list(penalties),
                "n_critic": n_critic,
                "d_constraint": keras.constraints.get(d_constraint),
            },
            terms=[],
            logs=["d_loss", "c_loss", "g_loss", "c_labelled", "c_unlabelled", "c_generated"],
            **keras_arguments,
        )
        self.alpha, self.pseudo, self.adversarial = alpha, pseudo, adversarial
        self.alpha_p, self.alpha_p_start = alpha_p, alpha_p_start
        self.entropy, self.balance, self.saturating = entropy, balance, saturating

    def training_step(self, data):
        """n_critic updates of D on three kinds of pairs, then one of C, and one of G."""
        D, C, G = self.discriminator, self.classifier, self.generator
        for x, c, u in self.critic_batches(data):
            # Sample m latents, and C's labels of the unlabelled; update D
            m = ops.shape(x)[0]
            fakes = self.forward(lambda: G([self.sample_latents(m), c], training=True), G)
            fake, k = fakes.value, ops.argmax(C(u, training=True), axis=-1)

            def d_loss():
                pairs = [x, c], [u, k], [fake, c]
                labelled, guessed, generated = (as_float32(D(pair, training=True)) for pair in pairs)
                accept = (1 - self.pseudo) * _log_loss(1.0, self.hear(labelled)) + self.pseudo * _log_loss(1.0, guessed)
                reject = self.alpha * _log_loss(0.0, guessed) + (1 - self.alpha) * _log_loss(0.0, generated)
                return accept + reject + self.sum_penalties(D, x, fake, lambda x: [x, c])

            self.log(d_loss=self.minimize(d_loss, D))

        # Update C on the labelled, the unlabelled and the last fakes
        def c_loss():
            labelled = losses.class_cross_entropy(c, C(x, training=True))
            unlabelled = self.of_unlabelled(u, as_float32(C(u, training=True)))
            generated = losses.class_cross_entropy(c, C(fake, training=True))
            self.log(c_labelled=labelled, c_unlabelled=unlabelled, c_generated=generated)
            begun = ops.cast(self.optimizer.iterations >= self.alpha_p_start, "float32")
            return labelled + unlabelled + self.alpha_p * begun * generated

        self.log(c_loss=self.minimize(c_loss, C))

        # Update G on the last fakes
        def g_loss(fake):
            return (1 - self.alpha) * self.fooling(D([fake, c], training=True))

        return self.log(g_loss=self.minimize(g_loss, G, made=fakes))

    def of_unlabelled(self, u, logits):
        """What C pays for its answers on unlabelled examples: to D, by its hard label, and for doubt and bias.

        The score of a hard label has no slope: C learns by the probability that it gives the label, weighed by how
        much D dislikes the pair.

        Args:
            u: float tensor (m, *shape).
            logits: float32 tensor (m, classes), C's answers.

        Returns:
            float32 scalar.
        """
        scores = self.discriminator([u, ops.argmax(logits, axis=-1)], training=True)
        sure = ops.max(ops.softmax(logits, axis=-1), axis=-1)
        sure = ops.reshape(sure, (-1, *[1] * (len(scores.shape) - 1)))
        played = self.alpha * self.adversarial * self.fooling(scores, sure)
        return played + self.entropy * losses.entropy(logits) + self.balance * losses.balance(logits)

    def fooling(self, scores, weights=1.0):
        """What G and C pay for D's scores: the mean of -log D, or of log(1 - D) if `saturating`."""
        if self.saturating:
            return -_log_loss(0.0, scores, weights)
        return _log_loss(1.0, scores, weights)

    def verdicts(self, data):
        """What D says of labelled and of generated examples; see `AdversarialModel.verdicts`."""
        return super().verdicts(data[:2])

    def classify(self, images):
        """Names the class of examples, by C's averages if there are any, and without touching the state of training.

        Args:
            images: float array (N, *shape), images in [-1, 1].

        Returns:
            float32 array (N, classes), probabilities.

        Raises:
            ValueError: if the images do not fit.
        """
        check_array(images, self.parts[0])
        with self.making():
            logits = in_chunks(self.classifier, np.asarray(images, "float32"))
        return ops.convert_to_numpy(ops.softmax(logits, axis=-1))


_log_loss = losses.binary_cross_entropy


def _check_weights(weights, shares, start):
    for name, value in {**weights, **shares}.items():
        most = 1 if name in shares else float("inf")
        if not 0 <= value <= most:
            wanted = "in [0, 1]" if name in shares else "of at least 0"
            raise ValueError(f"Expected `{name}` as a number {wanted}. Received: {value!r}.")
    if not isinstance(start, int) or start < 0:
        raise ValueError(f"Expected `alpha_p_start` as an int of at least 0. Received: {start!r}.")
