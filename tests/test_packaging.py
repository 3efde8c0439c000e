"""What is installed: a wheel, built of an sdist without the network, that holds all that the package reads."""

import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
from pages import ROOT

import keras_gans

DATA = (
    *("keras_gans/py.typed", "keras_gans/report/page.html", "keras_gans/commands/exported/latents.py"),
    *("keras_gans/lab/page/index.html", "keras_gans/lab/page/main.js", "keras_gans/lab/scenes/02-collapse.json"),
)
MOST = {"whl": 12e6, "gz": 12e6}  # bytes, of which all but half a million are the small trained models


def build(what, source, target):
    """Builds an sdist or a wheel by the package's own build system, and returns its path."""
    code = f"import setuptools.build_meta as b; print(b.build_{what}({str(target)!r}))"
    found = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return target / found.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The paths of the sdist and of the wheel that is made of it."""
    place = tmp_path_factory.mktemp("built")
    source = place / "source"
    for folder in ("keras_gans", "assets/models"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.suffix in (".cfg", ".toml", ".md", ".in") or path.name == "LICENSE":
            shutil.copy(path, source)
    sdist = build("sdist", source, place)
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 brought it
        archive.extractall(place)
    return sdist, build("wheel", place / sdist.name.removesuffix(".tar.gz"), place)


def test_wheel_of_the_sdist_has_every_module_and_all_data(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "keras_gans").rglob("*.py")}
    assert code | set(DATA) <= names
    models = {path.name for path in (ROOT / "assets/models").iterdir()}
    assert models == {pathlib.PurePath(name).name for name in names if "share/keras_gans/models/" in name}
    assert not [name for name in names if name.startswith(("tests", "docs", "benchmarks", "notebooks"))]


def test_wheel_says_what_it_is(built):
    with zipfile.ZipFile(built[1]) as wheel:
        (info,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
        metadata, entry = (wheel.read(f"{info}/{name}").decode() for name in ("METADATA", "entry_points.txt"))
    assert f"\nVersion: {keras_gans.__version__}\n" in metadata
    assert "keras-gans = keras_gans.cli:main" in entry
    assert "Classifier: Typing :: Typed\n" in metadata
    assert "Requires-Python: >=3.10\n" in metadata


def test_both_are_small(built):
    assert all(path.stat().st_size < MOST[path.suffix[1:]] for path in built), [path.stat().st_size for path in built]
