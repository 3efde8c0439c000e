"""The plane: generated points over the density of the real ones, and a critic as a surface with its gradient."""

import math

import numpy as np

from keras_gans.visualization.figures import BLUE, INK, ORANGE, PALE, new_figure

SIDE, MARGIN, LINE = 3.8, 0.1, 0.3  # inches: of a panel, around it, of a line of text above
DENSITY_GRID, CRITIC_GRID = 128, 41  # points per side
ARROWS = slice(2, None, 3)  # of the critic's grid, 13 per side
BLUR = 0.01  # of the panel's side: the standard deviation of the density's softness
LEVELS = 10  # of the density and of the critic; few colours make a small GIF
MOST_POINTS = 20_000  # of which a density is made
DENSITY_COLOURS = ("#ffffff", "#c9d9ea", "#6f9bc8")
CRITIC_COLOURS = ("#eab98f", "#f7f3ee", "#8fb3d6")  # from what is like the generated to what is like the real


def scatter(samples, real=None, limits=None, title=None):
    """Draws generated points (orange) over the density of the real ones (blue).

    The density is softened by 1 % of the panel's side, so that a narrow mode can be seen, and its root is drawn, so
    that a faint one can.

    Args:
        samples: float array (n, 2), generated points. Those that are not finite are left out.
        real: float array (N, 2), real points, or their density, callable (n, 2) -> (n,), up to a factor; or None.
        limits: (low, high) of both axes; by default the real points fill the panel, or else the generated ones. Give
            them, or the same real points, to each frame of a film.
        title: a line of text above, or None.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure` and `figure_pixels`.

    Raises:
        ValueError: if the points or the limits are not such.
    """
    samples, real = _points(samples, "samples"), _checked_real(real)
    limits = _limits(limits, samples, real)
    figure, (axes,) = _panels(limits, [title])
    _draw_points(axes, samples, real, limits)
    return figure


def critic_surface(critic, limits, samples=None, real=None, gradient=None, title=None):
    """Draws a critic's values (orange where it sees generated points, blue where real ones) and its gradient (arrows).

    The contours lie at equal steps between the least and the greatest value in the panel. The arrows point where the
    generator's samples are drawn to; the longest tenth of them are cut to one length. What is not finite stays blank.

    Args:
        critic: callable, float32 array (n, 2) -> its values, (n,).
        limits: (low, high) of both axes.
        samples: float array (n, 2), generated points, drawn in orange; or None.
        real: float array (N, 2), real points, drawn in blue; or None.
        gradient: callable, float32 array (n, 2) -> the critic's gradients, (n, 2); by default finite differences.
        title: a line of text above, or None.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure` and `figure_pixels`.

    Raises:
        ValueError: if the points, the limits or what the callables return are not such.

    Reference:
        Gulrajani et al., 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028, Figure 1a (value surfaces).
    """
    limits = _limits(limits)
    figure, (axes,) = _panels(limits, [title])
    _draw_critic(axes, critic, gradient, limits)
    for points, name, colour in ((real, "real", BLUE), (samples, "samples", ORANGE)):
        if points is not None:
            _draw_dots(axes, _points(points, name), colour, size=2.5)
    return figure


def points_and_critic(samples, critic, real=None, limits=None, title=None):
    """Draws `scatter` and `critic_surface` side by side: what the generator makes, and what it is told.

    Args:
        samples: see `scatter`.
        critic: see `critic_surface`.
        real: see `scatter`.
        limits: see `scatter`.
        title: a line of text above, or None.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure` and `figure_pixels`.

    Raises:
        ValueError: as `scatter` and `critic_surface` do.
    """
    samples, real = _points(samples, "samples"), _checked_real(real)
    limits = _limits(limits, samples, real)
    figure, (left, right) = _panels(limits, ["generated points, real density", "critic and its gradient"], title)
    _draw_points(left, samples, real, limits)
    _draw_critic(right, critic, None, limits)
    _draw_dots(right, samples, ORANGE, size=3)
    return figure


# What is handed in


def _points(points, name):
    points = np.asarray(points)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError(f"Expected `{name}` as at least one point in an array (n, 2). Received: shape {points.shape}.")
    return points


def _checked_real(real):
    return real if real is None or callable(real) else _points(real, "real")


def _limits(limits, samples=None, real=None):
    if limits is None and samples is not None:
        return _limits_around(samples if real is None or callable(real) else real)
    if limits is None or not (np.isfinite(limits).all() and limits[0] < limits[1]):
        raise ValueError(f"Expected `limits` as (low, high) with low below high. Received: {limits!r}.")
    return tuple(limits)


def _limits_around(points):
    finite = points[np.isfinite(points)]
    if len(finite) == 0:
        raise ValueError("Expected finite points, or `limits`. Received: none that is finite.")
    low, high = float(finite.min()), float(finite.max())
    margin = 0.15 * (high - low) or 1.0
    return low - margin, high + margin


def _evaluate(function, points, shape):
    values = np.asarray(function(points.astype("float32")), dtype="float64")
    if values.shape != shape:
        raise ValueError(f"Expected values of shape {shape} for {len(points)} points. Received: shape {values.shape}.")
    return values


# What is drawn


def _panels(limits, titles, title=None):
    """Empty square panels side by side, a title above each and one above all."""
    lines = any(titles) + (title is not None)
    width, height = len(titles) * (SIDE + MARGIN) + MARGIN, SIDE + 2 * MARGIN + lines * LINE
    figure = new_figure(width, height)
    panels = []
    for i, own in enumerate(titles):
        left = MARGIN + i * (SIDE + MARGIN)
        axes = figure.add_axes((left / width, MARGIN / height, SIDE / width, SIDE / height))
        axes.set(xlim=limits, ylim=limits, xticks=[], yticks=[])
        axes.set_title(own or "", fontsize=11, color=INK, pad=5)
        axes.spines[:].set_color(PALE)
        panels.append(axes)
    if title is not None:
        figure.text(MARGIN / width, 1 - MARGIN / height, title, fontsize=11, color=INK, va="top")
    return figure, panels


def _draw_points(axes, samples, real, limits):
    if real is not None:
        density = _density(np.linspace(*limits, DENSITY_GRID), real)
        root = np.sqrt(density / (density.max() or 1.0))
        style = {"cmap": _colours(DENSITY_COLOURS), "interpolation": "bilinear", "interpolation_stage": "data"}
        axes.imshow(root, vmin=0, vmax=1, extent=2 * limits, origin="lower", **style)
    _draw_dots(axes, samples, ORANGE, size=4)


def _density(grid, real):
    """A density, or a histogram of points, on the grid's nodes (y, x), blurred by a Gaussian."""
    step, nodes = grid[1] - grid[0], grid.size
    if callable(real):
        values = _evaluate(real, _nodes(grid), (nodes**2,)).reshape(nodes, nodes)
    else:
        x, y = real[:: math.ceil(len(real) / MOST_POINTS)].T
        around = (grid[0] - step / 2, grid[-1] + step / 2)
        values, *_ = np.histogram2d(y, x, bins=nodes, range=(around, around))
    kernel = np.exp(-0.5 * ((grid[:, None] - grid) / (BLUR * (grid[-1] - grid[0]))) ** 2)
    return kernel @ values @ kernel


def _draw_dots(axes, points, colour, size):
    axes.plot(*points.T, ".", color=colour, markersize=size, markeredgewidth=0, alpha=0.7)


def _draw_critic(axes, critic, gradient, limits):
    grid = np.linspace(*limits, CRITIC_GRID)
    values = _evaluate(critic, _nodes(grid), (grid.size**2,)).reshape(grid.size, grid.size)
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return
    low, high = finite.min(), finite.max()
    shown, levels = np.ma.masked_invalid(values), np.linspace(low, high, LEVELS + 1)
    if low < high:
        axes.contourf(grid, grid, shown, levels, cmap=_colours(CRITIC_COLOURS))
        axes.contour(grid, grid, shown, levels, colors="white", linewidths=0.6, linestyles="solid")
    else:
        axes.set_facecolor(CRITIC_COLOURS[1])
    _draw_arrows(axes, grid[ARROWS], _slopes(grid, values, gradient))


def _slopes(grid, values, gradient):
    """Gradients (k, k, 2) at the places of k x k arrows; 0 where they are not finite."""
    places = grid[ARROWS]
    if gradient is not None:
        slopes = _evaluate(gradient, _nodes(places), (places.size**2, 2)).reshape(places.size, places.size, 2)
    else:
        along_y, along_x = np.gradient(values, grid[1] - grid[0])
        slopes = np.stack([along_x, along_y], axis=-1)[ARROWS, ARROWS]
    return np.where(np.isfinite(slopes).all(axis=-1, keepdims=True), slopes, 0.0)


def _draw_arrows(axes, places, slopes):
    norms = np.linalg.norm(slopes, axis=-1, keepdims=True)
    longest = np.quantile(norms, 0.9) or norms.max() or 1.0
    arrows = slopes / np.maximum(norms, longest) * (places[1] - places[0])
    axes.quiver(places, places, *np.moveaxis(arrows, -1, 0), color=INK, pivot="mid", units="xy", angles="xy", scale=1)


def _nodes(grid):
    """The points of a square grid, (n * n, 2), row by row of y."""
    return np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)


def _colours(stops):
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("", stops, LEVELS)
