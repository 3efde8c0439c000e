"""Drawn scenes: balls, boxes and cones on a floor, as a label map, as a shaded picture, and as a crayon drawing.

Places are in units of the picture's side, x to the right and y down; colours are in [0, 1].
"""

import dataclasses

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

KINDS = ("ball", "box", "cone")

_LABELS = {"wall": (0.0, 0.0, 0.67), "floor": (0.0, 0.55, 1.0), "ball": (1.0, 0.27, 0.0), "box": (1.0, 0.87, 0.0)}
_LABELS["cone"] = (0.45, 1.0, 0.5)
_PAINT = {"ball": (0.86, 0.24, 0.2), "box": (0.95, 0.71, 0.22), "cone": (0.17, 0.6, 0.56)}
_DAY = {"wall": (0.72, 0.79, 0.83), "floor": (0.76, 0.58, 0.42)}
_NIGHT = {"wall": (0.13, 0.14, 0.22), "floor": (0.24, 0.22, 0.3)}
_PAPER, _PENCIL = (0.97, 0.95, 0.89), (0.45, 0.43, 0.45)
_LIGHT = np.array([-0.52, -0.62, 0.59])  # Where the light comes from: upper left, in front; the third axis is to us.
_SMOOTH = 4  # Edges are drawn so many times finer.


@dataclasses.dataclass(frozen=True)
class Thing:
    """A thing that stands on the floor.

    Args:
        kind: one of `KINDS`.
        x, y: floats, where it stands.
        size: float, about its width.
    """

    kind: str
    x: float
    y: float
    size: float


@dataclasses.dataclass(frozen=True)
class Scene:
    """Things on a floor.

    Args:
        horizon: float, the height at which floor and wall meet.
        things: tuple of `Thing`, from the back to the front.
    """

    horizon: float
    things: tuple


def compose(rng):
    """Draws a random scene of three to five things, which hide each other in part at most."""
    horizon, things = rng.uniform(0.34, 0.46), []
    for _ in range(rng.integers(3, 6)):
        for _ in range(100):
            depth = rng.uniform(0.2, 0.95)
            size = (0.15 + 0.14 * depth) * rng.uniform(0.85, 1.2)
            x = rng.uniform(size / 2 + 0.02, 0.98 - size / 2)
            thing = Thing(str(rng.choice(KINDS)), x, horizon + (1 - horizon) * depth, size)
            if all(abs(x - other.x) > 0.36 * (size + other.size) for other in things):
                things.append(thing)
                break
    return Scene(horizon, tuple(sorted(things, key=lambda thing: thing.y)))


def label_map(scene, size, rng=None):
    """Paints what is where, one flat colour for each kind of thing, for the wall and for the floor.

    Args:
        scene: `Scene`.
        size: int, side in pixels.
        rng: not used, as nothing about it is random.

    Returns:
        uint8 array (size, size, 3).
    """
    canvas = _ground(size, scene.horizon, _LABELS)
    for thing in scene.things:
        _lay(canvas, _mask(size, *_faces(thing)), _LABELS[thing.kind])
    return _to_pixels(canvas)


def shaded(scene, size, rng, night=False):
    """Paints a still life: light from the left, shadows, a floor of planks.

    Args:
        scene: `Scene`.
        size: int, side in pixels.
        rng: `numpy.random.Generator`, of the floor's grain.
        night: whether wall and floor are dark.

    Returns:
        uint8 array (size, size, 3).
    """
    x, y = _grid(size)
    canvas = _ground(size, scene.horizon, _NIGHT if night else _DAY)
    canvas *= np.where(y < scene.horizon, 1, _planks(x, y, scene.horizon, rng))[..., None]
    canvas *= (1.12 - 0.45 * np.hypot(x - 0.25, y - 0.2))[..., None]
    for thing in scene.things:
        canvas *= 1 - 0.55 * _shadow(size, thing)[..., None]
        for face, shade in zip(_faces(thing), _shades(thing, x, y)):
            gloss = np.clip(shade - 1, 0, 1)[..., None]
            _lay(canvas, _mask(size, face), np.array(_PAINT[thing.kind]) * np.minimum(shade, 1)[..., None] + gloss)
    return _to_pixels(canvas)


def night(scene, size, rng):
    """Paints the still life of `shaded` on dark ground."""
    return shaded(scene, size, rng, night=True)


def crayon(scene, size, rng):
    """Draws the outlines with crayons on paper, hatched.

    Args:
        scene: `Scene`.
        size: int, side in pixels.
        rng: `numpy.random.Generator`, of the hand and of the paper.

    Returns:
        uint8 array (size, size, 3).
    """
    grain = rng.normal(size=(size, size))
    canvas = np.ones((size, size, 3)) * _PAPER + 0.012 * grain[..., None]
    cover = np.clip(0.85 + 0.2 * grain, 0, 1)  # Wax skips the paper's pits.
    _lay(canvas, cover * _stroke(size, [(0.03, scene.horizon), (0.97, scene.horizon)], rng, 0.012), _PENCIL)
    for thing in scene.things:
        for face in _faces(thing):
            mask = _mask(size, face)
            _lay(canvas, mask, _PAPER)
            _lay(canvas, mask * cover * _hatching(size, face, rng), _PAINT[thing.kind])
            ink = np.array(_PAINT[thing.kind]) * 0.8
            _lay(canvas, cover * _stroke(size, [*face, face[0]], rng, 0.02), ink)
    return _to_pixels(canvas)


# Forms


def _faces(thing):
    """The polygons (n, 2) that are seen of a thing: of a box the front, the top and the side."""
    x, y, s = thing.x, thing.y, thing.size
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    if thing.kind == "ball":
        return [np.stack([x + s / 2 * np.cos(turn), y - s / 2 + s / 2 * np.sin(turn)], axis=-1)]
    if thing.kind == "cone":
        rim = np.linspace(0, np.pi, 25)
        base = np.stack([x + s / 2 * np.cos(rim), y - 0.1 * s + 0.1 * s * np.sin(rim)], axis=-1)
        return [np.concatenate([[(x, y - 1.15 * s)], base])]
    left, right, top = x - s / 2, x + 0.22 * s, y - 0.72 * s
    front = np.array([(left, y), (right, y), (right, top), (left, top)])
    back = front + np.array([0.27, -0.2]) * s
    return [front, np.stack([front[3], front[2], back[2], back[3]]), np.stack([front[1], back[1], back[2], front[2]])]


def _shades(thing, x, y):
    """How bright each face is, (size, size) or a number; above 1 it shines."""
    if thing.kind == "box":
        down = (y - thing.y) / thing.size  # From -0.72 at the top to 0 at the floor.
        return [0.72 - 0.2 * down, 1.06 + 0 * down, 0.42 - 0.2 * down]
    across = (x - thing.x) / (thing.size / 2)
    if thing.kind == "cone":
        across = across / np.maximum((y - thing.y) / (1.05 * thing.size) + 1.1, 0.05)
        down = np.full_like(x, -0.35)
    else:
        down = (y - thing.y + thing.size / 2) / (thing.size / 2)
    normal = np.stack([across, down, np.sqrt(np.clip(1 - across**2 - down**2, 0, 1))], axis=-1)
    facing = np.clip(normal @ _LIGHT, 0, 1)
    return [0.36 + 0.68 * facing + (0.8 * facing**40 if thing.kind == "ball" else 0)]


def _shadow(size, thing):
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    x, y, s = thing.x + 0.32 * thing.size, thing.y - 0.08 * thing.size, thing.size
    return _mask(size, np.stack([x + 0.62 * s * np.cos(turn), y + 0.15 * s * np.sin(turn)], axis=-1), blur=0.014)


def _planks(x, y, horizon, rng):
    """How bright a floor of planks is that run towards the horizon."""
    near = np.clip((y - horizon) / (1 - horizon), 0.02, 1)
    across = (x - 0.5) / (near + 0.25) * 7
    seam = np.abs(across - np.rint(across)) * (near + 0.25) / 7  # Distance to the next seam.
    seam = np.clip(1.5 - seam / max(0.006, 0.7 / len(x)), 0, 1)
    tone = rng.uniform(0.93, 1.05, 64)[np.floor(across + 0.5).astype(int) % 64]
    grain = rng.normal(size=x.shape)
    return tone * (1 + 0.03 * grain) * (1 - 0.35 * near * seam)


# Strokes


def _stroke(size, points, rng, width):
    """A line through points by an unsteady hand, twice, as a mask."""
    points = np.asarray(points)
    lengths = np.hypot(*np.diff(points, axis=0).T)
    way = np.concatenate([[0], np.cumsum(lengths)])
    steps = np.arange(0, way[-1] + 0.02, 0.02)
    line = np.stack([np.interp(steps, way, axis) for axis in points.T], axis=-1)
    image = _blank(size)
    width = max(1, round(width * image.width / 1.4))
    for _ in range(2):
        knots = rng.normal(scale=0.006, size=(len(steps) // 5 + 2, 2))
        drift = np.stack([np.interp(np.arange(len(steps)) / 5, np.arange(len(knots)), axis) for axis in knots.T], -1)
        ImageDraw.Draw(image).line(_scaled(image, line + drift), fill=255, width=width, joint="curve")
    return _to_mask(image)


def _hatching(size, face, rng):
    """Parallel slanted lines over a face, as a mask."""
    image = _blank(size)
    left, top = face.min(axis=0)
    right, bottom = face.max(axis=0)
    for start in np.arange(left - (bottom - top), right, 0.032):
        ends = np.array([(start, bottom), (start + (bottom - top), top)]) + rng.normal(scale=0.006, size=(2, 2))
        ImageDraw.Draw(image).line(_scaled(image, ends), fill=150, width=max(1, round(0.012 * image.width)))
    return _to_mask(image)


# Pixels


def _grid(size):
    places = (np.arange(size) + 0.5) / size
    return np.meshgrid(places, places)


def _ground(size, horizon, colours):
    canvas = np.ones((size, size, 3)) * colours["wall"]
    _lay(canvas, _mask(size, np.array([(0, horizon), (1, horizon), (1, 1), (0, 1)])), colours["floor"])
    return canvas


def _mask(size, *polygons, blur=0):
    """How much of each pixel the polygons cover, (size, size)."""
    image = _blank(size)
    for polygon in polygons:
        ImageDraw.Draw(image).polygon(_scaled(image, polygon), fill=255)
    return _to_mask(image, blur)


def _blank(size):
    return Image.new("L", (size * _SMOOTH,) * 2)


def _scaled(image, points):
    return [tuple(point) for point in np.asarray(points) * image.width - 0.5]


def _to_mask(image, blur=0):
    image = image.reduce(_SMOOTH)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur * image.width))
    return np.asarray(image) / 255


def _lay(canvas, mask, colour):
    canvas += (colour - canvas) * mask[..., None]


def _to_pixels(canvas):
    return np.rint(np.clip(canvas, 0, 1) * 255).astype("uint8")
