"""Metrics and distances beside those of other people's packages, at ordinary inputs and at degenerate ones.

    pip install -e ".[peers]"
    python -m benchmarks.peers
    pytest tests/peers

A row for each figure and input: ours, theirs, and what explains a difference, where there is one. prdc has precision,
recall, density and coverage; POT optimal transport; scikit-image PSNR and SSIM. Frechet distance, kernel distance and
inception score are held against their formulas as torch-fidelity computes them, written down with SciPy and
scikit-learn: the package itself, as torchmetrics, needs PyTorch, which pip brings with libraries for GPUs.
"""

import dataclasses
import importlib
from collections.abc import Callable

import numpy as np

from keras_gans import metrics, theory

N, D = 300, 8


@dataclasses.dataclass(frozen=True)
class Case:
    """A figure at an input, computed twice.

    Args:
        name: string, figure and input.
        package: string, what `theirs` needs.
        ours: function without arguments that returns a float.
        theirs: the same.
        tolerance: float, relative, within which they are to agree; None where they differ.
        reason: string, why they differ.
    """

    name: str
    package: str
    ours: Callable
    theirs: Callable
    tolerance: float | None = 1e-6
    reason: str = ""

    def difference(self):
        """Returns what both say, and how far apart they are as a share of theirs (of 1 where that is less)."""
        ours, theirs = float(self.ours()), float(self.theirs())
        return ours, theirs, abs(ours - theirs) / max(abs(theirs), 1.0)


BORDERS = {  # where a figure of prdc is another: (figure, input) -> tolerance, reason
    ("density", "the same rows"): (None, "a neighbour on the border of a ball is in ours, and not in theirs"),
    ("density", "an offset of 1e6"): (1e-3, "theirs loses digits, as it does not centre"),
}


def sets():
    """Pairs of sets of features (N, D): name -> (real, fake)."""
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(N, D)), 0.8 * rng.normal(size=(N, D)) + 0.3
    far = np.concatenate([real[:-1], np.full((1, D), 1e6)])
    return {
        "two clouds": (real, fake),
        "the same rows": (real, real.copy()),
        "nothing in common": (real, fake + 100.0),
        "few distinct rows": (np.repeat(real[:30], 10, axis=0), np.repeat(fake[:30], 10, axis=0)),
        "one row far away": (far, fake),
        "an offset of 1e6": (real + 1e6, fake + 1e6),
        "a scale of 1e-6": (1e-6 * real, 1e-6 * fake),
    }


def prdc_cases():
    """Precision, recall, density and coverage, with five neighbours for all."""

    def of(real, fake):
        return importlib.import_module("prdc").compute_prdc(real, fake, nearest_k=5)

    for name, (real, fake) in sets().items():
        for index, figure in enumerate(("precision", "recall")):
            yield Case(
                f"{figure}, {name}",
                "prdc",
                lambda a=real, b=fake, i=index: metrics.precision_recall(a, b, neighbours=5)[i],
                lambda a=real, b=fake, f=figure: of(a, b)[f],
            )
        for index, figure in enumerate(("density", "coverage")):
            yield Case(
                f"{figure}, {name}",
                "prdc",
                lambda a=real, b=fake, i=index: metrics.density_coverage(a, b)[i],
                lambda a=real, b=fake, f=figure: of(a, b)[f],
                *BORDERS.get((figure, name), ()),
            )


def transport_cases():
    """The earth mover's distance, in the plane and on a line."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(40, 2)), rng.normal(size=(30, 2)) + 1.0
    p, q = rng.dirichlet(np.ones(40)), rng.dirichlet(np.ones(30))
    inputs = {"two clouds": (x, y, p, q), "a scale of 1e9": (1e9 * x, 1e9 * y, p, q), "one set": (x, x, p, p)}
    inputs["most weights 0"] = (x, y, np.eye(40)[0], np.eye(30)[1])

    def theirs(x, y, p, q):
        ot = importlib.import_module("ot")
        return ot.emd2(p, q, ot.dist(x, y, metric="euclidean"))

    for name, given in inputs.items():
        yield Case(
            f"earth mover, {name}", "ot", lambda g=given: theory.earth_mover(*g), lambda g=given: theirs(*g), 1e-6
        )
    small = 1e-8 * x, 1e-8 * y, p, q
    yield Case(
        "earth mover / 1e-8, a scale of 1e-8",
        "ot",
        lambda: theory.earth_mover(*small) / 1e-8,
        lambda: theirs(x, y, p, q),
    )
    yield Case(
        "on a line",
        "ot",
        lambda: theory.wasserstein_1d(x[:, 0], y[:, 0], p, q),
        lambda: importlib.import_module("ot").wasserstein_1d(x[:, 0], y[:, 0], p, q),
    )


def picture_cases():
    """PSNR and SSIM of pictures in [-1, 1]."""
    rng = np.random.default_rng(2)
    smooth = np.cumsum(np.cumsum(rng.normal(size=(24, 20, 3)), axis=0), axis=1)
    picture = 2 * (smooth - smooth.min()) / np.ptp(smooth) - 1
    inputs = {
        "noise": (picture, np.clip(picture + 0.1 * rng.normal(size=picture.shape), -1, 1)),
        "another picture": (picture, picture[::-1].copy()),
        "flat ones": (np.full((16, 16, 1), -0.5), np.full((16, 16, 1), 0.25)),
        "the same": (picture, picture.copy()),
    }
    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    skimage = "skimage.metrics"
    for name, (a, b) in inputs.items():
        if name != "the same":
            yield Case(
                f"PSNR, {name}",
                "skimage",
                lambda a=a, b=b: metrics.psnr(a[None], b[None]),
                lambda a=a, b=b: importlib.import_module(skimage).peak_signal_noise_ratio(a, b, data_range=2.0),
            )
        yield Case(
            f"SSIM, {name}",
            "skimage",
            lambda a=a, b=b: metrics.ssim(a[None], b[None]),
            lambda a=a, b=b: importlib.import_module(skimage).structural_similarity(
                (a + 1) / 2, (b + 1) / 2, channel_axis=2, **window
            ),
            1e-4,
        )


def formula_cases():
    """Frechet distance, kernel distance and inception score by their formulas."""

    def frechet(a, b):
        import scipy.linalg

        root = scipy.linalg.sqrtm(np.cov(a, rowvar=False) @ np.cov(b, rowvar=False)).real
        traces = np.trace(np.cov(a, rowvar=False)) + np.trace(np.cov(b, rowvar=False)) - 2 * np.trace(root)
        return np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2) + traces

    def kernel(a, b):
        from sklearn.metrics.pairwise import polynomial_kernel

        within = [(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in (polynomial_kernel(s) for s in (a, b))]
        return sum(within) - 2 * polynomial_kernel(a, b).mean()

    def score(p):
        from scipy.stats import entropy

        return np.exp(np.mean(entropy(p, np.broadcast_to(p.mean(axis=0), p.shape), axis=1)))

    for name, (a, b) in sets().items():
        size = 1e12 if name == "a scale of 1e-6" else 1.0
        yield Case(
            f"Frechet distance{' / 1e-12' * (size > 1)}, {name}",
            "scipy",
            lambda a=a, b=b, s=size: s * metrics.frechet_distance(a, b),
            lambda a=a, b=b, s=size: s * frechet(a, b),
        )
    few, others = sets()["two clouds"][0][:5], sets()["two clouds"][1][:5]
    yield Case(
        "Frechet distance, fewer rows than columns",
        "scipy",
        lambda: metrics.frechet_distance(few, others),
        lambda: frechet(few, others),
        1e-5,
    )
    a, b = sets()["two clouds"]
    yield Case("kernel distance, two clouds", "sklearn", lambda: metrics.kernel_distance(a, b)[0], lambda: kernel(a, b))
    rng = np.random.default_rng(3)
    for name, p in {
        "ten classes": rng.dirichlet(np.ones(10), 200),
        "sure of one": np.eye(10)[np.zeros(50, int)],
        "sure of each": np.eye(10)[np.arange(50) % 10],
    }.items():
        yield Case(
            f"inception score, {name}",
            "scipy",
            lambda p=p: metrics.inception_score(p, splits=1)[0],
            lambda p=p: score(p),
            1e-5,
        )


CASES = [*prdc_cases(), *transport_cases(), *picture_cases(), *formula_cases()]


def main():
    """Prints the table."""
    print("| | ours | theirs | apart | |\n|---|---|---|---|---|")
    for case in CASES:
        ours, theirs, apart = case.difference()
        print(f"| {case.name} ({case.package}) | {ours:.6g} | {theirs:.6g} | {apart:.0e} | {case.reason} |")


if __name__ == "__main__":
    main()
