"""Curves: what a run recorded, what a critic estimates, and how divergences see two parallel segments."""

import numpy as np

from keras_gans import theory
from keras_gans.visualization.figures import BLUE, ORANGE, new_figure


def loss_curves(history):
    """Draws what a training run recorded: losses in one panel, everything else (if any) in a second one below.

    Args:
        history: dict of name -> list of numbers, one per epoch, as `keras.callbacks.History.history` holds it. Names
            that end in `_loss` (and `loss` itself) are losses. NaN leaves a gap.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure`.

    Raises:
        ValueError: if there is nothing to draw.
    """
    losses = {name: values for name, values in history.items() if name == "loss" or name.endswith("_loss")}
    others = {name: values for name, values in history.items() if name not in losses}
    panels = {label: curves for label, curves in (("loss", losses), ("value", others)) if curves}
    if not panels:
        raise ValueError(f"Expected a history with at least one name. Received: {history!r}.")
    return _epochs(panels)


def wasserstein_curve(history, losses=False):
    """Draws the critic's estimate of the Wasserstein distance, which falls while the samples get better.

    It means something only for a Wasserstein loss, whose critic maximises that estimate: with other losses, d_loss
    says nothing about the samples. A critic that is K-Lipschitz estimates K times the distance.

    Args:
        history: dict of name -> list of numbers, one per epoch, as `keras.callbacks.History.history` holds it, with
            `d_loss` and, where there is one, `penalty`.
        losses: whether to draw d_loss and g_loss in a second panel below.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure`.

    Raises:
        ValueError: if the history has no `d_loss`.

    Formula:
        estimate = E D(x) - E D(G(z)) = -(d_loss - penalty), without a penalty -d_loss.

    Deviations:
        The mean over an epoch of what the critic's updates saw, instead of the value of a critic at its optimum.

    Reference:
        Arjovsky et al., 2017, Wasserstein GAN, arXiv:1701.07875, Section 4.2 and Figure 3. Gulrajani et al., 2017,
        Improved Training of Wasserstein GANs, arXiv:1704.00028, on meaningful loss curves (the negative critic loss).
    """
    if "d_loss" not in history:
        raise ValueError(f"Expected a history with `d_loss`. Received: {', '.join(history) or 'no name'}.")
    d_loss = np.asarray(history["d_loss"], dtype=float)
    estimate = np.asarray(history.get("penalty", 0.0), dtype=float) - d_loss
    panels = {"critic's estimate": {"Wasserstein distance": estimate}}
    if losses:
        panels["loss"] = {name: history[name] for name in ("d_loss", "g_loss") if name in history}
    return _epochs(panels)


def divergences_against_theta(thetas):
    """Draws what divergences say of two parallel segments at the distance theta: only one of them leads to theta = 0.

    P is uniform on x = 0, Q on x = theta, y in [0, 1] for both. The Jensen-Shannon divergence jumps, so its gradient
    is zero wherever there is a way to go; Kullback-Leibler's is infinite and named in the legend.

    Args:
        thetas: float array (n,), in ascending order, the distances to draw.

    Returns:
        `matplotlib.figure.Figure`, which belongs to no pyplot state; see `save_figure`.

    Formula:
        KL(P, Q) = infinity, JS(P, Q) = log 2 for theta != 0, both 0 for theta = 0; W(P, Q) = |theta|.

    Reference:
        Arjovsky et al., 2017, Wasserstein GAN, arXiv:1701.07875, Example 1 and Figure 1.
    """
    thetas = np.asarray(thetas, dtype=float)
    measures = theory.parallel_segments(thetas)
    figure = new_figure(6, 4, layout="tight")
    axes = figure.subplots()
    axes.plot(thetas, measures.wasserstein, color=BLUE, label=r"Wasserstein: $|\theta|$")
    apart = thetas != 0
    axes.plot(thetas[apart], measures.js[apart], color=ORANGE, label=r"Jensen-Shannon: $\log 2$, but 0 at $\theta = 0$")
    axes.plot(0, 0, "o", color=ORANGE, markersize=5)
    axes.plot(0, np.log(2), "o", color=ORANGE, markersize=5, markerfacecolor="white")
    axes.plot([], [], " ", label=r"Kullback-Leibler: infinite, but 0 at $\theta = 0$")
    axes.set_xlabel(r"$\theta$, distance of the segments")
    axes.set_ylabel("divergence")
    _dress(axes)
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0)
    return figure


def _epochs(panels):
    """One panel below another, from a dict of label -> dict of name -> values."""
    figure = new_figure(7, 1 + 3 * len(panels), layout="tight")
    all_axes = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for axes, (label, curves) in zip(all_axes, panels.items()):
        _draw_curves(axes, label, curves)
    all_axes[-1].set_xlabel("epoch")
    return figure


def _draw_curves(axes, label, curves):
    for name, values in curves.items():
        marker = "o" if len(values) < 50 else None
        axes.plot(range(1, len(values) + 1), values, label=name, linewidth=1.5, marker=marker, markersize=3)
    axes.set_ylabel(label)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    _dress(axes)
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, ncols=4)


def _dress(axes):
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
