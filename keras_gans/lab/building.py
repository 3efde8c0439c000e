"""From a scene's words to a game: the points, the networks and the compiled model, and the code that makes the same."""

import dataclasses
import inspect
import math
import textwrap

import keras
import numpy as np

from keras_gans import data, engine
from keras_gans.lab.knobs import Knob, checked, penalty_arguments
from keras_gans.lab.plan import Call, Name, call, names
from keras_gans.lab.recipes import facts, playable

STEPS = 200  # of a pass, at least: a pass over few points would be over before it has begun
DRAWN = 0.05  # deviation around what is drawn by hand
USUAL = {"ring": {"radius": 2.0, "std": 0.05}, "grid": {"spacing": 1.0, "std": 0.04}, "swiss_roll": {"std": 0.05}}
TOYS = ("ring", "grid", "swiss_roll", "segments", "moons")
UNIFORM = math.sqrt(0.5)  # erf(z / sqrt(2)) of a normal z is uniform in (-1, 1)


@dataclasses.dataclass(frozen=True, eq=False)
class Composition:
    """A game before it is built.

    Args:
        recipe: string.
        knobs: dict of names -> `knobs.Knob`.
        values: dict of names -> values that differ from the recipe's own.
        toy: `Call` that makes the distribution.
        points: int, how many are drawn.
        data_seed: int, of the draw.
        networks: dict of the names "generator" and "discriminator" -> `Call`; empty where the recipe makes them.
        model: `Call` that makes the model; the networks are `Name`s in it.
        n_critic: int.
    """

    recipe: str
    knobs: dict[str, Knob]
    values: dict
    toy: Call
    points: int
    data_seed: int
    networks: dict
    model: Call
    n_critic: int

    def value(self, name):
        """What a knob is set to."""
        return self.values.get(name, self.knobs[name].usual)

    @property
    def batch_size(self):
        """The m of a step."""
        return self.value("batch_size")

    @property
    def repeats(self):
        """How often each point stands in the data of a pass."""
        return max(1, -(-STEPS * self.batch_size * self.n_critic // self.points))

    @property
    def steps_per_epoch(self):
        """How many training steps a pass has."""
        return self.points * self.repeats // (self.batch_size * self.n_critic)

    def passed(self, points):
        """The points of a pass, each as often as `repeats` says."""
        return np.tile(points, (self.repeats, 1))

    def build(self):
        """Makes the model, compiled."""
        with engine.seeded(self.value("seed")):
            built = {name: plan.run() for name, plan in self.networks.items()}
        kwargs = {**self.model.kwargs, **{name: built[name] for name in built}}
        return Call(self.model.name, self.model.args, kwargs).run()

    def sample(self):
        """Draws the points: a tuple of the distribution and float32 (points, 2)."""
        toy = self.toy.run()
        return toy, toy.sample(self.points, self.data_seed)

    def code(self, steps):
        """The Python that makes this game from its beginning, for at least so many steps."""
        plans = [self.toy, self.model, *self.networks.values()]
        used = set().union(*map(names, plans)) - {"generator", "discriminator"}
        used |= {"engine"} if self.networks else set()
        rooms = ", ".join(sorted(used - {"keras"}))
        lines = [
            *(["import keras"] if "keras" in used else []),
            "import numpy as np",
            f"from keras_gans import {rooms}",
        ]
        lines += ["", f"toy = {self.toy}", f"points = toy.sample({self.points}, seed={self.data_seed})"]
        if self.networks:
            lines += [f"with engine.seeded({self.value('seed')}):"]
            lines += [textwrap.indent(f"{name} = {plan}", "    ") for name, plan in self.networks.items()]
        lines += [f"model = {self.model}", ""]
        each = "points" if self.repeats == 1 else f"np.tile(points, ({self.repeats}, 1))"
        note = "" if self.repeats == 1 else "  # each point so often that a pass is no shorter than 200 steps"
        epochs = max(1, -(-steps // self.steps_per_epoch))
        lines += [f"x = {each}{note}", f"model.fit(x, batch_size={self.batch_size}, epochs={epochs}, verbose=0)"]
        lines += ["samples = model.generate(1000, seed=0)"]
        return "\n".join(lines) + "\n"


def compose(data_spec, game):
    """Composes a game.

    Args:
        data_spec: dict, see `scenes.check_data`.
        game: dict, see `scenes.check_game`.

    Returns:
        `Composition`.

    Raises:
        ValueError: if a recipe, a toy or a knob is unknown, or a value does not fit.
    """
    recipe = game["recipe"]
    if recipe not in playable():
        raise ValueError(f"Expected a recipe that plays on points: {', '.join(playable())}. Received: {recipe!r}.")
    knobs, values = checked(recipe, game["knobs"])
    networks = _networks(recipe, values)
    kwargs = {"seed": values.get("seed", 0), **_arguments(recipe, knobs, values)}
    if networks:
        kwargs |= {"latent_dim": values.get("latent_dim", facts(recipe).latent_dim)}
        kwargs |= {name: Name(name) for name in networks}
    elif "latent_dim" in values:
        kwargs["latent_dim"] = values["latent_dim"]
    n_critic = values.get("n_critic", facts(recipe).arguments.get("n_critic", 1))
    model = Call(f"recipes.{recipe}", ((2,),), kwargs)
    toy = toy_of(data_spec)
    return Composition(recipe, knobs, values, toy, data_spec["points"], data_spec["seed"], networks, model, n_critic)


def toy_of(data_spec):
    """The call that makes a distribution in the plane, see `scenes.check_data`; raises ValueError if there is none."""
    arguments = {key: value for key, value in data_spec.items() if key not in ("kind", "points", "seed", "places")}
    kind = data_spec["kind"]
    if kind == "drawn":
        return call("data.toy.Mixture", np.array(data_spec["places"]), std=arguments.get("std", DRAWN))
    if kind not in TOYS:
        raise ValueError(f"Expected data of the kind {', '.join(TOYS)} or drawn. Received: {kind!r}.")
    made = data.TOYS[kind]
    limits = {key: p["value"] for key, p in toy_knobs(kind).items()}
    for key, value in arguments.items():
        if key not in limits:
            raise ValueError(f"Expected of {kind} one of {', '.join(limits)}. Received: {key!r}.")
        whole = isinstance(limits[key], int)
        if not (1 <= value <= 25 and value == int(value) if whole else 0.001 <= value <= 5):
            raise ValueError(
                f"Expected {key} as a {'whole number from 1 to 25' if whole else 'number from 0.001 to 5'}. "
                f"Received: {value!r}."
            )
        arguments[key] = int(value) if whole else float(value)
    return Call(f"data.{made.__module__.split('.')[-1]}.{kind}", (), {**USUAL.get(kind, {}), **arguments})


def toy_knobs(kind):
    """The arguments of a toy, dict of names -> what a page shows of each."""
    usual = {key: p.default for key, p in inspect.signature(data.TOYS[kind]).parameters.items()}
    return {
        key: {"value": value, "whole": isinstance(value, int)}
        for key, value in {**usual, **USUAL.get(kind, {})}.items()
    }


def _arguments(recipe, knobs, values):
    """Arguments of the recipe and of its game's `compile`, of what knobs are set to."""
    known, found = facts(recipe), {}
    rates = {f"{player}_learning_rate": rate for player, rate in known.rates.items() if rate is not None}
    moments = {key: values[key] for key in known.moments if key in values}
    for name, rate in rates.items():
        rate = values.get(name, rate)
        if moments:
            kept = {**known.moments, **moments}
            found[name.replace("learning_rate", "optimizer")] = call(
                f"keras.optimizers.{known.optimizer}", rate, **kept
            )
        elif name in values:
            found[name] = rate
    of_loss = {key.removeprefix("loss."): value for key, value in values.items() if key.startswith("loss.")}
    if of_loss:
        kind, usual = known.loss
        found["loss"] = Call(f"losses.{kind}", (), _changed(usual, of_loss))
    if any(name.startswith("penalty") for name in values):
        name = values.get("penalty", known.penalty[0])
        kept = penalty_arguments(recipe, name)
        kept = {key: values.get(f"penalty.{key}", value) for key, value in kept.items()}
        found["penalties"] = [Call(f"regularizers.{name}", (), kept)] if name != "none" else []
    plain = {*known.body, "width", "depth", "noise", "latent_dim", "latents", "batch_size", "seed", *moments, "penalty"}
    return found | {key: v for key, v in values.items() if key not in plain and key not in rates and "." not in key}


def _changed(usual, values):
    """Arguments of a loss: those that were changed, beside those of the recipe."""
    return {**{key: value for key, value in usual.items() if value}, **values}


def _networks(recipe, values):
    """The plans of both networks where the recipe's own will not do, else an empty dict."""
    known = facts(recipe)
    sizes = {key: values.get(key, getattr(known, key)) for key in ("width", "depth")}
    body = {key: values[key] for key in known.body if key in values}
    changed = known.given or body or values.keys() & {"width", "depth", "noise", "latents"}
    if not changed:
        return {}
    latents = values.get("latent_dim", known.latent_dim)
    found = {"generator": call("networks.mlp.generator", (2,), latents, **sizes)}
    if values.get("latents") == "uniform":
        before = [call("keras.layers.Rescaling", UNIFORM), call("keras.layers.Activation", Name("keras.ops.erf"))]
        found["generator"] = call(
            "keras.Sequential", [call("keras.Input", (latents,)), *before, found["generator"]], name="generator"
        )
    if known.body:
        usual = {key: value for key, value in known.body.items() if key in body or value not in (0.0, 0.2, False, 0)}
        found["discriminator"] = call("networks.mlp.discriminator", (2,), **sizes, **{**usual, **body})
        if values.get("noise"):
            layers = [call("keras.Input", (2,)), call("keras.layers.GaussianNoise", values["noise"])]
            found["discriminator"] = call("keras.Sequential", [*layers, found["discriminator"]], name="discriminator")
    return found


def transfer(old, new):
    """Lets a new model go on where another one is, if their networks are alike: weights, moments, count of steps.

    Args:
        old: the model that was trained.
        new: the compiled model that takes its place.

    Returns:
        Whether they are alike.
    """
    pairs = [(getattr(old, name), getattr(new, name)) for name in ("generator", "discriminator")]
    shapes = [[[tuple(weight.shape) for weight in network.weights] for network in pair] for pair in pairs]
    if any(before != after for before, after in shapes):
        return False
    for before, after in pairs:
        after.set_weights(before.get_weights())
    for name, after in new.optimizer.members.items():
        before = old.optimizer.members[name]
        if type(before) is type(after) and len(before.variables) == len(after.variables):
            for one, other in zip(after.variables, before.variables):
                if one is not after.learning_rate:
                    one.assign(keras.ops.convert_to_numpy(other))
    new.optimizer.iterations.assign(int(old.optimizer.iterations.numpy()))
    return True
