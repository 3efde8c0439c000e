"""What happens inside `fit` besides the steps: the data's order is set, Ctrl-C waits for a step to end, NaN stops."""

import contextlib
import itertools
import signal
import threading
import types
import warnings

import keras
import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.data.batches import batches
from keras_gans.data.check import as_examples, check_examples, with_labels_squeezed
from keras_gans.data.checked import Checks, checked, is_stream
from keras_gans.data.examples import Examples
from keras_gans.data.streams import check_batch, check_dataset

OF_RATES = keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau, keras.callbacks.TensorBoard

FIRST = 64  # examples that are looked at before a step


class NotFinite(ArithmeticError):
    """Raised by `callbacks.FiniteGuard` when a training meets a number that is NaN or infinite.

    Attributes:
        step: int, the training step of it, counted from the model's first; the last one where Keras makes several
            steps per execution.
        player: string, the networks whose loss or weight it is, e.g. "discriminator"; None where it is neither.
        term: string, the name of the loss's term among the logs, or the weight's path.

    Args:
        message: string, one sentence with all of it.
        step, player, term: see above.
    """

    def __init__(self, message, step=None, player=None, term=None):
        super().__init__(message)
        self.step, self.player, self.term = step, player, term


class Passes(keras.callbacks.Callback):
    """Tells the data at which training step each pass begins, which decides its order.

    Where the data leaves out the beginning of a pass, the pass is being continued: so are the epoch's means.

    Args:
        source: `data.batches.Batches`.
        metrics_variables: list of the `keras.Variable` of the epoch's means.
    """

    def __init__(self, source, metrics_variables):
        super().__init__()
        self.source = source
        self.means = [ops.convert_to_numpy(v) for v in metrics_variables] if source.skip else []

    def on_epoch_begin(self, epoch, logs=None):
        self.source.begin(int(self.model.optimizer.iterations.numpy()) - self.source.skip)
        for variable, value in zip(self.model.metrics_variables, self.means):
            variable.assign(value)
        self.means = []

    def on_train_end(self, logs=None):
        self.source.begin(None)


class Interrupt(keras.callbacks.Callback):
    """Lets the step in progress end before Ctrl-C stops the training, so that the model's state is whole.

    A second Ctrl-C does not wait.
    """

    def __init__(self):
        super().__init__()
        self.requested = False

    @contextlib.contextmanager
    def listening(self):
        """Listens to Ctrl-C, where that is possible (in the main thread) and wanted (not where it is ignored)."""
        in_main_thread = threading.current_thread() is threading.main_thread()
        if not in_main_thread or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            yield
            return
        previous = signal.signal(signal.SIGINT, self._request)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)

    def on_train_batch_end(self, batch, logs=None):
        if self.requested:
            raise KeyboardInterrupt

    def _request(self, *_):
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True


def check_keywords(model, given):
    """Answers keywords that Keras' own training takes and ours does not by what is there in their place.

    Args:
        model: `training.TrainedModel`.
        given: dict, the keywords.

    Raises:
        TypeError: if there are any.
    """
    for name in given:
        measured = "`evaluate`" if hasattr(model, "evaluation_step") else "`callbacks.Evaluate`"
        ways = {
            **dict.fromkeys(("validation_data", "validation_split"), f"{measured}, which measures on held-out data"),
            **dict.fromkeys(("class_weight", "sample_weight"), "data in which examples stand as often as they count"),
        }
        way = ways.get(name, "the arguments of `fit` that its docstring names")
        raise TypeError(f"Expected in place of `{name}` {way}. Received: {name}, for {type(model).__name__}.")


def check_callbacks(callbacks):
    """Refuses Keras' callbacks that look for one loss, or would stop the training as they look for one learning rate.

    Args:
        callbacks: list of `keras.callbacks.Callback`.

    Raises:
        ValueError: if there is one in a version of Keras whose callbacks do not know several optimizers, or one that
            waits for a loss called so.
    """
    if any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in callbacks):
        raise ValueError(
            "Expected callbacks.FiniteGuard, which looks at the loss of each player and at all weights. "
            "Received: keras.callbacks.TerminateOnNaN, which looks at a log called 'loss'."
        )
    found = [type(callback).__name__ for callback in callbacks if isinstance(callback, OF_RATES)]
    if found and not _know_several_optimizers():
        raise ValueError(
            f"Expected Keras 3.15 or later for keras.callbacks.{found[0]} on a model of several optimizers, before "
            f"which it looks for one learning rate. Received: Keras {keras.__version__}."
        )


def _know_several_optimizers():
    probe = keras.callbacks.LearningRateScheduler(lambda epoch: 0.0)
    probe.set_model(types.SimpleNamespace(optimizer=types.SimpleNamespace(optimizers=[])))
    try:
        probe.on_epoch_end(0, {})
    except AttributeError:
        return False
    return True


def batched(model, x, y, batch_size, shuffle):
    """Checks what `fit` is given against the model, and batches what is no Dataset; see `models.AdversarialModel.fit`.

    Args:
        model: `models.AdversarialModel`.
        x, y, batch_size, shuffle: as `fit` takes them.

    Returns:
        A tuple of what Keras' `fit` takes, and `data.checked.Checks` of other people's batches.

    Raises:
        ValueError: if the data does not fit the networks.
    """
    checks = Checks(model.parts, model.aligned, model.n_critic)
    if is_stream(x):
        if batch_size is not None or y is not None:
            raise ValueError(
                "Expected no `batch_size` and no `y` with a Dataset or a generator, which has its own. "
                f"Received: batch_size={batch_size}, y={type(y).__name__}."
            )
        if isinstance(x, types.GeneratorType):
            return _from_generator(model, x, checks), checks
        first = check_dataset(x, model.parts, model.n_critic)
        warn_of_bounds(model, lambda: first)
        return x if hasattr(getattr(x, "source", x), "begin") else checked(x, checks), checks
    if not isinstance(x, Examples):
        x = as_examples((x,) if y is None else (x, y), model.parts, model.aligned)
    x = with_labels_squeezed(x, model.parts)
    check_examples(x, model.parts, model.aligned)
    warn_of_bounds(model, lambda: x.head(FIRST))
    return batches(
        x, 32 if batch_size is None else batch_size, model.n_critic, shuffle=shuffle, seed=model.seed
    ), checks


def warn_of_bounds(model, read):
    """Warns where a network that makes examples ends in a sigmoid, and real ones go below 0.

    Args:
        model: `training.TrainedModel`.
        read: function that returns some real examples, a tuple of arrays, the examples first.
    """
    bounded = any("sigmoid" in engine.ends_of(network) for network in model.makers)
    if bounded and np.min(read()[0]) < 0:
        warnings.warn(
            "The generator ends in a sigmoid and never goes below 0, while data are in [-1, 1]: by that alone D knows "
            "its examples. A tanh reaches all of it.",
            stacklevel=3,
        )


def _from_generator(model, generator, checks):
    """The generator with checks, once its first batch has been looked at."""
    first = next(generator, None)
    if first is None:
        raise ValueError("Expected a generator of at least one batch. Received: one that is at its end.")
    found = check_batch(first, checks.parts, checks.n_critic)
    warn_of_bounds(model, lambda: found)
    return checked((batch for batch in itertools.chain([first], generator)), checks)
