"""The conditional GAN with two scores: its step, that realism is judged without the condition, and refusals."""

import keras
import pytest
from by_hand import (
    D_RATE,
    G_RATE,
    IMAGES,
    LABELS,
    LATENTS,
    assert_same_weights,
    dense_discriminator,
    dense_generator,
    latents,
    log_sigmoid,
    move,
    pair,
    sgd,
)
from keras import ops

from keras_gans import models


def two_headed(classes=3, heads=(1, 1), **arguments):
    keras.utils.set_random_seed(0)
    discriminator = dense_discriminator(classes, heads=heads)
    model = models.TwoHeadedCGAN(dense_generator(classes), discriminator, LATENTS, classes, seed=0)
    model.compile(**{**sgd(), "run_eagerly": True, **arguments})
    return model


@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_two_headed_step_equals_the_formula_written_by_hand(fresh_fakes):
    """The first head learns real against generated, the second right against wrong labels, of real examples only."""
    model, twin = two_headed(fresh_fakes=fresh_fakes), two_headed()
    D, G, draws = twin.discriminator, twin.generator, keras.random.SeedGenerator(0)
    z = latents(12, draws)
    fake = G(pair(z, LABELS))
    wrong = (LABELS + ops.convert_to_numpy(keras.random.randint((12,), 1, 3, dtype="int32", seed=draws))) % 3

    def matching():
        right = log_sigmoid(D(pair(IMAGES, LABELS))[1])
        return -ops.mean(right) - ops.mean(log_sigmoid(-D(pair(IMAGES, wrong))[1]))

    def d_loss():
        realistic = log_sigmoid(D(pair(IMAGES, LABELS))[0])
        return -ops.mean(realistic) - ops.mean(log_sigmoid(-D(pair(fake, LABELS))[0])) + matching()

    d_matching = float(matching())
    d = move(d_loss, D_RATE, D)
    z = latents(12, draws) if fresh_fakes else z
    g_matching = -float(ops.mean(log_sigmoid(D(pair(G(pair(z, LABELS)), LABELS))[1])))

    def g_loss():
        realistic, matches = D(pair(G(pair(z, LABELS)), LABELS))
        return -ops.mean(log_sigmoid(realistic)) - ops.mean(log_sigmoid(matches))

    g = move(g_loss, G_RATE, G)
    logs = model.train_on_batch(IMAGES, LABELS, return_dict=True)
    expected = {"d_loss": d, "g_loss": g, "d_matching": d_matching, "g_matching": g_matching}
    assert logs == pytest.approx(expected, rel=1e-4)
    assert_same_weights(model, twin)


def test_two_headed_cgan_refuses_a_loss_that_compares_and_a_single_class():
    with pytest.raises(ValueError, match=r"judges single examples. Received: classes=3 and RelativisticLoss"):
        two_headed(loss="relativistic")
    with pytest.raises(ValueError, match=r"two classes or more.*Received: classes=1"):
        two_headed(classes=1)


def test_two_headed_cgan_refuses_another_number_of_heads():
    with pytest.raises(ValueError, match=r"returns realistic and matching. Received: .*output shape \(None, 1\)"):
        two_headed(heads=(1,))
