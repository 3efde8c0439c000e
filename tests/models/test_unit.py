"""UNIT: its step by hand, what both domains share, what it is a VAE of, translation without noise, and refusals."""

import keras
import numpy as np
import pytest
from by_hand import assert_same_weights, move, sgd
from games import tiny_unit
from keras import layers, ops

from keras_gans import losses, models

SHAPE, BATCH, CODE = (8, 8, 3), 4, 4
NETWORKS = "front_a", "front_b", "encoder", "decoder", "back_a", "back_b", "discriminator_a", "discriminator_b"
A, B = np.random.default_rng(0).uniform(-1, 1, (2, 6 * BATCH, *SHAPE)).astype("float32")
WEIGHTS = {
    "gan_weight": 2.0,
    "kl_weight": 0.3,
    "reconstruction_weight": 5.0,
    "cycle_kl_weight": 0.7,
    "cycle_weight": 3.0,
}
ALONE = {"gan_weight": 0.0, "cycle_kl_weight": 0.0, "cycle_weight": 0.0}  # leaves what each domain learns of itself


def numpy(x):
    return ops.convert_to_numpy(x)


def dense(takes, makes, activation="tanh"):
    x = layers.Dense(int(np.prod(makes)), activation=activation)(layers.Flatten()(inputs := keras.Input(takes)))
    return keras.Model(inputs, layers.Reshape(makes)(x))


def identity():
    return keras.Sequential([keras.Input((CODE,)), layers.Identity()])


def networks(shared=lambda: dense((CODE,), (CODE,)), activation="tanh"):
    """Eight dense networks, the same each time; codes have that activation."""
    keras.utils.set_random_seed(0)
    fronts = [dense(SHAPE, (CODE,), activation) for _ in range(2)]
    backs = [dense((CODE,), SHAPE) for _ in range(2)]
    return [*fronts, shared(), shared(), *backs, *(dense(SHAPE, (1,), None) for _ in range(2))]


def make(given=None, **arguments):
    model = models.UNIT(*(given or networks()))
    model.compile(**{**sgd(0.05, 0.01), "run_eagerly": True, **arguments})
    return model


@pytest.fixture(scope="module")
def model():
    return tiny_unit(run_eagerly=True)


# The step


def l1(x, y):
    return ops.mean(ops.abs(x - y))


def kl(mean):
    return ops.mean(ops.square(mean))


def is_real(scores):
    return ops.mean(ops.softplus(-scores))


def is_fake(scores):
    return ops.mean(ops.softplus(scores))


class ByHand:
    """The algorithm box on networks of its own; noise is drawn in the order e of a, e of b, e' of a, e' of b."""

    def __init__(self):
        self.networks, self.draws = networks(), keras.random.SeedGenerator(0)
        E_a, E_b, S, H, G_a, G_b, self.D_a, self.D_b = self.networks
        self.mean_a, self.mean_b = (lambda x: S(E_a(x))), (lambda x: S(E_b(x)))
        self.draw_a, self.draw_b = (lambda z: G_a(H(z))), (lambda z: G_b(H(z)))

    def noise(self):
        return keras.random.normal((BATCH, CODE), seed=self.draws)

    def move_discriminators(self, a, b, noise):
        a_b, b_a = self.draw_a(self.mean_b(b) + noise[1]), self.draw_b(self.mean_a(a) + noise[0])

        def d_loss():
            of_a = is_real(self.D_a(a)) + is_fake(self.D_a(a_b))
            return WEIGHTS["gan_weight"] * (of_a + is_real(self.D_b(b)) + is_fake(self.D_b(b_a)))

        return move(d_loss, 0.05, self.D_a, self.D_b)

    def terms(self, a, b, noise, back):
        m_a, m_b = self.mean_a(a), self.mean_b(b)
        z_a, z_b = m_a + noise[0], m_b + noise[1]
        b_a, a_b = self.draw_b(z_a), self.draw_a(z_b)
        n_a, n_b = self.mean_b(b_a), self.mean_a(a_b)
        a_b_a, b_a_b = self.draw_a(n_a + back[0]), self.draw_b(n_b + back[1])
        return {
            "gan": is_real(self.D_a(a_b)) + is_real(self.D_b(b_a)),
            "kl": kl(m_a) + kl(m_b),
            "reconstruction": l1(self.draw_a(z_a), a) + l1(self.draw_b(z_b), b),
            "cycle_kl": kl(n_a) + kl(n_b),
            "cycle": l1(a_b_a, a) + l1(b_a_b, b),
        }

    def move_translators(self, a, b, noise):
        back = self.noise(), self.noise()
        found = {name: float(value) for name, value in self.terms(a, b, noise, back).items() if name != "gan"}

        def g_loss():
            return sum(WEIGHTS[f"{name}_weight"] * value for name, value in self.terms(a, b, noise, back).items())

        return {"g_loss": move(g_loss, 0.01, *self.networks[:6]), **found}


@pytest.mark.parametrize("n_critic", [1, 2])
def test_unit_steps_equal_the_algorithm_written_by_hand(n_critic):
    """Three steps, all weights apart. Without copies of S and H: each moves once, by what both domains want."""
    model, twin = make(n_critic=n_critic, **WEIGHTS), ByHand()
    for step in range(3):
        rows = slice(step * n_critic * BATCH, (step + 1) * n_critic * BATCH)
        model.reset_metrics()
        logs = model.train_on_batch(A[rows], B[rows], return_dict=True)
        d_losses = []
        for k in range(n_critic):
            a, b = A[rows][k::n_critic], B[rows][k::n_critic]
            noise = twin.noise(), twin.noise()
            d_losses.append(twin.move_discriminators(a, b, noise))
        expected = {"d_loss": np.mean(d_losses), **twin.move_translators(a, b, noise)}
        assert logs == pytest.approx(expected, rel=1e-4)
        for name, mine in zip(NETWORKS, twin.networks):
            assert_same_weights(getattr(model, name), mine)


def test_unit_shared_networks_move_once_by_the_sum_of_both_domains_gradients():
    """Trap: a layer in two networks of one optimizer is in its list twice, and its step is twice as long."""
    model, draws = make(**ALONE), keras.random.SeedGenerator(0)
    noise = [keras.random.normal((BATCH, CODE), seed=draws) for _ in range(2)]
    start, moves = [w.copy() for name in ("encoder", "decoder") for w in getattr(model, name).get_weights()], []
    for x, e, (front, back) in ((A[:BATCH], noise[0], (0, 4)), (B[:BATCH], noise[1], (1, 5))):
        twins = networks()
        E, S, H, G = twins[front], twins[2], twins[3], twins[back]

        def loss(x=x, e=e, E=E, S=S, H=H, G=G):
            return 0.1 * kl(S(E(x))) + 100 * l1(G(H(S(E(x)) + e)), x)

        move(loss, 0.01, E, S, H, G)
        moves.append([w - s for w, s in zip([*S.get_weights(), *H.get_weights()], start)])
    model.train_on_batch(A[:BATCH], B[:BATCH])
    assert int(model.g_optimizer.iterations) == 1
    for before, after, a, b in zip(start, [*model.encoder.get_weights(), *model.decoder.get_weights()], *moves):
        np.testing.assert_allclose(after - before, a + b, rtol=1e-3, atol=1e-5)
        assert np.abs(a).max() > 1e-3 < np.abs(b).max()


class Laplace(losses.Likelihood):
    """A hundred times the mean distance, as UNIT has it."""

    def loss(self, x, rebuilt):
        return 100 * l1(x, rebuilt)

    def get_config(self):
        return {}


@pytest.mark.parametrize("domain", ["a", "b"])
def test_unit_without_translation_is_a_vae_of_each_domain(domain):
    """Of variance 1 and Laplace likelihood, where nothing is shared. 1/2 the sum of squares is d/2 times their mean."""
    model = make(networks(identity), **ALONE)
    first, draws, x = {"a": 0, "b": 1}[domain], keras.random.SeedGenerator(0), {"a": A, "b": B}[domain]
    twins = networks(identity)
    mean = twins[first](inputs := keras.Input(SHAPE))
    vae = models.VAE(keras.Model(inputs, [mean, layers.Rescaling(0.0)(mean)]), twins[4 + first], CODE)
    vae.compile(keras.optimizers.SGD(0.01), Laplace(), beta=0.1 * 2 / CODE, run_eagerly=True)
    for rows in (slice(0, 4), slice(4, 8), slice(8, 12)):
        noise = [keras.random.normal((BATCH, CODE), seed=draws) for _ in range(4)][first]
        vae.sample_latents = lambda n, noise=noise: noise
        vae.train_on_batch(x[rows])
        model.train_on_batch(A[rows], B[rows])
        assert_same_weights(getattr(model, f"front_{domain}"), twins[first])
        assert_same_weights(getattr(model, f"back_{domain}"), twins[4 + first])


def test_unit_logs_the_mean_of_squares_of_codes_and_not_the_divergence():
    """Of (1, -1, 2, 0) in A and 0 in B 1.5, where the divergence from N(0, I) is 3."""
    model, mean = make(networks(identity, activation=None)), np.array([1.0, -1.0, 2.0, 0.0], "float32")
    for front, bias in ((model.front_a, mean), (model.front_b, 0 * mean)):
        front.set_weights([0 * front.get_weights()[0], bias])
    logs = model.train_on_batch(A[:BATCH], B[:BATCH], return_dict=True)
    assert logs["kl"] == pytest.approx(1.5, rel=1e-4)
    assert float(losses.gaussian_kl(mean[None], np.zeros((1, CODE)))) == pytest.approx(3)


# What it makes


def test_unit_translates_by_means_without_noise_there_and_back(model):
    """Trap: noise at test time, so that translations differ from call to call."""
    E_a, E_b, S, H, G_a, G_b, *_ = (getattr(model, name) for name in NETWORKS)
    there = model.translate(A)
    np.testing.assert_array_equal(model.translate(A), there)
    np.testing.assert_allclose(there, numpy(G_b(H(S(E_a(A))))), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.translate(B, "BtoA"), numpy(G_a(H(S(E_b(B))))), rtol=1e-5, atol=1e-6)
    back = numpy(G_a(H(S(E_b(G_b(H(S(E_a(A)))))))))
    np.testing.assert_allclose(model.translate(there, "BtoA"), back, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(numpy(model(A)), there, rtol=1e-5, atol=1e-6)


def test_unit_codes_both_domains_in_one_space(model):
    E_a, E_b, S, H, _, G_b, *_ = (getattr(model, name) for name in NETWORKS)
    np.testing.assert_allclose(model.encode(A), numpy(S(E_a(A))), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.encode(B, "B"), numpy(S(E_b(B))), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.reconstruct(B, "B"), numpy(G_b(H(S(E_b(B))))), rtol=1e-5, atol=1e-6)


@pytest.mark.tensorflow  # on JAX each operation is compiled
def test_unit_translates_between_domains_of_two_shapes():
    model, grey = tiny_unit(shape_b=(8, 8, 1), run_eagerly=True), B[..., :1]
    assert (model.translate(A).shape, model.translate(grey, "BtoA").shape) == (grey.shape, A.shape)
    assert np.isfinite(model.train_on_batch(A[:4], grey[:4])).all()
    assert model.sheet(2, real=(A, grey))[0].shape == (16, *SHAPE)


@pytest.mark.parametrize(("n", "shown"), [(None, 5), (2, 2)])
def test_unit_sheet_shows_itself_there_and_back_from_both_sides(model, n, shown):
    pictures, columns = model.sheet(n, real=(A, B[:5]))
    assert (columns, len(pictures)) == (8, 8 * shown)
    a, b = A[:shown], B[:shown]
    there, back = model.translate(a), model.translate(b, "BtoA")
    of_a = [a, model.reconstruct(a), there, model.translate(there, "BtoA")]
    of_b = [b, model.reconstruct(b, "B"), back, model.translate(back)]
    for i, part in enumerate(of_a + of_b):
        np.testing.assert_array_equal(pictures[i::8], part)


def test_unit_judges_take_logits_above_0_for_real(model):
    verdicts = model.verdicts((A[:4], B[:4]))
    assert model.boundary == 0
    assert [[np.shape(part) for part in verdict] for verdict in verdicts] == [
        [(4, 4, 4, 1)] * 2 + [(4, *SHAPE)] * 2
    ] * 2
    np.testing.assert_array_equal(numpy(verdicts[0][0]), numpy(model.discriminator_a(A[:4])))
    np.testing.assert_allclose(numpy(verdicts[1][1]), numpy(model.discriminator_b(verdicts[1][3])), rtol=1e-5)


# Refusals


@pytest.mark.parametrize(("held", "by"), [(2, 3), (0, 1)])
def test_unit_refuses_one_network_in_two_places(held, by):
    """Trap: sharing by a layer in both encoders, as PyTorch-GAN has it."""
    given = networks()
    given[by] = given[held]
    sentence = rf"without a weight in common.*Received: {NETWORKS[held]} and {NETWORKS[by]}, which both hold '.*kernel'"
    with pytest.raises(ValueError, match=sentence):
        models.UNIT(*given)


def test_unit_refuses_networks_that_do_not_fit():
    for place, wrong, name in [
        (1, dense(SHAPE, (5,)), "front_b"),
        (2, dense((5,), (CODE,)), "encoder"),
        (3, dense((5,), (CODE,)), "decoder"),
        (4, dense((CODE,), (8, 8, 1)), "back_a"),
        (5, dense((5,), SHAPE), "back_b"),
        (6, dense((8, 8, 1), (1,)), "discriminator_a"),
        (7, dense((8, 8, 1), (1,)), "discriminator_b"),
    ]:
        given = networks()
        given[place] = wrong
        with pytest.raises(ValueError, match=rf"Expected a {name} of input shape .*Received: \(None"):
            models.UNIT(*given)


@pytest.mark.parametrize("name", WEIGHTS)
def test_unit_refuses_bad_weights_and_losses(name):
    with pytest.raises(ValueError, match=rf"`{name}` as a number of at least 0. Received: -1"):
        tiny_unit(**{name: -1})
    with pytest.raises(ValueError, match="a loss that judges single examples. Received: RelativisticLoss"):
        tiny_unit(loss=losses.RelativisticLoss())


def test_unit_refuses_unknown_names_and_pictures_that_do_not_fit(model):
    with pytest.raises(ValueError, match=r"Unknown direction. Did you mean 'AtoB'\?.*Received: 'AtoC'"):
        model.translate(A, "AtoC")
    for ask in (model.encode, model.reconstruct):
        with pytest.raises(ValueError, match=r"Unknown domain.*A, B. Received: 'C'"):
            ask(A, "C")
        with pytest.raises(ValueError, match=r"pictures of shape \(8, 8, 3\).*Received: an array of shape"):
            ask(A[..., :1])
    with pytest.raises(ValueError, match=r"pictures of shape \(8, 8, 3\).*Received: an array of shape"):
        model.translate(A[..., :1])
    with pytest.raises(ValueError, match=r"tuple of pictures of domain A and pictures of domain B.*Received: NoneType"):
        model.sheet()
