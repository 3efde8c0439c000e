"""Translates a picture with the generator in this folder, in plain Keras on TensorFlow.

python generate.py picture.png --out translated.png
"""

import argparse
import json
import os
import pathlib

if __name__ == "__main__":  # before the imports that read it
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent


def opened(path, shape):
    """Reads a picture, float32 (1, height, width, channels) in [-1, 1], at the size that the generator takes."""
    height, width, channels = shape
    size = (height, width) if height and width else None
    picture = keras.utils.load_img(path, color_mode={1: "grayscale", 3: "rgb", 4: "rgba"}[channels], target_size=size)
    return np.array(picture, "float32").reshape(1, picture.height, picture.width, channels) / 127.5 - 1


def wishes(domains, asked):
    """A row of 1 for each domain that is asked for, -1 for each with a minus in front, else 0: float32 (1, domains)."""
    row = np.zeros((1, len(domains)), "float32")
    for word in asked.split(","):
        row[0, domains.index(word.removeprefix("-"))] = -1 if word.startswith("-") else 1
    return row


def main():
    """Parses the command line, and writes what becomes of a picture."""
    facts = json.loads((HERE / "generator.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("translated.png"))
    parser.add_argument("--direction", choices=list(facts["ways"]), default=next(iter(facts["ways"])))
    if facts["domains"]:
        parser.add_argument("--domain", required=True, help=f"with commas between them: {', '.join(facts['domains'])}")
    asked = parser.parse_args()
    told = [wishes(facts["domains"], asked.domain)] if facts["domains"] else []
    generator = keras.layers.TFSMLayer(HERE / "generator", call_endpoint=asked.direction)
    image = opened(asked.picture, facts["ways"][asked.direction])
    made = keras.ops.convert_to_numpy(generator([image, *told] if told else image))[0]
    pixels = np.clip(np.rint((made + 1) * 127.5), 0, 255)
    keras.utils.array_to_img(pixels, scale=False).save(asked.out)
    print(f"Wrote {asked.out}.")


if __name__ == "__main__":
    main()
