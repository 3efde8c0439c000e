"""Kinds of data that a recipe can ask for: what each takes as a source, and all that is known of what it read."""

import abc
import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keras_gans.data.examples import Examples
from keras_gans.data.toy import TOYS
from keras_gans.files.decode import quiet
from keras_gans.files.parts import NoSplitError, training_part
from keras_gans.registry import Registry

KINDS = Registry("kind of data")  # Name, as a recipe's `data` has it, -> `Kind`.

TRANSLATED_SIDE = 256  # pixels to which pictures that are translated are brought unless a size is asked for
DRAWN_SIDE = 64  # pixels of drawn pictures unless a size is asked for
COLOURS = {1: "grey", 3: "in colour", 4: "in colour with transparency"}


@dataclasses.dataclass(frozen=True)
class Options:
    """How a source is read; a kind heeds those that concern it.

    Args:
        image_size: None, or int, side of the pictures in pixels. None keeps that of images, if it is a square of at
            least 16 pixels; it is 64 for drawn pairs and domains, 256 for others, and see `data.enlargements`.
        input_side: see `data.pairs`.
        cache: see `data.pairs`.
        strict: whether one unreadable picture is an error.
        labels_per_class: None, or int, how many labels of each class are seen where a recipe learns from few.
        label_share: None, or float in (0, 1], the share of each class's labels that are seen, instead of a number.
        seed: int, by which it is drawn which.
        inferred: None, or what `Found.inferred` was when the source was read before.
        attributes: None for all, or a sequence of strings, the attributes that are wanted.
        vocabulary: None for that of the captions, or `data.Vocabulary`.
        crop: see `data.load`.
        flip: whether training sees each picture mirrored every second time, where a kind takes it.
        input_channels: None for 3, or 1 for grey, channels of the inputs of pairs.
        white: None, or the value that is white, see `data.load`; of pairs and domains also a tuple of two.
    """

    image_size: int | None = None
    input_side: str = "right"
    cache: str | None = None
    strict: bool = False
    labels_per_class: int | None = None
    label_share: float | None = None
    seed: int = 0
    inferred: Any = None
    attributes: tuple | None = None
    vocabulary: Any = None
    white: Any = None
    input_channels: int | None = None
    flip: bool = False
    crop: bool = True


@dataclasses.dataclass(frozen=True)
class Found:
    """What was read of a source, once, for all that a run does with it.

    Attributes:
        examples: `data.Examples`, what a recipe is trained on.
        compared: what generated examples are compared with, which may be more: `data.Examples`, of pictures with
            labels if they have any, or the `data.toy.Mixture` of which the points are.
        taken: string, a line on what was read.
        left_out: tuple of strings, sentences on what was not, and why, and on what looks wrong.
        class_names: None, or tuple of strings, the classes that a recipe is trained on, in their order.
        shown: function of a number of examples that returns what a film shows beside what is generated: all points, a
            tuple of two arrays of pictures that are translated, or None.
        inferred: None, or `data.inferred.Inferred`, labels that took a training to be found.
        told: dict, what else the data say of a recipe's arguments.
    """

    examples: Examples
    compared: Any
    taken: str
    left_out: tuple = ()
    class_names: tuple | None = None
    shown: Callable = lambda n: None
    inferred: Any = None
    told: dict = dataclasses.field(default_factory=dict)

    @property
    def arguments(self):
        """What the data say of the networks: the arguments of a recipe's function, a dict."""
        known = {"image_shape": self.examples.shapes[0], **self.told}
        return known if self.class_names is None else {**known, "classes": len(self.class_names)}


class Kind(abc.ABC):
    """A kind of data. A subclass says what it is, and reads it; an object of it is registered in `KINDS`.

    Attributes:
        wanted: string, what it is called in messages, in the plural.
        names: tuple of `Registry`, the names that it takes besides paths.
        hides: whether it can be asked to hide labels, see `Options`.
        chooses: whether it can be asked for some of the attributes.
        flips: whether it can be asked to mirror single pictures, see `Options`; pairs, domains and attributes have
            their own ways.
    """

    wanted: str
    names: tuple
    hides: bool = False
    chooses: bool = False
    flips: bool = False

    def read(self, source, options=None):
        """Reads what a recipe is trained on.

        Args:
            source: a name, or a path.
            options: `Options`.

        Returns:
            `Found`.

        Raises:
            ValueError: if there is nothing of this kind at the source, or it cannot be read.
        """
        if source in TOYS and TOYS not in self.names:
            raise ValueError(f"Expected {self.wanted} for this recipe. Received: {source!r}, points in the plane.")
        found = self._read(source, options or Options())
        return self._flipped(found, source) if options and options.flip else found

    def _flipped(self, found, source):
        """The same with training examples that are mirrored every second time they are seen."""
        if not self.flips or len(found.examples.shapes[0]) != 3:
            raise ValueError(f"Expected single pictures to flip. Received: {source!r}, {self.wanted}.")
        parts, groups = found.examples.parts, found.examples.groups
        mirrored = Examples(*parts, aligned=groups, flip=True)
        return dataclasses.replace(found, examples=mirrored, taken=f"{found.taken}; mirrored every second time")

    def takes(self, source):
        """Says whether a source is a name of this kind."""
        return any(source in names for names in self.names)

    @abc.abstractmethod
    def _read(self, source, options):
        """Reads a source of this kind, or raises a ValueError."""


class Translated(Kind):
    """Pictures that are translated, two parts of one size, drawn or on disk; a film shows those of the split "test"."""

    def _read(self, source, options):
        size = options.image_size or (DRAWN_SIDE if self.takes(source) else TRANSLATED_SIDE)
        with quiet():  # what is skipped is told by what is returned
            how = {"image_size": size, "white": options.white, "crop": options.crop}
            examples = self._open(source, options, cache=options.cache, strict=options.strict, **how)

        def shown(n):
            try:
                return self._open(source, options, split="test", **how).spread(n)
            except NoSplitError:
                return examples.spread(n)

        channels = [shape[2] for shape in examples.shapes]
        alike, (of_inputs, of_targets) = channels[0] == channels[1], (COLOURS[n] for n in channels)
        count, colour = self._count(examples), of_inputs if alike else f"{of_inputs} to {of_targets.split()[-1]}"
        told = {} if alike else {"target_channels": channels[1]}
        sizes = "," * bool(examples.sizes) + of_sizes(examples.sizes, size)
        taken = f"{count}{sizes}, {colour}, from {named(source)}"
        return Found(examples, examples, taken, sentences(examples.skipped, *examples.told), shown=shown, told=told)

    @abc.abstractmethod
    def _open(self, source, options, **arguments):
        """Opens the split, in the size: `data.Examples`; the arguments are those of `data.pairs`."""

    @abc.abstractmethod
    def _count(self, examples):
        """Says how many pictures there are."""


def is_name(source):
    """Says whether a source is a registered name, not a path."""
    return any(kind.takes(source) for kind in KINDS.values())


def sources_of(source):
    """Takes several sources apart, which have commas between them, a list of strings; a path that exists is one."""
    alone = "," not in str(source) or os.path.exists(os.path.expanduser(source))
    return [str(source)] if alone else str(source).split(",")


def settled(source):
    """Writes a source so that it means the same from any folder: names as they are, paths in full."""
    found = (some if is_name(some) else os.path.realpath(os.path.expanduser(some)) for some in sources_of(source))
    return ",".join(found)


def amount(count, what, plural="s"):
    """Counts in words: 1 picture, 1,797 pictures; 10 classes by the plural "es"."""
    return f"{count:,} {what}{'' if count == 1 else plural}"


def of_sizes(sizes, side=None):
    """Says of which sizes pictures are at their source, and to which they were brought.

    Args:
        sizes: set of tuples (width, height), empty where they are not known.
        side: None, or int, to which square they were brought.

    Returns:
        string, empty or of a beginning that goes on after "pictures".
    """
    brought = f"{side} x {side}"
    if not sizes:
        return f", brought to {brought} pixels" if side else ""
    by_area = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    least, most = (f"{width} x {height}" for width, height in (by_area[0], by_area[-1]))
    found = least if least == most else f"{least} to {most}"
    return f" of {found} pixels" + f", brought to {brought}" * (side is not None and found != brought)


def named(source):
    """Names a source in one line, of a folder of splits the one to train on."""
    path = Path(os.path.expanduser(source))
    name = str(training_part(path) if path.is_dir() and not is_name(source) else source)
    return name if name.isprintable() else repr(name)


def sentences(*found):
    """Those sentences that are there, a tuple of strings."""
    return tuple(sentence for sentence in found if sentence)
