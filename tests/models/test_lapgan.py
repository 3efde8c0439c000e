"""LapGAN: a step of all levels is one of each by hand, levels leave one another alone, the cascade makes pictures."""

import keras
import numpy as np
import pytest
from by_hand import D_RATE, G_RATE, assert_same_weights, log_sigmoid, move, pair, sgd
from keras import layers, ops

from keras_gans import data, metrics, models, networks, pyramid, recipes
from keras_gans.regularizers import R1

SHAPE, SIDES, LATENTS = (16, 16, 1), (4, 8, 16), (3, 64, 256)
PICTURES = np.random.default_rng(0).uniform(-1, 1, (12, *SHAPE)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def levels():
    """A pair of networks for each of three sizes."""
    coarsest = networks.mlp.generator((4, 4, 1), 3, width=8), networks.mlp.discriminator((4, 4, 1), width=8)
    return zip(coarsest, *(level(side) for side in SIDES[1:]))


def level(side):
    shape = (side, side, 1)
    latents, low = keras.Input((side * side,)), keras.Input(shape)
    x = layers.Conv2D(3, 3, padding="same")(layers.Concatenate()([layers.Reshape(shape)(latents), low]))
    details = layers.Conv2D(1, 3, padding="same")(layers.LeakyReLU()(x))
    inputs = [keras.Input(shape), keras.Input(shape)]
    x = layers.LeakyReLU()(layers.Conv2D(3, 4, 2)(layers.Add()(inputs)))
    return keras.Model([latents, low], details), keras.Model(inputs, layers.Dense(1)(layers.Flatten()(x)))


def named(discriminators):
    return {f"discriminator_{side}": discriminator for side, discriminator in zip(SIDES, discriminators)}


def lapgan(**arguments):
    keras.utils.set_random_seed(0)
    generators, discriminators = levels()
    model = models.LapGAN(networks.lapgan.cascade(list(generators)), seed=0, **named(discriminators))
    model.compile(**{**sgd(), **arguments})
    return model


@pytest.fixture(scope="module")
def model():
    return lapgan()


def pairs(model):
    """G and D of each level."""
    generators = [layer for layer in model.generator.layers if isinstance(layer, keras.Model)]
    return list(zip(generators, (getattr(model, f"discriminator_{side}") for side in SIDES), strict=True))


def taken_apart(pictures):
    """Of each level what G is to make, and the coarse picture that it sees, if any."""
    *details, coarsest = (numpy(part) for part in pyramid.split(pictures, 2))
    half = numpy(pyramid.reduce(pictures))
    return [(coarsest, None), (details[1], expanded(pyramid.reduce(half))), (details[0], expanded(half))]


def expanded(x):
    return numpy(pyramid.expand(x))


def of(network, x, low):
    return network(ops.convert_to_tensor(x) if low is None else pair(x, low))


@pytest.mark.parametrize(
    ("n_critic", "fresh_fakes"),
    [(1, False), *(pytest.param(2, fresh, marks=pytest.mark.tensorflow) for fresh in (False, True))],
)
def test_step_is_that_of_each_level_written_by_hand(n_critic, fresh_fakes):
    """D of each level learns from true and made details of one coarse picture; then G from the last, or from new."""
    model, twin = lapgan(n_critic=n_critic, fresh_fakes=fresh_fakes, run_eagerly=True), lapgan()
    draws, m, sums = keras.random.SeedGenerator(0), 12 // n_critic, []

    def latents():
        return ops.split(keras.random.normal((m, sum(LATENTS)), seed=draws), [3, 67], axis=1)

    for k in range(n_critic):
        z, parts, losses = latents(), taken_apart(PICTURES[k::n_critic]), []
        for (G, D), z_k, (real, low) in zip(pairs(twin), z, parts):
            fake = of(G, z_k, low)
            losses.append(
                move(
                    lambda D=D, real=real, low=low, fake=fake: (
                        -ops.mean(log_sigmoid(of(D, real, low))) - ops.mean(log_sigmoid(-of(D, fake, low)))
                    ),
                    D_RATE,
                    D,
                )
            )
        sums.append(sum(losses))
    z = latents() if fresh_fakes else z
    g = [
        move(lambda G=G, D=D, z=z_k, low=low: -ops.mean(log_sigmoid(of(D, of(G, z, low), low))), G_RATE, G)
        for (G, D), z_k, (_, low) in zip(pairs(twin), z, parts)
    ]
    logs = model.train_on_batch(PICTURES, return_dict=True)
    assert logs == pytest.approx({"d_loss": np.mean(sums), "g_loss": sum(g)}, rel=1e-4)
    assert_same_weights(model, twin)


def test_no_level_learns_from_another():
    """Bit for bit, with Adam: two levels of other weights change nothing at the third."""
    adam = [{"d_optimizer": keras.optimizers.Adam(1e-3), "g_optimizer": keras.optimizers.Adam(1e-3)} for _ in range(2)]
    model, other = (lapgan(**some) for some in adam)
    for network in (network for i in (0, 2) for network in pairs(other)[i]):
        network.set_weights([0.5 * weight - 0.1 for weight in network.get_weights()])
    before = [w.copy() for network in pairs(model)[1] for w in network.get_weights()]
    for each in (model, other):
        each.fit(PICTURES, batch_size=4, epochs=2, verbose=0)
    mine, others = ([w for network in pairs(each)[1] for w in network.get_weights()] for each in (model, other))
    for a, b, start in zip(mine, others, before, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, start)
    for i in (0, 2):
        assert not np.array_equal(pairs(model)[i][0].get_weights()[0], pairs(other)[i][0].get_weights()[0])


@pytest.mark.tensorflow
def test_what_each_level_is_given_and_is_to_make_joins_to_the_picture(model):
    details, given = model.take_apart(ops.convert_to_tensor(PICTURES))
    assert [tuple(part.shape) for part in details] == [(12, side, side, 1) for side in SIDES]
    assert given[0] is None
    for (real, low), h, l_k in zip(taken_apart(PICTURES), details, given):
        np.testing.assert_allclose(numpy(h), real, atol=1e-6)
        assert low is None or np.abs(numpy(l_k) - low).max() < 1e-6
    joined = pyramid.join([numpy(part) for part in details[::-1]])
    np.testing.assert_allclose(numpy(joined), PICTURES, atol=1e-6)


@pytest.mark.tensorflow
def test_pictures_are_made_from_coarse_to_fine_and_stay_in_range(model):
    z = np.random.default_rng(1).normal(size=(5, sum(LATENTS))).astype("float32")
    (coarsest, _), (middle, _), (fine, _) = pairs(model)
    picture = numpy(coarsest(z[:, :3]))
    for generator, own in ((middle, z[:, 3:67]), (fine, z[:, 67:])):
        low = expanded(picture)
        picture = low + numpy(generator(pair(own, low)))
    made = model.decode(z)
    assert (made.shape, model.latent_dim) == ((5, *SHAPE), 323)
    np.testing.assert_allclose(made, picture.clip(-1, 1), atol=1e-5)
    np.testing.assert_array_equal(model.generate(4, seed=2), model.generate(4, seed=2))


@pytest.mark.tensorflow
def test_penalties_look_at_the_details_of_each_level():
    """Of D(h, l) = a . (h + l) R1 is gamma / 2 |a|^2; the log has the mean of the levels."""
    judges, squares = [], []
    for side in SIDES:
        inputs = [keras.Input((side, side, 1)) for _ in range(1 + (side > 4))]
        score = layers.Dense(1, use_bias=False)(layers.Flatten()(layers.Add()(inputs) if side > 4 else inputs[0]))
        judges.append(keras.Model(inputs if side > 4 else inputs[0], score))
        squares.append(float(ops.sum(ops.square(judges[-1].weights[0]))))
    model = models.LapGAN(networks.lapgan.cascade(list(next(levels()))), **named(judges))
    model.compile(**sgd(), penalties=[R1(10.0)])
    logs = model.train_on_batch(PICTURES, return_dict=True)
    assert logs["penalty"] == pytest.approx(5.0 * np.mean(squares), rel=1e-4)


@pytest.mark.tensorflow
def test_lapgan_learns_with_a_loss_that_compares():
    history = lapgan(loss="relativistic").fit(PICTURES, batch_size=6, verbose=0).history
    assert np.isfinite([history["d_loss"], history["g_loss"]]).all()


@pytest.mark.tensorflow
def test_every_level_is_judged(model):
    verdicts = model.verdicts(ops.convert_to_tensor(PICTURES))
    assert [tuple(real.shape) for _, _, real, _ in verdicts] == [(12, side, side, 1) for side in SIDES]
    for (_, D), (scores, _, real, _), (_, low) in zip(pairs(model), verdicts, taken_apart(PICTURES)):
        np.testing.assert_allclose(numpy(scores), numpy(of(D, real, low)), atol=1e-5)


@pytest.mark.tensorflow
def test_networks_that_do_not_fit_are_refused():
    generators, judges = (list(some) for some in levels())
    cascade = networks.lapgan.cascade(generators)
    with pytest.raises(ValueError, match=r"joins generators of two levels or more.*: 'generator', which holds \[\]\.$"):
        models.LapGAN(networks.mlp.generator(SHAPE, 3, width=4), **named(judges))
    for some in (judges[::-1], judges[:2]):
        with pytest.raises(ValueError, match=r"^Expected discriminators of these inputs: .*_16'.* Received: .*_4': "):
            models.LapGAN(cascade, **named(some))
    with pytest.raises(ValueError, match=r"^Expected networks as built Functional or Sequential .*Received: 'network'"):
        models.LapGAN(cascade, **named(["network", *judges[1:]]))
    wide = keras.Model(judges[1].inputs, layers.Conv2D(2, 3)(judges[1].inputs[0]))
    with pytest.raises(ValueError, match=r"^Expected a discriminator_8 that returns a score .*Received: .*6, 6, 2"):
        models.LapGAN(cascade, **named([judges[0], wide, judges[2]]))


@pytest.mark.tensorflow
def test_lapgan_learns_drawn_shapes():
    """Six passes bring its pictures to less than 2/3 of the distance at the start."""
    shapes = data.load("shapes", image_size=16)
    model = recipes.lapgan(shapes.shape[1:], width=8, units=128)
    start = model.generate(500, seed=1)
    model.fit(shapes, batch_size=32, epochs=6, verbose=0)
    made, flat = model.generate(500, seed=1), shapes.reshape(len(shapes), -1)
    before, after = (metrics.frechet_distance(flat, x.reshape(500, -1)) for x in (start, made))
    assert after < 2 / 3 * before
