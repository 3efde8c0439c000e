"""Perceptual path length: how far, in features, what is generated moves while its latent moves a little."""

import numpy as np
from keras import ops

from keras_gans import latents
from keras_gans.metrics.streaming import Result

__all__ = ["path_length"]

EPSILON = 1e-3  # of the path from one latent to another
TRIMMED = 1  # percent of the steps, at either end, that are left out
CHUNK = 256


def path_length(decode, latent_dim, extractor, n=1000, seed=0):
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

    Returns:
        `Result`, with the standard error of the mean.

    Formula:
        E[ |f(G(s(z1, z2; t))) - f(G(s(z1, z2; t + epsilon)))|^2 / epsilon^2 ],  t ~ U(0, 1),
        where f are the features and s is the point at t on the arc from z1 to z2.

    Deviations:
        The features are those of the extractor, not the weighted ones of VGG16 (LPIPS), so figures compare only
        between models that were looked at through the same extractor; pictures are not cropped. The paths run in Z, and
        as latents are normal here and not brought to the sphere, lengths change linearly along them (see
        `latents.spherical`). epsilon is 1e-3 instead of 1e-4: on a small DCGAN the figures are the same to 0.1 %, and
        the rounding of float32, which is divided by epsilon, has a hundredth of the weight. As in the authors' code,
        which the paper does not say, the mean leaves out the lowest and the highest percent of the pairs.

    Reference:
        Karras, Laine, Aila, 2019, A Style-Based Generator Architecture for Generative Adversarial Networks,
        arXiv:1812.04948, Section 4.1, Equation 2, and its code.

    Raises:
        ValueError: if there are fewer than two pairs.
    """
    if n < 2:
        raise ValueError(f"Expected `n` of at least 2. Received: {n!r}.")
    rng = np.random.default_rng(seed)
    lengths = []
    for start in range(0, n, CHUNK):
        ends = rng.normal(size=(2, min(CHUNK, n - start), latent_dim))
        t = rng.uniform(size=ends.shape[1])
        near, far = (_features(decode, extractor, latents.spherical(*ends, at)) for at in (t, t + EPSILON))
        lengths.append(np.sum(np.square(far - near), axis=1) / EPSILON**2)
    lengths = np.concatenate(lengths)
    low, high = np.percentile(lengths, TRIMMED, method="lower"), np.percentile(lengths, 100 - TRIMMED, method="higher")
    kept = lengths[(lengths >= low) & (lengths <= high)]
    return Result(
        "path_length",
        float(kept.mean()),
        float(kept.std(ddof=1) / np.sqrt(len(kept))),
        extractor.name,
        extractor.resize,
        generated=2 * n,
        note=f"squared distance per squared step in Z, epsilon {EPSILON:g}, without the {TRIMMED} % at either end",
    )


def _features(decode, extractor, z):
    examples = ops.convert_to_numpy(decode(z))
    return extractor(examples).values.astype("float64")
