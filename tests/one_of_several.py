"""One of the processes that train a model together, as `test_replicas` starts them; leaves what it has in a file."""

import pathlib
import sys

import keras
import numpy as np
from conftest import dense_gan, state

from keras_gans import data, engine


class Samples(keras.callbacks.Callback):
    """What a film of the training would show."""

    def on_epoch_end(self, epoch, logs=None):
        self.last = self.model.generate(4, seed=1)


def train():
    """Trains on the first digits; returns the model and, as arrays, all that a run leaves."""
    images = data.load("digits", image_size=16)[:70]
    sgd = {name: keras.optimizers.SGD(0.05) for name in ("d_optimizer", "g_optimizer")}
    model, samples = dense_gan(dropout=0.3, n_critic=2, **sgd), Samples()
    history = model.fit(images, batch_size=8, epochs=2, verbose=0, callbacks=[samples]).history
    return model, [*state(model), samples.last, *history.values()]


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    with engine.devices("data_parallel"):
        model, left = train()
        if engine.is_chief():
            with engine.by_one_process():
                model.save(folder / "model.keras")
        np.savez(folder / f"{engine.is_chief()}.npz", *left, replicas=model.replicas, processes=engine.processes())
