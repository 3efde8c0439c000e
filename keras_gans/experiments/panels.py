"""What figures of experiments share: pictures laid out in rows with headings, and curves of several seeds."""

from keras_gans.visualization.figures import INK, new_figure

DPI = 150  # at which a figure shows each pixel of its pictures as one: `save_figure`'s
GAP, HEADING, TITLE = 0.12, 0.36, 0.42  # inches: around a picture, for a row's heading, for a title of two lines


def panels(rows):
    """Lays pictures of one size out in one figure, a panel for each.

    Args:
        rows: list of (heading, dict of title -> uint8 array (height, width, 3)); a title has two lines at most.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state.
    """
    first = next(iter(rows[0][1].values()))
    tall, wide = (side / DPI for side in first.shape[:2])
    columns = max(len(pictures) for _, pictures in rows)
    width, row_height = GAP + columns * (wide + GAP), HEADING + TITLE + tall + GAP
    height = len(rows) * row_height
    figure = new_figure(width, height)
    for row, (heading, pictures) in enumerate(rows):
        top = height - row * row_height
        figure.text(GAP / width, (top - HEADING / 2) / height, heading, color=INK, fontsize=11, va="center")
        for column, (title, picture) in enumerate(pictures.items()):
            left, bottom = GAP + column * (wide + GAP), top - row_height + GAP
            axes = figure.add_axes((left / width, bottom / height, wide / width, tall / height))
            axes.imshow(picture, interpolation="none", aspect="auto")
            axes.set_title(title, color=INK, fontsize=9, pad=4)
            axes.set_axis_off()
    return figure


def draw_seeds(axes, along, runs, colour, label, line="-"):
    """Draws the mean of several seeds, and a band from the least to the largest.

    Args:
        axes: matplotlib axes.
        along: array (n,), where along the training.
        runs: float array (seeds, n).
        colour, label, line: of the curve, as matplotlib takes them.
    """
    axes.plot(along, runs.mean(axis=0), line, color=colour, linewidth=1.6, label=label)
    axes.fill_between(along, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.2, linewidth=0)


def ranged(values, form):
    """Writes the mean of several seeds, and from where to where, a string, each number by a form such as "{:.1f}"."""
    mean, least, most = (form.format(number) for number in (values.mean(), values.min(), values.max()))
    return f"{mean} ({least} to {most})"
