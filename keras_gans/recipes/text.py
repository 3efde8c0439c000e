"""Recipes from text to picture: encoders of captions, and what is generated of them."""

from keras_gans import models, networks
from keras_gans.data import captioned
from keras_gans.recipes.build import adam, compiled
from keras_gans.recipes.registry import recipe

FEW_WORDS = ("a", "red", "blue", "circle", "square")


@recipe(
    paper="Radford et al. 2021",
    arxiv="2103.00020",
    chapter="Conditional",
    batch_size=64,
    data="captions",
    game=models.MatchingEncoder,
    smallest={"image_shape": (16, 16, 3), "words": FEW_WORDS, "length": 4, "units": 8, "width": 4},
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
