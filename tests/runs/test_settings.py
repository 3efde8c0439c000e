"""What decides a run: types and ranges, and that a file by another hand is refused."""

import dataclasses
import json

import pytest
from typer.testing import CliRunner

from keras_gans import cli
from keras_gans.runs import settings
from keras_gans.runs.settings import Settings

GOOD = {"recipe": "gan", "data": "ring", "steps": 3, "started_with": {}}


def test_settings_are_read_as_they_were_written(tmp_path):
    settings.write(tmp_path, GOOD, before=None)
    config = settings.read(tmp_path)
    assert config == settings.read(tmp_path / "config.json")
    assert {"keras_gans", "python", "keras", "numpy", "platform", "time"} <= set(config["started_with"])
    assert Settings.of(config) == Settings("gan", data="ring", steps=3)
    settings.write(tmp_path, {**GOOD, "steps": 9}, before={"started_with": {"keras": "1.0"}})
    assert settings.read(tmp_path) == {**GOOD, "steps": 9, "started_with": {"keras": "1.0"}}


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", "null", "[" * 100_000, json.dumps({**GOOD, "recipe": 1})[:-9]])
def test_settings_refuse_another_file(tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ValueError, match=r"Expected a run folder, or the config.json that .* Received: .*\.$"):
        settings.read(tmp_path)
    with pytest.raises(ValueError, match="Expected a run folder"):
        settings.read(tmp_path / "none")
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="Expected a run folder"):
        settings.read(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipe": 1},
        {"steps": 0},
        {"steps": 2.5},
        {"seed": -1},
        {"width": "4"},
        {"gif": 1},
        {"image_size": [16]},
        {"seed": 2**32},
    ],
)
def test_settings_refuse_other_values(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=rf"^Expected a setting of a run .* Received: {name}=") as caught:
        Settings.of({**GOOD, **wrong})
    assert str(caught.value).endswith(f"{name}={value!r}.")


def test_settings_need_one_of_epochs_steps_and_minutes():
    for both in ({}, {"steps": 1, "epochs": 1}, {"steps": 1, "minutes": 1.0}):
        with pytest.raises(ValueError, match="Expected one of epochs, steps and minutes"):
            Settings("gan", **both)


def test_settings_that_a_run_of_before_did_not_know_are_at_their_defaults():
    assert "set" not in GOOD
    settings.check_same(GOOD, {**GOOD, "set": {}, "ema": None})
    with pytest.raises(
        ValueError, match=r"Expected the set with which the run was started, {}\. Received: {'c': 1}\.$"
    ):
        settings.check_same(GOOD, {**GOOD, "set": {"c": 1}})


def test_settings_say_all_that_their_options_say(tmp_path):
    """Words, default, choices and range of each stand once, in its field."""

    def answer(*words):
        result = CliRunner().invoke(cli.app, ["train", *words])
        return result.exit_code, " ".join(result.output.split())

    _, page = answer("--help")
    for field in dataclasses.fields(Settings):
        if field.name in ("recipe", "devices"):  # an argument; two options
            continue
        option, facts = f"--{field.name.replace('_', '-')}", field.metadata
        assert f"{option} " in page
        assert facts["help"] in page
        assert field.default in (None, False, True, dataclasses.MISSING) or f"default: {field.default}" in page
        assert "|".join(facts.get("offered", ())) in page
        least, most = facts.get("between", (None, None))
        for value in () if least is None else (least - 1, most + 1):
            assert answer("gan", option, str(value), "--out", str(tmp_path / "run"))[0] == 2
            with pytest.raises(ValueError, match=f"Received: {field.name}={value}"):
                Settings.of({**GOOD, field.name: value})


def test_settings_are_compared():
    settings.check_same(GOOD, {**GOOD, "steps": 9}, free=("steps",))
    with pytest.raises(ValueError, match=r"Expected the steps with which the run was started, 3. Received: 9\.$"):
        settings.check_same(GOOD, {**GOOD, "steps": 9})


def test_settings_take_a_number_of_labels_or_a_share():
    assert Settings("triplegan", label_share=0.1, steps=1).label_share == 0.1
    with pytest.raises(ValueError, match=r"labels_per_class or label_share, not both\. Received: 4 and 0\.1\.$"):
        Settings("triplegan", labels_per_class=4, label_share=0.1, steps=1)
    for share in (0.0, 1.5):
        with pytest.raises(ValueError, match=rf"Received: label_share={share}\.$"):
            Settings("triplegan", label_share=share, steps=1)
