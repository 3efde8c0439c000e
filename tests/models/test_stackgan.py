"""StackGAN: its step against the formula by hand, captions that do not match, and a first stage that stays."""

import keras
import numpy as np
import pytest
from conftest import BACKEND
from games import GAMES, WORDS
from keras import ops
from large_things import agreement, large_things

from keras_gans import losses, models, networks, recipes
from keras_gans.runs import starting

few = pytest.mark.skipif(BACKEND != "tensorflow", reason="what trains for long, on the faster engine")
EPOCHS = 160  # of four steps
SMALLEST = {"words": WORDS, "length": 4, "noise": 4, "units": 4, "width": 2, "text_units": 6}


def made(**arguments):
    return GAMES["StackGAN"].make(**arguments)


def batch(images, n=16):
    return GAMES["StackGAN"].examples(images).head(n)


def softplus(x):
    return np.log1p(np.exp(ops.convert_to_numpy(x).astype("float64")))


def test_losses_are_those_of_the_formula(images):
    """With weights that do not move, and D without dropout, whose batch norm sees each batch alone."""
    still = {"d_optimizer": keras.optimizers.SGD(0.0), "g_optimizer": keras.optimizers.SGD(0.0)}
    model = made(kl_weight=0.25, run_eagerly=True, **still)
    next(x for x in model.discriminator.layers if isinstance(x, keras.layers.Dropout)).rate = 0.0
    x, captions = map(ops.convert_to_tensor, batch(images))
    latents = model.sample_latents(16)
    model.sample_latents = lambda n: latents
    logs = {name: float(value) for name, value in model.train_on_batch(x, captions, return_dict=True).items()}
    D, t = model.discriminator, model.text(captions)
    fake = model.generator([latents, t], training=True)
    rows = ops.convert_to_numpy(captions)
    assert np.all(rows[1:] == rows[:-1], axis=1).any()
    other = [next(j % 16 for j in range(i + 1, i + 16) if any(rows[j % 16] != rows[i])) for i in range(16)]
    mismatch = softplus(D([x, ops.take(t, np.array(other), axis=0)])).mean()
    assert logs["mismatch"] == pytest.approx(mismatch, rel=1e-4)
    expected = softplus(-D([x, t])).mean() + 0.5 * (mismatch + softplus(D([fake, t])).mean())
    assert logs["d_loss"] == pytest.approx(expected, rel=1e-4)
    kl = float(losses.gaussian_kl(*model.augmentation.moments(t)))
    assert logs["kl"] == pytest.approx(kl, rel=1e-4)
    assert logs["g_loss"] == pytest.approx(softplus(-D([fake, t])).mean() + 0.25 * kl, rel=1e-4)


def test_no_caption_stands_beside_its_own_or_an_equal_one(images):
    model, tokens = made(), np.array([[2, 3, 4, 0], [2, 3, 4, 0], [2, 3, 5, 0], [2, 3, 4, 0]], "int32")
    vectors = np.arange(4.0, dtype="float32")[:, None]
    other, differs = model.others(ops.convert_to_tensor(tokens), ops.convert_to_tensor(vectors))
    assert ops.convert_to_numpy(other)[:, 0].tolist() == [2, 2, 3, 2]
    assert float(differs) == 1.0


def test_mismatch_of_equal_captions_is_zero(images):
    model = made()
    x, captions = batch(images)
    logs = model.train_on_batch(x, np.repeat(captions[:1], 16, axis=0), return_dict=True)
    assert float(logs["mismatch"]) == 0.0
    assert float(logs["d_loss"]) > 0


def test_d_moves_neither_the_augmentation_nor_the_text(images):
    """And G moves the first alone."""
    for still, moved in (("g_optimizer", False), ("d_optimizer", True)):
        model = made(**{still: keras.optimizers.SGD(0.0)})
        before = [np.array(v) for v in (*model.augmentation.weights, *model.text.weights)]
        model.train_on_batch(*batch(images))
        same = [np.array_equal(a, b) for a, b in zip(before, (*model.augmentation.weights, *model.text.weights))]
        assert same == [not moved] * 2 + [True] * len(model.text.weights)


def test_equal_captions_and_latents_make_equal_pictures(images):
    model = made()
    model.fit(*batch(images), batch_size=16, verbose=0)
    pictures = model.generate(3, seed=4, labels="a red circle")
    assert pictures.shape == (3, 8, 8, 3)
    np.testing.assert_array_equal(pictures, model.generate(3, seed=4, labels=["A red circle."] * 3))
    np.testing.assert_array_equal(pictures, model.generate(3, seed=4, labels=model.tokens(["a red circle"] * 3)))
    assert np.abs(pictures - model.generate(3, seed=4, labels="a blue square")).max() > 0
    assert np.abs(pictures[0] - pictures[1]).max() > 0
    assert model.generate(2, seed=1, labels="a red circle", truncation=0.5).shape == (2, 8, 8, 3)


@pytest.mark.parametrize(
    "labels", [None, ["a red circle"], "a red circle on the far left of it", 3.0 * np.ones((2, 4))]
)
def test_captions_that_do_not_fit_are_refused(labels):
    with pytest.raises(ValueError, match=r"^Expected .*Received: "):
        made().generate(2, labels=labels)


@pytest.mark.parametrize("arguments", [{"kl_weight": -1.0}, {"loss": losses.RelativisticLoss()}])
def test_terms_that_do_not_fit_are_refused(arguments):
    with pytest.raises(
        ValueError, match=r"Expected a loss that judges single examples, and `kl_weight`.* Received: |loss"
    ):
        made(**arguments)


def test_generator_without_augmentation_is_refused():
    model = made()
    plain = networks.cgan.generator((16, 16, 3), condition_dim=6, latent_dim=5, width=2)
    judge = networks.cgan.discriminator((16, 16, 3), condition_dim=6, width=2)
    with pytest.raises(ValueError, match=r"with one ConditioningAugmentation\. Received: .* with 0\.$"):
        models.StackGAN(plain, judge, model.text, 5, WORDS)


# Two stages


def first_and_second():
    first = recipes.stackgan((8, 8, 3), run_eagerly=True, **SMALLEST)
    return first, recipes.stackgan_stage2((32, 32, 3), seed=1, run_eagerly=True, **SMALLEST)


@few
def test_second_stage_starts_with_the_first_and_leaves_it_as_it_is(images, tmp_path):
    """Ten steps, moving statistics included; its picture inside is that of the first."""
    first, second = first_and_second()
    first.fit(*batch(images), batch_size=16, verbose=0)
    first.save(tmp_path / "first.keras")
    words, _ = starting.begin(second, str(tmp_path / "first.keras"))
    assert words.startswith("Starts with generator, text of stackgan in ")
    assert words.endswith("networks that are new: generator, discriminator.")
    inside = second.generator.get_layer("first_stage")
    before = [np.array(v) for v in (*inside.weights, *second.text.weights)]
    for a, b in zip(before, (*first.generator.weights, *first.text.weights), strict=True):
        np.testing.assert_array_equal(a, b)
    rng = np.random.default_rng(0)
    x, captions = rng.uniform(-1, 1, (16, 32, 32, 3)).astype("float32"), batch(images)[1]
    second.fit(x, captions, batch_size=16, epochs=10, verbose=0)
    for a, b in zip(before, (*inside.weights, *second.text.weights)):
        np.testing.assert_array_equal(a, b)
    latents, t = rng.normal(size=(3, 8)).astype("float32"), first.read(["a red circle"] * 3)
    np.testing.assert_array_equal(inside([latents, t]), first.generator([latents, t]))
    assert second.latent_dim == 12


def test_second_stage_starts_with_another_second_stage_as_a_whole(tmp_path):
    _, second = first_and_second()
    second.save(tmp_path / "second.keras")
    again = recipes.stackgan_stage2((32, 32, 3), seed=2, **SMALLEST)
    words, _ = starting.begin(again, str(tmp_path / "second.keras"))
    assert words.endswith("networks that are new: none.")
    for name in ("generator", "discriminator", "text"):
        for a, b in zip(getattr(second, name).get_weights(), getattr(again, name).get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_start_of_other_words_is_refused(tmp_path):
    first = recipes.stackgan((8, 8, 3), **{**SMALLEST, "words": WORDS[::-1]})
    first.save(tmp_path / "first.keras")
    with pytest.raises(ValueError, match=r"Expected a start that knows the same words in the same order, a, red, "):
        starting.begin(recipes.stackgan((8, 8, 3), **SMALLEST), str(tmp_path / "first.keras"))


def test_stackgan_starts_with_the_text_of_a_matching_encoder(tmp_path):
    encoder = recipes.captions((16, 16, 3), WORDS, 4, units=6, width=4, seed=3)
    encoder.save(tmp_path / "captions.keras")
    model = recipes.stackgan((8, 8, 3), **SMALLEST)
    starting.begin(model, str(tmp_path / "captions.keras"))
    np.testing.assert_array_equal(model.read(["a red circle"]), encoder.read(["a red circle"]))


# What it learns


@few
def test_pictures_agree_with_their_captions_by_colour():
    """Of large things in the middle, which channel is the strongest; by chance a third agree."""
    known, some, colours = large_things()
    sizes = {"noise": 8, "units": 8, "width": 8, "bag_of_words": True}
    model = recipes.stackgan((16, 16, 3), known.words, known.length, **sizes)
    model.fit(*some, batch_size=50, epochs=EPOCHS, verbose=0)
    assert agreement(model.generate(len(colours), seed=0, labels=some[1]), colours) > 0.55
