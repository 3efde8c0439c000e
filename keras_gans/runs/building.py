"""The model of a run that begins, built for its data, and how long the run is."""

import dataclasses
import inspect

from keras_gans import engine, recipes
from keras_gans.data.kinds import amount
from keras_gans.runs import arguments, timing
from keras_gans.runs.settings import DEFAULT_STEPS
from keras_gans.training.adversarial import AdversarialModel


def in_steps(wanted, paper, found, before):
    """The settings with minutes as steps: those of the run that goes on, or measured with a model that is let go."""
    if wanted.minutes is None:
        return wanted
    if before:
        return dataclasses.replace(wanted, minutes=None, steps=before["steps"])
    if engine.is_chief():
        print("Measures how long a step takes.", flush=True)
    provisional = dataclasses.replace(wanted, minutes=None, steps=DEFAULT_STEPS)
    model = build(paper, provisional, found)
    batch_size = length_of(provisional, paper, found.examples, model.n_critic)[0]
    steps, seconds = timing.steps_within(wanted.minutes, model, found.examples, batch_size)
    if engine.is_chief():
        fit = f"{amount(steps, 'step')} in {wanted.minutes:g} minutes, films and looks at the training aside"
        print(f"A step takes {seconds:.3g} s here: {fit}.", flush=True)
    return dataclasses.replace(wanted, minutes=None, steps=steps)


def build(paper, wanted, found):
    """Builds a recipe for data, with what it takes and they tell."""
    given = {**found.arguments, "seed": wanted.seed}
    if wanted.width is not None and not takes(paper, "width"):
        takers = ", ".join(name for name, other in recipes.RECIPES.items() if takes(other, "width"))
        raise ValueError(f"Expected a width only for recipes that take one: {takers}. Received: {wanted.recipe!r}.")
    if wanted.width is not None:
        given["width"] = wanted.width
    if wanted.augment is not None and not issubclass(paper.game, AdversarialModel):
        raise ValueError(f"Expected an augmentation only of recipes with a judge. Received: {wanted.recipe!r}.")
    given |= {name: getattr(wanted, name) for name in ("ema", "augment") if getattr(wanted, name) is not None}
    if takes(paper, "steps"):
        usual = inspect.signature(paper.game.compile).parameters.get("n_critic")
        n_critic = wanted.set.get("n_critic", usual.default if usual else 1)
        given["steps"] = length_of(wanted, paper, found.examples, n_critic)[2]
    return arguments.built(paper, {**given, **wanted.set}, wanted.set)


def takes(paper, argument):
    """Whether a recipe has an argument of that name."""
    return argument in inspect.signature(paper.build).parameters


def length_of(wanted, paper, examples, n_critic):
    """How many examples an update has, how many steps a pass over the examples, and how many the run."""
    batch_size = wanted.batch_size or max(1, min(paper.batch_for(examples.shapes[0]), len(examples) // n_critic))
    steps_per_epoch = len(examples) // (batch_size * n_critic)
    if not steps_per_epoch:
        raise ValueError(
            f"Expected at least the {batch_size * n_critic} examples of one training step, {batch_size} for each of "
            f"{n_critic} updates of the discriminator. Received: {len(examples)}."
        )
    return batch_size, steps_per_epoch, wanted.steps or wanted.epochs * steps_per_epoch
