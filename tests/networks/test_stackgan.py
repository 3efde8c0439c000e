"""StackGAN's networks: exact sizes, of the paper's text and of the authors' code, and a first stage that stays."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans.layers import ConditioningAugmentation
from keras_gans.networks import stackgan

pytestmark = pytest.mark.usefixtures("quick_weights")

SMALL, LARGE = (64, 64, 3), (256, 256, 3)


def trainable(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def test_first_stage_has_the_authors_parameters():
    assert trainable(stackgan.first_generator(SMALL, 1024)) == 10_301_248
    assert trainable(stackgan.first_generator(SMALL, 32, latent_dim=32, units=16, width=8)) == 60_580


def test_discriminator_has_the_parameters_of_the_paper_and_of_the_code():
    """1x1 beside the compressed text; in the code for PyTorch 3x3 beside the condition itself."""
    assert trainable(stackgan.discriminator(SMALL, 1024)) == 3_225_473
    assert trainable(stackgan.discriminator(SMALL, 128, compressed=None, kernel_size=3)) == 5_715_713
    assert trainable(stackgan.discriminator(SMALL, 16, compressed=None, width=8, kernel_size=3)) == 90_849
    assert trainable(stackgan.discriminator(LARGE, 128, compressed=None, kernel_size=3)) == 71_260_929


def test_second_stage_has_the_authors_parameters():
    """Those of the first, inside, do not count: they do not move."""
    first = stackgan.first_generator(SMALL, 1024)
    second = stackgan.second_generator(first, 256)
    assert trainable(second) == 26_290_080
    assert second.input_shape == [(None, 228 + 128), (None, 1024)]
    assert second.output_shape == (None, *LARGE)


def tiny(side=32):
    keras.utils.set_random_seed(0)
    first = stackgan.first_generator((8, 8, 3), 5, latent_dim=6, units=4, width=2)
    return first, stackgan.second_generator(first, side, units=4, width=2)


def given(n=4, latents=10):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, latents)).astype("float32"), rng.normal(size=(n, 5)).astype("float32")


def test_number_of_residual_blocks_follows_the_side():
    counts = [sum(isinstance(x, keras.layers.Add) for x in tiny(side)[1].layers) for side in (32, 128, 256)]
    assert counts == [2, 2, 4]


def test_first_stage_inside_the_second_is_the_first_as_it_makes_pictures():
    """Also while the second is trained: its batch norm has the statistics of its own training."""
    first, second = tiny()
    inside = second.get_layer("first_stage")
    latents, vectors = given()
    before = [np.array(v) for v in first.weights]
    for training in (False, True):
        found = inside([latents[:, :6], vectors], training=training)
        np.testing.assert_array_equal(found, first([latents[:, :6], vectors], training=False))
    assert second([latents, vectors], training=True).shape == (4, 32, 32, 3)
    for a, b in zip(before, first.weights):
        np.testing.assert_array_equal(a, b)
    assert not inside.trainable_variables


def test_first_stage_stays_frozen_when_the_second_is_saved_and_loaded():
    _, second = tiny()
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(second))
    assert [v.shape for v in again.trainable_variables] == [v.shape for v in second.trainable_variables]
    assert not again.get_layer("first_stage").trainable_variables


def test_the_last_latents_draw_the_condition():
    first, _ = tiny()
    latents, vectors = given(latents=6)
    own = next(layer for layer in first.layers if isinstance(layer, ConditioningAugmentation))
    own.set_weights([own.get_weights()[0], np.array([0.0] * 4 + [-60.0] * 4)])
    other = latents + np.array([0, 0, 1, 1, 1, 1])
    np.testing.assert_allclose(first([latents, vectors]), first([other, vectors]), atol=1e-6)
    assert np.abs(ops.convert_to_numpy(first([latents + np.eye(6)[0], vectors]) - first([latents, vectors]))).max() > 0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: stackgan.first_generator((12, 12, 3), 5), r"with a side of 8, 16, \.\.\. to 512 pixels"),
        (lambda: stackgan.first_generator((16, 8, 3), 5), r"with a side of 8, 16"),
        (lambda: stackgan.first_generator((16, 16, 3), 5, latent_dim=4, units=4), r"`latent_dim` of at least 5"),
        (lambda: stackgan.first_generator((16, 16, 3), 5, width=0), r"`width` as a positive integer"),
        (lambda: stackgan.discriminator((16, 16, 3), 0), r"`text_dim` as a positive integer"),
        (lambda: stackgan.discriminator((4, 4, 3), 5), r"with a side of 8, 16"),
        (lambda: tiny(8), r"as the first stage's 8 pixels times 2, 4"),
    ],
)
def test_what_does_not_fit_is_refused(make, sentence):
    with pytest.raises(ValueError, match=rf"^Expected .*{sentence}.*Received: "):
        make()
