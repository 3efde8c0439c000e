"""How far is a translation from its target, or from where it came? On pictures that were not trained on.

    keras-gans train pix2pix --data path/to/facades --image-size 64 --width 32 --out runs/pix2pix-facades
    python benchmarks/translation.py runs/pix2pix-facades/model.keras path/to/facades --out facades.png
    keras-gans train cyclegan --data path/to/apple2orange --image-size 64 --width 16 --out runs/cyclegan-apple2orange
    python benchmarks/translation.py runs/cyclegan-apple2orange/model.keras path/to/apple2orange --out fruit.png

Prints mean absolute differences of pixels in [-1, 1]. Pix2Pix: of targets to translations, to the inputs as they are,
and to the mean of the training targets. CycleGAN: of pictures to what comes back after both translations, and to what
the first made of them. `--out` writes the first pictures, see `sheet` of the models.
"""

import argparse

import numpy as np

from keras_gans import data, models, visualization
from keras_gans.training import load_model


def l1(a, b):
    """Mean absolute difference of two arrays."""
    return float(np.mean(np.abs(a - b)))


def paired(model, arguments):
    """Prints the distances of a Pix2Pix; returns what was held out."""
    size = model.generator.input_shape[1]
    train, held_out = (
        data.pairs(arguments.data, size, split=split, input_side=arguments.input_side)
        for split in ("train", arguments.split)
    )
    inputs, targets = held_out.head(len(held_out))
    _, training_targets = train.head(len(train))
    mean = np.mean(training_targets, axis=0, keepdims=True)
    print(f"{len(targets)} pairs of the split {arguments.split!r}, {size}x{size}; L1 to the target of")
    print(f"  the translation                {l1(model.translate(inputs, seed=0), targets):.4f}")
    print(f"  the input as it is             {l1(inputs, targets):.4f}")
    print(f"  the mean of training targets   {l1(mean, targets):.4f}")
    return inputs, targets


def unpaired(model, arguments):
    """Prints the distances of a CycleGAN; returns what was held out."""
    size = model.generator_ab.input_shape[1]
    held_out = data.domains(arguments.data, size, split=arguments.split)
    pictures = [part[: len(table)] for part, table in zip(held_out.head(len(held_out)), held_out.parts)]
    for name, part, way in zip("AB", pictures, ("AtoB", "BtoA")):
        there = model.translate(part, way)
        back = model.translate(there, "BtoA" if way == "AtoB" else "AtoB")
        print(f"{len(part)} pictures of {name}, {size}x{size}; L1 to the picture of")
        print(f"  what comes back                {l1(back, part):.4f}")
        print(f"  the translation                {l1(there, part):.4f}")
    return tuple(pictures)


def main():
    """Parses the command line and prints the distances."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a model.keras of pix2pix or cyclegan")
    parser.add_argument("data", help="what it was trained on, with a split that it was not")
    parser.add_argument("--split", default="test")
    parser.add_argument("--input-side", default="right", choices=("left", "right"))
    parser.add_argument("--out", help="PNG file for the first eight pictures")
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    held_out = (unpaired if isinstance(model, models.CycleGAN) else paired)(model, arguments)
    print(f"after {int(model.optimizer.iterations)} steps")
    if arguments.out:
        pictures, columns = model.sheet(seed=0, real=held_out)
        visualization.save_image(arguments.out, visualization.image_grid(pictures, columns, cell=96))


if __name__ == "__main__":
    main()
