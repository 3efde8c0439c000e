"""The same generated examples, drawn again and again while the model learns."""

from pathlib import Path

from keras_gans import visualization
from keras_gans.callbacks.watcher import Watcher


class SampleFrames(Watcher):
    """Writes pictures `step_00001234.png` of what the model makes of the same latents, or the same pictures, each time.

    Images are drawn as a grid: with labels a row for each class, translated ones in rows beside what they were made of
    (see the `sheet` of each model). Points (n, 2) are drawn over the density of real ones, beside the values and the
    gradient of the model's discriminator where one judges single points. Frames of a killed run that lie beyond the
    step from which training continues are deleted when it continues.

    Args:
        folder: folder of the frames; it is made as needed.
        examples: int, examples per frame; by default 36 images, 1,000 points, ten images a class, or what `real` holds.
        every: see `Watcher`.
        unit: see `Watcher`.
        seed: int, handed to `model.sheet(examples, seed, real)`.
        columns: images per row of the grid; by default as the model says, or near-square.
        real: float array (N, 2), real points, whose density is drawn and who fill the frame; or, for translation, a
            tuple of two arrays of pictures: inputs and targets, or both domains. Others do not need it.
        cell: pixels, the least width of each image, which is enlarged by a whole factor; by default 48, or what makes
            a grid of smaller images 480 wide (`visualization.film_cell`).

    Raises:
        ValueError: if an argument is out of its range; when training begins, if the run is fresh but the folder holds
            frames of an earlier one, and then which to delete; when it watches, if the model makes neither images nor
            points, or `real` is missing.
    """

    begins_anew = False  # whether a fresh run deletes the frames of an earlier one

    def __init__(self, folder, examples=None, every=1, unit="epoch", seed=0, columns=None, real=None, cell=None):
        super().__init__(every, unit)
        for name, value in (("examples", examples), ("columns", columns), ("cell", cell)):
            if value is not None and value < 1:
                raise ValueError(f"Expected `{name}` of at least 1. Received: {value!r}.")
        self.folder = Path(folder)
        self.examples = examples
        self.seed = seed
        self.columns = columns
        self.real = real
        self.cell = cell

    @property
    def frames(self):
        """Sorted list of the paths of the PNG files in the folder."""
        return sorted(self.folder.glob("step_" + 8 * "[0-9]" + ".png"))

    def on_train_begin(self, logs=None):
        """Makes room for the frames of this run, then watches if it is fresh."""
        self._delete_later_frames()
        super().on_train_begin(logs)

    def watch(self):
        """Writes the frame of this step."""
        title = f"step {self.step}"
        pixels = frame(self.model, self.examples, self.seed, self.real, self.columns, title, self.cell)
        visualization.save_image(self.folder / f"step_{self.step:08d}.png", pixels)

    def _delete_later_frames(self):
        step = self._model_step()
        later = [frame for frame in self.frames if int(frame.stem.removeprefix("step_")) > step]
        if later and step == 0 and not self.begins_anew:
            raise ValueError(
                "Expected a folder without frames of an earlier run, since this one starts at step 0: delete its "
                f"step_*.png, or take another. Received: folder '{self.folder}' with {len(later)} of them."
            )
        for frame in later:
            frame.unlink()


def frame(model, examples=None, seed=0, real=None, columns=None, title=None, cell=None):
    """Draws what a model makes: images as a grid, points over the density of real ones.

    Args:
        model: model that has a `sheet`, see `SampleFrames`.
        examples: see `SampleFrames`.
        seed: see `SampleFrames`.
        real: see `SampleFrames`.
        columns: see `SampleFrames`.
        title: a line of text above, or None.
        cell: see `SampleFrames`.

    Returns:
        uint8 array (height, width, 3).

    Raises:
        ValueError: if the model makes neither images nor points, or `real` is missing.
    """
    samples, own_columns = model.sheet(examples, seed, real)
    if samples.ndim == 2:
        return visualization.figure_pixels(_plane(model, samples, real, title))
    return visualization.film_grid(samples, columns or own_columns, cell, title)


def _plane(model, samples, real, title):
    if real is None:
        raise ValueError(
            "Expected real points (N, 2) as `real`, which set the frame in which generated points are drawn. "
            "Received: real=None."
        )
    judge = model.judge_of_points()
    if judge is None:
        return visualization.scatter(samples, real, title=title)
    return visualization.points_and_critic(samples, judge, real, title=title)
