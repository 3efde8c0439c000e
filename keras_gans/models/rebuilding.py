"""What models share that rebuild examples: an encoder's examples go in, and come out again."""

from keras_gans.data.check import Part
from keras_gans.models.translation import check_direction, check_pictures


class Rebuilds:
    """The part of a model with an `encoder`, and `encode` and `decode`, by which it rebuilds examples."""

    @property
    def parts(self):
        """The examples: what the encoder takes."""
        return (Part("examples", self.encoder.input_shape[1:]),)

    @property
    def ways(self):
        """From pictures to the same pictures, where the examples are pictures."""
        return {"AtoA": self.encoder} if len(self.encoder.input_shape) == 4 else {}

    def reconstruct(self, examples):
        """Rebuilds examples, without noise: `decode` of `encode`; raises ValueError if they do not fit."""
        return self.decode(self.encode(examples))

    def translate(self, images, direction="AtoA", seed=None):
        """Rebuilds pictures, as `reconstruct` does: a domain is translated to itself.

        Args:
            images: float array (n, *shape), in [-1, 1].
            direction: "AtoA".
            seed: not used: there is no noise.

        Returns:
            float32 array (n, *shape) in [-1, 1].

        Raises:
            ValueError: if the pictures do not fit, or the direction is another.
        """
        check_direction(direction, self.ways)
        check_pictures(images, self.parts[0])
        return self.reconstruct(images)
