"""What plain games begin with, as Keras' own examples write them."""

import keras
import tensorflow as tf

cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
squared_error = keras.losses.MeanSquaredError()
absolute_error = keras.losses.MeanAbsoluteError()


def real_loss(scores):
    """Cross-entropy with the target 1."""
    return cross_entropy(tf.ones_like(scores), scores)


def fake_loss(scores):
    """Cross-entropy with the target 0."""
    return cross_entropy(tf.zeros_like(scores), scores)


class Game(keras.Model):
    """What the examples of all games begin with: optimizers and means of the losses."""

    def compile(self, d_optimizer, g_optimizer):
        """Takes both optimizers."""
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.d_loss_tracker = keras.metrics.Mean(name="d_loss")
        self.g_loss_tracker = keras.metrics.Mean(name="g_loss")

    @property
    def metrics(self):
        """The means that `fit` resets."""
        return [self.d_loss_tracker, self.g_loss_tracker]

    def logs(self, d_loss, g_loss):
        """Moves the means and returns them."""
        self.d_loss_tracker.update_state(d_loss)
        self.g_loss_tracker.update_state(g_loss)
        return {"d_loss": self.d_loss_tracker.result(), "g_loss": self.g_loss_tracker.result()}
