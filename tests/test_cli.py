"""The command line: quick to answer, one clear sentence for each mistake, nothing overwritten."""

import json
import os
import subprocess
import sys
import time

import imageio.v3 as iio
import numpy as np
import pytest
from conftest import assert_same_state, dense_gan
from games import GAMES
from PIL import Image
from typer.testing import CliRunner

from keras_gans import cli, data, recipes, visualization
from keras_gans.cli import contents
from keras_gans.training import load_model


def invoke(*arguments):
    result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def assert_refused(words, *arguments):
    code, output = invoke(*arguments)
    assert code == 2, output
    message = output.split("Error: ", 1)[1].strip()
    for word in words:
        assert word in message
    assert "Received: " in message
    assert "\n" not in message


@pytest.mark.parametrize("arguments", [["--help"], ["recipes"], ["train", "--hlep"], ["trian"]])
def test_cli_answers_without_tensorflow_at_once(arguments):
    code = (
        "import sys; from keras_gans import cli; sys.argv[1:] = {};\n"
        "try: cli.main()\nfinally: print(sorted(sys.modules))"
    )
    program = [sys.executable, "-c", code.format(arguments)]
    runs = [(timed([sys.executable, "-c", "import typer.main"])[0], *timed(program)) for _ in range(5)]
    typer_alone, (_, answer, result) = max(run[0] for run in runs), min(runs, key=lambda run: run[1])
    modules = result.stdout.splitlines()[-1]
    assert not any(f"'{heavy}'" in modules for heavy in ("tensorflow", "keras", "jax", "numpy", "matplotlib"))
    assert result.returncode == (0 if arguments in (["--help"], ["recipes"]) else 2)
    most = 1.0 if arguments == ["recipes"] else 0.5  # seconds, on a machine that imports Typer in less than half of it
    assert answer < max(most, 2 * most / 0.5 * typer_alone)


def timed(program):
    begin = time.perf_counter()
    result = subprocess.run(program, capture_output=True, text=True, check=False)
    return time.perf_counter() - begin, result


def test_cli_lists_the_recipes_as_their_registry_does():
    """Read from their files, in the order of the chapters."""
    known = [(name, r.summary, r.paper, r.arxiv) for name, r in recipes.RECIPES.items()]
    assert contents.recipes() == known
    code, output = invoke("recipes")
    assert code == 0
    for line, (name, *facts) in zip(output.splitlines(), known, strict=True):
        assert line.split()[0] == name
        assert all(fact in line for fact in facts)


def test_cli_names_the_nearest_recipe(tmp_path):
    assert_refused(["Unknown recipe", "'dcgan'", "'dcgn'"], "train", "dcgn", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_cli_names_the_nearest_data(tmp_path):
    assert_refused(["'digits'", "'digit'"], "train", "dcgan", "--data", "digit", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_cli_knows_toys(tmp_path):
    code, output = invoke("train", "--help")
    assert code == 0
    assert all(name in output for name in data.TOYS)
    assert_refused(["'ring'", "'rnig'", "digits"], "train", "gan", "--data", "rnig", "--out", tmp_path / "run")
    command = ["train", "gan", "--data", "grid", "--out", tmp_path / "run"]
    assert_refused(["no image size", "'grid'", "Received: 16"], *command, "--image-size", 16)
    assert not (tmp_path / "run").exists()


def test_cli_refuses_toys_and_images_without_labels_for_recipes_that_need_more(tmp_path):
    out = ("--out", tmp_path / "run")
    for recipe in ("cgan", "pix2pix", "cyclegan"):
        assert_refused(["for this recipe. Received: 'ring', points"], "train", recipe, "--data", "ring", *out)
    np.savez(tmp_path / "plain.npz", x=np.zeros((4, 16, 16), "uint8"))
    assert_refused(["a source with labels"], "train", "cgan", "--data", tmp_path / "plain.npz", *out)
    assert_refused(["Did you mean 'shapes'", "'shpaes'"], "train", "cyclegan", "--data", "shpaes", *out)
    assert not (tmp_path / "run").exists()


def test_cli_refuses_a_width_for_recipes_without_one(tmp_path):
    command = ["train", "dcgan", "--width", 4, "--out", tmp_path / "run"]
    assert_refused(["width only for recipes that take one: ", "cgan, ", "cyclegan", "Received: 'dcgan'"], *command)
    assert not (tmp_path / "run").exists()


def test_cli_refuses_a_size_that_a_translating_network_cannot_take(tmp_path):
    for recipe, size in (("pix2pix", 48), ("cyclegan", 30)):
        command = ["train", recipe, "--data", "shapes", "--image-size", size, "--width", 2, "--out", tmp_path / "run"]
        assert_refused([str(size)], *command)
    assert not (tmp_path / "run").exists()


def test_cli_draws_a_caption_and_says_which_words_it_does_not_know(tmp_path):
    model, out = tmp_path / "model.keras", tmp_path / "a.png"
    GAMES["StackGAN"].make().save(model)
    code, output = invoke("generate", model, "--caption", "A crimson red disc", "--n", 4, "--out", out)
    assert code == 0, output
    assert "does not know, and that say nothing to it: crimson, disc.\nWrote 4 examples to" in output
    assert out.exists()
    other = ["--out", tmp_path / "b.png"]
    _, output = invoke("generate", model, "--caption", "a red circle", *other)
    assert "does not know" not in output
    assert "Wrote 36 examples to" in output
    (tmp_path / "b.png").unlink()
    assert_refused(["a caption, `--caption`, for a StackGAN", "Received: None"], "generate", model, *other)
    assert_refused(["a caption of 1 to 4 words"], "generate", model, "--caption", "a red circle in red", *other)
    dense_gan().save(model)
    assert_refused(["no caption for a GAN", "'red'"], "generate", model, "--caption", "red", *other)
    assert not (tmp_path / "b.png").exists()


def test_cli_goes_from_caption_to_caption(tmp_path):
    model, out = tmp_path / "model.keras", tmp_path / "a.png"
    GAMES["StackGANPlus"].make().save(model)
    walk = ("interpolate", model, "--n", 2, "--steps", 3, "--caption", "a red circle")
    code, output = invoke(*walk, "--caption", "a crimson square", "--caption", "a blue disc", "--out", out)
    assert code == 0, output
    assert "say nothing to it: crimson, disc.\nWrote 10 pictures to" in output
    code, output = invoke(*walk, "--out", tmp_path / "b.gif")
    assert code == 0, output
    assert "Wrote 12 frames to" in output
    refused = ("interpolate", model, "--out", tmp_path / "c.png")
    assert_refused(["captions for a model that reads them", "Received: StackGANPlus"], *refused)
    dense_gan().save(model)
    assert_refused(["no captions for a model that reads none", "'red'"], *refused, "--caption", "red")
    assert not (tmp_path / "c.png").exists()


def test_cli_refuses_a_label_of_a_model_without_classes_and_to_translate_with_one_that_does_not(tmp_path):
    model, picture = tmp_path / "model.keras", tmp_path / "a.png"
    dense_gan().save(model)
    Image.fromarray(np.zeros((4, 4, 3), "uint8")).save(picture)
    out = ["--out", tmp_path / "b.png"]
    assert_refused(["a label only for a model with classes", "Received: GAN"], "generate", model, "--label", 1, *out)
    assert_refused(
        ["translates pictures", "Received: GAN"], "translate", model, picture, "--out", tmp_path / "translated"
    )
    assert_refused(["keras_gans saved"], "translate", tmp_path / "none.keras", picture)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "model.keras"]


def test_cli_refuses_data_of_less_than_one_step(tmp_path):
    """WGAN takes five batches a step."""
    command = ["train", "wgan", "--data", "ring", "--batch-size", 20001, "--out", tmp_path / "run"]
    for length in (["--steps", 1], ["--epochs", 1]):
        assert_refused(["at least the 100005 examples", "Received: 100000"], *command, *length)
    assert not (tmp_path / "run").exists()


def test_cli_refuses_missing_and_empty_folders(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("missing/pictures", "empty"):
        assert_refused([folder], "train", "dcgan", "--data", tmp_path / folder, "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_cli_refuses_an_image_size_that_the_network_cannot_take(tmp_path):
    assert_refused(["16 to 256 pixels"], "train", "dcgan", "--image-size", 300, "--steps", 1, "--out", tmp_path / "run")


@pytest.mark.parametrize("make", ["run", "other"])
def test_cli_refuses_a_folder_that_holds_something(tmp_path, make):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ("config.json" if make == "run" else "thesis.txt")).write_text("{}")
    assert_refused(["empty or new folder", "--resume"], "train", "dcgan", "--steps", 1, "--out", tmp_path / "out")
    assert [path.read_text() for path in (tmp_path / "out").iterdir()] == ["{}"]


def test_cli_refuses_to_resume_where_there_is_no_run(tmp_path):
    assert_refused(["a run folder"], "train", "dcgan", "--resume", "--out", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_cli_refuses_epochs_with_steps(tmp_path):
    code, output = invoke("train", "dcgan", "--epochs", 1, "--steps", 1, "--out", tmp_path / "run")
    assert code == 2
    assert "one of epochs, steps and minutes" in output


def test_cli_takes_a_config_or_settings(tmp_path):
    for command in (["--config", tmp_path, "--seed", 1], ["gan", "--config", tmp_path], []):
        code, output = invoke("train", *command, "--out", tmp_path / "run")
        words = " ".join(output.split())
        assert (code, "--config" in words, "Received" in words) == (2, True, True)
    assert_refused(["config.json that a run left"], "train", "--config", tmp_path, "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_cli_refuses_to_generate_from_another_file_or_over_one(tmp_path):
    (tmp_path / "model.keras").write_bytes(b"no model")
    assert_refused(["keras_gans saved"], "generate", tmp_path / "model.keras", "--out", tmp_path / "a.png")
    (tmp_path / "old.png").write_bytes(b"old")
    for taken in ("old.png", "a.jpg"):
        assert_refused(["new .png or .npz file"], "generate", tmp_path / "model.keras", "--out", tmp_path / taken)
    assert (tmp_path / "old.png").read_bytes() == b"old"


def test_cli_truncates_and_says_in_which_space(tmp_path):
    model = tmp_path / "model.keras"
    dense_gan().save(model)
    code, output = invoke("generate", model, "--truncation", 0.5, "--seed", 1, "--out", tmp_path / "a.png")
    assert (code, output.strip().endswith("a.png, truncated in Z.")) == (0, True)
    visualization.save_image(tmp_path / "b.png", visualization.image_grid(dense_gan().generate(36, 1, truncation=0.5)))
    np.testing.assert_array_equal(iio.imread(tmp_path / "a.png"), iio.imread(tmp_path / "b.png"))
    for psi in (0, -1, "nan"):
        assert_refused(["above 0"], "generate", model, "--truncation", psi, "--out", tmp_path / "c.png")


def test_cli_refuses_w_of_a_model_without_styles(tmp_path):
    model, picture = tmp_path / "model.keras", tmp_path / "0.png"
    dense_gan().save(model)
    visualization.save_image(picture, np.zeros((16, 16, 3), "uint8"))
    for words in (["interpolate", model, "--space", "w"], ["project", model, picture, "--space", "w"], ["mix", model]):
        assert_refused(["has styles", "Received: GAN without"], *words, "--out", tmp_path / "a.png")
    assert_refused(["new .png file"], "mix", model, "--out", tmp_path / "a.gif")
    assert not (tmp_path / "a.png").exists()


def test_cli_refuses_to_look_at_what_is_not_there_or_over_a_file(tmp_path):
    model, old = tmp_path / "model.keras", tmp_path / "old.png"
    dense_gan().save(model)
    old.write_bytes(b"old")
    strangers = [tmp_path / f"{number}.json" for number in range(3)]
    for path, text in zip(strangers, ("[]", '{"model": "another", "results": []}', '{"a": 1')):
        path.write_text(text)
    assert_refused(["new file", "old.png"], "interpolate", model, "--out", old)
    assert_refused([".png, .gif or .mp4"], "interpolate", model, "--out", tmp_path / "a.jpg")
    assert_refused(["whole numbers", "'3,x'"], "interpolate", model, "--labels", "3,x", "--out", tmp_path / "a.png")
    assert_refused(["no classes"], "interpolate", model, "--labels", "3,8", "--out", tmp_path / "a.png")
    assert_refused(
        ["readable picture", "none.png"], "project", model, tmp_path / "none.png", "--out", tmp_path / "a.png"
    )
    evaluate = ["evaluate", model, "--data", "digits", "--out", tmp_path / "a.json"]
    assert_refused(["Did you mean 'frechet'"], *evaluate, "--metrics", "frchet")
    assert_refused(["metrics that fit GAN", "'psnr'"], *evaluate, "--metrics", "psnr")
    assert_refused(["Did you mean 'digits'"], *evaluate[:3], "digit", *evaluate[4:])
    for other in (old, tmp_path / "a.txt", *strangers):
        assert_refused(["new .json file, or of one with figures of the same model"], *evaluate[:-1], other)
    assert_refused(["a run folder"], "report", tmp_path)
    assert (old.read_bytes(), strangers[0].read_text()) == (b"old", "[]")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.json", "1.json", "2.json", "model.keras", "old.png"]


def test_cli_refuses_an_average_or_metrics_that_there_are_not(tmp_path):
    command = ["train", "gan", "--data", "ring", "--steps", 1, "--out", tmp_path / "run"]
    assert_refused(["Did you mean 'frechet'"], *command, "--metrics", "frchet")
    assert_refused(["metrics that fit GAN", "'psnr'"], *command, "--metrics", "psnr")
    assert_refused(["between 0 and 1", "1.0"], *command, "--ema", 1)
    assert not (tmp_path / "run").exists()


def test_cli_trains_on_a_folder_with_a_corrupt_picture_unless_strict(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (6, 20, 20, 3), dtype="uint8")
    (tmp_path / "pictures").mkdir()
    for i, picture in enumerate(pixels):
        Image.fromarray(picture).save(tmp_path / "pictures" / f"{i}.png")
    (tmp_path / "pictures" / "torn.png").write_bytes((tmp_path / "pictures" / "0.png").read_bytes()[:60])
    command = ["train", "gan", "--data", tmp_path / "pictures", "--image-size", 16, "--steps", 2, "--batch-size", 3]
    assert_refused(["torn.png"], *command, "--out", tmp_path / "strict", "--strict")
    assert not (tmp_path / "strict").exists()
    code, output = invoke(*command, "--out", tmp_path / "run", "--no-gif")
    assert code == 0, output
    assert output.startswith("6 pictures of 20 x 20 pixels, brought to 16 x 16, in colour, from ")
    assert "\nSkipped 1 of 7 pictures, unreadable: pictures/torn.png (" in output
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "config.json",
        "diagnostics.json",
        "diagnostics.png",
        "history.csv",
        "losses.png",
        "model.keras",
    }


def test_cli_resume_refuses_other_settings(tmp_path):
    command = ["train", "gan", "--steps", 1, "--batch-size", 900, "--no-gif", "--out", tmp_path / "run"]
    assert invoke(*command)[0] == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    assert_refused(["seed with which the run was started, 0"], *command, "--resume", "--seed", 1)
    assert_refused(["batch_size with which"], *command[:-4], "--no-gif", *command[-2:], "--resume", "--batch-size", 800)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


def test_cli_sets_any_argument_of_a_recipe(tmp_path):
    """Which config.json keeps: a run that goes on, or is repeated, has the same."""
    pairs = ["--set", "n_critic=2", "--set", "d_learning_rate=4e-4", "--set", "latent_dim=3"]
    command = ["train", "gan", "--data", "ring", "--batch-size", 900, "--no-gif", "--out", tmp_path / "run"]
    code, output = invoke(*command, *pairs, "--steps", 1)
    assert code == 0, output
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["set"] == {"n_critic": 2, "d_learning_rate": 4e-4, "latent_dim": 3}
    model = load_model(tmp_path / "run" / "model.keras")
    assert (model.n_critic, model.latent_dim) == (2, 3)
    rates = [float(member.learning_rate) for member in (model.d_optimizer, model.g_optimizer)]
    assert rates == pytest.approx([4e-4, 2e-3])
    assert_refused(["Expected the set with which"], *command, "--steps", 2, "--resume")
    assert_refused(["Expected the set with which"], *command, "--steps", 2, "--resume", "--set", "n_critic=2")
    code, output = invoke(*command, "--steps", 2, "--resume", *pairs)
    assert code == 0, output
    code, output = invoke("train", "--config", tmp_path / "run" / "config.json", "--out", tmp_path / "again")
    assert code == 0, output
    again = load_model(tmp_path / "again" / "model.keras")
    assert_same_state(again, load_model(tmp_path / "run" / "model.keras"))


def test_cli_refuses_what_cannot_be_set_before_it_reads_data(tmp_path):
    """In words of its own; the data are not there."""
    command = ["train", "dcgan", "--data", tmp_path / "none", "--out", tmp_path / "run", "--set"]
    assert_refused(["Did you mean 'n_critic'", "'n_critc'"], *command, "n_critc=2")
    assert_refused(["whole number from 1", "'two'"], *command, "n_critic=two")
    assert_refused(["by --seed"], *command, "seed=2")
    assert_refused(["object", "Python"], *command, "g_optimizer=adam")
    assert_refused(["Expected --set name=value", "'n_critic'"], *command, "n_critic")
    assert_refused(["once for each name"], *command, "n_critic=2", "--set", "n_critic=3")
    code, output = invoke("train", "--config", tmp_path, "--set", "n_critic=2", "--out", tmp_path / "run")
    assert (code, "set" in output.split("Received: ")[1]) == (2, True)
    assert not (tmp_path / "run").exists()


def test_cli_warnings_are_readable():
    """On the screen, in a process where warnings are not errors."""
    code = "import warnings; from keras_gans.cli.shell import one_sentence\nwith one_sentence(): warnings.warn('torn')"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert result.stderr == "Warning: torn\n"


def test_cli_says_what_it_took_and_what_it_left_out_and_no_more(tmp_path):
    """A damaged picture is named on the screen, without chatter."""
    (tmp_path / "pictures").mkdir()
    Image.fromarray(np.zeros((16, 16), "uint8")).save(tmp_path / "pictures" / "good.png")
    (tmp_path / "pictures" / "bad.png").write_bytes(b"\x89PNG")
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "keras_gans.cli",
            "train",
            "gan",
            "--data",
            tmp_path / "pictures",
            "--steps",
            "1",
            "--out",
            tmp_path / "run",
            "--no-gif",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"},
    )
    assert result.returncode == 0, result.stderr
    taken, skipped, *_ = result.stdout.splitlines()
    assert taken.startswith("1 picture of ")
    assert skipped.startswith("Skipped 1 of 2 pictures, unreadable: pictures/bad.png")
    assert "Skipped" not in result.stderr
    assert "Traceback" not in result.stderr
    assert "oneDNN" not in result.stderr


@pytest.mark.parametrize("begun", [False, True])
def test_a_run_that_is_stopped_says_how_to_go_on_only_if_something_is_left(tmp_path, monkeypatch, begun):
    def stopped(folder, *args, **kwargs):
        if begun:
            folder.mkdir()
            (folder / "config.json").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr("keras_gans.runs.train.train", stopped)
    code, output = invoke("train", "gan", "--data", "digits", "--out", tmp_path / "run")
    assert code == 130
    assert ("--resume" in output) == begun
    assert ("Stopped; nothing was trained yet." in output) != begun
