"""When a Watcher looks: by epochs and by steps, at the beginning, at the end, and after a run is continued."""

import keras
import numpy as np
import pytest

from keras_gans.callbacks import Watcher


class Recorder(Watcher):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.steps, self.bias = [], []

    def watch(self):
        self.steps.append(self.step)
        self.bias.append(float(self.model.layers[-1].bias[0]))


class Interrupt(keras.callbacks.Callback):
    def __init__(self, batch):
        super().__init__()
        self.batch = batch

    def on_train_batch_end(self, batch, logs=None):
        if batch >= self.batch:
            raise KeyboardInterrupt


def compiled_model(steps_per_execution=1):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=steps_per_execution)
    return model


def fit(model, *callbacks, epochs=3, steps=4, **kwargs):
    x, y = np.zeros((2 * steps, 1), "float32"), np.ones((2 * steps, 1), "float32")
    model.fit(x, y, batch_size=2, epochs=epochs, verbose=0, callbacks=list(callbacks), **kwargs)


@pytest.mark.parametrize(
    ("arguments", "steps_per_execution", "steps"),
    [
        ({}, 1, [0, 4, 8, 12]),
        ({}, 3, [0, 4, 8, 12]),
        ({"every": 2}, 1, [0, 8, 12]),
        ({"every": 2}, 3, [0, 8, 12]),
        ({"every": 9}, 1, [0, 12]),
        ({"every": 1, "unit": "step"}, 1, list(range(13))),
        ({"every": 5, "unit": "step"}, 1, [0, 5, 10, 12]),
        ({"every": 1, "unit": "step"}, 3, [0, 3, 4, 7, 8, 11, 12]),
        ({"every": 5, "unit": "step"}, 3, [0, 7, 11, 12]),
        ({"every": 6, "unit": "step"}, 3, [0, 7, 12]),
    ],
)
def test_watcher_watches_every_so_often(arguments, steps_per_execution, steps):
    watcher = Recorder(**arguments)
    fit(compiled_model(steps_per_execution), watcher)
    assert watcher.steps == steps


def test_watcher_sees_the_weights_of_the_step():
    watcher = Recorder(every=1, unit="step")
    fit(compiled_model(), watcher, epochs=1)
    assert watcher.bias == pytest.approx([1 - (1 - 2 * 0.01) ** i for i in range(5)], abs=1e-6)


def test_watcher_of_a_continued_run_keeps_counting():
    model = compiled_model()
    fit(model, epochs=1)
    watcher = Recorder(every=3, unit="step")
    fit(model, watcher, epochs=2, initial_epoch=1)
    assert watcher.steps == [6, 8]


def test_watcher_counts_epochs_from_the_first_of_the_model():
    model = compiled_model()
    watcher = Recorder(every=2)
    fit(model, watcher, epochs=1)
    fit(model, watcher, epochs=3, initial_epoch=1)
    assert watcher.steps == [0, 4, 8, 12]


def test_watcher_watches_the_last_state_of_a_stopped_run():
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 1

    watcher = Recorder(every=3)
    fit(compiled_model(), watcher, Stop())
    assert watcher.steps == [0, 2]


def test_watcher_does_nothing_on_interrupt():
    watcher = Recorder()
    with pytest.raises(KeyboardInterrupt):
        fit(compiled_model(), watcher, Interrupt(batch=2))
    watcher.on_train_interrupt()
    assert watcher.steps == [0]
    assert watcher.step == 3


def test_watcher_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        Watcher()


@pytest.mark.parametrize("every", [0, -1, 1.5, "2"])
def test_watcher_refuses_a_bad_every(every):
    with pytest.raises(ValueError, match=rf"Expected `every` as an int of at least 1. Received: {every!r}\.$"):
        Recorder(every=every)


def test_watcher_refuses_another_unit():
    with pytest.raises(ValueError, match=r"Expected `unit` 'epoch' or 'step'. Received: 'batch'\.$"):
        Recorder(unit="batch")
