"""The same generated examples, drawn again and again while the model learns."""

from pathlib import Path

import numpy as np

from keras_gans.callbacks.watcher import Watcher
from keras_gans.visualization import image_grid, save_image


class SampleGrid(Watcher):
    """Writes a grid of generated images as `step_00001234.png`, from the same latents each time.

    Frames of a killed run that lie beyond the step from which training continues are deleted when it continues.

    Args:
        folder: folder of the frames; it is made as needed.
        examples: int, images per grid.
        every: see `Watcher`.
        unit: see `Watcher`.
        seed: int, handed to `model.generate(examples, seed=seed)`, which returns float32 (examples, height, width,
            channels) in [-1, 1].
        columns: images per row of the grid; near-square by default.

    Raises:
        ValueError: if an argument is out of its range; when training begins, if the run is fresh but the folder holds
            frames of an earlier one; when it watches, if the model does not generate images.
    """

    def __init__(self, folder, examples=36, every=1, unit="epoch", seed=0, columns=None):
        super().__init__(every, unit)
        for name, value in (("examples", examples), ("columns", columns)):
            if value is not None and value < 1:
                raise ValueError(f"Expected `{name}` of at least 1. Received: {value!r}.")
        self.folder = Path(folder)
        self.examples = examples
        self.seed = seed
        self.columns = columns

    @property
    def frames(self):
        """Sorted list of the paths of the PNG files in the folder."""
        return sorted(self.folder.glob("step_" + 8 * "[0-9]" + ".png"))

    def on_train_begin(self, logs=None):
        """Makes room for the frames of this run, then watches if it is fresh."""
        self._delete_later_frames()
        super().on_train_begin(logs)

    def watch(self):
        """Writes the grid of this step."""
        images = np.asarray(self.model.generate(self.examples, seed=self.seed))
        if images.ndim != 4:
            raise ValueError(
                "Expected a model that generates images (n, height, width, channels). "
                f"Received: generated examples of shape {images.shape}."
            )
        grid = image_grid(images, columns=self.columns, title=f"step {self.step}")
        save_image(self.folder / f"step_{self.step:08d}.png", grid)

    def _delete_later_frames(self):
        step = self._model_step()
        later = [frame for frame in self.frames if int(frame.stem.removeprefix("step_")) > step]
        if later and step == 0:
            raise ValueError(
                "Expected a folder without frames of an earlier run, since this one starts at step 0. "
                f"Received: folder '{self.folder}' with {len(later)} of them."
            )
        for frame in later:
            frame.unlink()
