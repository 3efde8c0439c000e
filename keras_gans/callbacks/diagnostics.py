"""Watches a training as a lecturer would, and says in a sentence what goes wrong and what helps against it."""

import dataclasses
import functools
import json
import math
from pathlib import Path

import numpy as np
from keras import ops

from keras_gans import engine, visualization
from keras_gans.callbacks.looks import Yardstick, judgement
from keras_gans.callbacks.symptoms import Finding, recognise
from keras_gans.callbacks.watcher import Watcher
from keras_gans.data.check import as_examples, check_examples
from keras_gans.data.examples import Examples
from keras_gans.files.whole import whole_file

POINTS, PICTURES, LEAST = 256, 64, 8  # real examples of the probe; a look costs as much as a step on them
NUMBERS = 2**20  # of which the probe is made, if that leaves the least


class Diagnostics(Watcher):
    """Looks at the game now and then, prints a sentence for each failure that it recognises, and draws what it saw.

    A look plays a training step through on the same few real examples and the same random numbers each time, and keeps
    none of it: the model stays bit for bit as it was. It notes the losses, the norm of each player's gradient and of
    its weights, D's mean output and accuracy on real and on generated examples (both networks as in training), how
    varied the samples are beside the real ones, how far from them and where. From the series of looks six failures
    are told, each at most once a run: see `callbacks.symptoms`, which has the thresholds and their reasons. They count
    looks, so let a run have 20 to 200 of them.

    With examples that were held out of the training it also notes on what share of these D is right. Where that stays
    far behind its share on those that it learns from, D knows these by heart. This is no failure, and no sentence says
    so: of the paper's D, which is right on above 98 % and on 50 to 55 %, its authors say that this is in line with what
    it is for, to teach G.

    A callback that continues a run goes on with the looks that its file holds, up to the step of the model.

    Attributes:
        looks: list of dicts, one for each look; see `callbacks.looks`.
        findings: list of `callbacks.Finding`.

    Args:
        real: what the model is fitted on: float array (N, ...), tuple of arrays, or `data.Examples`. Of these 256
            points or 64 pictures are used, evenly spread; fewer of large pictures.
        every: see `Watcher`.
        unit: see `Watcher`.
        path: None, or the figure's file, e.g. `diagnostics.png`; beside it `diagnostics.json` holds looks and findings.
        seed: int, decides latents and other random numbers of the looks.
        held_out: None, or more of what the model is fitted on that it is not fitted on; of these as many are used.

    Raises:
        ValueError: if `every` or `unit` is out of its range; when training begins, if the data does not fit the model.

    Reference:
        Brock et al., 2019, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096,
        Section 4.2 (D on held-out examples).
    """

    def __init__(self, real, every=100, unit="step", path=None, seed=0, held_out=None):
        super().__init__(every, unit)
        self.real, self.held_out = real, held_out
        self.path = None if path is None else Path(path)
        self.seed = seed
        self.looks, self.findings = [], []

    @property
    def _file(self):
        return self.path.with_suffix(".json")

    def on_train_begin(self, logs=None):
        """Takes the probe, and up the looks of a run that is continued; watches if it is fresh."""
        model = self.model
        if not model.judging:
            raise ValueError(f"Expected a model with a discriminator. Received: {type(model).__name__}.")
        self._probe, self._yardsticks = _probe(self.real, model), None
        self._others = () if self.held_out is None else _probe(self.held_out, model)
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        self._rehearsal_of = functools.cache(lambda phase: engine.compile_stateless(self._act, variables))
        self._resume()
        super().on_train_begin(logs)

    def on_train_end(self, logs=None):
        """Watches the last state and draws the figure."""
        super().on_train_end(logs)
        self._draw()

    def on_train_interrupt(self):
        """Draws what was seen."""
        super().on_train_interrupt()
        self._draw()

    def watch(self):
        """Looks, prints what is found, and writes both down."""
        self.looks.append(self._look())
        for finding in recognise(self.looks, [finding.kind for finding in self.findings]):
            self.findings.append(finding)
            print(f"\nStep {finding.step}, {finding.kind}. {finding.sentence}", flush=True)
        self._write()

    def _act(self, *data):
        """What is rehearsed: a step, and D's verdicts, those on held-out examples by themselves."""
        data, others = data[: len(self._probe)], data[len(self._probe) :]
        few = [part[: self.model.largest_batch] for part in data]
        with engine.rehearsal(self.model, self.seed) as moves, self.model.augmenting():
            losses = self.model.training_step(_batch(few))
            verdicts = self.model.verdicts(_batch(data))
            held_out = [scores for scores, *_ in self.model.verdicts(_batch(others))] if others else []
        players = {key: [moves[player.optimizer] for player in some] for key, some in self._sides().items()}
        norms = {f"{key}_gradient": _norm([move.gradients[0] for move in some]) for key, some in players.items()}
        norms |= {f"{key}_weights": _norm([move.weights[0] for move in some]) for key, some in players.items()}
        return losses, norms, verdicts, held_out

    def _sides(self):
        """Whose gradients are looked at together: those of all who judge as d, of all who make as g, others alone."""
        sides = {"d": [], "g": []}
        for player in self.model.players:
            side = "d" if player.judges else "g" if player.makes else player.name
            sides.setdefault(side, []).append(player)
        return sides

    def _look(self):
        boundary = self.model.boundary  # first, since within an epoch Keras then gives a JAX model its weights back
        losses, norms, verdicts, held_out = self._rehearsal_of(self.model.phase)(*self._probe, *self._others)
        held_out = [ops.convert_to_numpy(scores) for scores in held_out] or [None] * len(verdicts)
        verdicts = [[ops.convert_to_numpy(part) for part in verdict] for verdict in verdicts]
        if self._yardsticks is None:
            self._yardsticks = [Yardstick(real) for _, _, real, _ in verdicts]
        measured = []
        for yardstick, (real_scores, fake_scores, _, fake), others in zip(self._yardsticks, verdicts, held_out):
            measured.append(judgement(real_scores, fake_scores, boundary, others) | yardstick.measure(fake))
        look = {k: float(np.mean([m[k] for m in measured])) for k in measured[0] if k != "position"}
        if self.model.latent_dim is None:
            del look["recall"]
        look["position"] = measured[0]["position"]
        look["critic"] = boundary is None
        return {"step": self.step} | look | {k: float(v) for k, v in {**norms, **losses}.items()}

    def _resume(self):
        """Takes up what the file holds, up to the step of the model."""
        self.looks, self.findings = [], []
        step = self._model_step()
        if self.path is not None and step > 0 and self._file.exists():
            known = json.loads(self._file.read_text())
            self.looks = [_with_nan(look) for look in known["looks"] if look["step"] <= step]
            self.findings = [Finding(**finding) for finding in known["findings"] if finding["step"] <= step]

    def _write(self):
        if self.path is not None and engine.is_chief():
            known = {
                "looks": [_without_nan(look) for look in self.looks],
                "findings": [dataclasses.asdict(finding) for finding in self.findings],
            }
            with whole_file(self._file) as file:
                file.write_text(json.dumps(known, indent=1))

    def _draw(self):
        if self.path is not None and self.looks and engine.is_chief():
            visualization.save_figure(self.path, visualization.diagnosis(self.looks, self.findings))


def _norm(norms):
    """The norm of several vectors as one, of their norms."""
    return ops.sqrt(sum(ops.square(norm) for norm in norms))


def _without_nan(look):
    """JSON has no NaN: what is not finite becomes null."""
    return {k: v if np.all(np.isfinite(v)) else None for k, v in look.items()}


def _with_nan(look):
    return {k: math.nan if v is None else v for k, v in look.items()}


def _batch(parts):
    """What a training step takes: a tuple, or the only part."""
    return tuple(parts) if len(parts) > 1 else parts[0]


def _probe(real, model):
    """Takes the real examples of the looks, as many as all critic steps of a training step can share."""
    if not isinstance(real, Examples):
        real = as_examples(real if isinstance(real, tuple) else (real,), model.parts, model.aligned)
    check_examples(real, model.parts, model.aligned)
    numbers = max(math.prod(shape) for shape in real.shapes)
    most = POINTS if len(real.shapes[0]) == 1 else PICTURES
    wanted = min(most, max(LEAST, NUMBERS // max(numbers, 1)))
    parts = real.spread(wanted)
    rows = min(len(part) for part in parts) // model.n_critic * model.n_critic
    return tuple(part[:rows] for part in parts)
