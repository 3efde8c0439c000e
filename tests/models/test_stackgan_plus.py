"""StackGAN++: a step of the whole tree by hand, judges that leave one another alone, scenes at several sizes."""

import keras
import numpy as np
import pytest
from by_hand import D_RATE, G_RATE, assert_same_weights, log_sigmoid, move, sgd
from games import GAMES, TINY, WORDS, two_headed
from keras import layers, ops
from large_things import agreement, large_things

from keras_gans import models, networks, recipes
from keras_gans.layers import ConditioningAugmentation

SHAPES, KL, COLOUR = [(4, 4, 3), TINY], 0.5, 3.0
EPOCHS = 160  # of four steps
LATENTS = np.random.default_rng(1).normal(size=(12, 5)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def examples(n=12):
    """Pictures, and captions of which every fifth is that of the picture before it."""
    return GAMES["StackGANPlus"].examples(None).head(n)


def plain(**arguments):
    """A dense tree and dense judges, without batch norm and dropout, and a step of which the latents are known."""
    keras.utils.set_random_seed(0)
    inputs = [keras.Input((5,)), keras.Input((6,))]
    augmentation = ConditioningAugmentation(3, gated=True, kernel_initializer=keras.initializers.RandomNormal())
    condition = augmentation([inputs[1], ops.split(inputs[0], [2], axis=1)[1]])
    x = layers.Dense(8, activation="tanh")(layers.Concatenate()([inputs[0], condition]))
    made = [layers.Reshape(s)(layers.Dense(int(np.prod(s)), activation="tanh")(x)) for s in SHAPES]
    judges = {f"discriminator_{shape[0]}": two_headed(shape, 3) for shape in SHAPES}
    for judge in judges.values():
        next(layer for layer in judge.layers if isinstance(layer, layers.Dropout)).rate = 0.0
    text = networks.text.encoder(len(WORDS), 4, units=6, width=5)
    model = models.StackGANPlus(keras.Model(inputs, made), text, WORDS, **judges)
    terms = {"kl_weight": KL, "colour_weight": COLOUR, "run_eagerly": True}  # of a step or two, tracing takes longest
    model.compile(**{**sgd(), **terms, **arguments})
    model.sample_latents = lambda n: ops.convert_to_tensor(LATENTS)
    return model


def halved(x):
    """Means of squares of four pixels."""
    return x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2, 3).mean((2, 4))


def neighbours(captions):
    """For each caption the row of the next that is another."""
    n = len(captions)
    return np.array([next(j % n for j in range(i + 1, i + n) if any(captions[j % n] != captions[i])) for i in range(n)])


def colours(x):
    pixels = ops.reshape(x, (len(x), -1, 3))
    mean = ops.mean(pixels, axis=1)
    return mean, ops.einsum("npi,npj->nij", pixels, pixels) / pixels.shape[1] - mean[:, :, None] * mean[:, None]


def of_generator(twin, x, t, held):
    """G's loss, written out; mu as D takes it held or not."""

    def loss():
        s = twin.generator([ops.convert_to_tensor(LATENTS), t])
        mu, log_variance = twin.augmentation.moments(t)
        told = ops.stop_gradient(mu) if held else mu
        value = sum(-ops.mean(log_sigmoid(v)) for D, s_i in zip(twin.discriminators, s) for v in D([s_i, told]))
        kl = 0.5 * ops.mean(ops.sum(mu**2 + ops.exp(log_variance) - 1 - log_variance, axis=1))
        (a, A), (b, B) = colours(s[1]), map(ops.stop_gradient, colours(s[0]))
        colour = ops.mean(ops.sum((a - b) ** 2, axis=1) + 5 * ops.sum((A - B) ** 2, axis=(1, 2)))
        return value + KL * kl + COLOUR * colour

    return loss


def of_judge(D, x, s, mu, other):
    """D's loss, written out, of pictures of its own side."""

    def loss():
        (real, right), (fake, made), (_, wrong) = D([x, mu]), D([s, mu]), D([x, other])
        false = sum(ops.mean(log_sigmoid(-v)) for v in (fake, made, wrong))
        return -false - sum(ops.mean(log_sigmoid(v)) for v in (real, right))

    return loss


def test_step_is_that_of_the_formula():
    """G does not learn to tell its judges something else: in the authors' code a gradient goes that way, too."""
    model, twin, theirs = plain(), plain(), plain()
    pictures, captions = examples()
    x, t = [ops.convert_to_tensor(x) for x in (halved(pictures), pictures)], twin.text(captions)
    s, (mu, _) = twin.generator([ops.convert_to_tensor(LATENTS), t]), twin.augmentation.moments(t)
    other = ops.take(mu, neighbours(captions), axis=0)
    D = twin.discriminators
    d = [move(of_judge(D_i, x_i, s_i, mu, other), D_RATE, D_i) for D_i, x_i, s_i in zip(D, x, s)]
    for judge, moved in zip(theirs.discriminators, D):
        judge.set_weights(moved.get_weights())
    g = move(of_generator(twin, x, t, held=True), G_RATE, twin.generator)
    logs = model.train_on_batch(pictures, captions, return_dict=True)
    assert float(logs["d_loss"]) == pytest.approx(sum(d), rel=1e-4)
    assert float(logs["g_loss"]) == pytest.approx(g, rel=1e-4)
    assert_same_weights(model, twin)
    move(of_generator(theirs, x, t, held=False), G_RATE, theirs.generator)
    kernel, others = (np.array(each.augmentation.kernel) for each in (twin, theirs))
    assert np.abs(kernel - others).max() > max(1e-4, 100 * np.abs(kernel - np.array(model.augmentation.kernel)).max())


def test_judges_move_neither_the_tree_nor_the_text_and_the_tree_not_the_text():
    for still in ("g_optimizer", "d_optimizer"):
        model = plain(**{still: keras.optimizers.SGD(0.0)})
        before = {name: getattr(model, name).get_weights() for name in model.network_names}
        model.train_on_batch(*examples())
        moved = {n for n in before if any(map(np.any, map(np.subtract, before[n], getattr(model, n).get_weights())))}
        assert moved == {"generator"} if still == "d_optimizer" else {"discriminator_4", "discriminator_8"}


def test_no_judge_learns_from_another():
    """Bit for bit, with Adam, as with an optimizer for each: at another size other weights change nothing."""
    adam = [{"d_optimizer": keras.optimizers.Adam(1e-3), "g_optimizer": keras.optimizers.Adam(1e-3)} for _ in range(2)]
    model, other = (plain(**some) for some in adam)
    other.discriminator_8.set_weights([0.5 * weight - 0.1 for weight in other.discriminator_8.get_weights()])
    before = model.discriminator_4.get_weights()
    for each in (model, other):
        each.train_on_batch(*examples())
    for a, b in zip(model.discriminator_4.get_weights(), other.discriminator_4.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any(map(np.any, map(np.subtract, before, model.discriminator_4.get_weights())))


@pytest.mark.tensorflow
def test_mismatch_of_equal_captions_is_zero():
    model, (pictures, captions) = plain(), examples()
    logs = model.train_on_batch(pictures, np.repeat(captions[:1], 12, axis=0), return_dict=True)
    assert float(logs["mismatch"]) == 0.0
    assert float(plain().train_on_batch(pictures, captions, return_dict=True)["mismatch"]) > 0.5


@pytest.mark.tensorflow
def test_colours_of_neighbouring_sizes_come_together_where_they_count():
    """Each judge asks for something else, which without the term drives them apart."""
    found = []
    for weight in (0.0, 20.0):
        model = plain(colour_weight=weight, g_optimizer=keras.optimizers.Adam(0.01))
        found.append([float(model.train_on_batch(*examples(), return_dict=True)["colour"]) for _ in range(3)])
    assert found[1][0] == found[0][0]
    assert found[1][-1] < 0.8 * found[0][-1]


@pytest.mark.tensorflow
def test_each_size_is_judged_by_its_own():
    model, (pictures, captions) = plain(), examples()
    verdicts = model.verdicts((ops.convert_to_tensor(pictures), ops.convert_to_tensor(captions)))
    assert [tuple(real.shape[1:]) for _, _, real, _ in verdicts] == SHAPES
    np.testing.assert_allclose(numpy(verdicts[0][2]), halved(pictures), atol=1e-6)
    mu, _ = model.augmentation.moments(model.text(captions))
    for D_i, (scores, fake_scores, real, made) in zip(model.discriminators, verdicts):
        for found, x in ((scores, real), (fake_scores, made)):
            np.testing.assert_allclose(numpy(found), numpy(D_i([x, mu])[0]), atol=1e-5)


@pytest.mark.tensorflow
def test_pictures_of_a_caption_are_the_largest_of_the_tree():
    model = GAMES["StackGANPlus"].make(ema=0.9, run_eagerly=True)
    model.train_on_batch(*examples())
    small, large = model.tree(LATENTS, ["a red circle"] * 12)
    assert (small.shape[1:], large.shape[1:]) == (SHAPES[0], TINY)
    np.testing.assert_array_equal(model.decode(LATENTS, "a red circle"), large)
    np.testing.assert_array_equal(model([LATENTS, model.read(["a red circle"] * 12)]), large)
    with model.averages.worn():
        made = model.generator([LATENTS, model.read(["a red circle"] * 12)], training=False)
    np.testing.assert_allclose(small, made[0], atol=1e-6)
    pictures = model.generate(3, seed=4, labels="a red circle")
    np.testing.assert_array_equal(pictures, model.generate(3, seed=4, labels=["A red circle."] * 3))
    assert np.abs(pictures - model.generate(3, seed=4, labels="a blue square")).max() > 0
    assert model.generate(2, seed=1, labels="a red circle", truncation=0.5).shape == (2, *TINY)
    with pytest.raises(ValueError, match=r"^Expected captions, of which pictures are made\. Received: None\.$"):
        model.generate(2)


@pytest.mark.tensorflow
def test_sheet_shows_each_scene_at_all_sizes():
    model, real = plain(), examples()
    scenes, columns = model.sheet(8, seed=2, real=real)
    assert (scenes.shape, columns) == ((8, *TINY), 2)
    latents = keras.random.normal((4, 5), seed=keras.random.SeedGenerator(2))
    small, large = model.tree(latents, real[1][:4])
    np.testing.assert_array_equal(scenes[1::2], large)
    for k in range(2):
        np.testing.assert_array_equal(scenes[::2, k::2, k::2], small)
    assert model.sheet(real=real)[1] == 4
    with pytest.raises(ValueError, match=r"^Expected `real` as images and captions.* Received: None\.$"):
        model.sheet(8)


@pytest.mark.tensorflow
def test_networks_that_do_not_fit_are_refused():
    model = plain()
    G, text, judges = model.generator, model.text, {f"discriminator_{s[0]}": two_headed(s, 3) for s in SHAPES}
    with pytest.raises(ValueError, match=r"pictures of two sizes or more.*Received: one that makes \(None, 8, 8, 3\)"):
        models.StackGANPlus(keras.Model(G.inputs, G.outputs[1]), text, WORDS, **judges)
    with pytest.raises(ValueError, match=r"each of twice the sides"):
        models.StackGANPlus(keras.Model(G.inputs, G.outputs[::-1]), text, WORDS, **judges)
    with pytest.raises(
        ValueError, match=r"^Expected discriminators of these inputs, with two heads each: .*Received: "
    ):
        models.StackGANPlus(G, text, WORDS, discriminator_8=judges["discriminator_8"])
    one = keras.Model(judges["discriminator_4"].inputs, judges["discriminator_4"].outputs[0])
    with pytest.raises(ValueError, match=r"Received: .*, of \{'discriminator_4': 1, 'discriminator_8': 2\}\.$"):
        models.StackGANPlus(G, text, WORDS, **{**judges, "discriminator_4": one})
    of_vectors = {f"discriminator_{s[0]}": two_headed(s, 6) for s in SHAPES}
    with pytest.raises(ValueError, match=r"^Expected discriminators of these inputs"):
        models.StackGANPlus(G, text, WORDS, **of_vectors)


@pytest.mark.tensorflow
@pytest.mark.parametrize("arguments", [{"kl_weight": -1.0}, {"colour_weight": -1.0}, {"loss": "relativistic"}])
def test_terms_that_do_not_fit_are_refused(arguments):
    with pytest.raises(ValueError, match=r"^Expected (a loss that judges single examples|`.*_weight` as a number)"):
        plain(**arguments)


@pytest.mark.tensorflow
def test_pictures_of_both_sizes_agree_with_their_captions_by_colour():
    """Of large things in the middle; by chance a third agree."""
    known, some, colours = large_things()
    sizes = {"noise": 8, "units": 8, "width": 8, "branches": 2, "bag_of_words": True}
    rates = {"d_learning_rate": 5e-4, "g_learning_rate": 1e-3, "ema": 0.95, "steps_per_execution": 4}
    model = recipes.stackgan_plus((16, 16, 3), known.words, known.length, **sizes, **rates)
    model.fit(*some, batch_size=50, epochs=EPOCHS, verbose=0)
    latents = np.random.default_rng(0).normal(size=(len(colours), model.latent_dim)).astype("float32")
    shares = [agreement(pictures, colours) for pictures in model.tree(latents, some[1])]
    assert min(shares) > 0.55, shares
