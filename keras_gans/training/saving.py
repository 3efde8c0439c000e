"""How a game is saved and loaded: networks, what it was compiled with, and the state that Keras leaves out."""

import keras
from keras import ops

from keras_gans.training.state import seeds_of


class Saved:
    """The part of `AdversarialModel` that Keras' saving calls."""

    def save(self, filepath, *args, **options):
        """As `keras.Model.save`; refuses HDF5, which would lose the state of the training (raises ValueError)."""
        if str(filepath).endswith((".h5", ".hdf5")):
            raise ValueError(
                "Expected a path that ends in .keras, the format that keeps all state; `save_weights` writes "
                f".weights.h5. Received: {str(filepath)!r}."
            )
        return super().save(filepath, *args, **options)

    def get_config(self):
        networks = {key: keras.saving.serialize_keras_object(getattr(self, key)) for key in self.network_names}
        return {**networks, "seed": self.seed, "name": self.name}

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

    def remembered(self):
        """All state that is neither a network's weight nor an optimizer's, dict of names -> variables."""
        return self._unsaved_by_keras() | {f"variable_of_term_{i}": v for i, v in enumerate(self._term_variables)}

    def _unsaved_by_keras(self):
        """State that Keras leaves out: every random generator's, the model's, its terms' and layers', and the means."""
        states = {"seed": self.seed_generator.state}
        states |= {f"seed_of_term_{i}": seeds.state for i, seeds in enumerate(self._term_seeds) if seeds}
        for name in self.network_names:
            states |= {f"seed_of_{name}_{i}": v for i, v in enumerate(seeds_of(getattr(self, name)))}
        return states | {f"mean_{i}": v for i, v in enumerate(self.metrics_variables)}


def _deserialized(value, custom_objects):
    if isinstance(value, dict):
        return keras.saving.deserialize_keras_object(value, custom_objects=custom_objects)
    return value
