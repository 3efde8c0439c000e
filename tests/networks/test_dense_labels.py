"""Dense pairs that are told a class: where the label enters, by numbers, and that they are saved."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans.layers import ConditionalBatchNormalization
from keras_gans.networks import dense_labels, mlp

RNG = np.random.default_rng(0)
SHAPE, LABELS = (4, 4, 1), np.array([0, 1, 2], "int32")
ONE = np.repeat(RNG.normal(size=(1, 5)).astype("float32"), 3, axis=0)  # the same latents for each label


def numpy(x):
    return ops.convert_to_numpy(x)


def test_glued_generator_hears_the_label_from_the_beginning():
    G = dense_labels.generator(SHAPE, classes=3, latent_dim=5, width=8)
    assert (G.name, G.input_shape, G.output_shape) == ("generator", [(None, 5), (None,)], (None, *SHAPE))
    assert G.count_params() == 3 * 50 + mlp.generator(SHAPE, 55, width=8, depth=3).count_params()
    pictures = numpy(G([ONE, LABELS]))
    assert pictures.std(axis=0).mean() > 0.01
    assert np.abs(pictures).max() <= 1


def test_generator_by_conditional_batch_norm_is_deaf_at_the_beginning_and_learns_to_hear():
    G = dense_labels.generator(SHAPE, classes=3, latent_dim=5, width=8, conditional_batch_norm=True)
    norms = [layer for layer in G.layers if isinstance(layer, ConditionalBatchNormalization)]
    assert len(norms) == 3
    assert numpy(G([ONE, LABELS])).std(axis=0).max() < 1e-6
    norms[0].beta.assign(RNG.normal(size=norms[0].beta.shape))
    assert numpy(G([ONE, LABELS])).std(axis=0).max() > 1e-3


def test_auxiliary_discriminator_has_two_heads_on_the_same_features():
    D = dense_labels.auxiliary_discriminator(SHAPE, classes=3, width=8)
    assert D.output_shape == [(None, 1), (None, 3)]
    assert D.count_params() == mlp.discriminator(SHAPE, 8, 3).count_params() + 9 * 3
    heads = [layer for layer in D.layers if isinstance(layer, layers.Dense)][-2:]
    assert [head.input for head in heads] == [D.get_layer("features").output] * 2


def test_projection_discriminator_logit_is_linear_plus_inner_product():
    """f(x, y) = <v_y, h(x)> + w h(x) + b."""
    D = dense_labels.projection_discriminator(SHAPE, classes=3, width=8)
    x = RNG.uniform(-1, 1, size=(3, *SHAPE)).astype("float32")
    h = numpy(keras.Model(D.inputs[0], D.get_layer("features").output)(x))
    [table] = [layer for layer in D.layers if isinstance(layer, layers.Embedding)]
    head = [layer for layer in D.layers if isinstance(layer, layers.Dense)][-1]
    head.bias.assign([0.3])
    expected = h @ numpy(head.kernel)[:, 0] + 0.3 + np.sum(numpy(table.embeddings)[LABELS] * h, axis=1)
    np.testing.assert_allclose(numpy(D([x, LABELS]))[:, 0], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("build", "first"),
    [
        (dense_labels.generator, (3, 5)),
        (lambda *a, **k: dense_labels.generator(*a, conditional_batch_norm=True, **k), (3, 5)),
        (dense_labels.projection_discriminator, (3, *SHAPE)),
    ],
)
def test_dense_pair_is_saved_and_loaded_and_returns_float32(build, first, tmp_path):
    arguments = {"latent_dim": 5} if first == (3, 5) else {}
    network = build(SHAPE, 3, width=8, **arguments)
    network.save(tmp_path / "network.keras")
    inputs = [RNG.normal(size=first).astype("float32"), LABELS]
    outputs = numpy(network(inputs))
    assert outputs.dtype == np.float32
    np.testing.assert_array_equal(numpy(keras.saving.load_model(tmp_path / "network.keras")(inputs)), outputs)


@pytest.mark.parametrize(
    "build",
    [dense_labels.generator, dense_labels.auxiliary_discriminator, dense_labels.projection_discriminator],
)
def test_dense_pair_refuses_no_classes(build):
    with pytest.raises(ValueError, match="`classes` as a positive integer. Received: 0"):
        build(SHAPE, classes=0)
