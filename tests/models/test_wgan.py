"""WGAN and WGAN-GP: each algorithm box equals its composition on GAN, bit for bit, and has its paper's constants."""

import keras
import numpy as np
import pytest
from conftest import assert_same_state

from keras_gans import data, models, networks
from keras_gans.regularizers import ClipWeights, GradientPenalty

POINTS = data.toy.ring(std=0.05).sample(3 * 2 * 16)  # three steps of two critic steps on 16 points


def networks_for(kind):
    """A critic whose outputs are half under mixed policies, unlike those of `networks.mlp`."""
    keras.utils.set_random_seed(0)
    generator = networks.mlp.generator((2,), latent_dim=2, width=16)
    x = keras.layers.Dense(16, activation="leaky_relu")(inputs := keras.Input((2,)))
    return kind(generator, keras.Model(inputs, keras.layers.Dense(1)(x)), latent_dim=2)


def composed(optimizer, **terms):
    gan = networks_for(models.GAN)
    gan.compile(optimizer(), optimizer(), loss="wasserstein", n_critic=2, **terms)
    return gan


def boxed(kind):
    model = networks_for(kind)
    model.compile(n_critic=2)
    return model


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize(
    ("kind", "composition"),
    [
        (models.WGAN, lambda: composed(lambda: keras.optimizers.RMSprop(5e-5), d_constraint=ClipWeights(0.01))),
        (
            models.WGANGP,
            lambda: composed(lambda: keras.optimizers.Adam(1e-4, 0.0, 0.9), penalties=[GradientPenalty(10.0)]),
        ),
    ],
    ids=["WGAN", "WGANGP"],
)
def test_algorithm_box_equals_its_composition_bit_for_bit(kind, composition, policy, request):
    request.addfinalizer(lambda: keras.config.set_dtype_policy("float32"))
    keras.config.set_dtype_policy(policy)
    box, gan = boxed(kind), composition()
    histories = [model.fit(POINTS, batch_size=16, epochs=2, verbose=0).history for model in (box, gan)]
    assert int(box.g_optimizer.iterations) == 6
    assert histories[0] == histories[1]
    assert_same_state(box, gan)


def test_wgan_clips_after_each_critic_step():
    model = networks_for(models.WGAN)
    model.compile(c=0.02, n_critic=1)
    model.fit(POINTS[:16], batch_size=16, verbose=0)
    assert max(np.abs(w).max() for w in model.discriminator.get_weights()) == pytest.approx(0.02)
    assert max(np.abs(w).max() for w in model.generator.get_weights()) > 0.02


@pytest.mark.parametrize(
    ("kind", "optimizer"), [(models.WGAN, keras.optimizers.RMSprop), (models.WGANGP, keras.optimizers.Adam)]
)
def test_algorithm_boxes_have_the_papers_constants(kind, optimizer):
    model = networks_for(kind)
    model.compile()
    config = model.d_optimizer.get_config()
    assert type(model.d_optimizer) is type(model.g_optimizer) is optimizer
    assert model.g_optimizer.get_config()["learning_rate"] == config["learning_rate"]
    assert model.n_critic == 5
    if optimizer is keras.optimizers.RMSprop:
        assert config["learning_rate"] == pytest.approx(5e-5)
        assert model.c == 0.01
    else:
        assert config["learning_rate"] == pytest.approx(1e-4)
        assert (config["beta_1"], config["beta_2"], model.weight) == (0.0, 0.9, 10.0)


def test_wgan_gp_refuses_a_critic_with_batch_norm():
    inputs = keras.Input((2,))
    critic = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.BatchNormalization()(inputs)))
    model = models.WGANGP(networks.mlp.generator((2,), 2, width=4), critic, 2)
    with pytest.raises(ValueError, match="without batch norm or minibatch discrimination where.*Received"):
        model.compile()


@pytest.mark.parametrize("arguments", [{"c": 0.0}, {"c": -1.0}, {"n_critic": 0}])
def test_wgan_refuses_constants_out_of_range(arguments):
    with pytest.raises(ValueError, match="Expected .* Received"):
        networks_for(models.WGAN).compile(**arguments)


def test_box_refuses_unknown_keywords():
    with pytest.raises(TypeError, match="Received: loss"):
        networks_for(models.WGANGP).compile(loss="hinge")
