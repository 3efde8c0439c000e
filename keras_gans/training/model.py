"""What all games share: state, compiling, fitting, logging, sampling, saving. The step is each game's own."""

import contextlib

import keras

from keras_gans import engine
from keras_gans.data.check import check_replicas
from keras_gans.training.fitting import Interrupt, NotFinite, Passes, batched, check_callbacks
from keras_gans.training.saving import Saved
from keras_gans.training.state import Averages, state_of


class AdversarialModel(engine.Trainer, Saved, keras.Model):
    """A Keras model of networks that play against each other, trained by one explicit `training_step`.

    A game is a subclass that defines `training_step(data)` so that it reads like its paper's algorithm box (see
    `keras_gans.models.GAN`), and a `compile` that names its optimizers and terms. Nobody overrides more: variants are
    other losses, penalties, networks or schedules.

    Attributes:
        parts: tuple of `data.check.Part`, what a batch is made of.
        aligned: whether example i of one part belongs to example i of every other.
        n_critic: int, updates of the discriminator per training step.
        largest_batch: None, or int, how many examples a training step takes at most.
        averages: None, or `training.state.Averages` of the generators' weights, if compiled with `ema`.

    Args:
        networks: dict of attribute name -> built `keras.Model`, e.g. generator and discriminator.
        seed: int, seed of all random numbers of the training and of the order of the data.
        name: string, the model's name.
    """

    parts = ()
    aligned = True
    n_critic = 1
    largest_batch = None

    def __init__(self, networks, seed=0, name=None):
        super().__init__(name=name)
        self._network_names = list(networks)
        for key, network in networks.items():
            setattr(self, key, network)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._term_seeds, self._term_variables, self.averages = [], [], None
        self._trackers = {}
        self.built = True

    def training_step(self, data):
        """Trains on one batch, as the paper's algorithm box says, and returns the logs; each game has its own."""
        raise NotImplementedError(f"{type(self).__name__} must define training_step(data).")

    # What a training step is written with

    def forward(self, fn, *networks):
        """Runs networks once for two uses: others learn from what they make, then they themselves (`made`).

        Args:
            fn: function without arguments that returns what the networks make, a tensor or a tuple of tensors.
            *networks: the networks that learn from it later.

        Returns:
            `engine.ForwardPass`, with what they made as `value`.
        """
        return engine.ForwardPass(fn, [v for network in networks for v in network.trainable_variables])

    def minimize(self, loss_fn, *networks, made=None):
        """Moves the networks of one optimizer, and no other, one step down a loss; then applies their constraints.

        The weight regularizers of the networks' layers are added to the loss.

        Args:
            loss_fn: function that returns a scalar loss, without arguments, or of what the networks made.
            *networks: those of the model's networks that one optimizer moves.
            made: None, or what `forward` returned for these networks, through which the loss's gradient reaches them;
                if the model is compiled with `fresh_fakes`, it is made again.

        Returns:
            float32 scalar, the loss before the move.
        """
        names = [key for key in self._network_names if any(getattr(self, key) is network for network in networks)]
        optimizer = next(key for key, moved in self._moved.items() if moved == names)
        variables = [v for network in networks for v in network.trainable_variables]

        def regularized_loss(*inputs):
            self._on_move = optimizer
            loss = sum((v.regularizer(v) for v in variables if v.regularizer is not None), start=loss_fn(*inputs))
            self._on_move = None
            self._loss_of.setdefault(optimizer.replace("optimizer", "loss"), optimizer)
            return loss

        if made and self.fresh_fakes:
            made = self.forward(made.fn, *networks)
        loss = engine.minimize(regularized_loss, variables, self.optimizer.members[optimizer], made)
        for key in names:
            if self._constraints.get(key) is not None:
                for variable in getattr(self, key).trainable_variables:
                    variable.assign(self._constraints[key](variable))
        return loss

    def log(self, **values):
        """Adds scalars to the epoch's means; may be called inside a loss function.

        Args:
            **values: scalars by name, the names given at compile.

        Returns:
            dict of all names -> the mean so far, what `training_step` returns.
        """
        for name, value in values.items():
            self._trackers[name].update_state(value)
            if self._on_move:
                self._loss_of.setdefault(name, self._on_move)
        return {name: tracker.result() for name, tracker in self._trackers.items()}

    def update_averages(self):
        """Moves the averages of the generators' weights, if there are any; the engine's, after each training step."""
        if self.averages:
            self.averages.update(self.optimizer.iterations)

    def averaged(self):
        """Makes a context in which the generators' weights read as their averages, if there are any."""
        return self.averages.in_place() if self.averages else contextlib.nullcontext()

    # Keras' life cycle

    def _compile(
        self, arguments, optimizers, terms, logs, constraints=None, ema=None, fresh_fakes=False, **keras_arguments
    ):
        """Readies the model for `fit`; called by a game's `compile` with what is its own.

        Args:
            arguments: dict, the arguments of the game's `compile`, which saving writes down; the optimizers in it
                are replaced by the objects that are trained with.
            optimizers: dict of argument name -> list of the names of the networks that it moves.
            terms: list of losses and penalties; their seed generators and variables become part of the model's state.
            logs: list of the names that `log` takes.
            constraints: dict of network's name -> Keras constraint or None.
            ema: None, or float in (0, 1), the decay of averages of the generators' weights that `g_optimizer` moves;
                examples are then made with the averages, see `training.state.Averages`.
            fresh_fakes: whether a generator learns from fakes of its own, of new latents and new dropout, as most
                papers' algorithms have it, and not from those that the discriminator saw last, which saves a forward
                pass.
            **keras_arguments: `run_eagerly`, `steps_per_execution` and `jit_compile`, as in `keras.Model.compile`.
        """
        unknown = set(keras_arguments) - {"run_eagerly", "steps_per_execution", "jit_compile"}
        if unknown:
            raise TypeError(
                "Expected of further compile arguments only ema, fresh_fakes, run_eagerly, steps_per_execution and "
                f"jit_compile. Received: {', '.join(sorted(unknown))}."
            )
        moved = {key: [getattr(self, name) for name in names] for key, names in optimizers.items()}
        networks = [network for player in moved.values() for network in player]
        group = engine.OptimizerGroup(
            {key: engine.fused(keras.optimizers.get(arguments[key])) for key in optimizers},
            {key: [v for network in player for v in network.trainable_variables] for key, player in moved.items()},
            scale_losses=any(layer.compute_dtype == "float16" for n in networks for layer in engine.layers_of(n)),
        )
        super().compile(optimizer=group, auto_scale_loss=False, **keras_arguments)
        self._moved, self._constraints, self.fresh_fakes = optimizers, constraints or {}, fresh_fakes
        seeds, variables = state_of(terms, [v for network in networks for v in network.trainable_variables])
        self.averages = None if ema is None else Averages(ema, moved["g_optimizer"])
        variables += self.averages.variables if self.averages else []
        for kept, found in ((self._term_seeds, seeds), (self._term_variables, variables)):
            kept.clear()
            kept.extend(found)
        self._trackers = {name: keras.metrics.Mean(name=name) for name in logs}
        self._on_move, self._loss_of = None, {}  # whose loss is computed now; name of a log -> whose, in their order
        self._compile_arguments = {
            **arguments,
            **group.members,
            "ema": ema,
            "fresh_fakes": fresh_fakes,
            **keras_arguments,
        }

    @property
    def d_optimizer(self):
        """The discriminator's optimizer."""
        return self.optimizer.members["d_optimizer"]

    @property
    def g_optimizer(self):
        """The generator's optimizer."""
        return self.optimizer.members["g_optimizer"]

    @property
    def moves(self):
        """The moves of a training step that was made, in their order: (networks that moved, logs of their loss)."""
        keys = dict.fromkeys(self._loss_of.values())
        return [(self._moved[key], [name for name in self._loss_of if self._loss_of[name] == key]) for key in keys]

    @property
    def boundary(self):
        """The output from which on D takes an example for real; None where it has none, as a critic's."""
        return getattr(self.loss, "boundary", None)

    def verdicts(self, data):
        """What D says of real examples and of generated ones, as in training; each game has its own.

        Like a step it draws random numbers and updates statistics: `engine.rehearsal` takes that back.

        Args:
            data: a batch, as `training_step` takes it.

        Returns:
            list of tuples (scores of real examples, scores of generated ones, real examples, generated ones), tensors
            (m, ...), one for each discriminator.
        """
        raise NotImplementedError(f"{type(self).__name__} must define verdicts(data).")

    @property
    def metrics(self):
        """The means that `fit` shows and `history` keeps: those of `log`."""
        return list(self._trackers.values())

    def fit(
        self,
        x,
        y=None,
        *,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        shuffle=True,
        initial_epoch=0,
        steps_per_epoch=None,
    ):
        """Trains the model, as `keras.Model.fit` does.

        An array is batched by `data.batches`, in orders that the model's seed and its count of training steps decide:
        a run that is saved, loaded and continued equals one that was never stopped. On KeyboardInterrupt, and where
        `callbacks.FiniteGuard` stops it, callbacks that have a method `on_train_interrupt` may finish what they do.

        Args:
            x: float array (N, ...), images in [-1, 1]; or `data.Examples`, e.g. of `data.pairs`; or a
                `tf.data.Dataset` of batches of n_critic * m examples. The last two hold y as well.
            y: None, or an array of what the game has beside x: labels, targets, the other domain.
            batch_size: int, the m of the papers, 32 if not given; not with a Dataset.
            epochs, verbose, callbacks, shuffle, initial_epoch, steps_per_epoch: as in `keras.Model.fit`.

        Returns:
            `keras.callbacks.History`.

        Raises:
            ValueError: if the data does not fit the networks; one sentence says what was expected.
        """
        if not self.compiled:
            raise ValueError("Expected a compiled model: call `compile` before `fit`. Received: one that is not.")
        x = batched(self, x, y, batch_size, shuffle)
        check_replicas(x, self.n_critic, self.replicas)
        callbacks = keras.tree.flatten(callbacks) if callbacks is not None else []
        check_callbacks(callbacks)
        source = getattr(x, "source", x)
        passes = [Passes(source, self.metrics_variables)] if hasattr(source, "begin") else []
        interrupt = Interrupt()
        try:
            with interrupt.listening():
                return super().fit(
                    x,
                    epochs=epochs,
                    verbose=verbose,
                    callbacks=[*callbacks, *passes, interrupt],
                    shuffle=False,
                    initial_epoch=initial_epoch,
                    steps_per_epoch=steps_per_epoch,
                )
        except (KeyboardInterrupt, NotFinite):
            for callback in callbacks:
                if hasattr(callback, "on_train_interrupt"):
                    callback.on_train_interrupt()
            raise

    def evaluate(self, *args, **kwargs):
        """Not defined (raises TypeError): a GAN has no loss on held-out data that says how good its samples are."""
        raise TypeError(
            "A GAN has no held-out loss to evaluate: `callbacks.Evaluate` and `keras-gans evaluate` compare what it "
            "makes with what is real."
        )

    test_on_batch = evaluate
