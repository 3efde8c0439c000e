"""Self-attention where it must help: two patches far apart agree, and no field of view holds both."""

import dataclasses

import keras
import numpy as np
from keras import layers, ops
from matplotlib.figure import Figure

from keras_gans import engine, models
from keras_gans.experiments.panels import draw_seeds, ranged
from keras_gans.layers import SelfAttention
from keras_gans.regularizers import R1
from keras_gans.visualization import image_grid
from keras_gans.visualization.diagnostics import GREEN
from keras_gans.visualization.figures import BLUE, INK, ORANGE, PALE, new_figure

SIDE, TALL, WIDE = 8, 4, 2  # pixels, of a picture and of a patch
TOPS = (0, 2, 4)  # pixels, at which a patch begins
COLOURS = np.array([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]], "float32") * 0.8
DARK = -0.8  # the background
HALF = 8  # latents of each half of a picture
WIDTH, BATCH = 16, 64
RATE, GAMMA, DECAY = 2e-3, 1.0, 0.99  # of Adam, of R1, of G's averages
LOOKS = 10  # at each game, evenly spread over the training
COUNTED, DRAWN = 600, 25  # pictures that are measured, and that are drawn
GAMES = {  # Name -> whether G attends, whether D does, its colour in the figure.
    "neither attends": (False, False, GREEN),
    "only G attends": (True, False, ORANGE),
    "only D attends": (False, True, BLUE),
    "both attend": (True, True, INK),
}
GAMMAS = (("only G attends", 0, "--"), ("only D attends", 1, "--"), ("both attend", 0, "-"), ("both attend", 1, "-"))


@dataclasses.dataclass(frozen=True, eq=False)
class AgreeingPatches:
    """What `agreeing_patches` measured, a row for each seed and a column for each look, the last one at the end.

    Args:
        agreement: dict of game -> float array (seeds, 10), the share of generated pictures whose patches agree.
        chance: dict of game -> float array (seeds, 10), the same share if each edge drew its colour by itself, of the
            shares that the colours have there: 1/3 where they are even, and 1 where all patches are of one colour.
        accuracy: dict of game -> float array (seeds, 10), the share of pairs of a real picture, and one with the same
            patches of which one has another colour, in which D's score of the first is higher.
        gamma: dict of game -> float array (2, seeds, 10), G's and D's gamma; NaN where there is none.
        figure: `matplotlib.figure.Figure`.
    """

    agreement: dict[str, np.ndarray]
    chance: dict[str, np.ndarray]
    accuracy: dict[str, np.ndarray]
    gamma: dict[str, np.ndarray]
    figure: Figure


def agreeing_patches(steps=1000, seed=0, seeds=3):
    """Trains a GAN on pictures of two patches that agree, with self-attention in either network, in both or in none.

    A picture has a patch at its left edge and one at its right, at any heights and of the same of three colours. No
    place of D's last map sees parts of both, and D sums what its places say: so it judges each patch, and not whether
    they agree. G has latents for its left half and others for its right, and no pixel of a patch depends on both. In
    `layers.SelfAttention` each place takes in what others hold, and D learns to prefer patches that agree, and G, if it
    attends, too, to make them. Where D does not attend, nothing tells G that they should agree. Where only D does, G
    finds the one way that is left to it, which is no way: it makes all patches of one colour, or nearly so, and they
    agree as often as chance has it.

    Args:
        steps: int, updates of each network, a multiple of 10.
        seed: int, the first of the seeds of weights, latents and data.
        seeds: int, from how many each game is trained.

    Returns:
        `AgreeingPatches`.

    Deviations:
        The paper shows what attention does on ImageNet; this task is ours, and so are the small networks. The game is
        `recipes.quick_gan`'s, with R1 (gamma 1), Adam(2e-3, 0, 0.99) and averages of G, and without spectral
        normalization. Keys and values are not pooled, as in the paper's text.

    Reference:
        Zhang et al., 2019, Self-Attention Generative Adversarial Networks, arXiv:1805.08318.

    Raises:
        ValueError: if `steps` is no positive multiple of 10.
    """
    if steps < 1 or steps % LOOKS:
        raise ValueError(f"Expected `steps` as a positive multiple of {LOOKS}. Received: {steps!r}.")
    found, shown = {}, {}
    for name, (g_attends, d_attends, _) in GAMES.items():
        runs = [_watched(g_attends, d_attends, steps // LOOKS, seed + i) for i in range(seeds)]
        found[name] = np.stack([looks for _, looks in runs], axis=1)
        shown[name] = runs[0][0]
    agree, chance, accuracy = ({name: looks[k] for name, looks in found.items()} for k in range(3))
    gamma = {name: looks[3:] for name, looks in found.items()}
    return AgreeingPatches(agree, chance, accuracy, gamma, _figure(steps, agree, chance, accuracy, gamma, shown))


def pictures(left, right, rng):
    """Draws pictures of two patches.

    Args:
        left, right: int arrays (n,), the colours of the patches, 0 to 2.
        rng: `numpy.random.Generator`, by which their heights are drawn.

    Returns:
        float32 array (n, 8, 8, 3), images in [-1, 1].
    """
    images = np.full((len(left), SIDE, SIDE, 3), DARK, "float32")
    for colours, columns in ((left, slice(0, WIDE)), (right, slice(SIDE - WIDE, SIDE))):
        tops = rng.choice(TOPS, len(colours))
        for image, colour, top in zip(images, colours, tops):
            image[top : top + TALL, columns] = COLOURS[colour]
    return images


def colours_of(images):
    """Reads the colours of the patches: those of the real strip at the edge that is nearest to an image's.

    Args:
        images: float array (n, 8, 8, 3).

    Returns:
        int array (n, 2), the colours at the left and at the right edge.
    """
    strips = np.full((3, len(TOPS), SIDE, WIDE, 3), DARK, "float32")
    for place, top in enumerate(TOPS):
        strips[:, place, top : top + TALL] = COLOURS[:, None, None]
    strips = strips.reshape(3 * len(TOPS), -1)
    edges = np.stack([images[:, :, :WIDE], images[:, :, -WIDE:]], axis=1).reshape(len(images), 2, -1)
    distances = np.square(edges[:, :, None] - strips).sum(axis=-1)
    return distances.argmin(axis=-1) // len(TOPS)


def agreement(images):
    """Measures the share of pictures whose patches agree, and that of edges that draw by themselves; two floats."""
    left, right = colours_of(images).T
    shares = [np.bincount(edge, minlength=3) / len(images) for edge in (left, right)]
    return np.mean(left == right), np.dot(*shares)


def generator(attends):
    """Builds G: latents (N, 16) -> pictures (N, 8, 8, 3), whose edges depend on half of the latents each."""
    z = keras.Input((2 * HALF,))
    halves = [layers.Dense(4 * 2 * WIDTH)(part) for part in (z[:, :HALF], z[:, HALF:])]
    x = layers.Concatenate(axis=2)([layers.Reshape((4, 2, WIDTH))(half) for half in halves])
    x = layers.Conv2D(WIDTH, 1)(layers.ReLU()(x))
    x = SelfAttention(pooled=False, spectral_norm=False, name="attention")(x) if attends else x
    x = layers.Conv2D(WIDTH, 3, padding="same", activation="relu")(layers.UpSampling2D()(layers.ReLU()(x)))
    return keras.Model(z, layers.Conv2D(3, 3, padding="same", activation="tanh")(x), name="generator")


def discriminator(attends):
    """Builds D: pictures (N, 8, 8, 3) -> scores (N, 1), sums over places that see 4 pixels across."""
    images = keras.Input((SIDE, SIDE, 3))
    x = layers.Conv2D(WIDTH, 4, 2, padding="same")(images)
    x = layers.Conv2D(WIDTH, 1)(layers.LeakyReLU(0.2)(x))
    x = SelfAttention(pooled=False, spectral_norm=False, name="attention")(x) if attends else x
    x = layers.Conv2D(WIDTH, 1)(layers.LeakyReLU(0.2)(x))
    votes = ops.sum(layers.LeakyReLU(0.2)(x), axis=(1, 2))
    return keras.Model(images, layers.Dense(1)(votes), name="discriminator")


def _watched(g_attends, d_attends, steps, seed):
    """Trains a game in parts of so many steps; returns it, and what is measured after each, float (5, looks)."""
    rng = np.random.default_rng(seed)
    colours = rng.integers(0, 3, steps * BATCH)
    real = pictures(colours, colours, rng)
    with engine.seeded(seed):
        model = models.GAN(generator(g_attends), discriminator(d_attends), 2 * HALF, seed)
    d_optimizer, g_optimizer = (keras.optimizers.Adam(RATE, beta_1=0.0, beta_2=0.99) for _ in range(2))
    model.compile(d_optimizer, g_optimizer, penalties=[R1(GAMMA)], ema=DECAY)
    looks = []
    for look in range(LOOKS):
        model.fit(real, batch_size=BATCH, initial_epoch=look, epochs=look + 1, verbose=0)
        looks.append([*agreement(model.generate(COUNTED, seed)), _accuracy(model, seed), *_gammas(model)])
    return model, np.transpose(looks)


def _accuracy(model, seed):
    """The share of pairs in which D prefers patches that agree; both are at the same heights."""
    colours = np.arange(COUNTED) % 3
    others = (colours + 1 + np.arange(COUNTED) // 3 % 2) % 3  # of each colour as often each other one
    scores = [
        ops.convert_to_numpy(model.discriminator(pictures(colours, right, np.random.default_rng(seed))))[:, 0]
        for right in (colours, others)
    ]
    return np.mean(scores[0] > scores[1])


def _gammas(model):
    """G's gamma and D's; NaN without attention."""
    for network in (model.generator, model.discriminator):
        found = [float(layer.gamma) for layer in network.layers if isinstance(layer, SelfAttention)]
        yield found[0] if found else np.nan


def _figure(steps, agree, chance, accuracy, gamma, shown):
    """Curves above; samples, and where a query of D looks, below."""
    figure = new_figure(14, 8.6, layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1.0, 1.1))
    curves = above.subplots(1, 3)
    along = np.arange(1, LOOKS + 1) * steps // LOOKS
    for name, (_, _, colour) in GAMES.items():
        by_chance = f", by chance {chance[name][:, -1].mean():.0%}"
        curves[0].plot(along, chance[name].mean(axis=0), ":", color=colour, linewidth=1.6)
        draw_seeds(curves[0], along, agree[name], colour, _spread(name, agree[name]) + by_chance)
        draw_seeds(curves[1], along, accuracy[name], colour, _spread(name, accuracy[name]))
    for name, k, line in GAMMAS:
        network, colour = ("GD"[k], (ORANGE, BLUE)[k])
        draw_seeds(curves[2], along, np.abs(gamma[name][k]), colour, f"{network}, {name}", line)
    _dress(curves[0], "generated pictures whose patches agree; dotted: by chance")
    _dress(curves[1], "pairs in which D prefers agreeing patches")
    _dress(curves[2], r"$|\gamma|$ of the attention, whose sign means nothing")
    for axes in curves[:2]:
        axes.set_ylim(0, 1.02)
    _draw_samples(below, shown)
    return figure


def _spread(name, runs):
    return f"{name}: {ranged(runs[:, -1], '{:.0%}')}"


def _dress(axes, title):
    axes.set_title(title, loc="left", color=INK, fontsize=10)
    axes.set_xlabel("training step", color=INK)
    axes.grid(color=PALE, alpha=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def _draw_samples(figure, shown):
    """A grid of samples for each game, then real pictures with a query, and the map of its attention over them."""
    axes = figure.subplots(1, len(shown) + 1)
    for place, (name, model) in zip(axes, shown.items()):
        place.imshow(image_grid(model.generate(DRAWN, 0)))
        place.set_title(name, color=INK, fontsize=10)
    axes[-1].imshow(image_grid(_queries(shown["both attend"].discriminator), columns=2))
    axes[-1].set_title("where D, that attends,\nlooks from the white dot", color=INK, fontsize=10)
    for place in axes:
        place.set_axis_off()


def _queries(network, count=4):
    """Pairs of pictures: real ones with a white dot at the query, and how much of its attention is where."""
    colours, rng = np.arange(count) % 3, np.random.default_rng(0)
    images = pictures(colours, colours, rng)
    attention = network.get_layer("attention")
    maps = ops.convert_to_numpy(attention.maps(keras.Model(network.input, attention.input)(images)))
    pairs = []
    for image, beta in zip(images, maps):
        row = int(np.flatnonzero(image[:, 1].max(axis=-1) > 0).mean()) // 2  # of the map: the middle of the left patch
        keys = beta[row * (SIDE // 2)].reshape(SIDE // 2, SIDE // 2)
        seen = (2 * keys / keys.max() - 1).repeat(2, axis=0).repeat(2, axis=1)
        image[2 * row, 0] = 1.0
        pairs += [image, np.repeat(seen[..., None], 3, axis=-1)]
    return np.stack(pairs)
