"""A GPU in one run: images a second and share of its peak on JAX, in three precisions, a training with its film, tests.

    pip install -e ".[jax,test]" && pip install -U "jax[cuda13]"    # jax[cuda12] with an older driver
    python -m benchmarks.gpu --out benchmarks/results/gpu.md        # on a machine with a GPU
    python -m benchmarks.gpu --tiny                                 # anywhere: does the script hold together?

Rows are those of `benchmarks.throughput`, with batches that fill a GPU. Each figure is of a process of its own, whose
`fit` is timed after a first one, which compiles. Operations are counted in TensorFlow's graph of the same step, see
`throughput/flops.py`. The peaks are those of the makers' data sheets, of dense matrices; another card's can be given
with `--peaks`.
"""

import argparse
import dataclasses
import datetime
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from benchmarks.startup import table
from benchmarks.throughput.rows import ROWS

PRECISIONS = {  # name -> JAX's precision of products, Keras' policy
    "float32": ("float32", "float32"),
    "TF32": ("tensorfloat32", "float32"),
    "bfloat16": ("default", "mixed_bfloat16"),
}
PEAKS = {  # words of a device's name -> TFLOP/s in these precisions
    "H200": (67.0, 494.5, 989.5),
    "H100": (67.0, 494.5, 989.5),
    "A100": (19.5, 156.0, 312.0),
    "L4": (30.3, 60.5, 121.0),
    "RTX 4090": (82.6, 82.6, 165.2),
}
BATCHES = {
    "dcgan28": 1024,
    "dcgan64": 512,
    "wgan_gp": 512,
    "pix2pix128": 32,
    "cyclegan64": 16,
    "progan64": 128,
    "stylegan32": 256,
    "sagan32": 256,
    "biggan32": 256,
    "r3gan32": 256,
    "stargan32": 64,
    "srgan64": 64,
}
TINY = {"vae32": 2}
STEPS, TRAINED = 50, 4000  # of a pass that is timed, and of the training with a film


def of_row(name, batch):
    """The package's `fit` on a row with another batch."""
    import tensorflow as tf

    tf.config.set_visible_devices([], "GPU")  # whose memory JAX takes
    from benchmarks.throughput import ours

    ROWS[name] = dataclasses.replace(ROWS[name], batch=batch)
    return ours.shared(name)


def time_row(name, batch, steps, policy):
    """Is the process of a figure on JAX: prints the device, and the seconds of the first call and of a step."""
    import jax
    import keras

    keras.config.set_dtype_policy(policy)
    system = of_row(name, batch)
    first = system.round(1)
    system.round(2)
    seconds = min(system.round(steps) for _ in range(3)) / steps
    device = jax.devices()[0]
    print(json.dumps({"device": device.device_kind, "platform": device.platform, "first": first, "step": seconds}))


def count_row(name, batch):
    """Is the process that counts, on TensorFlow: prints the operations of a step."""
    print(json.dumps(of_row(name, batch).flops()))


def call(code, **environment):
    """Runs a function of this file in a fresh process; returns what it prints last, or None and its last line."""
    command = [sys.executable, "-c", f"from benchmarks import gpu; gpu.{code}"]
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    if result.returncode:
        return None, (result.stderr.strip().splitlines() or ["no word"])[-1]
    return json.loads(result.stdout.splitlines()[-1]), None


def measure(batches, steps, peaks):
    """Times rows in all precisions; returns the device's name and platform, and a table in Markdown."""
    rows, device = [], ("none", "none")
    for name, batch in batches.items():
        flops, _ = call(f"count_row({name!r}, {batch})", KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES="")
        for k, (precision, (products, policy)) in enumerate(PRECISIONS.items()):
            found, error = call(
                f"time_row({name!r}, {batch}, {steps}, {policy!r})",
                KERAS_BACKEND="jax",
                JAX_DEFAULT_MATMUL_PRECISION=products,
            )
            if error:
                rows.append((name, batch, precision, f"failed: {error}", "", "", ""))
                continue
            device = found["device"], found["platform"]
            peak = peaks or next((value for words, value in PEAKS.items() if words in device[0]), None)
            rate = flops / found["step"] / 1e12 if flops else None
            rows.append(
                (
                    name,
                    batch,
                    precision,
                    f"{1e3 * found['step']:.1f}",
                    f"{batch * ROWS[name].n_critic / found['step']:.0f}",
                    f"{rate:.2f}" + (f" ({rate / peak[k]:.0%})" if peak else "") if rate else "",
                    f"{found['first']:.1f} s",
                )
            )
            print(*rows[-1], flush=True)
    head = ("row", "batch", "precision", "ms / step", "images / s", "TFLOP/s (of the peak)", "first call")
    return device, table(head, rows)


def train(recipe, side, steps):
    """Trains a recipe on the embedded digits with a film by the command line; returns a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        run = pathlib.Path(folder) / "run"
        options = ["train", recipe, "--data", "digits", "--image-size", str(side), "--steps", str(steps)]
        command = [sys.executable, "-m", "keras_gans.cli", *options, "--out", str(run)]
        result = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "KERAS_BACKEND": "jax"}, check=False
        )
        films = sorted(path.name for path in run.glob("*.gif")) if run.exists() else []
        if result.returncode or not films:
            return f"The training failed: {(result.stderr.strip().splitlines() or ['no word'])[-1]}"
        return f"`keras-gans {' '.join(options)}` ended, with {', '.join(films)}."


def tests(tiny):
    """Runs the tests that are marked gpu, or only finds them; returns a sentence."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "gpu", "tests"]
    command += ["--collect-only"] if tiny else []
    result = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "KERAS_BACKEND": "jax"}, check=False
    )
    return f"`KERAS_BACKEND=jax pytest -m gpu`: {result.stdout.strip().splitlines()[-1]}."


def main():
    """Parses the command line, measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=BATCHES, default=list(BATCHES))
    parser.add_argument("--peaks", nargs=3, type=float, help="TFLOP/s of the device in float32, TF32 and bfloat16")
    parser.add_argument("--tiny", action="store_true", help="one row, a few steps, on whatever device there is")
    parser.add_argument("--out", type=pathlib.Path, help="Markdown file to write; else it is only printed")
    arguments = parser.parse_args()
    batches = TINY if arguments.tiny else {name: BATCHES[name] for name in arguments.rows}
    (device, platform), figures = measure(batches, 2 if arguments.tiny else STEPS, arguments.peaks)
    if platform == "cpu" and not arguments.tiny:
        sys.exit("JAX sees no GPU here, so nothing is written; `--tiny` tries the script on a CPU.")
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in ("keras", "jax", "numpy"))
    parts = [
        f"# Training on a GPU: {device} ({datetime.date.today()})",
        f"    python -m benchmarks.gpu {' '.join(sys.argv[1:])}",
        f"{versions}, JAX. A step is the best of three passes of a `fit`, from its call to its return.",
        figures,
        train("gan", 16, 20) if arguments.tiny else train("dcgan", 32, TRAINED),
        tests(arguments.tiny),
    ]
    text = "\n\n".join(parts) + "\n"
    print(f"\n{text}")
    if arguments.out:
        arguments.out.write_text(text)


if __name__ == "__main__":
    main()
