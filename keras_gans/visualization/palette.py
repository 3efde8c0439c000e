"""One palette for all pictures of a film: it keeps rare strong colours, and nothing flickers."""

import numpy as np
from PIL import Image

COLOURS = 255  # one less than a GIF holds: the last place says that a pixel stays as it was
BITS = 6  # of each channel; colours that agree in them share a place in the palette
MANY = 20_000  # colours that differ in these bits, beyond which fewer bits choose the palette, ten times as fast
MOSAIC = 100_000  # pixels, about, in which each colour is shown as often as its share of all pictures is
SETTLED = 100  # pixels of the mosaic that change their colour in a round of k-means


class Palette:
    """The 255 colours, at most, that serve many pictures best.

    Pillow's maximum coverage finds them among all colours of all pictures, and k-means moves them to where most pixels
    are. Median cut has as small a mean error, but gives its colours to what is frequent: a blue spot of 64 pixels in
    the last 3 of 40 frames of flowers came out 84 levels off, and here exact.

    Args:
        pictures: iterable of `PIL.Image.Image` in RGB.

    Attributes:
        colours: uint8 array (n, 3).
    """

    def __init__(self, pictures):
        found, counts, means = _colours(pictures)
        self.colours = _choose(*(_merge(counts, means) if len(found) > MANY else (counts, means)))
        self._places = np.zeros(1 << 3 * BITS, "uint8")
        self._places[found] = _nearest(means, self.colours)

    def apply(self, picture):
        """Makes one of the pictures one of mode P: each pixel takes the nearest colour, without dithering."""
        indexed = Image.fromarray(self._places[_cubes(np.asarray(picture), BITS)])
        indexed.putpalette(self.colours.tobytes())
        return indexed


def _cubes(pixels, bits):
    """The number, int32 (...), of the cube that each colour (..., 3) lies in, of 2^bits along each side."""
    red, green, blue = np.moveaxis(pixels.astype("int32") >> 8 - bits, -1, 0)
    return red << 2 * bits | green << bits | blue


def _colours(pictures):
    """The cubes that have pixels, how many each has, and their mean colour, float (n, 3)."""
    counts, sums = np.zeros(1 << 3 * BITS), np.zeros((3, 1 << 3 * BITS))
    for picture in pictures:
        pixels = np.asarray(picture)
        cubes = _cubes(pixels, BITS).ravel()
        counts += np.bincount(cubes, minlength=len(counts))
        for channel in range(3):
            sums[channel] += np.bincount(cubes, pixels[..., channel].ravel(), minlength=len(counts))
    found = np.flatnonzero(counts)
    return found, counts[found], (sums[:, found] / counts[found]).T


def _merge(counts, means):
    """The same in cubes twice as wide."""
    cubes = _cubes(means, BITS - 1)
    merged = np.bincount(cubes, counts)
    sums = np.stack([np.bincount(cubes, counts * channel) for channel in means.T], axis=1)
    return merged[merged > 0], sums[merged > 0] / merged[merged > 0, None]


def _choose(counts, means):
    repeats = np.ceil(counts * (MOSAIC / counts.sum())).astype(int)
    mosaic = Image.fromarray(np.round(means).astype("uint8").repeat(repeats, axis=0)[None])
    best = mosaic.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=SETTLED, dither=Image.Dither.NONE)
    colours = np.array(best.getpalette(), "uint8").reshape(-1, 3)  # with places that nothing uses
    return np.unique(colours[np.unique(best)], axis=0)


def _nearest(means, colours):
    """The place of the nearest of the colours; |m - c|^2 without |m|^2, which is the same for all."""
    means, colours = means.astype("float32"), colours.astype("float32")
    return np.argmin(np.square(colours).sum(axis=1) - 2 * means @ colours.T, axis=1)
