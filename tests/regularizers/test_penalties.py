"""Penalties against closed forms of linear and quadratic critics, and the traps that others fell into, by name."""

import keras
import numpy as np
import pytest
from conftest import adam, assert_same_state, dense_gan
from keras import ops

from keras_gans import engine, regularizers
from keras_gans.regularizers import DRAGAN, R1, R2, FeatureMatching, GradientPenalty, Lazy, PullingAway, Scheduled

RNG = np.random.default_rng(0)
REAL, FAKE = (RNG.normal(size=(64, 2)).astype("float32") for _ in range(2))
W = np.array([[3.0], [4.0]], "float32")


def linear(x):
    """A critic whose gradient is (3, 4) everywhere: norm 5."""
    return ops.matmul(x, W)


def quadratic(x):
    """A critic whose gradient at x is x."""
    return 0.5 * ops.sum(ops.square(x), axis=-1, keepdims=True)


def value(penalty, critic=linear, real=REAL, fake=FAKE, seed=0):
    return float(penalty(critic, real, fake, keras.random.SeedGenerator(seed)))


@pytest.mark.parametrize(
    ("penalty", "expected"),
    [
        (GradientPenalty(), 160.0),  # 10 (5 - 1)^2
        (GradientPenalty(weight=2.0, center=0.0), 50.0),
        (GradientPenalty(one_sided=True), 160.0),
        (GradientPenalty(one_sided=True, squared=False), 40.0),  # 10 max(0, 5 - 1)
        (DRAGAN(), 160.0),
        (R1(), 125.0),  # 10/2 25: gamma/2, not gamma
        (R2(), 125.0),
        (Lazy(R1(), every=4), 500.0),
    ],
    ids=lambda p: str(getattr(p, "get_config", lambda: p)()),
)
def test_penalty_of_a_linear_critic(penalty, expected):
    assert value(penalty) == pytest.approx(expected, rel=1e-5)


def test_one_sided_penalties_spare_what_is_below_one():
    def flat(x):
        return 0.1 * linear(x)  # norm 0.5

    assert value(GradientPenalty(one_sided=True), flat) == 0.0
    assert value(GradientPenalty(one_sided=True, squared=False), flat) == 0.0
    assert value(GradientPenalty(), flat) == pytest.approx(10 * 0.25, rel=1e-5)


def test_r1_looks_at_real_and_r2_at_generated_examples():
    assert value(R1(2.0), quadratic) == pytest.approx(np.mean(np.sum(REAL**2, axis=1)), rel=1e-5)
    assert value(R2(2.0), quadratic) == pytest.approx(np.mean(np.sum(FAKE**2, axis=1)), rel=1e-5)


def seen_by(penalty, real, fake, seed=0):
    """The points at which a penalty takes the critic's gradient."""
    points = []

    original = engine.input_gradient

    def record(fn, x):
        points.append(ops.convert_to_numpy(x))
        return original(fn, x)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "input_gradient", record)
        penalty(quadratic, real, fake, keras.random.SeedGenerator(seed))
    return points[0]


def test_gradient_penalty_draws_one_uniform_epsilon_per_example():
    """Famous bugs: epsilon from a normal, one per pixel, one per batch, or fixed to 1."""
    real, fake = np.ones((4000, 2, 3), "float32"), np.zeros((4000, 2, 3), "float32")
    epsilon = seen_by(GradientPenalty(), real, fake)
    assert epsilon.shape == real.shape
    assert np.ptp(epsilon.reshape(4000, -1), axis=1).max() == 0  # one per example
    one = np.sort(epsilon[:, 0, 0])
    assert one[0] >= 0
    assert one[-1] <= 1
    assert np.abs(one - np.linspace(0, 1, 4000)).max() < 0.03  # Kolmogorov-Smirnov: uniform


def test_penalty_draws_anew_at_each_call():
    """An int seed would repeat the same noise."""
    seed = keras.random.SeedGenerator(0)
    draws = [float(GradientPenalty()(quadratic, REAL, FAKE, seed)) for _ in range(2)]
    assert draws[0] != draws[1]


def test_dragan_perturbs_as_the_original_does():
    """x + a d, d = 0.5 std(x) u with u in [0, 1) per number: never below x, at most half a deviation above."""
    real = RNG.normal(size=(4000, 2)).astype("float32") * 3.0
    step = (seen_by(DRAGAN(), real, real) - real) / (0.5 * real.std())
    assert step.min() > -1e-5
    assert step.max() < 1 + 1e-5
    assert step.mean() == pytest.approx(0.25, abs=0.01)  # E a E u
    assert np.corrcoef(step.T)[0, 1] == pytest.approx(0.428, abs=0.05)  # a is shared: (1/12)(1/4) / (1/9 - 1/16)


@pytest.mark.parametrize("penalty", [GradientPenalty(), GradientPenalty(center=0.0), DRAGAN(), R1(), R2()])
def test_norms_gradient_at_zero_is_no_nan(penalty):
    """The root's derivative at 0 is infinite: 1e-12 stands under it."""
    scale = keras.Variable(0.0)

    def flat(x):
        return scale * linear(x)

    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build([scale])
    loss = engine.minimize(lambda: penalty(flat, REAL, FAKE, 0), [scale], optimizer)
    assert np.isfinite(float(loss))
    assert np.isfinite(float(scale.value))


def test_norm_is_over_all_axes_but_the_first():
    """A famous bug takes it over the last axis, or over the batch."""
    x = RNG.normal(size=(8, 4, 4, 3)).astype("float32")

    def critic(x):
        return 0.5 * ops.sum(ops.square(x), axis=(1, 2, 3))[:, None]

    norms = np.linalg.norm(x.reshape(8, -1), axis=1)
    assert value(GradientPenalty(weight=1.0), critic, x, x) == pytest.approx(np.mean((norms - 1) ** 2), rel=1e-5)


def test_penalty_moves_the_critic_as_calculus_says():
    """d/dw 10 (|w| - 1)^2 = 20 (|w| - 1) w / |w|: the gradient goes through the gradient."""
    w = keras.Variable(W)
    optimizer = keras.optimizers.SGD(1e-3)
    optimizer.build([w])
    engine.minimize(lambda: GradientPenalty()(lambda x: ops.matmul(x, w), REAL, FAKE, 0), [w], optimizer)
    np.testing.assert_allclose(w.numpy(), W - 1e-3 * 20 * 4 * W / 5, rtol=1e-5)


CosineDecay = keras.optimizers.schedules.CosineDecay


def test_scheduled_penalty_wanes_from_call_to_call():
    """gamma/2 25, of gamma 10 at first, 5.5 after two of four calls and 1 from the fourth on."""
    penalty, seed = Scheduled(R1(10.0), CosineDecay(1.0, 4, alpha=0.1)), keras.random.SeedGenerator(0)
    values = [float(penalty(linear, REAL, FAKE, seed)) for _ in range(6)]
    np.testing.assert_allclose(np.array(values)[[0, 2, 4, 5]], [125.0, 68.75, 12.5, 12.5], rtol=1e-5)


def test_r1_and_r2_of_a_linear_critic_are_gamma_times_its_square():
    """R3GAN's: gamma/2 |w|^2 at real and as much at generated examples."""
    penalties = [Scheduled(kind(0.3), CosineDecay(1.0, 4, alpha=0.1)) for kind in (R1, R2)]
    assert sum(value(penalty) for penalty in penalties) == pytest.approx(0.3 * 25.0, rel=1e-5)


def test_scheduled_penalty_refuses_a_number():
    with pytest.raises(ValueError, match=r"Expected a schedule of keras\.optimizers\.schedules\. Received: 0\.5\."):
        Scheduled(R1(), 0.5)


def test_lazy_penalty_comes_every_kth_time_k_times_as_heavy():
    lazy = Lazy(GradientPenalty(), every=3)
    seed = keras.random.SeedGenerator(0)
    values = [float(lazy(linear, REAL, FAKE, seed)) for _ in range(7)]
    np.testing.assert_allclose(values, [480, 0, 0, 480, 0, 0, 480], rtol=1e-5)
    draws = keras.random.SeedGenerator(0)
    for _ in range(3):
        draws.next()
    np.testing.assert_array_equal(seed.state.numpy(), draws.state.numpy())  # it draws only when it is due


def test_feature_matching_compares_means_of_features():
    class Judge:
        def features(self, x, layer):
            assert layer == "features"
            return 2.0 * ops.convert_to_tensor(x)

    expected = 3.0 * np.sum((2 * REAL.mean(0) - 2 * FAKE.mean(0)) ** 2)
    assert float(FeatureMatching(3.0)(Judge(), REAL, FAKE, 0)) == pytest.approx(expected, rel=1e-5)


class Codes:
    """A judge whose codes are the examples."""

    def features(self, x, layer):
        assert layer == "code"
        return ops.convert_to_tensor(x)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([[1, 0], [1, 1], [0, 2]], 1 / 3),  # without the square .4714; over the batch, diagonal kept, .3667
        ([[1, 0], [-1, 1], [0, 2]], 1 / 3),  # without the square 0
        ([[3, 4], [-3, -4]], 1.0),  # without the square -1: opposite codes would be rewarded
        ([[1, 0, 0], [0, 5, 0], [0, 0, 2]], 0.0),
        ([[1, 2]], 0.0),
        ([[0, 0], [0, 0]], 0.0),
    ],
)
def test_pulling_away_is_the_mean_squared_cosine(codes, expected):
    codes = np.array(codes, "float32")
    assert float(PullingAway(1.0)(Codes(), None, codes, 0)) == pytest.approx(expected, abs=1e-6)
    assert float(PullingAway(0.1)(Codes(), None, 7 * codes, 0)) == pytest.approx(0.1 * expected, abs=1e-6)


def test_pulling_away_takes_a_map_as_one_vector():
    """Trap: the similarity of rows of one picture's map."""
    maps = np.random.default_rng(0).normal(size=(5, 2, 2, 3)).astype("float32")
    flat = PullingAway()(Codes(), None, maps.reshape(5, -1), 0)
    assert float(PullingAway()(Codes(), None, maps, 0)) == pytest.approx(float(flat), rel=1e-6)


def terms():
    """All that remembers something, at once."""
    return {
        "penalties": [Lazy(DRAGAN(), 3)],
        "g_penalties": [FeatureMatching(0.1)],
    }


@pytest.mark.parametrize(
    "penalty", [*terms()["penalties"], *terms()["g_penalties"], R2(3.0), GradientPenalty(one_sided=True)]
)
def test_penalty_config_round_trip(penalty):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalty))
    assert type(again) is type(penalty)
    assert again.get_config() == penalty.get_config()


def remembering_gan():
    gan = dense_gan(**terms())
    regularizers.regularize(gan.discriminator, regularizers.SpectralNormRegularizer(0.1))
    regularizers.regularize(gan.generator, regularizers.HistoricalAveraging(0.1), biases=True)
    gan.compile(adam(), adam(), **terms())
    return gan


def test_terms_that_remember_are_saved_and_continued_bit_for_bit(images, tmp_path):
    whole, half = remembering_gan(), remembering_gan()
    history = whole.fit(images, batch_size=16, epochs=2, verbose=0).history
    assert set(history) == {"d_loss", "g_loss", "penalty", "g_penalty"}
    half.fit(images, batch_size=16, epochs=1, verbose=0)
    half.save(tmp_path / "half.keras")
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    assert_same_state(loaded, half)
    loaded.fit(images, batch_size=16, epochs=2, initial_epoch=1, verbose=0)
    assert_same_state(loaded, whole)


@pytest.mark.parametrize("every", [0, 1.5])
def test_lazy_refuses_a_bad_period(every):
    with pytest.raises(ValueError, match="positive integer. Received"):
        Lazy(R1(), every)
