"""Draws who descends from whom, `python docs/family.py`: assets/family.png from docs/family.csv and the registry.

Every recipe has a line of its own, at the date of its paper. A full line leads to it from the recipe that it changes
most, dashed ones from others that it takes a part of.
"""

import csv
import pathlib

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from keras_gans.recipes import RECIPES

HERE = pathlib.Path(__file__).parent
PICTURE = HERE.parent / "assets" / "family.png"
KINDS = {  # of change -> (colour, words)
    "game": ("#7b3fa0", "what D and G play for"),
    "slope": ("#c0392b", "how steep D may be"),
    "network": ("#1f6fb2", "what networks are made of"),
    "label": ("#c77700", "labels"),
    "picture": ("#1a8a5a", "pictures into pictures"),
    "text": ("#b0307a", "captions"),
    "latent": ("#555555", "autoencoders"),
}
FIRST, LAST = 2013.3, 2021.6  # what is older or younger stands at the left or right end, with its year
APART = 0.12  # years at least between a recipe and what it descends from


def table():
    """The rows of docs/family.csv: dicts of recipe, parents (a list, the nearest first), kind and change."""
    with (HERE / "family.csv").open(encoding="utf-8", newline="") as file:
        return [row | {"parents": row["parents"].split()} for row in csv.DictReader(file)]


def date(name):
    """When a recipe's paper came, in years: to the month where arXiv's number tells it."""
    arxiv = RECIPES[name].arxiv
    if arxiv.startswith("https:"):
        return float(RECIPES[name].paper.split()[-1])
    return 2000 + int(arxiv[:2]) + (int(arxiv[2:4]) - 0.5) / 12


def order(rows):
    """The recipes from top to bottom: what descends from one stands right below it, siblings in the file's order."""
    children = {}
    for row in rows:
        children.setdefault((row["parents"] or [None])[0], []).append(row["recipe"])

    def below(name):
        return [name, *(late for child in children.get(name, []) for late in below(child))]

    return [name for root in children[None] for name in below(root)]


def places(rows):
    """Where each recipe stands: a dict of (years, line)."""
    lines = {name: -line for line, name in enumerate(order(rows))}
    parents, found = {row["recipe"]: row["parents"] for row in rows}, {}
    for name in lines:  # parents come first
        years = min(max(date(name), FIRST), LAST)
        found[name] = (max([years, *(found[parents[name][0]][0] + APART for _ in parents[name][:1])]), lines[name])
    return found


def draw():
    """The picture as a `matplotlib.figure.Figure`."""
    rows = table()
    where = places(rows)
    figure = Figure(figsize=(13, 15.5), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    axes.set(xlim=(FIRST - 0.2, 2026.4), ylim=(0.3 - len(rows), 0.9), xticks=range(2014, 2022), yticks=[])
    axes.set_title("Who descends from whom, by what change", fontsize=17, loc="left", pad=14, color="#222222")
    axes.tick_params(axis="x", top=True, labeltop=True, labelsize=11, length=0, colors="#777777")
    axes.grid(axis="x", color="#eeeeee", linewidth=1)
    axes.spines[:].set_visible(False)
    for row in rows:
        x, y = where[row["recipe"]]
        colour = KINDS[row["kind"]][0]
        for parent in row["parents"][:1]:
            px, py = where[parent]
            axes.plot([px, px], [py, y], color="#c8c8c8", linewidth=1.6, zorder=1.5)
            axes.plot([px, x], [y, y], color=colour, linewidth=1.6, alpha=0.6, zorder=2)
        for parent in row["parents"][1:]:
            bend = "arc3,rad=0.18" if where[parent][1] > y else "arc3,rad=-0.18"
            arrow = {"arrowstyle": "-|>", "mutation_scale": 9, "shrinkA": 4, "shrinkB": 4, "linestyle": (0, (4, 3))}
            axes.add_patch(
                FancyArrowPatch(where[parent], (x, y), connectionstyle=bend, color="#aaaaaa", zorder=1, **arrow)
            )
        axes.plot(x, y, "o", color=colour, markersize=7, zorder=3)
        old = f" {date(row['recipe']):.0f}" if not FIRST <= date(row["recipe"]) <= LAST else ""
        name = axes.annotate(row["recipe"] + old, (x, y), (8, 0), textcoords="offset points", va="center")
        name.set(color=colour, fontsize=11.5, fontweight="bold", family="monospace", zorder=4, in_layout=False)
        name.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9})
        change = axes.annotate(row["change"], (1, 0.5), (6, 0), xycoords=name, textcoords="offset points", va="center")
        change.set(color="#333333", fontsize=10.5, zorder=4, in_layout=False)
        change.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9})
    for place, (colour, words) in enumerate(KINDS.values()):
        x, y = 2021.4 + 2.8 * (place // 4), -(place % 4)
        axes.plot(x, y, "o", color=colour, markersize=8)
        axes.text(x + 0.15, y, words, color=colour, fontsize=11, va="center")
    axes.plot([2024.05, 2024.28], [-3, -3], color="#999999", linestyle=(0, (4, 3)), linewidth=1.2)
    axes.text(2024.35, -3, "takes a part of it", color="#777777", fontsize=11, va="center")
    return figure


if __name__ == "__main__":
    draw().savefig(PICTURE, dpi=110)
