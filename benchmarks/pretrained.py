"""Makes the small file of a trained run that the package ships: `python -m benchmarks.pretrained RUN NAME`.

The file holds the networks with the weights that examples are made with, in float16, and a compiled model that has made
no step: what `models.pretrained(NAME)` loads.
"""

import argparse
import io
import pathlib
import tempfile
import zipfile

import h5py
import keras

from keras_gans.runs import starting
from keras_gans.training.loading import load_model
from keras_gans.training.shipped import FOLDER

MOST_BYTES = 3 * 10**6


def shrink(run, path):
    """Writes the small file of a run.

    Args:
        run: path of a run folder, or of its `.keras` file.
        path: `pathlib.Path` of the file to write.

    Returns:
        int, its size in bytes.
    """
    source = starting.file_of(str(run))
    trained = load_model(source)
    model = type(trained).from_config(trained.get_config())
    model.compile_from_config(trained.get_compile_config())
    print(starting.begin(model, source)[0])
    for average in model.averages.variables if model.averages else ():  # which begin as the weights before any use
        average.assign(keras.ops.zeros(average.shape, average.dtype))
    with tempfile.TemporaryDirectory() as folder:
        whole = pathlib.Path(folder, "whole.keras")
        model.save(whole)
        _halve(whole, path)
    return path.stat().st_size


def _halve(source, target):
    """Copies a .keras file with its floats in float16, compressed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, _in_half(content) if name.endswith(".h5") else content)


def _in_half(content):
    """An h5 file with its floats in float16; both as bytes."""
    small = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as before, h5py.File(small, "w") as after:
        _copy(before, after)
    return small.getvalue()


def _copy(before, after):
    after.attrs.update(before.attrs)
    for name, item in before.items():
        if isinstance(item, h5py.Group):
            _copy(item, after.create_group(name))
            continue
        array = item[()].astype("float16") if item.dtype.kind == "f" else item[()]
        packed = {"compression": "gzip", "shuffle": True} if item.shape else {}
        after.create_dataset(name, data=array, **packed).attrs.update(item.attrs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="A run folder, or its .keras file.")
    parser.add_argument("name", help="The name that it shall have.")
    wanted = parser.parse_args()
    size = shrink(wanted.run, FOLDER / f"{wanted.name}.keras")
    print(f"{FOLDER / wanted.name}.keras: {size:,} bytes.")
    if size > MOST_BYTES:
        raise SystemExit(f"Expected at most {MOST_BYTES:,} bytes.")


if __name__ == "__main__":
    main()
