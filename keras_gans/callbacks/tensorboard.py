"""For TensorBoard: Keras' own callback writes the scalars, and the examples that the model makes go beside them."""

import contextlib
import types
from pathlib import Path

import keras

from keras_gans.callbacks.sample_frames import frame
from keras_gans.callbacks.watcher import Watcher
from keras_gans.files.whole import whole_file

SCALARS, SAMPLES = "train", "samples"  # folders of the log, which TensorBoard shows as two runs; Keras names the first


class TensorBoard(Watcher):
    """Writes event files: each epoch's logs, the players' learning rates, and pictures of the same examples.

    Scalars are written by `keras.callbacks.TensorBoard`, e.g. `epoch_d_loss`, and with them everything that callbacks
    listed before this one put into the epoch's logs. Pictures are what `SampleFrames` draws, as `samples`. Both stand
    at the model's count of training steps, so that TensorBoard shows them on one axis and a continued run goes on where
    it was: what a killed run wrote beyond the step from which training continues is deleted then. Keras' graph is not
    written, since a model of several networks has none that says more than the networks' own summaries.

    It needs the packages tensorflow, also on JAX, where it leaves the GPU alone, and tensorboard, which shows the
    files: `tensorboard --logdir LOG_DIR --samples_per_plugin images=0` for all pictures, not only ten.

    Args:
        log_dir: folder of the event files, of one run; it is made as needed.
        examples: see `SampleFrames`.
        every: how many epochs or steps lie between two pictures, see `Watcher`; scalars are written each epoch.
        unit: see `Watcher`.
        seed: see `SampleFrames`.
        real: see `SampleFrames`.

    Raises:
        ValueError: if a package is missing or an argument out of its range; when training begins, if the run is fresh
            but the folder holds events of an earlier one; when it watches, as `SampleFrames` does.
    """

    def __init__(self, log_dir, examples=None, every=1, unit="epoch", seed=0, real=None):
        super().__init__(every, unit)
        self._tf = _tensorflow()
        self.log_dir = Path(log_dir)
        self.examples = examples
        self.seed = seed
        self.real = real
        self._scalars = keras.callbacks.TensorBoard(log_dir, write_graph=False)
        self._pictures = None

    def on_train_begin(self, logs=None):
        """Makes room for the events of this run, then watches if it is fresh."""
        self._delete_later_events()
        self._scalars.set_model(_Face(self))
        self._scalars.on_train_begin()
        self._pictures = self._tf.summary.create_file_writer(str(self.log_dir / SAMPLES))
        super().on_train_begin(logs)

    def on_epoch_end(self, epoch, logs=None):
        """Writes the epoch's logs, and watches."""
        super().on_epoch_end(epoch, logs)
        self._scalars.on_epoch_end(self.step, logs)  # what Keras calls the epoch is where they stand

    def on_train_end(self, logs=None):
        """Watches the last state and closes the files."""
        super().on_train_end(logs)
        self._close()

    def on_train_interrupt(self):
        """Closes the files."""
        self._close()

    def watch(self):
        """Writes the picture of this step."""
        pixels = frame(self.model, self.examples, self.seed, self.real)
        with self._pictures.as_default():
            self._tf.summary.image(SAMPLES, pixels[None], step=self.step)

    def _close(self):
        if self._pictures is not None:  # else the training was interrupted before it began
            self._scalars.on_train_end()
            self._pictures.close()

    def _delete_later_events(self):
        step = self._model_step()
        files = [path for name in (SCALARS, SAMPLES) for path in (self.log_dir / name).glob("events.out.tfevents.*")]
        if files and step == 0:
            raise ValueError(
                "Expected a folder without events of an earlier run, since this one starts at step 0. "
                f"Received: folder '{self.log_dir}' with {len(files)} files of them."
            )
        for path in files:
            kept = b"".join(record for record in _records(path) if self._event(record).step <= step)
            if len(kept) < path.stat().st_size:
                with whole_file(path) as file:
                    file.write_bytes(kept)

    def _event(self, record):
        return self._tf.compat.v1.Event.FromString(record[12:-4])


class _Face:
    """What Keras' callback reads of a model: an optimizer for each player, by name, with its learning rate now."""

    def __init__(self, callback):
        self._callback = callback

    @property
    def optimizer(self):
        members = self._callback.model.optimizer.members
        rates = {name: member.learning_rate for name, member in members.items()}
        named = [types.SimpleNamespace(name=name, learning_rate=rate) for name, rate in rates.items()]
        return types.SimpleNamespace(optimizers=named)


def _tensorflow():
    try:
        import tensorboard  # noqa: F401 (through which tf.summary writes)
        import tensorflow
    except ImportError as error:
        raise ValueError(
            "Expected the packages tensorflow and tensorboard, which write event files: pip install tensorflow "
            f"tensorboard. Received: {error}."
        ) from None
    if keras.backend.backend() != "tensorflow":
        with contextlib.suppress(RuntimeError):  # where TensorFlow has begun to use it
            tensorflow.config.set_visible_devices([], "GPU")
    return tensorflow


def _records(path):
    """Yields the whole records of an event file, each a length, its checksum, an event and its checksum."""
    content, start = path.read_bytes(), 0
    while start + 8 <= len(content):
        end = start + 16 + int.from_bytes(content[start : start + 8], "little")
        if end > len(content):  # cut short when the run was killed
            return
        yield content[start:end]
        start = end
