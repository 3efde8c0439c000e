"""Translating games at their papers' depths, narrow: they build and make a step. StarGAN and UNIT learn toys."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_gans import data, models, recipes


@pytest.mark.tensorflow  # on JAX each operation is compiled; the battery trains both there
@pytest.mark.parametrize(("name", "side"), [("pix2pix", 64), ("pix2pix", 128), ("cyclegan", 64), ("unit", 64)])
def test_recipe_makes_a_step_on_pictures(name, side):
    model = recipes.RECIPES[name].build((side, side, 3), width=2, run_eagerly=True)
    x, y = np.random.default_rng(0).uniform(-1, 1, (2, 1, side, side, 3)).astype("float32")
    logs = model.train_on_batch(x, y, return_dict=True)
    assert all(np.isfinite(value) for value in logs.values())
    assert int(model.optimizer.iterations) == 1


def colours(pictures):
    """The channel that is strongest where a picture is coloured; -1 where it is grey."""
    coloured = pictures.max(axis=-1) - pictures.min(axis=-1) > 0.4
    return np.array([x[m].mean(axis=0).argmax() if m.any() else -1 for x, m in zip(pictures, coloured)])


def painter(seed):
    """A narrow StarGAN that has seen shapes of three colours at 16 pixels, and these.

    With one step of D, and at a rate at which 630 steps show.
    """
    shapes = data.attributes("shapes", image_size=16, names=["red", "green", "blue"])
    quick = {"n_critic": 1, "d_learning_rate": 5e-4, "g_learning_rate": 5e-4, "ema": 0.98, "steps_per_execution": 4}
    model = recipes.stargan(
        (16, 16, 3), shapes.domains, shapes.sets, shapes.exclusive, width=8, blocks=1, seed=seed, **quick
    )
    model.fit(shapes, batch_size=16, epochs=5, verbose=0)
    return model, shapes.head(90)


@pytest.mark.tensorflow  # on JAX compiling takes the longest
def test_stargan_learns_to_paint_shapes_in_the_colour_that_is_asked_for():
    """And back, from where the picture comes again rather than another. Chance paints a third rightly.

    From three seeds all were painted rightly, and what came back was at most 0.68 times as far away as another picture.
    """
    model, (pictures, labels) = painter(seed=0)
    own = labels.argmax(axis=1)
    assert np.mean(colours(pictures) == own) == 1
    for k, name in enumerate(model.domains):
        found, back = model.translate(pictures, name), np.empty_like(pictures)
        assert np.mean(colours(found) == k) > 0.9
        for c, other in enumerate(model.domains):
            back[own == c] = model.translate(found[own == c], other)
        itself, another = (np.abs(back - x).mean() for x in (pictures, np.roll(pictures, 9, axis=0)))
        assert itself < 0.8 * another


def squares(n, seed):
    """White squares of 3 pixels anywhere on black ones of 8."""
    pictures, places = np.full((n, 8, 8, 1), -1.0, "float32"), np.random.default_rng(seed).integers(0, 6, (n, 2))
    for picture, (row, column) in zip(pictures, places):
        picture[row : row + 3, column : column + 3] = 1.0
    return pictures


def common_space(seed):
    """A UNIT that has seen squares and negatives of others, whose translators see single pixels.

    Where they see 3 x 3, two of four seeds moved squares by a pixel: two marginals do not determine the joint.
    """
    keras.utils.set_random_seed(seed)

    def convolved(channels, filters, activation="tanh"):
        inputs = keras.Input((8, 8, channels))
        return keras.Model(inputs, layers.Conv2D(filters, 1, activation=activation)(inputs))

    def judge():
        x = layers.LeakyReLU(0.2)(layers.Conv2D(16, 3, 2, padding="same")(inputs := keras.Input((8, 8, 1))))
        x = layers.LeakyReLU(0.2)(layers.Conv2D(16, 3, padding="same")(x))
        return keras.Model(inputs, layers.Conv2D(1, 1)(x))

    shared = convolved(8, 8, None), convolved(8, 8)
    fronts, backs = [convolved(1, 8) for _ in range(2)], [convolved(8, 1) for _ in range(2)]
    model = models.UNIT(*fronts, *shared, *backs, judge(), judge(), seed=seed)
    model.compile(*(keras.optimizers.Adam(5e-3, 0.5) for _ in range(2)), steps_per_execution=4)
    model.fit(data.Examples(squares(320, 1), -squares(320, 2), aligned=False), batch_size=16, epochs=15, verbose=0)
    return model


@pytest.mark.tensorflow  # on JAX compiling takes the longest
def test_unit_learns_to_translate_squares_to_negatives_and_back_without_pairs():
    """From four seeds no error was above 0.001; that of the mean picture is 0.47. Codes of both sides come together.

    Those of a square and of its negative were 0.09 to 0.41 times as far from each other as from another's.
    """
    model, held_out = common_space(seed=0), squares(64, 9)
    codes = model.encode(held_out), model.encode(-held_out, "B")
    assert np.mean((held_out - squares(320, 1).mean(axis=0)) ** 2) > 0.4
    for found, expected in (
        (model.translate(held_out), -held_out),
        (model.translate(-held_out, "BtoA"), held_out),
        (model.reconstruct(held_out), held_out),
    ):
        assert np.mean((found - expected) ** 2) < 0.02
    itself, another = (np.mean((codes[0] - np.roll(codes[1], by, axis=0)) ** 2) for by in (0, 9))
    assert itself < 0.7 * another
