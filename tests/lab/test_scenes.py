"""Scenes and messages: what is read, what is refused, and that no message does harm."""

import json

import pytest
from odd_messages import SCENE, malformed

from keras_gans.lab import messages, scenes, wire

GAME = SCENE["games"][0]


def test_there_are_ten_scenes_that_say_what_to_watch():
    names = scenes.names()
    assert len(names) == 10
    assert list(names)[1] == "collapse"
    for name in names:
        scene = scenes.read(name)
        assert len(scene["title"]) > 10, name
        assert len(scene["watch"]) > 40, name


def test_a_scene_that_is_saved_is_read_again(tmp_path):
    path = scenes.write("my-scene", SCENE, tmp_path / "own")
    assert path == tmp_path / "own" / "my-scene.json"
    assert scenes.read("my-scene", tmp_path / "own") == SCENE
    assert "my-scene" not in scenes.names()


@pytest.mark.parametrize("name", ["../evil", "collapse", "", "a/b", "A", ".hidden", "x" * 41, 3, None, "a\n"])
def test_no_other_file_is_written(tmp_path, name):
    with pytest.raises(ValueError, match="Expected a name"):
        scenes.write(name, SCENE, tmp_path / "own")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../setup", "/etc/passwd", "collapse.json", "nothing"])
def test_no_other_file_is_read(tmp_path, name):
    with pytest.raises(ValueError, match="Expected the name of a scene"):
        scenes.read(name, tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"games": [GAME]}, "list of two"),
        ({"games": [GAME, 3]}, "a game as an object"),
        ({"games": [GAME, {"recipe": "nsgan", "knobs": {"a": []}}]}, "a number, a word or a switch"),
        ({"games": [GAME, {"recipe": "nsgan", "knobs": {"a": float("nan")}}]}, "a number, a word or a switch"),
        ({"data": {"kind": "ring", "points": 10**9}}, "from 1 to 20000"),
        ({"data": {"kind": "drawn", "places": [[0, 1e9]]}}, "pairs of numbers"),
        ({"data": {"kind": "drawn", "places": []}}, "pairs of numbers"),
        ({"layers": ["walls"]}, "Expected `layers`"),
        ({"layers": [["judge"]]}, "Expected `layers`"),
        ({"title": "x" * 1000}, "at most 400 characters"),
        ({"steps": True}, "whole number"),
    ],
)
def test_what_is_no_scene_is_refused_in_a_sentence(change, words):
    with pytest.raises(ValueError, match=words):
        scenes.checked({**SCENE, **change})


def test_messages_are_read():
    def read(**message):
        return messages.read(json.dumps(message))

    assert read(do="play") == {"do": "play"}
    assert read(do="move", player="d", more=1) == {"do": "move", "player": "d"}
    assert read(do="game", game=1, spec=GAME) == {"do": "game", "game": 1, "spec": GAME}
    assert read(do="scene", scene=SCENE)["scene"] == SCENE


def test_a_thousand_malformed_messages_are_answered_in_a_sentence():
    for text in malformed(1000):
        with pytest.raises(ValueError, match="Expected ") as caught:
            _acted_on(text)
        assert len(str(caught.value)) < 1000, text


def _acted_on(text):
    if messages.read(text)["do"] == "open":
        scenes.read(json.loads(text)["name"])


def test_frames_come_back_as_they_were():
    points = [[1.0, 2.0], [float("nan"), -1.5]]
    head, arrays = wire.unpacked(wire.frame({"step": 3, "loss": float("nan")}, {"points": points}))
    assert head == {"step": 3, "loss": None, "arrays": [["points", [2, 2]]]}
    assert arrays["points"].tolist()[0] == [1.0, 2.0]
