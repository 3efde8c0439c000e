"""Given pictures in a generator's latent space: the latents whose examples are nearest to them, by gradient descent."""

import dataclasses

import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.data.check import Part, check_array
from keras_gans.explore.spaces import space_of

AT_ONCE = 128  # latents that are optimised together, to bound memory
BETA_1, BETA_2, TINY = 0.9, 0.999, 1e-8  # Adam's


@dataclasses.dataclass(frozen=True)
class Projection:
    """What `project` found, for each of n examples.

    Attributes:
        latents: float32 array (n, d), latents, or w if it was W that was searched.
        labels: None, or int32 array (n,), the classes, of a model with classes.
        reconstructions: float32 array (n, ...), what the model makes of the latents.
        errors: float32 array (n,), mean squared difference of example and reconstruction, over pixels and channels.
        path: float32 array (frames, n, ...), the reconstructions while they were found; the last is the final one.
    """

    latents: np.ndarray
    labels: np.ndarray | None
    reconstructions: np.ndarray
    errors: np.ndarray
    path: np.ndarray

    @property
    def psnr(self):
        """Peak signal-to-noise ratio in decibels, float (n,): 10 log10(4 / error), as values range over 2."""
        with np.errstate(divide="ignore"):
            return 10.0 * np.log10(4.0 / self.errors)


def project(model, examples, steps=200, starts=4, rate=0.2, labels=None, seed=0, frames=1, space="z"):
    """Looks for the latents whose examples are nearest to given ones.

    The weights stand still (as their averages, if there are any), batch norm uses its moving statistics, and so each
    example is looked for by itself. Of several starts the one that ends nearest is kept: the error has local minima.

    Args:
        model: a model that makes examples of latents.
        examples: float array (n, ...), images in [-1, 1], as the model makes them.
        steps: int, steps of Adam.
        starts: int, how many draws of latents to start from, for each example; the first of a model with an encoder is
            what that says, and the first in W is the mean of W.
        rate: float, Adam's learning rate.
        labels: of a model with classes None, or int array (n,). With None each start is in another class, in turn, and
            there are at least as many starts as classes.
        seed: None for new starts at each call, or int.
        frames: int, how many reconstructions `path` keeps, evenly from the start to the last, which is always kept.
        space: "z", or of a model with styles "w": then one w is looked for, which is the style of all layers.

    Returns:
        `Projection`.

    Raises:
        ValueError: if the model has no such space or needs conditions that are vectors, or the numbers do not fit.

    Formula:
        z* = argmin_z mean((G(z) - x)^2), by gradient descent from z ~ N(0, 1).
        w* = argmin_w mean((g(w) - x)^2), from the mean of W, and from f(z).

    Deviations:
        Creswell and Bharath minimise a cross-entropy of pixels. Lipton and Tripathi minimise the squared distance, as
        here, for latents that are uniform in [-1, 1], to which they clip; normal latents have no bounds, so nothing is
        clipped. Adam is ours, at a constant rate, which came nearer than one that falls. In W, Karras et al. measure
        the distance in features of VGG16 (LPIPS), begin at the mean alone, let noise around w die away, and look for
        the maps of noise too, which stand still here.

    Reference:
        Creswell and Bharath, 2016, Inverting the Generator of a Generative Adversarial Network, arXiv:1611.05644,
        Section 3. Lipton and Tripathi, 2017, Precise Recovery of Latent Vectors from Generative Adversarial Networks,
        arXiv:1702.04782, Section 2. W: Karras et al., 2020, Analyzing and Improving the Image Quality of StyleGAN,
        arXiv:1912.04958, Section 5, and its code.
    """
    space = space_of(model, space)
    examples = np.asarray(examples)
    check_array(examples, Part("examples", model.generator.output_shape[1:]))
    for name, value in (("steps", steps), ("starts", starts), ("frames", frames), ("examples", len(examples))):
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"Expected at least 1 as the number of {name}. Received: {value!r}.")
    labels = _wanted(model, labels, len(examples), starts)
    starts = starts if labels is None else labels.shape[1]
    z = space.guesses(examples, starts, seed)
    gradient, size = _gradient(space), max(1, AT_ONCE // starts)
    chunks = [slice(i, i + size) for i in range(0, len(examples), size)]
    found = [
        _nearest(space, gradient, examples[c], z[c], None if labels is None else labels[c], steps, rate, frames)
        for c in chunks
    ]
    return _joined(found)


def _wanted(model, labels, n, starts):
    """The class of each start of each example, int32 (n, starts), or None of a model without classes."""
    classes = model.classes
    if classes is None:
        if labels is not None:
            raise ValueError(f"Expected labels only for a model with classes. Received: {type(model).__name__}.")
        return None
    if labels is None:
        return np.tile(np.arange(max(starts, classes), dtype="int32") % classes, (n, 1))
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"Expected a label for each of {n} examples. Received: shape {labels.shape}.")
    check_array(labels, model.condition)
    return np.tile(labels.astype("int32")[:, None], (1, starts))


def _gradient(space):
    """Makes the function (latents, examples, labels) -> each error's gradient, labels only where there are classes."""

    def gradient(z, x, *labels):
        def error(z):
            made = ops.cast(space.made(z, *labels), "float32")
            return ops.mean(ops.square(made - x), axis=tuple(range(1, len(x.shape))))

        with space.model.making():
            return engine.input_gradient(error, z)

    return engine.compile_stateless(gradient, space.model.variables)


def _nearest(space, gradient, x, z, labels, steps, rate, frames):
    """Projects a few examples from starts z (n, starts, d), of which the best one is kept."""
    n, starts, d = z.shape
    given = () if labels is None else (labels.reshape(-1),)
    seen = set(np.linspace(steps, 0, frames).round().astype(int).tolist())
    repeated = np.repeat(x, starts, axis=0)
    way = _descend(lambda z: gradient(z, repeated, *given), z.reshape(-1, d), steps, rate, seen)
    made = space.decode(way[-1], *given)
    errors = np.mean(np.square(made - repeated), axis=tuple(range(1, made.ndim))).reshape(n, starts)
    best = np.arange(n), np.argmin(errors, axis=1)
    way = way.reshape(-1, n, starts, d)[:, best[0], best[1]]
    labels = None if labels is None else labels[best]
    given = () if labels is None else (np.tile(labels, len(way)),)
    path = space.decode(way.reshape(-1, d), *given).reshape(len(way), *x.shape)
    return Projection(way[-1], labels, path[-1], errors[best], path)


def _descend(gradient, z, steps, rate, seen):
    """Adam; returns z after the steps in `seen`, 0 for the start."""
    moment = square = np.zeros_like(z)
    way = [z] if 0 in seen else []
    for step in range(1, steps + 1):
        slope = ops.convert_to_numpy(gradient(z))
        moment = BETA_1 * moment + (1 - BETA_1) * slope
        square = BETA_2 * square + (1 - BETA_2) * slope**2
        move = moment / (1 - BETA_1**step) / (np.sqrt(square / (1 - BETA_2**step)) + TINY)
        z = (z - rate * move).astype("float32")
        way += [z] if step in seen else []
    return np.stack(way)


def _joined(found):
    """Puts projections of several examples each together."""
    fields = {field.name: [getattr(one, field.name) for one in found] for field in dataclasses.fields(Projection)}
    return Projection(
        **{
            name: None if parts[0] is None else np.concatenate(parts, axis=1 if name == "path" else 0)
            for name, parts in fields.items()
        }
    )
