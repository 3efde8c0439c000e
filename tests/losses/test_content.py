"""Content: pixels, and VGG19's features as SRGAN has them, here with weights that nothing was learned for."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import losses
from keras_gans.losses import content

RNG = np.random.default_rng(0)
Y, X = RNG.uniform(-1, 1, (2, 2, 16, 16, 3)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.fixture(scope="module")
def vgg19():
    """Keras' VGG19, untrained: made once."""
    keras.utils.set_random_seed(0)
    return keras.applications.VGG19(include_top=False, weights=None)


@pytest.fixture
def term(vgg19, monkeypatch):
    monkeypatch.setattr(content, "_vgg19", lambda weights: vgg19)

    def make(of):
        term = losses.ContentLoss(of, weights=None)
        term.begin()
        return term

    return make


def test_content_of_pixels_is_the_mean_squared_error_and_needs_no_beginning():
    assert float(losses.ContentLoss()(Y, X)) == pytest.approx(((Y - X) ** 2).mean(), rel=1e-6)


@pytest.mark.tensorflow  # on JAX each convolution is compiled
@pytest.mark.parametrize(
    ("of", "layer", "number", "shape"),
    [("vgg22", "block2_conv2", 5, (8, 8, 128)), ("vgg54", "block5_conv4", 20, (1, 1, 512))],
)
def test_content_of_vgg_is_after_the_relu_of_the_papers_layer(of, layer, number, shape, term, vgg19):
    """Traps: another layer of the list (Keras-GAN, PyTorch-GAN), and features before the activation, as ESRGAN has."""
    loss = term(of)
    found = numpy(loss.features(Y))
    assert found.shape == (2, *shape)
    assert found.min() == 0 < found.max()
    assert vgg19.layers[number].name == layer
    assert loss._network.count_params() == {"vgg22": 260_160, "vgg54": 20_024_384}[of]


@pytest.mark.tensorflow
def test_content_of_vgg_is_scaled_as_in_the_paper(term):
    """1/12.75 on features is 0.006 on the loss."""
    loss = term("vgg22")
    y, x = (numpy(loss._network(content._as_vgg_takes(images))) for images in (Y, X))
    plain = np.mean((y - x) ** 2)
    assert float(loss(Y, X)) == pytest.approx(0.00615148 * plain, rel=1e-5)
    assert float(loss(Y, Y)) == 0


def test_vgg_sees_pictures_as_keras_brings_them_to_it():
    """Trap: pictures in [-1, 1], or another network's means. White, black, and any picture, also a grey one."""
    white = numpy(content._as_vgg_takes(np.ones((1, 1, 1, 3), "float32")))[0, 0, 0]
    np.testing.assert_allclose(white, [151.061, 138.221, 131.32], rtol=1e-6)
    black = numpy(content._as_vgg_takes(-np.ones((1, 1, 1, 1), "float32")))[0, 0, 0]
    np.testing.assert_allclose(black, [-103.939, -116.779, -123.68], rtol=1e-6)
    expected = keras.applications.vgg19.preprocess_input((Y + 1) * 127.5)
    np.testing.assert_allclose(numpy(content._as_vgg_takes(Y)), expected, atol=1e-4)


@pytest.mark.tensorflow
def test_content_of_vgg_does_not_train_it(term, vgg19):
    loss = term("vgg22")
    assert loss._network.trainable_variables == []
    assert not any(isinstance(value, keras.Variable) for value in vars(loss).values())


def test_content_says_where_its_weights_come_from_if_they_are_not_there(tmp_path):
    loss = losses.ContentLoss("vgg54", str(tmp_path / "none.h5"))  # by itself nothing is looked for
    with pytest.raises(ValueError, match=r"vgg19_weights.*content_weights=PATH.*content='mse'.*Received: weights='/"):
        loss.begin()


def test_content_refuses_names_and_channels():
    with pytest.raises(ValueError, match=r"Unknown content. Did you mean 'vgg22'\?.*Received: 'vgg23'"):
        losses.ContentLoss("vgg23")
    with pytest.raises(ValueError, match=r"1 or 3 channels for VGG19. Received: 4"):
        content._as_vgg_takes(np.ones((1, 4, 4, 4), "float32"))
