"""Content: how far an enlarged picture is from the real one, in pixels or in what a trained network sees."""

import os

import keras
from keras import ops

from keras_gans import engine
from keras_gans.losses.adversarial import as_float32
from keras_gans.losses.terms import squares
from keras_gans.registry import Registry

__all__ = ["CONTENTS", "ContentLoss"]

CONTENTS = Registry("content")  # name -> the layer of VGG19 whose output is compared, or None for the pixels
CONTENTS.update(mse=None, vgg22="block2_conv2", vgg54="block5_conv4")
SCALE = 12.75  # by which features are divided, so that their squares are as large as those of pixels
MEANS = (103.939, 116.779, 123.68)  # of blue, green and red, what Keras' VGG19 takes off
FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"


class ContentLoss:
    """Mean squared difference of enlarged and real pictures: of their pixels, or of feature maps of VGG19.

    VGG19 is made by `begin`, which `fit` calls; until then nothing is read or downloaded. It is not trained, and not
    saved with a model.

    Args:
        of: "mse" for pixels; "vgg22" or "vgg54" for the maps of the second convolution before the second pooling, or of
            the fourth before the fifth, after their ReLU.
        weights: "imagenet", which Keras downloads the first time (80 MB), or the path of that file; None for features
            that nothing was learned for.

    Call arguments:
        real: float tensor (N, H, W, 1 or 3) in [-1, 1].
        fake: float tensor of the same shape.

    Returns:
        float32 scalar.

    Raises:
        ValueError: if there is no such content; by `begin`, if the weights cannot be had.

    Formula:
        mean of (y - x)^2, or of ((phi(y) - phi(x)) / 12.75)^2 over examples, places and maps.

    Deviations:
        The paper divides by the number of places and leaves open whether squares are summed over maps; that its factor
        brings features to the scale of pixels speaks for the mean, which is taken here. Grey pictures are repeated to
        three channels.

    Reference:
        Ledig et al., 2017, Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
        arXiv:1609.04802, Equations 4 and 5, Section 3.2. Simonyan and Zisserman, 2015, Very Deep Convolutional Networks
        for Large-Scale Image Recognition, arXiv:1409.1556.

    Example:
        ```python
        y, x = np.ones((2, 8, 8, 3)), np.zeros((2, 8, 8, 3))
        float(losses.ContentLoss()(y, x))  # 1.0
        ```
    """

    def __init__(self, of="mse", weights="imagenet"):
        self.layer, self.weights = CONTENTS[of], weights
        self._network = None

    def begin(self):
        """Makes VGG19, where it is asked for and was not made before."""
        if self.layer is not None and self._network is None:
            vgg = _vgg19(self.weights)
            self._network = keras.Model(vgg.input, vgg.get_layer(self.layer).output)
            self._network.trainable = False

    def __call__(self, real, fake):
        return squares(self.features(real), self.features(fake))

    def features(self, images):
        """What is compared, of pictures (N, H, W, 1 or 3): these themselves, or VGG19's maps, divided by 12.75."""
        if self.layer is None:
            return images
        return self._network(_as_vgg_takes(images), training=False) / SCALE


def _as_vgg_takes(images):
    """Pictures in [-1, 1] as VGG19 has seen them: blue, green and red from 0 to 255, less their means."""
    if images.shape[-1] not in (1, 3):
        raise ValueError(f"Expected pictures of 1 or 3 channels for VGG19. Received: {images.shape[-1]}.")
    pixels = 127.5 * (ops.flip(as_float32(images), axis=-1) + 1.0)
    return pixels - ops.convert_to_tensor(MEANS, "float32")  # which repeats grey


def _vgg19(weights):
    """Keras' VGG19 without its dense layers, for pictures of any size."""
    weights = os.path.expanduser(weights) if weights else weights
    try:
        with engine.dtype_policy("float32"), engine.channels_last(), engine.by_one_process():
            return keras.applications.VGG19(include_top=False, weights=weights)
    except Exception as error:  # Keras raises a bare Exception when a download fails.
        raise ValueError(
            f"Expected the weights of VGG19, {FILE}: Keras looks for them in ~/.keras/models, else downloads them; "
            "content_weights=PATH takes them from a file, and content='mse' needs none. "
            f"Received: weights={weights!r}: {' '.join(str(error).split())}"
        ) from error
