"""The report of a run: one HTML page that needs nothing but itself, made of what the run left in its folder."""

from keras_gans.report.page import write

__all__ = ["write"]
