"""The stages of networks that grow: the part of a network that is in use while pictures have no more than some side.

A network that grows has all its layers from the start, and some have names. A generator: "picture_4", "picture_8", ...,
whose outputs are the pictures so far, of these sides. A discriminator: "picture_4", ..., whose outputs are its input at
sides below its own; "from_rgb_4", ..., whose outputs are maps of pictures of these sides; and for all but the largest
"fade_4", ..., which mix such maps with what comes from the side above.
"""

import keras
from keras import layers

from keras_gans import engine


def at(network, side):
    """Makes the network that is in use at a side: the same layers, without those of larger sides.

    It owns no weight, takes and makes what the whole network does, and gives the same results while the detail is above
    that of half the side and not above that of the side. Pictures that a generator makes are not clipped.

    Args:
        network: built `keras.Model` with the layers above, e.g. of `networks.progan`.
        side: int, pixels of a side, of one of its stages.

    Returns:
        `keras.Model`.

    Raises:
        ValueError: if the network has no such stage.
    """
    names, first = {layer.name for layer in network.layers}, f"from_rgb_{side}"
    if first in names:
        return _discriminator_at(network, side) if f"fade_{side}" in names else network
    if f"picture_{side}" in names:
        return _generator_at(network, side)
    raise ValueError(f"Expected a network with a stage of {side} pixels. Received: {network.name!r}, which has none.")


def _generator_at(network, side):
    """From the latents to the picture so far, each of whose pixels is repeated."""
    picture = network.get_layer(f"picture_{side}").output
    factor = network.output_shape[1] // side
    return keras.Model(network.input, layers.UpSampling2D(factor, dtype="float32")(picture) if factor > 1 else picture)


def _discriminator_at(network, side):
    """From the picture to its first maps, and from there on as if all larger sides did not exist."""
    smaller = [layer.output for layer in network.layers if layer.name == f"picture_{side // 2}"]
    onwards = keras.Model([network.get_layer(f"fade_{side}").output, *smaller], network.output)
    return keras.Model(network.input, onwards([network.get_layer(f"from_rgb_{side}").output, *smaller]))


def set_detail(network, detail):
    """Sets the level of detail of all layers of a network that have one.

    Args:
        network: built `keras.Model`.
        detail: float32 scalar, log2 of pixels, see `schedules.Growth`.
    """
    for layer in engine.layers_of(network):
        if hasattr(layer, "detail"):
            layer.detail.assign(detail)
