"""Is the picture that scores best the one that looks best? Bicubic, SRResNet and SRGAN-MSE on pictures held out.

    python -m benchmarks.super_resolution
    python -m benchmarks.super_resolution --data ../shared/data/flowers64 --sheet sheet.png

Pictures of 64 pixels are made of 16, drawn scenes or those of a folder; every fifth is held out. SRResNet and SRGAN
have 4 blocks at width 16. SRResNet makes 4,800 steps of 4, at a rate that falls from 2e-3 to 0 as a cosine; the paper
has batches of 16. SRGAN starts from it and makes 2,400 more at 3e-4; the adversary has the paper's weight, 1e-3, and
content is the squared error.

The columns: PSNR and SSIM of all colours, and of luma with 4 pixels off, as papers have them; sharpness, the mean
square of differences between neighbours divided by that of real pictures, of which 1 is right; the Frechet distance of
patches of 8 pixels, as they are, to those of the real pictures that are held out (the first row: of those to train
with); seconds of training. Means and deviations over the seeds; what holds within each seed stands above.
"""

import argparse
import time

import keras
import numpy as np

from benchmarks.tables import row
from keras_gans import data, metrics, recipes, visualization
from keras_gans.data.enlargements import bicubic

SIDE, PATCH = 64, 8
SIZES = {"width": 16, "blocks": 4}
STEPS, MORE, BATCH = 4800, 2400, 4
COLUMNS = {"PSNR": 2, "SSIM": 4, "PSNR Y": 2, "SSIM Y": 4, "sharpness": 3, "distance of patches": 3, "seconds": 0}
SHOWN = 6


def pictures(source):
    """Pictures and small ones to train with, and such that are held out, two tuples."""
    examples = data.enlargements(source, SIDE)
    held_out = np.arange(len(examples)) % 5 == 4
    parts = examples.head(len(examples))
    return tuple(tuple(part[rows] for part in parts) for rows in (~held_out, held_out))


def patches(images):
    """All patches of pictures, which do not overlap, laid flat."""
    n, count = len(images), SIDE // PATCH
    return images.reshape(n, count, PATCH, count, -1).swapaxes(2, 3).reshape(n * count**2, -1)


def energy(images):
    """The mean square of differences between neighbours along both sides."""
    return sum(np.mean(np.diff(images, axis=axis) ** 2) for axis in (1, 2))


def measured(made, real):
    """The figures of pictures beside real ones, a dict."""
    of_luma = [metrics.luma(images) for images in (made, real)]
    return {
        "PSNR": metrics.psnr(made, real),
        "SSIM": metrics.ssim(made, real),
        "PSNR Y": metrics.psnr(*of_luma),
        "SSIM Y": metrics.ssim(*of_luma),
        "sharpness": energy(made) / energy(real),
        "distance of patches": metrics.frechet_distance(patches(made), patches(real)),
    }


def trained(seed, train, steps, more):
    """SRResNet, and SRGAN that starts from it, by names, and the seconds that each took."""
    falling = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps))
    plain = recipes.srresnet((SIDE, SIDE, 3), **SIZES, seed=seed, g_optimizer=falling)
    found = {"SRResNet": (plain, fitted(plain, train, steps))}
    rates = {"d_learning_rate": 3e-4, "g_learning_rate": 3e-4}
    sharp = recipes.srgan((SIDE, SIDE, 3), **SIZES, seed=seed, **rates)
    sharp.generator.set_weights(plain.generator.get_weights())
    return {**found, "SRGAN-MSE": (sharp, fitted(sharp, train, more))}


def fitted(model, train, steps):
    """Trains a model for so many steps, or up to a pass more; returns the seconds."""
    begin = time.perf_counter()
    model.fit(*train, batch_size=BATCH, epochs=-(-steps // (len(train[0]) // BATCH)), verbose=0)
    return time.perf_counter() - begin


def order(found, plain, sharp):
    """Says of one seed whether the paper's order holds: a line."""
    nearer = [abs(one["sharpness"] - 1) for one in (sharp, plain)]
    said = {
        "SRResNet scores above bicubic": plain["PSNR"] > found["PSNR"],
        "SRGAN below SRResNet": sharp["PSNR"] < plain["PSNR"],
        "is nearer to real sharpness": nearer[0] < nearer[1],
        "and to real patches": sharp["distance of patches"] < plain["distance of patches"],
    }
    return "; ".join(f"{words}: {'yes' if holds else 'no'}" for words, holds in said.items())


def main():
    """Parses the command line, trains, prints the table and what holds for each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="scenes", help="what data.enlargements takes, of at least 64 pixels a side")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--more", type=int, default=MORE, help="steps of SRGAN")
    parser.add_argument("--sheet", help="PNG file for pictures of the first seed: small, bicubic, both, real")
    arguments = parser.parse_args()
    train, (real, small) = pictures(arguments.data)
    print(f"| | {' | '.join(COLUMNS)} |\n{'|---' * (len(COLUMNS) + 1)}|")
    apart = metrics.frechet_distance(patches(train[0]), patches(real))
    print(row("real, to train with", [{"distance of patches": apart}], COLUMNS))
    shown, baseline = [small.repeat(4, axis=1).repeat(4, axis=2), bicubic(small)], measured(bicubic(small), real)
    print(row("bicubic", [baseline], COLUMNS), flush=True)
    results, said = {}, []
    for seed in range(arguments.seeds):
        for name, (model, seconds) in trained(seed, train, arguments.steps, arguments.more).items():
            made = model.translate(small)
            shown += [made] if seed == 0 else []
            results.setdefault(name, []).append({**measured(made, real), "seconds": seconds})
        said.append(f"seed {seed}: {order(baseline, *(results[name][-1] for name in results))}")
        if seed == 0 and arguments.sheet:
            rows = np.linspace(0, len(real) - 1, SHOWN).astype(int)
            sheet = np.concatenate([np.stack([part[i] for part in (*shown, real)]) for i in rows])
            visualization.save_image(arguments.sheet, visualization.image_grid(sheet, columns=5))
        print(said[-1], flush=True)
    print("\n".join(row(name, some, COLUMNS) for name, some in results.items()))


if __name__ == "__main__":
    main()
