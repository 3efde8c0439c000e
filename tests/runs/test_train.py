"""Run folders: what a run leaves, and that a stopped run goes on as if it had not been stopped."""

import csv
import dataclasses
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from conftest import assert_same_state
from PIL import Image, ImageSequence
from typer.testing import CliRunner

from keras_gans import callbacks, cli, data, recipes, visualization
from keras_gans.commands.generate import generate
from keras_gans.runs import train as command
from keras_gans.training import load_model

# A real command line, in a process of its own, that saves after each step instead of once a minute.
COMMAND = """
import signal, sys
{prelude}
from keras_gans import cli
from keras_gans.runs import train
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job would inherit that it is ignored
train.SECONDS_BETWEEN_SAVES = {seconds}
sys.argv[1:] = {arguments}
cli.main()
"""
WATCHED = ("--metrics", "frechet,modes", "--ema", 0.9, "--tensorboard", "--spectra")
NO_TENSORFLOW = "sys.modules['tensorflow'] = None"

# A recipe for points with two updates of D per step, three steps of 2 * 20 points in a pass.
TWICE = """
import keras
from keras_gans import networks, recipes
from keras_gans.data import images
from keras_gans.runs import train
from keras_gans.recipes.registry import recipe

images.POINTS, train.LOOK_EVERY = 130, 2

@recipe(paper="none", arxiv="none", chapter="The game", batch_size=20)
def twice(image_shape, seed, **overrides):
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator(image_shape, latent_dim=2, width=16)
    discriminator = networks.mlp.discriminator(image_shape, width=16, dropout=0.3)
    averaged = keras.optimizers.Adam(2e-3, use_ema=True, ema_momentum=0.5)
    return recipes.gan(image_shape, 2, seed, generator, discriminator, n_critic=2, g_optimizer=averaged, **overrides)
"""


def start(*arguments, prelude="", seconds=0.0):
    code = COMMAND.format(prelude=prelude, arguments=list(map(str, arguments)), seconds=seconds)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process, code=0):
    output, _ = process.communicate(timeout=300)
    assert process.returncode == code, output
    assert "Traceback" not in output
    return output


def wait_for(path, process):
    deadline = time.monotonic() + 200
    while not path.exists():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def data_file(tmp_path_factory, images):
    path = tmp_path_factory.mktemp("data") / "digits.npz"
    np.savez(path, x=images)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory, data_file):
    """A run of 14 steps, four and a bit epochs of three, that nobody stops."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    output = finish(start(*arguments(data_file, folder)))
    told = [line for line in output.splitlines() if line.startswith("step ")]
    assert [line.split(",")[0] for line in told] == [f"step {step} of 14" for step in range(1, 15)]
    assert "Epoch" not in output  # nor a bar for each
    return folder


def arguments(data_file, folder, steps=14):
    settings = ("--data", data_file, "--steps", steps, "--batch-size", 20, "--seed", 3, "--no-diagnose")
    return ("train", "dcgan", *settings, "--out", folder)


def kill_at(step, process, folder):
    wait_for(folder / "samples" / f"step_{step:08d}.png", process)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def assert_whole(folder):
    names = {"config.json", "history.csv", "model.keras", "samples", "training.gif", "losses.png"}
    assert {path.name for path in folder.iterdir()} - {"model.previous.keras"} == names


def assert_same_run(one, other):
    assert_same_state(load_model(one / "model.keras"), load_model(other / "model.keras"))
    assert (one / "history.csv").read_text() == (other / "history.csv").read_text()
    frames = [sorted(path.name for path in (folder / "samples").iterdir()) for folder in (one, other)]
    assert frames[0] == frames[1]
    for name in frames[0]:
        assert (one / "samples" / name).read_bytes() == (other / "samples" / name).read_bytes()
    for name in ("training.gif", "evaluation.json", "diagnostics.json"):
        assert (one / name).exists() == (other / name).exists()
        assert not (one / name).exists() or (one / name).read_bytes() == (other / name).read_bytes()


def test_run_leaves_what_it_promises(whole):
    assert_whole(whole)
    config = json.loads((whole / "config.json").read_text())
    assert config["recipe"] == "dcgan"
    assert (config["steps"], config["batch_size"], config["seed"], config["image_size"]) == (14, 20, 3, 16)
    assert {"keras_gans", "python", "keras", "numpy", "platform"} <= set(config["started_with"])
    with open(whole / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == list("01234")
    assert all(np.isfinite(float(row["d_loss"])) for row in rows)
    assert len(list((whole / "samples").iterdir())) == 15  # one a step, and the beginning
    assert (whole / "training.gif").stat().st_size <= 2_000_000


def kill_while_writing(name, process, folder):
    """Kills when the file is begun under the name that it has before it is whole."""
    wait_for(folder / name, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.tensorflow  # on JAX the run of points is killed
def test_run_killed_and_resumed_equals_uninterrupted(whole, data_file, tmp_path):
    """Before anything was saved; in a save; in the fourth epoch; and while the film is put together."""
    folder, command = tmp_path / "killed", arguments(data_file, tmp_path / "killed")
    kill_at(2, start(*command, seconds=60.0), folder)
    assert not (folder / "model.keras").exists()
    kill_while_writing(".model.part.keras", start(*command, "--resume"), folder)
    kill_at(10, start(*command, "--resume"), folder)
    kill_while_writing(".training.part.gif", start(*command, "--resume"), folder)
    assert not (folder / "training.gif").exists()
    finish(start(*command, "--resume"))
    assert_same_run(folder, whole)


def test_run_of_points_killed_and_resumed_equals_uninterrupted(tmp_path):
    """Here D has dropout, as G and D of the other runs have batch norm, and each step two batches for it.

    G ends as the moving average of its weights, and only when the run ends. All that can watch a run does.
    """
    command = ("train", "twice", "--data", "ring", "--steps", 7, "--batch-size", 20, *WATCHED, "--out")
    uninterrupted, killed = tmp_path / "uninterrupted", tmp_path / "killed"
    finish(start(*command, uninterrupted, prelude=TWICE))
    kill_at(2, start(*command, killed, prelude=TWICE, seconds=60.0), killed)
    kill_at(3, start(*command, killed, "--resume", prelude=TWICE), killed)  # around the end of a pass
    finish(start(*command, killed, "--resume", prelude=TWICE))
    assert_same_run(killed, uninterrupted)
    looks = [0, 2, 4, 6, 7]
    for name, key, steps in (("evaluation", "", [0, 3, 6, 7]), ("diagnostics", "looks", looks), ("spectra", "", looks)):
        found = json.loads((killed / f"{name}.json").read_text())
        assert [entry["step"] for entry in (found[key] if key else found)] == steps
    assert (killed / "spectra.png").stat().st_size > 1000
    assert list((killed / "tensorboard").glob("*/events.*"))
    report = finish(start("report", killed))
    assert f"Wrote {killed / 'report.html'}" in report
    config = json.loads((killed / "config.json").read_text())
    assert (config["data"], config["data_shapes"], config["image_size"]) == ("ring", [[130, 2]], None)
    assert len((killed / "history.csv").read_text().splitlines()) == 1 + 3  # passes of 3, 3 and 1 step
    with Image.open(killed / "training.gif") as gif:
        assert (gif.n_frames, gif.width > gif.height) == (8, True)  # points and critic side by side
    model = load_model(killed / "model.keras")
    assert (generate(tmp_path / "all.png", model), generate(tmp_path / "few.png", model, n=9)) == (1000, 9)
    with Image.open(tmp_path / "few.png") as few, Image.open(tmp_path / "all.png") as many:
        assert few.size == many.size  # a plane, no grid
        assert few.tobytes() != many.tobytes()


@pytest.mark.tensorflow  # a signal is Python's
def test_run_stopped_by_ctrl_c_saves_and_resumes(whole, data_file, tmp_path):
    folder = tmp_path / "stopped"
    process = start(*arguments(data_file, folder))
    wait_for(folder / "samples" / "step_00000004.png", process)
    process.send_signal(signal.SIGINT)
    output = finish(process, code=130)
    assert "--resume" in output
    assert (folder / "training.gif").exists()
    assert (folder / "losses.png").exists()
    assert 4 <= int(load_model(folder / "model.keras").optimizer.iterations) < 14
    finish(start(*arguments(data_file, folder), "--resume"))
    assert_same_run(folder, whole)


@pytest.mark.tensorflow
def test_run_can_be_made_longer(whole, data_file, tmp_path):
    folder = tmp_path / "longer"
    go(*arguments(data_file, folder, steps=8))
    assert int(load_model(folder / "model.keras").optimizer.iterations) == 8
    go(*arguments(data_file, folder), "--resume")
    assert_same_state(load_model(folder / "model.keras"), load_model(whole / "model.keras"))
    assert (folder / "history.csv").read_text() == (whole / "history.csv").read_text()


@pytest.mark.tensorflow
def test_run_generates_in_another_process(whole, tmp_path):
    finish(start("generate", whole / "model.keras", "--n", 9, "--seed", 1, "--out", tmp_path / "grid.png"))
    go("generate", whole / "model.keras", "--n", 9, "--seed", 1, "--out", tmp_path / "again.png")
    assert (tmp_path / "grid.png").read_bytes() == (tmp_path / "again.png").read_bytes()


@pytest.mark.jax
def test_run_needs_no_tensorflow_on_jax(whole, data_file, tmp_path):
    folder = tmp_path / "alone"
    finish(start(*arguments(data_file, folder), prelude=NO_TENSORFLOW))
    assert_same_run(folder, whole)
    finish(start("generate", folder / "model.keras", "--out", tmp_path / "grid.png", prelude=NO_TENSORFLOW))


@pytest.mark.tensorflow
def test_run_is_repeated_from_its_config_alone(whole, tmp_path):
    """In another process than it ran in."""
    go("train", "--config", whole / "config.json", "--out", tmp_path / "again")
    assert_same_run(tmp_path / "again", whole)


@pytest.mark.tensorflow
def test_run_goes_on_from_the_save_before_the_last(whole, data_file, tmp_path):
    """A power cut between two renamings leaves only that one; where the last is damaged, that one is offered."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    model, previous = folder / "model.keras", folder / "model.previous.keras"
    last = int(load_model(previous).optimizer.iterations)
    assert last == 13
    model.write_bytes(model.read_bytes()[:-1000])
    words = r"Expected a .keras file .* cannot load.* To go on .*, rename model.previous.keras to model.keras"
    assert_refused(words, *arguments(data_file, folder), "--resume")
    model.unlink()
    go(*arguments(data_file, folder), "--resume")
    assert_same_run(folder, whole)


def test_run_refuses_the_model_of_another_one(whole, data_file, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    (folder / "model.previous.keras").unlink()
    for changed, words in (
        ({"name": "lsgan"}, "is of 'lsgan' with seed 3"),
        ({"seed": 4}, "is of 'dcgan' with seed 4"),
    ):
        model = load_model(whole / "model.keras")
        for key, value in changed.items():
            setattr(model, key, value)
        model.save(folder / "model.keras")
        sentence = rf"Expected a model.keras of the recipe 'dcgan' with seed 3. Received: .*, which {words}"
        assert_refused(sentence, *arguments(data_file, folder), "--resume")


def test_run_repeated_on_other_data_is_refused(whole, tmp_path, images):
    config = json.loads((whole / "config.json").read_text())
    np.savez(tmp_path / "other.npz", x=images[::-1])
    config["data"] = str(tmp_path / "other.npz")
    (tmp_path / "config.json").write_text(json.dumps(config))
    words = r"Expected the data_crc32 with which the run was started, \d+. Received: \d+"
    assert_refused(words, "train", "--config", tmp_path / "config.json", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_run_of_a_finished_run_changes_nothing(whole, data_file):
    before = {path.name: path.read_bytes() for path in whole.iterdir() if path.suffix in (".gif", ".keras", ".csv")}
    go(*arguments(data_file, whole), "--resume")
    after = {path.name: path.read_bytes() for path in whole.iterdir() if path.suffix in (".gif", ".keras", ".csv")}
    assert before == after


def test_load_model_refuses_other_files(tmp_path):
    with pytest.raises(ValueError, match=r"that keras_gans saved. Received: .*which is not a file"):
        load_model(tmp_path / "none.keras")
    (tmp_path / "junk.keras").write_bytes(os.urandom(100))
    with pytest.raises(ValueError, match=r"that keras_gans saved. Received: .*cannot load"):
        load_model(tmp_path / "junk.keras")
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(tmp_path / "other.keras")
    with pytest.raises(ValueError, match=r"that keras_gans saved. Received: .*holds a 'keras.Sequential'"):
        load_model(tmp_path / "other.keras")


# Labels, pairs and two domains: in this process, which costs less. On JAX they take minutes to compile, and the battery
# continues each of these games there.


def in_process(*arguments):
    result = CliRunner().invoke(cli.app, list(map(str, arguments)))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def go(*arguments):
    code, output = in_process(*arguments)
    assert code == 0, output


def train(*arguments):
    go("train", *arguments, "--no-diagnose")


def assert_refused(message, *arguments):
    code, output = in_process(*arguments)
    assert code == 2, output
    assert re.search(rf"^Error: {message}\.$", output, re.MULTILINE), output


def last_frame(folder):
    with Image.open(sorted((folder / "samples").iterdir())[-1]) as image:
        return np.asarray(image)


@pytest.fixture(scope="module")
def of_classes(tmp_path_factory):
    """Two steps of a narrow CGAN on 70 digits of ten classes."""
    folder = tmp_path_factory.mktemp("classes")
    images, labels = data.load("digits", image_size=16, labels=True)
    np.savez(folder / "digits.npz", x=images[:70], y=labels[:70])
    out = folder / "run"
    train("cgan", "--data", folder / "digits.npz", "--width", 4, "--steps", 2, "--batch-size", 35, "--out", out)
    return out


@pytest.mark.tensorflow
def test_run_of_cgan_shows_a_row_for_each_class(of_classes, tmp_path):
    assert_whole(of_classes)
    config = json.loads((of_classes / "config.json").read_text())
    assert (config["data_shapes"], config["width"], config["batch_size"]) == ([[70, 16, 16, 1], [70]], 4, 35)
    assert config["class_names"] == list("0123456789")
    model = load_model(of_classes / "model.keras")
    assert model.classes == 10
    pictures, columns = model.sheet(seed=0)
    expected = visualization.image_grid(pictures, columns, title="step 2")
    assert (len(pictures), columns) == (100, 10)
    np.testing.assert_array_equal(last_frame(of_classes), expected)


@pytest.mark.tensorflow
def test_run_reads_its_data_once_says_what_it_took_and_compares_with_labels(tmp_path, monkeypatch):
    """A recipe without labels, whose metrics' classifier learns from them."""
    pictures, labels = data.load("digits", labels=True)
    np.savez(tmp_path / "digits.npz", x=pictures[:70], y=labels[:70])
    reads, compared = [], []

    def read(*arguments, **keywords):
        reads.append(arguments)
        return load.read(*arguments, **keywords)

    class Evaluate(callbacks.Evaluate):
        def __init__(self, real, *arguments, **keywords):
            compared.append(real)
            super().__init__(real, *arguments, **keywords)

    load = sys.modules["keras_gans.data.load"]
    monkeypatch.setattr(data.images, "read", read)
    monkeypatch.setattr(callbacks, "Evaluate", Evaluate)
    words = ("--metrics", "frechet", "--steps", 1, "--batch-size", 20, "--no-gif", "--no-diagnose")
    code, output = in_process("train", "gan", "--data", tmp_path / "digits.npz", *words, "--out", tmp_path / "run")
    assert code == 0, output
    assert len(reads) == 1
    assert [part.shape for part in compared[0].parts] == [(70, 16, 16, 1), (70,)]
    taken, training = output.split("\n", 1)
    assert taken == (
        "70 pictures of 8 x 8 pixels, brought to 16 x 16, grey, "
        f"from {tmp_path / 'digits.npz'}; of 10 classes, which this recipe does not look at"
    )
    assert "d_loss" in training
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["class_names"], config["data_shapes"]) == (None, [[70, 16, 16, 1]])  # labels do not decide this run
    assert config["data_crc32"] == data.Examples(data.load(tmp_path / "digits.npz", image_size=16)).fingerprint()
    assert "classifier_distance" in (tmp_path / "run" / "evaluation.json").read_text()


@pytest.mark.tensorflow
def test_run_whose_config_names_no_classes_goes_on_and_names_them(of_classes, tmp_path):
    """As those of version 0.1.0."""
    folder = tmp_path / "run"
    shutil.copytree(of_classes, folder)
    config = json.loads((folder / "config.json").read_text())
    del config["class_names"]
    (folder / "config.json").write_text(json.dumps(config))
    words = ("--data", of_classes.parent / "digits.npz", "--width", 4, "--batch-size", 35)
    train("cgan", *words, "--steps", 3, "--out", folder, "--resume")
    assert json.loads((folder / "config.json").read_text())["class_names"] == list("0123456789")


@pytest.mark.tensorflow
def test_run_of_cgan_generates_the_asked_class(of_classes, tmp_path):
    model = of_classes / "model.keras"
    for out, label in (("7", ("--label", 7)), ("3", ("--label", 3)), ("all", ())):
        code, output = in_process("generate", model, "--seed", 1, *label, "--out", tmp_path / f"{out}.png")
        assert (code, "36 examples" in output) == (0, bool(label))
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 3
    assert_refused(r"Expected labels in 0 to 9, .* Received: labels from 10 to 10", "generate", model, "--label", 10)
    code, output = in_process("translate", model, tmp_path / "7.png", "--out", tmp_path / "translated")
    assert (code, "translates pictures. Received: CGAN" in output) == (2, True)
    assert not (tmp_path / "translated").exists()


@pytest.mark.tensorflow
def test_run_of_pix2pix_shows_inputs_outputs_and_targets_of_the_test_split(tmp_path):
    folder = tmp_path / "run"
    train("pix2pix", "--data", "shapes", "--width", 4, "--image-size", 32, "--steps", 2, "--out", folder)
    assert_whole(folder)
    config = json.loads((folder / "config.json").read_text())
    assert (config["data_shapes"], config["input_side"]) == ([[400, 32, 32, 3]] * 2, "right")
    model = load_model(folder / "model.keras")
    held_out = data.pairs("shapes", image_size=32, split="test").spread(8)
    pictures, columns = model.sheet(seed=0, real=held_out)
    assert (len(pictures), columns) == (24, 6)
    np.testing.assert_array_equal(last_frame(folder), visualization.image_grid(pictures, columns, 78, "step 2"))
    sentence = "Expected a model that generates from latents; `keras-gans translate` is for others. Received: Pix2Pix"
    assert_refused(sentence, "generate", folder / "model.keras", "--out", tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()


@pytest.mark.tensorflow  # the guard itself is tested on both engines
def test_run_that_is_no_longer_finite_stops_and_keeps_the_last_finite_model(data_file, tmp_path, monkeypatch):
    """D's fourth move is so long that G's loss is no number; a run that had not been saved before says so."""
    recipe, rates = recipes.RECIPES["gan"], keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.01, 1e38])

    def build(**arguments):
        return recipe.build(**arguments, d_optimizer=keras.optimizers.SGD(rates))

    monkeypatch.setitem(recipes.RECIPES, "gan", dataclasses.replace(recipe, build=build))
    for seconds, kept in ((0.0, r"model.keras is as it was before"), (60.0, "It had not been saved yet")):
        monkeypatch.setattr(command, "SECONDS_BETWEEN_SAVES", seconds)
        folder = tmp_path / str(seconds)
        sentence = rf"Expected finite numbers. Received: nan in 'g_loss' of the generator at step 4\. .*{kept}"
        assert_refused(sentence, "train", "gan", "--data", data_file, "--batch-size", 20, "--out", folder)
        assert (folder / "training.gif").exists()  # of the steps before
    last = load_model(tmp_path / "0.0" / "model.keras")
    assert all(np.isfinite(v.numpy()).all() for v in (*last.variables, *last.optimizer.variables))
    assert int(last.optimizer.iterations) == 3
    assert not (tmp_path / "60.0" / "model.keras").exists()


def test_run_on_two_devices_equals_that_on_one(tmp_path):
    """Each device computes half of each batch; the run is continued there, too."""
    own, other = {
        "tensorflow": (["--strategy", "mirrored"], ["--data-parallel"]),
        "jax": (["--data-parallel"], ["--strategy", "mirrored"]),
    }[keras.backend.backend()]
    command = ["train", "gan", "--data", "ring", "--batch-size", 20, "--no-gif", "--out"]
    assert_refused(r"Expected .* on Keras' backend .*Received: .*", *command, tmp_path / "run", *other)
    train(*command[1:], tmp_path / "one", "--steps", 4)
    train(*command[1:], tmp_path / "two", "--steps", 2, *own)
    sentence = r"Expected the devices with which the run was started, '\w+'. Received: None"
    assert_refused(sentence, *command, tmp_path / "two", "--steps", 4, "--resume")
    train(*command[1:], tmp_path / "two", "--steps", 4, "--resume", *own)
    one, two = (load_model(tmp_path / name / "model.keras") for name in ("one", "two"))
    assert int(two.optimizer.iterations) == 4
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


CYCLEGAN = ("cyclegan", "--data", "shapes", "--width", 2, "--image-size", 32, "--seed", 3)


@pytest.fixture(scope="module")
def shallow():
    """The recipe with one residual block instead of six, which is quicker to compile; a save after each step."""
    recipe = recipes.RECIPES["cyclegan"]
    with pytest.MonkeyPatch.context() as patch:
        build = functools.partial(recipe.build, blocks=1)
        patch.setitem(recipes.RECIPES, "cyclegan", dataclasses.replace(recipe, build=build))
        patch.setattr(command, "SECONDS_BETWEEN_SAVES", 0.0)
        yield


@pytest.fixture(scope="module")
def whole_cyclegan(shallow, tmp_path_factory):
    """Four steps of CycleGAN that nobody stops."""
    folder = tmp_path_factory.mktemp("domains") / "run"
    train(*CYCLEGAN, "--steps", 4, "--out", folder)
    return folder


@pytest.mark.tensorflow
def test_run_of_cyclegan_shows_there_and_back_of_the_test_split(whole_cyclegan):
    assert_whole(whole_cyclegan)
    model = load_model(whole_cyclegan / "model.keras")
    assert int(model.pool_a.count) == int(model.pool_b.count) == 4
    assert model.g_optimizer._learning_rate.get_config()["constant_steps"] == 2
    pictures, columns = model.sheet(real=data.domains("shapes", image_size=32, split="test").spread(8))
    assert (len(pictures), columns) == (48, 6)
    expected = visualization.image_grid(pictures, columns, 78, "step 4")
    np.testing.assert_array_equal(last_frame(whole_cyclegan), expected)


def cut_power(monkeypatch, step):
    """Lets the power go in a step, after its frame and before its save."""
    save = callbacks.Checkpoint.save

    def fail(self):
        if int(self.model.optimizer.iterations.numpy()) == step:
            raise RuntimeError("power cut")
        save(self)

    monkeypatch.setattr(callbacks.Checkpoint, "save", fail)


@pytest.mark.tensorflow
@pytest.mark.slow  # the battery continues the game, and runs of other recipes are killed
def test_run_of_cyclegan_killed_and_resumed_equals_uninterrupted(whole_cyclegan, tmp_path, monkeypatch):
    """All goes on from the second step, pools too."""
    folder = tmp_path / "killed"
    cut_power(monkeypatch, 3)
    with pytest.raises(RuntimeError, match="power cut"):
        train(*CYCLEGAN, "--steps", 4, "--out", folder)
    monkeypatch.undo()
    assert (folder / "samples" / "step_00000003.png").exists()
    assert int(load_model(folder / "model.keras").optimizer.iterations) == 2
    train(*CYCLEGAN, "--steps", 4, "--out", folder, "--resume")
    assert_same_run(folder, whole_cyclegan)


@pytest.mark.tensorflow  # tests of GrowingGAN are on JAX, too
def test_run_of_progan_killed_around_a_boundary_and_resumed_equals_uninterrupted(tmp_path, monkeypatch):
    """Layers of 8 pixels come at step 3, which is saved last; tests of GrowingGAN save before it and after, too."""
    words = ("progan", "--data", "digits", "--image-size", 8, "--width", 4, "--steps", 9, "--out")
    train(*words, tmp_path / "whole")
    folder = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(command, "SECONDS_BETWEEN_SAVES", 0.0)
        cut_power(patch, 4)
        with pytest.raises(RuntimeError, match="power cut"):
            train(*words, folder)
    assert int(load_model(folder / "model.keras").optimizer.iterations) == 3
    train(*words, folder, "--resume")
    assert_same_run(folder, tmp_path / "whole")
    with Image.open(folder / "training.gif") as film:
        assert len({frame.size for frame in ImageSequence.Iterator(film)}) == 1


@pytest.mark.tensorflow
@pytest.mark.parametrize(("key", "now"), [("steps", 8), ("width", 3)])
def test_run_of_cyclegan_refuses_another_length_or_width(whole_cyclegan, key, now):
    """Its learning rate follows its length."""
    before = json.loads((whole_cyclegan / "config.json").read_text())
    sentence = rf"Expected the {key} with which the run was started, {before[key]}. Received: {now}"
    command = ["train", *CYCLEGAN, "--steps", 4, "--out", whole_cyclegan, "--resume"]
    assert_refused(sentence, *command, f"--{key}", now)
    assert json.loads((whole_cyclegan / "config.json").read_text()) == before


@pytest.mark.tensorflow
def test_run_of_cyclegan_translates_files_both_ways(whole_cyclegan, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 50, 3), dtype="uint8")
    Image.fromarray(pixels).save(tmp_path / "a.jpg")
    command = ["translate", whole_cyclegan / "model.keras", tmp_path / "a.jpg", "--out"]
    for way in ("AtoB", "BtoA"):
        code, output = in_process(*command, tmp_path / way, "--direction", way)
        assert (code, f"Wrote 1 pictures to {tmp_path / way}" in output) == (0, True)
    code, output = in_process(*command, tmp_path / "default")
    found = [Image.open(tmp_path / way / "a.png") for way in ("AtoB", "BtoA", "default")]
    assert [image.size for image in found] == [(50, 20)] * 3
    assert found[0].tobytes() == found[2].tobytes() != found[1].tobytes()
    assert_refused(
        r"Expected to write each picture once, to a new file. Received: .* again", *command, tmp_path / "AtoB"
    )
    code, output = in_process(*command, tmp_path / "typo", "--direction", "AtoC")
    assert (code, "AtoB" in output, (tmp_path / "typo").exists()) == (2, True, False)
