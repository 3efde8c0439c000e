"""The failures of the lectures, told from a series of looks at a training: pure functions, thresholds with reasons.

What a look holds, `callbacks.looks` and `callbacks.Diagnostics` say. A failure is what stays: no single look decides,
unless it holds a number that is not finite.
"""

import dataclasses
import math

import numpy as np

SHORT, LONG, LONGER = 5, 10, 20  # looks for which a failure must stay: a dead gradient; a lost game; a circling one
RIGHT = 0.98  # share of examples on which D is right outright: two errors in a hundred are a probe's luck
DEAD = 50.0  # times a gradient has fallen: batches of a healthy game differ by 10, a flat sigmoid's gradient by 1,000
FALLING = 5.0  # times: more than the noise of a gradient that stays
ALIKE, VARIED = 0.4, 0.8  # of the real examples' variety: 3 modes of 8 have 0.38; a generator that once had learned
SCATTERED = 0.5  # variety from which a moving mean is more than a small cloud that jumps, which is collapse
UNREACHED = 0.25  # of the real examples lie among the samples; of two halves of the digits, 64 each, 0.9
RISING = 1.25  # times the variety has risen within a window: young, not collapsed
ABSURD = 1000.0  # a logit or loss that means nothing: sigmoid(-1000) is e^-1000, and no data set is so far across
HEAVIER, AWAY = 10.0, 10.0  # times the weights' first norm; distance of samples and data in spreads of the data
GROWING = 1.5  # times within a short window, so that what is large and stays is no divergence
CIRCLE = 0.4  # radius of the samples' way around, in spreads of the data: a game that settles stays below 0.2


@dataclasses.dataclass(frozen=True)
class Finding:
    """A failure that was recognised.

    Args:
        kind: "vanishing gradients", "discriminator wins", "mode collapse", "off the data", "divergence" or
            "oscillation".
        step: int, the training step at which it was.
        sentence: string, what was seen and what helps.
    """

    kind: str
    step: int
    sentence: str


def recognise(looks, known=()):
    """Tells which failures are there at the last look, without those that are a consequence of others.

    Args:
        looks: list of dicts, see `callbacks.Diagnostics`, the last one the newest.
        known: list of strings, the kinds that earlier looks have shown.

    Returns:
        list of `Finding` of other kinds.
    """
    kinds, found = list(known), []
    for kind, symptom in SYMPTOMS.items():
        hidden = kind in kinds or any(kind in HIDES[other] for other in kinds)
        sentence = None if hidden else symptom(looks)
        if sentence is not None:
            kinds.append(kind)
            found.append(Finding(kind, looks[-1]["step"], sentence))
    return found


def divergence(looks):
    """Numbers that are not finite; or outputs, losses, weights or samples that have grown far and go on growing."""
    broken = [key for key, value in looks[-1].items() if not np.all(np.isfinite(value))]
    if broken:
        return f"{_name(broken[0])} is not a finite number: {REMEDIES['divergence']}."
    bounds = {key: ABSURD for key in looks[0] if key in ("real", "fake") or key.endswith("loss")}
    bounds |= {key: HEAVIER * max(looks[0][key], 1.0) for key in ("d_weights", "g_weights")}
    bounds["position"] = AWAY * max(np.linalg.norm(looks[0]["position"]), 1.0)
    for key, bound in bounds.items():
        sizes = np.array([np.linalg.norm(look[key]) for look in looks[-SHORT:]])
        if len(sizes) == SHORT and np.all(sizes[-3:] > bound) and sizes[-1] > GROWING * sizes[0]:
            times = sizes[-1] / max(sizes[0], 1e-12)
            grown = f"has grown to {sizes[-1]:.3g}, {times:.2g} times what it was {SHORT - 1} looks before"
            return f"{_name(key)} {grown}: {REMEDIES['divergence']}."
    return None


def vanishing_gradients(looks):
    """G's gradient is a small part of what it was, while D is right on nearly all examples."""
    fallen = _fallen(looks, "g_gradient", SHORT)
    if fallen < DEAD or not _right(looks, SHORT):
        return None
    return (
        f"The generator's gradient is {_part(fallen)} of what it was while the discriminator is right on "
        f"{_share(looks[-1])} of the examples: {REMEDIES['vanishing gradients']}."
    )


def discriminator_wins(looks):
    """D is right on nearly all examples and has nothing left to learn, though G does; a critic cannot win."""
    fallen = _fallen(looks, "d_gradient", LONG)
    dying = _fallen(looks, "g_gradient", SHORT) > FALLING  # then it is the other failure that is coming
    if looks[-1]["critic"] or dying or fallen < DEAD or not _right(looks, LONG):
        return None
    return (
        f"The discriminator has won: it is right on {_share(looks[-1])} of the examples, and its own gradient is "
        f"{_part(fallen)} of what it was: {REMEDIES['discriminator wins']}."
    )


def mode_collapse(looks):
    """Samples that stay much more alike than the data, although D does not reject them all, or once were varied."""
    variety = _variety(looks)
    if len(variety) <= LONG or np.median(variety[-LONG:]) > ALIKE:
        return None
    half = LONG // 2
    rising = np.median(variety[-half:]) > RISING * np.median(variety[-LONG:-half])
    medians = [np.median(variety[i : i + half]) for i in range(len(variety) - half)]
    fooled = np.median([look["separation"] for look in looks[-LONG:]]) < RIGHT
    if rising or not (fooled or max(medians) > VARIED):
        return None
    return (
        f"The samples are much alike, of {np.median(variety[-LONG:]):.0%} of the data's variety for {LONG} looks: "
        f"{REMEDIES['mode collapse']}."
    )


def off_the_data(looks):
    """Samples that vary, and yet few of the data lie among them, nor more and more, while D rejects nearly all.

    A critic is right most of the time and yet teaches, so that this says nothing of its game. Nor of translation, whose
    outputs vary as the inputs do: its looks have no recall.
    """
    recall = np.array([look.get("recall", 1.0) for look in looks[-LONGER:]])
    if looks[-1]["critic"] or len(recall) < LONGER or not _right(looks, SHORT):
        return None
    if np.median(_variety(looks)[-LONG:]) <= ALIKE:
        return None
    before, now = np.median(recall[:LONG]), np.median(recall[LONG:])
    if now > UNREACHED or now > RISING * before:
        return None
    return (
        f"The samples vary, but {now:.0%} of the real examples lie among them, and the discriminator is right on "
        f"{_share(looks[-1])} of both: {REMEDIES['off the data']}."
    )


def oscillation(looks):
    """Samples that travel around the data, as a whole, without coming nearer."""
    if len(looks) <= LONGER:
        return None
    way = np.array([look["position"] for look in looks[-LONGER:]])
    first, second = way[: LONGER // 2], way[LONGER // 2 :]
    radius, before, after = (_radius(part) for part in (way, first, second))
    path = np.linalg.norm(np.diff(way, axis=0), axis=1).sum()
    returns = np.linalg.norm(second.mean(axis=0) - first.mean(axis=0)) < radius and path > 2 * math.pi * radius
    if radius < CIRCLE or not returns or after < 0.8 * before or np.median(_variety(looks)[-LONGER:]) < SCATTERED:
        return None
    return (
        f"The players circle: within {LONGER} looks the samples' mean went {path:.1f} times the data's spread and is "
        f"not nearer: {REMEDIES['oscillation']}."
    )


SYMPTOMS = {
    "divergence": divergence,
    "vanishing gradients": vanishing_gradients,
    "discriminator wins": discriminator_wins,
    "mode collapse": mode_collapse,
    "off the data": off_the_data,
    "oscillation": oscillation,
}
HIDES = {  # kind -> what is only a part or a consequence of it
    "divergence": {"vanishing gradients", "discriminator wins", "mode collapse", "off the data", "oscillation"},
    "vanishing gradients": {"discriminator wins", "mode collapse", "off the data"},
    "discriminator wins": {"mode collapse", "off the data"},
    "mode collapse": {"off the data", "oscillation"},
    "off the data": set(),
    "oscillation": set(),
}
REMEDIES = {
    "vanishing gradients": "use the non-saturating loss or a Wasserstein critic with gradient penalty",
    "discriminator wins": "give it a lower learning rate or fewer steps, smooth or noise its labels, or hold it back "
    "by a gradient penalty or R1",
    "mode collapse": "let the discriminator take more steps or see whole batches (minibatch discrimination), or use "
    "R1 or a Wasserstein critic with gradient penalty",
    "off the data": "hold the discriminator back by R1 and let neither network have batch norm (recipe quick_gan), "
    "give it dropout, and make samples with averaged weights (ema)",
    "divergence": "lower the learning rates, or bound the discriminator by a gradient penalty or spectral "
    "normalisation",
    "oscillation": "lower Adam's beta_1 to 0.5 or 0, let the learning rates fall, or flatten the discriminator at "
    "the data by R1",
}


def _fallen(looks, key, count):
    """How many times a gradient has fallen for so many looks: from the first norm, or the median of the top three."""
    norms = np.array([look[key] for look in looks])
    if len(norms) <= count:
        return 0.0
    return float(max(norms[0], np.median(np.sort(norms)[-3:])) / max(norms[-count:].max(), 1e-30))


def _right(looks, count):
    return all(min(look["accuracy_real"], look["accuracy_fake"]) >= RIGHT for look in looks[-count:])


def _variety(looks):
    return np.array([min(look["diversity"], look["spread"], 1.0) for look in looks])


def _radius(way):
    return np.sqrt(((way - way.mean(axis=0)) ** 2).sum(axis=1).mean())


def _part(fallen):
    return f"1/{min(float(f'{fallen:.1g}'), 1e9):,.0f}"


def _share(look):
    worst = min(look["accuracy_real"], look["accuracy_fake"])
    return "all" if worst == 1 else f"{math.floor(100 * worst)} %"


def _name(key):
    names = {
        "real": "The discriminator's mean output on real examples",
        "fake": "The discriminator's mean output on generated examples",
        "position": "The samples' distance from the data, in its spreads,",
        "d_weights": "The norm of the discriminator's weights",
        "g_weights": "The norm of the generator's weights",
        "d_gradient": "The norm of the discriminator's gradient",
        "g_gradient": "The norm of the generator's gradient",
    }
    return names.get(key, f"`{key}`")
