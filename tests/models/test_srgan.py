"""SRResNet and SRGAN: their steps by hand, pictures of any size, tiles without seams, content that comes with `fit`."""

import keras
import numpy as np
import pytest
from by_hand import assert_same_weights, log_sigmoid, move, sgd
from conftest import state
from games import tiny_srgan, tiny_srresnet
from keras import layers, ops

from keras_gans import data, losses, models, networks, recipes
from keras_gans.data.enlargements import bicubic
from keras_gans.losses import content
from keras_gans.models import enlarging

pytestmark = pytest.mark.tensorflow  # on JAX, where compiling takes the longest, the battery trains both games

SIDE = 16
RNG = np.random.default_rng(0)
Y = RNG.uniform(-1, 1, (4, SIDE, SIDE, 3)).astype("float32")
X = RNG.uniform(-1, 1, (4, SIDE // 4, SIDE // 4, 3)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


@pytest.fixture(scope="module")
def model():
    """SRResNet, trained a step."""
    model = tiny_srresnet(run_eagerly=True)
    model.train_on_batch(Y, X)
    return model


def test_srresnet_step_equals_the_formula_written_by_hand():
    model, twin = tiny_srresnet(run_eagerly=True, g_optimizer=keras.optimizers.SGD(0.1)), tiny_srresnet()
    G = twin.generator
    g = move(lambda: ops.mean(ops.square(Y - G(X, training=True))), 0.1, G)
    assert model.train_on_batch(Y, X, return_dict=True)["g_loss"] == pytest.approx(g, rel=1e-5)
    assert_same_weights(model, twin)


def test_srresnet_evaluates_held_out_pictures_as_it_makes_them(model):
    made = numpy(model.generator(X, training=False))
    assert model.evaluate(Y, X, verbose=0) == pytest.approx(((Y - made) ** 2).mean(), rel=1e-5)


@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_srgan_step_equals_the_formula_written_by_hand(fresh_fakes):
    """D by its cross-entropy on pictures alone, then G by content and a hundredth of its own.

    By hand the same fakes are made twice: what the first pass left in G is taken back.
    """
    arguments = {"adversarial_weight": 0.01, "fresh_fakes": fresh_fakes, **sgd(0.1, 0.1)}
    model, twin = tiny_srgan(run_eagerly=True, **arguments), tiny_srgan()
    D, G = twin.discriminator, twin.generator
    before = [numpy(v) for v in G.non_trainable_variables]
    fake = G(X, training=True)
    d = move(
        lambda: -ops.mean(log_sigmoid(D(Y, training=True))) - ops.mean(log_sigmoid(-D(fake, training=True))), 0.1, D
    )

    for variable, value in zip(G.non_trainable_variables, before):
        if not fresh_fakes:
            variable.assign(value)

    def g_loss():
        fake = G(X, training=True)
        return ops.mean(ops.square(Y - fake)) - 0.01 * ops.mean(log_sigmoid(D(fake, training=True)))

    g = move(g_loss, 0.1, G)
    logs = model.train_on_batch(Y, X, return_dict=True)
    assert (logs["d_loss"], logs["g_loss"]) == pytest.approx((d, g), rel=1e-4)
    assert logs["content"] == pytest.approx(np.mean((Y - numpy(fake)) ** 2), rel=1e-4)
    assert_same_weights(model, twin)


def test_srgan_without_its_adversary_moves_g_as_srresnet():
    arguments = {"g_optimizer": "sgd", "run_eagerly": True}
    one, other = tiny_srresnet(**arguments), tiny_srgan(adversarial_weight=0.0, **arguments)
    other.generator.set_weights(one.generator.get_weights())
    for model in (one, other):
        model.train_on_batch(Y, X)
    for a, b in zip(one.generator.get_weights(), other.generator.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_srgan_compiles_by_default_as_the_paper_has_it():
    model = tiny_srgan()
    model.compile()
    assert (model.adversarial_weight, model.n_critic, model.penalties) == (1e-3, 1, [])
    assert isinstance(model.loss, losses.GANLoss)
    assert model.loss.smoothing == 0.0
    for optimizer in (model.d_optimizer, model.g_optimizer):
        config = optimizer.get_config()
        assert (type(optimizer), config["beta_1"]) == (keras.optimizers.Adam, 0.9)
        assert config["learning_rate"] == pytest.approx(1e-4)


@pytest.mark.parametrize("make", [tiny_srresnet, tiny_srgan])
@pytest.mark.parametrize(("height", "width"), [(4, 4), (7, 3), (1, 12)])
def test_pictures_of_any_size_are_enlarged_and_cut_to_their_range(make, height, width):
    model = make()
    model.generator.layers[-2].bias.assign(np.tile([3.0, -3.0, 0.0], 16))
    before = state(model)
    images = RNG.uniform(-1, 1, (3, height, width, 3)).astype("float32")
    made = model.translate(images)
    assert (made.dtype, made.shape) == (np.float32, (3, 4 * height, 4 * width, 3))
    assert (made.max(), made.min()) == (1.0, -1.0)
    np.testing.assert_allclose(made, np.clip(numpy(model.generator(images, training=False)), -1, 1), atol=1e-5)
    np.testing.assert_array_equal(model.translate(images), made)
    for a, b in zip(before, state(model)):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("height", "width", "tile"), [(37, 52, 16), (33, 10, 8), (12, 12, 12)])
def test_tiles_equal_the_whole_picture(height, width, tile):
    """Trap: seams, where tiles see zeros in place of their neighbours. With less around them than `reach` there are."""
    network = lively()
    images = RNG.uniform(-1, 1, (2, height, width, 3)).astype("float32")
    whole = numpy(network(images))
    np.testing.assert_allclose(enlarging.tiled(network, images, 4, tile=tile), whole, atol=1e-5)


def test_tiles_that_see_less_than_reach_have_seams(monkeypatch):
    network, images = lively(), RNG.uniform(-1, 1, (1, 24, 12, 3)).astype("float32")
    far = enlarging.reach(network)
    assert far == 10  # 4 + 3 + 1 + 1/2 + 1, upwards
    monkeypatch.setattr(enlarging, "reach", lambda network: 5)
    assert np.abs(enlarging.tiled(network, images, 4, tile=12) - numpy(network(images))).max() > 1e-4


def lively():
    """As after a training: statistics and slopes of batch norm that do something."""
    keras.utils.set_random_seed(0)
    network = networks.srresnet.generator(width=4, blocks=1)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            for v in layer.weights:
                v.assign(RNG.uniform(0.5, 1.5, v.shape))
    return network


def test_reach_is_that_of_all_convolutions_and_unknown_of_other_layers():
    assert enlarging.reach(networks.srresnet.generator(width=4)) == 40  # 4 + 33 + 1 + 1/2 + 1
    x = keras.Input((None, None, 4))
    mixing = keras.Model(x, layers.UpSampling2D(4)(layers.GlobalAveragePooling2D(keepdims=True)(x) + x))
    assert enlarging.reach(mixing) is None
    images = RNG.uniform(-1, 1, (1, 9, 5, 4)).astype("float32")
    np.testing.assert_allclose(enlarging.tiled(mixing, images, 4, tile=4), numpy(mixing(images)), atol=1e-6)


@pytest.mark.parametrize(("n", "shown", "columns"), [(None, 4, 8), (2, 2, 4)])
def test_sheet_shows_small_bicubic_made_and_real_pictures(model, n, shown, columns):
    pictures, found = model.sheet(n, real=(Y, X))
    assert found == columns
    np.testing.assert_array_equal(pictures[0::4, ::4, ::4], X[:shown])
    np.testing.assert_array_equal(pictures[1::4], bicubic(X[:shown]))
    np.testing.assert_array_equal(pictures[2::4], model.translate(X[:shown]))
    np.testing.assert_array_equal(pictures[3::4], Y[:shown])


# Content of VGG19, which is not here: a small network in its place


@pytest.fixture
def begun(monkeypatch):
    """How often it was asked for, and with which weights; its features are twice a picture's colours."""
    asked = []

    def vgg19(weights):
        asked.append(weights)
        x = inputs = keras.Input((None, None, 3))
        kernel = keras.initializers.Constant(2 * np.eye(3)[None, None] / 127.5)
        return keras.Model(
            inputs, layers.Conv2D(3, 1, use_bias=False, kernel_initializer=kernel, name="block2_conv2")(x)
        )

    monkeypatch.setattr(content, "_vgg19", vgg19)
    return asked


def test_srgan_asks_for_vgg_when_fit_begins_and_neither_keeps_nor_moves_it(begun, tmp_path):
    """Trap: a stranger's file that starts a download as it is loaded."""
    model = tiny_srgan(content="vgg22", content_weights="a file", run_eagerly=True)
    variables = len(model.variables)
    model.save(tmp_path / "model.keras")
    assert begun == []
    model.fit(Y, X, batch_size=4, epochs=2, verbose=0)
    assert begun == ["a file"]
    assert len(model.variables) == variables
    model.save(tmp_path / "trained.keras")
    loaded = keras.saving.load_model(tmp_path / "trained.keras")
    loaded.translate(X)
    assert (begun, loaded.content.layer, loaded.content.weights) == (["a file"], "block2_conv2", "a file")
    loaded.fit(Y, X, batch_size=4, verbose=0)
    assert begun == ["a file"] * 2
    np.testing.assert_array_equal(numpy(model.content._network.weights[0])[0, 0], 2 * np.eye(3, dtype="f") / 127.5)


def test_srgan_has_the_content_of_features_that_is_written_by_hand(begun):
    """Features that are twice the pixels have four times their squares, over 12.75^2."""
    content = [
        tiny_srgan(run_eagerly=True, content=of).train_on_batch(Y, X, return_dict=True)["content"]
        for of in ("vgg22", "mse")
    ]
    assert content[0] == pytest.approx(4 * content[1] / 12.75**2, rel=1e-4)


def test_srgan_never_takes_another_content_in_place_of_what_cannot_be_had(tmp_path):
    model = tiny_srgan(content="vgg54", content_weights=str(tmp_path / "none.h5"))
    with pytest.raises(ValueError, match=r"Expected the weights of VGG19.*content='mse' needs none"):
        model.fit(Y, X, batch_size=4, verbose=0)
    assert int(model.optimizer.iterations) == 0


# What they learn


def stripes():
    """Of one colour each, stripes of two pixels, 0.3 above and below it; small pictures do not tell which is which."""
    rng = np.random.default_rng(0)
    small = np.broadcast_to(rng.uniform(-0.4, 0.4, (256, 1, 1, 3)), (256, 4, 4, 3)).astype("float32")
    phase = rng.choice([-0.3, 0.3], (256, 1, 1, 1)) * np.where(np.arange(16) % 4 < 2, 1, -1)[:, None]
    return (np.repeat(np.repeat(small, 4, axis=1), 4, axis=2) + phase).astype("float32"), small


def contrast(pictures):
    return np.abs(np.diff(pictures, axis=2)).mean()


def test_srresnet_paints_the_mean_of_all_that_could_be_and_srgan_one_of_them():
    """The paper's point: stripes that go out where the error is least, 0.3^2, and come again for an adversary.

    From three seeds SRResNet had 0.19 to 0.21 of the real contrast, SRGAN 0.51 to 0.78, at twice the error or more.
    """
    pictures, small = stripes()
    quick = {"width": 8, "blocks": 1, "steps_per_execution": 8}
    plain = recipes.srresnet((16, 16, 3), g_learning_rate=2e-3, **quick)
    plain.fit(pictures, small, batch_size=16, epochs=8, verbose=0)
    weights = {"d_learning_rate": 1e-3, "g_learning_rate": 1e-3, "adversarial_weight": 0.5}
    sharp = recipes.srgan((16, 16, 3), **weights, **quick)
    sharp.generator.set_weights(plain.generator.get_weights())
    sharp.fit(pictures, small, batch_size=16, epochs=4, verbose=0)
    mean, one = (model.translate(small[:64]) for model in (plain, sharp))
    errors = [np.mean((made - pictures[:64]) ** 2) for made in (mean, one)]
    assert contrast(mean) < 0.3 * contrast(pictures)
    assert contrast(one) > 0.4 * contrast(pictures)
    assert errors[0] < 1.3 * 0.3**2
    assert errors[1] > 1.5 * errors[0]


# Refusals


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"adversarial_weight": -1.0}, r"`adversarial_weight` of at least 0.*Received: adversarial_weight=-1.0"),
        ({"loss": "relativistic"}, r"a loss that judges single examples. Received: .*RelativisticLoss"),
        ({"content": "vgg19"}, r"Unknown content. .*Received: 'vgg19'"),
    ],
)
def test_srgan_refuses_terms(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        tiny_srgan(**arguments)


def test_networks_that_do_not_enlarge_are_refused():
    x = keras.Input((None, None, 3))
    same, fixed = keras.Model(x, layers.ReLU()(x)), keras.Sequential([keras.Input((4, 4, 3)), layers.UpSampling2D(4)])
    assert enlarging.factor_of(same) == 1
    for network in (fixed, keras.Model(x, layers.UpSampling2D((2, 1))(x)), keras.Model(x, layers.Conv2D(1, 1)(x))):
        with pytest.raises(ValueError, match=r"enlarges pictures of any size.*Received: input shape \(None, "):
            models.SRResNet(network)
    G = networks.srresnet.generator(width=4, blocks=1)
    with pytest.raises(ValueError, match=r"\(height, width, 3\) with sides that 4 divides.*Received: \(18, 16, 3\)"):
        models.SRResNet(G, (18, 16, 3))
    with pytest.raises(ValueError, match=r"\(height, width, 3\) with sides.*Received: \(16, 16, 1\)"):
        models.SRGAN(G, networks.srgan.discriminator((16, 16, 1), width=4))


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        (Y, None, r"pictures and small pictures, fit\(x, y\).*Received: 1 part\."),
        (X, Y, r"pictures of shape \(16, 16, 3\).*Received: an array of shape \(4, 4, 4, 3\)"),
        (Y, X[:, :2], r"small pictures of shape \(4, 4, 3\).*Received: an array of shape \(4, 2, 4, 3\)"),
        (data.Examples(Y, X, aligned=False), None, r"belong together, in one group"),
    ],
)
def test_data_that_do_not_fit_are_refused(model, x, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        model.fit(x, y, batch_size=2, verbose=0)


def test_pictures_that_cannot_be_enlarged_are_refused(model):
    with pytest.raises(
        ValueError, match=r"pictures of shape \(any, any, 3\).*Received: an array of shape \(4, 4, 4, 1\)"
    ):
        model.translate(X[..., :1])
    with pytest.raises(ValueError, match=r"Unknown direction.*Received: 'BtoA'"):
        model.translate(X, direction="BtoA")
