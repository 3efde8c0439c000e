"""Recipes: each has its paper's constants, and the networks that fit its terms."""

import re

import keras
import numpy as np
import pytest
from pages import ROOT

from docs.site.recipes import rows
from keras_gans import layers, losses, models, networks, recipes, regularizers
from keras_gans.recipes.registry import CHAPTERS, recipe
from keras_gans.schedules import ConstantThenLinear

ADAM, RMSPROP = keras.optimizers.Adam, keras.optimizers.RMSprop
STACKS = ("stackgan", "stackgan_stage2", "stackgan_plus")
FEW = ("s2gan", "s3gan", "s2gan_co", "s3gan_co")
CONSTANTS = {  # of the papers: optimizer, learning rate (or of D and of G), others, steps of D, loss, penalty
    "gan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "dcgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "mmgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "nsgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "lsgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.LeastSquaresLoss, None),
    "fgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.FDivergenceLoss, None),
    "ebgan": (ADAM, 1e-3, {"beta_1": 0.5}, 1, losses.EnergyLoss, None),
    "began": (ADAM, 1e-4, {"beta_1": 0.9}, 1, None, None),
    "wgan": (RMSPROP, 5e-5, {}, 5, None, None),
    "wgan_gp": (ADAM, 1e-4, {"beta_1": 0.0, "beta_2": 0.9}, 5, None, None),
    "wgan_lp": (ADAM, 1e-4, {"beta_1": 0.0, "beta_2": 0.9}, 5, losses.WassersteinLoss, {"one_sided": True}),
    "sngan": (ADAM, 2e-4, {"beta_1": 0.0, "beta_2": 0.9}, 5, losses.HingeLoss, None),
    "dragan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, {"weight": 10.0, "scale": 0.5}),
    "r1gan": (RMSPROP, 1e-4, {"rho": 0.99}, 1, losses.GANLoss, {"gamma": 10.0}),
    "rsgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.RelativisticLoss, None),
    "ragan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.RelativisticLoss, None),
    "improved_gan": (ADAM, 3e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "cgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "acgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "triplegan": (ADAM, 3e-4, {"beta_1": 0.5}, 1, None, None),
    "projection_gan": (ADAM, 2e-4, {"beta_1": 0.0, "beta_2": 0.9}, 5, losses.HingeLoss, None),
    "sagan": (ADAM, (4e-4, 1e-4), {"beta_1": 0.0, "beta_2": 0.9}, 1, losses.HingeLoss, None),
    "biggan": (ADAM, 2e-4, {"beta_1": 0.0, "beta_2": 0.999}, 4, losses.HingeLoss, None),
    "biggan_deep": (ADAM, 2e-4, {"beta_1": 0.0, "beta_2": 0.999}, 4, losses.HingeLoss, None),
    **dict.fromkeys(FEW, (ADAM, 2e-4, {"beta_1": 0.0, "beta_2": 0.999}, 4, losses.HingeLoss, None)),
    "stylegan": (ADAM, 1e-3, {"beta_1": 0.0, "beta_2": 0.99}, 1, losses.GANLoss, {"gamma": 10.0}),
    "stylegan2": (ADAM, 2e-3, {"beta_1": 0.0, "beta_2": 0.99}, 1, losses.GANLoss, {"every": 16}),
    "lapgan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "pix2pix": (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None),
    "cyclegan": (ADAM, 2e-4, {"beta_1": 0.5}, 1, None, None),
    "stargan": (ADAM, 1e-4, {"beta_1": 0.5, "beta_2": 0.999}, 5, losses.WassersteinLoss, {"weight": 10.0}),
    "unit": (ADAM, 1e-4, {"beta_1": 0.5, "beta_2": 0.999}, 1, losses.GANLoss, None),
    "srresnet": (ADAM, 1e-4, {"beta_1": 0.9, "beta_2": 0.999}, 1, None, None),
    "srgan": (ADAM, 1e-4, {"beta_1": 0.9, "beta_2": 0.999}, 1, losses.GANLoss, None),
    "autoencoder": (ADAM, 1e-3, {"beta_1": 0.9, "beta_2": 0.999}, 1, None, None),
    "denoising_autoencoder": (ADAM, 1e-3, {"beta_1": 0.9, "beta_2": 0.999}, 1, None, None),
    "vae": (ADAM, 1e-3, {"beta_1": 0.9, "beta_2": 0.999}, 1, None, None),
    **dict.fromkeys(STACKS, (ADAM, 2e-4, {"beta_1": 0.5}, 1, losses.GANLoss, None)),
    "captions": (ADAM, 1e-3, {"beta_1": 0.9, "beta_2": 0.999}, 1, None, None),
    "progan": (ADAM, 1e-3, {"beta_1": 0.0, "beta_2": 0.99}, 1, losses.WassersteinLoss, {"weight": 10.0}),
}
BATCHES = {
    "cgan": 64,
    "acgan": 100,
    "projection_gan": 64,
    "sagan": 256,
    "biggan": 2048,
    "biggan_deep": 2048,
    "triplegan": 100,
    "s2gan": 2048,
    "s3gan": 2048,
    "s2gan_co": 2048,
    "s3gan_co": 2048,
    "pix2pix": 1,
    "cyclegan": 1,
    "stargan": 16,
    "unit": 1,
    "stackgan_plus": 24,
    "srresnet": 16,
    "srgan": 16,
}  # of the papers
LARGE = {
    "acgan": (32, 32, 3),
    "projection_gan": (32, 32, 3),
    "triplegan": (32, 32, 3),
    "stackgan": (64, 64, 3),
    "stackgan_stage2": (64, 64, 3),
    "stackgan_plus": (64, 64, 3),
}  # that have other networks and constants below it
OF_IMAGES = [name for name, recipe in recipes.RECIPES.items() if recipe.data == "images"]


def for_pictures(name):
    """A recipe's model for the smallest pictures for which it is its paper's; with few channels if it takes a width."""
    shape, arguments = (16, 16, 1), recipes.RECIPES[name].smallest
    shape = shape if name in OF_IMAGES else LARGE.get(name, arguments["image_shape"])
    few = {key: value for key, value in arguments.items() if key in ("width", "blocks", "receptive_field")}
    return recipes.RECIPES[name].build(shape, **few)


@pytest.fixture(scope="module", params=list(recipes.RECIPES))
def named(request):
    """A recipe's name and its model for pictures."""
    return request.param, for_pictures(request.param)


def optimizers(model):
    return [getattr(model, player.optimizer) for player in model.players]


def discriminators(model):
    return [getattr(model, name) for name in model.network_names if name.startswith("discriminator")]


def test_recipe_says_at_which_rate_it_learns(named):
    """In its docstring, or of which recipe the optimizer is."""
    name, model = named
    said = recipes.RECIPES[name].build.__doc__.split("Deviations:")[1]
    rates = [member.get_config()["learning_rate"] for member in optimizers(model)]
    rates = {rate["config"]["initial_learning_rate"] if isinstance(rate, dict) else rate for rate in rates}
    words = [re.sub("e-0", "e-", f"{rate:.0e}") for rate in rates]
    assert all(word in said for word in words) or re.search(r"(optimizer|Those).*`recipes\.", said, re.DOTALL)


def test_recipe_has_its_papers_constants(named):
    name, model = named
    if name not in CONSTANTS:
        pytest.skip("its constants stand in its docstring alone")
    optimizer, rates, others, n_critic, loss, penalty = CONSTANTS[name]
    rates = rates if isinstance(rates, tuple) else [rates] * len(model.players)
    for member, rate in zip(optimizers(model), rates, strict=True):
        config = member.get_config()
        assert type(member) is optimizer
        assert config["learning_rate"] == pytest.approx(rate)
        assert others.items() <= config.items()
    assert model.n_critic == n_critic
    assert loss is None or isinstance(model.loss, loss)
    assert len(getattr(model, "penalties", [])) == (penalty is not None)
    assert penalty is None or penalty.items() <= model.penalties[0].get_config().items()


def test_recipe_has_batch_norm_in_d_only_where_nothing_forbids_it(named):
    """As a penalty on D's gradient does, and spectral normalisation."""
    name, model = named
    names = {type(layer).__name__ for network in discriminators(model) for layer in network._flatten_layers()}
    penalised = isinstance(model, models.WGANGP) or getattr(model, "penalties", ())
    if penalised or "SpectralNormalization" in names:
        assert "BatchNormalization" not in names
    elif name in CONSTANTS and model.judging:
        without = ("gan", "ebgan", "began", "projection_gan", "triplegan", "cyclegan", "unit", "lapgan")
        assert ("BatchNormalization" in names) == (name not in without)


def test_recipe_scores_are_logits(named):
    """Trap: a sigmoid at the end of D under a loss of logits. A logit's bias of 1000 shows in full.

    Scores of an autoencoder that judges have no bias: a black picture rebuilt as white is 2 a number away. StarGAN's
    and R3GAN's have none either, but what they are sums of has.
    """
    name, model = named
    if name in ("ebgan", "began"):
        for bias in (v for v in model.discriminator.trainable_variables if v.shape == (256,)):
            bias.assign(np.full(bias.shape, 1000.0))
        scores = model.discriminator(-np.ones((2, 16, 16, 1), "float32"))
        expected = {"ebgan": -32, "began": -2}[name]  # the norm over 256 numbers, and their mean
        np.testing.assert_allclose(keras.ops.convert_to_numpy(scores), [[expected], [expected]], rtol=1e-5)
        return
    assert getattr(getattr(model, "loss", None), "from_logits", True)
    for network in discriminators(model):
        before = network.get_weights()
        for bias in (v for v in network.trainable_variables if v.name == "bias" and v.shape == (1,)):
            bias.assign([1000.0])
        if name.startswith("r3gan"):
            network.set_weights([np.ones(weight.shape) for weight in before])
        if name == "stargan":
            network.get_layer("scores").kernel.assign(np.ones(network.get_layer("scores").kernel.shape))
            *_, bias = (v for v in network.trainable_variables if v.name == "bias")
            bias.assign(np.full(bias.shape, 1000.0))
        examples = [np.zeros((2, *x.shape[1:]), x.dtype) for x in network.inputs]
        scores = network(examples if len(examples) > 1 else examples[0])
        network.set_weights(before)
        assert np.min(keras.tree.flatten(scores)[0]) > 500


@pytest.mark.parametrize(
    "name", [name for name in OF_IMAGES if len(recipes.RECIPES[name].smallest["image_shape"]) == 1]
)
def test_recipe_for_points_is_dense(name):
    model = recipes.RECIPES[name].build((2,))
    assert recipes.RECIPES[name].batch_for((2,)) == 256
    assert model.latent_dim in (2, None)
    assert model.make(3, np.zeros((3, 2), "float32")).shape == (3, 2)
    assert all(member.get_config()["learning_rate"] == pytest.approx(2e-3) for member in optimizers(model))


def test_mmgan_saturates_and_nsgan_does_not():
    assert recipes.mmgan((2,)).loss.saturating
    assert not recipes.nsgan((2,)).loss.saturating


def test_fgan_takes_any_divergence():
    for name in losses.DIVERGENCES:
        parameter = {"alpha": 0.5, "weighted_jensen_shannon": 0.3}.get(name)
        model = recipes.fgan((2,), divergence=name, parameter=parameter)
        assert model.loss.divergence == name


@pytest.mark.parametrize("name", ["ebgan", "began"])
def test_recipe_of_an_autoencoder_reaches_both_ends_of_the_pictures_range(name):
    """Trap: a sigmoid at the end of the decoder and of G, which is right for data in [0, 1]."""
    model = recipes.RECIPES[name].build((16, 16, 1))
    decoder = model.discriminator.get_layer("generator")
    for network in (decoder, model.generator):
        for end in (-1.0, 1.0):
            network.trainable_variables[-1].assign(np.full(256, 1000 * end))
            made = keras.ops.convert_to_numpy(network(np.zeros((1, *network.input_shape[1:]), "float32")))
            np.testing.assert_array_equal(made, np.full((1, 16, 16, 1), end))


def test_began_has_the_papers_balance_and_its_pair_above_1024_numbers():
    model = recipes.began((32, 32, 3), generator=networks.began.generator((32, 32, 3), width=4))
    assert (model.gamma, model.k_rate, model.latent_dim) == (0.5, 1e-3, 64)
    assert model.discriminator.count_params() == networks.began.discriminator((32, 32, 3)).count_params()
    small = recipes.began((16, 16, 1))
    assert small.latent_dim == 32
    assert [layer.units for layer in small.generator.layers if isinstance(layer, keras.layers.Dense)] == [128, 256]


@pytest.mark.parametrize(("arguments", "rate"), [({}, 1e-4), ({"g_learning_rate": 4e-4}, 4e-4)])
def test_began_halves_its_rates_by_the_count_of_steps(arguments, rate):
    model = recipes.began((16, 16, 1), halve_every=100, **arguments)
    schedule = model.g_optimizer._learning_rate
    for step, share in {0: 1.0, 99: 1.0, 100: 0.5, 250: 0.25}.items():
        assert float(schedule(step)) == pytest.approx(share * rate)


def test_wgan_and_wgan_gp_weights_of_the_terms():
    assert recipes.wgan((16, 16, 1)).c == 0.01
    assert recipes.wgan_gp((16, 16, 1)).weight == 10.0
    assert recipes.wgan_gp((2,)).weight == recipes.wgan_lp((2,)).penalties[0].weight == 0.1


def test_wgan_gp_and_sngan_are_the_papers_resnets_at_32_pixels():
    def trainable(network):
        return sum(v.numpy().size for v in network.trainable_variables)

    gp, sn = recipes.wgan_gp((32, 32, 3)), recipes.sngan((32, 32, 3))
    assert (trainable(gp.generator), trainable(gp.discriminator)) == (1_204_483, 1_053_825)
    assert (trainable(sn.generator), trainable(sn.discriminator)) == (4_276_739, 1_053_825)
    assert gp.latent_dim == sn.latent_dim == 128


def test_sngan_normalises_every_layer_with_a_kernel():
    for shape in ((2,), (16, 16, 1), (32, 32, 3)):
        d = recipes.sngan(shape).discriminator
        kernels = [layer for layer in d.layers if any(v.name == "kernel" for v in layer.trainable_variables)]
        assert kernels
        assert all(isinstance(layer, layers.SpectralNormalization) for layer in kernels)


def test_relativistic_recipes_differ_in_what_they_compare():
    assert recipes.ragan((2,)).loss.average
    assert not recipes.rsgan((2,)).loss.average


def test_improved_gan_has_the_five_techniques():
    model = recipes.improved_gan((16, 16, 1))
    kinds = {type(layer) for network in (model.generator, model.discriminator) for layer in network.layers}
    assert {layers.MinibatchDiscrimination, layers.VirtualBatchNormalization} <= kinds
    assert isinstance(model.penalties_of["generator"][0], regularizers.FeatureMatching)
    assert model.loss.one_sided
    weights = [*model.generator.trainable_variables, *model.discriminator.trainable_variables]
    assert all(isinstance(v.regularizer, regularizers.HistoricalAveraging) for v in weights)


def test_recipe_takes_other_networks_and_overrides():
    small = recipes.wgan_gp((2,), discriminator=recipes.nsgan((2,)).discriminator, weight=3.0, n_critic=2)
    assert (small.weight, small.n_critic) == (3.0, 2)
    with pytest.raises(TypeError, match="Received: lambda_"):
        recipes.nsgan((2,), lambda_=3)
    with pytest.raises(
        ValueError, match=r"its optimizer or its learning rate\. Received: both, and d_learning_rate\.$"
    ):
        recipes.nsgan((2,), d_learning_rate=4e-4, d_optimizer="sgd")


def test_recipes_stand_in_the_order_of_the_chapters():
    """Which is that of the lectures, whatever files they are in."""
    lectures = list(CHAPTERS.values())
    assert lectures == sorted(lectures)
    for number in lectures:
        assert list((ROOT / "notebooks").glob(f"{number}_*.ipynb")), number
    chapters = [recipe.chapter for recipe in recipes.RECIPES.values()]
    assert chapters == sorted(chapters, key=list(CHAPTERS).index)
    names = list(recipes.RECIPES)
    assert [name for name in names if name in ("gan", "mmgan", "nsgan")] == ["gan", "mmgan", "nsgan"]


def test_recipe_of_no_chapter_is_refused():
    with pytest.raises(ValueError, match=r"Expected one of the chapters Quickstart, .* Received: 'Games'\.$"):
        recipe(paper="", arxiv="", chapter="Games", batch_size=1)(recipes.gan)
    assert "gan" in recipes.RECIPES


@pytest.mark.parametrize("name", list(recipes.RECIPES))
def test_recipe_builds_the_game_that_it_states(name):
    """And takes a learning rate for each player, at which a schedule begins; its page has the logs that it keeps."""
    stated = recipes.RECIPES[name]
    rates = {f"{player.name}_learning_rate": 4e-4 * i for i, player in enumerate(stated.game.players)}
    model = stated.build(**stated.smallest, **rates)
    assert type(model) is stated.game
    assert [metric.name for metric in model.metrics] == rows("recipes.csv")[name]["logs"].split()
    for member, rate in zip(optimizers(model), rates.values()):
        schedule = member._learning_rate
        assert float(schedule(0) if callable(schedule) else schedule) == pytest.approx(rate)


@pytest.mark.parametrize("name", ["wgan_gp", "cyclegan", "vae", "quick_gan"])
def test_recipe_takes_one_learning_rate_for_all_players_but_those_with_their_own(name):
    stated = recipes.RECIPES[name]
    first, *others = [f"{player.name}_learning_rate" for player in stated.game.players]
    model = stated.build(**stated.smallest, learning_rate=3e-4, **{first: 1e-4})
    schedules = [member._learning_rate for member in optimizers(model)]
    rates = [float(schedule(0) if callable(schedule) else schedule) for schedule in schedules]
    assert rates == pytest.approx([1e-4] + [3e-4] * len(others))


def test_recipe_refuses_one_learning_rate_beside_an_optimizer():
    with pytest.raises(ValueError, match=r"Received: both, and g_learning_rate\.$"):
        recipes.nsgan((2,), learning_rate=4e-4, g_optimizer="sgd")


def test_conditional_and_translating_recipes_say_what_they_are_trained_on():
    kinds = {name: recipes.RECIPES[name].data for name in BATCHES}
    expected = {"cgan": "labels", "acgan": "labels", "projection_gan": "labels", "pix2pix": "pairs"}
    expected |= {"triplegan": "few labels", **dict.fromkeys(["sagan", "biggan", "biggan_deep"], "labels")}
    expected |= {"s2gan": "inferred labels", "s3gan": "inferred labels"}
    expected |= {"s2gan_co": "some labels", "s3gan_co": "some labels"}
    expected |= {"srresnet": "enlargements", "srgan": "enlargements", "stackgan_plus": "captions"}
    assert kinds == {**expected, "cyclegan": "domains", "unit": "domains", "stargan": "attributes"}
    assert {name: recipes.RECIPES[name].batch_for((64, 64, 3)) for name in BATCHES} == BATCHES


LATENTS = {"cgan": 100, "acgan": 110, "projection_gan": 128, "triplegan": 32}
LATENTS |= {"sagan": 128, "biggan": 60, "biggan_deep": 128, **dict.fromkeys(FEW, 60)}


@pytest.mark.parametrize("name", LATENTS)
def test_conditional_recipe_has_the_classes_it_is_asked_for(name):
    model = recipes.RECIPES[name].build((16, 16, 1), classes=4, width=4)
    assert model.classes == 4
    assert model.generate(5, labels=3).shape == (5, 16, 16, 1)
    assert model.latent_dim == LATENTS[name]


def test_lapgan_has_a_level_for_each_size_and_refuses_sides_between():
    model = recipes.lapgan((40, 40, 1), coarsest=5, width=4, units=8)
    assert model.judging == ["discriminator_5", "discriminator_10", "discriminator_20", "discriminator_40"]
    assert model.latent_dim == 100 + 10**2 + 20**2 + 40**2
    for shape in ((24, 24, 3), (8, 8, 3), (32, 16, 3)):
        with pytest.raises(ValueError, match=r"side 8 times 2, 4, 8, \.\.\. Received: "):
            recipes.lapgan(shape)


def weights_of_turns_and_classes(model):
    return [getattr(model, name, None) for name in ("d_turns", "g_turns", "class_weight")]


@pytest.mark.parametrize(
    ("name", "weights"),
    {
        "s2gan": [None, None, None],
        "s3gan": [1.0, 0.2, None],
        "s2gan_co": [0.0, 0.0, 1.0],
        "s3gan_co": [1.0, 0.2, 1.0],
    }.items(),
)
def test_recipe_of_few_labels_has_biggans_pair_and_its_weights(name, weights):
    """And above 32 pixels the rates of BigGAN in the code of S3GAN's authors."""
    model = recipes.RECIPES[name].build((16, 16, 1), width=8)
    assert weights_of_turns_and_classes(model) == weights
    assert not getattr(model, "learns_from_mismatches", False)
    twin = networks.biggan.generator((16, 16, 1), 10, width=8)
    assert [v.shape for v in model.generator.weights] == [v.shape for v in twin.weights]
    assert (model.n_critic, model.averages.decay) == (4, 0.9999)
    large = recipes.RECIPES[name].build((40, 40, 3), width=4)
    assert large.n_critic == 2
    assert [member.get_config()["learning_rate"] for member in optimizers(large)] == pytest.approx([5e-4, 1e-4])
    assert not any(v.regularizer for v in large.generator.trainable_variables)
    assert model.discriminator.get_layer("features").output.shape == (None, 16)
    other = recipes.RECIPES[name].build((16, 16, 1), width=4, d_optimizer="sgd", g_learning_rate=1e-3)
    assert type(other.d_optimizer) is keras.optimizers.SGD
    assert other.g_optimizer.get_config()["learning_rate"] == pytest.approx(1e-3)


def test_stylegan2_has_the_lazy_terms_of_config_f():
    model = recipes.stylegan2((16, 16, 1), width=4, mapping_layers=2)
    assert model.penalties[0].penalty.get_config() == {"gamma": 10.0}
    assert model.path_length.get_config() == {"weight": 2.0, "decay": 0.01, "every": 4}
    assert model.averages.decay ** (10_000 / 32) == pytest.approx(0.5)  # they forget half in 10,000 pictures
    assert model.fresh_fakes
    widths = [model.generator.get_layer(f"conv_{side}").filters for side in ("4", "8_1", "16_1")]
    assert widths == [4, 4, 4]


def test_cgan_learns_mismatches_and_projection_gan_does_not():
    assert recipes.cgan((16, 16, 1), width=4).learns_from_mismatches
    assert not recipes.projection_gan((16, 16, 1), width=4).learns_from_mismatches


@pytest.mark.parametrize("name", ["acgan", "projection_gan", "triplegan"])
def test_conditional_recipe_of_small_pictures_is_dense_and_has_what_quick_gan_has(name):
    """As what their papers have learns digits badly, or slowly; above 1,024 numbers they have that."""
    small, quick = recipes.RECIPES[name].build((32, 32, 1), width=4), recipes.quick_gan((32, 32, 1))
    for network in (small.generator, small.discriminator):
        assert not any(isinstance(layer, keras.layers.Conv2D) for layer in network._flatten_layers())
    assert small.g_optimizer.get_config() == quick.g_optimizer.get_config()
    assert small.penalties[0].get_config() == quick.penalties[0].get_config() == {"gamma": 1.024}
    assert small.averages.decay == quick.averages.decay
    assert small.n_critic == 1
    assert name == "triplegan" or type(small.loss) is losses.GANLoss
    large = recipes.RECIPES[name].build((32, 32, 3), width=4)
    assert not large.penalties
    assert (large.averages.decay == 0.99) if name == "triplegan" else (large.averages is None)


def test_projection_gan_of_small_pictures_has_the_papers_batch_norm_and_projection():
    model = recipes.projection_gan((16, 16, 1), width=4)
    norms = [type(layer) for layer in model.generator.layers]
    assert norms.count(layers.ConditionalBatchNormalization) == 3
    assert any(isinstance(layer, keras.layers.Dot) for layer in model.discriminator.layers)


@pytest.mark.parametrize("name", ["biggan", "biggan_deep"])
def test_biggans_have_the_papers_rates_term_and_averages(name):
    """Of pictures of more than 32 pixels; the term is on all kernels of G."""
    model = recipes.RECIPES[name].build((64, 64, 3), classes=3, width=8)
    assert [float(member.learning_rate) for member in optimizers(model)] == pytest.approx([2e-4, 5e-5])
    assert model.averages.decay == 0.9999
    assert model.n_critic == 2
    assert [recipes.RECIPES[name].batch_for((side, side, 3)) for side in (32, 33)] == [50, 2048]
    assert not model.learns_from_mismatches
    kernels = [v for v in model.generator.trainable_variables if v.name == "kernel"]
    assert {type(v.regularizer) for v in kernels} == {regularizers.OrthogonalRegularizer}
    assert {v.regularizer.weight for v in kernels} == {1e-4}
    others = [v for v in model.generator.trainable_variables if v.name != "kernel"]
    assert not any(v.regularizer for v in [*others, *model.discriminator.trainable_variables])


@pytest.mark.parametrize("name", ["sagan", "biggan", "biggan_deep"])
def test_recipes_of_attention_attend_where_they_are_asked_to(name):
    for attention, side in {"auto": 16, 8: 8, None: None}.items():
        model = recipes.RECIPES[name].build((32, 32, 1), classes=3, width=4, attention=attention)
        for network in (model.generator, model.discriminator):
            found = [layer for layer in network.layers if isinstance(layer, layers.SelfAttention)]
            assert [layer.output.shape[1] for layer in found] == ([side] if side else [])


def test_sagan_has_no_averages_and_a_rate_of_each_player_can_be_given_alone():
    model = recipes.sagan((16, 16, 1), classes=3, width=2, g_learning_rate=2e-4)
    assert model.averages is None
    assert [float(member.learning_rate) for member in optimizers(model)] == pytest.approx([4e-4, 2e-4])
    assert {member.beta_2 for member in optimizers(model)} == {0.9}


def test_acgan_drops_half_in_d():
    model = recipes.acgan((32, 32, 3), width=4)
    rates = {layer.rate for layer in model.discriminator._flatten_layers() if isinstance(layer, keras.layers.Dropout)}
    assert rates == {0.5}


def test_pix2pix_has_the_papers_weights_and_a_bottleneck_without_batch_norm():
    model, other = (recipes.pix2pix((32, 32, 3), width=4, **arguments) for arguments in ({}, {"receptive_field": 16}))
    assert model.l1_weight == 100
    norms = [layer for layer in model.generator.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert norms
    assert all(layer.output.shape[1] > 1 for layer in norms)
    assert [m.discriminator.output_shape for m in (model, other)] == [(None, 2, 2, 1), (None, 14, 14, 1)]


def test_pix2pix_learns_sides_that_differ_and_colours_of_grey():
    model = recipes.pix2pix((32, 64, 1), width=2, receptive_field=16, target_channels=3)
    rng = np.random.default_rng(0)
    inputs, targets = (rng.uniform(-1, 1, (2, 32, 64, channels)).astype("float32") for channels in (1, 3))
    before = model.generator.get_weights()[0]
    model.fit(inputs, targets, batch_size=1, verbose=0)
    assert np.abs(model.generator.get_weights()[0] - before).max() > 0
    assert model.translate(inputs).shape == targets.shape


def test_dcgan_learns_sides_that_differ():
    model = recipes.dcgan((16, 24, 1), latent_dim=2)
    x = np.random.default_rng(0).uniform(-1, 1, (8, 16, 24, 1)).astype("float32")
    model.fit(x, batch_size=4, verbose=0)
    assert model.generate(3).shape == (3, 16, 24, 1)


def test_cyclegan_has_the_papers_weights_and_pools():
    model = recipes.cyclegan((32, 32, 3), width=4, blocks=1)
    assert (model.cycle_weight, model.identity_weight, model.pool_size) == (10, 0.5, 50)
    first, second = model.generator_ab.get_weights(), model.generator_ba.get_weights()
    assert not any(np.array_equal(a, b) for a, b in zip(first, second) if a.ndim == 4)


@pytest.mark.parametrize(
    ("steps", "rates"), [(10, {0: 2e-4, 5: 2e-4, 6: 1.6e-4, 10: 0}), (5, {2: 2e-4, 5: 0}), (1, {0: 2e-4, 1: 0})]
)
def test_cyclegan_of_known_length_has_the_papers_schedule(steps, rates):
    """The second half of the steps falls to zero."""
    model = recipes.cyclegan((32, 32, 3), width=4, blocks=1, steps=steps)
    for member in (model.d_optimizer, model.g_optimizer):
        schedule = member._learning_rate
        assert isinstance(schedule, ConstantThenLinear)
        for step, rate in rates.items():
            assert float(schedule(step)) == pytest.approx(rate, rel=1e-5, abs=1e-12)


def test_unit_has_the_authors_weights_and_decays_all_of_them():
    """1e-4 w joins the gradient of each weight w, as PyTorch's Adam has it, not its step."""
    model = recipes.unit((16, 16, 1), width=2, blocks=1)
    names = ("gan_weight", "kl_weight", "reconstruction_weight", "cycle_kl_weight", "cycle_weight")
    assert [getattr(model, name) for name in names] == [10, 0.1, 100, 0.1, 100]
    for player in model.players:
        assert getattr(model, player.optimizer).weight_decay is None
        for weight in (w for name in player.networks for w in getattr(model, name).trainable_variables):
            assert weight.regularizer.get_config() == {"l2": pytest.approx(0.5e-4)}


def test_stargan_has_the_papers_weights_and_a_schedule_for_the_updates_of_each_player():
    """D's rate at update n_critic t is G's at update t."""
    arguments = {"image_shape": (16, 16, 3), "width": 2, "blocks": 1}
    model = recipes.stargan(**arguments, steps=10)
    assert (model.class_weight, model.reconstruction_weight, model.n_critic) == (1, 10, 5)
    assert model.domains == ("Black_Hair", "Blond_Hair", "Brown_Hair", "Male", "Young")
    of_d, of_g = (member._learning_rate for member in optimizers(model))
    for step, rate in {0: 1e-4, 5: 1e-4, 6: 0.8e-4, 10: 0}.items():
        assert float(of_g(step)) == pytest.approx(rate, rel=1e-5, abs=1e-12)
        assert float(of_d(5 * step)) == pytest.approx(rate, rel=1e-5, abs=1e-12)
    assert 0.8e-4 < float(of_d(27)) < 1e-4
    other = recipes.stargan(**arguments, steps=10, n_critic=2).d_optimizer._learning_rate
    assert float(other(12)) == pytest.approx(0.8e-4, rel=1e-5)
    assert float(recipes.stargan(**arguments).d_optimizer.learning_rate) == pytest.approx(1e-4)


def test_srgan_has_the_papers_weights_and_a_tenth_of_its_rates_in_the_second_half():
    """D's at update n_critic t is G's at update t. Without VGG19, which would have to be downloaded."""
    arguments = {"image_shape": (16, 16, 3), "width": 4, "blocks": 1}
    model = recipes.srgan(**arguments, steps=9)
    assert (model.adversarial_weight, model.content.layer, model.content.weights) == (1e-3, None, "imagenet")
    for member in optimizers(model):
        found = [float(member._learning_rate(step)) for step in (0, 4, 5, 8)]
        assert found == pytest.approx([1e-4, 1e-4, 1e-5, 1e-5])
    of_d = recipes.srgan(**arguments, steps=9, n_critic=2).d_optimizer._learning_rate
    assert [float(of_d(step)) for step in (9, 10)] == pytest.approx([1e-4, 1e-5])
    assert float(recipes.srgan(**arguments).g_optimizer.learning_rate) == pytest.approx(1e-4)


def test_srgan_takes_the_content_that_is_asked_for_without_fetching_it():
    model = recipes.srgan((16, 16, 3), width=4, blocks=1, content="vgg54", content_weights="file.h5")
    assert (model.content.layer, model.content.weights) == ("block5_conv4", "file.h5")
    assert model.content._network is None


def test_srgan_has_the_generator_of_srresnet():
    one, other = (build((16, 16, 3), width=4, blocks=1) for build in (recipes.srresnet, recipes.srgan))
    assert [v.path for v in one.generator.weights] == [v.path for v in other.generator.weights]
    assert one.generator.count_params() == 3_643


def test_stargan_takes_networks_of_ones_own():
    shape, domains = (16, 16, 3), ("a", "b")
    generator = networks.stargan.generator(shape, 2, width=2, blocks=2)
    discriminator = networks.stargan.discriminator(shape, 2, width=2, halvings=1)
    model = recipes.stargan(shape, domains, width=4, generator=generator, discriminator=discriminator)
    assert (model.generator, model.discriminator) == (generator, discriminator)
    usual = recipes.stargan(shape, domains, width=2, blocks=1, generator=generator)
    assert usual.discriminator.output_shape == [(None, 2, 2, 1), (None, 2)]


def test_stargan_of_two_sets_has_planes_for_the_mask_and_no_logits():
    sets = {"domains": ("a", "b", "c"), "sets": [(1, "binary"), (2, "classes")]}
    model = recipes.stargan((16, 16, 3), **sets, width=2, blocks=1)
    assert model.generator.input_shape[1] == (None, 5)
    assert model.discriminator.output_shape[1] == (None, 3)
