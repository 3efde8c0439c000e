"""What translating games share: networks from picture to picture, run outside of training and shown side by side."""

import keras
import numpy as np
from keras import layers

from keras_gans.data.check import check_array
from keras_gans.registry import Registry
from keras_gans.training.adversarial import shapes

SHOWN = 8  # pictures of a sheet, and so of a film


def check_maps(name, network, takes, makes):
    """Refuses a network that does not map pictures of one shape to those of another (raises ValueError).

    Args:
        name: string, what the network is called in the message.
        network: built `keras.Model`.
        takes: tuple, the input shape, or a list of them.
        makes: tuple or None, the output shape, or None for any.
    """
    found = shapes(network)
    if found[0] != takes or (makes is not None and found[1] != makes):
        wanted = f"input shape {takes}" + (f" and output shape {makes}" if makes is not None else "")
        raise ValueError(f"Expected a {name} of {wanted}. Received: {found[0]} and {found[1]}.")


def check_pictures(images, part):
    """Refuses what is not at least one picture of a part's shape, in [-1, 1] (raises ValueError)."""
    check_array(images, part)
    if not len(images):
        raise ValueError(f"Expected at least one of the {part.name}. Received: an array of shape {images.shape}.")


def check_real(real, parts):
    """Takes the pictures of a sheet out of `real`, a tuple of two arrays (raises ValueError if it is none)."""
    if not isinstance(real, (tuple, list)) or len(real) != 2:
        names = " and ".join(part.name for part in parts)
        raise ValueError(f"Expected `real` as a tuple of {names}, which are shown. Received: {type(real).__name__}.")
    for pictures, part in zip(real, parts):
        check_array(pictures, part)
    return real


def of_both(real, parts, n):
    """The first n pictures of both domains, by default 8, or as many as there are of both; see `check_real`."""
    real = check_real(real, parts)
    n = min(n or SHOWN, *map(len, real))
    return [part[:n] for part in real]


def check_direction(direction, ways):
    """Answers an unknown direction by the nearest of a model's ways (raises ValueError)."""
    known = Registry("direction")
    known.update(ways)
    return known[direction]


def multiple_of(network):
    """Says which sides a network takes that was built for pictures of one size, but convolves alone.

    Args:
        network: built `keras.Model` from pictures to pictures.

    Returns:
        int that divides the sides of all pictures that it takes; or None, if it takes one size alone, or its innermost
        map is one pixel, as a U-Net's is, which sees a picture as a whole.
    """
    _, *sides, channels = network.input_shape
    try:
        found = network.compute_output_spec(keras.KerasTensor((1, None, None, channels)))
    except Exception:  # Layers of fixed sizes fail in many ways.
        return None
    if tuple(found.shape[1:3]) != (None, None):
        return None
    strides = [layer.strides[0] for layer in network.layers if type(layer) is layers.Conv2D]
    multiple = int(np.prod(strides))
    return multiple if all(side is None or side > multiple for side in sides) else None


def side_by_side(*pictures):
    """Puts pictures of several arrays (n, height, width, channels) in turn: one of each, then the next of each.

    Grey ones are repeated to three channels where others have colours.
    """
    depth = max(array.shape[-1] for array in pictures)
    same = [np.broadcast_to(array, (*array.shape[:3], depth)) if array.shape[-1] == 1 else array for array in pictures]
    return np.stack(same, axis=1).reshape(-1, *same[0].shape[1:])
