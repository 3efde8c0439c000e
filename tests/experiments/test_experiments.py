"""The experiments at a size that a test can pay for: they measure, they draw, and the cheapest shows its claim."""

import keras
import numpy as np
import pytest

from keras_gans import data, experiments, metrics
from keras_gans.experiments import __main__ as command
from keras_gans.experiments import attention, spectra

pytestmark = pytest.mark.tensorflow  # what they are made of is tested on both engines


def test_vanishing_gradients_starve_the_minimax_generator_only():
    norms = experiments.vanishing_gradients(steps=280).norms
    assert set(norms) == {"minimax", "non-saturating", "wasserstein"}
    change = {name: values[-14:].mean() / values[:14].mean() for name, values in norms.items()}
    assert change["minimax"] < 0.1
    assert change["non-saturating"] > 1
    assert change["wasserstein"] > 0.5


@pytest.fixture(scope="module")
def collapse():
    return experiments.mode_collapse(steps=4)


def test_mode_collapse_counts_and_draws_every_game(collapse):
    assert all(len(looks) == 4 and 0 <= looks[-1].covered <= 8 for looks in collapse.coverage.values())
    assert len(collapse.figure.axes) == 4 * len(collapse.coverage) == 16
    with pytest.raises(ValueError, match="positive multiple of 4. Received: 6"):
        experiments.mode_collapse(steps=6)


def test_poor_networks_measures_and_draws_every_game():
    result = experiments.poor_networks(steps=1)
    assert len(result.frechet) == len(result.variety) == len(result.figure.axes) == 5
    assert all(np.isfinite(value) and value > 0 for value in (*result.frechet.values(), *result.variety.values()))


def colours(count=90):
    return np.arange(count) % 3, np.arange(count) // 3 % 3


def test_patches_have_the_colours_that_are_read_off_them():
    left, right = colours()
    images = attention.pictures(left, right, np.random.default_rng(0))
    noisy = images + np.random.default_rng(1).normal(scale=0.3, size=images.shape)
    for pictures in (images, noisy):
        np.testing.assert_array_equal(attention.colours_of(pictures), np.transpose([left, right]))
    assert attention.agreement(images) == (1 / 3, pytest.approx(1 / 3))
    alike = attention.pictures(left, left, np.random.default_rng(0))
    assert attention.agreement(alike) == (1.0, pytest.approx(1 / 3))
    red = np.zeros(9, int)
    assert attention.agreement(attention.pictures(red, red, np.random.default_rng(0))) == (1.0, 1.0)


def opened(network):
    """The network with a gamma at which attention counts."""
    network.get_layer("attention").gamma.assign(1.0)
    return network


def test_no_pixel_of_a_patch_of_the_generator_depends_on_the_other_half_but_by_attention():
    z = np.random.default_rng(0).normal(size=(4, 2 * attention.HALF)).astype("float32")
    other = z.copy()
    other[:, attention.HALF :] += 1.0  # the right half's latents
    wide = attention.WIDE
    for network, reaches in ((attention.generator(False), False), (opened(attention.generator(True)), True)):
        change = np.abs(keras.ops.convert_to_numpy(network(z) - network(other)))
        assert (change[:, :, :wide].max() > 1e-6) == reaches
        assert change[:, :, -wide:].max() > 1e-3
    assert change[:, :, :wide].max() > 1e-4


def test_the_discriminator_scores_patches_by_themselves_but_by_attention():
    """Without attention D(a, a) + D(b, b) = D(a, b) + D(b, a), so that it cannot prefer all that agree."""
    a, b = np.zeros(1, int), np.ones(1, int)

    def score(network, left, right):
        images = attention.pictures(left, right, np.random.default_rng(0))
        return float(keras.ops.convert_to_numpy(network(images))[0, 0])

    for network, pairs in ((attention.discriminator(False), False), (opened(attention.discriminator(True)), True)):
        agree, differ = score(network, a, a) + score(network, b, b), score(network, a, b) + score(network, b, a)
        assert (abs(agree - differ) > 1e-4 * abs(agree)) == pairs


def test_agreeing_patches_measures_and_draws_every_game():
    result = experiments.agreeing_patches(steps=10, seeds=1)
    for found in (result.agreement, result.chance, result.accuracy):
        assert {name: values.shape for name, values in found.items()} == dict.fromkeys(attention.GAMES, (1, 10))
        assert all(values.min() >= 0 and values.max() <= 1 for values in found.values())
    for name, (g_attends, d_attends, _) in attention.GAMES.items():
        assert [bool(np.isfinite(gamma).all()) for gamma in result.gamma[name]] == [g_attends, d_attends]
    assert len(result.figure.axes) == 3 + 5
    with pytest.raises(ValueError, match="positive multiple of 10. Received: 25"):
        experiments.agreeing_patches(steps=25)


FEW = 148  # digits, of which 20 are held out, and two steps are made in a pass


@pytest.fixture
def few_digits(monkeypatch):
    """The experiment of spectra on few digits, with one look, two games and no classifier, in eager mode."""
    images, labels = (part[:FEW] for part in data.load("digits", image_size=16, labels=True))
    monkeypatch.setattr(spectra.data, "load", lambda *_, **__: (images, labels))
    monkeypatch.setattr(spectra.metrics, "classifier", lambda *_: metrics.identity())
    for name, value in (("HELD_OUT", 20), ("SAMPLES", 20), ("LOOKS", 1)):
        monkeypatch.setattr(spectra, name, value)
    both = {**spectra.FAST, "penalties": [spectra.R1(1.0)]}
    games = {"as it is": (False, {}), "clamped, with R1": (True, both)}
    eager = {name: (clamped, {**changes, "run_eagerly": True}) for name, (clamped, changes) in games.items()}
    monkeypatch.setattr(spectra, "GAMES", eager)


def test_collapse_spectra_measures_and_draws_every_game(few_digits):
    result = experiments.collapse_spectra(passes=1, seeds=1)
    assert result.steps.tolist() == [0, 2]
    for name in spectra.GAMES:
        of_g, of_d = result.generator[name], result.discriminator[name]
        assert (of_g.shape, of_d.shape) == ((1, 17, 2, 3), (1, 9, 2, 3))
        np.testing.assert_allclose(of_g[0, :, 0, 0], 1.0, atol=1e-3)  # orthogonal at first
        assert np.isfinite(of_g[0, 0]).all()  # of the dense layer, which has three
        assert np.isnan(of_d[0, 0, :, 1:]).all()  # of D's, which has one
        assert result.distance[name].shape == (1, 2)
        shares = result.accuracy[name]
        assert shares.shape == (2, 1, 2)
        assert shares.min() >= 0
        assert shares.max() <= 1
    assert len(result.figure.axes) == 4 * len(spectra.GAMES)
    with pytest.raises(ValueError, match="positive multiple of 1. Received: 0"):
        experiments.collapse_spectra(passes=0)


def test_collapse_spectra_clamps_the_dense_layer_of_g_alone(monkeypatch):
    """Of its singular values, all 1 at first, one comes to the limit at each update."""
    monkeypatch.setattr(spectra, "LIMIT", 0.5)
    images, labels = data.load("digits", image_size=16, labels=True)
    found = {}
    for clamped in (False, True):
        model = spectra.game(clamped, {"run_eagerly": True}, seed=0)
        model.fit(images[:64], labels[:64], batch_size=32, verbose=0)
        kernels = [v.numpy() for v in model.generator.trainable_variables if v.name == "kernel"]
        values = [np.linalg.svd(v.reshape(-1, v.shape[-1]), compute_uv=False) for v in kernels]
        found[clamped] = [int(np.sum(np.abs(some - 0.5) < 1e-3)) for some in values]
    assert found == {False: [0] * 16, True: [1] + [0] * 15}


def test_command_writes_the_picture(tmp_path, monkeypatch, capsys, collapse):
    monkeypatch.setitem(experiments.EXPERIMENTS, "mode_collapse", lambda seed: {1: collapse}[seed])
    command.main(["mode_collapse", "--out", str(tmp_path), "--seed", "1"])
    assert (tmp_path / "mode_collapse.png").stat().st_size > 10_000
    assert "mode_collapse.png" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        command.main(["mode_colapse"])
