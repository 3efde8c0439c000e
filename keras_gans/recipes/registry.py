"""The registry of recipes: what the command line, the tests' battery and README's table are made from."""

import dataclasses
import functools
import inspect
from collections.abc import Callable

from keras_gans import engine, models
from keras_gans.registry import Registry

POINT_BATCH = 256  # papers give their batch for pictures
SMALL_SIDE = 32  # pixels up to which some recipes have other constants, of their authors' runs on CIFAR-10
CHAPTERS = {  # in the order in which recipes are listed -> what the name of the lecture's file begins with
    "Quickstart": "00",
    "The game": "01",
    "DCGAN": "02",
    "Failures and tricks": "04",
    "Conditional": "05",
    "Divergences": "06",
    "Wasserstein": "08",
    "Spectral norm": "09",
    "More ideas": "10",
    "Pix2Pix": "11",
    "CycleGAN": "12",
    "Latent variables": "13",
    "Growing and style": "14",
    "Attention and scale": "15",
    "Few labels": "16",
    "Many domains": "17",
    "From coarse to fine": "18",
    "Text to picture": "19",
    "What was needed": "20",
}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What the registry knows of a recipe.

    Args:
        build: function that returns a compiled model.
        paper: string, authors and year.
        arxiv: string, the paper's arXiv number, or its address where it has none.
        chapter: string, the one of `CHAPTERS` that it belongs to.
        batch_size: int, the paper's batch, the m of its algorithm.
        small_batch: None, or int, the batch of pictures of at most 32 pixels, where those have constants of their own.
        data: string, what it is trained on: "images" (or points), "labels" (images with labels), "few labels" (some
            images with labels, and all without), "some labels" (images with labels, -1 where they are not known),
            "inferred labels" (which are filled in before), "pairs" or "domains" (of images), "attributes" (images
            with a vector that says in which domains they are), "enlargements" (images beside small versions), or
            "captions" (images with the ids of a sentence's words).
        game: class of `keras_gans.models`, what it builds.
        flip: whether its paper mirrors photographs at random, as runs on a folder of pictures then do.
        smallest: dict, arguments with which it trains within seconds, as tests do.
    """

    build: Callable
    paper: str
    arxiv: str
    chapter: str
    batch_size: int
    data: str = "images"
    game: type = models.GAN
    small_batch: int | None = None
    flip: bool = False
    smallest: dict = dataclasses.field(default_factory=lambda: {"image_shape": (2,)})

    def batch_for(self, shape):
        """The batch for examples of a shape: the paper's for pictures, 256 for points (d,)."""
        if len(shape) != 3:
            return POINT_BATCH
        return self.small_batch if self.small_batch and max(shape[:2]) <= SMALL_SIDE else self.batch_size

    @property
    def batches(self):
        """The batch of pictures in words."""
        small = f", {self.small_batch} up to {SMALL_SIDE} pixels" if self.small_batch else ""
        return f"{self.batch_size}{small}"

    def __post_init__(self):
        if self.chapter not in CHAPTERS:
            raise ValueError(f"Expected one of the chapters {', '.join(CHAPTERS)}. Received: {self.chapter!r}.")

    @property
    def address(self):
        """Where the paper is."""
        return self.arxiv if self.arxiv.startswith("https:") else f"https://arxiv.org/abs/{self.arxiv}"

    @property
    def summary(self):
        """First line of the recipe's docstring."""
        return self.build.__doc__.splitlines()[0]


RECIPES = Registry("recipe")  # in the order of the chapters, and in a chapter as they are defined


def recipe(**facts):
    """Registers a function as a recipe under its own name, which its models have too.

    The function's `seed` also decides the weights of the networks that it builds. What is written here stands as it
    is, not computed: `keras-gans recipes` reads it without importing anything.

    Args:
        **facts: what `Recipe` takes beside `build`.

    Returns:
        A decorator.

    Raises:
        ValueError: if there is no such chapter.
    """

    def register(build):
        @functools.wraps(build)
        def seeded(*args, **kwargs):
            arguments = inspect.signature(build).bind(*args, **kwargs)
            arguments.apply_defaults()
            with engine.seeded(arguments.arguments["seed"]):
                model = build(*args, **kwargs)
            model.name = build.__name__
            return model

        RECIPES[build.__name__] = Recipe(seeded, **facts)
        ordered = sorted(RECIPES.items(), key=lambda item: list(CHAPTERS).index(item[1].chapter))
        RECIPES.clear()
        RECIPES.update(ordered)
        return seeded

    return register


def table():
    """Makes README's table of recipes, in Markdown."""
    rows = [f"| `{name}` | {r.summary} | [{r.paper}]({r.address}) | {r.batches} |" for name, r in RECIPES.items()]
    return "\n".join(["| recipe | what it is | paper | batch |", "|---|---|---|---|", *rows])
