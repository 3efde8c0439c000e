"""Perceptual path length: how far, in features, what is generated moves while its latent moves a little."""

import numpy as np
from keras import ops

from keras_gans import latents
from keras_gans.metrics.streaming import Result

__all__ = ["path_length"]

EPSILON = 1e-3  # of the path from one latent to another
TRIMMED = 1  # percent of the steps, at either end, that are left out
CHUNK = 256


def path_length(decode, latent_dim, extractor, n=1000, seed=0, mapping=None, ends=False):
    """Measures how smoothly a generator maps latents to examples; a lower figure is a smoother map.

    Two latents are drawn, and a random point on the arc between them, and one a little further. The squared distance
    of what is generated at both, divided by the square of the step, is averaged over many such pairs.

    Args:
        decode: callable from latents, float32 array (m, latent_dim), to examples (m, ...); asked for the same m twice
            in a row, so that of a conditional generator both can have the same labels.
        latent_dim: int, length of a latent vector.
        extractor: `metrics.Extractor`, in whose features distances are measured.
        n: int, pairs of points; the paper takes 100,000.
        seed: int, seed of the latents.
        mapping: None, or callable from latents to w, float32 array (m, d), e.g. `Styles.map`: the paths then are
            straight lines in W, and `decode` takes w.
        ends: whether to measure at the ends of the paths alone, where the points are as training has them.

    Returns:
        `Result`, with the standard error of the mean; "path_length", with "_w" and "_end" where these are asked for.

    Formula:
        E[ |f(G(s(z1, z2; t))) - f(G(s(z1, z2; t + epsilon)))|^2 / epsilon^2 ],  t ~ U(0, 1), or t = 0 at the ends,
        where f are the features and s is the point at t on the arc from z1 to z2. In W, s is the point at t on the
        straight line from w1 to w2.

    Deviations:
        The features are those of the extractor, not the weighted ones of VGG16 (LPIPS), so figures compare only
        between models that were looked at through the same extractor; pictures are not cropped. In Z, as
        latents are normal here and not brought to the sphere, lengths change linearly along the paths (see
        `latents.spherical`). epsilon is 1e-3 instead of 1e-4: on a small DCGAN the figures are the same to 0.1 %, and
        the rounding of float32, which is divided by epsilon, has a hundredth of the weight. As in the authors' code,
        which the paper does not say, the mean leaves out the lowest and the highest percent of the pairs, and of the
        two ends, t = 0 and 1, the first is taken.

    Reference:
        Karras, Laine, Aila, 2019, A Style-Based Generator Architecture for Generative Adversarial Networks,
        arXiv:1812.04948, Section 4.1, Equation 2, and its code. Table 3 has both spaces, whole paths and ends.

    Raises:
        ValueError: if there are fewer than two pairs.
    """
    if n < 2:
        raise ValueError(f"Expected `n` of at least 2. Received: {n!r}.")
    way = latents.spherical if mapping is None else latents.linear
    rng = np.random.default_rng(seed)
    lengths = []
    for start in range(0, n, CHUNK):
        points = rng.normal(size=(2, min(CHUNK, n - start), latent_dim))
        t = (0.0 if ends else 1.0) * rng.uniform(size=points.shape[1])
        points = points if mapping is None else [mapping(z.astype("float32")) for z in points]
        near, far = (_features(decode, extractor, way(*points, at)) for at in (t, t + EPSILON))
        lengths.append(np.sum(np.square(far - near), axis=1) / EPSILON**2)
    return _result(np.concatenate(lengths), extractor, mapping is not None, ends)


def _result(lengths, extractor, in_w, ends):
    """The mean without the outermost, and how it was had."""
    low, high = np.percentile(lengths, TRIMMED, method="lower"), np.percentile(lengths, 100 - TRIMMED, method="higher")
    kept = lengths[(lengths >= low) & (lengths <= high)]
    where = f"in {'W' if in_w else 'Z'}{', at the ends' if ends else ''}"
    return Result(
        f"path_length{'_w' if in_w else ''}{'_end' if ends else ''}",
        float(kept.mean()),
        float(kept.std(ddof=1) / np.sqrt(len(kept))),
        extractor.name,
        extractor.resize,
        generated=2 * len(lengths),
        note=f"squared distance per squared step {where}, epsilon {EPSILON:g}, without the {TRIMMED} % at either end",
    )


def _features(decode, extractor, z):
    examples = ops.convert_to_numpy(decode(z))
    return extractor(examples).values.astype("float64")
