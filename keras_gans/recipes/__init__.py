"""One function a paper: builds its networks and its model and compiles it with the paper's constants."""

from keras_gans.recipes.registry import RECIPES, Recipe, table
from keras_gans.registry import modules

modules(__name__)
globals().update({name: recipe.build for name, recipe in RECIPES.items()})
__all__ = ["RECIPES", "Recipe", "table", *RECIPES]
