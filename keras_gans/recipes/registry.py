"""The registry of recipes: what the command line, the tests' battery and README's table are made from."""

import dataclasses
import functools
import inspect
from collections.abc import Callable

from keras_gans import engine
from keras_gans.registry import Registry

POINT_BATCH = 256  # papers give their batch for pictures


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What the registry knows of a recipe.

    Args:
        build: function that returns a compiled model.
        paper: string, authors and year.
        arxiv: string, the paper's arXiv number.
        batch_size: int, the paper's batch, the m of its algorithm.
        data: string, what it is trained on: "images" (or points), "labels" (images with labels), "pairs" or "domains"
            (of images).
    """

    build: Callable
    paper: str
    arxiv: str
    batch_size: int
    data: str = "images"

    def batch_for(self, shape):
        """The batch for examples of a shape: the paper's for pictures, 256 for points (d,)."""
        return self.batch_size if len(shape) == 3 else POINT_BATCH

    @property
    def summary(self):
        """First line of the recipe's docstring."""
        return self.build.__doc__.splitlines()[0]


RECIPES = Registry("recipe")


def recipe(paper, arxiv, batch_size, data="images"):
    """Registers a function as a recipe under its own name, which its models have too; see `Recipe`.

    The function's `seed` also decides the weights of the networks that it builds.
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

        RECIPES[build.__name__] = Recipe(seeded, paper, arxiv, batch_size, data)
        return seeded

    return register


def table():
    """Makes README's table of recipes, in Markdown."""
    rows = [
        f"| `{name}` | {r.summary} | [{r.paper}](https://arxiv.org/abs/{r.arxiv}) | {r.batch_size} |"
        for name, r in RECIPES.items()
    ]
    return "\n".join(["| recipe | what it is | paper | batch |", "|---|---|---|---|", *rows])
