"""Films of scenes as moving pictures: both games are seen to change, and are named by what tells them apart."""

import numpy as np
import pytest
from PIL import Image

from keras_gans.lab import export, pictures, scenes
from keras_gans.lab.recording import Take, named

KNOBS = {"width": 8, "depth": 1, "batch_size": 32, "d_learning_rate": 0.1, "g_learning_rate": 0.1}
SCENE = {
    "title": "Quick",
    "watch": "Small networks.",
    "data": {"kind": "ring", "points": 100, "seed": 0},
    "layers": ["judge", "gradient", "manifold"],
    "steps": 12,
    "games": [{"recipe": "nsgan", "knobs": KNOBS}, {"recipe": "wgan_gp", "knobs": {**KNOBS, "n_critic": 1}}],
}


def test_a_gif_shows_how_both_games_change(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "FRAMES", 6)
    scenes.write("quick", SCENE, tmp_path)
    export.export("quick", tmp_path / "film.gif", tmp_path)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 4  # of the steps 0, 4, 8 and 12
        first = np.asarray(film.convert("RGB")).astype(int)
        film.seek(3)
        last = np.asarray(film.convert("RGB")).astype(int)
    middle = first.shape[1] // 2
    for side in (np.s_[40:380, 20 : middle - 10], np.s_[40:380, middle + 10 : -20]):
        changed = np.abs(first[side] - last[side]).max(axis=-1) > 40
        assert changed.mean() > 0.01
        for colour in (pictures.MADE, pictures.REAL):
            wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
            assert (np.abs(last[side] - wanted).max(axis=-1) < 60).any(), colour


def take(recipe, **values):
    knobs = [{"words": words, "value": value, "usual": 1} for words, value in values.items()]
    return Take({"recipe": recipe, "knobs": knobs}, [], [], [])


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"a": 2, "b": 3}, ["nsgan: b 3", "wgan"]),
        ({"a": 2, "b": 0.12345}, ["nsgan: b 0.123", "wgan"]),
        ({"a": 1, "b": "reverse_kl"}, ["nsgan: b reverse kl", "wgan: a 2"]),
    ],
)
def test_a_game_is_named_by_the_knobs_that_the_other_has_otherwise(values, names):
    assert named([take("nsgan", **values), take("wgan", a=2, b=1)]) == names
