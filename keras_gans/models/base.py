"""What all games share: state, compiling, fitting, logging, sampling, saving. The step is each game's own."""

import keras
import numpy as np
from keras import ops

from keras_gans import engine
from keras_gans.data.batches import batches
from keras_gans.data.check import check_array, check_dataset
from keras_gans.losses import AdversarialLoss
from keras_gans.models.fitting import Interrupt, Passes
from keras_gans.regularizers import Penalty


class AdversarialModel(engine.Trainer, keras.Model):
    """A Keras model of networks that play against each other, trained by one explicit `training_step`.

    A game is a subclass that defines `training_step(data)` so that it reads like its paper's algorithm box (see
    `keras_gans.models.GAN`), and a `compile` that names its optimizers and terms. Nobody overrides more: variants are
    other losses, penalties, networks or schedules.

    Args:
        networks: dict of attribute name -> built `keras.Model`, e.g. generator and discriminator.
        latent_dim: int, length of a latent vector.
        seed: int, seed of the latents and of the order of the data.
        name: string, the model's name.
    """

    def __init__(self, networks, latent_dim, seed=0, name=None):
        super().__init__(name=name)
        self._network_names = list(networks)
        for key, network in networks.items():
            setattr(self, key, network)
        self.latent_dim = latent_dim
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._term_seeds, self._term_variables = [], []
        self._trackers = {}
        self.built = True

    def training_step(self, data):
        """Trains on one batch, as the paper's algorithm box says, and returns the logs; each game has its own."""
        raise NotImplementedError(f"{type(self).__name__} must define training_step(data).")

    # What a training step is written with

    def sample_latents(self, n):
        """Draws latents from the standard normal distribution.

        Args:
            n: int or scalar tensor, number of latents (on this replica).

        Returns:
            float32 tensor (n, latent_dim).
        """
        return engine.replica_rows(
            lambda rows: keras.random.normal((rows, self.latent_dim), dtype="float32", seed=self.seed_generator), n
        )

    def minimize(self, loss_fn, network):
        """Moves one network, and no other, one step down the gradient of a loss; then applies its constraint.

        The weight regularizers of the network's layers are added to the loss.

        Args:
            loss_fn: function without arguments that returns a scalar loss.
            network: one of the model's networks.

        Returns:
            float32 scalar, the loss before the move.
        """
        key = next(key for key in self._network_names if getattr(self, key) is network)
        variables = network.trainable_variables

        def regularized_loss():
            return sum((v.regularizer(v) for v in variables if v.regularizer is not None), start=loss_fn())

        loss = engine.minimize(regularized_loss, variables, self.optimizer.members[key])
        if self._constraints.get(key) is not None:
            for variable in variables:
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
        return {name: tracker.result() for name, tracker in self._trackers.items()}

    # Keras' life cycle

    def _compile(self, arguments, optimizers, terms, logs, constraints=None, **keras_arguments):
        """Readies the model for `fit`; called by a game's `compile` with what is its own.

        Args:
            arguments: dict, the arguments of the game's `compile`, which saving writes down; the optimizers in it
                are replaced by the objects that are trained with.
            optimizers: dict of argument name -> name of the network that it moves.
            terms: list of losses and penalties; their seed generators and variables become part of the model's state.
            logs: list of the names that `log` takes.
            constraints: dict of network's name -> Keras constraint or None.
            **keras_arguments: `run_eagerly`, `steps_per_execution` and `jit_compile`, as in `keras.Model.compile`.
        """
        unknown = set(keras_arguments) - {"run_eagerly", "steps_per_execution", "jit_compile"}
        if unknown:
            raise TypeError(
                "Expected of Keras' own compile arguments only run_eagerly, steps_per_execution and jit_compile. "
                f"Received: {', '.join(sorted(unknown))}."
            )
        networks = [getattr(self, key) for key in optimizers.values()]
        group = engine.OptimizerGroup(
            {network: keras.optimizers.get(arguments[key]) for key, network in optimizers.items()},
            {key: getattr(self, key).trainable_variables for key in optimizers.values()},
            scale_losses=any(layer.compute_dtype == "float16" for n in networks for layer in n._flatten_layers()),
        )
        super().compile(optimizer=group, auto_scale_loss=False, **keras_arguments)
        self._constraints = constraints or {}
        self._keep_state_of(terms, [v for network in networks for v in network.trainable_variables])
        self._trackers = {name: keras.metrics.Mean(name=name) for name in logs}
        members = {key: group.members[network] for key, network in optimizers.items()}
        self._compile_arguments = {**arguments, **members, **keras_arguments}

    def _keep_state_of(self, terms, weights):
        """Makes what terms and weight regularizers remember part of the model, in place of what was before."""
        self._term_seeds.clear()
        self._term_variables.clear()
        values = [value for term in terms for value in _values_of(term)]
        self._term_seeds.extend(value for value in values if isinstance(value, keras.random.SeedGenerator))
        self._term_variables.extend(value for value in values if isinstance(value, keras.Variable))
        for weight in weights:
            if hasattr(weight.regularizer, "prepare"):
                self._term_variables.extend(weight.regularizer.prepare(weight))

    @property
    def metrics(self):
        """The means that `fit` shows and `history` keeps: those of `log`."""
        return list(self._trackers.values())

    def fit(
        self,
        x,
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
        a run that is saved, loaded and continued equals one that was never stopped. On KeyboardInterrupt, callbacks
        that have a method `on_train_interrupt` may finish what they are doing.

        Args:
            x: float array (N, ...), images in [-1, 1], or a `tf.data.Dataset` of batches of n_critic * m of them.
            batch_size: int, the m of the papers, 32 if not given; for arrays only.
            epochs, verbose, callbacks, shuffle, initial_epoch, steps_per_epoch: as in `keras.Model.fit`.

        Returns:
            `keras.callbacks.History`.

        Raises:
            ValueError: if the data does not fit the networks; one sentence says what was expected.
        """
        self._assert_compile_called("fit")
        x = self._checked_data(x, batch_size, shuffle)
        callbacks = keras.tree.flatten(callbacks) if callbacks is not None else []
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
        except KeyboardInterrupt:
            for callback in callbacks:
                if hasattr(callback, "on_train_interrupt"):
                    callback.on_train_interrupt()
            raise

    def evaluate(self, *args, **kwargs):
        """Not defined (raises TypeError): a GAN has no loss on held-out data that says how good its samples are."""
        raise TypeError(
            "A GAN has no held-out loss to evaluate: take samples by `generate(n)` and compare them with real ones, "
            "as benchmarks/digits.py does."
        )

    def call(self, inputs, training=False):
        return self.generator(inputs, training=training)

    def generate(self, n, seed=None):
        """Makes examples, without touching the state of training.

        Args:
            n: int, how many.
            seed: None for new ones at each call, or an int for the same ones of the same weights.

        Returns:
            float32 array (n, ...), images in [-1, 1].

        Raises:
            ValueError: if n is not a positive integer.
        """
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"Expected `n` as a positive integer. Received: {n!r}.")
        generator = keras.random.SeedGenerator(seed)
        latents = keras.random.normal((n, self.latent_dim), dtype="float32", seed=generator)
        chunks = [self.generator(latents[i : i + 256], training=False) for i in range(0, n, 256)]
        return np.concatenate([ops.convert_to_numpy(chunk) for chunk in chunks]).astype("float32", copy=False)

    # Saving

    def get_config(self):
        networks = {key: keras.saving.serialize_keras_object(getattr(self, key)) for key in self._network_names}
        return {**networks, "latent_dim": self.latent_dim, "seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**{k: _deserialized(v, custom_objects) for k, v in config.items()})

    def get_compile_config(self):
        if not self.compiled:
            return None
        return {k: keras.saving.serialize_keras_object(v) for k, v in self._compile_arguments.items()}

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store):
        super().save_own_variables(store)
        for key, variable in self._unsaved_by_keras().items():
            store[key] = ops.convert_to_numpy(variable)

    def load_own_variables(self, store):
        values = {key: store[key] for key in store.keys()}  # noqa: SIM118 (an h5 store has no other way to list keys)
        for key, variable in self._unsaved_by_keras().items():
            variable.assign(values[key])
        super().load_own_variables({key: value for key, value in values.items() if key.isdigit()})

    def _unsaved_by_keras(self):
        """State that Keras leaves out: every random generator's, the model's, its terms' and layers', and the means."""
        states = {"seed": self.seed_generator.state}
        states |= {f"seed_of_term_{i}": generator.state for i, generator in enumerate(self._term_seeds)}
        for name in self._network_names:
            network = getattr(self, name)
            weights = {id(v) for v in network.weights}
            seeds = [v for v in network.variables if id(v) not in weights]
            states |= {f"seed_of_{name}_{i}": v for i, v in enumerate(seeds)}
        return states | {f"mean_{i}": v for i, v in enumerate(self.metrics_variables)}

    def _checked_data(self, x, batch_size, shuffle):
        shape = self.discriminator.input_shape[1:]
        if not (hasattr(x, "element_spec") or isinstance(x, keras.utils.PyDataset)):
            check_array(x, shape)
            return batches(x, batch_size or 32, self.n_critic, shuffle=shuffle, seed=self.seed)
        if batch_size is not None:
            raise ValueError(f"Expected no `batch_size` with a Dataset, which has its own. Received: {batch_size}.")
        check_dataset(x, shape, self.n_critic)
        return x


def _values_of(term):
    """What a term remembers itself by, and what the terms inside it do."""
    for value in vars(term).values():
        yield value
        if isinstance(value, (AdversarialLoss, Penalty)):
            yield from _values_of(value)


def _deserialized(value, custom_objects):
    if isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value, custom_objects=custom_objects)
    return value
