"""One optimizer for Keras to see, one optimizer per network for the game to use."""

import keras

from keras_gans.engine.private import moved_by


class OptimizerGroup(keras.optimizers.Optimizer):
    """Holds the optimizers of several networks, each built on its own network's variables.

    Keras' trainers, saving and callbacks know one optimizer a model: this one. Its `variables` are the union of its
    members', so all of them are part of the state that is trained, saved and restored; its `iterations` count the
    training steps. Each member moves only its own network, through `engine.minimize`.

    Attributes:
        unfinished: bool, whether the training goes on after the `fit` that ends next.

    Args:
        optimizers: dict of name -> `keras.optimizers.Optimizer`.
        variables: dict of the same names -> list of the trainable variables that the member moves.
        scale_losses: whether to wrap the members in `keras.optimizers.LossScaleOptimizer` (mixed_float16).

    Raises:
        ValueError: if one object is given for two networks, one was built for other weights, or float64 is asked for
            on JAX without its own setting.
    """

    def __init__(self, optimizers, variables, scale_losses=False, name="optimizers"):
        super().__init__(learning_rate=0.0, name=name)
        if len({id(optimizer) for optimizer in optimizers.values()}) < len(optimizers):
            raise ValueError(
                "Expected an optimizer object of its own for each network, since an optimizer keeps state. "
                f"Received: the same object twice in {list(optimizers)}."
            )
        for key, optimizer in optimizers.items():
            others = {id(v) for v in moved_by(getattr(optimizer, "inner_optimizer", optimizer))}
            if others - {id(v) for v in variables[key]}:
                raise ValueError(
                    "Expected a new optimizer, or one of these weights, since an optimizer keeps state for each. "
                    f"Received: {key}, built for {len(others)} others."
                )
        for variable in (v for network in variables.values() for v in network):
            if keras.backend.standardize_dtype(variable.value.dtype) != variable.dtype:
                raise ValueError(
                    "Expected the environment variable JAX_ENABLE_X64=1 with policy 'float64' on JAX, which else "
                    f"computes in float32. Received: weights of {variable.value.dtype}."
                )
        if scale_losses:
            optimizers = {k: _loss_scaled(optimizer) for k, optimizer in optimizers.items()}
        self.members, self.moved_by = dict(optimizers), variables.get  # a function: Keras would take lists for slots
        for key, member in self.members.items():
            member.name = key  # by which Keras' callbacks tell them apart
            member.build(variables[key])
        self.built = True
        self.unfinished = False

    @property
    def variables(self):
        """The group's own variables and those of its members."""
        return super().variables + [v for member in self.members.values() for v in member.variables]

    @property
    def optimizers(self):
        """The members, a list: Keras' callbacks look here for what has a learning rate."""
        return list(self.members.values())

    @property
    def learning_rate(self):
        """Not defined for a group (raises AttributeError): each network has its own."""
        raise AttributeError(
            "A group of optimizers has no learning rate of its own: use `model.d_optimizer.learning_rate` and its "
            "like, or hand each optimizer a schedule of keras.optimizers.schedules."
        )

    @learning_rate.setter
    def learning_rate(self, value):
        raise AttributeError("Set `model.d_optimizer.learning_rate` and its like: each network has its own.")

    def reset(self):
        """Lets each member begin anew, its moments and its own count of updates as when it was built.

        The count of training steps goes on; learning rates and the scales of losses stay.
        """
        for key, member in self.members.items():
            member = getattr(member, "inner_optimizer", member)  # a LossScaleOptimizer has one
            fresh = type(member).from_config(member.get_config())
            fresh.build(self.moved_by(key))
            for variable, value in zip(member.variables, fresh.variables):
                if variable is not member.learning_rate:
                    variable.assign(value)

    def save_own_variables(self, store):
        """Stores the count of training steps; Keras stores the members by itself."""
        store["iterations"] = keras.ops.convert_to_numpy(self.iterations)

    def load_own_variables(self, store):
        """Restores the count of training steps; Keras restores the members by itself."""
        self.iterations.assign(store["iterations"])

    def apply(self, grads, trainable_variables=None):
        """Not to be called (raises TypeError): the members move the networks."""
        raise TypeError("A group of optimizers moves nothing itself: its members do, through engine.minimize.")

    def finalize_variable_values(self, var_list):
        """Lets each member finish, e.g. overwrite weights by their moving average; `fit` calls this when it ends."""
        if self.unfinished:
            return
        for key, member in self.members.items():
            member.finalize_variable_values(self.moved_by(key))


def moves_some(optimizer):
    """Whether an optimizer can move some of its variables alone, which Keras' scaling of losses on JAX cannot."""
    return keras.backend.backend() != "jax" or not isinstance(optimizer, keras.optimizers.LossScaleOptimizer)


def _loss_scaled(optimizer):
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)
