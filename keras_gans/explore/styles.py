"""What a model with styles shows: which layers decide what, on a sheet of mixed styles, and what noise decides."""

import numpy as np
from keras import ops

from keras_gans import engine, layers
from keras_gans.engine.scope import Scope
from keras_gans.explore.spaces import W, check_explorable, check_styles
from keras_gans.training.making import in_chunks

BANDS = ("coarse", "middle", "fine")


def mixing(model, rows=2, columns=5, seed=None):
    """Makes a sheet of mixed styles: each picture has some layers' styles from above, and all others from the left.

    The first row shows the sources above, the first column those at the left. Then come, each with as many rows, the
    bands of layers whose styles are from above: coarse, middle and fine, see `bands`.

    Args:
        model: a model with styles.
        rows: int, how many sources at the left for each band.
        columns: int, how many sources above.
        seed: as in `model.generate`.

    Returns:
        A tuple (examples, columns): float32 ((1 + bands * rows) * (1 + columns), ...), of which the first is white, and
        how many make a row.

    Raises:
        ValueError: if the model has no styles, or there are no rows or columns.

    Reference:
        Karras, Laine, Aila, 2019, A Style-Based Generator Architecture for Generative Adversarial Networks,
        arXiv:1812.04948, Section 3.1 and Figure 3.
    """
    check_explorable(model)
    check_styles(model)
    for name, value in (("rows", rows), ("columns", columns)):
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"Expected `{name}` as an int of at least 1. Received: {value!r}.")
    depth, dim = model.styles.layers, model.styles.dim
    taken = np.repeat([np.isin(np.arange(depth), band) for band in bands(depth).values()], rows, axis=0)
    w = W(model).draw(len(taken) + columns, seed)
    left, above = w[: len(taken), None, None], w[None, len(taken) :, None]
    mixed = np.where(taken[:, None, :, None], above, left)
    made = model.styles.decode(np.concatenate([np.repeat(w[:, None], depth, axis=1), mixed.reshape(-1, depth, dim)]))
    left, above, mixed = np.split(made, [len(taken), len(w)])
    sheet = np.ones((len(taken) + 1, columns + 1, *made.shape[1:]), "float32")
    sheet[1:, 0], sheet[0, 1:], sheet[1:, 1:] = left, above, mixed.reshape(len(taken), columns, *made.shape[1:])
    return sheet.reshape(-1, *made.shape[1:]), columns + 1


def noise(model, n=8, draws=2, seed=None):
    """Makes a row of examples without noise, and one for each of some draws of it, all of the same w.

    What differs between rows is what the generator leaves to its noise. The weights stay as they are.

    Args:
        model: a model with styles, whose generator has `layers.Noise`.
        n: int, how many examples in a row.
        draws: int, how many draws of noise.
        seed: None for others at each call, or int.

    Returns:
        A tuple (examples, columns): float32 ((1 + draws) * n, ...), and how many make a row.

    Raises:
        ValueError: if the model has no styles.

    Reference:
        Karras et al., 2019, arXiv:1812.04948, Section 3.2, Figures 4 (draws of noise) and 5 (without).
    """
    check_explorable(model)
    check_styles(model)
    w, rng, rows = W(model).draw(n, seed), np.random.default_rng(seed), []
    maps = [layer.fixed for layer in engine.layers_of(model.generator) if isinstance(layer, layers.Noise)]
    for strength in (0.0, *[1.0] * draws):
        drawn = [ops.convert_to_tensor((strength * rng.normal(size=v.shape)).astype(v.dtype)) for v in maps]
        with model.making(), Scope(state_mapping=zip(maps, drawn)):
            rows.append(in_chunks(model.styles.synthesis, w))
    return np.concatenate(rows), n


def bands(depth):
    """Names the bands of layers that `mixing` shows: coarse, middle and fine.

    There are two layers for each side, from 4 pixels on. As in the paper, coarse are the sides of 4 and 8 pixels,
    middle those of 16 and 32, and fine all larger ones. Of a network for pictures below 64 pixels the first two have
    fewer sides, so that there are three bands from 16 pixels on.

    Args:
        depth: int, how many layers take a style, an even number.

    Returns:
        dict of names -> range of layers, without those that would be empty.

    Example:
        ```python
        explore.bands(18)  # {"coarse": range(0, 4), "middle": range(4, 8), "fine": range(8, 18)}
        explore.bands(6)  # {"coarse": range(0, 2), "middle": range(2, 4), "fine": range(4, 6)}
        ```
    """
    sides = depth // 2
    coarse = min(2, -(-sides // 3))
    middle = min(2, -(-(sides - coarse) // 2))
    ends = [0, 2 * coarse, 2 * (coarse + middle), depth]
    return {name: range(*ends[i : i + 2]) for i, name in enumerate(BANDS) if ends[i] < ends[i + 1]}
