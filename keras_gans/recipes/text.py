"""Recipes from text to picture: encoders of captions, and what is generated of them."""

from keras_gans import models, networks
from keras_gans.data import captioned
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import SMALL_SIDE, recipe

RATE, SMALL_RATE = 2e-4, 1e-3  # of pictures of more than 32 pixels, and of others

FEW_WORDS = {"words": ("a", "red", "blue", "circle", "square"), "length": 4}  # of the smallest recipes


@recipe(
    paper="Radford et al. 2021",
    arxiv="2103.00020",
    chapter="Text to picture",
    batch_size=64,
    data="captions",
    game=models.MatchingEncoder,
    smallest={"image_shape": (16, 16, 3), **FEW_WORDS, "units": 8, "width": 4},
)
def captions(
    image_shape=(64, 64, 3),
    words=captioned.WORDS,
    length=captioned.LENGTH,
    units=64,
    width=32,
    seed=0,
    text=None,
    pictures=None,
    **overrides,
):
    """Matching encoder: captions and pictures find each other; what StackGAN reads captions with, `--start` of it.

    Args:
        image_shape: tuple (side, side, channels), side 16 to 256.
        words: tuple of strings, the words that are known, see `data.Vocabulary`.
        length: int, words of the longest caption.
        units: int, length of the vector of a caption.
        width: int, channels of the first map of pictures, see `networks.plain`.
        seed: int, seed of weights and of the order of the data.
        text: None, or a built `keras.Model` of ids of words, e.g. `networks.text.bag_of_words`.
        pictures: None, or a built `keras.Model` of pictures.
        **overrides: arguments of `models.MatchingEncoder.compile` that replace these.

    Returns:
        Compiled `models.MatchingEncoder`.

    Deviations:
        The loss is CLIP's. Networks are small ones for words and drawn pictures, `networks.text.encoder` and the body
        of `networks.plain`; Adam at 1e-3, batches of 64 and the temperature 0.1 are this package's, where CLIP has
        batches of tens of thousands and learns its temperature.

    Reference:
        Radford et al., 2021, Learning Transferable Visual Models From Natural Language Supervision, arXiv:2103.00020.
        Reed, Akata, Schiele and Lee, 2016, Learning Deep Representations of Fine-grained Visual Descriptions, CVPR.
    """
    text = text or networks.text.encoder(len(words), length, units)
    body = networks.plain.discriminator(image_shape, width)
    pictures = pictures or networks.autoencoder.encoder(body, text.output_shape[1])
    model = models.MatchingEncoder(text, pictures, words, seed)
    return compiled(model, adam(1e-3, beta_1=0.9), overrides, temperature=0.1)


@recipe(
    paper="Zhang et al. 2017",
    arxiv="1612.03242",
    chapter="Text to picture",
    batch_size=64,
    data="captions",
    game=models.StackGAN,
    smallest={"image_shape": (16, 16, 3), **FEW_WORDS, "noise": 4, "units": 4, "width": 2},
)
def stackgan(
    image_shape=(64, 64, 3),
    words=captioned.WORDS,
    length=captioned.LENGTH,
    noise=100,
    units=128,
    width=128,
    text_units=64,
    bag_of_words=False,
    seed=0,
    generator=None,
    discriminator=None,
    text=None,
    **overrides,
):
    """StackGAN, stage I: a small picture of a caption, by a condition that is drawn around what the caption says.

    Args:
        image_shape: tuple (side, side, channels), side 8 to 512, a power of two.
        words: tuple of strings, the words that are known, see `data.Vocabulary`.
        length: int, words of the longest caption.
        noise: int, numbers of a latent vector beside those that draw the condition.
        units: int, length of the condition.
        width: int, the paper's N_g, see `networks.stackgan`; D has half of it.
        text_units: int, length of a caption's vector, as that of the run with which this one starts.
        bag_of_words: whether captions are told by which words occur alone, which needs no training.
        seed: int, seed of weights, latents and the order of the data.
        generator: None, or a built `keras.Model` of latents and vectors.
        discriminator: None, or a built `keras.Model` of pictures and vectors.
        text: None, or a built `keras.Model` of ids of words.
        **overrides: arguments of `models.StackGAN.compile` that replace these.

    Returns:
        Compiled `models.StackGAN`. Its text encoder has random weights, by which different captions are different but
        like ones not alike, until it has those of a run of `captions`: `keras-gans train stackgan --start RUN`.

    Deviations:
        Networks, 100 numbers of noise, conditions of 128, Adam at 2e-4 with beta_1 0.5 and batches of 64 are the
        paper's; the rate stays, where theirs is halved every 100 of 600 epochs. The divergence counts as in the
        authors' code, twice its mean over the numbers of a condition. Captions are read by a small network of words,
        `networks.text.encoder`, instead of the authors' network of characters that knows birds and flowers. Pictures
        are neither mirrored nor cropped at random, as a caption may say where a thing is. Pictures of at most 32 pixels
        are learned at 1e-3: drawn ones of 16 pixels did not heed their captions after 1,200 steps at 2e-4, as weights
        that begin at a deviation of 0.02 leave a condition to its noise for long.

    Reference:
        Zhang et al., 2017, StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial
        Networks, arXiv:1612.03242, Sections 3.3 and 3.5.
    """
    text = text or _text(words, length, text_units, bag_of_words)
    read = text.output_shape[1]
    generator = generator or networks.stackgan.first_generator(image_shape, read, noise + units, units, width)
    return _stage(generator, discriminator, text, image_shape, units, width, words, seed, overrides)


@recipe(
    paper="Zhang et al. 2017",
    arxiv="1612.03242",
    chapter="Text to picture",
    batch_size=64,
    data="captions",
    game=models.StackGAN,
    smallest={"image_shape": (32, 32, 3), **FEW_WORDS, "noise": 4, "units": 4, "width": 2},
)
def stackgan_stage2(
    image_shape=(256, 256, 3),
    words=captioned.WORDS,
    length=captioned.LENGTH,
    noise=100,
    units=128,
    width=128,
    text_units=64,
    bag_of_words=False,
    seed=0,
    generator=None,
    discriminator=None,
    text=None,
    **overrides,
):
    """StackGAN, stage II: a picture of four times the side, of the picture that stage I makes, `--start` of its run.

    Args:
        image_shape: tuple (side, side, channels), side 32 to 512, a power of two; stage I has a quarter of the side.
        words, length, text_units, bag_of_words, seed, discriminator, text: as in `recipes.stackgan`.
        noise, units, width: as in `recipes.stackgan`, of both stages: those of the run with which this one starts.
        generator: None, or a built `keras.Model` of latents and vectors, see `networks.stackgan.second_generator`.
        **overrides: arguments of `models.StackGAN.compile` that replace these.

    Returns:
        Compiled `models.StackGAN`. Stage I inside its generator, and its text encoder, have random weights until they
        have those of a run of `stackgan`: `keras-gans train stackgan_stage2 --start RUN`. They do not move.

    Deviations:
        As those of `recipes.stackgan`, at the same rates, 2e-4, or 1e-3 up to 32 pixels.

    Reference:
        Zhang et al., 2017, StackGAN, arXiv:1612.03242, Sections 3.4 and 3.5.
    """
    text = text or _text(words, length, text_units, bag_of_words)
    side, _, channels = image_shape
    if generator is None:
        small = (side // 4, side // 4, channels)
        first = networks.stackgan.first_generator(small, text.output_shape[1], noise + units, units, width)
        generator = networks.stackgan.second_generator(first, side, units, width)
    return _stage(generator, discriminator, text, image_shape, units, width, words, seed, overrides)


@recipe(
    paper="Zhang et al. 2017",
    arxiv="1710.10916",
    chapter="Text to picture",
    batch_size=24,
    data="captions",
    game=models.StackGANPlus,
    smallest={"image_shape": (16, 16, 3), **FEW_WORDS, "noise": 4, "units": 4, "width": 4, "branches": 2},
)
def stackgan_plus(
    image_shape=(256, 256, 3),
    words=captioned.WORDS,
    length=captioned.LENGTH,
    noise=100,
    units=128,
    width=64,
    branches=3,
    text_units=64,
    bag_of_words=False,
    seed=0,
    text=None,
    **overrides,
):
    """StackGAN++: pictures of a caption at several sizes, by one tree of stages and a judge for each size, all at once.

    Args:
        image_shape: tuple (side, side, channels) of the largest pictures, side 16 to 512, a power of two.
        words, length, noise, units, text_units, bag_of_words, seed, text: as in `recipes.stackgan`.
        width: int, channels of the generator's maps at the smallest pictures, see `networks.stackgan_plus`, and an
            eighth of those of the last map of each discriminator.
        branches: int, how many sizes, each of twice the side of the one before, the smallest of 8 pixels or more.
        **overrides: arguments of `models.StackGANPlus.compile` that replace these.

    Returns:
        Compiled `models.StackGANPlus`, with a text encoder that has random weights until it has those of a run of
        `captions`, see `recipes.stackgan`.

    Deviations:
        Networks, 100 numbers of noise, conditions of 128, orthogonal weights, Adam at 2e-4 with beta_1 0.5, batches of
        24, averages of weights at 0.999, the divergence at twice its mean, and that colours of neighbouring sizes do
        not count where there are captions, are those of the authors' code, which has width 64 and three branches for
        birds; `colour_weight` is there for who wants it. The text encoder, that pictures are neither mirrored nor
        cropped, and that those of at most 32 pixels are learned at 1e-3 are as in `recipes.stackgan`.

    Reference:
        Zhang et al., 2017, StackGAN++: Realistic Image Synthesis with Stacked Generative Adversarial Networks,
        arXiv:1710.10916, Section 4; the authors' code, hanzhanggit/StackGAN-v2.
    """
    text = text or _text(words, length, text_units, bag_of_words)
    room, sides = networks.stackgan_plus, networks.stackgan_plus.sides_of(image_shape, branches)
    generator = room.generator(image_shape, text.output_shape[1], noise + units, units, width, branches)
    judges = {f"discriminator_{side}": room.discriminator((side, side, image_shape[2]), units, width) for side in sides}
    model = models.StackGANPlus(generator, text, words, seed, **judges)
    return compiled(model, adam(_rate(image_shape)), overrides, kl_weight=2.0 / units, ema=0.999)


def _text(words, length, units, bag_of_words):
    build, sizes = networks.text.encoder, {"units": units}
    if bag_of_words:
        build, sizes = networks.text.bag_of_words, {}
    return build(len(words), length, **sizes)


def _stage(generator, discriminator, text, image_shape, units, width, words, seed, overrides):
    """Either stage's game; the arguments are those of the recipes."""
    read, (latents, _) = text.output_shape[1], generator.input_shape
    half = max(1, width // 2)
    discriminator = discriminator or networks.stackgan.discriminator(image_shape, read, units, half)
    model = models.StackGAN(generator, discriminator, text, latents[1], words, seed)
    return compiled(model, adam(_rate(image_shape)), overrides, kl_weight=2.0 / units)


def _rate(image_shape):
    return SMALL_RATE if image_shape[0] <= SMALL_SIDE else RATE
