"""Self-attention against formulas by hand: over which axis, with which kernels, of which places."""

import itertools

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import SelfAttention, SpectralNormalization
from keras_gans.regularizers import OrthogonalRegularizer, regularize

RNG = np.random.default_rng(0)
FORMS = {  # the authors' code, the paper's text, its first version and the lectures
    "code": {},
    "paper": {"pooled": False, "value_reduction": 8},
    "lecture": {"pooled": False, "value_reduction": 1, "output": False},
}
X = RNG.normal(size=(3, 6, 4, 16)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def built(shape=X.shape, gamma=None, **arguments):
    """A layer without spectral normalization, whose weights hold numbers."""
    layer = SelfAttention(**{"spectral_norm": False, **arguments})
    layer.build(shape)
    for weight in layer.trainable_variables:
        weight.assign(RNG.normal(size=weight.shape))
    if gamma is not None:
        layer.gamma.assign(gamma)
    return layer


def scalar(theta, phi=1.0, g=1.0, gamma=1.0):
    """A layer of one channel without pooling and with o = 1, and functions of the values at two places."""
    layer = SelfAttention(1, 1, pooled=False, spectral_norm=False)
    layer.build((1, 1, 2, 1))
    layer.set_weights([np.array(gamma), *(np.full((1, 1, 1, 1), k) for k in (theta, phi, g, 1.0))])
    return layer


def row(*values):
    return np.reshape(np.array(values, "float32"), (1, 1, -1, 1))


@pytest.mark.parametrize("form", FORMS)
def test_self_attention_starts_as_if_it_were_not_there(form):
    layer = SelfAttention(**FORMS[form])
    np.testing.assert_array_equal(numpy(layer(X, training=True)), X)
    before, optimizer = [numpy(v) for v in layer.trainable_variables], keras.optimizers.SGD(1.0)
    optimizer.build(layer.trainable_variables)
    c = RNG.normal(size=X.shape).astype("float32")
    engine.minimize(lambda: ops.sum(c * layer(X, training=True)), layer.trainable_variables, optimizer)
    moved = [np.abs(numpy(v) - b).max() for v, b in zip(layer.trainable_variables, before)]
    assert moved[0] > 0.1
    assert moved[1:] == [0.0] * len(moved[1:])  # which gamma = 0 hides


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_self_attention_looks_at_all_keys_with_weights_of_sum_1(form, policy):
    """Trap: a softmax over queries, whose columns have the sum 1."""
    layer = built(dtype=policy, **FORMS[form])
    beta = numpy(layer.maps(ops.cast(X, layer.compute_dtype)))
    assert beta.dtype == np.float32
    assert beta.shape == (3, 24, 6 if form == "code" else 24)
    np.testing.assert_allclose(beta.sum(axis=2), 1.0, rtol=1e-5)
    assert np.abs(beta.sum(axis=1) - beta.shape[1] / beta.shape[2]).max() > 0.5


def test_self_attention_of_two_places_by_hand():
    """x = (0, ln 3); over the wrong axis o_0 is 0.252946."""
    layer = scalar(1.0, gamma=0.5)
    x = row(0.0, np.log(3.0))
    np.testing.assert_allclose(numpy(layer.maps(x))[0], [[0.5, 0.5], [0.230241, 0.769759]], atol=1e-6)
    np.testing.assert_allclose(numpy(layer(x)).ravel(), [0.274653, 1.521445], atol=1e-6)
    layer.gamma.assign(1.0)
    np.testing.assert_allclose(numpy(layer(x) - x).ravel(), [0.549306, 0.845666], atol=1e-6)


def test_self_attention_of_an_asymmetric_match_by_hand():
    """theta = 2: a transposed product gives (0.155175, 2.844825)."""
    layer, x = scalar(2.0), row(1.0, 2.0)
    np.testing.assert_allclose(numpy(layer.maps(x))[0], [[0.119203, 0.880797], [0.017986, 0.982014]], atol=1e-6)
    np.testing.assert_allclose(numpy(layer(x) - x).ravel(), [1.880797, 1.982014], atol=1e-6)


def test_self_attention_of_one_key_adds_its_value_everywhere():
    """A pooled map of 2x2 has one key, whatever theta and phi: y_i = x_i + gamma W_o max_j W_g x_j."""
    x = X[:, :2, :2]
    for _ in range(2):  # with other theta and phi
        layer = built(x.shape, gamma=0.5)
        g, o = (numpy(each.kernel)[0, 0] for each in (layer.g, layer.o))
        np.testing.assert_allclose(numpy(layer.maps(x)), np.ones((3, 4, 1)), atol=1e-6)
        expected = x + 0.5 * ((x @ g).max(axis=(1, 2)) @ o)[:, None, None]
        np.testing.assert_allclose(numpy(layer(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("form", ["paper", "lecture"])
def test_self_attention_does_not_know_where_a_place_is(form):
    layer, places = built(**FORMS[form]), X.reshape(3, 24, 16)
    order = RNG.permutation(24)
    moved = places[:, order].reshape(X.shape)
    expected = numpy(layer(X)).reshape(3, 24, 16)[:, order]
    np.testing.assert_allclose(numpy(layer(moved)).reshape(3, 24, 16), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("form", FORMS)
def test_self_attention_sees_the_far_corner(form):
    """Which no 3x3 convolution reaches from the first place."""
    layer, far = built(**FORMS[form]), X.copy()
    far[:, -1, -1] += 1.0
    change = np.abs(numpy(layer(far)) - numpy(layer(X)))[:, 0, 0]
    assert change.max() > 1e-3


@pytest.mark.parametrize("form", FORMS)
def test_self_attention_against_numpy(form):
    layer = built(**FORMS[form])
    theta, phi, g = (X @ numpy(each.kernel)[0, 0] for each in (layer.theta, layer.phi, layer.g))
    if form == "code":
        phi, g = (maps.reshape(3, 3, 2, 2, 2, -1).max(axis=(2, 4)) for maps in (phi, g))
    theta, phi, g = (maps.reshape(3, -1, maps.shape[-1]) for maps in (theta, phi, g))
    scores = np.exp((theta @ phi.transpose(0, 2, 1)).astype("float64"))
    mean = (scores / scores.sum(axis=2, keepdims=True) @ g).reshape(3, 6, 4, -1)
    mean = mean if form == "lecture" else mean @ numpy(layer.o.kernel)[0, 0]
    np.testing.assert_allclose(numpy(layer(X)), X + numpy(layer.gamma) * mean, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("form", "count"), [("code", 81_921), ("paper", 32_769), ("lecture", 81_921)])
def test_self_attention_has_so_many_weights(form, count):
    """With 256 channels; the count tells the paper's form from the code's, and not the lectures'."""
    layer = SelfAttention(**FORMS[form])
    layer.build((None, 8, 8, 256))
    assert sum(v.numpy().size for v in layer.trainable_variables) == count


def test_self_attention_normalizes_all_its_kernels_and_starts_them_differently():
    """Trap: no spectral norm within the attention of a network that has it everywhere."""
    layer = SelfAttention(value_reduction=8)
    layer.build(X.shape)
    inner = [each for each in layer._flatten_layers() if isinstance(each, SpectralNormalization)]
    assert inner == [layer.theta, layer.phi, layer.g, layer.o]
    kernels = [numpy(each.layer.kernel) for each in inner[:3]]
    assert all(np.abs(a - b).max() > 0.1 for a, b in itertools.pairwise(kernels))  # of one initializer
    before = numpy(layer.theta.u)
    layer(X, training=False)
    np.testing.assert_array_equal(numpy(layer.theta.u), before)
    layer(X, training=True)
    assert np.abs(numpy(layer.theta.u) - before).max() > 0


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_self_attention_in_half_precision_matches_in_full(policy):
    """Matches of 1e6 are infinite in float16."""
    half = policy.removeprefix("mixed_")
    x = numpy(ops.cast(ops.cast(300.0 * X, half), "float32"))
    layer, full = SelfAttention(dtype=policy), SelfAttention()
    for each in (layer, full):
        each.build(X.shape)
    full.set_weights([np.array(0.5), *layer.get_weights()[1:]])
    layer.gamma.assign(0.5)
    output = layer(ops.cast(x, half))
    assert keras.backend.standardize_dtype(output.dtype) == half
    assert {keras.backend.standardize_dtype(v.dtype) for v in layer.variables} == {"float32"}
    error = np.abs(numpy(ops.cast(output, "float32")) - numpy(full(x)))
    assert np.mean(error) < 0.02 * np.abs(x).mean()


@pytest.mark.parametrize("form", FORMS)
def test_self_attention_is_saved_and_loaded_with_what_was_put_on_its_kernels(form, tmp_path):
    network = keras.Sequential(
        [keras.Input(X.shape[1:]), SelfAttention(kernel_initializer="orthogonal", **FORMS[form])]
    )
    regularize(network, OrthogonalRegularizer(0.1))
    network.layers[0].gamma.assign(0.7)
    network(X, training=True)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(numpy(loaded(X)), numpy(network(X)))
    assert loaded.layers[0].get_config() == network.layers[0].get_config()
    kernels = [v for v in loaded.trainable_variables if v.name == "kernel"]
    assert len(kernels) == 3 + (form != "lecture")
    assert all(v.regularizer.weight == 0.1 for v in kernels)
    assert len({id(v.regularizer) for v in kernels}) == len(kernels)
    np.testing.assert_allclose(sum(map(float, loaded.losses)), sum(map(float, network.losses)), rtol=1e-6)
    assert sum(map(float, loaded.losses)) > 0


def test_self_attention_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"channels that 8 and 2 divide\. Received: 12\."):
        SelfAttention().build((None, 4, 4, 12))
    with pytest.raises(ValueError, match=r"channels that 1 and 2 divide\. Received: 3\."):
        SelfAttention(reduction=1).build((None, 4, 4, 3))
    with pytest.raises(ValueError, match=r"even sides.* Received: 4x7\."):
        SelfAttention().build((None, 4, 7, 8))
    SelfAttention(pooled=False).build((None, 4, 7, 8))
    with pytest.raises(ValueError, match=r"value_reduction=1 without an output\. Received: 2\."):
        SelfAttention(output=False)
    with pytest.raises(ValueError, match=r"at least 1\. Received: 0 and 2\."):
        SelfAttention(reduction=0)


@pytest.mark.tensorflow
def test_self_attention_in_a_graph_of_open_sides_equals_eager():
    import tensorflow as tf

    layer = built()
    open_sides = tf.function(layer, input_signature=[tf.TensorSpec((None, None, None, 16))])
    np.testing.assert_allclose(numpy(open_sides(X)), numpy(layer(X)), rtol=1e-4, atol=1e-4)


def test_self_attention_takes_channels_last_whatever_keras_is_set_to(request):
    request.addfinalizer(lambda: keras.config.set_image_data_format("channels_last"))
    layer = built()
    expected = numpy(layer(X))
    keras.config.set_image_data_format("channels_first")
    other = SelfAttention(spectral_norm=False)
    other.build(X.shape)
    other.set_weights(layer.get_weights())
    np.testing.assert_array_equal(numpy(other(X)), expected)
    assert {each.data_format for each in other._flatten_layers() if isinstance(each, layers.Conv2D)} == {
        "channels_last"
    }
