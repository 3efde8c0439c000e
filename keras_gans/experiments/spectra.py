"""Singular values and collapse: a small BigGAN whose generator outruns its discriminator, and what may hold it."""

import dataclasses

import numpy as np
from keras import layers, ops
from matplotlib.figure import Figure

from keras_gans import data, metrics, recipes
from keras_gans.callbacks import SingularValues
from keras_gans.callbacks.singular_values import LARGEST
from keras_gans.callbacks.watcher import Watcher
from keras_gans.engine import layers_of
from keras_gans.experiments.panels import draw_seeds, ranged
from keras_gans.regularizers import R1, ClampSpectralNorm
from keras_gans.visualization.diagnostics import GREEN
from keras_gans.visualization.figures import BLUE, INK, ORANGE, PALE, new_figure

SHAPE, CLASSES, WIDTH = (16, 16, 1), 10, 4
BATCH, N_CRITIC, RATE, FASTER = 32, 2, 1e-3, 4.0  # the last times RATE is the rate of a fast G
LIMIT = 1.2  # of the largest singular value of G's dense layer, which begins at 1
HELD_OUT, SAMPLES, LOOKS = 180, 500, 15
FAST = {"g_learning_rate": FASTER * RATE}
GAMES = {  # Name -> whether G's dense layer is clamped, what is changed of the recipe.
    "as it is": (False, {}),
    "G four times as fast": (False, FAST),
    "the same, clamped": (True, FAST),
    "the same, R1 with gamma 1": (False, {**FAST, "penalties": [R1(1.0)]}),
    "the same, R1 with gamma 10": (False, {**FAST, "penalties": [R1(10.0)]}),
}


@dataclasses.dataclass(frozen=True, eq=False)
class CollapseSpectra:
    """What `collapse_spectra` measured, before the first step and after each fifteenth of the training.

    Args:
        steps: int array (16,), when it was.
        generator: dict of game -> float array (seeds, kernels, 16, 3), the largest singular values of G's kernels; NaN
            where a kernel has fewer. The kernel of the dense layer is the first.
        discriminator: dict of game -> the same of D's.
        distance: dict of game -> float array (seeds, 16), the Frechet distance of generated digits to those of the
            training, in the features of `metrics.classifier`.
        accuracy: dict of game -> float array (2, seeds, 16), on what share of the training's digits, and of held-out
            ones, D is right.
        figure: `matplotlib.figure.Figure`.
    """

    steps: np.ndarray
    generator: dict[str, np.ndarray]
    discriminator: dict[str, np.ndarray]
    distance: dict[str, np.ndarray]
    accuracy: dict[str, np.ndarray]
    figure: Figure


class _Judged(Watcher):
    """Notes at each look how far generated digits are, and what D says of digits that it learns from and of others."""

    def __init__(self, passes, known, others):
        super().__init__(passes)
        self.known, self.others, self.looks = known, others, []
        self.extract = metrics.classifier(*known)
        self.real = self.extract(known[0]).values

    def on_train_begin(self, logs=None):
        """Begins anew."""
        self.looks = []
        super().on_train_begin(logs)

    def watch(self):
        """Looks."""
        made = self.extract(self.model.generate(SAMPLES, seed=0)).values
        shares = [self._right(*some) for some in (self.known, self.others)]
        self.looks.append([metrics.frechet_distance(self.real, made), *shares])

    def _right(self, images, labels):
        """On what share of real digits D is right, of so many as are held out."""
        few = np.linspace(0, len(images) - 1, HELD_OUT).astype(int)
        return np.mean(ops.convert_to_numpy(self.model.discriminator([images[few], labels[few].astype("int32")])) > 0)


def collapse_spectra(passes=30, seed=0, seeds=3):
    """Follows the largest singular values of a BigGAN's kernels through a collapse, and tries what may hold it.

    The paper sees the largest singular values of G explode where its networks collapse, clamps them, which does not
    prevent the collapse, and finds R1 on D to prevent it, at a cost. Here all is small. In the first game both players
    learn at one rate, and nothing collapses in 750 steps. In the second G learns four times as fast: after step 550,
    500 and 700 (three seeds) D takes 2 % of the real digits for real at most, and the distance ends at 125 to 207, that
    of the first game at 42 to 51. This second game is then played with a clamp, and with R1. What comes of it:

    - The largest singular value of G's dense layer, 1 at first, grows faster where G collapses, to 2.1 to 2.9, and
      leaves the second behind, which is at most 1.5. But it does not explode, and does not tell of the collapse: in the
      first game it comes as far, later, while the digits get better, and it goes on. Under spectral normalization the
      length of a kernel means nothing and its gradient has no part along the kernel, so that each step makes it longer
      and nothing bounds it. Once G has collapsed it falls.
    - With the clamp at 1.2 other kernels of G grow instead, to 2.5 to 3.6, and G does not collapse within the 750
      steps: the distance ends at 75 to 106. In the paper it does.
    - R1 with gamma 1 ends at 67, 73 and 150, with gamma 10 at 47, 125 and 266. In two of these three D takes hardly a
      digit for real at the end: here it is no way to prevent the collapse.
    - D knows no digits by heart: over the second half of the first game it is right on 62 % of those that it learns
      from, and on 60 % of others. The paper's is on above 98 % and on 50 to 55 %; this one has 3,105 weights.

    Args:
        passes: int, over the 1,617 digits of the training, of 25 steps each; a multiple of 15.
        seed: int, decides which digits are held out, and is the first of the seeds of weights, latents and orders.
        seeds: int, from how many each game is trained.

    Returns:
        `CollapseSpectra`.

    Deviations:
        The paper's networks are for ImageNet at 128 pixels, with `width` 96 and batches of 2,048. Here
        they are `recipes.biggan`'s for digits of 16x16 at width 4, with batches of 32, two steps of D for each of G at
        1e-3 (the recipe: four at 2e-4), and without averages. The numbers above are of these settings. Of one seed
        each: six and ten times as fast G collapses, too, the latter before step 300. At 2e-4, with one step of D and
        batches of 64, it collapses at ten times that rate as well, but at one it is after 1,500 steps not yet where
        the first game is after 250.

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Sections 4.1 and 4.2. Its first author says of clamps and the like that they treat the symptoms:
        github.com/ajbrock/BigGAN-PyTorch, issue 57.

    Raises:
        ValueError: if `passes` is no positive multiple of 15.
    """
    if passes < 1 or passes % LOOKS:
        raise ValueError(f"Expected `passes` as a positive multiple of {LOOKS}. Received: {passes!r}.")
    images, labels = data.load("digits", image_size=SHAPE[0], labels=True)
    order = np.random.default_rng(seed).permutation(len(images))
    others, known = ((images[rows], labels[rows]) for rows in (order[:HELD_OUT], order[HELD_OUT:]))
    judged, found = _Judged(passes // LOOKS, known, others), {}
    for name, (clamped, changes) in GAMES.items():
        runs = [_watched(clamped, changes, seed + i, passes, known, judged) for i in range(seeds)]
        steps = runs[0][0]
        found[name] = [np.stack(some) for some in zip(*(measured for _, *measured in runs))]
    generator, discriminator, looks = ({name: some[k] for name, some in found.items()} for k in range(3))
    distance = {name: some[..., 0] for name, some in looks.items()}
    accuracy = {name: np.moveaxis(some[..., 1:], -1, 0) for name, some in looks.items()}
    figure = _figure(steps, generator, discriminator, distance, accuracy)
    return CollapseSpectra(steps, generator, discriminator, distance, accuracy, figure)


def game(clamped, changes, seed):
    """Compiles a game: BigGAN on digits, with what is changed of it.

    Args:
        clamped: whether the largest singular value of G's dense layer is kept below 1.2.
        changes: dict of arguments of `recipes.biggan`.
        seed: int, of the weights, the latents and the order of the data.

    Returns:
        Compiled `models.CGAN`.
    """
    arguments = {"d_learning_rate": RATE, "g_learning_rate": RATE, "n_critic": N_CRITIC, "ema": None, **changes}
    model = recipes.biggan(SHAPE, CLASSES, width=WIDTH, seed=seed, **arguments)
    if clamped:
        dense = next(layer for layer in layers_of(model.generator) if isinstance(layer, layers.Dense))
        dense.kernel_constraint = dense.kernel.constraint = ClampSpectralNorm(LIMIT)
    return model


def _watched(clamped, changes, seed, passes, known, judged):
    """Trains a game; returns when it was looked at, the values of G's kernels and of D's, and what was judged."""
    model, spectra = game(clamped, changes, seed), SingularValues(passes // LOOKS, "epoch")
    model.fit(*known, batch_size=BATCH, epochs=passes, verbose=0, callbacks=[spectra, judged])
    steps = np.array([look["step"] for look in spectra.looks])
    return steps, *(_values(spectra.looks, network) for network in ("generator", "discriminator")), judged.looks


def _values(looks, network):
    """The singular values of a network's kernels, float (kernels, looks, 3); that of the dense layer is the first."""
    names = [name for name in looks[0] if name.startswith(f"{network}/")]
    names.sort(key=lambda name: "/dense" not in name)
    values = np.full((len(names), len(looks), LARGEST), np.nan)
    for kernel, name in enumerate(names):
        for k, look in enumerate(looks):
            values[kernel, k, : len(look[name])] = look[name]
    return values


def _figure(steps, generator, discriminator, distance, accuracy):
    """A column for each game; a row for G's singular values, D's, the distance, and what D is right on."""
    figure = new_figure(16, 10.5, layout="constrained")
    rows = figure.subplots(4, len(GAMES), sharex=True, sharey="row")
    for name, (of_g, of_d, far, right) in zip(GAMES, rows.T):
        _draw_values(of_g, steps, generator[name], ORANGE)
        _draw_values(of_d, steps, discriminator[name], BLUE)
        draw_seeds(far, steps, distance[name], GREEN, "mean and range of the seeds")
        for runs, colour, what in zip(accuracy[name], (BLUE, ORANGE), ("that it learns from", "held out")):
            draw_seeds(right, steps, runs, colour, f"digits {what}")
        _title(of_g, f"{name}\n\nG's dense layer at last {ranged(generator[name][:, 0, -1, 0], '{:.1f}')}")
        _title(of_d, f"D's dense layer at last {ranged(discriminator[name][:, 0, -1, 0], '{:.1f}')}")
        _title(far, f"distance at last {ranged(distance[name][:, -1], '{:.0f}')}")
        _title(
            right,
            "second half: right on {:.0%}, held out {:.0%}".format(
                *accuracy[name][..., LOOKS // 2 :].mean(axis=(1, 2))
            ),
        )
        right.set_xlabel("training step", color=INK)
    for row, label in zip(rows, ("singular values in G", "singular values in D", "Fréchet distance", "share")):
        row[0].set_ylabel(label, color=INK, labelpad=14)
        row[-1].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    for axes in rows[2]:
        axes.set_yscale("log")
    for axes in rows.ravel():
        axes.grid(color=PALE, alpha=0.5)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(which="both", labelsize=8)
    return figure


def _title(axes, words):
    axes.set_title(words, loc="left", color=INK, fontsize=9)


def _draw_values(axes, steps, values, colour):
    """The three values of the dense layer, or the only one, and the largest of each other kernel, a mean."""
    for k, line in enumerate(("-", "--", ":")):
        if np.isfinite(values[:, 0, :, k]).all():
            draw_seeds(axes, steps, values[:, 0, :, k], colour, rf"$\sigma_{k}$ of the dense layer", line)
    for k, kernel in enumerate(values[:, 1:, :, 0].mean(axis=0)):
        axes.plot(steps, kernel, color=PALE, linewidth=0.9, zorder=1, label=None if k else r"$\sigma_0$ of the others")
