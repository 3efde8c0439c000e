"""What strangers may hand in, and what must hold of it: for tests/test_fuzz.py and benchmarks/fuzz.py.

Each property is a function of a case and of a `Place`; it returns how the case ended, so that the ends can be counted.
"""

import contextlib
import dataclasses
import io
import json
import os
import re
import shutil
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import keras
import numpy as np
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from keras_gans import cli, data, models, recipes
from keras_gans.files import decode
from keras_gans.training import load_model

SENTENCE = re.compile(
    r"Expected .*Received: .+|Unknown .*Received: .+|No such .*Received: .+|The data set .*Received: .+"
)
ABSURD = (
    "0",
    "-1",
    "x",
    "",
    "1.5",
    str(10**9),
    str(10**12),
    str(10**18),
    str(2**64),
    "9" * 5000,
    "nan",
    "1e3",
    "٣",
    "\U0001f43c",
)
STRANGE = (
    "",
    " ",
    ".",
    "..",
    "-",
    "--",
    "-x",
    "/",
    "/dev/null",
    "/dev/full",
    "/proc/self/mem",
    "~nosuchuser",
    "a\nb",
    "caf\u00e9",
)
STRANGE += (
    "\U0001f43c",
    "\u202egnp",
    "it's",
    '"',
    "a" * 300,
    "a/" * 200,
    "%s%n",
    "{0}",
    "*.png",
    "$HOME",
    "hf://a/b",
    "\udcff",
)


@dataclasses.dataclass(frozen=True)
class Place:
    """A folder with what commands can name; everything that is made must lie in its folder `out`."""

    root: Path

    @property
    def out(self):
        return self.root / "out"

    def furnish(self):
        """Makes two models, pictures, pairs, points and junk."""
        rng = np.random.default_rng(0)
        for name, shape in (
            ("pictures", (20, 20, 3)),
            ("pairs", (20, 40, 3)),
            ("two/trainA", (20, 20, 3)),
            ("two/trainB", (20, 20)),
        ):
            (self.root / name).mkdir(parents=True)
            for i in range(3):
                Image.fromarray(rng.integers(0, 256, shape).astype("uint8")).save(self.root / name / f"{i}.png")
        np.savez(self.root / "set.npz", x=rng.integers(0, 256, (6, 16, 16)).astype("uint8"), y=np.arange(6) % 2)
        (self.root / "junk.keras").write_bytes(rng.bytes(999))
        (self.root / "junk.json").write_text('{"recipe": [], "data": 1, "steps": {}, "started_with": 0}')
        (self.root / "empty").mkdir()
        (self.root / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n" + rng.bytes(99))
        _gan().save(self.root / "gan.keras")
        _pix2pix().save(self.root / "pix2pix.keras")
        self.out.mkdir()

    def clear(self):
        shutil.rmtree(self.out)
        self.out.mkdir()

    def files(self):
        """All that lies outside of `out`, with its size."""
        found = (path for path in self.root.rglob("*") if self.out not in path.parents)
        return {str(path): path.lstat().st_size for path in found}


def _gan():
    x, z = keras.Input((8, 8, 1)), keras.Input((4,))
    layers = keras.layers
    generator = keras.Model(z, layers.Reshape((8, 8, 1))(layers.Dense(64, "tanh")(z)))
    gan = models.GAN(generator, keras.Model(x, layers.Dense(1)(layers.Flatten()(x))), latent_dim=4)
    gan.compile("sgd", "adam")
    return gan


def _pix2pix():
    x, y = keras.Input((8, 8, 3)), keras.Input((8, 8, 3))
    layers = keras.layers
    critic = keras.Model([x, y], layers.Conv2D(1, 4)(layers.Concatenate()([x, y])))
    return models.Pix2Pix(keras.Model(x, layers.Conv2D(3, 3, padding="same", activation="tanh")(x)), critic)


def fuzz(holds, strategy, place, count, number=None):
    """Tries a property on so many cases, always the same ones unless a number is given to draw others from.

    Returns:
        `Counter` of how they ended.
    """
    ends = Counter()

    @settings(
        max_examples=count,
        derandomize=number is None,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def check(case):
        place.clear()
        ends[holds(case, place)] += 1

    (check if number is None else seed(number)(check))()
    return ends


def refused(answer):
    """What was refused was so in one sentence, which says what was received."""
    assert SENTENCE.fullmatch(str(answer)), str(answer)
    return "refused"


# Pictures


def _valid():
    """Small files of all formats and of most ways to store pixels."""
    rng = np.random.default_rng(0)
    rgb, found = Image.fromarray(rng.integers(0, 256, (12, 10, 3)).astype("uint8")), []
    exif = Image.Exif()
    exif[0x0112] = 6
    kinds = {
        "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
        "TIFF": ("1", "L", "RGB", "F", "CMYK"),
        "BMP": ("1", "P", "RGB"),
    }
    kinds |= {"JPEG": ("L", "RGB", "CMYK"), "GIF": ("P",), "WEBP": ("RGB", "RGBA")}
    for name, modes in kinds.items():
        for mode in modes:
            options = {"exif": exif} if name in ("JPEG", "PNG", "TIFF", "WEBP") else {}
            found.append(
                _bytes(rgb.convert("I").convert(mode) if mode == "I;16" else rgb.convert(mode), name, **options)
            )
    found += [_bytes(rgb, "TIFF", compression=kind) for kind in ("tiff_lzw", "tiff_adobe_deflate", "packbits")]
    found += [
        _bytes(rgb, name, save_all=True, append_images=[rgb.rotate(90)])
        for name in ("GIF", "PNG", "TIFF", "WEBP", "MPO")
    ]
    return [*found, _bytes(rgb, "JPEG", progressive=True), _bytes(rgb, "EPS"), _bytes(rgb, "ICO"), _bytes(rgb, "PPM")]


def _bytes(image, name, **options):
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def damaged(contents):
    """Strategy: bytes with some of their first ones changed, some cut off, and some written twice."""
    edits = st.lists(st.tuples(st.one_of(st.integers(0, 64), st.integers(0, 600)), st.binary(max_size=4)), max_size=6)
    cuts, doubles = st.one_of(st.none(), st.integers(0, 600)), st.one_of(st.none(), st.integers(0, 300))

    def damage(content, edits, cut, double):
        content = bytearray(content)
        for place, new in edits:
            content[place : place + len(new)] = new
        content = content if double is None else content[:double] + content
        return bytes(content if cut is None else content[:cut])

    return st.builds(damage, st.sampled_from(contents), edits, cuts, doubles)


PICTURES = st.tuples(damaged(_valid()), st.sampled_from(decode.SUFFIXES))


def picture(case, place):
    """A folder with a good picture and any other is read, with the other or without it."""
    content, suffix = case
    folder = place.out / "set"
    folder.mkdir()
    Image.new("L", (4, 4)).save(folder / "good.png")
    (folder / f"other{suffix}").write_bytes(content)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        images = data.load(folder, image_size=8)
    told = [str(warning.message) for warning in seen]
    told = [sentence for sentence in told if "nearly black" not in sentence]  # as it may be
    assert len(images) + len(told) == 2
    assert not told or (told[0].startswith("Skipped 1 of 2 pictures") and "\n" not in told[0])
    assert images.dtype == np.float32
    assert np.abs(images).max() <= 1
    return "skipped" if told else "read"


# Arrays

_TYPES = (
    "|u1",
    "<i8",
    ">i2",
    "<f4",
    "<f8",
    "<f2",
    "|b1",
    "<c8",
    "<U3",
    "|S2",
    "|O",
    "<M8[s]",
    "|V5",
    "[('a', '<f4')]",
    "<q9",
    "",
)
_SIZES = st.one_of(st.integers(0, 5), st.sampled_from([-1, 2**31, 10**9, 2**63, 10**30]))


@st.composite
def _member(draw):
    """The bytes of an .npy file; its header seldom keeps what it promises."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=3, max_size=4)))
    honest = draw(st.booleans())
    descr = draw(st.sampled_from(_TYPES[:7] if honest else _TYPES))
    shape = shape if honest else tuple(draw(st.lists(_SIZES, max_size=5)))
    descr_text = descr if descr[:1] == "[" else repr(descr)
    header = f"{{'descr': {descr_text}, 'fortran_order': {draw(st.booleans())}, 'shape': {shape}, }}\n"
    content = bytes(int(np.prod(shape)) * np.dtype(descr).itemsize) if honest else draw(st.binary(max_size=300))
    if honest and draw(st.booleans()):
        content = draw(st.binary(min_size=len(content), max_size=len(content)))
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + content


_KEYS = st.sampled_from(("x", "y", "x_train", "y_train", "X", "a/b", "../x", " ", "\n", "\u00e9"))
_OTHERS = st.dictionaries(_KEYS, st.one_of(_member(), st.binary(max_size=40)), max_size=3)
_MEMBERS = st.one_of(_OTHERS, st.builds(lambda others, x: {**others, "x": x}, _OTHERS, _member()))
_EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=3)
ARRAYS = st.tuples(
    _MEMBERS,
    st.sampled_from([".npy", ".npy", ""]),
    st.sampled_from([False, False, True]),
    st.one_of(st.just([]), _EDITS),
)


def array(case, place):
    """An .npz file becomes images in [-1, 1], and labels, or one sentence."""
    members, suffix, labels, edits = case
    path = place.out / "set.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}{suffix}", content)
    content = bytearray(path.read_bytes())
    for index, value in edits:
        content[index % len(content)] = value
    path.write_bytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy warns of odd headers
            found = data.load(path, labels=labels)
    except ValueError as error:
        return refused(error)
    images = found[0] if labels else found
    assert images.dtype == np.float32
    assert np.abs(images).max() <= 1
    return "read"


# Models


def models_of(place):
    """Strategy: members of a .keras file, of which a value of the configuration, a member or some bytes are changed."""
    with zipfile.ZipFile(place.root / "gan.keras") as archive:
        good = {name: archive.read(name) for name in archive.namelist()}
    paths = sorted(_paths(json.loads(good["config.json"])))
    text = st.sampled_from(
        ["Lambda", "__lambda__", "function", "os", "system", "keras.utils", "get_file", "Dense", "float16", ""]
    )
    values = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(), text, st.just([]), st.just({}))
    changes = st.tuples(st.sampled_from(paths), values)
    weights = st.one_of(st.just(good["model.weights.h5"]), damaged([good["model.weights.h5"]]))
    return st.tuples(st.just(good), st.lists(changes, max_size=2), weights, st.one_of(st.none(), st.integers(0, 3000)))


def _paths(config, path=()):
    """Where the values of a configuration are."""
    yield path
    inner = config.items() if isinstance(config, dict) else enumerate(config) if isinstance(config, list) else ()
    for key, value in inner:
        yield from _paths(value, (*path, key)) if isinstance(config, dict) or isinstance(value, (dict, list)) else ()


def _changed(config, path, value):
    if not path:
        return value
    with contextlib.suppress(KeyError, IndexError, TypeError):  # An earlier change may have taken it away.
        config[path[0]] = _changed(config[path[0]], path[1:], value)
    return config


def model(case, place):
    """A .keras file becomes a model of ours, or one sentence, and nothing else happens."""
    members, changes, weights, cut = case
    config = json.loads(members["config.json"])
    for path, value in changes:
        config = _changed(config, list(path), value)
    path = place.out / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**members, "config.json": json.dumps(config), "model.weights.h5": weights}.items():
            archive.writestr(name, content)
    content = path.read_bytes()
    path.write_bytes(content if cut is None else content[:-cut] if cut else content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = load_model(path)
    except ValueError as error:
        return refused(error)
    assert isinstance(found, models.AdversarialModel)
    return "read"


# Commands

_NAMES = st.sampled_from(STRANGE)
_SIZE = st.one_of(st.sampled_from(("1", "2", "16")), st.sampled_from(ABSURD))
_MODELS = ("gan.keras", "pix2pix.keras", "junk.keras", "torn.png", "empty", "no.keras")
_DATA = (
    "set.npz",
    "pictures",
    "pairs",
    "two",
    "empty",
    "torn.png",
    "junk.keras",
    "no",
    "ring",
    "digit",
    "shapes",
    *STRANGE,
)
_OUTS = ("out/run", "out/a.png", "out", "out/\U0001f43c \n-x", "set.npz", "pictures", "/dev/null/x", "")
_LARGE = ("r3gan", "r3gan_conditional")  # whose paper's networks need 20 GB for a step and a look of the diagnosis
_RECIPES = (*(name for name in recipes.RECIPES if name not in _LARGE), "dcgn", "GAN", "", "-", "../gan")
_SET = ("n_critic", "latent_dim", "loss", "d_learning_rate", "weight", "c", "mismatched", "l1_weight", "blocks")
_SET += (
    "receptive_field",
    "parameter",
    "divergence",
    "fresh_fakes",
    "penalties",
    "seed",
    "generator",
    "",
    "=",
    "n critic",
)
_VALUES = ("2", "1.5", "1e-4", "true", "none", "hinge", "alpha", *ABSURD)
_SPACE = st.sampled_from(("z", "w", "y"))
_VALUE = st.sampled_from(("0.7", "0", "-1", "nan", "x"))
_OPTIONS = {
    "train": {
        "--data": st.sampled_from(_DATA),
        "--image-size": _SIZE,
        "--batch-size": _SIZE,
        "--width": _SIZE,
        "--seed": st.one_of(st.just("7"), st.sampled_from(ABSURD)),
        "--epochs": st.sampled_from(ABSURD),  # beside --steps: refused
        "--precision": st.sampled_from(("float32", "float8", "")),
        "--input-side": st.sampled_from(("left", "right", "up")),
        "--cache": st.sampled_from(("out/cache", "set.npz")),
        "--config": st.sampled_from(("junk.json", "junk.keras", "empty", *STRANGE)),
        "--resume": st.none(),
        "--strict": st.none(),
        "--start": st.sampled_from((*_MODELS, *STRANGE)),
        "--ema": st.sampled_from(("0.9", "0", "1", "2", "-0.5", "nan", "x")),
        "--metrics": st.sampled_from(("frechet", "frchet", "psnr", "", ",", "frechet,,")),
        "--no-diagnose": st.none(),
        "--tensorboard": st.none(),
        "--spectra": st.none(),
        "--set": st.builds("{}={}".format, st.sampled_from(_SET), st.one_of(st.sampled_from(_VALUES), _NAMES)),
        "--hlep": st.none(),
    },
    "generate": {"--n": _SIZE, "--seed": _SIZE, "--label": _SIZE, "--steps": _SIZE, "--truncation": _VALUE},
    "translate": {"--direction": st.sampled_from(("AtoB", "BtoA", "BtoX")), "--seed": _SIZE},
    "interpolate": {
        "--n": _SIZE,
        "--steps": _SIZE,
        "--labels": st.sampled_from(("0,1", "3", "a", ",")),
        "--space": _SPACE,
    },
    "mix": {"--seed": _SIZE},
    "project": {
        "--seed": _SIZE,
        "--labels": st.sampled_from(("0", "0,1", "a")),
        "--steps": st.sampled_from(ABSURD),
        "--space": _SPACE,
    },
    "evaluate": {
        "--data": st.sampled_from(_DATA),
        "--metrics": st.sampled_from(("diversity", "frchet", "psnr", ",")),
        "--n": st.sampled_from(("2", "16", *ABSURD)),
        "--extractor": st.sampled_from(("classifier", "incepton")),
    },
    "report": {"--out": _NAMES},
    "recipes": {"--out": _NAMES, "--all": st.none()},
    "demo": {"--steps": _SIZE, "--seed": _SIZE},
}


@st.composite
def commands(draw):
    """Strategy: the words of a command, most of which cannot be done."""
    name = draw(st.sampled_from((*_OPTIONS, "trian", "")))
    words = [name]
    if name == "train":
        words += [
            *draw(st.lists(st.sampled_from(_RECIPES), min_size=1, max_size=1)),
            "--steps",
            draw(st.one_of(st.just("1"), st.just("1"), st.sampled_from(ABSURD))),
        ]
    if name in ("generate", "translate", "interpolate", "mix", "project", "evaluate", "report"):
        words.append(draw(st.one_of(st.sampled_from(_MODELS), _NAMES)))
    if name in ("translate", "project"):
        sources = st.one_of(st.sampled_from(("pictures", "pictures/0.png", "torn.png", "empty", "set.npz")), _NAMES)
        words += draw(st.lists(sources, max_size=2))
    if name == "demo":  # It would train for minutes.
        words += ["--out", draw(st.sampled_from(("pictures", "set.npz")))]
    elif name in ("interpolate", "project", "evaluate"):
        words += ["--out", draw(st.sampled_from((*_OUTS, "out/a.gif", "out/a.json")))]
    elif name in ("train", "generate", "translate", "mix"):
        words += ["--out", draw(st.sampled_from(_OUTS))]
    for option in draw(st.lists(st.sampled_from(sorted(_OPTIONS.get(name, {"--out": 0}))), unique=True, max_size=2)):
        value = draw(_OPTIONS.get(name, {"--out": _NAMES})[option])
        words += [option] if value is None else [option, value]
    return tuple(words)


def command(words, place):
    """A command is done, or refused in one sentence or by Typer's usage; nothing is made outside of `out`."""
    before, here = place.files(), Path.cwd()
    os.chdir(place.root)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = CliRunner().invoke(cli.app, list(words))
    finally:
        os.chdir(here)
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
    assert "Traceback" not in result.output
    assert place.files() == before, words
    if result.exit_code == 0:
        return "done"
    assert result.exit_code == 2, (words, result.exit_code, result.output)
    if "Usage: " in result.output or "--help" in result.output:
        return "usage"
    answer = result.output[result.output.rindex("Error: ") + 7 :].strip()
    return refused(answer)
