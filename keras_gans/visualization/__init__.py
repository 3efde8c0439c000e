"""Pictures: NumPy arrays in, image grids, films, curves and points in the plane out; every file appears whole."""

from keras_gans.visualization.curves import divergences_against_theta, loss_curves, wasserstein_curve
from keras_gans.visualization.diagnostics import diagnosis
from keras_gans.visualization.figures import figure_pixels, save_figure
from keras_gans.visualization.films import animation, check_animation
from keras_gans.visualization.pictures import film_cell, film_grid, image_grid, save_image
from keras_gans.visualization.plane import critic_surface, points_and_critic, scatter
from keras_gans.visualization.spectra import singular_values

__all__ = [
    "animation",
    "check_animation",
    "critic_surface",
    "diagnosis",
    "divergences_against_theta",
    "figure_pixels",
    "film_cell",
    "film_grid",
    "image_grid",
    "loss_curves",
    "points_and_critic",
    "save_figure",
    "save_image",
    "scatter",
    "singular_values",
    "wasserstein_curve",
]
