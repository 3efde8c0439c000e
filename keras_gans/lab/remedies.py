"""What the diagnosis advises, as a change of the game that one button makes."""

REMEDIES = {  # kind of a finding -> the changes to try, of which the first that fits the game is offered
    "mode collapse": ("r1", "critic"),
    "vanishing gradients": ("non-saturating", "r1"),
    "discriminator wins": ("r1", "slower"),
    "off the data": ("r1", "critic"),
    "divergence": ("slower",),
    "oscillation": ("r1", "memory", "slower"),
}
SLOWER = 0.2


def remedy(kind, composition, spec):
    """Finds a change that helps against a failure.

    Args:
        kind: string, see `callbacks.Finding`.
        composition: `building.Composition` of the game that fails.
        spec: dict, its `scenes.check_game`.

    Returns:
        None, or a dict of "words" for a button, and the "spec" of the changed game.
    """
    for name in REMEDIES[kind]:
        found = CHANGES[name](composition)
        if found is not None:
            words, knobs = found
            kept = {key: value for key, value in spec["knobs"].items() if not key.startswith("penalty")}
            base = kept if "penalty" in knobs else spec["knobs"]
            return {"words": words, "spec": {"recipe": spec["recipe"], "knobs": {**base, **knobs}}}
    return None


def _r1(composition):
    can = "penalty" in composition.knobs and composition.value("penalty") != "R1"
    return ("add R1", {"penalty": "R1"}) if can else None


def _non_saturating(composition):
    can = "loss.saturating" in composition.knobs and composition.value("loss.saturating")
    return ("use the non-saturating loss", {"loss.saturating": False}) if can else None


def _critic(composition):
    can = "n_critic" in composition.knobs and composition.value("n_critic") < 5
    return ("give D five steps", {"n_critic": 5}) if can else None


def _memory(composition):
    can = "beta_1" in composition.knobs and composition.value("beta_1") > 0
    return ("set beta_1 to 0", {"beta_1": 0.0}) if can else None


def _slower(composition):
    rates = {name: composition.value(name) for name in composition.knobs if name.endswith("learning_rate")}
    return ("lower the rates to a fifth", {name: SLOWER * rate for name, rate in rates.items()}) if rates else None


CHANGES = {"r1": _r1, "non-saturating": _non_saturating, "critic": _critic, "memory": _memory, "slower": _slower}
