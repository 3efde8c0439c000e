"""Residual blocks that climb from a first map of 4 to 7 pixels to pictures of 16 to 512, and down again.

SAGAN and BigGAN are made of them; BigGAN-deep has blocks of its own on the same ladder of widths.
"""

import dataclasses

from keras import layers, ops

from keras_gans.layers import NearestUpSampling2D, SelfAttention, SpectralNormalization
from keras_gans.networks.residual import batch_norm

SMALLEST, LARGEST = 16, 512  # pixels of a side
BASE = 7  # the first map is at most this large: 7 for 28 pixels, 4 for powers of two
LAST = 8  # pixels at which the discriminators of small pictures stop halving
SMALL = 3  # doublings up to which pictures are small: to 56 pixels
UP = {  # number of doublings -> widths of the generator's maps by `width`, the first map and what each block makes
    2: (4, 4, 4),
    3: (4, 4, 4, 4),
    4: (16, 16, 8, 4, 2),
    5: (16, 16, 8, 4, 2, 1),
    6: (16, 16, 8, 8, 4, 2, 1),
    7: (16, 16, 8, 8, 4, 2, 1, 1),
}
DOWN = {  # number of doublings -> widths of the discriminator's maps by `width`, what each block makes
    2: (2, 2, 2),
    3: (2, 2, 2, 2),
    4: (1, 2, 4, 8, 16),
    5: (1, 2, 4, 8, 16, 16),
    6: (1, 2, 4, 8, 8, 16, 16),
    7: (1, 1, 2, 4, 8, 8, 16, 16),
}


@dataclasses.dataclass(frozen=True)
class Weights:
    """How the layers with weights of a network are made.

    Args:
        initializer: string, the Keras initializer of their kernels and tables.
        spectral_norm: whether each is under `layers.SpectralNormalization`.
    """

    initializer: str
    spectral_norm: bool = True

    def normalized(self, layer):
        """A layer, under spectral normalization if the network has it."""
        return SpectralNormalization(layer) if self.spectral_norm else layer

    def convolution(self, filters, side):
        """A convolution that keeps the map's side."""
        return self.normalized(layers.Conv2D(filters, side, padding="same", kernel_initializer=self.initializer))

    def dense(self, units, dtype=None):
        """A dense layer."""
        return self.normalized(layers.Dense(units, kernel_initializer=self.initializer, dtype=dtype))

    def embedding(self, classes, units, dtype=None):
        """A table of a row for each class."""
        return self.normalized(layers.Embedding(classes, units, self.initializer, dtype=dtype))

    def attention(self):
        """The code's form of self-attention."""
        return SelfAttention(spectral_norm=self.spectral_norm, kernel_initializer=self.initializer)


def picture(latents, rungs, width, norm, weights, attention):
    """The generator's body: Dense, blocks that double the side, batch norm, ReLU, convolution, tanh.

    Args:
        latents: symbolic float tensor (N, d), what the dense layer takes.
        rungs: `Rungs` of the pictures.
        width: int, what the multipliers of the ladder multiply.
        norm: function (map, number of the block, from 1) -> map, the conditional normalization.
        weights: `Weights`.
        attention: None, or int, the side of the map that self-attention follows.

    Returns:
        symbolic float32 tensor (N, side, side, channels) in [-1, 1].
    """
    first, *others = [width * multiplier for multiplier in UP[rungs.doublings]]
    x = layers.Reshape((rungs.first, rungs.first, first))(weights.dense(rungs.first**2 * first)(latents))
    for block, filters in enumerate(others, start=1):
        x = up(x, filters, lambda x, block=block: norm(x, block), weights, f"block_{block}")
        x = weights.attention()(x) if x.shape[1] == attention else x
    return to_rgb(x, rungs.channels, weights)


def features(images, rungs, width, weights, attention):
    """The discriminator's body: blocks that halve the side, ReLU, the sum over the places of the last map.

    What a discriminator says is a linear layer on it; see `score`.

    Args:
        images: symbolic float tensor (N, side, side, channels).
        rungs, width, weights, attention: as in `picture`.

    Returns:
        symbolic float32 tensor (N, C), the output of a layer named "features".
    """
    x = images
    for block, (multiplier, strided) in enumerate(zip(DOWN[rungs.doublings], rungs.strides()), start=1):
        before = x.shape[1]
        x = down(x, width * multiplier, weights, strided, block > 1, f"block_{block}")
        x = weights.attention()(x) if x.shape[1] == attention < before else x
    return summed(x)


def up(x, filters, norm, weights, name):
    """A block that doubles the side: norm, ReLU, nearest neighbour, convolution, norm, ReLU, convolution; a shortcut.

    The shortcut is a 1x1 convolution, then the nearest neighbour: the same as the other way round, at a quarter of the
    cost.

    Args:
        x: symbolic float tensor (N, H, W, C).
        filters: int, channels of the output.
        norm: function map -> map.
        weights: `Weights`.
        name: string, the name of the sum at the end.

    Returns:
        symbolic float tensor (N, 2 H, 2 W, filters).
    """
    shortcut = NearestUpSampling2D()(weights.convolution(filters, 1)(x))
    x = NearestUpSampling2D()(layers.ReLU()(norm(x)))
    x = weights.convolution(filters, 3)(x)
    x = weights.convolution(filters, 3)(layers.ReLU()(norm(x)))
    return layers.Add(name=name)([x, shortcut])


def down(x, filters, weights, strided, rectified, name):
    """A block that halves the side, or keeps it: ReLU, convolution, ReLU, convolution, mean over 2x2; a shortcut.

    The shortcut is the mean, then a 1x1 convolution (the same as the other way round, at a quarter of the cost); it is
    the map itself where neither side nor channels change.

    Args:
        x: symbolic float tensor (N, H, W, C).
        filters: int, channels of the output.
        weights: `Weights`.
        strided: whether both sides are halved.
        rectified: whether the block begins with ReLU; one that sees pictures does not.
        name: string, the name of the sum at the end.

    Returns:
        symbolic float tensor (N, H / 2, W / 2, filters), or (N, H, W, filters).
    """
    shortcut = layers.AveragePooling2D(2)(x) if strided else x
    if strided or x.shape[-1] != filters:
        shortcut = weights.convolution(filters, 1)(shortcut)
    x = weights.convolution(filters, 3)(layers.ReLU()(x) if rectified else x)
    x = weights.convolution(filters, 3)(layers.ReLU()(x))
    return layers.Add(name=name)([layers.AveragePooling2D(2)(x) if strided else x, shortcut])


def to_rgb(x, channels, weights):
    """Makes a picture of the last map: batch norm with scale and shift, ReLU, convolution, tanh in float32."""
    x = weights.convolution(channels, 3)(layers.ReLU()(batch_norm(x)))
    return layers.Activation("tanh", dtype="float32", name="images")(x)


def summed(x):
    """The sum of a rectified map over its places, in float32, whose range it needs; the layer "features"."""
    return layers.Identity(dtype="float32", name="features")(ops.sum(layers.ReLU(dtype="float32")(x), axis=(1, 2)))


def score(h, labels, classes, weights):
    """Projection: what a linear layer says of the features, plus the inner product of features and class.

    Args:
        h: symbolic float tensor (N, C), what `features` returned.
        labels: symbolic int tensor (N,).
        classes: int, number of classes.
        weights: `Weights`.

    Returns:
        symbolic float32 tensor (N, 1), w h + b + <v_y, h>.
    """
    logits = weights.dense(1, "float32")(h)
    embedded = weights.embedding(classes, h.shape[-1], "float32")(labels)
    return layers.Add(dtype="float32")([logits, layers.Dot(axes=1, dtype="float32")([embedded, h])])


@dataclasses.dataclass(frozen=True)
class Rungs:
    """The sides of a ladder's maps: a first one of 4 to 7 pixels that is doubled until the picture's side is reached.

    Args:
        first: int, side of the first map.
        doublings: int.
        channels: int, channels of the pictures.
    """

    first: int
    doublings: int
    channels: int

    @classmethod
    def of(cls, image_shape):
        """The rungs of pictures of a shape; raises ValueError if it is none of the ladder's."""
        side, channels = checked(image_shape, LARGEST)
        doublings = halvings(side, BASE)
        return cls(side // 2**doublings, doublings, channels)

    @property
    def sides(self):
        """The sides of the maps, from the first to the picture's."""
        return [self.first * 2**i for i in range(self.doublings + 1)]

    def strides(self):
        """Which of the discriminator's blocks halve: all but the last, or of small pictures down to 8 pixels."""
        blocks = self.doublings + 1
        halved = halvings(self.sides[-1], LAST) if self.doublings <= SMALL else self.doublings
        return [block < halved for block in range(blocks)]

    def attention(self, wanted, of, halved=()):
        """The side of the map that self-attention follows.

        Args:
            wanted: None for none, int, its side, or `"auto"` for the papers': half the picture's, of 256 pixels in the
                discriminator a quarter, of 512 an eighth, and none up to 28 pixels.
            of: "generator" or "discriminator".
            halved: dict of number of doublings -> how often the picture's side is halved, where a paper has others.

        Returns:
            None, or int.

        Raises:
            ValueError: if no block makes a map of this side.
        """
        if wanted == "auto":
            usual = {2: None, 6: 1 if of == "generator" else 2, 7: 3}
            times = {**usual, **dict(halved)}.get(self.doublings, 1)
            return self.sides[-1 - times] if times else None
        made = self.sides[1:] if of == "generator" else self.sides[-1 - sum(self.strides()) : -1]
        if wanted is not None and wanted not in made:
            raise ValueError(
                f"Expected `attention` as None, 'auto' or the side of a map of the {of}, one of {made}. "
                f"Received: {wanted!r}."
            )
        return wanted


def halvings(side, target):
    """How often a side is halved until it is at most `target`."""
    return 0 if side <= target else 1 + halvings(side // 2, target)


def checked(image_shape, largest):
    """Refuses what is not the shape of a square picture that a ladder reaches.

    Args:
        image_shape: tuple (side, side, channels), side 4 to 7 times a power of two from 16 on, channels 1 to 4.
        largest: int, the largest side.

    Returns:
        side and channels.

    Raises:
        ValueError: if it is not.
    """
    ok = isinstance(image_shape, (tuple, list)) and len(image_shape) == 3 and image_shape[0] == image_shape[1]
    ok = ok and isinstance(image_shape[0], int) and SMALLEST <= image_shape[0] <= largest
    if not ok or image_shape[0] % 2 ** halvings(image_shape[0], BASE) or not 1 <= image_shape[2] <= 4:
        raise ValueError(
            f"Expected `image_shape` as (side, side, channels) with a side of {SMALLEST} to {largest} pixels that is 4 "
            f"to 7 times a power of two, and 1 to 4 channels. Received: {image_shape!r}."
        )
    return image_shape[0], image_shape[2]
