"""A game that trains live: real steps, one player alone, changes in the midst of it, and code that makes the same."""

import queue

import numpy as np
import pytest
from keras import ops

from keras_gans.lab import scenes, wire
from keras_gans.lab.building import compose
from keras_gans.lab.game import Game
from keras_gans.lab.knobs import knobs_of
from keras_gans.lab.look import Look, plan
from keras_gans.lab.recipes import playable
from keras_gans.theory import earth_mover

RING = {"kind": "ring", "points": 500, "seed": 0}
SMALL = {"width": 8, "depth": 1, "batch_size": 32}


class Driver:
    """Commands that wait in a list; a function in it is called with what the game has said, to look and to check."""

    def __init__(self, *script):
        self.script, self.said, self.frames = list(script), [], []
        self.game = Game(self, self.say)

    def get(self, block=True):
        if not block and not (self.game.playing and self.game.step >= self.until):
            raise queue.Empty
        while self.script and callable(self.script[0]):
            self.script.pop(0)(self)
        command = self.script.pop(0) if self.script else {"do": "quit"}
        if command["do"] == "play":
            self.until = self.game.step + command["steps"]
        return command

    until = 0

    def say(self, kind, content):
        if kind == wire.FRAME:
            self.frames.append(wire.unpacked(content))
        else:
            self.said.append(wire.json.loads(content))

    def last(self, kind):
        return [one for one in self.said if one["kind"] == kind][-1]

    def run(self):
        self.game.run()
        return self


def begin(recipe="nsgan", data=RING, layers=("judge",), **knobs):
    return {"do": "set", "data": data, "spec": {"recipe": recipe, "knobs": {**SMALL, **knobs}}, "layers": list(layers)}


def spec(recipe="nsgan", **knobs):
    return {"do": "set", "spec": {"recipe": recipe, "knobs": {**SMALL, **knobs}}}


def weights(game):
    return [
        ops.convert_to_numpy(weight) for name in game.live.network_names for weight in getattr(game.live, name).weights
    ]


def moved(before, after):
    return [not np.array_equal(a, b) for a, b in zip(before, after)]


def test_a_game_trains_is_seen_and_measured():
    layers = ("judge", "gradient", "manifold", "best", "plan")
    driver = Driver(begin(layers=layers), {"do": "play", "steps": 30}, {"do": "pause"}).run()
    assert driver.last("ready")["recipes"] == list(playable())
    head, arrays = driver.frames[-1]
    assert head["step"] == 30
    assert {"d_loss", "g_loss"} <= head["losses"].keys()
    shapes = {name: array.shape for name, array in arrays.items()}
    assert shapes == {
        "points": (600, 2), "judge": (41, 41), "gradient": (100, 2), "manifold": (17, 17, 2), "best": (41, 41),
        "plan": (120, 2),
    }  # fmt: skip
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert not np.array_equal(driver.frames[0][1]["points"], arrays["points"])
    figures = driver.last("figures")
    assert {"earth_mover", "modes", "of", "accuracy_real", "g_gradient", "speed"} <= figures.keys()
    assert figures["of"] == 8


def test_one_player_moves_alone_and_then_both_as_before():
    kept = {}

    def note(name):
        return lambda driver: kept.update({name: weights(driver.game)})

    Driver(
        begin(), note("a"), {"do": "move", "player": "d"}, note("b"), {"do": "move", "player": "g"},
        note("c"), {"do": "step"}, note("d"),
    ).run()  # fmt: skip
    half = len(kept["a"]) // 2  # G's, then D's
    assert [any(m) for m in (moved(kept["a"], kept["b"])[:half], moved(kept["a"], kept["b"])[half:])] == [False, True]
    assert [any(m) for m in (moved(kept["b"], kept["c"])[:half], moved(kept["b"], kept["c"])[half:])] == [True, False]
    assert all(any(m) for m in (moved(kept["c"], kept["d"])[:half], moved(kept["c"], kept["d"])[half:]))


def test_a_change_holds_at_once_goes_on_or_begins_anew():
    kept = []

    def check(effect, step):
        def look(driver):
            said = driver.last("game")
            assert (said["effect"], said["step"]) == (effect, step)
            kept.append(weights(driver.game))

        return look

    Driver(
        begin(), {"do": "play", "steps": 10}, {"do": "pause"}, check("anew", 0),
        spec(g_learning_rate=0.01), check("at once", 10), {"do": "step"},
        spec(penalty="R1"), {"do": "layers", "layers": []}, check("goes on", 11), {"do": "step"},
        spec(width=16), {"do": "layers", "layers": []}, check("anew", 0),
    ).run()  # fmt: skip
    assert not any(moved(kept[0], kept[1]))
    assert kept[3][0].shape != kept[2][0].shape


def test_a_rate_that_is_turned_is_the_optimizers():
    def look(driver):
        assert float(driver.game.live.g_optimizer.learning_rate) == pytest.approx(0.01)
        assert "g_learning_rate=0.01" in driver.last("game")["code"]

    Driver(begin(), {"do": "step"}, spec(g_learning_rate=0.01), look).run()


def test_what_does_not_fit_is_refused_and_the_game_goes_on():
    driver = Driver(begin(), spec(widht=3), spec("wgna"), spec(n_critic=0.5), {"do": "step"}).run()
    words = [one["words"] for one in driver.said if one["kind"] == "refused"]
    assert len(words) == 3
    assert all("Expected " in one and "Received: " in one for one in words)
    assert driver.frames[-1][0]["step"] == 1


@pytest.mark.parametrize("recipe", ["gan", "mmgan", "nsgan", "lsgan", "fgan", "wgan", "wgan_gp", "wgan_lp", "dragan"])
def test_the_issue_of_the_lectures_recipes_play(recipe):
    assert recipe in playable()


def test_every_recipe_has_knobs_of_its_own():
    for recipe in playable():
        knobs = knobs_of(recipe)
        assert {"width", "depth", "latent_dim", "latents", "batch_size", "seed"} <= knobs.keys(), recipe
        assert ("d_learning_rate" in knobs) == (recipe != "r3gan")
        assert ("penalty" in knobs) == (recipe not in ("began", "wgan_gp", "wgan", "r3gan")), recipe
        for knob in knobs.values():
            assert knob.checked(knob.usual) == knob.usual
    assert {"loss.saturating", "loss.smoothing", "n_critic", "noise", "spectral_norm"} <= knobs_of("nsgan").keys()
    assert {"weight", "n_critic"} <= knobs_of("wgan_gp").keys()
    assert {"gamma", "k_rate"} <= knobs_of("began").keys()
    assert {"c", "n_critic"} <= knobs_of("wgan").keys()
    assert {"loss.a", "loss.b", "loss.c"} <= knobs_of("lsgan").keys()
    assert {"margin"} <= knobs_of("ebgan").keys()
    assert {"gamma"} <= knobs_of("r3gan").keys()
    assert "reverse_kl" in knobs_of("fgan")["divergence"].choices
    assert "penalty.gamma" in knobs_of("nsgan", "R1")


def test_every_recipe_is_built_with_networks_of_another_size():
    for recipe in playable():
        knobs = {**SMALL, "latents": "uniform", "latent_dim": 1}
        model = compose(RING, {"recipe": recipe, "knobs": knobs}).build()
        assert model.generate(3, seed=0).shape == (3, 2), recipe
        assert model.latent_dim == 1


@pytest.mark.parametrize("name", list(scenes.names()))
def test_every_scene_is_composed(name):
    scene = scenes.read(name)
    for game in scene["games"]:
        model = compose(scene["data"], game).build()
        assert model.compiled


@pytest.mark.parametrize(
    ("recipe", "knobs"),
    [
        ("nsgan", {"latents": "uniform", "noise": 0.1, "penalty": "R1", "beta_1": 0.0, "loss.smoothing": 0.1}),
        ("wgan_gp", {"n_critic": 2, "weight": 0.5, "d_learning_rate": 1e-3}),
    ],
)
def test_the_code_that_is_shown_makes_exactly_this_game(recipe, knobs):
    data = {"kind": "drawn", "points": 50, "seed": 3, "places": [[0.0, 1.0], [1.0, 0.5]]}
    found = {}
    driver = Driver(
        begin(recipe, data, **knobs), {"do": "play", "steps": 1}, {"do": "pause"},
        lambda driver: found.update(code=driver.game.composition.code(2), x=driver.game.composition),
    )  # fmt: skip
    steps = 200
    driver.script[1]["steps"] = steps
    driver.script.append(lambda driver: found.update(samples=driver.game.live.generate(1000, seed=0)))
    driver.run()
    assert "epochs=1," in found["code"]
    scope = {}
    exec(found["code"], scope)
    made = found["x"].points * found["x"].repeats // (found["x"].batch_size * found["x"].n_critic)
    assert made == steps
    np.testing.assert_array_equal(scope["samples"], found["samples"])


def test_a_plan_between_as_many_points_is_the_earth_movers():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 12, 2))
    assert plan(a, b)[1] == pytest.approx(earth_mover(a, b))


def test_the_best_judge_knows_where_the_data_are():
    composition = compose({"kind": "moons", "points": 400, "seed": 0}, {"recipe": "nsgan", "knobs": SMALL})
    toy, points = composition.sample()
    look = Look(composition.build(), toy, points)
    assert look.best(points)[np.argmax(toy.density(look.nodes))] == pytest.approx(0.5, abs=0.1)
    far = np.full((100, 2), look.limits[1])
    assert look.best(far)[-1] < 0.01  # the window's upper right corner
    assert look.best(far)[np.argmax(toy.density(look.nodes))] > 0.99


def test_a_look_changes_nothing():
    composition = compose(RING, {"recipe": "sngan", "knobs": SMALL})
    model = composition.build()
    toy, points = composition.sample()
    before = [ops.convert_to_numpy(v) for v in model.variables]
    look = Look(model, toy, points)
    look.arrays(scenes.LAYERS)
    look.read()
    for one, other in zip(before, model.variables):
        np.testing.assert_array_equal(one, ops.convert_to_numpy(other))


def test_the_diagnosis_offers_a_remedy_that_can_be_built():
    from keras_gans.callbacks import symptoms
    from keras_gans.lab.remedies import REMEDIES, remedy

    assert REMEDIES.keys() == symptoms.SYMPTOMS.keys()
    collapsed = {"recipe": "nsgan", "knobs": {**SMALL, "g_learning_rate": 1e-3}}
    for kind in REMEDIES:
        found = remedy(kind, compose(RING, collapsed), collapsed)
        assert (
            compose(RING, found["spec"]).values.items() >= compose(RING, collapsed).values.items()
            or kind == "divergence"
        )
    assert remedy("mode collapse", compose(RING, collapsed), collapsed)["words"] == "add R1"
    began = {"recipe": "began", "knobs": {}}
    assert remedy("mode collapse", compose(RING, began), began) is None
