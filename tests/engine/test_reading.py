"""A move reads each weight once, so that TensorFlow judges examples once that two terms of a loss look at."""

import keras
import numpy as np
import pytest
from conftest import adam
from keras import layers

from keras_gans import models, regularizers

pytestmark = pytest.mark.tensorflow


def gan(penalties):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((4,)), layers.Dense(64), layers.Reshape((8, 8, 1))])
    convolutions = [layers.Conv2D(3, 3, 2, "same"), layers.LeakyReLU(0.2), layers.Conv2D(5, 3, 2, "same")]
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), *convolutions, layers.LeakyReLU(0.2), layers.Flatten(), layers.Dense(1)]
    )
    model = models.GAN(generator, discriminator, latent_dim=4)
    model.compile(adam(), adam(), penalties=penalties)
    return model


def convolutions(model):
    """How many convolutions a step makes, as it is run; none of them takes a first derivative."""
    from tensorflow.python.eager import context

    x = np.random.default_rng(0).normal(size=(16, 8, 8, 1)).astype("float32")
    context.context().enable_graph_collection()
    try:
        model.train_on_batch(x)
        functions = context.context().export_run_metadata().function_graphs
    finally:
        context.context().disable_graph_collection()
    nodes = [node for function in functions for node in function.post_optimization_graph.node]
    return sum(node.op in ("Conv2D", "_FusedConv2D") for node in nodes)


def test_a_penalty_at_real_examples_takes_the_judgement_of_the_loss():
    """R1's own forward pass would be two convolutions; two are those of its gradient's gradient."""
    assert convolutions(gan([])) == 6  # of real and generated examples, and of the latter for G
    assert convolutions(gan([regularizers.R1(1.0)])) == 6 + 2
