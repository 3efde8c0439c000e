"""What the games share in which D also says by how many quarter turns a picture was turned."""

import keras
from keras import ops

from keras_gans import engine, losses
from keras_gans.models.conditional import Conditional, check_discriminator

TURNS = 4
EVERY = 8  # of so many pictures one is turned


class Turning(Conditional):
    """A conditional game whose D has heads beside its score: for quarter turns, and maybe for classes.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,)] -> (N, side, side, channels).
        discriminator: built `keras.Model`, [pictures, labels (N,)] -> [score (N, 1), logits of the turns (N, 4), ...].
        latent_dim: int, length of a latent vector.
        classes: int, how many classes.
        heads: dict of what D returns besides the score -> int, how many logits.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.

    Raises:
        ValueError: if the networks do not fit each other, the latents or the classes, or pictures are no squares.
    """

    def __init__(self, generator, discriminator, latent_dim, classes, heads, seed=0, name=None):
        super().__init__(generator, discriminator, latent_dim, classes, seed, name)
        wanted = {"a score": 1, **heads}
        named = [f"{what} (N, {units})" for what, units in wanted.items()]
        check_discriminator(discriminator, generator, 2, named)
        if [shape[1:] for shape in discriminator.output_shape] != [(units,) for units in wanted.values()]:
            raise ValueError(
                f"Expected a discriminator that returns {', '.join(named)}. "
                f"Received: output shape {discriminator.output_shape}."
            )
        shape = generator.output_shape
        if len(shape) != 4 or shape[1] != shape[2]:
            raise ValueError(f"Expected a generator of square pictures, which can be turned. Received: {shape}.")

    def sample_labels(self, n):
        """Draws labels, each as likely as the others.

        Args:
            n: int or scalar tensor, number of labels (on this replica).

        Returns:
            int32 tensor (n,).
        """
        return engine.replica_rows(
            lambda rows: keras.random.randint((rows,), 0, self.classes, dtype="int32", seed=self.seed_generator), n
        )

    def judge(self, x, y):
        """Asks D of pictures, and of every eighth of them in its other three quarter turns.

        Args:
            x: float tensor (m, side, side, channels).
            y: int tensor (m,), their labels, which are the turned ones', too.

        Returns:
            list of D's outputs: scores (m, 1); logits of the turns, (4 n, 4), of every eighth as it is and then turned
            by one quarter, by two and by three; and what other heads say of the m pictures as they are.
        """
        m, some, theirs = ops.shape(x)[0], x[::EVERY], y[::EVERY]
        if self.replicas > 1 and x.shape[0] is not None and x.shape[0] % EVERY:
            raise ValueError(
                f"Expected a multiple of {EVERY} pictures on each device, as every {EVERY}th is turned. "
                f"Received: {x.shape[0]} on a device."
            )
        x = ops.concatenate([x, *(quarter_turn(some, k) for k in range(1, TURNS))])
        score, turns, *others = self.discriminator([x, ops.concatenate([y, *[theirs] * (TURNS - 1)])], training=True)
        turns = ops.concatenate([turns[:m:EVERY], turns[m:]])
        return [score[:m], turns, *(output[:m] for output in others)]

    def verdicts(self, data):
        """What D says of real and of generated examples, by its score; see `AdversarialModel.verdicts`."""
        x, y = data
        m = ops.shape(x)[0]
        k = self.sample_labels(m)
        fake = self.generator([self.sample_latents(m), k], training=True)
        real_score, fake_score = (self.discriminator(pair, training=True)[0] for pair in ([x, y], [fake, k]))
        return [(real_score, fake_score, x, fake)]


def quarter_turn(x, k):
    """Turns square pictures counter-clockwise, exactly.

    Args:
        x: tensor (N, side, side, channels).
        k: int, 0 to 3, how many quarters.

    Returns:
        tensor of the same shape.
    """
    if k % 2:
        x = ops.transpose(ops.flip(x, axis=2), (0, 2, 1, 3))
    return ops.flip(ops.flip(x, axis=1), axis=2) if k > 1 else x


def turn_loss(logits):
    """Mean of -log of the probability that D gives to the turn by which pictures were turned.

    Args:
        logits: float tensor (4 n, 4), of n pictures as they are, then turned by one quarter, by two and by three.

    Returns:
        float32 scalar.
    """
    rows = ops.shape(logits)[0]
    return losses.class_cross_entropy(ops.arange(rows) // (rows // TURNS), logits)
