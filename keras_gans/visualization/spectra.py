"""The figure of singular values: how the largest of each kernel grew over a training."""

import numpy as np

from keras_gans.visualization.figures import INK, PALE, new_figure

ROWS = 14  # names in a column of a legend


def singular_values(looks):
    """Draws the largest singular values of kernels, a row for each network, a panel for each value, a line a kernel.

    Args:
        looks: list of dicts, as `callbacks.SingularValues` writes them down. A value that is missing or None leaves a
            gap.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure`.

    Raises:
        ValueError: if there is no look.
    """
    if not looks:
        raise ValueError("Expected at least one look. Received: an empty list.")
    names = [name for name in looks[-1] if name != "step"]
    networks = list(dict.fromkeys(name.partition("/")[0] for name in names))
    panels = max(len(looks[-1][name]) for name in names)
    figure = new_figure(13, 0.4 + 3.2 * len(networks), layout="constrained")
    all_axes = figure.subplots(len(networks), panels, sharex=True, sharey="row", squeeze=False)
    for row, network in zip(all_axes, networks):
        _draw_network(row, network, [name for name in names if name.partition("/")[0] == network], looks)
    for axes in all_axes[-1]:
        axes.set_xlabel("training step", color=INK)
    return figure


def _draw_network(row, network, names, looks):
    from matplotlib import colormaps

    colours = colormaps["viridis"](np.linspace(0.0, 0.92, len(names)))  # from the input to the output
    steps = [look["step"] for look in looks]
    for k, axes in enumerate(row):
        for name, colour in zip(names, colours):
            values = np.array([_value(look, name, k) for look in looks], dtype=float)
            marker = "o" if len(looks) < 30 else None
            label = name.partition("/")[2]
            axes.plot(steps, values, color=colour, label=label, linewidth=1.4, marker=marker, markersize=3)
        axes.set_yscale("log")
        axes.tick_params(which="both", labelsize=8)
        axes.grid(color=PALE, alpha=0.5)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(f"{network}: $\\sigma_{k}$", loc="left", color=INK, fontsize=10)
    columns = -(-len(names) // ROWS)
    row[-1].legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)


def _value(look, name, k):
    """The k-th value of a kernel at a look; NaN where there is none, or none above 0."""
    values = look.get(name, ())
    return values[k] if k < len(values) and values[k] is not None and values[k] > 0 else np.nan
