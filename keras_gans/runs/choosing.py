"""The recipe of a run that names none: what suits its pictures, and why."""

import dataclasses
import math
import os

from keras_gans import engine
from keras_gans.data.survey import survey
from keras_gans.data.toy import TOYS

ALONE = {"recipe": "quick_gan"}  # benchmarks/results/little-data-2-cores.md
WITH_CLASSES = {
    "recipe": "r3gan_conditional",
    "width": 32,
    "set": {"blocks": 1, "gamma": 1.0, "learning_rate": 3e-3},  # of trainings of minutes
}
FEW = 5000  # pictures up to which they are changed at random before a discriminator sees them
LEAST, ON_CPUS, ON_GPUS = 16, 64, 128  # pixels of a side
BATCH = 32
CHOSEN = ("recipe", "image_size", "width", "batch_size", "augment")  # beside `set`


def chosen(wanted, before=None):
    """Chooses a recipe for data where none was asked for, and what else was not.

    Args:
        wanted: `settings.Settings`.
        before: None, or the config of a run that goes on, which then is what was chosen.

    Returns:
        A tuple of the settings with a recipe, and a tuple of lines on what was chosen and why.

    Raises:
        ValueError: if the data are no pictures, or are two domains, which it is not known how to translate.
    """
    if wanted.recipe is not None:
        return wanted, ()
    if before:
        return _completed(wanted, before), (f"As the run began: {before['recipe']}.",)
    if wanted.data in TOYS:
        return _completed(wanted, ALONE), (f"Chosen: {ALONE['recipe']}, for points.",)
    if all(os.path.isdir(os.path.join(os.path.expanduser(wanted.data), side)) for side in ("trainA", "trainB")):
        raise ValueError(
            "Expected the name of a recipe for two domains: cyclegan, unit, or pix2pix if they are pairs. "
            f"Received: {wanted.data!r}, with trainA and trainB."
        )
    there = survey(wanted.data)
    largest = ON_CPUS if engine.only_cpus() else ON_GPUS
    side = min(largest, max(LEAST, 2 ** round(math.log2(there.side))))
    classes = there.classes > 1
    choice = {**(WITH_CLASSES if classes else ALONE), "image_size": side, "batch_size": min(BATCH, there.count)}
    if there.count <= FEW:
        choice["augment"] = "diff"
    settings = _completed(wanted, choice)
    reasons = [
        f"{settings.recipe}, for pictures {f'of {there.classes} classes' if classes else 'without classes'}",
        f"{settings.image_size} pixels a side" + " (no more without a GPU)" * (side == ON_CPUS == largest < there.side),
        f"batches of {settings.batch_size}",
    ]
    if settings.augment:
        few = f", since there are only {there.count:,}" * (wanted.augment is None)
        reasons.append(f"pictures changed at random before the discriminator sees them ({settings.augment}){few}")
    return settings, (f"Chosen: {'; '.join(reasons)}.",)


def _completed(wanted, choice):
    """The settings, with what was chosen where nothing was asked for."""
    missing = {name: choice[name] for name in CHOSEN if name in choice and getattr(wanted, name) is None}
    return dataclasses.replace(wanted, **missing, set={**choice.get("set", {}), **wanted.set})
