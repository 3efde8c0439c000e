"""What the conditional games share: networks that take labels, or other conditions, and samples of a wanted class."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.models.conditions import Conditions
from keras_gans.models.from_latents import FromLatents


class Conditional(Conditions, FromLatents):
    """A game of one generator and one discriminator that are told what is wanted: a class, or a vector.

    Args:
        generator: built `keras.Model`, [latents (N, latent_dim), labels (N,) or vectors (N, d)] -> (N, *shape).
        discriminator: built `keras.Model`, as the game says.
        latent_dim: int, length of a latent vector.
        classes: int, how many classes; the conditions are labels, ints in 0 to classes - 1. None for vectors.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.
        **others: built `keras.Model`, a game's further networks by their names.

    Raises:
        ValueError: if the networks do not fit each other, the latents or the classes.
    """

    def __init__(self, generator, discriminator, latent_dim, classes=None, seed=0, name=None, **others):
        super().__init__(generator, discriminator, latent_dim, seed, name, **others)
        self.classes = classes
        takes = generator.input_shape
        if not isinstance(takes, list) or len(takes) != 2 or (classes is not None) != (len(takes[1]) == 1):
            wanted = "vectors (N, d), as classes is None" if classes is None else "labels (N,)"
            raise ValueError(f"Expected a generator of latents and of {wanted}. Received: input shape {takes}.")

    def mismatched(self, condition):
        """Makes conditions that do not match: of labels each another one, of vectors the neighbour's.

        Args:
            condition: int tensor (m,), labels, or float tensor (m, d), vectors.

        Returns:
            tensor of the same shape.

        Raises:
            ValueError: if a single vector has no neighbour.
        """
        rows = ops.shape(condition)[0]
        if self.classes is None and condition.shape[0] == 1 and self.replicas == 1:
            raise ValueError(
                "Expected two examples or more in a batch, whose vectors are each other's mismatches. "
                "Received: a batch of 1."
            )
        if self.classes is None:
            return engine.own_rows(ops.roll(engine.all_rows(condition), 1, axis=0), rows)

        def draw(rows):
            return keras.random.randint((rows,), 1, self.classes, dtype="int32", seed=self.seed_generator)

        return (ops.cast(condition, "int32") + engine.replica_rows(draw, rows)) % self.classes

    def verdicts(self, data):
        """What D says of real and of generated examples, by its first output; see `AdversarialModel.verdicts`."""
        x, c = data
        fake = self.generator([self.sample_latents(ops.shape(x)[0]), c], training=True)

        def judged(x):
            outputs = self.discriminator([x, c] if len(self.discriminator.inputs) > 1 else x, training=True)
            return outputs[0] if isinstance(outputs, (list, tuple)) else outputs

        return [(judged(x), judged(fake), x, fake)]

    def get_config(self):
        return {**super().get_config(), "classes": self.classes}


def check_discriminator(discriminator, generator, inputs, outputs):
    """Refuses a discriminator of other numbers of inputs and outputs (raises ValueError).

    Args:
        discriminator: built `keras.Model`.
        generator: built `keras.Model` of two inputs, whose second the discriminator's second must equal.
        inputs: 1 for the examples alone, 2 for examples and conditions.
        outputs: list of strings, what it should return.
    """
    takes, gives = discriminator.input_shape, discriminator.output_shape
    found = (len(takes) if isinstance(takes, list) else 1, len(gives) if isinstance(gives, list) else 1)
    if found != (inputs, len(outputs)) or (inputs == 2 and takes[1] != generator.input_shape[1]):
        what = "examples" + (f" and conditions {generator.input_shape[1]}" if inputs == 2 else "")
        raise ValueError(
            f"Expected a discriminator of {what} that returns {' and '.join(outputs)}. "
            f"Received: input shape {takes}, output shape {gives}."
        )
