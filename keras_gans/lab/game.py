"""One game that trains live: real `fit`, a callback that shows it and takes commands between two steps."""

import collections
import queue
import time

import keras

from keras_gans import engine
from keras_gans.callbacks import Diagnostics
from keras_gans.lab import wire
from keras_gans.lab.building import TOYS, compose, toy_knobs, transfer
from keras_gans.lab.knobs import ANEW, AT_ONCE, GOES_ON
from keras_gans.lab.look import Look
from keras_gans.lab.recipes import playable
from keras_gans.lab.remedies import remedy

PICTURES, FIGURES = 1 / 15, 0.5  # seconds between two frames; between two sets of read-outs
SHARE = 0.2  # of the time, at most, that each of frames, read-outs and looks takes from the training
LOOK = 50  # steps between two looks of the diagnosis
KEPT = 60  # looks that are kept beside the first; the longest symptom needs twenty
EPOCHS = 10**9  # of a `fit` that ends when it is asked to


class Resting:
    """An optimizer's stand-in that moves nothing, for a step in which its player rests; all else is the optimizer's."""

    def __init__(self, optimizer):
        self._optimizer = optimizer

    def apply(self, grads, trainable_variables=None):
        """Moves nothing."""

    def __getattr__(self, name):
        return getattr(self._optimizer, name)


class Game(keras.callbacks.Callback):
    """One game: it is built, trains while it plays, and answers commands; `run` returns when it is told to quit.

    Args:
        commands: `queue.Queue` of dicts, see `messages`; {"do": "quit"} ends it.
        say: function of a kind of `wire` and bytes, which sends them.
    """

    def __init__(self, commands, say):
        super().__init__()
        self.commands, self._say = commands, say
        self.live, self.playing, self.moves, self.speed = None, False, collections.deque(), 0
        self.watched = True  # else nobody needs frames
        self.layers, self.data_spec, self.spec = ["judge", "gradient"], None, None
        self._next = None  # what is to be built: (data, spec), and whether the networks go on

    def run(self):
        """Takes commands until it is told to quit."""
        self._tell("ready", recipes=list(playable()), toys={kind: toy_knobs(kind) for kind in TOYS})
        while True:
            while self._next is None and (self.live is None or not self._wants_step()):
                if not self._obey(self.commands.get()):
                    return
            if self._next is not None:
                self._build(*self._next)
                continue
            try:
                self._train()
            except Exception as error:  # a game that cannot be played says so, and another one can be chosen
                self._tell("refused", words=str(error).splitlines()[0] if str(error) else type(error).__name__)
                self.live, self.playing, self._over = None, False, False
                self.moves.clear()
            if self._over:
                return

    def _train(self):
        if self._doctor is None:
            self._diagnose()  # the first look, with which later ones are compared
        self._choose_movers()
        x = self.composition.passed(self.points)
        self.live.fit(x, batch_size=self.composition.batch_size, epochs=EPOCHS, verbose=0, callbacks=[self])

    # What `fit` calls

    def on_train_begin(self, logs=None):
        """Nothing is over yet."""
        self._over = False

    def on_epoch_begin(self, epoch, logs=None):
        """The means of the logs begin anew."""
        self._means, self._batch = {}, 0

    def on_train_batch_end(self, batch, logs=None):
        """Shows the step if it is time to; then obeys until the next one is wanted."""
        self.step += 1
        self._note(batch + 1, logs or {})
        if self.moves:
            self.moves.popleft()
        if self.speed and self.playing:
            time.sleep(1 / self.speed)
        if not self._wants_step():
            self.show()
        else:
            self.show_in_time()
        while True:
            try:
                command = self.commands.get(block=not self._wants_step() and self._next is None)
            except queue.Empty:
                break
            if not self._obey(command):
                self._over = self.model.stop_training = True
                return
        if self._next is not None:
            self.model.stop_training = True
        else:
            self._choose_movers()

    def _note(self, batch, logs):
        """The losses since the last frame, of their running means in the epoch."""
        before, done = self._means, self._batch
        if batch > done:
            self.losses = {
                key: (value * batch - before.get(key, 0.0) * done) / (batch - done) for key, value in logs.items()
            }
        self._pending = (batch, dict(logs))

    # Commands

    def _wants_step(self):
        return self.playing or bool(self.moves)

    def _obey(self, command):
        """Does what a command says; returns whether to go on."""
        do = command["do"]
        if do == "quit":
            return False
        if do in ("play", "pause"):
            self.playing = do == "play"
            if not self.playing and self.live is not None:
                self.show()
        elif do in ("step", "move"):
            self.playing = False
            self.moves.append(command.get("player", "both"))
        elif do == "watch":
            self.watched = command["on"]
            if self.watched and self.live is not None and not self._wants_step():
                self.show()
        elif do == "speed":
            self.speed = command["speed"]
        elif do == "layers":
            self.layers = command["layers"]
            if self.live is not None and not self._wants_step():
                self.show()
        elif do == "anew":
            self._next = (self.data_spec, self.spec, False)
        elif do == "set":
            self._set(command)
        return True

    def _set(self, command):
        waiting = self._next or (self.data_spec, self.spec, self.live is not None)
        data_spec, spec = command.get("data", waiting[0]), command.get("spec", waiting[1])
        self.layers = command.get("layers", self.layers)
        try:
            composition = compose(data_spec, spec)
        except ValueError as error:
            self._tell("refused", words=str(error))
            return
        goes_on = waiting[2] and data_spec == self.data_spec and not command.get("anew")
        rates = self._rates_alone(composition) if goes_on and self._next is None else None
        if rates is None:
            self._next = (data_spec, spec, goes_on)
            return
        self._catch_up()
        for name, rate in rates.items():
            self.live.optimizer.members[name.replace("learning_rate", "optimizer")].learning_rate = rate
        self.spec, self.composition = spec, composition
        self._introduce(AT_ONCE)

    def _rates_alone(self, new):
        """The rates that a composition changes, if it changes nothing else; else None."""
        old = self.composition
        names = {name for name in {*old.values, *new.values} if old.values.get(name) != new.values.get(name)}
        alone = old.recipe == new.recipe and names and all(name.endswith("learning_rate") for name in names)
        return {name: new.value(name) for name in names} if alone else None

    def _choose_movers(self):
        """Lets both players move in the next step, or one alone: each way has a step of its own, traced once."""
        mover = self.moves[0] if self.moves else "both"
        if mover == self._mover:
            return
        self._functions[self._mover] = self.live.train_function
        members = self.live.optimizer.members
        for player in self.live.players:
            own = self._members[player.optimizer]
            members[player.optimizer] = own if mover in ("both", player.name) else Resting(own)
        self._mover = mover
        if self._functions.get(mover) is None:
            engine.retrace(self.live)
        else:
            self.live.train_function = self._functions[mover]

    # Building and showing

    def _build(self, data_spec, spec, goes_on):
        """Builds what is asked for; tells what was refused."""
        self._next = None
        self.moves.clear()
        try:
            composition = compose(data_spec, spec)
            model = composition.build()
        except (ValueError, TypeError, ArithmeticError) as error:
            self._tell("refused", words=str(error))
            return
        if goes_on:
            self._choose_movers()  # which puts the optimizers back
            goes_on = self.composition.value("seed") == composition.value("seed") and transfer(self.live, model)
        self.live, self.composition, self.data_spec, self.spec = model, composition, data_spec, spec
        self.toy, self.points = composition.sample()
        self.step = int(model.optimizer.iterations.numpy())
        self.losses, self._means, self._batch, self._pending = {}, {}, 0, (0, {})
        self._mover, self._functions, self._members = "both", {}, dict(model.optimizer.members)
        self.look = Look(model, self.toy, self.points, drawn=data_spec["kind"] == "drawn")
        self._doctor, self._looked, self._counted = None, self.step, (time.monotonic(), self.step)
        self._due = dict.fromkeys(("picture", "figures", "look"), 0.0)
        self._introduce(GOES_ON if goes_on else ANEW)
        self.show()

    def _introduce(self, effect):
        """Tells what game it is, and what became of the training."""
        knobs = [knob.face(self.composition.value(name)) for name, knob in self.composition.knobs.items()]
        self._tell(
            "game",
            recipe=self.spec["recipe"],
            spec=self.spec,
            knobs=knobs,
            effect=effect,
            step=self.step,
            code=self.composition.code(max(self.step, 1000)),
            **self.look.facts(),
        )

    def show(self):
        """Sends a frame, and read-outs."""
        self._timed("picture", self._picture)
        self._timed("figures", self._measure)

    def _picture(self):
        self._batch, self._means = self._pending
        facts = {"step": self.step, "losses": self.losses}
        self._say(wire.FRAME, wire.frame(facts, self.look.arrays(self.layers)))

    def show_in_time(self):
        """Sends a frame if the last one is old enough; lets the diagnosis look now and then."""
        acts = {"picture": self._picture, "figures": self._measure, "look": self._diagnose}
        for what, act in acts.items() if self.watched else ():
            if time.monotonic() >= self._due[what] and (what != "look" or self.step - self._looked >= LOOK):
                self._timed(what, act)

    def _timed(self, what, act):
        """Does something, and says when it is due again: never so soon that it holds up the training."""
        begin = time.monotonic()
        self._catch_up()
        act()
        took = time.monotonic() - begin
        self._due[what] = begin + max({"picture": PICTURES, "figures": FIGURES, "look": 0.0}[what], took / SHARE)

    def _catch_up(self):
        """Brings the model up to date, from which `fit` on JAX keeps its weights apart; `model` asks for them back."""
        return self.model

    def _measure(self):
        now = time.monotonic()
        before, step = self._counted
        self._counted = (now, self.step)
        figures = {"step": self.step, "speed": (self.step - step) / max(now - before, 1e-9), **self.look.read()}
        if self._doctor is not None and self._doctor.looks:
            last = self._doctor.looks[-1]
            figures |= {key: last[key] for key in ("accuracy_real", "accuracy_fake", "d_gradient", "g_gradient")}
            if last["critic"]:
                del figures["accuracy_real"], figures["accuracy_fake"]
            if self._doctor.findings:
                finding = self._doctor.findings[-1]
                figures["finding"] = {"kind": finding.kind, "step": finding.step, "sentence": finding.sentence}
                figures["remedy"] = remedy(finding.kind, self.composition, self.spec)
        self._tell("figures", **figures)

    def _diagnose(self):
        """Looks as `callbacks.Diagnostics` does in a `fit`; of many looks the first and the last ones are kept."""
        self._looked = self.step
        if self._doctor is None:
            self._doctor = Diagnostics(self.points, every=EPOCHS, unit="step")
            self._doctor.set_model(self.live)
            self._doctor.on_train_begin()
        else:
            self._doctor.step = self.step
            self._doctor.watch()
        del self._doctor.looks[1:-KEPT]

    def _tell(self, kind, **content):
        self._say(wire.SENTENCE, wire.sentence({"kind": kind, **content}))
