"""A film of the training run: frames of the same examples, put together when training ends or is interrupted."""

from pathlib import Path

from keras_gans.callbacks.sample_frames import SampleFrames
from keras_gans.visualization import animation, check_animation


class TrainingGIF(SampleFrames):
    """Writes a GIF or an MP4 of the same generated images, or points in the plane, while the model learns.

    The frames lie on disk as PNG until the end, so that memory stays flat and a killed run loses none of them: put
    them together with `visualization.animation(path, callback.frames)`. A training that begins with a fresh model
    begins the film anew: frames of an earlier one, `step_*.png` in the folder, are deleted, so that a notebook's cell
    may be run again.

    Args:
        path: file to write; its suffix, .gif or .mp4, decides the format.
        examples: see `SampleFrames`.
        every: see `SampleFrames`.
        unit: see `SampleFrames`.
        seed: see `SampleFrames`.
        columns: see `SampleFrames`.
        real: see `SampleFrames`.
        folder: folder of the frames; by default `path` without its suffix plus `_frames`.
        fps: frames per second, see `visualization.animation`.
        max_bytes: bytes that a GIF must not exceed, see `visualization.animation`.
        cell: see `SampleFrames`.

    Raises:
        ValueError: as `SampleFrames` and `visualization.animation` do; a bad suffix is refused at once.
    """

    begins_anew = True

    def __init__(
        self,
        path,
        examples=None,
        every=1,
        unit="epoch",
        seed=0,
        columns=None,
        real=None,
        folder=None,
        fps=8,
        max_bytes=2_000_000,
        cell=None,
    ):
        check_animation(path, fps, max_bytes)
        self.path = Path(path)
        self.fps = fps
        self.max_bytes = max_bytes
        folder = self.path.with_name(self.path.stem + "_frames") if folder is None else folder
        super().__init__(folder, examples, every, unit, seed, columns, real, cell)

    def on_train_end(self, logs=None):
        """Watches the last state and writes the film."""
        super().on_train_end(logs)
        self._assemble()

    def on_train_interrupt(self):
        """Writes the film of what there is."""
        super().on_train_interrupt()
        self._assemble()

    def _assemble(self):
        if self.frames:
            animation(self.path, self.frames, self.fps, self.max_bytes)
