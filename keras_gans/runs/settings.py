"""What decides a run, as its `config.json` keeps it, written, read back, compared; and the names of a run's files."""

import dataclasses
import datetime
import json
import pathlib
import platform

from keras_gans.files.whole import whole_file
from keras_gans.version import __version__

CONFIG, MODEL, HISTORY, SAMPLES = "config.json", "model.keras", "history.csv", "samples"
GIF, LOSSES, EVALUATION, EVENTS = "training.gif", "losses.png", "evaluation.json", "tensorboard"
DIAGNOSTICS = "diagnostics.png"  # beside which the same is written as .json
MOST = {
    "image_size": 2048,
    "width": 2048,
    "batch_size": 10**6,
    "epochs": 10**6,
    "steps": 10**9,
    "seed": 2**32 - 1,  # what NumPy takes
    "ema": 1.0,
}
LEAST = {"seed": 0, "ema": 0.0}  # else 1
WATCHING = ("gif", "metrics", "diagnose", "tensorboard")  # settings that leave the model as it is
PACKAGES = ("keras", "tensorflow", "jax", "numpy", "scikit-learn", "pillow")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a user decides of a run. With the same data, versions and backend it decides all of it.

    Args:
        recipe: name of a recipe.
        data: name of a toy in the plane, of which 100,000 points are drawn, or what `data.load` takes; for translation
            what `data.pairs` or `data.domains` takes.
        image_size: None, or int, side of the pictures in pixels.
        input_side: see `data.pairs`.
        width: None for the paper's, or int, channels of the widest map, of recipes that take it.
        batch_size: None for the recipe's, or int, examples of one update.
        epochs: None, or int, passes over the data.
        steps: None, or int, training steps, instead of passes.
        seed: int.
        precision: name of a Keras dtype policy.
        devices: None for one, or what `engine.devices` takes.
        gif: whether to watch the training and leave a GIF.
        ema: None, or float in (0, 1), decay of an average of the generator's weights, see `models.AdversarialModel`.
        metrics: None, or string of names of metrics with commas between them, to follow by `callbacks.Evaluate`.
        diagnose: whether to look for failures of the training, by `callbacks.Diagnostics`.
        tensorboard: whether to write files for TensorBoard.

    Raises:
        ValueError: if a value is of another type, or a number out of range.
    """

    recipe: str
    data: str = "digits"
    image_size: int | None = None
    input_side: str = "right"
    width: int | None = None
    batch_size: int | None = None
    epochs: int | None = None
    steps: int | None = None
    seed: int = 0
    precision: str = "float32"
    devices: str | None = None
    gif: bool = True
    ema: float | None = None
    metrics: str | None = None
    diagnose: bool = True
    tensorboard: bool = False

    def __post_init__(self):
        for field in dataclasses.fields(self):
            value, least = getattr(self, field.name), LEAST.get(field.name, 1)
            in_range = not isinstance(value, (int, float)) or least <= value <= MOST.get(field.name, 1)
            if not (isinstance(value, field.type) and (in_range or field.type is bool)):
                raise ValueError(
                    f"Expected a setting of a run as `keras-gans train` takes it. Received: {field.name}={value!r}."
                )
        if (self.epochs is None) == (self.steps is None):
            raise ValueError(f"Expected epochs or steps, not both. Received: {self.epochs} and {self.steps}.")

    @classmethod
    def of(cls, config):
        """Takes the settings out of what `read` returned."""
        return cls(**{field.name: config[field.name] for field in dataclasses.fields(cls) if field.name in config})


def read(path):
    """Reads the `config.json` of a run.

    Args:
        path: the file, or the folder that it is in.

    Returns:
        dict.

    Raises:
        ValueError: if there is none, or it is no such file.
    """
    path = pathlib.Path(path)
    try:
        config = json.loads((path / CONFIG if path.is_dir() else path).read_text(encoding="utf-8"))
        missing = {"recipe", "data", "steps", "started_with"} - set(config)
    except (OSError, ValueError, TypeError, RecursionError):
        missing = True
    if missing or not isinstance(config, dict):
        raise ValueError(f"Expected a run folder, or the {CONFIG} that a run left in it. Received: {str(path)!r}.")
    return config


def write(folder, config, before):
    """Writes `config.json` with the versions of what the run was started with.

    Args:
        folder: `pathlib.Path`, the run folder.
        config: dict that JSON can hold.
        before: None, or the dict that the run was started with, whose versions are kept.
    """
    started_with = before["started_with"] if before else _versions()
    with whole_file(folder / CONFIG) as file:
        file.write_text(json.dumps({**config, "started_with": started_with}, indent=2) + "\n", encoding="utf-8")


def check_same(before, now, free=()):
    """Refuses to go on with a run, or to repeat it, where something that decides it differs.

    Args:
        before: dict, the run's config.
        now: dict, what it would be continued or repeated with.
        free: names of what may differ.

    Raises:
        ValueError: with the first that differs.
    """
    for key in now:
        if key not in free and before.get(key) != now[key]:
            raise ValueError(
                f"Expected the {key} with which the run was started, {before.get(key)!r}. Received: {now[key]!r}."
            )


def _versions():
    from importlib import metadata  # which would hold up `keras-gans --help`

    installed = {d.metadata["Name"] for d in metadata.distributions()}
    return {
        "keras_gans": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{name: metadata.version(name) for name in PACKAGES if name in installed},
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
