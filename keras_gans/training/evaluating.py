"""What a model answers to Keras' `evaluate` and single batches: the loss on held-out data, where its game has one."""

from keras_gans.training.fitting import check_keywords


class Evaluating:
    """The part of `TrainedModel` that measures it on held-out data, by its game's `evaluation_step`."""

    def evaluate(self, *args, **kwargs):
        """Measures the model on held-out data, as `keras.Model.evaluate` does.

        Raises:
            TypeError: if its game has no loss on held-out data, as those with an adversary.
        """
        self._begin_evaluation()
        return super().evaluate(*args, **kwargs)

    def test_on_batch(self, *args, **kwargs):
        """Measures the model on one batch, as `keras.Model.test_on_batch` does; raises TypeError as `evaluate` does."""
        self._begin_evaluation()
        return super().test_on_batch(*args, **kwargs)

    def train_on_batch(self, x, *more, return_dict=False, y=None, **others):
        """Trains on one batch, as `keras.Model.train_on_batch` does, without weights of examples or of classes.

        Args:
            x: array, the batch's first part.
            *more: its other parts in their order, at most two.
            return_dict: whether the logs are returned as a dict, else as a list.
            y: the second part, by Keras' name for it.

        Raises:
            TypeError: for other keywords.
        """
        check_keywords(self, others)
        return super().train_on_batch(x, *(more or (y,)), return_dict=return_dict)

    def _begin_evaluation(self):
        if not hasattr(self, "evaluation_step"):
            raise TypeError(
                "Expected a model with a loss on held-out data, which a GAN has not: `callbacks.Evaluate` and "
                f"`keras-gans evaluate` compare what it makes with what is real. Received: {type(self).__name__}."
            )
        self.begin_averages()
