"""CycleGAN: its step by hand, pools included, both directions, and refusals."""

import keras
import numpy as np
import pytest
from by_hand import assert_same_weights, move, sgd
from games import tiny_cyclegan
from keras import layers, ops

from keras_gans import models

SHAPE, BATCH = (8, 8, 3), 4
NETWORKS = "generator_ab", "generator_ba", "discriminator_a", "discriminator_b"
A, B = np.random.default_rng(0).uniform(-1, 1, (2, 3 * BATCH, *SHAPE)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


class Pool:
    """The pool in numpy: fills with whole batches, then swaps at the places and with the coins that are drawn."""

    def __init__(self, size, draws):
        self.size, self.draws, self.images = size, draws, []

    def __call__(self, new):
        places = np.argsort(numpy(keras.random.uniform((self.size,), seed=self.draws)))
        coins = numpy(keras.random.uniform((len(new),), seed=self.draws)) < 0.5
        if len(self.images) < self.size:
            self.images += list(new)
            return new
        returned = list(new)
        for i in np.flatnonzero(coins):
            returned[i], self.images[places[i]] = self.images[places[i]], new[i]
        return np.stack(returned)


def network(takes, makes, patches=False):
    inputs = keras.Input((8, 8, takes))
    return keras.Model(inputs, layers.Conv2D(makes, 3, padding="valid" if patches else "same")(inputs))


def make(pool_size, **arguments):
    """The battery's networks, of the same weights each time, with other pools."""
    source = tiny_cyclegan()
    model = models.CycleGAN(*(getattr(source, name) for name in NETWORKS), pool_size=pool_size)
    model.compile(**arguments, run_eagerly=True)
    return model


def grey_to_coloured(**arguments):
    model = models.CycleGAN(network(1, 3), network(3, 1), network(1, 1, True), network(3, 1, True))
    model.compile(**arguments)
    return model


@pytest.fixture(scope="module")
def model():
    return tiny_cyclegan(run_eagerly=True)


def square(x):
    return ops.mean(ops.square(x))


def l1(x, y):
    return ops.mean(ops.abs(x - y))


@pytest.mark.parametrize("identity_weight", [0.5, 0.0])
def test_cyclegan_steps_equal_the_formula_written_by_hand(identity_weight):
    """Three steps, of which the last two show D fakes of pools that are full."""
    model = make(8, identity_weight=identity_weight, **sgd(0.05, 0.01))
    twin, draws = make(8), keras.random.SeedGenerator(0)
    G, F, D_A, D_B = twin.generator_ab, twin.generator_ba, twin.discriminator_a, twin.discriminator_b
    pools = Pool(8, draws), Pool(8, draws)

    def step(a, b):
        old_a, old_b = pools[0](numpy(F(b))), pools[1](numpy(G(a)))

        def g_loss():
            adversarial = square(D_B(G(a)) - 1) + square(D_A(F(b)) - 1)
            cycle, identity = l1(F(G(a)), a) + l1(G(F(b)), b), l1(G(b), b) + l1(F(a), a)
            return adversarial + 10 * cycle + 10 * identity_weight * identity

        def d_loss():
            of_a = 0.5 * square(D_A(a) - 1) + 0.5 * square(D_A(old_a))
            return of_a + 0.5 * square(D_B(b) - 1) + 0.5 * square(D_B(old_b))

        cycle, identity = l1(F(G(a)), a) + l1(G(F(b)), b), l1(G(b), b) + l1(F(a), a)
        logs = {"g_loss": move(g_loss, 0.01, G, F), "d_loss": move(d_loss, 0.05, D_A, D_B), "cycle": float(cycle)}
        return logs | ({"identity": float(identity)} if identity_weight else {})

    for rows in (slice(0, 4), slice(4, 8), slice(8, 12)):
        model.reset_metrics()
        logs = model.train_on_batch(A[rows], B[rows], return_dict=True)
        assert logs == pytest.approx(step(A[rows], B[rows]), rel=1e-4)
        for name in NETWORKS:
            assert_same_weights(getattr(model, name), getattr(twin, name))
    for pool, mine in zip(pools, (model.pool_a, model.pool_b)):
        np.testing.assert_allclose(numpy(mine.images), np.stack(pool.images), rtol=1e-4, atol=1e-5)


def test_cyclegan_logs_no_identity_where_it_has_no_weight(model):
    assert {metric.name for metric in model.metrics} == {"d_loss", "g_loss", "cycle", "identity"}
    assert {metric.name for metric in make(8, identity_weight=0.0).metrics} == {"d_loss", "g_loss", "cycle"}


def test_cyclegan_translates_both_ways_between_domains_of_two_shapes():
    model, grey = grey_to_coloured(identity_weight=0, run_eagerly=True), A[..., :1]
    np.testing.assert_allclose(model.translate(grey), numpy(model.generator_ab(grey)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.translate(B, "BtoA"), numpy(model.generator_ba(B)), rtol=1e-5, atol=1e-6)
    assert model.pool_a.images.shape == (50, 8, 8, 1)
    assert model.pool_b.images.shape == (50, *SHAPE)
    assert np.isfinite(model.train_on_batch(grey, B)).all()


def test_cyclegan_translates_pictures_that_are_more_than_a_chunk(model):
    pictures = model.translate(A[:9])
    assert (pictures.dtype, pictures.shape) == (np.float32, (9, *SHAPE))
    np.testing.assert_allclose(pictures[8:], model.translate(A[8:9]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("n", "shown"), [(None, 5), (2, 2)])
def test_cyclegan_sheet_shows_there_and_back_from_both_sides(model, n, shown):
    pictures, columns = model.sheet(n, real=(A, B[:5]))
    assert (columns, len(pictures)) == (6, 6 * shown)
    there, back = model.translate(A[:shown]), model.translate(B[:shown], "BtoA")
    expected = [A[:shown], there, model.translate(there, "BtoA"), B[:shown], back, model.translate(back)]
    for i, part in enumerate(expected):
        np.testing.assert_array_equal(pictures[i::6], part)


@pytest.mark.parametrize(("typo", "nearest"), [("AtoC", "AtoB"), ("btoa", "BtoA"), ("BToA", "BtoA")])
def test_cyclegan_names_the_nearest_direction(model, typo, nearest):
    with pytest.raises(ValueError, match=rf"Unknown direction. Did you mean '{nearest}'\?.*Received: '{typo}'"):
        model.translate(A, typo)


def test_cyclegan_refuses_to_translate_or_show_what_does_not_fit(model):
    with pytest.raises(ValueError, match=r"pictures of shape \(8, 8, 3\).*Received: an array of shape \(12, 8, 8, 1\)"):
        model.translate(A[..., :1])
    with pytest.raises(ValueError, match=r"tuple of pictures of domain A and pictures of domain B.*Received: NoneType"):
        model.sheet()


@pytest.mark.parametrize(
    "weights", [{"cycle_weight": -1}, {"identity_weight": -0.5}, {"cycle_weight": float("nan"), "identity_weight": 0}]
)
def test_cyclegan_refuses_bad_weights(weights):
    with pytest.raises(ValueError, match=r"weights of at least 0. Received: cycle_weight=.*, identity_weight="):
        tiny_cyclegan(**weights)


def test_cyclegan_refuses_an_identity_between_two_shapes():
    with pytest.raises(ValueError, match=r"identity_weight=0 for domains of two shapes. Received: \(8, 8, 1\) and"):
        grey_to_coloured()


@pytest.mark.parametrize("size", [0, 2.5])
def test_cyclegan_refuses_an_empty_pool(size):
    with pytest.raises(ValueError, match=rf"`pool_size` as a positive integer. Received: {size}"):
        make(size)


def test_cyclegan_refuses_a_batch_larger_than_its_pools():
    with pytest.raises(ValueError, match=r"at most the 3 pictures of the pool. Received: 4"):
        make(3).train_on_batch(A[:4], B[:4])


def test_cyclegan_refuses_networks_that_do_not_fit():
    g, f, d_a, d_b = network(1, 3), network(3, 1), network(1, 1), network(3, 1)
    for networks, name in [((g, g, d_a, d_b), "generator_ba"), ((g, f, d_b, d_b), "discriminator_a")]:
        with pytest.raises(ValueError, match=rf"Expected a {name} of input shape .*Received: \(None"):
            models.CycleGAN(*networks)
    with pytest.raises(ValueError, match=r"Expected a discriminator_b of input shape .*Received: \(None"):
        models.CycleGAN(g, f, d_a, d_a)


def test_cyclegan_refuses_a_single_domain(model):
    with pytest.raises(ValueError, match=r"pictures of domain A and pictures of domain B.*Received: 1 part\."):
        model.fit(A, batch_size=2, verbose=0)
