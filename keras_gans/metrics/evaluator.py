"""What a model makes beside what is real: which metrics fit its game, and their figures, in bounded memory."""

import dataclasses

import numpy as np

from keras_gans import data, metrics
from keras_gans.data.check import check_array, check_examples
from keras_gans.metrics.evaluation import measured
from keras_gans.registry import Registry

BATCH = 256  # examples that are made, or read, at a time
MOST = 10_000  # real examples, at most, that the classifier learns from, and that are kept to be compared with again
PAIRS = 1000  # of latents, at most, whose path lengths are measured
ALONE = ("path_length", "path_length_w", "accuracy", "retrieval")  # metrics that do not compare examples
PLANE = 10_000  # points that are drawn of a mixture


class Evaluator:
    """Measures what a model makes beside what is real, as it is now, and again when it has learned more.

    A model answers what it makes of which part of its data, and beside which part that stands (`training.Roles`):
    - of latents as many examples as `samples`, of classes in turn, which are compared with the real ones;
    - of given examples, e.g. Pix2Pix's inputs, what stands in another part, one by one if they are partners, and as
      sets.

    Nothing of the model's training is touched.

    Args:
        model: `models.AdversarialModel`.
        real: float array (N, ...), what the model ought to make; or what it is trained on, `data.Examples` or a tuple
            of arrays: images and labels, inputs and targets, or both domains; or a `data.toy.Mixture` in the plane, of
            which 10,000 points are drawn.
        names: None for all metrics that fit, or list of them: names in `metrics.METRICS`, "path_length" (of models
            that make pictures of latents), "path_length_w" (of those with styles), "accuracy" (of models that
            classify), "retrieval" (of those that find captions) and "modes" (of a mixture).
        extractor: None, or `metrics.Extractor`. By default points stand for themselves, and on pictures a
            `metrics.classifier` is trained, with the labels that `real` has.
        samples: int, examples to generate; no more than there are inputs, where pictures are translated.
        seed: int, seed of the latents, of noise and of the classifier.
        again: whether to keep the features of real examples, of 10,000 at most, evenly spaced, for the next time.

    Attributes:
        names: list of the names of the metrics.
        extractor: the extractor.

    Raises:
        ValueError: if the real examples do not fit the model, or a metric is unknown or does not fit.
    """

    def __init__(self, model, real, names=None, extractor=None, samples=1000, seed=0, again=False):
        self.model, self.samples, self.seed, self.again = model, samples, seed, again
        self._translates = model.latent_dim is None
        self._mixture = real if isinstance(real, data.toy.Mixture) else None
        self._examples = self._checked(real)
        self._target = model.made
        _check_names(names or ())
        if not isinstance(samples, int) or samples < 2:
            raise ValueError(f"Expected `samples` as an int of at least 2. Received: {samples!r}.")
        fitting = self._fitting(extractor)
        self.names = fitting if names is None else list(names)
        for name in self.names:
            if name not in fitting:
                raise ValueError(
                    f"Expected metrics that fit {type(model).__name__} and its data: {', '.join(fitting)}. "
                    f"Received: {name!r}."
                )
        self.extractor = extractor or self._own_extractor()
        self._kept = None

    def results(self, left_out=None):
        """Measures the model as it is now.

        Args:
            left_out: None, or dict in which a reason, a string, is put by the name of each metric that cannot be had of
                so few examples.

        Returns:
            list of `metrics.Result`, in the order of the names, but for what the model's baselines have by the metrics
            of pairs, which is first, and path lengths and accuracy, which are last.

        Raises:
            ValueError: if there are too few examples for a metric, and there is no such dict.
        """
        names = [name for name in self.names if name not in ALONE]
        members = [name if name != "modes" else self._modes() for name in names]
        found = metrics.Evaluation(members, self.extractor)
        if names and self.model.paired:
            for real, fake in zip(self._real(self._inputs()), self._made()):
                found.see(real=real, fake=fake)
        elif names:
            for fake in self._made():
                found.see(fake=fake)
            for real in self._real(self._rows()):
                found.see(real=real)
        results = self._of_baselines(names) + found.results(left_out)
        for name, measure in zip(ALONE, (self._path_length, self._path_length_w, self._accuracy, self._retrieval)):
            results += measured(name, measure, left_out) if name in self.names else []
        return results

    def _of_baselines(self, names):
        """What is had without learning, by the metrics of pairs: results whose names begin with the baseline's."""
        results = []
        for baseline, make in self.model.baselines.items():
            chosen = [name for name in names if metrics.METRICS.get(name) and metrics.METRICS[name].paired]
            found = metrics.Evaluation(chosen, metrics.identity())
            for rows in _batches(self._inputs()) if chosen else ():
                found.update_state(self._examples.read_part(self._target, rows), make(self._given(rows)))
            results += [dataclasses.replace(one, name=f"{baseline}_{one.name}") for one in found.results()]
        return results

    def _checked(self, real):
        """The real examples as `data.Examples` that fit the model."""
        if self._mixture is not None:
            real = self._mixture.sample(PLANE, seed=self.seed)
        if not isinstance(real, data.Examples):
            parts = real if isinstance(real, tuple) else (real,)
            whole = len(parts) >= len(self.model.parts)  # else what it is compared with alone, with labels or not
            real = data.Examples(*map(np.asarray, parts), aligned=self.model.aligned if whole else True)
        if self._translates or (self.model.given is not None and self.model.classes is None):
            few = len(self.model.parts)
            known = real if len(real.shapes) <= few else data.Examples(*real.parts[:few])  # without their labels
            check_examples(known, self.model.parts, self.model.aligned)
        else:  # labels are asked for in turn, and need not be known
            check_array(real.head(MOST)[0], self.model.parts[0])
        return real

    def _own_extractor(self):
        if len(self._examples.shapes[self._target]) == 1 or self.model.retrieves or self._is_single():
            return metrics.identity()
        parts = self._examples.spread(MOST)
        labels = parts[1].argmax(axis=1) if self.model.one_domain else parts[1] if self._has_labels() else None
        return metrics.classifier(parts[self._target], labels, self.seed)

    def _is_single(self):
        """Whether there is one real example, of which no classifier can be trained."""
        return len(self._examples.parts[self._target]) < 2

    def _has_labels(self):
        parts = self._examples.head(1)
        return not self._translates and len(parts) > 1 and parts[1].ndim == 1

    def _wishes(self):
        """How many classes the model is asked for in turn, as numbers or as domains; 0 if none."""
        return self.model.classes or (len(self.model.domains) if self.model.one_domain else 0)

    def _fitting(self, extractor):
        """Names of the metrics that can be had of this model and these data; before a classifier is trained."""
        if self.model.retrieves:
            return ["retrieval"]
        shape = self._examples.shapes[self._target]
        fitting = ["frechet", "kernel", "precision_recall", "diversity"]
        named = self._named_classes(extractor)
        if len(shape) == 3 and named:
            fitting += ["inception_score"] + ["as_asked"] * (named == self._wishes())
        fitting += ["sharpness"] * (len(shape) == 3) + ["band_energy"] * bool(metrics.bands.sides(shape))
        if len(shape) == 3 and not self._translates:
            fitting += ["duplicates", "path_length"] + ["path_length_w"] * (self.model.styles is not None)
        if self.model.paired:
            fitting += ["psnr", "ssim"] if min(shape[:2]) >= metrics.paired.SIDE else ["psnr"]
        if self.model.baselines:  # pictures are enlarged, as papers measure without their border
            room = min(shape[:2]) - 2 * metrics.paired.BORDER if shape[2] in (1, 3) else 0
            fitting += ["psnr_y"] * (room > 0) + ["ssim_y"] * (room >= metrics.paired.SIDE)
        fitting += ["accuracy"] * (self.model.classifies and self._has_labels())
        return fitting + ["modes"] * (self._mixture is not None)

    def _named_classes(self, extractor):
        """How many classes the extractor will name, or would, of pictures; 0 if none."""
        if extractor is not None:
            found = extractor(self._examples.head(1)[self._target]).probabilities
            return 0 if found is None else found.shape[1]
        if self._is_single():
            return 0
        if self.model.one_domain:
            return len(self.model.domains)
        return int(np.max(self._examples.parts[1])) + 1 if self._has_labels() else 0

    def _rows(self):
        """Which real examples are compared with."""
        count = len(self._examples.parts[self._target])
        return _evenly(MOST, count) if self.again else np.arange(count)

    def _inputs(self):
        """Which examples are translated."""
        return _evenly(self.samples, len(self._examples.parts[self.model.given]))

    def _real(self, rows):
        """Yields the features of the real examples at these rows."""
        if self._kept is not None:
            yield from self._kept
            return
        kept = []
        for some in _batches(rows):
            kept.append(self.extractor(self._examples.read_part(self._target, some)))
            yield kept[-1]
            kept = kept if self.again else []
        self._kept = kept or None

    def _made(self):
        """Yields the features of what the model makes, a batch at a time, each from a seed of its own."""
        rows = self._inputs() if self._translates else np.arange(self.samples)
        for some, seed in zip(_batches(rows), _seeds(self.seed, len(rows))):
            given = self._given(some)
            features = self.extractor(self.model.make(len(some), given, seed))
            yield dataclasses.replace(features, asked=self._asked(given))

    def _asked(self, given):
        """The class that each example of a batch was asked to be of; None where there are none."""
        if self.model.one_domain:
            return np.arange(len(given)) % self._wishes()
        return None if self.model.classes is None else given

    def _given(self, rows):
        """What examples are made of: classes in turn, or real examples; None where latents are enough."""
        part = self.model.given
        if part is None:
            return None
        if self.model.classes is not None:
            return rows % self.model.classes
        return self._examples.read_part(part, rows % len(self._examples.parts[part]))

    def _modes(self):
        return metrics.ModesCovered(self._mixture.modes, self._mixture.std)

    def _path_length(self):
        def decode(latents):
            given = self._given(np.arange(len(latents)))
            return self.model.decode(latents) if given is None else self.model.decode(latents, given)

        return [metrics.path_length(decode, self.model.latent_dim, self.extractor, self._pairs(), self.seed)]

    def _path_length_w(self):
        styles = self.model.styles
        arguments = self.model.latent_dim, self.extractor, self._pairs(), self.seed, styles.map
        return [metrics.path_length(styles.decode, *arguments)]

    def _pairs(self):
        """How many pairs of latents paths are measured at."""
        return min(PAIRS, max(2, self.samples // 2))

    def _retrieval(self):
        """How often captions are found among those of other examples, which are drawn from the seed."""
        count = len(self._examples)
        rows = np.random.default_rng(self.seed).permutation(count)[: self.samples]
        return metrics.retrieval(self.model, *self._examples.read((rows, rows)))

    def _accuracy(self):
        """The share of the real examples with labels of which the model itself names the class."""
        right = known = 0
        for some in _batches(self._rows()):
            images, labels = (self._examples.read_part(part, some) for part in (0, 1))
            right += np.sum(self.model.classify(images).argmax(axis=1) == labels)
            known += np.sum(labels >= 0)
        note = "of the model's own classifier; labels that it was trained with are among these if they are given"
        return [metrics.Result("accuracy", float(right / known), extractor="none", real=int(known), note=note)]


def _check_names(names):
    """Answers an unknown metric by the nearest (raises ValueError)."""
    known = Registry("metric")
    known.update(metrics.METRICS, modes=None, **dict.fromkeys(ALONE))
    for name in names:
        known[name]


def _evenly(most, count):
    """At most so many of the rows 0 to count - 1, evenly spaced."""
    some = min(most, count)
    return np.arange(some) * count // max(some, 1)


def _batches(rows):
    return [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]


def _seeds(seed, n):
    """A seed for each batch, ints."""
    return [int(s) >> 1 for s in np.random.SeedSequence(seed).generate_state(-(-n // BATCH))]
