"""Makes examples with the generator in this folder, in plain Keras on TensorFlow.

python generate.py --n 16 --seed 1 --out samples.png
"""

import argparse
import json
import math
import os
import pathlib
import re

if __name__ == "__main__":  # before the imports that read it
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent


def wanted(facts, n, label, caption):
    """What the generator is told beside latents: a list of nothing, of classes, or of the ids of a caption's words."""
    if facts["classes"]:
        names = facts["classes"]
        chosen = np.arange(n) % len(names) if label is None else np.full(n, names.index(label))
        return [chosen.astype("int32")]
    if facts["words"]:
        ids = {word: number for number, word in enumerate(facts["words"], 2)}  # 0 is no word, 1 one that is not known
        known = [ids.get(word, 1) for word in re.findall(r"[^\W\d_]+", caption.lower())]
        row = (known + facts["length"] * [0])[: facts["length"]]
        return [np.tile(np.array(row, "int32"), (n, 1))]
    return []


def sheet(images):
    """Puts images, float (n, height, width, channels) in [-1, 1], side by side: uint8 (..., ..., channels)."""
    pixels = np.clip(np.rint((images + 1) * 127.5), 0, 255).astype("uint8")
    columns = math.ceil(math.sqrt(len(pixels)))
    empty = np.zeros((-len(pixels) % columns, *pixels.shape[1:]), "uint8")
    rows = np.concatenate([pixels, empty]).reshape(-1, columns, *pixels.shape[1:])
    return np.concatenate(list(np.concatenate(list(rows.swapaxes(1, 0)), axis=2)), axis=0)


def main():
    """Parses the command line, and writes a picture, or, with a name that ends in .npy, the array itself."""
    facts = json.loads((HERE / "generator.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=16, help="how many")
    parser.add_argument("--seed", type=int, default=None, help="for the same ones each time")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("samples.png"))
    if facts["classes"]:
        parser.add_argument("--label", choices=facts["classes"], help="the only class to draw")
    if facts["words"]:
        parser.add_argument("--caption", required=True, help="what to draw")
    asked = parser.parse_args()
    told = wanted(facts, asked.n, getattr(asked, "label", None), getattr(asked, "caption", None))
    latents = np.random.default_rng(asked.seed).standard_normal((asked.n, facts["latent_dim"]), "float32")
    generator = keras.layers.TFSMLayer(HERE / "generator", call_endpoint="serve")
    examples = keras.ops.convert_to_numpy(generator([latents, *told] if told else latents))
    if examples.ndim == 2:
        asked.out = asked.out.with_suffix(".npy")
    if asked.out.suffix == ".npy":
        np.save(asked.out, examples)
    else:
        keras.utils.array_to_img(sheet(examples), scale=False).save(asked.out)
    print(f"Wrote {asked.out}.")


if __name__ == "__main__":
    main()
