"""What happens inside `fit` besides the steps: the data's order is set, Ctrl-C waits for a step to end, NaN stops."""

import contextlib
import signal
import threading

import keras
from keras import ops


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
