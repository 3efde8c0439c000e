"""A mistake in showing what a pyramid of GANs has learned: coarse pictures that are real."""

from keras import ops

from benchmarks.known_bugs.common import BUGS, RIGHT, WRONG, frame, label, numpy, said
from keras_gans import data, metrics, pyramid, recipes, visualization

SHOWN, MADE = 8, 500


@BUGS.register
def borrowed_coarse_pictures():
    """Pictures of a LapGAN that has learned nothing: its details on real coarse pictures, and its own pictures."""
    figure, (left, right) = frame()
    real = data.load("shapes", image_size=32)
    model = recipes.lapgan(real.shape[1:], width=16, units=256)
    others = real[:: len(real) // MADE][:MADE]
    _, given = model.take_apart(ops.convert_to_tensor(others))
    made = model.make_details(model.sample_latents(MADE), given)
    borrowed = numpy(given[-1] + made[-1]).clip(-1, 1)
    own = model.generate(MADE, seed=0)
    distances = [metrics.frechet_distance(flat(real), flat(pictures)) for pictures in (borrowed, own)]
    for ax, pictures, title, color in (
        (left, borrowed, "wrong: made details on real coarse pictures", WRONG),
        (right, own, "right: all levels of latents", RIGHT),
    ):
        ax.imshow(visualization.image_grid(pictures[:SHOWN], columns=4))
        ax.set_axis_off()
        label(ax, title)
        ax.title.set_color(color)
    wrong, own = distances
    return said(figure, f"Before the first step: distance to real pictures {wrong:.0f}, in truth {own:.0f}")


def flat(pictures):
    """Pictures at half the side, as vectors of numbers."""
    return numpy(pyramid.reduce(pictures)).reshape(len(pictures), -1)
