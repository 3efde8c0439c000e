"""Every other loss against numbers worked out elsewhere, and what all losses of the family keep."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import engine, losses
from keras_gans.losses import (
    EnergyLoss,
    FDivergenceLoss,
    GANLoss,
    HingeLoss,
    LeastSquaresLoss,
    RelativisticLoss,
    WassersteinLoss,
)

REAL = np.array([-5.0, 1.4, 12.5, 2.7], "float32")[:, None]
FAKE = np.array([10.0, 4.4, -5.5, 3.6], "float32")[:, None]

FAMILY = {
    "gan": GANLoss(),
    "saturating": GANLoss(saturating=True),
    "least_squares": LeastSquaresLoss(),
    "hinge": HingeLoss(),
    "wasserstein": WassersteinLoss(),
    "energy": EnergyLoss(),
    "rsgan": RelativisticLoss(average=False),
    "ragan": RelativisticLoss(),
    "ralsgan": RelativisticLoss(LeastSquaresLoss(a=-1.0, b=1.0)),
    "rahinge": RelativisticLoss("hinge"),
    "f_kl": FDivergenceLoss("kl"),
    "f_wjs": FDivergenceLoss("weighted_jensen_shannon", 0.3, saturating=True),
}
family = pytest.mark.parametrize("loss", FAMILY.values(), ids=FAMILY)


def softplus(x):
    return np.log1p(np.exp(x.astype("float64")))


@pytest.mark.parametrize(
    ("loss", "d", "g"),
    [
        (LeastSquaresLoss(), 41.73375, 17.69625),
        (HingeLoss(), 6.75, -3.125),
        (WassersteinLoss(), 0.225, -3.125),
        (WassersteinLoss(drift=0.001), 0.225 + 0.001 * (25 + 1.96 + 156.25 + 7.29) / 4, -3.125),  # of real ones alone
        (RelativisticLoss(), 5.212013, 4.762013),
    ],
    ids=lambda value: type(value).__name__,
)
def test_loss_reference_numbers(loss, d, g):
    assert float(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(d, abs=1e-5)
    assert float(loss.generator_loss(FAKE, REAL)) == pytest.approx(g, abs=1e-5)


def test_energy_loss_lets_each_example_above_the_margin_be():
    """Trap: a hinge of the batch's mean energy, 4.0 here."""
    real, fake = -np.array([[0.5], [1.5]]), -np.array([[2.0], [12.0]])
    loss = EnergyLoss(margin=10.0)
    assert float(loss.discriminator_loss(real, fake)) == 5.0
    assert float(loss.generator_loss(fake)) == 7.0
    with pytest.raises(ValueError, match="above 0"):
        EnergyLoss(0.0)


def test_least_squares_targets_are_those_of_the_paper():
    loss = LeastSquaresLoss(a=-1.0, b=1.0, c=0.0)
    d = 0.5 * np.mean((REAL - 1) ** 2) + 0.5 * np.mean((FAKE + 1) ** 2)
    assert float(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(d, rel=1e-6)
    assert float(loss.generator_loss(FAKE)) == pytest.approx(0.5 * np.mean(FAKE**2), rel=1e-6)


def test_relativistic_loss_is_not_overwritten_by_the_plain_one():
    """A famous bug computes the relativistic loss and then assigns the plain one to the same name."""
    for average in (True, False):
        relativistic = float(RelativisticLoss(average=average).discriminator_loss(REAL, FAKE))
        assert abs(relativistic - float(GANLoss().discriminator_loss(REAL, FAKE))) > 0.1


def test_rsgan_is_the_papers_formula():
    loss = RelativisticLoss(average=False)
    assert float(loss.discriminator_loss(REAL, FAKE)) == pytest.approx(np.mean(softplus(FAKE - REAL)), rel=1e-6)
    assert float(loss.generator_loss(FAKE, REAL)) == pytest.approx(np.mean(softplus(REAL - FAKE)), rel=1e-6)


def test_rahinge_and_ralsgan_are_the_papers_formulas():
    r, f = REAL - FAKE.mean(), FAKE - REAL.mean()
    hinge = np.mean(np.maximum(0, 1 - r)) + np.mean(np.maximum(0, 1 + f))
    hinge_g = np.mean(np.maximum(0, 1 - f)) + np.mean(np.maximum(0, 1 + r))
    assert float(FAMILY["rahinge"].discriminator_loss(REAL, FAKE)) == pytest.approx(hinge, rel=1e-6)
    assert float(FAMILY["rahinge"].generator_loss(FAKE, REAL)) == pytest.approx(hinge_g, rel=1e-6)
    squares = np.mean((r - 1) ** 2) + np.mean((f + 1) ** 2)
    assert 2 * float(FAMILY["ralsgan"].discriminator_loss(REAL, FAKE)) == pytest.approx(squares, rel=1e-6)


def test_wasserstein_loss_is_no_hinge():
    """Some "WGAN"s are hinge losses: WGAN's is linear, so scores twice as large cost twice as much."""
    once, twice = (float(WassersteinLoss().discriminator_loss(k * REAL, k * FAKE)) for k in (1, 2))
    assert twice == pytest.approx(2 * once, rel=1e-5)


@pytest.mark.parametrize("name", ["rsgan", "ragan", "ralsgan", "rahinge"])
def test_relativistic_losses_ignore_a_constant_added_to_all_logits(name):
    loss = FAMILY[name]
    for shift in (-3.0, 7.0):
        moved = loss.discriminator_loss(REAL + shift, FAKE + shift)
        assert float(moved) == pytest.approx(float(loss.discriminator_loss(REAL, FAKE)), rel=1e-5)
        moved = loss.generator_loss(FAKE + shift, REAL + shift)
        assert float(moved) == pytest.approx(float(loss.generator_loss(FAKE, REAL)), rel=1e-5)


def test_relativistic_generator_plays_the_discriminators_game_with_roles_exchanged():
    for name in ("rsgan", "ragan", "ralsgan", "rahinge"):
        loss = FAMILY[name]
        assert float(loss.generator_loss(FAKE, REAL)) == float(loss.discriminator_loss(FAKE, REAL))


@family
def test_loss_of_patches_equals_that_of_a_flat_output(loss):
    real, fake = REAL.reshape(1, 2, 2, 1), FAKE.reshape(1, 2, 2, 1)
    flat, patches = loss.discriminator_loss(REAL, FAKE), loss.discriminator_loss(real, fake)
    assert float(patches) == pytest.approx(float(flat), rel=1e-5)
    flat, patches = loss.generator_loss(FAKE, REAL), loss.generator_loss(fake, real)
    assert float(patches) == pytest.approx(float(flat), rel=1e-5)


FINITE = {**FAMILY, **{f"f_{name}": FDivergenceLoss(name) for name in losses.DIVERGENCES if name[0] not in "aw"}}
FINITE |= {f"f_alpha_{a}": FDivergenceLoss("alpha", a) for a in (-1.0, 0.5, 3.0)}


@pytest.mark.parametrize("loss", FINITE.values(), ids=FINITE)
def test_loss_and_its_gradient_are_finite_at_any_logit(loss):
    """Every pair of these logits at once: one infinite term would show in the sum."""
    logits = np.array([0.0, 1e4, -1e4, 100.0, -100.0, 14.9, -15.1], "float32")
    pairs = np.stack(np.meshgrid(logits, logits), axis=-1).reshape(-1, 2)

    def both(x):
        real, fake = x[:, :1], x[:, 1:]
        return ops.stack([loss.discriminator_loss(real, fake), loss.generator_loss(fake, real)])

    assert np.isfinite(ops.convert_to_numpy(both(pairs))).all()
    assert np.isfinite(ops.convert_to_numpy(engine.input_gradient(both, pairs))).all()


@family
def test_loss_computes_in_float32(loss):
    half = [ops.cast(x, "bfloat16") for x in (REAL, FAKE)]
    assert keras.backend.standardize_dtype(loss.discriminator_loss(*half).dtype) == "float32"
    assert keras.backend.standardize_dtype(loss.generator_loss(half[1], half[0]).dtype) == "float32"


@family
def test_loss_config_round_trip(loss):
    again = losses.get(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()
    assert float(again.discriminator_loss(REAL, FAKE)) == float(loss.discriminator_loss(REAL, FAKE))


@pytest.mark.parametrize("name", list(losses.LOSSES))
def test_get_finds_every_registered_loss(name):
    assert isinstance(losses.get(name), losses.LOSSES[name])


@pytest.mark.parametrize(
    "base", [GANLoss(smoothing=0.1), GANLoss(saturating=True), GANLoss(from_logits=False), GANLoss(seed=2)]
)
def test_relativistic_loss_refuses_a_base_whose_targets_are_ds_own(base):
    if base.seed == 2:
        assert RelativisticLoss(base).base is base
        return
    with pytest.raises(ValueError, match="without smoothing.*Received: GANLoss"):
        RelativisticLoss(base)


def test_relativistic_generator_refuses_to_judge_without_real_output():
    with pytest.raises(ValueError, match="Expected `real_output`.*Received: None"):
        RelativisticLoss().generator_loss(FAKE)
