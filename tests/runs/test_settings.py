"""What decides a run: types and ranges, and that a file by another hand is refused."""

import json

import pytest

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


def test_settings_need_epochs_or_steps():
    for both in ({}, {"steps": 1, "epochs": 1}):
        with pytest.raises(ValueError, match="epochs or steps, not both"):
            Settings("gan", **both)


def test_settings_are_compared():
    settings.check_same(GOOD, {**GOOD, "steps": 9}, free=("steps",))
    with pytest.raises(ValueError, match=r"Expected the steps with which the run was started, 3. Received: 9\.$"):
        settings.check_same(GOOD, {**GOOD, "steps": 9})
