"""The figure of a diagnosis: what a series of looks at a training saw, and where a failure was recognised."""

import textwrap

import numpy as np

from keras_gans.visualization.figures import BLUE, INK, ORANGE, PALE, new_figure

GREEN = "#3f7f5f"  # what is neither of one player nor of one kind of examples
PANELS = {  # heading -> curves, each (key of a look, label, colour): D and what is real blue, G and generated orange
    "losses": [("d_loss", "discriminator", BLUE), ("g_loss", "generator", ORANGE)],
    "D's mean output": [("real", "on real", BLUE), ("fake", "on generated", ORANGE)],
    "share on which D is right": [
        ("accuracy_real", "real", BLUE),
        ("accuracy_fake", "generated", ORANGE),
        ("accuracy_held_out", "held out", GREEN),
    ],
    "norm of the gradient": [("d_gradient", "discriminator", BLUE), ("g_gradient", "generator", ORANGE)],
    "samples beside the data": [
        ("diversity", "diversity", BLUE),
        ("spread", "spread", ORANGE),
        ("distance", "distance", GREEN),
    ],
    "norm of the weights": [("d_weights", "discriminator", BLUE), ("g_weights", "generator", ORANGE)],
}
LOGARITHMIC, SIGNED = ("norm of the gradient",), ("losses", "D's mean output")
WIDE = 100.0  # values from which signed numbers are drawn on a scale that is logarithmic far from 0


def diagnosis(looks, findings=()):
    """Draws a series of looks, with a line and a sentence for each finding.

    Args:
        looks: list of dicts with `step` and the numbers that `callbacks.Diagnostics` writes down. What is missing or
            not finite leaves a gap.
        findings: list of `callbacks.Finding`, or of objects with their attributes `kind`, `step` and `sentence`.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure`.

    Raises:
        ValueError: if there is no look.
    """
    if not looks:
        raise ValueError("Expected at least one look. Received: an empty list.")
    lines = [line for finding in findings for line in _wrapped(finding)] or ["No failure was recognised."]
    below = 0.25 + 0.19 * len(lines)  # inches
    figure = new_figure(11, 8.5 + below)
    all_axes = figure.subplots(3, 2, sharex=True)
    for axes, (heading, curves) in zip(all_axes.T.flat, PANELS.items()):
        _draw(axes, heading, curves, looks)
        for number, finding in enumerate(findings):
            axes.axvline(finding.step, color=INK, linestyle="--", linewidth=1)
            if axes in all_axes[0]:
                _name(axes, finding, number, looks)
    for axes in all_axes[-1]:
        axes.set_xlabel("training step", color=INK)
    figure.tight_layout(rect=(0, below / (8.5 + below), 1, 1))
    figure.text(0.03, 0.15 / (8.5 + below), "\n".join(lines), color=INK, fontsize=9, va="bottom", linespacing=1.4)
    return figure


def _draw(axes, heading, curves, looks):
    steps = [look["step"] for look in looks]
    drawn = []
    for key, label, colour in curves:
        if not any(key in look for look in looks):
            continue
        values = np.array([look.get(key, np.nan) for look in looks], dtype=float)
        hidden = ~np.isfinite(values) | ((heading in LOGARITHMIC) & (values <= 0))
        drawn.append(np.where(hidden, np.nan, values))
        marker = "o" if len(looks) < 30 else None
        axes.plot(steps, drawn[-1], color=colour, label=label, linewidth=1.4, marker=marker, markersize=3)
    largest = np.nanmax(np.abs(drawn), initial=0.0)
    if heading in LOGARITHMIC and largest > 0:
        axes.set_yscale("log")
    elif heading in SIGNED and largest > WIDE:
        axes.set_yscale("symlog", linthresh=1.0)
    axes.grid(color=PALE, alpha=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(heading, loc="left", color=INK, fontsize=10)
    if drawn:
        axes.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0, ncols=3)


def _name(axes, finding, number, looks):
    """A line's name, on the side where there is more room, those of several findings below each other."""
    early = 2 * finding.step <= looks[0]["step"] + looks[-1]["step"]
    axes.annotate(
        finding.kind,
        (finding.step, 0.96 - 0.11 * number),
        xycoords=("data", "axes fraction"),
        xytext=(4 if early else -4, 0),
        textcoords="offset points",
        ha="left" if early else "right",
        va="top",
        color=INK,
        fontsize=8,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )


def _wrapped(finding):
    return textwrap.wrap(f"Step {finding.step:,}, {finding.kind}. {finding.sentence}", 150, subsequent_indent="    ")
