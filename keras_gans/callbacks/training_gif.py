"""A film of the training run: the frames of a SampleGrid, put together when training ends or is interrupted."""

from pathlib import Path

import keras

from keras_gans.callbacks.sample_grid import SampleGrid
from keras_gans.visualization import animation, check_animation


class TrainingGIF(keras.callbacks.Callback):
    """Writes a GIF or an MP4 of the same generated images while the model learns.

    The frames lie on disk as PNG until the end, so that memory stays flat and a killed run loses none of them: put
    them together with `visualization.animation(path, callback.grid.frames)`.

    Attributes:
        grid: the `SampleGrid` that draws the frames.

    Args:
        path: file to write; its suffix, .gif or .mp4, decides the format.
        examples: see `SampleGrid`.
        every: see `SampleGrid`.
        unit: see `SampleGrid`.
        seed: see `SampleGrid`.
        columns: see `SampleGrid`.
        frames: folder of the frames; by default `path` without its suffix plus `_frames`.
        fps: frames per second.
        max_bytes: bytes that a GIF must not exceed, see `visualization.animation`.

    Raises:
        ValueError: as `SampleGrid` and `visualization.animation` do; a bad suffix is refused at once.
    """

    def __init__(
        self,
        path,
        examples=36,
        every=1,
        unit="epoch",
        seed=0,
        columns=None,
        frames=None,
        fps=8,
        max_bytes=2_000_000,
    ):
        super().__init__()
        check_animation(path, fps, max_bytes)
        self.path = Path(path)
        self.fps = fps
        self.max_bytes = max_bytes
        folder = self.path.with_name(self.path.stem + "_frames") if frames is None else frames
        self.grid = SampleGrid(folder, examples, every, unit, seed, columns)

    def set_params(self, params):
        """Hands Keras' parameters of the run on."""
        super().set_params(params)
        self.grid.set_params(params)

    def set_model(self, model):
        """Hands the model on."""
        super().set_model(model)
        self.grid.set_model(model)

    def on_train_begin(self, logs=None):
        """Lets the grid watch."""
        self.grid.on_train_begin(logs)

    def on_epoch_begin(self, epoch, logs=None):
        """Lets the grid watch."""
        self.grid.on_epoch_begin(epoch, logs)

    def on_train_batch_end(self, batch, logs=None):
        """Lets the grid watch."""
        self.grid.on_train_batch_end(batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        """Lets the grid watch."""
        self.grid.on_epoch_end(epoch, logs)

    def on_train_end(self, logs=None):
        """Lets the grid watch the last state and writes the film."""
        self.grid.on_train_end(logs)
        self._assemble()

    def on_train_interrupt(self):
        """Writes the film of what there is."""
        self.grid.on_train_interrupt()
        self._assemble()

    def _assemble(self):
        if self.grid.frames:
            animation(self.path, self.grid.frames, self.fps, self.max_bytes)
