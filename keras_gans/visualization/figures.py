"""Matplotlib figures that belong to no pyplot state: made, turned into pixels, written."""

import numpy as np

from keras_gans.files.whole import whole_file

INK, PALE = "#444444", "#cccccc"
BLUE, ORANGE = "#3b6ea5", "#c05a1c"  # what is real, what is generated


def new_figure(width, height, **arguments):
    """Makes an empty `matplotlib.figure.Figure` of so many inches; matplotlib is imported when the first one is."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), **arguments)


def figure_pixels(figure, dpi=72):
    """Turns a matplotlib figure into pixels, e.g. into a frame for `animation`.

    Figures of one size in inches give frames of one size.

    Args:
        figure: `matplotlib.figure.Figure`.
        dpi: pixels per inch.

    Returns:
        uint8 array (height, width, 3).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas, before = FigureCanvasAgg(figure), figure.dpi
    try:
        figure.dpi = dpi
        canvas.draw()
        return np.array(canvas.buffer_rgba())[..., :3]
    finally:
        figure.dpi = before


def save_figure(path, figure):
    """Writes a matplotlib figure; folders are made as needed.

    Args:
        path: file to write; its suffix decides the format, e.g. .png or .svg.
        figure: `matplotlib.figure.Figure`, e.g. of `loss_curves`.
    """
    with whole_file(path) as temporary:
        figure.savefig(temporary, dpi=150)
