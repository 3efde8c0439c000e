"""Examples of a saved model as one picture, as single ones in a folder, or as arrays: `keras-gans generate`."""

import pathlib
import zipfile

import numpy as np

from keras_gans import visualization
from keras_gans.files.encode import names_a_folder, write_png
from keras_gans.files.pixels import to_uint8
from keras_gans.files.whole import whole_file

BATCH = 512  # examples that are made at a time
MOST_ON_A_SHEET = 10**4
USUAL = 36  # pictures, unless a number is asked for


def generate(path, model, n=None, seed=None, label=None, truncation=None, caption=None, class_names=None):
    """Writes examples of a model.

    Args:
        path: file or folder to write, new or an empty folder. A .png is one picture: images as a grid, points as a
            scatter plot. An .npz has the arrays x, uint8 (n, H, W, C) or points as they are, and y, int32 (n,), of a
            model with classes, as `data.load` reads them. A path without a suffix is a folder of single PNG files, in
            class folders of a model with classes. Both are written a batch at a time.
        model: `models.AdversarialModel`, see `training.load_model`.
        n: int, how many examples; by default 36 images, or on one picture ten for each class; or 1,000 points.
        seed: None, or int for the same examples each time.
        label: None, or int, the only class to draw, of a model with classes.
        truncation: None, or float, see `training.Latents.generate`.
        caption: None, or string, what a model that reads captions is to draw.
        class_names: None, or list of strings, the classes in their order; else, and where folders cannot be called so,
            they are numbered.

    Returns:
        int, how many examples were drawn.

    Raises:
        ValueError: if the model generates neither images nor points in the plane, there is something at the path, or
            the truncation, the label or the caption does not fit.
    """
    _check(model, label, caption)
    path, count = pathlib.Path(path), n or (1000 if _makes_points(model) else USUAL)
    if path.suffix.lower() == ".png":
        return _write_sheet(path, model, n, seed, label, truncation, caption)
    batches = _batches(model, count, seed, label, truncation, caption)
    if path.suffix.lower() == ".npz":
        _write_arrays(path, batches, count, class_names)
    elif path.suffix and not path.is_dir():
        raise ValueError(
            f"Expected a new .png or .npz file, or a folder, whose name has no suffix. Received: {str(path)!r}."
        )
    elif _makes_points(model):
        raise ValueError(f"Expected a .png or .npz file for points, which are no pictures. Received: {str(path)!r}.")
    else:
        _write_folder(path, batches, _folder_names(model.classes, class_names))
    return count


def _check(model, label, caption):
    """Refuses what the model cannot be asked for (raises ValueError)."""
    if model.latent_dim is None:
        raise ValueError(
            "Expected a model that generates from latents; `keras-gans translate` is for others. "
            f"Received: {type(model).__name__}."
        )
    if label is not None and model.classes is None:
        raise ValueError(f"Expected a label only for a model with classes. Received: {type(model).__name__}.")
    if (caption is None) != (model.vocabulary is None):
        wanted = "no caption" if model.vocabulary is None else "a caption, `--caption`,"
        raise ValueError(f"Expected {wanted} for a {type(model).__name__}. Received: {caption!r}.")


def _makes_points(model):
    return len(model.generator.output_shape) == 2


def _write_sheet(path, model, n, seed, label, truncation, caption):
    """Writes one picture of all examples; returns how many they are."""
    if n is not None and n > MOST_ON_A_SHEET:
        raise ValueError(
            f"Expected at most {MOST_ON_A_SHEET} examples on one picture; a folder or an .npz file takes more. "
            f"Received: {n}."
        )
    wanted = label if caption is None else caption
    if wanted is None:
        samples, columns = model.sheet(n, seed, truncation=truncation)
    else:
        samples, columns = model.generate(n or USUAL, seed, wanted, truncation), None
    if samples.ndim == 2:
        visualization.save_figure(path, visualization.scatter(samples))
    else:
        visualization.save_image(path, visualization.image_grid(samples, columns))
    return len(samples)


def _batches(model, n, seed, label, truncation, caption):
    """Yields batches of n examples in all, and the class of each, int32 (batch,), or None without classes.

    The first batch is what `model.generate` makes of the seed; each has a seed of its own.
    """
    for number, first in enumerate(range(0, n, BATCH)):
        rows = np.arange(first, min(n, first + BATCH))
        labels = None
        if model.classes is not None:
            labels = (rows % model.classes if label is None else np.full(len(rows), label)).astype("int32")
        given = labels if caption is None else caption
        wanted = {} if given is None else {"labels": given}
        own = seed if seed is None or not number else int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        yield model.generate(len(rows), own, truncation=truncation, **wanted), labels


def _folder_names(classes, class_names):
    """What the class folders are called, in the order of the classes; None without classes."""
    if classes is None:
        return None
    names = [str(name) for name in class_names or ()]
    fit = len(names) == len(set(names)) == classes and all(map(names_a_folder, names))
    return names if fit else [str(number) for number in range(classes)]


def _write_folder(path, batches, names):
    """Writes each example as a PNG file, numbered throughout, in the folder of its class if there are any."""
    number, begun = 0, set()
    for examples, labels in batches:
        folders = [path] * len(examples) if labels is None else [path / names[label] for label in labels]
        for folder in set(folders) - begun:
            check_empty(folder)
            begun.add(folder)
        for folder, pixels in zip(folders, to_uint8(examples)):
            write_png(folder / f"{number:06d}.png", pixels)
            number += 1


def check_empty(folder):
    """Refuses a folder that holds something, and a file (raises ValueError)."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"Expected a new or empty folder. Received: {str(folder)!r}.")


def _write_arrays(path, batches, n, class_names):
    """Writes the arrays a batch at a time, as `np.savez_compressed` would all at once."""
    if path.exists():
        raise ValueError(f"Expected the name of a new file. Received: {str(path)!r}.")
    known = []
    with whole_file(path) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as file:
            for number, (examples, labels) in enumerate(batches):
                examples = to_uint8(examples) if examples.ndim == 4 else examples
                if not number:
                    header = {"descr": examples.dtype.str, "fortran_order": False, "shape": (n, *examples.shape[1:])}
                    np.lib.format.write_array_header_1_0(file, header)
                file.write(examples.tobytes())
                known += [] if labels is None else [labels]
        more = {"y": np.concatenate(known)} if known else {}
        more |= {"names": np.array(class_names, str)} if known and class_names else {}
        for name, array in more.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, array)
