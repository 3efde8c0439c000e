"""Line charts as SVG: sharp at any size, in the colours of the page that they stand in."""

import html
import math

MOST_POINTS = 1000  # of a curve; more would not be seen
MARKED = 60  # up to so many points are marked
COLOURS = 6  # which the page has
LARGEST = 1e30  # numbers beyond are left out
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 10, 40  # pixels around the panel
TICK = 34, 80  # pixels that a label needs: on the y axis, on the x axis


def line_chart(curves, width, height, x_name="epoch"):
    """Draws curves over whole numbers, with a legend where there are several.

    Args:
        curves: dict of name -> list of (x, y); a y that is not finite is left out, and so is a name without any.
        width: pixels.
        height: pixels.
        x_name: string, what x counts.

    Returns:
        string, HTML; empty if there is nothing to draw.
    """
    curves = {name: _drawable(points) for name, points in curves.items()}
    curves = {name: points for name, points in curves.items() if points}
    if not curves:
        return ""
    xs, ys = zip(*(point for points in curves.values() for point in points))
    x_axis = _Axis(min(xs), max(xs), LEFT, width - RIGHT, TICK[1], whole=True)
    y_axis = _Axis(min(ys), max(ys), height - BOTTOM, TOP, TICK[0])
    drawn = [
        _curve(name, points, i % COLOURS, x_axis, y_axis, x_name) for i, (name, points) in enumerate(curves.items())
    ]
    label = html.escape(f"{', '.join(curves)} by {x_name}")
    frame = _frame(x_axis, y_axis, width, height, x_name)
    svg = f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{frame}{"".join(drawn)}</svg>'
    return (_legend(curves) if len(curves) > 1 else "") + svg


class _Axis:
    """Where numbers lie, in pixels, and which of them are labelled."""

    def __init__(self, low, high, first, last, room, whole=False):
        margin = 0.05 * (high - low) or (0.5 if whole else abs(low) / 2 or 1.0)
        if whole and high > low:
            margin = 0.015 * (high - low)
        self.low, self.high, self.first, self.last = low - margin, high + margin, first, last
        self.ticks = _ticks(self.low, self.high, abs(last - first) / room, whole)

    def place(self, value):
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)


def _drawable(points):
    points = [(x, y) for x, y in points if math.isfinite(y) and abs(y) < LARGEST]
    every = math.ceil(len(points) / MOST_POINTS) or 1
    return points[:-1:every] + points[-1:]


def _ticks(low, high, most, whole):
    """Round numbers between two numbers, as (number, label), about as many as there is room for."""
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    step = max(step, 1.0) if whole else step
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    numbers = [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    scientific = max(abs(low), abs(high)) >= 1e6 or decimals > 4
    return [(n, f"{n:.3g}" if scientific else f"{n:,.{decimals}f}") for n in numbers]


def _frame(x_axis, y_axis, width, height, x_name):
    lines, words = [], []
    for value, label in y_axis.ticks:
        y = y_axis.place(value)
        lines.append(f'<line x1="{LEFT}" x2="{width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        words.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for value, label in x_axis.ticks:
        words.append(f'<text x="{x_axis.place(value):.1f}" y="{height - 22}" text-anchor="middle">{label}</text>')
    words.append(f'<text x="{(LEFT + width - RIGHT) / 2}" y="{height - 4}" text-anchor="middle">{x_name}</text>')
    return f'<g class="grid">{"".join(lines)}</g><g class="labels">{"".join(words)}</g>'


def _curve(name, points, colour, x_axis, y_axis, x_name):
    places = [f"{x_axis.place(x):.1f},{y_axis.place(y):.1f}" for x, y in points]
    line = f'<polyline points="{" ".join(places)}"/>' if len(points) > 1 else ""
    dots = []
    for (x, y), place in zip(points, places if len(points) <= MARKED else ()):
        cx, cy = place.split(",")
        said = html.escape(f"{name} {y:.4g}, {x_name} {x:g}")
        dots.append(f'<circle cx="{cx}" cy="{cy}" r="3"><title>{said}</title></circle>')
    return f'<g class="curve colour{colour}">{line}{"".join(dots)}</g>'


def _legend(names):
    entries = [f'<span class="colour{i % COLOURS}">{html.escape(name)}</span>' for i, name in enumerate(names)]
    return f'<p class="legend">{"".join(entries)}</p>'
