"""Where pictures come in: from a data set's name, an .npz file or a folder to float32 images in [-1, 1]."""

import dataclasses
import os
import warnings
from pathlib import Path

import numpy as np

from keras_gans.files.arrays import from_array, read_npz, to_labels
from keras_gans.files.beside import beside
from keras_gans.files.decode import SUFFIXES, check_fits, name_of, picture_files, to_square
from keras_gans.files.parts import classes_in, training_part
from keras_gans.files.pixels import from_uint8
from keras_gans.files.reading import from_files
from keras_gans.files.seen import Seen, darkness
from keras_gans.files.white import check_white
from keras_gans.registry import Registry

# Name -> function that returns images, labels (or None) and, if they are known, the names of the classes in order.
DATA_SETS = Registry("data set")

UNLABELLED = "unlabelled"  # the class folder of pictures without a class
CLASSES = {
    "mnist": "0 1 2 3 4 5 6 7 8 9",
    "fashion_mnist": "T-shirt/top trouser pullover dress coat sandal shirt sneaker bag ankle_boot",
    "cifar10": "airplane automobile bird cat deer dog frog horse ship truck",
    "cifar100": """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
        castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
        elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster
        man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck
        pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
        skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
        tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
    """,
}


def load(source, image_size=None, channels=None, labels=False, strict=False, white=None, crop=True):
    """Loads a data set as float32 images in [-1, 1].

    A registered name comes before a path: a folder that is itself called `mnist` is reached as `./mnist`.
    Arrays of integers hold 0 to 255. Arrays of floats hold [-1, 1], or [0, 1], which is stretched to [-1, 1].
    Files hold 8 or 16 bits; one of 32 bits holds 8 if no value is above 255, else 16. Of colours of 16 bits the upper 8
    are read. Where all values are at most a quarter of white, as 12 bits in 16 are, a warning says so.

    Args:
        source: name in `DATA_SETS` (`digits` needs no internet; Keras' sets give their training split), or path to an
            .npz file (keys `x_train` and `y_train`, or `x` and `y`; the labels may be left out), to a folder of
            pictures, or to a folder of class folders, those with pictures, whose names are the classes 0, 1, ...,
            numbers in their order before other names in theirs; pictures in one called `unlabelled` have no class, as
            the label -1 says, in an .npz file too. Of folders that are all called as splits are (train, training, test,
            testing, val, valid, validation), the training split is read.
        image_size: side in pixels; every picture is cropped to its central square, see `crop`, and resized to it
            (bicubic with antialiasing). `None` keeps the size.
        channels: 1 (grey, by luma), 3 (RGB) or 4 (RGBA); with 1 and 3, transparent pictures are laid over white.
            `None` gives 1 if every picture is stored as grey, else 3.
        labels: whether to return the labels too.
        strict: whether an unreadable picture of a folder is an error; otherwise it is skipped, and a warning says so.
        white: number, the value that is white where 0 is black, e.g. 4095 for 12 bits in 16, or 33 for the numbers of
            34 classes. `None` is 255 of 8 bits and of integers, 65535 of 16 bits, and 1 of floats.
        crop: whether pictures that are not square are cropped to their central squares; else all of a picture is
            squeezed into one.

    Returns:
        float32 images (N, H, W, C) in [-1, 1]; with `labels`, a tuple of them and int32 labels (N,), -1 for no class.

    Raises:
        ValueError: if the source is unknown, cannot be read, has no labels though `labels` asks for them, or holds
            anything but pictures of one size; or if `image_size`, `channels` or `white` is out of range.
    """
    found = read(source, image_size, channels, labels, strict, white, crop)
    for sentence in filter(None, (found.skipped, found.dark)):
        warnings.warn(sentence, stacklevel=2)
    return (found.images(), to_labels(found.labels, len(found.pictures))) if labels else found.images()


@dataclasses.dataclass
class Loaded:
    """Pictures as they come, and all that is known of them.

    Attributes:
        pictures: array (N, H, W, C), uint8 or float32 in [-1, 1].
        labels: None, or array, as it comes: see `to_labels`.
        class_names: tuple of strings, in the order of the classes; empty where they are not known.
        sizes: set of tuples (width, height), which the pictures have at the source.
        skipped: None, or string, which pictures were left out, and why.
        beside: None, or string, which files of the folder are no pictures.
        dark: None, or string, that all values are far below white.
    """

    pictures: np.ndarray
    labels: np.ndarray | None
    class_names: tuple
    sizes: set
    skipped: str | None = None
    beside: str | None = None
    dark: str | None = None

    @property
    def told(self):
        """Tuple of the sentences that there are to say of them."""
        return tuple(sentence for sentence in (self.skipped, self.beside, self.dark) if sentence)

    def images(self):
        """Makes them float32 (N, H, W, C) in [-1, 1]."""
        return from_uint8(self.pictures) if self.pictures.dtype == np.uint8 else self.pictures

    def to_side(self, size, crop=True):
        """Brings the pictures to a side, as `load` does with `image_size`."""
        check_fits(len(self.pictures), size, size, self.pictures.shape[-1])
        pictures = np.stack([to_square(picture, size, crop) for picture in self.pictures])
        return dataclasses.replace(self, pictures=pictures)


def read(source, image_size=None, channels=None, labels=False, strict=False, white=None, crop=True):
    """Reads what `load` returns and what else is known of it, with labels wherever there are any.

    Args:
        source, image_size, channels, strict, white, crop: as in `load`.
        labels: whether labels must be there.

    Returns:
        `Loaded`.

    Raises:
        ValueError: as `load` does, but that labels are not looked at.
    """
    _check_options(image_size, channels)
    check_white(white)
    raw, classes, names, others = opened(source)
    if labels and classes is None:
        raise ValueError(
            "Expected a source with labels (class folders, or y_train or y in an .npz file) for labels=True. "
            f"Received: {str(source)!r}, which has none."
        )
    if isinstance(raw, list):
        pictures, kept, seen, skipped = from_files(raw, image_size, channels, strict, white, crop)
        classes = None if classes is None else classes[kept]
    else:
        seen, skipped = Seen(), None
        pictures = from_array(raw, image_size, channels, white, seen, crop)
    return Loaded(pictures, classes, names, seen.sizes, skipped, others, darkness(seen))


def _check_options(image_size, channels):
    whole = isinstance(image_size, (int, np.integer)) and not isinstance(image_size, bool)
    if image_size is not None and not (whole and image_size > 0):
        raise ValueError(f"Expected image_size to be a positive integer or None. Received: {image_size!r}.")
    if channels not in (None, 1, 3, 4):
        raise ValueError(f"Expected channels to be 1, 3, 4 or None. Received: {channels!r}.")


def opened(source):
    """Opens a source, and decodes nothing of a folder.

    Args:
        source: as in `load`.

    Returns:
        A tuple of an array or a list of picture files, labels or None, a tuple of the names of the classes, and None
        or a sentence on what lies beside the pictures.

    Raises:
        ValueError: if there is no such source.
    """
    if isinstance(source, str) and source in DATA_SETS:
        images, labels, *names = DATA_SETS[source]()
        return images, labels, tuple(*names), None
    path = _find(source)
    if path.is_dir():
        paths, labels, names = list_pictures(path)
        return paths, labels, names, beside([training_part(path)], paths)
    if path.suffix.lower() == ".npz" and path.is_file():
        return *read_npz(path), None
    raise ValueError(f"Expected a data set's name, an .npz file or a folder. Received: the file {str(path)!r}.")


def _find(source):
    if not isinstance(source, (str, os.PathLike)):
        raise ValueError(f"Expected a data set's name or a path. Received: {type(source).__name__}.")
    path = Path(os.path.expanduser(source))
    if source and path.exists():
        return path
    if isinstance(source, os.PathLike) or path.suffix or "/" in source or os.sep in source:
        raise ValueError(f"No such file or folder to load pictures from. Received: {str(source)!r}.")
    try:
        return DATA_SETS[source]
    except ValueError as error:
        raise ValueError(f"{str(error).removesuffix('.')}, which is no .npz file or folder either.") from None


@DATA_SETS.register
def digits():
    """The 1,797 handwritten digits of scikit-learn, 8x8 grey, which come with the package."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return found.images / 8.0 - 1.0, found.target, map(str, found.target_names)  # Their levels are 0 to 16.


def _keras_data_set(name, classes):
    def read():
        from keras import datasets

        from keras_gans import engine  # which needs Keras, as nothing else here does

        try:
            with engine.channels_last():
                (images, labels), _ = getattr(datasets, name).load_data()
        except Exception as error:  # Keras raises a bare Exception when a download fails.
            raise ValueError(
                f"The data set {name!r} needs the internet the first time; a path to an .npz file works too. "
                f"Received: {error}"
            ) from error
        return images, labels, classes

    return read


for _name, _classes in CLASSES.items():
    DATA_SETS.register(_keras_data_set(_name, _classes.split()), _name)


def list_pictures(folder):
    """Lists the pictures of a folder, or of its class folders; of a folder of splits, those of the training split.

    Args:
        folder: `pathlib.Path`.

    Returns:
        A tuple of paths, their labels, an int array (-1 for no class) or None without class folders, and the names of
        the classes.

    Raises:
        ValueError: if it has none, or both.
    """
    folder = training_part(folder)
    places, flat = classes_in(folder), picture_files(folder)
    if bool(flat) == bool(places):
        names = ", ".join(map(name_of, places)) or "none"
        found = f"with {len(flat)} pictures of its own, and folders with pictures: {names}"
        raise ValueError(
            f"Expected a folder of pictures ({' '.join(SUFFIXES)}), or of class folders of pictures, not both. "
            f"Received: {str(folder)!r} {found}."
        )
    if flat:
        return flat, None, ()
    classes = [place for place in places if place.name != UNLABELLED]
    indices = {place: index for index, place in enumerate(classes)}
    labelled = [(path, indices.get(place, -1)) for place in places for path in picture_files(place)]
    return [path for path, _ in labelled], np.array([index for _, index in labelled]), tuple(map(name_of, classes))
