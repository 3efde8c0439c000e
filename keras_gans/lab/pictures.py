"""The frames of a film as pictures for a GIF: both games side by side, as the page shows them by day."""

import numpy as np

from keras_gans.lab.recording import named
from keras_gans.visualization import figure_pixels
from keras_gans.visualization.figures import INK, PALE, new_figure

REAL, MADE, NO, CARD, YES = "#2468c0", "#e06c12", "#7c3fa8", "#ffffff", "#2f8f4e"  # as in page/style.css
SIDE, MARGIN, LINE = 3.6, 0.1, 0.27  # inches: of a panel, around it, of a line of text
DPI = 100
DOTS, ARROWS = 400, 60  # real and generated points, and arrows, that are drawn
LEVELS = np.linspace(0, 1, 11)  # of D's map; few colours make a small GIF
FOLLOW = 0.2  # of the way to the scale of a map goes the one that is shown, as on the page


def pictures(steps, takes):
    """Draws frames: D's map, real and generated points, and the arrows or the manifold if the scene has them.

    Args:
        steps: list of ints.
        takes: list of two `recording.Take`.

    Returns:
        list of uint8 arrays (height, width, 3).
    """
    scales = [_scales(take) for take in takes]
    return [_picture(step, i, takes, named(takes), scales) for i, step in enumerate(steps)]


def _picture(step, i, takes, names, scales):
    width, height = 2 * (SIDE + MARGIN) + MARGIN, SIDE + 2 * MARGIN + 2 * LINE
    figure = new_figure(width, height)
    for side, take in enumerate(takes):
        left = MARGIN + side * (SIDE + MARGIN)
        axes = figure.add_axes((left / width, (MARGIN + LINE) / height, SIDE / width, SIDE / height))
        axes.set(xlim=take.game["limits"], ylim=take.game["limits"], xticks=[], yticks=[])
        axes.spines[:].set_color(PALE)
        _draw(axes, take, take.arrays[i], scales[side][i])
        axes.set_title(names[side], fontsize=11, fontweight="bold", color=INK, pad=5)
        words = ", ".join([f"step {step:,}", *_counted(take.figures[i])])
        figure.text((left + SIDE / 2) / width, MARGIN / height, words, fontsize=9, color=INK, ha="center")
    return figure_pixels(figure, DPI)


def _draw(axes, take, arrays, scale):
    low, high = take.game["limits"]
    if "judge" in arrays:
        ticks = np.linspace(low, high, len(arrays["judge"]))
        shown = np.ma.masked_invalid(_share(arrays["judge"], take.game["logits"], scale))
        axes.contourf(ticks, ticks, shown, LEVELS, cmap=_colours())
    axes.plot(*np.array(take.game["real"][:DOTS]).T, ".", color=REAL, markersize=3, markeredgewidth=0, alpha=0.5)
    if "manifold" in arrays:
        rows = arrays["manifold"]
        for line in [*rows, *(np.swapaxes(rows, 0, 1) if len(rows) > 1 else ())]:
            axes.plot(*line.T, color=MADE, linewidth=0.6, alpha=0.5)
    axes.plot(*arrays["points"][:DOTS].T, ".", color=MADE, markersize=4.5, markeredgewidth=0, alpha=0.9)
    if "gradient" in arrays:
        slopes = arrays["gradient"][:ARROWS]
        norms = np.linalg.norm(slopes, axis=1, keepdims=True)
        usual = np.quantile(norms[np.isfinite(norms)], 0.9) if np.isfinite(norms).any() else 0
        if usual > 0:
            arrows = slopes / np.maximum(norms, usual) * (high - low) * 0.065
            places = arrays["points"][: len(slopes)]
            style = {"units": "xy", "angles": "xy", "scale": 1, "width": 0.004 * (high - low)}
            axes.quiver(*places.T, *arrows.T, color=INK, **style)


def _scales(take):
    """The middle and the reach of the map in each frame, see `View.measure` of the page."""
    found, boundary = [], take.game["boundary"]
    for arrays in take.arrays:
        values = arrays.get("judge", np.zeros(1))
        values = values[np.isfinite(values)]
        low, high = (values.min(), values.max()) if len(values) else (0.0, 0.0)
        middle = (low + high) / 2 if boundary is None else boundary
        aim = np.array([middle, max(high - middle, middle - low, 1e-6) / 1.2])
        found.append(found[-1] + FOLLOW * (aim - found[-1]) if found else aim)
    return found


def _share(values, logits, scale):
    """How far D takes a place for real, from 0 to 1."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-values)) if logits else 0.5 + 0.5 * np.tanh((values - scale[0]) / scale[1])


def _counted(figures):
    modes = [f"{figures['modes']} of {figures['of']} modes"] if "modes" in figures else []
    return modes + ([f"earth mover's distance {figures['earth_mover']:.2f}"] if "earth_mover" in figures else [])


def _colours():
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    card = np.array(to_rgb(CARD))
    ends = [tuple(card + 0.75 * (np.array(to_rgb(end)) - card)) for end in (NO, YES)]
    return LinearSegmentedColormap.from_list("", [ends[0], CARD, ends[1]], len(LEVELS) - 1)
