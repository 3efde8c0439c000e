"""The games of the battery: every class of models on networks of a few weights, and every recipe at its smallest."""

import dataclasses
import functools

import keras
import numpy as np
import pytest
from by_hand import condition, turning_discriminator
from conftest import adam, small_gan
from keras import layers

from keras_gans import data, models, networks, regularizers
from keras_gans.layers import ConditioningAugmentation, MaskingNoise, PixelShuffle
from keras_gans.models.attributes import Attributes
from keras_gans.recipes import RECIPES

PICTURES, TINY, SMALL = (16, 16, 1), (8, 8, 3), (8, 8, 1)


@dataclasses.dataclass(frozen=True)
class Game:
    """A way to make a model, and what it is trained on: a function of (real digits, n_critic)."""

    make: object
    data: object

    def examples(self, images, n_critic=1):
        return self.data(images, n_critic)


def digits(images, n_critic):
    """70 pictures: four batches of 16, and six that do not fill one."""
    return data.Examples(images)


def small_digits(images, n_critic):
    """The same, every second pixel along both sides."""
    return data.Examples(images[:, ::2, ::2])


def points(images, n_critic):
    return data.Examples(data.toy.ring(std=0.05).sample(70 * n_critic))


def labelled(images, n_critic):
    return data.Examples(np.tile(images, (n_critic, 1, 1, 1)), np.arange(70 * n_critic, dtype="int32") % 3)


def partly_labelled(images, n_critic):
    """Of each of three classes six labels, and all examples without."""
    pictures, labels = labelled(images, n_critic).parts
    return data.partly_labelled(pictures, labels, per_class=6)


def conditioned(images, n_critic):
    return data.Examples(images, np.random.default_rng(0).normal(size=(70, 5)).astype("float32"))


def pictures(shape, *counts, aligned=True):
    def make(images, n_critic):
        rng = np.random.default_rng(0)
        parts = (rng.uniform(-1, 1, (n, *shape)).astype("float32") for n in counts)
        return data.Examples(*parts, aligned=aligned)

    return make


def pairs(shape):
    return pictures(shape, 70, 70)


def domains(shape):
    return pictures(shape, 70, 50, aligned=False)


def tiny_began(seed=0, **compile_arguments):
    """An autoencoder that judges, and a k that moves at once."""
    keras.utils.set_random_seed(seed)
    autoencoder = [build(PICTURES, 4, width=16) for build in (networks.mlp.encoder, networks.mlp.generator)]
    discriminator = networks.energy.discriminator(*autoencoder, error="l1")
    model = models.BEGAN(networks.mlp.generator(PICTURES, 8, width=16), discriminator, 8, seed)
    model.compile(**optimizers({"gamma": 0.9, "k_rate": 0.1, **compile_arguments}))
    return model


def optimizers(arguments):
    return {"d_optimizer": adam(), "g_optimizer": adam(), **arguments}


def literal(kind):
    """An algorithm box on small dense networks."""

    def make(seed=0, **compile_arguments):
        keras.utils.set_random_seed(seed)
        generator = networks.mlp.generator((2,), latent_dim=2, width=16)
        model = kind(generator, networks.mlp.discriminator((2,), width=16), latent_dim=2, seed=seed)
        model.compile(**{"n_critic": 2, **compile_arguments})
        return model

    return Game(make, points)


def conditional(kind, heads=(1,), sees_labels=True, classes=3, **constants):
    """A conditional game on dense networks, with dropout in D."""

    def make(seed=0, **compile_arguments):
        keras.utils.set_random_seed(seed)
        latents, (labels, embedded) = keras.Input((8,)), condition(classes)
        x = layers.LeakyReLU()(layers.Dense(16)(layers.Concatenate()([latents, embedded])))
        x = layers.Reshape(PICTURES)(layers.Dense(256, activation="tanh")(x))
        generator = keras.Model([latents, labels], x)
        images, (labels, embedded) = keras.Input(PICTURES), condition(classes)
        x = layers.Flatten()(images)
        x = layers.Concatenate()([x, embedded]) if sees_labels else x
        x = layers.Dropout(0.3)(layers.LeakyReLU()(layers.Dense(16)(x)))
        outputs = [layers.Dense(units)(x) for units in heads]
        outputs = outputs if len(outputs) > 1 else outputs[0]
        discriminator = keras.Model([images, labels] if sees_labels else images, outputs)
        model = kind(generator, discriminator, 8, classes, seed)
        model.compile(**optimizers({**constants, **compile_arguments}))
        return model

    return Game(make, conditioned if classes is None else labelled)


def tiny_triplegan(seed=0, **compile_arguments):
    """Dense networks with noise, dropout and batch norm, and all terms; C learns from what G makes from step 6 on."""
    keras.utils.set_random_seed(seed)
    arguments = {"shape": PICTURES, "classes": 3, "width": 8}
    generator = networks.triplegan.generator(latent_dim=4, **arguments)
    discriminator = networks.triplegan.discriminator(depth=2, **arguments)
    classifier = networks.triplegan.dense_classifier(**arguments)
    model = models.TripleGAN(generator, discriminator, classifier, 4, 3, seed)
    weights = {"pseudo": 0.9, "alpha_p": 0.1, "alpha_p_start": 6, "entropy": 0.3, "balance": 0.1}
    model.compile(**optimizers({"c_optimizer": adam(), **weights, **compile_arguments}))
    return model


def some_labelled(images, n_critic):
    """Of each of three classes a quarter of the labels, -1 in place of the others."""
    pictures, labels = labelled(images, n_critic).parts
    return data.Examples(pictures, data.hide_labels(labels, share=0.25))


def turning(kind, seen, predicts):
    """A game whose D says of turns, and maybe of classes, with dropout in D."""

    def make(seed=0, **compile_arguments):
        keras.utils.set_random_seed(seed)
        latents, (labels, embedded) = keras.Input((8,)), condition(3)
        x = layers.LeakyReLU()(layers.Dense(16)(layers.Concatenate()([latents, embedded])))
        generator = keras.Model([latents, labels], layers.Reshape(PICTURES)(layers.Dense(256, activation="tanh")(x)))
        model = kind(generator, turning_discriminator(3, predicts, PICTURES, 16, dropout=0.3), 8, 3, seed)
        model.compile(**optimizers(compile_arguments))
        return model

    return Game(make, seen)


def tiny_pix2pix(seed=0, **compile_arguments):
    """Convolutions with batch norm and dropout in G."""
    keras.utils.set_random_seed(seed)
    x = inputs = keras.Input(TINY)
    for filters in (4, 4):
        x = layers.Dropout(0.5)(
            layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(x)))
        )
    generator = keras.Model(inputs, layers.Conv2D(3, 3, padding="same", activation="tanh")(x))
    pair = [keras.Input(TINY), keras.Input(TINY)]
    x = layers.LeakyReLU()(layers.Conv2D(4, 4, 2, padding="same")(layers.Concatenate()(pair)))
    model = models.Pix2Pix(generator, keras.Model(pair, layers.Conv2D(1, 4)(x)), seed)
    model.compile(**optimizers(compile_arguments))
    return model


def tiny_cyclegan(seed=0, **compile_arguments):
    """Convolutions, and pools that are filled within an epoch."""
    keras.utils.set_random_seed(seed)

    def generator():
        x = layers.LeakyReLU()(layers.Conv2D(4, 3, padding="same")(inputs := keras.Input(TINY)))
        return keras.Model(inputs, layers.Conv2D(3, 3, padding="same", activation="tanh")(x))

    def discriminator():
        x = layers.LeakyReLU()(layers.Conv2D(4, 4, 2, padding="same")(inputs := keras.Input(TINY)))
        return keras.Model(inputs, layers.Conv2D(1, 4)(x))

    model = models.CycleGAN(generator(), generator(), discriminator(), discriminator(), pool_size=36, seed=seed)
    model.compile(**optimizers(compile_arguments))
    return model


def tiny_unit(seed=0, shape_b=TINY, **compile_arguments):
    """Convolutions, between which codes of 4x4 places have noise, and dropout that both domains share."""
    keras.utils.set_random_seed(seed)
    codes, shapes = (4, 4, 4), (TINY, shape_b)

    def convolved(shape, filters, kind=layers.Conv2D, stride=2, activation="tanh", dropout=0.0):
        x = layers.Dropout(dropout)(inputs := keras.Input(shape)) if dropout else (inputs := keras.Input(shape))
        return keras.Model(inputs, kind(filters, 3, stride, padding="same", activation=activation)(x))

    model = models.UNIT(
        *(convolved(shape, 4) for shape in shapes),
        convolved(codes, 4, stride=1, activation=None),
        convolved(codes, 4, stride=1, dropout=0.3),
        *(convolved(codes, shape[-1], layers.Conv2DTranspose) for shape in shapes),
        *(convolved(shape, 1, activation=None) for shape in shapes),
        seed=seed,
    )
    model.compile(**optimizers(compile_arguments))
    return model


TWO_SETS = {"domains": ["red", "blue", "round", "large"], "sets": [(2, "classes"), (2, "binary")]}


def tiny_stargan(seed=0, domains=("red", "blue", "large"), sets=None, exclusive=(), **compile_arguments):
    """Convolutions, one of which sees the labels as planes; the penalty, of 16 patches, so light that SGD stands it."""
    keras.utils.set_random_seed(seed)
    labels = keras.Input((Attributes(domains, sets).length,))
    planes = layers.Reshape((*TINY[:2], labels.shape[1]))(layers.RepeatVector(64)(labels))
    x = layers.Concatenate()([images := keras.Input(TINY), planes])
    x = layers.LeakyReLU()(layers.Conv2D(4, 3, padding="same")(x))
    generator = keras.Model([images, labels], layers.Conv2D(3, 3, padding="same", activation="tanh")(x))
    x = layers.LeakyReLU()(layers.Conv2D(4, 4, 2, padding="same")(images := keras.Input(TINY)))
    heads = [layers.Conv2D(1, 3, padding="same")(x), layers.Dense(len(domains))(layers.Flatten()(x))]
    model = models.StarGAN(generator, keras.Model(images, heads), domains, sets, exclusive, seed)
    penalties = [regularizers.GradientPenalty(0.01)]
    model.compile(**optimizers({"n_critic": 2, "penalties": penalties, **compile_arguments}))
    return model


def attributed(shape, sets=((3, "binary"),)):
    """Pictures with a vector for each, of one set or of several in turn, whose mask follows."""

    def make(images, n_critic):
        rng, ends = np.random.default_rng(0), np.cumsum([size for size, _ in sets])
        labels = np.zeros((70 * n_critic, ends[-1] + (len(sets) if len(sets) > 1 else 0)), "float32")
        for row in range(len(labels)):
            (size, kind), end = sets[row % len(sets)], ends[row % len(sets)]
            of_set = np.eye(size)[rng.integers(size)] if kind == "classes" else rng.integers(2, size=size)
            labels[row, end - size : end] = of_set
            labels[row, ends[-1] :] = np.eye(len(sets))[row % len(sets)][: labels.shape[1] - ends[-1]]
        return data.Examples(rng.uniform(-1, 1, (len(labels), *shape)).astype("float32"), labels)

    return make


def tiny_stylegan2(seed=0, **compile_arguments):
    """Both terms that come now and then, with other intervals, at 8x8 pixels."""
    keras.utils.set_random_seed(seed)
    generator = networks.stylegan2.generator(SMALL, latent_dim=4, width=4, mapping_layers=2)
    model = models.StyleGAN2(generator, networks.stylegan2.discriminator(SMALL, width=4), 4, seed)
    terms = {
        "path_length": regularizers.PathLength(every=2),
        "penalties": [regularizers.Lazy(regularizers.R1(), every=3)],
    }
    model.compile(**optimizers({**terms, **compile_arguments}))
    return model


def tiny_lapgan(seed=0, **compile_arguments):
    """Dense at 4 pixels and convolutions at 8, with dropout in the coarsest generator and in D."""
    keras.utils.set_random_seed(seed)
    coarsest = keras.Sequential([keras.Input((3,)), layers.Dense(16), layers.Dropout(0.3), layers.Reshape((4, 4, 1))])
    latents, low = keras.Input((64,)), keras.Input(SMALL)
    x = layers.Concatenate()([layers.Reshape(SMALL)(latents), low])
    x = layers.LeakyReLU()(layers.Conv2D(4, 3, padding="same")(x))
    generator = networks.lapgan.cascade([coarsest, keras.Model([latents, low], layers.Conv2D(1, 3, padding="same")(x))])
    pair = [keras.Input(SMALL), keras.Input(SMALL)]
    x = layers.Dropout(0.3)(layers.LeakyReLU()(layers.Conv2D(4, 4, 2)(layers.Add()(pair))))
    judges = {4: networks.mlp.discriminator((4, 4, 1), width=8), 8: keras.Model(pair, layers.Conv2D(1, 3)(x))}
    model = models.LapGAN(generator, seed, **{f"discriminator_{side}": judge for side, judge in judges.items()})
    model.compile(**optimizers(compile_arguments))
    return model


def tiny_autoencoder(seed=0, **compile_arguments):
    """Dense, of corrupted digits, with batch norm and dropout."""
    keras.utils.set_random_seed(seed)
    x = layers.Dropout(0.3)(
        layers.BatchNormalization()(layers.Dense(8)(layers.Flatten()(inputs := keras.Input(PICTURES))))
    )
    encoder = keras.Model(inputs, layers.Dense(3)(x))
    noise = keras.Sequential([keras.Input(PICTURES), MaskingNoise(0.25), layers.GaussianNoise(0.2)])
    model = models.Autoencoder(encoder, networks.mlp.generator(PICTURES, 3, width=8), noise, seed)
    model.compile(**{"ae_optimizer": adam(), **compile_arguments})
    return model


WORDS = ("a", "red", "blue", "circle", "square")


def captioned(shape):
    """Pictures with captions of four words, or of fewer; every fifth is that of the picture before it."""

    def make(images, n_critic):
        (made,) = pictures(shape, 70 * n_critic)(images, n_critic).parts
        tokens = np.random.default_rng(0).integers(1, len(WORDS) + 2, size=(len(made), 4)).astype("int32")
        tokens[::3, 3] = 0
        tokens[5::5] = tokens[4:-1:5]
        return data.Examples(made, tokens)

    return make


def tiny_matching(seed=0, **compile_arguments):
    """A text encoder as it is, and dense layers with dropout and batch norm for pictures."""
    keras.utils.set_random_seed(seed)
    x = layers.Dropout(0.3)(layers.BatchNormalization()(layers.Dense(8)(layers.Flatten()(i := keras.Input(TINY)))))
    text = networks.text.encoder(len(WORDS), 4, units=6, width=5)
    model = models.MatchingEncoder(text, keras.Model(i, layers.Dense(6)(x)), WORDS, seed)
    model.compile(**{"matching_optimizer": adam(), "temperature": 0.5, **compile_arguments})
    return model


def tiny_stackgan(seed=0, **compile_arguments):
    """Dense networks, with dropout in D and batch norm in G, and a text encoder as it is."""
    keras.utils.set_random_seed(seed)
    inputs = [keras.Input((5,)), keras.Input((6,))]
    condition = ConditioningAugmentation(3)([inputs[1], keras.ops.split(inputs[0], [2], axis=1)[1]])
    x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(8)(layers.Concatenate()([inputs[0], condition]))))
    generator = keras.Model(inputs, layers.Reshape(TINY)(layers.Dense(192, activation="tanh")(x)))
    inputs = [keras.Input(TINY), keras.Input((6,))]
    x = layers.Dense(8)(layers.Concatenate()([layers.Flatten()(inputs[0]), inputs[1]]))
    discriminator = keras.Model(inputs, layers.Dense(1)(layers.Dropout(0.3)(layers.LeakyReLU()(x))))
    text = networks.text.encoder(len(WORDS), 4, units=6, width=5)
    model = models.StackGAN(generator, discriminator, text, 5, WORDS, seed)
    model.compile(**optimizers({"kl_weight": 0.5, **compile_arguments}))
    return model


def tiny_stackgan_plus(seed=0, **compile_arguments):
    """Dense networks at 4 and 8 pixels, with dropout in D and batch norm in G; colours count."""
    keras.utils.set_random_seed(seed)
    inputs = [keras.Input((5,)), keras.Input((6,))]
    condition = ConditioningAugmentation(3, gated=True)([inputs[1], keras.ops.split(inputs[0], [2], axis=1)[1]])
    x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(8)(layers.Concatenate()([inputs[0], condition]))))
    shapes = [(4, 4, 3), TINY]
    made = [layers.Reshape(s)(layers.Dense(int(np.prod(s)), activation="tanh")(x)) for s in shapes]
    judges = {f"discriminator_{shape[0]}": two_headed(shape, 3) for shape in shapes}
    text = networks.text.encoder(len(WORDS), 4, units=6, width=5)
    model = models.StackGANPlus(keras.Model(inputs, made), text, WORDS, seed, **judges)
    model.compile(**optimizers({"kl_weight": 0.5, "colour_weight": 2.0, **compile_arguments}))
    return model


def two_headed(shape, units):
    """A judge of pictures, which also says, of conditions, whether they belong to these; with dropout."""
    images, conditions = keras.Input(shape), keras.Input((units,))
    x = layers.Dropout(0.3)(layers.LeakyReLU()(layers.Dense(8)(layers.Flatten()(images))))
    both = layers.LeakyReLU()(layers.Dense(8)(layers.Concatenate()([x, conditions])))
    return keras.Model([images, conditions], [layers.Dense(1)(x), layers.Dense(1)(both)])


def tiny_vae(seed=0, **compile_arguments):
    """Dense, with dropout in the encoder and noise in both."""
    keras.utils.set_random_seed(seed)
    x = layers.Dropout(0.3)(layers.Dense(8)(layers.Flatten()(inputs := keras.Input(PICTURES))))
    encoder = keras.Model(inputs, [layers.Dense(3)(x), layers.Dense(3)(x)])
    model = models.VAE(encoder, networks.mlp.generator(PICTURES, 3, width=8), 3, seed)
    model.compile(**{"vae_optimizer": adam(), **compile_arguments})
    return model


def tiny_enlarger():
    """Of pictures of any size, four times, with batch norm."""
    x = inputs = keras.Input((None, None, 3))
    x = layers.LeakyReLU()(layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(x)))
    return keras.Model(inputs, PixelShuffle(4)(layers.Conv2D(48, 3, padding="same")(x)))


def tiny_srresnet(seed=0, **compile_arguments):
    """At 16 pixels made of 4."""
    keras.utils.set_random_seed(seed)
    model = models.SRResNet(tiny_enlarger(), (16, 16, 3), seed)
    model.compile(**{"g_optimizer": adam(), **compile_arguments})
    return model


def tiny_srgan(seed=0, **compile_arguments):
    """The same, with a D that has batch norm, too, and whose verdicts count."""
    keras.utils.set_random_seed(seed)
    x = layers.BatchNormalization()(layers.Conv2D(4, 4, 4)(images := keras.Input((16, 16, 3))))
    discriminator = keras.Model(images, layers.Dense(1)(layers.Flatten()(layers.LeakyReLU()(x))))
    model = models.SRGAN(tiny_enlarger(), discriminator, seed)
    model.compile(**optimizers({"adversarial_weight": 0.1, **compile_arguments}))
    return model


def enlargements(shape):
    """Pictures, and others of a quarter of their sides."""

    def make(images, n_critic):
        height, width, channels = shape
        shapes = (shape, (height // 4, width // 4, channels))
        rng = np.random.default_rng(0)
        return data.Examples(*(rng.uniform(-1, 1, (70 * n_critic, *some)).astype("float32") for some in shapes))

    return make


def on_pictures(name, network):
    """A recipe of pictures at a size that a test can pay for."""

    def make(seed=0, **overrides):
        keras.utils.set_random_seed(seed)
        return RECIPES[name].build(
            PICTURES,
            latent_dim=8,
            seed=seed,
            generator=network.generator(PICTURES, 8, width=4),
            discriminator=network.discriminator(PICTURES, width=4, dropout=0.3),
            **overrides,
        )

    return Game(make, digits)


def growing(seed=0, **compile_arguments):
    """Of 8 pixels, in three phases of three steps."""
    return RECIPES["progan"].build((8, 8, 3), width=4, steps=9, seed=seed, **compile_arguments)


SEEN = {  # by what a recipe is trained on
    "labels": lambda shape: labelled,
    "few labels": lambda shape: partly_labelled,
    "some labels": lambda shape: some_labelled,
    "inferred labels": lambda shape: labelled,
    "pairs": pairs,
    "domains": domains,
    "attributes": attributed,
    "enlargements": enlargements,
    "captions": captioned,
}


def smallest(name):
    """A recipe as it states its smallest self, with at most two critic steps."""
    recipe = RECIPES[name]
    shape = recipe.smallest["image_shape"]
    seen = SEEN[recipe.data](shape) if recipe.data in SEEN else points if len(shape) == 1 else digits
    seen = pictures(shape, 70) if seen is digits and shape != PICTURES else seen

    def build(seed=0, **overrides):
        return recipe.build(**{**recipe.smallest, "seed": seed, **overrides})

    few = functools.cache(lambda: {"n_critic": 2} if build().n_critic > 2 else {})
    return Game(lambda seed=0, **overrides: build(seed, **{**few(), **overrides}), seen)


GAMES = {
    "GAN": Game(small_gan, digits),
    "WGAN": literal(models.WGAN),
    "WGANGP": literal(models.WGANGP),
    "BEGAN": Game(tiny_began, digits),
    "GrowingGAN": Game(growing, pictures(TINY, 70)),
    "CGAN": conditional(models.CGAN),
    "CGAN of vectors": conditional(models.CGAN, classes=None),
    "TwoHeadedCGAN": conditional(models.TwoHeadedCGAN, heads=(1, 1)),
    "ACGAN": conditional(models.ACGAN, heads=(1, 3), sees_labels=False),
    "TripleGAN": Game(tiny_triplegan, partly_labelled),
    "S3GAN": turning(models.S3GAN, labelled, predicts=False),
    "S3GANCO": turning(models.S3GANCO, some_labelled, predicts=True),
    "Pix2Pix": Game(tiny_pix2pix, pairs(TINY)),
    "CycleGAN": Game(tiny_cyclegan, domains(TINY)),
    "UNIT": Game(tiny_unit, domains(TINY)),
    "StarGAN": Game(tiny_stargan, attributed(TINY)),
    "StarGAN of two sets": Game(functools.partial(tiny_stargan, **TWO_SETS), attributed(TINY, TWO_SETS["sets"])),
    "StyleGAN2": Game(tiny_stylegan2, small_digits),
    "SRResNet": Game(tiny_srresnet, enlargements((16, 16, 3))),
    "SRGAN": Game(tiny_srgan, enlargements((16, 16, 3))),
    "LapGAN": Game(tiny_lapgan, small_digits),
    "Autoencoder": Game(tiny_autoencoder, digits),
    "VAE": Game(tiny_vae, digits),
    "StackGAN": Game(tiny_stackgan, captioned(TINY)),
    "StackGANPlus": Game(tiny_stackgan_plus, captioned(TINY)),
    "MatchingEncoder": Game(tiny_matching, captioned(TINY)),
    **{name: smallest(name) for name in RECIPES},
    "gan": on_pictures("gan", networks.mlp),  # on points these two are others
    "dcgan": on_pictures("dcgan", networks.dcgan),
}

KINDS = (  # plain, penalty, labels, two networks and a pool, k, phases, three players, turns, several judges, no judge
    *("GAN", "WGANGP", "CGAN", "CycleGAN", "BEGAN", "GrowingGAN", "TripleGAN", "S3GANCO", "StackGANPlus", "VAE"),
)


def of_each_kind(names, kinds=KINDS):
    """Parameters of a test that holds for every game: one game of each kind, and others by `pytest -m slow`."""
    return [pytest.param(name, marks=() if name in kinds else pytest.mark.slow) for name in names]
