"""The constants of every builder's layers, read from the built network: what its docstring says, and its options."""

import collections
import inspect

import pytest

from keras_gans import networks
from keras_gans.networks import (
    acgan,
    began,
    biggan,
    biggan_deep,
    cgan,
    cyclegan,
    dcgan,
    dense_labels,
    energy,
    lapgan,
    mlp,
    pix2pix,
    plain,
    progan,
    projection,
    r3gan,
    resnet,
    s3gan,
    sagan,
    srgan,
    srresnet,
    stackgan,
    stackgan_plus,
    stargan,
    stylegan,
    stylegan2,
    text,
    triplegan,
    unit,
)

pytestmark = pytest.mark.usefixtures("quick_weights")

GREY, COLOUR, LARGE = (16, 16, 1), (16, 16, 3), (32, 32, 3)
NORMAL, LOUD, GLOROT = ("RandomNormal", 0.0, 0.02), ("RandomNormal", 0.0, 1.0), ("GlorotUniform",)
ORTHOGONAL = ("Orthogonal", 1.0)
RESIDUAL = {GLOROT, ("VarianceScaling", 1, "fan_avg", "uniform"), ("VarianceScaling", 2, "fan_avg", "uniform")}
BATCH_NORM, LEAKY, RELU = {"momentum": {0.9}, "epsilon": {1e-5}}, {"negative_slope": {0.2}}, {"negative_slope": {0.0}}
INSTANCE_NORM = {"weights": {NORMAL}, "epsilon": {1e-5}}
OF_4 = ("RandomNormal", 0.0, 0.08)  # UNIT's at width 4; N(0, 0.02) at 64
UNIT_NORM = {"weights": {OF_4}, "epsilon": {1e-5}}
PYTORCH = {"weights": {("VarianceScaling", 1 / 3, "fan_in", "uniform")}}
R3GAN = {("VarianceScaling", gain, "fan_in", "untruncated_normal") for gain in (1.0, 2 / 1.04 / 6**0.5)} | {("Zeros",)}
OTHERS = {"negative_slope": 0.3, "momentum": 0.99, "epsilon": 1e-3}  # than the defaults
AS_GIVEN = {name: {value} for name, value in OTHERS.items()}
JUDGE = {"weights": {NORMAL}, **BATCH_NORM, **LEAKY, "activation": {"linear"}}
MAKER = {**JUDGE, "activation": {"linear", "tanh"}}
ELU_JUDGE = {"weights": {GLOROT}, "activation": {"elu", "linear"}}
ELU_MAKER = {"weights": {GLOROT}, "activation": {"elu", "linear", "tanh"}}

CONSTANTS = [
    (dcgan.generator, (GREY,), {}, MAKER),
    (dcgan.generator, (GREY,), {"dense_batch_norm": True, **OTHERS}, {**MAKER, **AS_GIVEN}),
    (dcgan.discriminator, (GREY,), {}, JUDGE),
    (dcgan.discriminator, (GREY,), {"dropout": 0.3, **OTHERS}, {**JUDGE, **AS_GIVEN, "rate": {0.3}}),
    (cgan.generator, (GREY, 3), {}, {**MAKER, "weights": {NORMAL, LOUD}}),
    (cgan.discriminator, (GREY, 3), {}, {**JUDGE, "weights": {NORMAL, LOUD, GLOROT}}),
    (cgan.two_headed_discriminator, (GREY, 3), {}, {**JUDGE, "weights": {NORMAL, LOUD}}),
    (acgan.discriminator, (GREY, 3), {}, {**JUDGE, "rate": {0.5}}),
    (mlp.generator, (GREY,), {}, {"weights": {GLOROT}, "activation": {"relu", "linear", "tanh"}}),
    (mlp.generator, ((2,),), {}, {"weights": {GLOROT}, "activation": {"relu", "linear"}}),
    (mlp.discriminator, ((2,),), {}, {"weights": {GLOROT}, "activation": {"linear"}, **LEAKY}),
    (mlp.encoder, (GREY, 8), {}, {"weights": {GLOROT}, "activation": {"linear"}, **LEAKY}),
    (began.generator, (GREY,), {}, ELU_MAKER),
    (began.encoder, (GREY,), {}, ELU_JUDGE),
    (began.discriminator, (GREY,), {}, ELU_MAKER),
    (energy.encoder, (GREY,), {}, JUDGE),
    (energy.decoder, (GREY,), {}, MAKER),
    (
        dense_labels.generator,
        (GREY, 3),
        {},
        {"weights": {GLOROT, LOUD}, "activation": {"leaky_relu", "linear", "tanh"}},
    ),
    (lapgan.generator, (GREY,), {}, {**PYTORCH, "activation": {"linear"}, **RELU}),
    (lapgan.discriminator, (GREY,), {}, {**PYTORCH, "activation": {"linear"}, **RELU, "rate": {0.5}}),
    (lapgan.discriminator, (GREY,), {"dropout": 0.1}, {**PYTORCH, "activation": {"linear"}, **RELU, "rate": {0.1}}),
    (dense_labels.auxiliary_discriminator, (GREY, 3), {}, {"weights": {GLOROT}, "activation": {"linear"}, **LEAKY}),
    (
        dense_labels.projection_discriminator,
        (GREY, 3),
        {},
        {"weights": {GLOROT, ("RandomUniform", -0.05, 0.05)}, "activation": {"linear"}, **LEAKY},
    ),
    (plain.generator, (GREY,), {}, {"weights": {GLOROT}, "activation": {"linear", "tanh"}, **LEAKY}),
    (plain.discriminator, (GREY,), {}, {"weights": {GLOROT}, "activation": {"linear"}, **LEAKY}),
    (pix2pix.generator, (LARGE,), {}, {**MAKER, "negative_slope": {0.2, 0.0}, "rate": {0.5}}),
    (pix2pix.discriminator, (LARGE,), {}, JUDGE),
    (cyclegan.generator, (COLOUR,), {"blocks": 1}, {**INSTANCE_NORM, **RELU, "activation": {"linear", "tanh"}}),
    (cyclegan.discriminator, (LARGE,), {}, {**INSTANCE_NORM, **LEAKY, "activation": {"linear"}}),
    (
        stargan.generator,
        (COLOUR,),
        {"blocks": 1},
        {**PYTORCH, **RELU, "epsilon": {1e-5}, "activation": {"linear", "tanh"}},
    ),
    (stargan.discriminator, (COLOUR,), {}, {**PYTORCH, "negative_slope": {0.01}, "activation": {"linear"}}),
    (unit.front_encoder, (COLOUR,), {}, {**UNIT_NORM, "negative_slope": {0.01, 0.0}, "activation": {"linear"}}),
    (unit.shared_encoder, (COLOUR,), {}, {**UNIT_NORM, **RELU, "activation": {"linear"}}),
    (unit.shared_decoder, (COLOUR,), {}, {**UNIT_NORM, **RELU, "activation": {"linear"}}),
    (unit.back_decoder, (COLOUR,), {}, {**UNIT_NORM, **RELU, "activation": {"linear", "tanh"}}),
    (unit.discriminator, (COLOUR,), {}, {"weights": {OF_4}, "negative_slope": {0.01}, "activation": {"linear"}}),
    (srresnet.generator, (), {"blocks": 1}, {"weights": {GLOROT}, **BATCH_NORM, "activation": {"linear"}}),
    (srgan.discriminator, (COLOUR,), {}, {"weights": {GLOROT}, **BATCH_NORM, **LEAKY, "activation": {"linear"}}),
    (progan.generator, (GREY,), {}, {**LEAKY, "epsilon": {1e-8}}),
    (progan.discriminator, (GREY,), {}, {**LEAKY, "epsilon": {1e-8}}),
    (r3gan.generator, (GREY,), {}, {**LEAKY, "weights": R3GAN, "activation": {"linear"}}),
    (r3gan.discriminator, (GREY,), {}, {**LEAKY, "weights": R3GAN, "activation": {"linear"}}),
    (resnet.generator, (COLOUR,), {}, {**MAKER, **RELU, "weights": RESIDUAL}),
    (resnet.discriminator, (COLOUR,), {}, {"weights": RESIDUAL, **RELU, "activation": {"linear"}}),
    (projection.generator, (COLOUR, 3), {}, {**MAKER, **RELU, "weights": RESIDUAL}),
    (projection.discriminator, (COLOUR, 3), {}, {"weights": RESIDUAL, **RELU, "activation": {"linear"}}),
    (sagan.generator, (LARGE, 3), {}, {**MAKER, **RELU, "weights": {GLOROT}}),
    (sagan.discriminator, (LARGE, 3), {}, {"weights": {GLOROT}, **RELU, "activation": {"linear"}}),
    (biggan.generator, (LARGE, 3), {}, {**MAKER, **RELU, "weights": {ORTHOGONAL}}),
    (biggan.discriminator, (LARGE, 3), {}, {"weights": {ORTHOGONAL}, **RELU, "activation": {"linear"}}),
    (
        s3gan.discriminator,
        (LARGE, 3),
        {"predicts": True},
        {"weights": {ORTHOGONAL}, **RELU, "activation": {"linear"}},
    ),
    (biggan_deep.generator, (LARGE, 3), {}, {**MAKER, **RELU, "weights": {ORTHOGONAL}}),
    (biggan_deep.discriminator, (LARGE, 3), {}, {"weights": {ORTHOGONAL}, **RELU, "activation": {"linear"}}),
    (stylegan.generator, (GREY,), {}, {"epsilon": {1e-8}, **LEAKY}),
    (stylegan.discriminator, (GREY,), {}, {"epsilon": {1e-8}, **LEAKY}),
    (stackgan.first_generator, (COLOUR, 5), {}, {**MAKER, **RELU}),
    (
        stackgan.second_generator,
        (stackgan.first_generator(COLOUR, 5, 8, 4, 1), 32),
        {},
        {**MAKER, **RELU},
    ),
    (stackgan.discriminator, (COLOUR, 5), {}, JUDGE),
    (
        stackgan_plus.generator,
        (LARGE, 5),
        {},
        {"weights": {ORTHOGONAL}, **BATCH_NORM, "activation": {"linear", "tanh"}},
    ),
    (stackgan_plus.discriminator, (COLOUR,), {}, {**JUDGE, "weights": {ORTHOGONAL}}),
    (text.encoder, (5, 4), {}, {"weights": {GLOROT}, "activation": {"relu", "linear"}}),
    (stylegan2.generator, (GREY,), {}, {"epsilon": {1e-8}, **LEAKY}),
    (stylegan2.discriminator, (GREY,), {}, {"epsilon": {1e-8}, **LEAKY}),
    (
        triplegan.generator,
        (GREY, 3),
        {},
        {"weights": {GLOROT}, **BATCH_NORM, "activation": {"linear", "softplus", "tanh"}},
    ),
    (triplegan.discriminator, (GREY, 3), {}, {"weights": {GLOROT}, "activation": {"linear"}, **LEAKY}),
    (
        triplegan.dense_classifier,
        (GREY, 3),
        {},
        {"weights": {GLOROT}, "activation": {"linear", "relu"}, "rate": {0.5}},
    ),
    (
        triplegan.classifier,
        (GREY, 3),
        {},
        {
            "weights": {("RandomNormal", 0.0, 0.05), ("RandomNormal", 0.0, 0.01)},
            **BATCH_NORM,
            **RELU,
            "activation": {"linear"},
            "rate": {0.5},
        },
    ),
]


def constants(network):
    """What is found in any layer of a network, by name."""
    found = collections.defaultdict(set)
    for layer in network._flatten_layers():
        for name, value in vars(layer).items():
            if name in ("kernel_initializer", "embeddings_initializer"):
                config = {key: v for key, v in value.get_config().items() if key != "seed" and v is not None}
                found["weights"].add((type(value).__name__, *config.values()))
            elif name == "activation":
                found["activation"].add(value.__name__)
            elif name in ("momentum", "epsilon", "negative_slope", "rate"):
                found[name].add(value)
    return found


@pytest.mark.parametrize(
    ("build", "arguments", "options", "expected"),
    CONSTANTS,
    ids=lambda value: f"{value.__module__.split('.')[-1]}.{value.__name__}" if inspect.isfunction(value) else "",
)
def test_layers_have_the_constants_of_their_builders_docstring(build, arguments, options, expected):
    assert constants(build(*arguments, width=4, **options)) == expected


def test_constants_of_every_builder_are_tested():
    rooms = [getattr(networks, name) for name in networks.__all__]
    builders = {getattr(room, name) for room in rooms for name in room.__all__}
    built = {f for f in builders if inspect.signature(f).parameters.keys() >= {"width"}}
    assert built == {row[0] for row in CONSTANTS}
    assert len(built) > len(rooms)
