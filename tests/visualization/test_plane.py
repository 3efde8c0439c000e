"""The plane: where points, densities, values and arrows are drawn."""

import numpy as np
import pytest

from keras_gans.visualization import critic_surface, figure_pixels, points_and_critic, scatter

LIMITS = (-1.0, 1.0)
TOP = (0.5, -0.25)
CROWD = np.random.default_rng(0).normal(TOP, 0.02, (200, 2))


def quadratic(x):
    """Has values -||x - TOP||^2 and the gradient -2 (x - TOP)."""
    return -((x - TOP) ** 2).sum(axis=1)


def panel_pixels(figure, axes):
    """The pixels of one panel, without its frame."""
    pixels = figure_pixels(figure).astype(int)
    height, width, _ = pixels.shape
    box = axes.get_position()
    rows = slice(round((1 - box.y1) * height) + 3, round((1 - box.y0) * height) - 3)
    return pixels[rows, round(box.x0 * width) + 3 : round(box.x1 * width) - 3]


def centre(mask):
    """The middle of what is marked, in the coordinates of LIMITS."""
    rows, columns = np.nonzero(mask)
    return 2 * columns.mean() / mask.shape[1] - 1, 1 - 2 * rows.mean() / mask.shape[0]


def arrows(figure, panel=0):
    """Places and vectors, (n, 2) each, of a panel's arrows."""
    (quiver,) = (c for c in figure.axes[panel].collections if hasattr(c, "U"))
    return np.stack([quiver.X, quiver.Y], axis=1), np.stack([quiver.U, quiver.V], axis=1)


def test_scatter_draws_points_where_they_are():
    samples = CROWD[:, ::-1]
    figure = scatter(samples, limits=LIMITS)
    pixels = panel_pixels(figure, figure.axes[0])
    red, _, blue = np.moveaxis(pixels, -1, 0)
    assert centre(red > blue + 60) == pytest.approx(TOP[::-1], abs=0.02)
    assert not (blue > red + 20).any()  # nothing of a density


@pytest.mark.parametrize("real", [CROWD, lambda x: np.exp(5 * quadratic(x) / 0.02)], ids=["points", "density"])
def test_scatter_draws_the_real_density_softly_where_it_is(real):
    figure = scatter(np.array([[-0.9, -0.9]]), real, LIMITS)
    red, _, blue = np.moveaxis(panel_pixels(figure, figure.axes[0]), -1, 0)
    assert centre(blue > red + 20) == pytest.approx(TOP, abs=0.02)
    assert 0.002 < np.mean(blue > red + 20) < 0.05


def test_scatter_shows_a_mode_that_is_narrower_than_a_pixel():
    figure = scatter(CROWD, lambda x: np.exp(-(x**2).sum(axis=1) / 2 / 0.005**2), LIMITS)
    red, _, blue = np.moveaxis(panel_pixels(figure, figure.axes[0]), -1, 0)
    assert centre(blue > red + 20) == pytest.approx((0.0, 0.0), abs=0.02)


def test_scatter_is_framed_by_the_real_points():
    """So that frames do not jump when the generated ones do."""
    real = np.array([[0.0, 1.0], [2.0, 10.0]])
    for samples in (CROWD, 1000 * CROWD, np.full((3, 2), np.nan)):
        axes = scatter(samples, real).axes[0]
        assert axes.get_xlim() == axes.get_ylim() == pytest.approx((-1.5, 11.5))
    assert scatter(np.array([[0.0, 2.0], [np.inf, 1.0]])).axes[0].get_xlim() == pytest.approx((-0.3, 2.3))
    assert scatter(np.array([[3.0, 3.0]])).axes[0].get_xlim() == (2.0, 4.0)


def test_plane_frames_of_one_film_have_one_size():
    frames = [points_and_critic(s, quadratic, CROWD, title=f"step {i}") for i, s in enumerate((CROWD, 9 * CROWD))]
    shapes = {figure_pixels(frame).shape for frame in frames}
    assert len(shapes) == 1
    (height, width, _) = shapes.pop()
    assert 300 < height < width < 640


@pytest.mark.parametrize("gradient", [None, lambda x: -2 * (x - TOP)], ids=["differences", "callable"])
def test_critic_surface_draws_arrows_along_the_gradient(gradient):
    places, vectors = arrows(critic_surface(quadratic, LIMITS, gradient=gradient))
    assert places.shape == (169, 2)
    expected = TOP - places  # the gradient, up to a factor
    inside = (np.abs(places) < 0.95).all(axis=1)
    cosines = (vectors * expected).sum(1) / np.linalg.norm(vectors, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosines[inside & (np.linalg.norm(expected, axis=1) > 0.1)].min() > 0.999
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths.max() == pytest.approx(np.diff(np.unique(places[:, 0]))[0])  # the distance of two arrows
    near, far = np.argsort(np.linalg.norm(expected, axis=1))[[20, 100]]
    ratio = np.linalg.norm(expected[far]) / np.linalg.norm(expected[near])
    assert lengths[far] / lengths[near] == pytest.approx(ratio, rel=1e-3)


def test_critic_surface_is_blue_at_the_top_and_orange_at_the_bottom():
    figure = critic_surface(quadratic, LIMITS)
    red, _, blue = np.moveaxis(panel_pixels(figure, figure.axes[0]), -1, 0)
    side = red.shape[0]
    row, column = round(0.64 * side), round(0.76 * side)  # beside the top, where the arrows are short
    assert blue[row, column] > red[row, column] + 40
    assert np.mean((red > blue + 40)[: side // 8, : side // 8]) > 0.5  # the farthest corner
    assert not (red > blue + 40)[:, side // 2 :].any()


def test_critic_surface_draws_points_over_the_surface():
    axes = critic_surface(quadratic, LIMITS, samples=CROWD[:3], real=CROWD[3:8], title="critic").axes[0]
    real, samples = axes.lines
    np.testing.assert_array_equal(samples.get_xydata(), CROWD[:3])
    np.testing.assert_array_equal(real.get_xydata(), CROWD[3:8])
    assert axes.get_title() == "critic"


@pytest.mark.parametrize("value", [0.0, -3.5, 1e30, np.nan, np.inf])
def test_critic_surface_of_a_critic_that_says_nothing_has_no_arrows(value):
    figure = critic_surface(lambda x: np.full(len(x), value), LIMITS)
    assert figure_pixels(figure).shape[2] == 3
    if np.isfinite(value):
        assert not arrows(figure)[1].any()


def test_critic_surface_leaves_out_what_is_not_finite():
    def half(x):
        with np.errstate(invalid="ignore"):
            return np.sqrt(x[:, 0])

    figure = critic_surface(half, LIMITS)
    pixels = panel_pixels(figure, figure.axes[0])
    left = pixels[:, : pixels.shape[1] // 2 - 10]
    assert np.mean((left == 255).all(axis=-1)) > 0.95  # but for the dots of arrows without length
    places, vectors = arrows(figure)
    lengths = np.linalg.norm(vectors, axis=1)
    assert (lengths[places[:, 0] > 0.1] > 0.01).all()
    assert (lengths[places[:, 0] < 0] == 0).all()


def test_points_and_critic_draws_the_same_points_twice():
    figure = points_and_critic(CROWD, quadratic, title="step 12")
    left, right = figure.axes
    assert left.get_xlim() == right.get_ylim()
    for axes in (left, right):
        np.testing.assert_array_equal(axes.lines[-1].get_xydata(), CROWD)
    assert [text.get_text() for text in figure.texts] == ["step 12"]
    assert len(arrows(figure, panel=1)[0]) == 169


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: scatter(np.zeros((3, 3))), r"`samples` as at least one point .* Received: shape \(3, 3\)\.$"),
        (lambda: scatter(np.zeros((0, 2))), r"`samples` as at least one point .* Received: shape \(0, 2\)\.$"),
        (lambda: scatter(CROWD, np.zeros(4)), r"`real` as at least one point .* Received: shape \(4,\)\.$"),
        (lambda: scatter(CROWD, limits=(1, -1)), r"`limits` as \(low, high\) .* Received: \(1, -1\)\.$"),
        (lambda: critic_surface(quadratic, None), r"`limits` as \(low, high\) .* Received: None\.$"),
        (lambda: scatter(np.full((2, 2), np.nan)), r"Expected finite points, or `limits`. Received: none"),
        (lambda: scatter(CROWD, lambda x: x, LIMITS), r"Expected values of shape \(\d+,\) .* Received: shape"),
        (lambda: critic_surface(lambda x: x, LIMITS), r"of shape \(1681,\) for 1681 points. Received: shape \(1681, 2"),
    ],
)
def test_plane_refuses_what_is_not_in_it(draw, sentence):
    with pytest.raises(ValueError, match=sentence):
        draw()
