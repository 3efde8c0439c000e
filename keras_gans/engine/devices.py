"""Where a model is trained: on one device, or on several that together do what one would."""

import contextlib
import importlib

import keras

from keras_gans.registry import Registry

STRATEGIES = Registry("strategy")  # name -> the backend that has it
STRATEGIES.update(mirrored="tensorflow", data_parallel="jax")


def devices(strategy=None):
    """Spreads training over several devices: a context, in which a model is built or loaded, and fitted.

    Each device, a replica, takes its part of every batch; gradients are summed. The same batch_size, which is that of
    all replicas together, then gives the same weights as on one device, up to rounding.

    On JAX the devices may belong to several processes, of one host or of several: each process runs the same program
    on the same data, with Keras' environment variables KERAS_DISTRIBUTION_JOB_ADDRESSES,
    KERAS_DISTRIBUTION_NUM_PROCESSES and KERAS_DISTRIBUTION_PROCESS_ID set, and enters this context before anything
    else is computed. What uses weights (`fit`, `generate`, saving) is done by all of them, but only the one where
    `engine.is_chief()` may keep the files.

    Args:
        strategy: None for one device; "mirrored" (TensorFlow) for `tf.distribute.MirroredStrategy` over all GPUs of
            this host; "data_parallel" (JAX) for `keras.distribution.DataParallel` over all devices of all processes.

    Returns:
        A context manager.

    Raises:
        ValueError: if the name is unknown, or is that of the other backend.

    Deviations:
        On TensorFlow a layer sees its replica's rows only: batch norm has their statistics unless it is told to be
        `synchronized`, and dropout draws the same mask for each replica.
        On JAX one program sees the whole batch, and nothing deviates.
    """
    if strategy is None:
        return contextlib.nullcontext()
    backend, needed = keras.backend.backend(), STRATEGIES[strategy]
    if backend != needed:
        (own,) = (name for name, other in STRATEGIES.items() if other == backend)
        raise ValueError(
            f"Expected {own!r} on Keras' backend {backend}, or KERAS_BACKEND={needed}. Received: {strategy!r}."
        )
    return importlib.import_module(f"keras_gans.engine.{backend}").spread()


def slow_groups():
    """Whether convolutions in groups are far slower than others: Keras leaves them to XLA, which is so on CPUs."""
    return only_cpus()


def only_cpus():
    """Whether the engine trains, and has nothing but CPUs here."""
    trains = keras.backend.backend() in STRATEGIES.values()
    return trains and all(device.startswith("cpu") for device in keras.distribution.list_devices())


def check_built_here(model):
    """Refuses a model of TensorFlow that was built or compiled in another context than it is trained in.

    Args:
        model: compiled `keras.Model`.

    Raises:
        ValueError: if one of its weights, or of its optimizers' variables, does not belong to the model's strategy.
    """
    strategy = model.distribute_strategy
    variables = [*model.trainable_variables, *model.optimizer.variables]
    if not all(strategy.extended.variable_created_in_scope(variable.value) for variable in variables):
        raise ValueError(
            "Expected a model that was built and compiled in the context in which it is trained, "
            "`with engine.devices('mirrored'):` or the `scope()` of a strategy. "
            f"Received: one that was built outside of that of a {type(strategy).__name__}."
        )
