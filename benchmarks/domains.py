"""Does one generator translate to the domain that is asked for, and leave the rest? StarGAN on drawn shapes.

    python -m benchmarks.domains
    python -m benchmarks.domains --rows stargan "without reconstruction" --seeds 1 --sheets sheets

Trained are the 2,025 circles, squares and triangles in red, green and blue at 32x32 pixels, six attributes in two
groups, of which one each holds. Judged are 450 that another seed draws, each translated to the domains that it is not
in, two colours and two shapes; the others are read off D, as `StarGAN.translate` does. Five steps of D for one of G,
batches of 16 and the linear decay of the second half are the paper's; width 8 and three blocks instead of 64 and six,
3e-4 instead of 1e-4, and 2,000 steps, 10,000 updates of D, instead of 200,000 updates are for short trainings.

The columns: colour and shape, the share of translations that have the wanted one; kept, the share in which the group
that nobody asked for is as before; moved, how far the figure's centre is from where it was, in pixels, on average;
seconds of the processors (`time.process_time`), compilation included. Means and deviations over the seeds.

Nothing that judges is trained. The figure is what differs from the border; its colour is the nearest of the three
drawn ones, and its shape the one whose moments |sum w z^k| / sum w |z|^k are nearest, z being places around the centre
as complex numbers and k 3 and 4: a circle has neither, a square 3/7 of the fourth, a triangle 0.65 of the third. The
row `as they are` does not translate.
"""

import argparse
import pathlib
import time

import keras
import numpy as np
from keras import layers

from benchmarks.tables import row
from keras_gans import data, metrics, networks, recipes, visualization
from keras_gans.data.shapes import COLOURS, SHAPES
from keras_gans.layers import ReflectionPadding2D
from keras_gans.runs.history import StopAfter

SIDE, WIDTH, BLOCKS, BATCH, N_CRITIC = 32, 8, 3, 16, 5
STEPS, RATE = 2000, 3e-4
JUDGED, HELD_OUT = 450, 1  # pictures, and the seed that draws them
COLUMNS = {"colour": 3, "shape": 3, "kept": 3, "moved": 2, "seconds": 0}  # name -> decimals
ROWS = ("stargan", "without reconstruction", "mirrored borders")
GROUPS = {"colour": tuple(COLOURS), "shape": SHAPES}
DRAWN = np.array(list(COLOURS.values())) / 127.5 - 1
CORNERED = np.array([(0, 0), (0, 3 / 7), (0.65, 0)])  # third and fourth moment of a circle, a square, a triangle


# What judges


def covered(pictures):
    """How much of each pixel is the figure's, (N, side, side) in [0, 1]: how far it is from the border's colour."""
    border = np.concatenate([pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]], axis=1)
    away = np.linalg.norm(pictures - np.median(border, axis=1)[:, None, None], axis=-1)
    share = away / np.quantile(away, 0.97, axis=(1, 2), keepdims=True)
    return np.where(share > 0.5, np.minimum(share, 1), 0)


def read(pictures):
    """Reads what is drawn.

    Args:
        pictures: float array (N, side, side, 3) in [-1, 1].

    Returns:
        dict of float arrays: "colour" and "shape" (N, 3), the higher the nearer it is to each; "centre" (N,) complex,
        in pixels.
    """
    share = covered(pictures)
    mass = share.sum(axis=(1, 2))
    inside = (share > 0.8)[..., None]
    colour = (pictures * inside).sum(axis=(1, 2)) / inside.sum(axis=(1, 2))
    places = np.arange(pictures.shape[2]) + 1j * np.arange(pictures.shape[1])[:, None]
    centre = (share * places).sum(axis=(1, 2)) / mass
    z = places - centre[:, None, None]
    moments = [np.abs((share * z**k).sum((1, 2))) / (share * np.abs(z) ** k).sum((1, 2)) for k in (3, 4)]
    return {"colour": _near(colour, DRAWN), "shape": _near(np.stack(moments, axis=-1), CORNERED), "centre": centre}


def _near(found, known):
    return -np.linalg.norm(found[:, None] - known, axis=-1)


def held_out():
    """Pictures that nobody is trained on, (N, 32, 32, 3), and their places in both groups, a dict of ints (N,)."""
    images, labels, _ = data.shapes.labelled(HELD_OUT)
    pictures = images[:JUDGED].reshape(JUDGED, SIDE, 2, SIDE, 2, 3).mean(axis=(2, 4)) / 127.5 - 1
    shape, colour = np.divmod(labels[:JUDGED], len(COLOURS))
    return pictures.astype("float32"), {"colour": colour, "shape": shape}


def judged(translate, pictures, known):
    """Judges (pictures, domain) -> pictures, to all domains that a picture is not in; returns a dict of floats."""
    centres, found = read(pictures)["centre"], {name: [] for name in COLUMNS if name != "seconds"}
    for (group, names), other in zip(GROUPS.items(), reversed(GROUPS)):
        for k, name in enumerate(names):
            some = known[group] != k
            seen = read(translate(pictures[some], name))
            found[group].append(metrics.as_asked(seen[group], np.full(some.sum(), k)))
            found["kept"].append(metrics.as_asked(seen[other], known[other][some]))
            found["moved"].append(np.abs(seen["centre"] - centres[some]).mean())
    return {name: float(np.mean(values)) for name, values in found.items()}


# What is judged


def mirrored(generator):
    """The same generator, mirrored borders around its convolutions without stride, as CycleGAN has them: a mistake."""

    def bordered(layer):
        if not isinstance(layer, layers.Conv2D) or layer.strides != (1, 1):
            return type(layer).from_config(layer.get_config())
        convolution = layers.Conv2D.from_config({**layer.get_config(), "padding": "valid"})
        return keras.Sequential([ReflectionPadding2D(layer.kernel_size[0] // 2), convolution], name=layer.name)

    return keras.models.clone_model(generator, clone_function=bordered)


def built(row, seed, steps, examples, rate=RATE):
    """The compiled model of a row."""
    keras.utils.set_random_seed(seed)
    shape = (SIDE, SIDE, 3)
    generator = networks.stargan.generator(shape, len(examples.domains), WIDTH, BLOCKS)
    return recipes.stargan(
        shape,
        examples.domains,
        examples.sets,
        examples.exclusive,
        width=WIDTH,
        steps=steps,
        seed=seed,
        generator=mirrored(generator) if row == "mirrored borders" else generator,
        reconstruction_weight=0.0 if row == "without reconstruction" else 10.0,
        n_critic=N_CRITIC,
        d_learning_rate=rate,
        g_learning_rate=rate,
    )


def trained(row, seed, steps, rate=RATE):
    """Trains a row; returns the model and the seconds of the processors."""
    examples = data.attributes("shapes", image_size=SIDE)
    model, begin = built(row, seed, steps, examples, rate), time.process_time()
    epochs = -(-steps // (len(examples) // (BATCH * N_CRITIC)))
    model.fit(examples, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[StopAfter(steps, done=0)])
    return model, time.process_time() - begin


def save_sheet(path, model, pictures):
    """Writes a row for each of nine pictures, one of each class: as it is, then in every domain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    some = pictures[: len(data.shapes.CLASSES)]
    made, columns = model.sheet(len(some), real=(some, np.zeros((len(some), len(model.domains)), "float32")))
    visualization.save_image(path, visualization.image_grid(made, columns=columns))


def stargan(arguments):
    """Trains the rows and prints their table, each row when it is ready."""
    pictures, known = held_out()
    print(f"| | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 1)}|")
    print(row("as they are", [judged(lambda images, domain: images, pictures, known)], COLUMNS), flush=True)
    for name in arguments.rows:
        results = []
        for seed in range(arguments.seeds):
            model, seconds = trained(name, seed, arguments.steps)
            results.append(judged(model.translate, pictures, known) | {"seconds": seconds})
            if arguments.sheets:
                save_sheet(arguments.sheets / f"{name.replace(' ', '-')}-{seed}.png", model, pictures)
        print(row(name, results, COLUMNS), flush=True)


def main():
    """Parses the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="*", default=ROWS, metavar="ROW", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--sheets", type=pathlib.Path, help="folder for a sheet of each model")
    stargan(parser.parse_args())


if __name__ == "__main__":
    main()
