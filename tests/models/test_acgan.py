"""The auxiliary classifier GAN: L_S and L_C of the paper, against numpy, and refusals."""

import keras
import numpy as np
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
from scipy.special import log_softmax

from keras_gans import models


def acgan(heads=(1, 3), sees_condition=False, **arguments):
    keras.utils.set_random_seed(0)
    discriminator = dense_discriminator(3, heads, sees_condition)
    model = models.ACGAN(dense_generator(), discriminator, LATENTS, 3, seed=0)
    model.compile(**{**sgd(), "run_eagerly": True, **arguments})
    return model


def class_log_likelihood(logits):
    """E[log P(C = c)] by SciPy."""
    return log_softmax(ops.convert_to_numpy(logits).astype("float64"), axis=1)[np.arange(12), LABELS].mean()


@pytest.mark.parametrize("fresh_fakes", [False, True])
def test_acgan_step_equals_the_formula_written_by_hand(fresh_fakes):
    model, twin = acgan(fresh_fakes=fresh_fakes), acgan()
    D, G, draws = twin.discriminator, twin.generator, keras.random.SeedGenerator(0)
    z = latents(12, draws)
    fake = G(pair(z, LABELS))
    d_class = -class_log_likelihood(D(IMAGES)[1]) - class_log_likelihood(D(fake)[1])

    def log_likelihood(logits):
        return ops.mean(ops.log(ops.take_along_axis(ops.softmax(logits), LABELS[:, None], axis=1)))

    def d_loss():
        (real_source, real_class), (fake_source, fake_class) = D(IMAGES), D(fake)
        l_s = ops.mean(log_sigmoid(real_source)) + ops.mean(log_sigmoid(-fake_source))
        return -l_s - (log_likelihood(real_class) + log_likelihood(fake_class))

    d = move(d_loss, D_RATE, D)
    z = latents(12, draws) if fresh_fakes else z
    g_class = -class_log_likelihood(D(G(pair(z, LABELS)))[1])

    def g_loss():
        source, classes = D(G(pair(z, LABELS)))
        return -ops.mean(log_sigmoid(source)) - log_likelihood(classes)

    g = move(g_loss, G_RATE, G)
    logs = model.train_on_batch(IMAGES, LABELS, return_dict=True)
    assert logs == pytest.approx({"d_loss": d, "g_loss": g, "d_class": d_class, "g_class": g_class}, rel=1e-4)
    assert_same_weights(model, twin)


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_acgan_takes_labels_of_any_integer_type(dtype):
    logs = [acgan().train_on_batch(IMAGES, LABELS.astype(kind), return_dict=True) for kind in ("int32", dtype)]
    assert logs[1] == pytest.approx(logs[0], rel=1e-5)


def test_acgan_refuses_discriminators_that_do_not_classify():
    with pytest.raises(ValueError, match=r"second output is \(None, 3\).*Received: output shape .*\(None, 4\)"):
        acgan(heads=(1, 4))
    with pytest.raises(ValueError, match=r"class logits \(N, 3\). Received: .*output shape \(None, 1\)"):
        acgan(heads=(1,))
    with pytest.raises(ValueError, match=r"discriminator of examples that returns.*Received: input shape \["):
        acgan(sees_condition=True)


def test_acgan_refuses_a_loss_that_compares():
    with pytest.raises(ValueError, match=r"judges single examples. Received: RelativisticLoss"):
        acgan(loss="relativistic")
