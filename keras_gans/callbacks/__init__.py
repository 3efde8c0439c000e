"""Callbacks: they watch a training run and write what they see; none of them changes it."""

from keras_gans.callbacks.checkpoint import Checkpoint
from keras_gans.callbacks.diagnostics import Diagnostics
from keras_gans.callbacks.evaluate import Evaluate
from keras_gans.callbacks.guard import FiniteGuard, NotFinite
from keras_gans.callbacks.sample_frames import SampleFrames
from keras_gans.callbacks.singular_values import SingularValues
from keras_gans.callbacks.symptoms import Finding
from keras_gans.callbacks.tensorboard import TensorBoard
from keras_gans.callbacks.training_gif import TrainingGIF
from keras_gans.callbacks.watcher import Watcher

__all__ = [
    "Checkpoint",
    "Diagnostics",
    "Evaluate",
    "Finding",
    "FiniteGuard",
    "NotFinite",
    "SampleFrames",
    "SingularValues",
    "TensorBoard",
    "TrainingGIF",
    "Watcher",
]
