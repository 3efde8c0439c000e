"""StackGAN++'s networks: exact sizes of the authors' code, and a tree whose branches do not lean on later ones."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import ConditioningAugmentation
from keras_gans.networks import stackgan_plus

pytestmark = pytest.mark.usefixtures("quick_weights")

LARGE, SMALL = (256, 256, 3), (32, 32, 3)


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def test_tree_has_the_authors_parameters():
    """And with half the channels those of their other constants; gates and all, for birds."""
    assert trainable(stackgan_plus.generator(LARGE, 1024)) == 21_239_696
    assert trainable(stackgan_plus.generator(LARGE, 1024, width=32)) == 7_645_128


@pytest.mark.parametrize(("side", "parameters"), [(64, 5_723_906), (128, 18_834_178), (256, 71_269_122)])
def test_judges_have_the_authors_parameters(side, parameters):
    """Both heads counted."""
    assert trainable(stackgan_plus.discriminator((side, side, 3))) == parameters


def test_tree_has_a_picture_for_each_branch():
    tree = stackgan_plus.generator(LARGE, 1024)
    assert tree.input_shape == [(None, 228), (None, 1024)]
    assert tree.output_shape == [(None, side, side, 3) for side in (64, 128, 256)]


def tiny(**arguments):
    keras.utils.set_random_seed(0)
    return stackgan_plus.generator(SMALL, 5, **{"latent_dim": 6, "units": 4, "width": 4, **arguments})


def given(n=4):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 6)).astype("float32"), rng.normal(size=(n, 5)).astype("float32")


def test_one_branch_fewer_is_one_stage_fewer():
    """Two branches have no weight of a third."""
    three, two = tiny(), stackgan_plus.generator((16, 16, 3), 5, latent_dim=6, units=4, width=4, branches=2)
    shapes = [[tuple(v.shape) for v in network.weights] for network in (two, three)]
    assert len(shapes[0]) < len(shapes[1])
    assert two.output_shape == three.output_shape[:2]
    third = trainable(three) - trainable(two)  # 1 condition of 4, maps of 2, and 3 x 3
    assert third == 9 * (6 * 4 + 2 * (2 * 4 + 2 * 2) + 2 * 2 + 1 * 3) + 2 * (4 + 2 * (4 + 2) + 2)


def test_smaller_pictures_do_not_depend_on_later_stages():
    model = tiny()
    before = model(given())
    kernel = next(layer for layer in reversed(model.layers) if isinstance(layer, keras.layers.Conv2D)).kernel
    kernel.assign(0.5 * kernel + 1.0)
    after = model(given())
    for small, same in zip(before[:2], after[:2], strict=True):
        np.testing.assert_array_equal(small, same)
    assert np.abs(ops.convert_to_numpy(before[2] - after[2])).max() > 0


def test_every_stage_sees_the_condition():
    """A gradient comes to the condition from the last picture by more ways than from the first."""
    model = tiny()
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]
    assert [layer.output.shape[-1] for layer in layers] == [6, 4 + 4, 4 + 2]
    own = next(layer for layer in model.layers if isinstance(layer, ConditioningAugmentation))
    assert own.gated


def test_first_verdict_does_not_see_the_condition():
    judge = stackgan_plus.discriminator(SMALL, 4, width=2)
    images = np.random.default_rng(1).uniform(-1, 1, (4, *SMALL)).astype("float32")
    a, b = (judge([images, np.full((4, 4), value, "float32")]) for value in (0.0, 1.0))
    np.testing.assert_array_equal(a[0], b[0])
    assert np.abs(ops.convert_to_numpy(a[1] - b[1])).max() > 0
    assert judge.output_shape == [(None, 1), (None, 1)]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: tiny(branches=4), r"at most 3 `branches` of pictures of 32 pixels, the smallest of 8"),
        (lambda: tiny(branches=0), r"`branches` as a positive integer"),
        (lambda: tiny(width=6), r"`width` as a multiple of 4"),
        (lambda: tiny(latent_dim=4), r"`latent_dim` of at least 5"),
        (lambda: stackgan_plus.discriminator((12, 12, 3)), r"with a side of 8, 16, \.\.\. to 512 pixels"),
        (lambda: stackgan_plus.discriminator(SMALL, 0), r"`condition_dim` as a positive integer"),
    ],
)
def test_what_does_not_fit_is_refused(make, sentence):
    with pytest.raises(ValueError, match=rf"^Expected .*{sentence}.*Received: "):
        make()
