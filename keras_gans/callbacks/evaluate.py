"""How good the examples are while the model learns: metrics after every so many epochs, kept and logged."""

import json
import math
from pathlib import Path

from keras_gans import engine
from keras_gans.callbacks.watcher import Watcher
from keras_gans.files.whole import whole_file
from keras_gans.metrics.evaluator import Evaluator


class Evaluate(Watcher):
    """Measures what the model makes beside what is real: at the start of a fresh run, every so many epochs, at the end.

    The figures join the logs of their epoch, under the names of their results: list this callback before those that
    are to see them; Keras' own progress bar and history do. The samples are the same latents, or the same inputs, each
    time. The features of real examples are computed once, for 10,000 of them at most, evenly spaced.

    Args:
        real: what is real, see `metrics.evaluator.Evaluator`.
        metrics: list of names, see `metrics.evaluator.Evaluator`; None for all that fit and can be had of so many
            examples.
        every: int, number of epochs between two looks.
        samples: int, examples to generate at each look.
        extractor: None, or `metrics.Extractor`. None makes one of `real` when training begins: on pictures a small
            classifier, which takes seconds.
        seed: int, seed of the latents and of the classifier.
        path: None, or path of a JSON file that holds the results, and is whole whenever the process is killed. When a
            run continues, entries beyond the model's step are dropped and the others kept. Of several processes one
            writes it.

    Attributes:
        results: list of dicts, one for each look, as the file holds them: `step` and `epoch`, how many of each the
            model has made, and `results`, a list of dicts of the fields of `metrics.Result`, where a value that is not
            finite is None.

    Raises:
        ValueError: as `Watcher` does; when training begins, as `metrics.evaluator.Evaluator` does.
    """

    def __init__(self, real, metrics=("frechet",), every=1, samples=1000, extractor=None, seed=0, path=None):
        super().__init__(every)
        self.real, self.names = real, metrics
        self.samples, self.extractor, self.seed = samples, extractor, seed
        self.path = None if path is None else Path(path)
        self.results = []
        self._evaluator = None
        self._epochs = 0

    def prepare(self, model):
        """Makes the extractor, and refuses metrics that do not fit, which else is done when training begins.

        Args:
            model: `models.AdversarialModel`, the one that will be trained.
        """
        if self._evaluator is None or self._evaluator.model is not model:
            self._evaluator = Evaluator(
                model, self.real, self.names, self.extractor, self.samples, self.seed, again=True
            )

    def on_train_begin(self, logs=None):
        """Recalls what was found before, then watches if the run is fresh."""
        self.prepare(self.model)
        if self.path is not None and self.path.exists():
            self.results = json.loads(self.path.read_text())
        self.results = [entry for entry in self.results if entry["step"] <= self._model_step()]
        self._epochs = self.results[-1]["epoch"] if self.results else 0
        super().on_train_begin(logs)

    def on_epoch_end(self, epoch, logs=None):
        """Watches after every so many epochs, and adds what it finds to the epoch's logs."""
        self._epochs = epoch + 1
        super().on_epoch_end(epoch, logs)
        if logs is not None and self._watched_step == self.step:
            logs.update({result["name"]: _number(result["value"]) for result in self.results[-1]["results"]})

    def watch(self):
        """Measures the model as it is."""
        results = self._evaluator.results({} if self.names is None else None)
        found = [result.fields() for result in results]
        before = [entry for entry in self.results if entry["step"] < self.step]
        self.results = [*before, {"step": self.step, "epoch": self._epochs, "results": found}]
        if self.path is not None and engine.is_chief():
            with whole_file(self.path) as file:
                file.write_text(json.dumps(self.results, indent=1, allow_nan=False))


def _number(value):
    return math.nan if value is None else value
