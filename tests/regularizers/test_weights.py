"""Constraints and regularizers of weights against NumPy."""

import keras
import numpy as np
import pytest
from conftest import dense_gan
from keras import layers

from keras_gans import engine, networks, regularizers
from keras_gans.layers import SpectralNormalization
from keras_gans.regularizers import ClipWeights, HistoricalAveraging, OrthogonalRegularizer, SpectralNormRegularizer

KERNEL = np.random.default_rng(0).normal(size=(3, 3, 4, 6)).astype("float32")


def test_clip_weights_clips():
    np.testing.assert_array_equal(ClipWeights(0.5)(KERNEL), np.clip(KERNEL, -0.5, 0.5))
    with pytest.raises(ValueError, match="above 0. Received: 0"):
        ClipWeights(0)


@pytest.mark.parametrize("output_axis", [-1, -2])
@pytest.mark.parametrize(
    "kernel", [KERNEL, KERNEL[:1, :1, :2], KERNEL[:1, :1, :, :3]], ids=["many", "2 to 6", "4 to 3"]
)
def test_orthogonal_regularizer_against_numpy(kernel, output_axis):
    """Whichever side of the kernel is the longer."""
    columns = np.moveaxis(kernel, output_axis, 0).reshape(kernel.shape[output_axis], -1)
    gram = columns @ columns.T
    off = gram - np.diag(np.diag(gram))
    full = gram - np.eye(len(gram))
    for off_diagonal, excess in ((True, off), (False, full)):
        regularizer = OrthogonalRegularizer(1e-4, off_diagonal, output_axis)
        assert float(regularizer(kernel)) == pytest.approx(1e-4 * np.sum(excess**2), rel=1e-5)


def test_orthogonal_regularizer_by_hand_and_its_gradient_with_the_factor_4():
    """Off the diagonal W^T W has 14 twice; a code of the first author's has half of the gradient."""
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    assert float(OrthogonalRegularizer(1.0)(kernel)) == 392.0
    assert float(OrthogonalRegularizer(1.0, off_diagonal=False)(kernel)) == 834.0
    variable, optimizer = keras.Variable(kernel), keras.optimizers.SGD(1.0)
    optimizer.build([variable])
    engine.minimize(lambda: OrthogonalRegularizer(1.0)(variable), [variable], optimizer)
    np.testing.assert_allclose(kernel - variable.numpy(), [[112, 56], [224, 168]], rtol=1e-6)
    assert float(OrthogonalRegularizer(1.0)(np.diag([2.0, 5.0]))) == 0.0


def test_orthogonal_regularizer_of_an_orthogonal_matrix_is_zero():
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 5)))
    assert float(OrthogonalRegularizer(1.0, off_diagonal=False)(q.astype("float32"))) == pytest.approx(0, abs=1e-9)
    stretched = (q * np.arange(1, 6)).astype("float32")
    assert float(OrthogonalRegularizer(1.0)(stretched)) == pytest.approx(0, abs=1e-8)  # lengths are left alone
    assert float(OrthogonalRegularizer(1.0, off_diagonal=False)(stretched)) > 1


def test_spectral_norm_regularizer_penalises_sigma_and_not_the_frobenius_norm():
    variable = keras.Variable(KERNEL)
    regularizer = SpectralNormRegularizer(2.0)
    regularizer.prepare(variable)
    for _ in range(200):
        value = float(regularizer(variable))
    u, singular, v = np.linalg.svd(KERNEL.reshape(-1, 6), full_matrices=False)
    assert value == pytest.approx(singular[0] ** 2, rel=1e-3)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([variable])
    engine.minimize(lambda: regularizer(variable), [variable], optimizer)
    moved = (KERNEL - variable.numpy()).reshape(-1, 6)
    np.testing.assert_allclose(moved, 2.0 * singular[0] * np.outer(u[:, 0], v[0]), atol=0.02)


def test_historical_averaging_is_the_distance_to_the_mean_of_the_past():
    variable = keras.Variable(np.zeros(3, "float32"))
    regularizer = HistoricalAveraging(0.5)
    regularizer.prepare(variable)
    past = []
    for step in range(4):
        theta = np.array([1.0, 2.0, 3.0], "float32") * step
        variable.assign(theta)
        expected = 0.5 * np.sum((theta - np.mean(past, axis=0)) ** 2) if past else 0.0
        assert float(regularizer(variable)) == pytest.approx(expected, rel=1e-6)
        past.append(theta)


def test_regularize_reaches_every_kernel_with_a_copy_of_its_own_and_the_right_axis():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3)(inputs)
    x = layers.BatchNormalization()(layers.Conv2DTranspose(5, 3)(x))
    network = keras.Model(inputs, layers.Dense(2)(x))
    regularizers.regularize(network, OrthogonalRegularizer(0.1))
    kernels = [v for v in network.trainable_variables if v.name == "kernel"]
    assert [v.regularizer.output_axis for v in kernels] == [-1, -2, -1]
    assert len({id(v.regularizer) for v in kernels}) == 3
    assert all(v.regularizer is None for v in network.trainable_variables if v.name != "kernel")
    again = keras.Model.from_config(network.get_config())
    assert [v.regularizer.output_axis for v in again.trainable_variables if v.name == "kernel"] == [-1, -2, -1]
    regularizers.regularize(network, HistoricalAveraging(), biases=True)
    assert all(isinstance(v.regularizer, HistoricalAveraging) for v in network.trainable_variables)


def test_regularize_leaves_layers_out_by_name_with_what_is_in_them():
    inputs = keras.Input((), dtype="int32")
    x = layers.Embedding(3, 4, name="embedding")(inputs)
    x = SpectralNormalization(layers.Dense(5), name="normalized")(x)
    network = keras.Model(inputs, layers.Dense(2, name="last")(x), name="some")
    regularizers.regularize(network, OrthogonalRegularizer(), but=("embedding", "normalized"))
    assert [v.path.split("/")[0] for v in network.trainable_variables if v.regularizer] == ["last"]
    with pytest.raises(ValueError, match=r"names of layers of 'some'\. Received: latent, word\.$"):
        regularizers.regularize(network, OrthogonalRegularizer(), but=("word", "latent", "last"))


def test_orthogonal_regularizer_has_the_papers_value_and_the_whole_gradient():
    """Trap: half of it, 2 W (W^T W * (1 - I)), by which a strength of 1e-4 acts as 5e-5."""
    kernel = keras.Variable(np.array([[1.0, 2.0], [3.0, 4.0]], "float32"))
    for off_diagonal, value in ((True, 392.0), (False, 834.0)):
        assert float(OrthogonalRegularizer(1.0, off_diagonal)(kernel)) == pytest.approx(value)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([kernel])
    before = np.array(kernel)
    engine.minimize(lambda: OrthogonalRegularizer(1.0)(kernel), [kernel], optimizer)
    np.testing.assert_allclose(before - np.array(kernel), [[112.0, 56.0], [224.0, 168.0]], rtol=1e-6)
    assert float(OrthogonalRegularizer(1.0)(np.diag([2.0, 5.0]))) == 0.0


def test_biggans_term_is_on_all_kernels_of_g_but_not_on_the_embedding():
    """On those within the norms and the attention, too, raw under spectral normalization; it is saved with them."""
    g = networks.biggan.generator((32, 32, 1), classes=3, width=4)
    regularizers.regularize(g, OrthogonalRegularizer(0.1), but=("embedding",))
    for network in (g, keras.Model.from_config(g.get_config())):
        with_it = [v for v in network.trainable_variables if v.regularizer]
        kernels = [v for v in network.trainable_variables if v.name == "kernel"]
        assert [id(v) for v in with_it] == [id(v) for v in kernels]
        assert len(kernels) == 1 + 3 * 3 + 2 * 6 + 4 + 1  # dense, blocks, linear norms, attention, the last one
        assert {v.regularizer.weight for v in kernels} == {0.1}
        without = {v.path.split("/")[-1] for v in network.trainable_variables if not v.regularizer}
        assert without == {"embeddings", "bias", "gamma", "beta"}


def test_stateful_regularizer_refuses_a_network_without_a_compiled_model(images):
    gan = dense_gan()
    regularizers.regularize(gan.discriminator, SpectralNormRegularizer())
    with pytest.raises(ValueError, match="Expected SpectralNormRegularizer on a network of a compiled"):
        gan.discriminator.trainable_variables[0].regularizer(gan.discriminator.trainable_variables[0])
    with pytest.raises(ValueError, match="of a compiled keras_gans model"):
        gan.fit(images[:16], batch_size=16, verbose=0)
