"""What decides a run, as its `config.json` keeps it, written, read back, compared; and the names of a run's files."""

import dataclasses
import datetime
import json
import pathlib
import platform

from keras_gans.files.whole import whole_file
from keras_gans.version import __version__

CONFIG, MODEL, HISTORY, SAMPLES = "config.json", "model.keras", "history.csv", "samples"
LABELS = "labels.npz"  # where they were inferred
GIF, LOSSES, EVALUATION, EVENTS = "training.gif", "losses.png", "evaluation.json", "tensorboard"
DEFAULT_STEPS = 3000  # where neither epochs nor steps are asked for
DEFAULT_MINUTES = 30.0  # where no recipe is, either
DIAGNOSTICS = "diagnostics.png"  # beside which the same is written as .json
MOST_SEED = 2**32 - 1  # what NumPy takes
SPECTRA = "spectra.png"  # likewise
LENGTHS = ("epochs", "steps", "minutes")  # settings of which a run has one, and its config.json has steps
WATCHING = ("gif", "metrics", "diagnose", "tensorboard", "spectra")  # settings that leave the model as it is
PACKAGES = ("keras", "tensorflow", "jax", "numpy", "scikit-learn", "pillow")


def setting(default, words, between=(None, None), offered=()):
    """Makes a field of `Settings`, with what the command line says of it.

    Args:
        default: its value unless another is given.
        words: string, what it is.
        between: tuple, the smallest number that it takes, and the largest.
        offered: the words that the command line takes for it, or none for any.

    Returns:
        `dataclasses.Field`.
    """
    return dataclasses.field(default=default, metadata={"help": words, "between": between, "offered": offered})


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a user decides of a run. With the same data, versions and backend it decides all of it.

    Args:
        recipe: name of a recipe, or None for one that suits the data.
        devices: None for one, or what `engine.devices` takes.
        **others: the options of `keras-gans train`, which are made from these fields; each says there what it is.

    Raises:
        ValueError: if a value is of another type, or a number out of range.
    """

    recipe: str | None
    data: str = setting(
        "digits",
        "digits, mnist, ..., an .npz file, a folder of images, or points: ring, grid, swiss_roll, moons or segments; "
        "for translation shapes, outlines, or a folder of pairs or of two domains; for stargan shapes, class folders, "
        "or a folder with attributes.csv or CelebA's list, or two such with a comma; for captions and StackGANs "
        "captioned, relations, or a folder with captions.tsv.",
    )
    image_size: int | None = setting(None, "Side of the pictures in pixels.", between=(1, 2048))
    input_side: str = setting("right", "Which half of side-by-side pairs is the input.", offered=("left", "right"))
    input_channels: int | None = setting(
        None, "Channels of the inputs of pairs, 1 for grey ones that become coloured; else 3.", between=(1, 4)
    )
    white: str | None = setting(
        None,
        "The value that is white in the pictures, e.g. 4095 of 12 bits in files of 16, or 33,255 of pairs and domains; "
        "else that of 8 or 16 bits.",
    )
    crop: bool = setting(
        True, "Whether pictures that are not square are cropped to their central squares, or else squeezed."
    )
    flip: bool | None = setting(
        None,
        "Whether training sees each picture mirrored, left for right, every second time; else as the recipe has it for "
        "pictures of a folder. Pairs, domains, attributes and enlargements are mirrored as their papers do.",
    )
    width: int | None = setting(
        None,
        "Channels of the widest map, of recipes that take it (of sagan and biggan a quarter of them to 56 pixels, "
        "else a sixteenth); else the paper's.",
        between=(1, 2048),
    )
    labels_per_class: int | None = setting(
        None,
        "Labels of each class that are seen, of recipes that learn from few; else all, but of triplegan 10.",
        between=(1, 10**6),
    )
    label_share: float | None = setting(
        None, "Share of each class's labels that are seen, instead of their number, e.g. 0.1.", between=(1e-6, 1.0)
    )
    attributes: str | None = setting(
        None, "Names, of data with attributes, of those that are learned, e.g. Black_Hair,Male; else all."
    )
    batch_size: int | None = setting(None, "Examples of an update; else the paper's.", between=(1, 10**6))
    epochs: int | None = setting(None, "Passes over the data.", between=(1, 10**6))
    steps: int | None = setting(
        None, f"Training steps, instead of epochs; {DEFAULT_STEPS} if neither.", between=(1, 10**9)
    )
    minutes: float | None = setting(
        None,
        "Minutes of training, instead of steps: the steps that fit into them here, by the time that the first take.",
        between=(0.01, 10**5),
    )
    start: str | None = setting(
        None, "Another run, its folder or a .keras file, with whose trained networks this one begins."
    )
    seed: int = setting(0, "Seed of weights, latents and the order of the data.", between=(0, MOST_SEED))
    precision: str = setting("float32", "Keras' dtype policy.", offered=("float32", "mixed_bfloat16", "mixed_float16"))
    devices: str | None = None
    gif: bool = setting(True, "Whether to leave a GIF of the training.")
    ema: float | None = setting(
        None,
        "Decay of an average of the generator's weights, which pictures are made with; e.g. 0.999.",
        between=(0.0, 1.0),
    )
    augment: str | None = setting(
        None,
        "What pictures go through before a discriminator sees them, so that few suffice: diff (DiffAugment), or ada, "
        "as often as D would else know them by heart.",
        offered=("diff", "ada"),
    )
    metrics: str | None = setting(
        None, "Metrics to follow ten times in the run, e.g. frechet,precision_recall; or all."
    )
    diagnose: bool = setting(True, "Whether to look for failures of the training.")
    tensorboard: bool = setting(False, "Write files for TensorBoard, too.")
    spectra: bool = setting(False, "Follow the largest singular values of all kernels, too.")
    set: dict = dataclasses.field(
        default_factory=dict,
        metadata={
            "help": "An argument of the recipe or of its game's `compile`, e.g. n_critic=2, "
            "learning_rate=1e-4 or d_learning_rate=4e-4; "
            "may be given several times."
        },
    )

    def __post_init__(self):
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            least, most = field.metadata.get("between", (None, None))
            anything = least is None or value is None
            if not (isinstance(value, field.type) and (anything or least <= value <= most)):
                raise ValueError(
                    f"Expected a setting of a run as `keras-gans train` takes it. Received: {field.name}={value!r}."
                )
        lengths = {name: getattr(self, name) for name in LENGTHS}
        if sum(value is not None for value in lengths.values()) != 1:
            given = ", ".join(f"{name}={value}" for name, value in lengths.items())
            raise ValueError(f"Expected one of epochs, steps and minutes. Received: {given}.")
        if self.labels_per_class is not None and self.label_share is not None:
            raise ValueError(
                "Expected labels_per_class or label_share, not both. "
                f"Received: {self.labels_per_class} and {self.label_share}."
            )

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


def names_of(metrics):
    """Reads names of metrics with commas between them; "all", or None, are None, all that fit.

    Args:
        metrics: None, or string.

    Returns:
        None, or list of strings.
    """
    names = [name.strip() for name in (metrics or "all").split(",")]
    return None if names == ["all"] else names


def class_names(model):
    """Reads the names of a run's classes beside its model.

    Args:
        model: `pathlib.Path` of a .keras file.

    Returns:
        list of strings, or None if they are not known.
    """
    try:
        names = read(model.parent).get("class_names")
    except ValueError:
        return None
    return names if isinstance(names, list) and all(isinstance(name, str) for name in names) else None


def write(folder, config, before):
    """Writes `config.json` with the versions of what the run was started with.

    Args:
        folder: `pathlib.Path`, the run folder.
        config: dict that JSON can hold.
        before: None, or the dict that the run was started with, whose versions are kept.
    """
    started_with = before["started_with"] if before else versions()
    with whole_file(folder / CONFIG) as file:
        file.write_text(json.dumps({**config, "started_with": started_with}, indent=2) + "\n", encoding="utf-8")


def check_same(before, now, free=()):
    """Refuses to go on with a run, or to repeat it, where something that decides it differs.

    Args:
        before: dict, the run's config; a setting that there was not yet is at its default.
        now: dict, what it would be continued or repeated with.
        free: names of what may differ.

    Raises:
        ValueError: with the first that differs.
    """
    before = {**dataclasses.asdict(Settings("", steps=1)), **before}
    for key in now:
        if key not in free and before.get(key) != now[key]:
            raise ValueError(
                f"Expected the {key} with which the run was started, {before.get(key)!r}. Received: {now[key]!r}."
            )


def versions():
    """The versions of all that decides a run, and the time, dict of strings."""
    from importlib import metadata  # which would hold up `keras-gans --help`

    installed = {d.metadata["Name"] for d in metadata.distributions()}
    return {
        "keras_gans": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        **{name: metadata.version(name) for name in PACKAGES if name in installed},
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
