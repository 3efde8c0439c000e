"""What a machine has, and whether a training runs on it, in few lines: `keras-gans doctor`."""

import time

import keras

from keras_gans import data, recipes
from keras_gans.runs.settings import versions

STEPS, BATCH, SIDE = 2, 64, 16


def examine():
    """Looks at versions, settings and devices, then trains for two steps.

    Yields:
        Tuples of what was looked at and what was found, strings, as soon as each is known.
    """
    yield from versions().items()
    config = keras.config
    yield "backend", keras.backend.backend()
    yield (
        "keras.json",
        f"{config.image_data_format()}, floatx {config.floatx()}, dtype policy {config.dtype_policy().name}",
    )
    yield "devices", ", ".join(keras.distribution.list_devices())
    yield "training", _trained()


def _trained():
    """What comes of a training of two steps, in words; a fault of any kind is what is looked for."""
    begin = time.perf_counter()
    try:
        images = data.load("digits", image_size=SIDE)[: STEPS * BATCH]
        model = recipes.quick_gan((SIDE, SIDE, 1))
        logs = model.fit(images, batch_size=BATCH, verbose=0).history
        made = model.generate(1, seed=0)
    except Exception as error:
        return f"failed, {type(error).__name__}: {' '.join(str(error).split())}"
    losses = ", ".join(f"{name} {values[-1]:.4f}" for name, values in logs.items())
    seconds = time.perf_counter() - begin
    return f"{STEPS} steps of quick_gan and a picture {made.shape[1:]} in {seconds:.1f} s; {losses}"
