"""A saved model and data in, figures and a JSON file out: `keras-gans evaluate`."""

import json
import pathlib
import warnings

from keras_gans import data, metrics
from keras_gans.data.kinds import KINDS, Options
from keras_gans.files.whole import whole_file
from keras_gans.metrics.evaluator import Evaluator

EXTRACTORS = ("classifier", "inception")


def evaluate(
    model,
    source,
    names=None,
    n=10_000,
    out=None,
    seed=0,
    extractor="classifier",
    input_side="right",
    cache=None,
    strict=False,
    of=None,
    white=None,
    crop=True,
):
    """Measures what a model makes beside data, in batches, so that memory does not grow with their number.

    A line is printed on what was read of the data, and on what was left out and why. Pictures are read in the model's
    own size. Where they have labels, the classifier learns them. What cannot be had of so few examples is left out with
    a warning.

    Args:
        model: `models.AdversarialModel`, see `training.load_model`.
        source: what `--data` takes: what the model was trained on, or more of the kind.
        names: None for all metrics that fit, or list of names, see `metrics.evaluator.Evaluator`.
        n: int, examples to generate; no more than there are inputs, where pictures are translated.
        out: None, or path of a JSON file to write, a dict of `of` as "model", and "results", a list of dicts of the
            fields of `metrics.Result`. One with figures of the same model is replaced.
        seed: int, seed of the latents and of the classifier.
        extractor: "classifier", of these data, or "inception", whose weights Keras downloads; points in the plane are
            looked at as they are.
        input_side: see `data.pairs`.
        cache: see `data.pairs`.
        strict: whether one unreadable picture is an error.
        of: None, or string, which model it is.
        white, crop: see `data.load`.

    Returns:
        list of `metrics.Result`.

    Raises:
        ValueError: if the data do not fit the model or are too few for any of the metrics, a metric is unknown or does
            not fit, an extractor is unknown, or there is another file at `out`.
    """
    check_out(out, of)
    if extractor not in EXTRACTORS:
        raise ValueError(f"Expected an extractor, {' or '.join(EXTRACTORS)}. Received: {extractor!r}.")
    real = _read(model, source, input_side=input_side, cache=cache, strict=strict, white=white, crop=crop)
    look = metrics.inception() if extractor == "inception" and source not in data.TOYS else None
    left_out = {}
    results = Evaluator(model, real, names, look, n, seed).results(left_out)
    if not results:
        raise ValueError(next(iter(left_out.values())))
    for name, reason in left_out.items():
        warnings.warn(f"Left out {name}. {reason}", stacklevel=2)
    if out is not None:
        with whole_file(out) as file:
            written = {"model": of, "results": [result.fields() for result in results]}
            file.write_text(json.dumps(written, indent=1, allow_nan=False))
    return results


def check_out(out, of=None):
    """Refuses a place for the figures where something else is, before they are computed.

    Args:
        out, of: as in `evaluate`.

    Raises:
        ValueError: if the file's suffix is not .json, or there is one that has no figures of that model.
    """
    if out is None:
        return
    out = pathlib.Path(out)
    try:
        before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {"model": of, "results": []}
    except (OSError, ValueError, RecursionError):
        before = None
    same = isinstance(before, dict) and set(before) == {"model", "results"} and before["model"] == of
    if out.suffix.lower() != ".json" or not same:
        raise ValueError(
            f"Expected the name of a new .json file, or of one with figures of the same model. Received: {str(out)!r}."
        )


def _read(model, source, **options):
    """What the model is measured by, in its size: pictures with labels if they have any, pairs, or two domains."""
    side, _, channels = model.parts[0].shape if len(model.parts[0].shape) == 3 else (None,) * 3
    options = Options(
        side, input_channels=channels, attributes=model.domains or None, vocabulary=model.vocabulary, **options
    )
    found = KINDS[model.kind].read(source, options)
    print(found.taken, *found.left_out, sep="\n", flush=True)
    return found.compared
