"""What all trained models share: state, compiling, fitting, logging, making examples. The step is each game's own."""

import keras

from keras_gans import engine
from keras_gans.data.streams import check_replicas
from keras_gans.training.evaluating import Evaluating
from keras_gans.training.fitting import Interrupt, NotFinite, Passes, batched, check_callbacks, check_keywords
from keras_gans.training.making import Making
from keras_gans.training.phases import Boundaries, Phased
from keras_gans.training.players import check_apart, copies, owner
from keras_gans.training.roles import Roles
from keras_gans.training.saving import Saved
from keras_gans.training.state import Averages, state_of


class TrainedModel(engine.Trainer, Evaluating, Phased, Saved, Making, Roles, keras.Model):
    """A Keras model of networks that are trained by one explicit `training_step`; with or without an adversary.

    A game is a subclass that declares its `players`, has a `compile` that names its terms and logs, and defines
    `training_step(data)` so that it reads like its paper's algorithm box (see `keras_gans.models.GAN`). It may define
    `evaluation_step(data)`, which logs what `evaluate` returns and moves nothing. Nobody overrides more: variants are
    other losses, penalties, networks or schedules.

    Attributes:
        network_names: list of the names of all its networks, which are attributes of it.
        players: tuple of `training.Player`. The optimizer of each is an attribute too, `{name}_optimizer`.
        parts: tuple of `data.check.Part`, what a batch is made of.
        aligned: whether example i of one part belongs to example i of every other.
        n_critic: int, updates of who judges per training step; a batch holds as many times the examples of an update.
        largest_batch: None, or int, how many examples a training step takes at most.
        penalties_of: dict of networks' names -> list of the penalties on their loss, once compiled.
        averages: None, or `training.state.Averages` of the weights of who makes examples, if compiled with `ema`.

    Args:
        networks: dict of attribute name -> built `keras.Model`, e.g. generator and discriminator.
        seed: int, seed of all random numbers of the training and of the order of the data.
        name: string, the model's name.

    Raises:
        ValueError: if two networks have a weight in common.
    """

    players = ()
    parts = ()
    aligned = True
    n_critic = 1
    largest_batch = None

    def __init__(self, networks, seed=0, name=None):
        check_apart(networks)
        super().__init__(name=name)
        self.network_names = list(networks)
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

    @property
    def starting(self):
        """The networks that may begin with those of another model's: dict of their names in the other -> networks."""
        return {name: getattr(self, name) for name in self.network_names}

    # What a training step is written with

    def forward(self, fn, *networks, variables=None):
        """Runs networks once for two uses: others learn from what they make, then they themselves (`made`).

        Args:
            fn: function without arguments that returns what the networks make, a tensor or a tuple of tensors.
            *networks: all networks of one player, in any order, which learns from it later.
            variables: None, or list of those of the networks' weights that will move.

        Returns:
            `engine.ForwardPass`, with what they made as `value`.
        """

        def run():
            with engine.added_losses(*networks) as added:
                value = fn()
            return value, added

        return engine.ForwardPass(run, self._moving(owner(self.players, self, networks), variables))

    def minimize(self, loss_fn, *networks, made=None, variables=None):
        """Moves the networks of one player, and no other, one step down a loss; then applies their constraint.

        As in Keras' own training the weight regularizers of the networks' layers, and what these add to the loss when
        they are called (`add_loss`, activity regularizers), belong to the loss.

        Args:
            loss_fn: function that returns a scalar loss, without arguments, or of what the networks made.
            *networks: all networks of one player, in any order.
            made: None, or what `forward` returned for these networks, through which the loss's gradient reaches them;
                if the model is compiled with `fresh_fakes`, it is made again.
            variables: None, or list of those of the networks' weights that move, e.g. of a stage of networks that grow.

        Returns:
            float32 scalar, the loss before the move.

        Raises:
            ValueError: if the networks are not those of a player.
        """
        player = owner(self.players, self, networks)
        moving = self._moving(player, variables)

        def whole_loss(*outputs):
            value, before = outputs[0] if outputs else (None, [])
            self._player_on_move = player
            with engine.added_losses(*networks) as added:
                loss = loss_fn(value) if outputs else loss_fn()
            self._player_on_move = None
            self._owner_of_log.setdefault(f"{player.name}_loss", player)
            return sum([v.regularizer(v) for v in moving if v.regularizer is not None] + before + added, start=loss)

        if made and self.fresh_fakes:
            made = engine.ForwardPass(made.fn, moving)
        loss = engine.minimize(whole_loss, moving, getattr(self, player.optimizer), made)
        constraint = self._constraints[player.name]
        for variable in moving if constraint is not None else ():
            variable.assign(constraint(variable))
        return loss

    def _moving(self, player, variables=None):
        """The weights of a player that move: all that are trainable, or those that are given."""
        networks = [getattr(self, name) for name in player.networks]
        return [v for n in networks for v in n.trainable_variables] if variables is None else variables

    def log(self, **values):
        """Adds scalars to the epoch's means; may be called inside a loss function.

        Args:
            **values: scalars by name, the names given at compile.

        Returns:
            dict of all names -> the mean so far, what `training_step` returns; nothing inside a loss function.
        """
        for name, value in values.items():
            self._trackers[name].update_state(value)
            if self._player_on_move:
                self._owner_of_log.setdefault(name, self._player_on_move)
        return {} if self._player_on_move else {name: tracker.result() for name, tracker in self._trackers.items()}

    def whole_step(self, data):
        """The training step, and what comes after it in every game; the engine's. Returns the logs."""
        logs = self.training_step(data)
        self.optimizer.iterations.assign_add(1)
        if self.averages:
            self.averages.update(self.optimizer.iterations)
        return logs

    # Keras' life cycle

    def _compile(self, arguments, terms, logs, ema=None, fresh_fakes=False, **keras_arguments):
        """Readies the model for `fit`; called by a game's `compile` with what is its own.

        Args:
            arguments: dict, the arguments of the game's `compile`, which saving writes down: of each player the
                optimizer, and if the game takes them its penalties and constraint (see `Player`), and `phases` (see
                `Phased`). The optimizers in it are replaced by the objects that are trained with.
            terms: list of further terms of the loss, whose seed generators and variables join the model's state.
            logs: list of the names that `log` takes besides those of penalties.
            ema: None, or float in (0, 1), the decay of averages of the weights of who makes examples; examples are
                then made with the averages, see `training.state.Averages`.
            fresh_fakes: whether a generator learns from fakes of its own, of new latents and new dropout, as most
                papers' algorithms have it, and not from those that the discriminator saw last and that cost nothing.
            **keras_arguments: `run_eagerly`, `steps_per_execution` and `jit_compile`, as in `keras.Model.compile`.
        """
        unknown = set(keras_arguments) - {"run_eagerly", "steps_per_execution", "jit_compile"}
        if unknown:
            raise TypeError(
                "Expected of further compile arguments only augment (in a game that judges), ema, fresh_fakes, "
                f"run_eagerly, steps_per_execution and jit_compile. Received: {', '.join(sorted(unknown))}."
            )
        networks = [getattr(self, name) for player in self.players for name in player.networks]
        group = engine.OptimizerGroup(
            {p.optimizer: engine.fused(keras.optimizers.get(arguments[p.optimizer])) for p in self.players},
            {p.optimizer: self._moving(p) for p in self.players},
            scale_losses=any(layer.compute_dtype == "float16" for n in networks for layer in engine.layers_of(n)),
        )
        super().compile(optimizer=group, auto_scale_loss=False, **keras_arguments)
        self._set_phases(arguments.get("phases"), **keras_arguments)
        self._constraints = {p.name: keras.constraints.get(arguments.get(p.constraint)) for p in self.players}
        self.penalties_of, given = {}, {}
        for player in self.players:
            for name in player.networks:  # each with its own state: the first has what is given, the others copies
                some = given.get(player.penalties, arguments.get(player.penalties, ()))
                self.penalties_of[name] = copies(some) if player.penalties in given else list(some)
                given.setdefault(player.penalties, some)
        self.fresh_fakes = fresh_fakes
        penalties = [penalty for some in self.penalties_of.values() for penalty in some]
        seeds, variables = state_of([*terms, *penalties], [v for n in networks for v in n.trainable_variables])
        self.averages = None if ema is None else Averages(ema, self.makers)
        self.save_as_made(self.makers)
        variables += self.averages.variables if self.averages else []
        for kept, found in ((self._term_seeds, seeds), (self._term_variables, variables)):
            kept.clear()
            kept.extend(found)
        logs = dict.fromkeys([*logs, *(p.penalty for p in self.players if self.penalties_of[p.networks[0]])])
        self._trackers = {name: keras.metrics.Mean(name=name) for name in logs}
        self._player_on_move, self._owner_of_log = None, {}  # in the order in which losses and terms are computed
        self._compile_arguments = {
            **arguments,
            **group.members,
            "ema": ema,
            "fresh_fakes": fresh_fakes,
            **keras_arguments,
        }

    def __getattr__(self, name):
        """The optimizer of each player, e.g. `d_optimizer`."""
        members = getattr(self.__dict__.get("optimizer"), "members", {})
        if name in members:
            return members[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __dir__(self):  # by which Keras finds what to save
        return [*super().__dir__(), *getattr(self.__dict__.get("optimizer"), "members", {})]

    @property
    def moves(self):
        """The moves of a training step that was made, in their order: (player, names of the logs of its loss)."""
        players = dict.fromkeys(self._owner_of_log.values())
        return [(p, [name for name, of in self._owner_of_log.items() if of is p]) for p in players]

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
        **others,
    ):
        """Trains the model, as `keras.Model.fit` does.

        An array is batched by `data.batches`, in orders that the model's seed and its count of training steps decide:
        a run that is saved, loaded and continued equals one that was never stopped. On KeyboardInterrupt, and where
        `callbacks.FiniteGuard` stops it, callbacks that have a method `on_train_interrupt` may finish what they do.

        Args:
            x: float array (N, ...), images in [-1, 1]; `data.Examples`, e.g. of `data.pairs`; or batches of n_critic *
                m examples: a `tf.data.Dataset`, a `PyDataset` or a generator. All but arrays hold y as well.
            y: None, or an array of what the game has beside x: labels, targets, the other domain.
            batch_size: int, the m of the papers, 32 if not given; not with a Dataset.
            epochs, verbose, callbacks, shuffle, initial_epoch, steps_per_epoch: as in `keras.Model.fit`.
            **others: none; those that Keras has besides are answered by what is there in their place.

        Returns:
            `keras.callbacks.History`.

        Raises:
            ValueError: if the data does not fit the networks; one sentence says what was expected.
            TypeError: for other keywords.
        """
        check_keywords(self, others)
        if not self.compiled:
            raise ValueError("Expected a compiled model: call `compile` before `fit`. Received: one that is not.")
        self.begin_averages()
        x, checks = batched(self, x, y, batch_size, shuffle)
        check_replicas(x, self.n_critic, self.replicas)
        callbacks = keras.tree.flatten(callbacks) if callbacks is not None else []
        check_callbacks(callbacks)
        source = getattr(x, "source", x)
        passes = [Passes(source, self.metrics_variables)] if hasattr(source, "begin") else []
        phases = [Boundaries(self.phases.boundaries)] if self.phases else []
        interrupt = Interrupt()
        try:
            with interrupt.listening(), checks:
                return super().fit(
                    x,
                    epochs=epochs,
                    verbose=verbose,
                    callbacks=[*phases, *callbacks, *passes, checks, interrupt],
                    shuffle=False,
                    initial_epoch=initial_epoch,
                    steps_per_epoch=steps_per_epoch,
                )
        except (KeyboardInterrupt, NotFinite):
            for callback in callbacks:
                if hasattr(callback, "on_train_interrupt"):
                    callback.on_train_interrupt()
            raise
