"""The knobs of a game: what its recipe, its loss, its penalty, its optimizers and its networks take, with ranges."""

import dataclasses
import inspect
from typing import Any

from keras_gans import losses, regularizers
from keras_gans.lab.recipes import PENALTIES, facts
from keras_gans.recipes import RECIPES
from keras_gans.recipes.registry import POINT_BATCH
from keras_gans.runs.arguments import plain_arguments

AT_ONCE, GOES_ON, ANEW = "at once", "goes on", "anew"  # what a change does to the training
ANEWS = ("latent_dim", "latents", "width", "depth", "spectral_norm", "minibatch_discrimination", "seed")
HIDDEN = (  # not for points, or not alone, or of networks that are not these
    *("learning_rate", "jit_compile", "run_eagerly", "halve_every", "parameter", "blocks", "width", "latent_dim"),
)
RANGES = {  # the last part of a name -> least, greatest, and whether the scale is one of powers
    "learning_rate": (1e-5, 0.3, True),
    "beta_1": (0.0, 0.99, False),
    "beta_2": (0.5, 0.9999, False),
    "rho": (0.5, 0.9999, False),
    "n_critic": (1, 20, False),
    "c": (0.001, 1.0, True),
    "weight": (0.001, 100.0, True),
    "gamma": (0.001, 100.0, True),
    "k_rate": (1e-4, 0.1, True),
    "margin": (0.01, 10.0, True),
    "smoothing": (0.0, 0.5, False),
    "dropout": (0.0, 0.9, False),
    "noise": (0.0, 1.0, False),
    "width": (2, 256, True),
    "depth": (1, 6, False),
    "latent_dim": (1, 16, False),
    "batch_size": (8, 1024, True),
    "minibatch_discrimination": (0, 32, False),
    "negative_slope": (0.0, 1.0, False),
    "seed": (0, 99, False),
    "steps": (100, 100_000, True),
}
WORDS = {
    "d_learning_rate": "D's rate",
    "g_learning_rate": "G's rate",
    "n_critic": "D's steps",
    "c": "clipped at",
    "batch_size": "batch",
    "latent_dim": "latents' length",
    "latents": "latents",
    "noise": "noise on D's inputs",
    "fresh_fakes": "fresh fakes for G",
}


@dataclasses.dataclass(frozen=True)
class Knob:
    """One thing to turn.

    Args:
        name: string, of an argument, or of one of the loss or the penalty as "loss.smoothing", "penalty.gamma".
        usual: what the recipe has.
        effect: string, `AT_ONCE`, `GOES_ON` (with the same networks) or `ANEW`.
        choices: tuple of words, or None.
        least, most: None, or numbers.
        powers: whether a slider goes by powers.
    """

    name: str
    usual: Any
    effect: str
    choices: tuple | None = None
    least: float | None = None
    most: float | None = None
    powers: bool = False

    @property
    def whole(self):
        """Whether it takes whole numbers only."""
        return isinstance(self.usual, int) and not isinstance(self.usual, bool)

    def face(self, value):
        """What a page shows of it, as a dict, where it is set to a value."""
        words = WORDS.get(self.name) or self.name.replace("_", " ").replace(".", ": ")
        return {**dataclasses.asdict(self), "words": words, "whole": self.whole, "value": value}

    def checked(self, value):
        """Returns a value that fits, else raises ValueError."""
        if self.choices and value not in self.choices:
            raise ValueError(f"Expected {self.name} as one of {', '.join(self.choices)}. Received: {value!r}.")
        if isinstance(self.usual, bool) and not isinstance(value, bool):
            raise ValueError(f"Expected {self.name} as a switch, true or false. Received: {value!r}.")
        if self.least is None:
            return value
        kinds = int if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not self.least <= value <= self.most:
            kind = "whole number" if self.whole else "number"
            raise ValueError(
                f"Expected {self.name} as a {kind} from {self.least:g} to {self.most:g}. Received: {value!r}."
            )
        return value if self.whole else float(value)


def knobs_of(recipe, penalty=None):
    """Lists the knobs of a game, in the order in which a page shows them.

    Args:
        recipe: string, a name of `recipes.playable()`.
        penalty: None for the recipe's own, or the name of the one that is on D, whose arguments are knobs, too.

    Returns:
        dict of names -> `Knob`.
    """
    known = facts(recipe)
    found = [_numbers(f"{player}_learning_rate", rate) for player, rate in known.rates.items() if rate is not None]
    found += [_numbers(name, value) for name, value in known.moments.items()]
    arguments = {name: _usual(recipe, name) for name in plain_arguments(recipe) if name not in HIDDEN}
    found += [_knob(name, value) for name, value in arguments.items() if _is_knob(name, value)]
    if known.loss:
        kept = {key: value for key, value in known.loss[1].items() if key not in arguments}
        found += [_knob(f"loss.{key}", value) for key, value in kept.items()]
    if known.penalty:
        found.append(Knob("penalty", known.penalty[0], GOES_ON, ("none", *PENALTIES)))
        found += [_knob(f"penalty.{key}", value) for key, value in penalty_arguments(recipe, penalty).items()]
    found += [_knob("width", known.width), _knob("depth", known.depth)]
    found += [_knob(key, value) for key, value in known.body.items()]
    found += [_knob("noise", 0.0)] if known.body else []
    found += [_knob("latent_dim", known.latent_dim)]
    found += [Knob("latents", "normal", ANEW, ("normal", "uniform")), _knob("batch_size", POINT_BATCH)]
    found += [_knob("seed", 0)]
    return {knob.name: knob for knob in found}


def penalty_arguments(recipe, penalty=None):
    """The plain arguments of a penalty: the recipe's own as it has them, another as its class has them."""
    usual, own = facts(recipe).penalty
    name = penalty or usual
    if name == usual or name not in PENALTIES:
        return own if name == usual else {}
    return {key: p.default for key, p in inspect.signature(getattr(regularizers, name)).parameters.items()}


def checked(recipe, given):
    """Checks what knobs are set to.

    Args:
        recipe: string, a name of `recipes.playable()`.
        given: dict of names -> values.

    Returns:
        A tuple of the knobs, see `knobs_of`, and dict of names -> values that differ from the recipe's own.

    Raises:
        ValueError: if there is no such knob, or the value does not fit it.
    """
    knobs = knobs_of(recipe, given.get("penalty"))
    for name in given:
        if name not in knobs:
            raise ValueError(f"Expected of {recipe} one of the knobs {', '.join(knobs)}. Received: {name!r}.")
    values = {name: knobs[name].checked(value) for name, value in given.items()}
    return knobs, {name: value for name, value in values.items() if value != knobs[name].usual}


def _usual(recipe, name):
    """What a recipe has for an argument of its own or of its game's `compile`."""
    known = facts(recipe)
    if name in known.arguments:
        return known.arguments[name]
    own = inspect.signature(RECIPES[recipe].build).parameters
    value = own[name].default if name in own else None
    return known.loss[1].get(name) if value is None and known.loss else value


def _is_knob(name, value):
    return value is not None and not name.endswith("learning_rate")


def _knob(name, usual):
    if name == "divergence":
        simple = [kind for kind in losses.DIVERGENCES if kind not in ("alpha", "weighted_jensen_shannon")]
        return Knob(name, usual, GOES_ON, tuple(simple))
    if isinstance(usual, (bool, str)):
        return Knob(name, usual, ANEW if name in ANEWS else GOES_ON)
    return _numbers(name, usual)


def _numbers(name, usual):
    least, most, powers = RANGES.get(name.removeprefix("d_").removeprefix("g_").split(".")[-1], (None, None, False))
    if least is None:
        least, most = min(0, 4 * usual), max(4 * usual, 1)
    effect = AT_ONCE if name.endswith("learning_rate") else ANEW if name in ANEWS else GOES_ON
    return Knob(name, usual, effect, None, least, most, powers)
