"""What models share that enlarge pictures: their data, pictures of any size, and tiles of large ones."""

import math

import numpy as np
from keras import layers

from keras_gans.data.check import Part
from keras_gans.data.enlargements import bicubic
from keras_gans.layers import PixelShuffle
from keras_gans.models.translation import SHOWN, check_direction, check_pictures, check_real, side_by_side
from keras_gans.training.adversarial import shapes
from keras_gans.training.latents import in_chunks

TILE = 128  # pixels of a side of the part of a small picture that is enlarged at a time
POINTWISE = (  # layers of which a pixel is decided by that pixel alone
    *(layers.InputLayer, layers.Rescaling, layers.Activation, layers.ReLU, layers.LeakyReLU, layers.PReLU),
    *(layers.BatchNormalization, layers.Add),
)


class Enlarges:
    """The part of a model by whose `generator` small pictures become large ones.

    Its data are `data.enlargements`: pictures, and beside each a small version of it.

    Attributes:
        factor: int, how many times as long the sides of pictures become.
        image_shape: tuple (height, width, channels), of the pictures that it is trained on.
    """

    kind = "enlargements"
    given, made, paired = 1, 0, True

    @property
    def factor(self):
        return factor_of(self.generator)

    @property
    def parts(self):
        """Pictures, and small versions of them."""
        height, width, channels = self.image_shape
        small = (height // self.factor, width // self.factor, channels)
        return Part("pictures", tuple(self.image_shape)), Part("small pictures", small)

    @property
    def ways(self):
        """The only direction, from small pictures to large ones."""
        return {"AtoB": self.generator}

    @property
    def baselines(self):
        """Bicubic pictures, which need no training; see `Roles`."""
        return {"bicubic": lambda small: bicubic(small, self.factor)}

    def call(self, inputs, training=False):
        return self.make_or_train(self.generator, inputs, training)

    def translate(self, images, seed=None, direction="AtoB"):
        """Enlarges pictures of any size, without touching the state of training; averages are used if there are any.

        Large pictures are enlarged in tiles, which see as much around them as decides them: there are no seams.

        Args:
            images: float array (n, height, width, channels), in [-1, 1].
            seed: not used: there is no noise.
            direction: "AtoB", the only one.

        Returns:
            float32 array (n, factor * height, factor * width, channels), cut to [-1, 1].

        Raises:
            ValueError: if the pictures do not fit the generator, or the direction is another.
        """
        check_direction(direction, self.ways)
        check_pictures(images, Part("pictures", self.generator.input_shape[1:]))
        with self.making():
            return np.clip(tiled(self.generator, np.asarray(images), self.factor), -1, 1)

    def make(self, n, given=None, seed=None):
        """Enlarges small pictures, see `Roles.make`."""
        return self.translate(given)

    def sheet(self, n=None, seed=None, real=None):
        """Makes rows of small pictures with their pixels shown, bicubic ones, what the generator makes, and real ones.

        Args:
            n: int, how many pictures; by default 8, or as many as there are.
            seed: not used: there is no noise.
            real: tuple of two float arrays (N, ...), pictures and small ones, of which the first n are shown.

        Returns:
            A tuple (pictures, columns): float32 (4 n, ...), and how many make a row.
        """
        pictures, small = (part[: n or SHOWN] for part in check_real(real, self.parts))
        blocks = np.repeat(np.repeat(small, self.factor, axis=1), self.factor, axis=2)
        made = self.translate(small)
        return side_by_side(blocks, bicubic(small, self.factor), made, pictures), 8 if len(small) > 3 else 4


def factor_of(generator):
    """Says how many times as long a network makes the sides of pictures of any size.

    Args:
        generator: built `keras.Model`, (N, height, width, channels) -> (N, factor * height, factor * width, channels).

    Returns:
        int.

    Raises:
        ValueError: if it is no such network.
    """
    takes, makes = shapes(generator)
    if takes == makes == (None, None, None, takes[-1]):
        _, height, width, _ = generator.compute_output_shape((1, 4, 4, takes[-1]))
        if height == width and height % 4 == 0:
            return height // 4
    raise ValueError(
        "Expected a generator that enlarges pictures of any size, (None, None, None, channels), as often along both "
        f"sides. Received: input shape {takes} and output shape {makes}."
    )


def check_enlarged(image_shape, generator):
    """Refuses pictures that are no enlargement by a network of smaller ones; returns their shape, a tuple."""
    factor, channels = factor_of(generator), generator.input_shape[-1]
    shape = tuple(image_shape)
    if len(shape) != 3 or shape[2] != channels or any(not side or side % factor for side in shape[:2]):
        raise ValueError(
            f"Expected pictures (height, width, {channels}) with sides that {factor} divides, as the generator makes "
            f"them. Received: {shape}."
        )
    return shape


def tiled(network, images, factor, tile=TILE):
    """Enlarges pictures, one tile after the other where they are larger than one.

    Args:
        network: built `keras.Model`, see `factor_of`.
        images: float array (n, height, width, channels).
        factor: int, see `factor_of`.
        tile: int, pixels of a tile's side in the small picture.

    Returns:
        float32 array (n, factor * height, factor * width, channels), the same as of the whole pictures, up to rounding.
    """
    n, height, width, channels = images.shape
    around = reach(network)
    if around is None:
        tile = max(height, width)
    made = np.empty((n, factor * height, factor * width, channels), "float32")
    for top, left in np.ndindex(-(-height // tile), -(-width // tile)):
        spans = [_span(start * tile, tile, around or 0, side) for start, side in ((top, height), (left, width))]
        seen, kept, placed = ([span[which] for span in spans] for which in range(3))
        part = images[:, seen[0], seen[1]]
        large = in_chunks(network, part, size=max(1, TILE**2 // math.prod(part.shape[1:3])))
        rows, columns = (_times(some, factor) for some in kept)
        made[(slice(None), *(_times(some, factor) for some in placed))] = large[:, rows, columns]
    return made


def _span(start, tile, around, side):
    """Along one side: what is seen of a picture, which part of that is kept, and where it is in the picture, slices."""
    stop, first = min(start + tile, side), max(0, start - around)
    return slice(first, min(stop + around, side)), slice(start - first, stop - first), slice(start, stop)


def _times(some, factor):
    return slice(factor * some.start, factor * some.stop)


def reach(network):
    """Says how far from each other, at most, a pixel can be that a network makes and one that decides it.

    Args:
        network: built `keras.Model` of pictures.

    Returns:
        int, pixels of the small picture; None if it has layers of which that is not known.
    """
    scale, far = 1, 0.0
    for layer in network.layers:
        if type(layer) is layers.Conv2D and set(layer.strides) == {1} and layer.padding == "same":
            far += max(rate * (size // 2) for size, rate in zip(layer.kernel_size, layer.dilation_rate)) / scale
        elif isinstance(layer, PixelShuffle):
            scale *= layer.factor
        elif not isinstance(layer, POINTWISE):
            return None
    return math.ceil(far)
