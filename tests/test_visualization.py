"""Pictures, animations and loss curves: geometry to the pixel, sizes, and files that appear whole or not at all."""

import gc
import warnings

import imageio.v3
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from keras_gans import visualization
from keras_gans.visualization import GAP, TITLE_HEIGHT, animation, image_grid, loss_curves, save_figure, save_image


def noise_frames(count, size=64, seed=0):
    return list(np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype="uint8"))


def flat_frames(count, size=16):
    return [np.full((size, size, 3), 10 * i, "uint8") for i in range(count)]


def save_frames(folder, frames):
    paths = [folder / f"frame_{i:03d}.png" for i in range(len(frames))]
    for path, frame in zip(paths, frames):
        save_image(path, frame)
    return paths


def gif_facts(path):
    with Image.open(path) as gif:
        durations, levels = [], []
        for i in range(gif.n_frames):
            gif.seek(i)
            durations.append(gif.info["duration"])
            levels.append(gif.convert("RGB").getpixel((0, 0))[0])
        return durations, levels, gif.info.get("loop")


def read_film(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # imageio's reader of MP4 leaves its pipes open
        film = imageio.v3.imread(path)
        gc.collect()
    return film


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_image_grid_places_every_pixel():
    images = np.linspace(-1, 1, 5 * 2 * 3, dtype="float32").reshape(5, 2, 3, 1)
    grid = image_grid(images, columns=2, cell=3)
    assert grid.dtype == np.uint8
    assert grid.shape == (GAP + 3 * (2 + GAP), GAP + 2 * (3 + GAP), 3)
    expected = np.full_like(grid, 255)
    levels = np.rint((images + 1) * 127.5).astype("uint8")
    for i in range(5):
        top, left = GAP + (i // 2) * (2 + GAP), GAP + (i % 2) * (3 + GAP)
        expected[top : top + 2, left : left + 3] = levels[i]
    np.testing.assert_array_equal(grid, expected)


def test_image_grid_enlarges_by_the_smallest_whole_factor():
    images = np.random.default_rng(0).uniform(-1, 1, (1, 2, 3, 3)).astype("float32")
    small = image_grid(images, cell=3)[GAP:-GAP, GAP:-GAP]
    large = image_grid(images, cell=7)[GAP:-GAP, GAP:-GAP]
    assert large.shape == (6, 9, 3)
    np.testing.assert_array_equal(large, small.repeat(3, 0).repeat(3, 1))


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (5, 3), (9, 3), (10, 4)])
def test_image_grid_is_near_square(count, columns):
    assert image_grid(np.zeros((count, 4, 4, 1)), cell=4).shape[1] == GAP + columns * (4 + GAP)


def test_image_grid_is_no_wider_than_its_images():
    assert image_grid(np.zeros((2, 4, 4, 1)), columns=10, cell=4).shape[1] == GAP + 2 * (4 + GAP)


def test_image_grid_draws_alpha_over_white():
    red = np.array([1.0, -1.0, -1.0])
    images = np.stack([np.append(red, alpha).reshape(1, 1, 4) for alpha in (-1.0, 0.0, 1.0)])
    row = image_grid(images, columns=3, cell=1)[GAP, GAP :: 1 + GAP]
    np.testing.assert_array_equal(row, [[255, 255, 255], [255, 128, 128], [255, 0, 0]])


def test_image_grid_draws_nan_as_grey():
    np.testing.assert_array_equal(image_grid(np.full((1, 1, 1, 1), np.nan), cell=1)[GAP, GAP], [128, 128, 128])


def test_image_grid_writes_its_title_above():
    images = np.zeros((36, 8, 8, 1))
    plain, titled = image_grid(images), image_grid(images, title="step 1234")
    assert titled.shape == (plain.shape[0] + TITLE_HEIGHT, *plain.shape[1:])
    np.testing.assert_array_equal(titled[TITLE_HEIGHT:], plain)
    line = titled[:TITLE_HEIGHT]
    assert line.min() < 80  # ink
    assert (line[[0, -1]] == 255).all()  # which no edge cuts off
    assert (line[:, [0, -1]] == 255).all()
    assert (line != image_grid(images, title="step 1235")[:TITLE_HEIGHT]).any()


def test_image_grid_widens_for_a_long_title():
    titled = image_grid(np.zeros((1, 8, 8, 1)), cell=8, title="a title longer than the grid is wide")
    assert titled.shape[1] > 150
    assert (titled[:, -1] == 255).all()


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.zeros((8, 8, 1)), r"Expected at least one image .* Received: shape \(8, 8, 1\)\.$"),
        (np.zeros((0, 8, 8, 1)), r"Expected at least one image .* Received: shape \(0, 8, 8, 1\)\.$"),
        (np.zeros((2, 8, 8, 2)), r"Expected images of 1, 3 or 4 channels. Received: shape \(2, 8, 8, 2\)\.$"),
        (np.zeros((2, 8, 8, 1), "uint8"), r"Expected float images .* Received: dtype uint8\.$"),
    ],
)
def test_image_grid_refuses_other_arrays(images, sentence):
    with pytest.raises(ValueError, match=sentence):
        image_grid(images)


@pytest.mark.parametrize("argument", ["columns", "cell"])
def test_image_grid_refuses_an_empty_layout(argument):
    with pytest.raises(ValueError, match=rf"Expected `{argument}` of at least 1. Received: 0\.$"):
        image_grid(np.zeros((2, 8, 8, 1)), **{argument: 0})


def test_save_image_writes_the_pixels_and_nothing_else(tmp_path):
    pixels = noise_frames(1)[0]
    save_image(tmp_path / "new" / "folder" / "a.png", pixels)
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "new" / "folder" / "a.png"), pixels)
    assert files(tmp_path / "new" / "folder") == ["a.png"]


def test_save_image_refuses_floats_and_keeps_the_earlier_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"earlier")
    with pytest.raises(ValueError, match=r"Expected pixels of dtype uint8. Received: dtype float64\.$"):
        save_image(tmp_path / "a.png", np.zeros((4, 4, 3)))
    assert (tmp_path / "a.png").read_bytes() == b"earlier"
    assert files(tmp_path) == ["a.png"]


def test_animation_gif_keeps_all_frames_and_holds_the_last(tmp_path):
    animation(tmp_path / "a.gif", save_frames(tmp_path / "frames", flat_frames(6)), fps=10)
    durations, levels, loop = gif_facts(tmp_path / "a.gif")
    assert durations == [100] * 5 + [2000]
    assert levels == [0, 10, 20, 30, 40, 50]
    assert loop == 0  # for ever
    assert files(tmp_path) == ["a.gif", "frames"]


def test_animation_takes_arrays_and_a_single_frame(tmp_path):
    animation(tmp_path / "a.gif", flat_frames(1))
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "a.gif", index=0), flat_frames(1)[0])


def test_animation_gif_fits_by_fewer_colours_first(tmp_path):
    frames = noise_frames(8)
    animation(tmp_path / "free.gif", frames)
    free = (tmp_path / "free.gif").stat().st_size
    animation(tmp_path / "a.gif", frames, max_bytes=int(0.9 * free))
    assert (tmp_path / "a.gif").stat().st_size <= 0.9 * free
    assert len(imageio.v3.imread(tmp_path / "a.gif")) == 8


def test_animation_gif_fits_by_fewer_frames_then(tmp_path):
    frames = noise_frames(20)
    frames[0][:], frames[-1][:] = 0, 200
    animation(tmp_path / "a.gif", frames, max_bytes=20_000)
    durations, levels, _ = gif_facts(tmp_path / "a.gif")
    assert (tmp_path / "a.gif").stat().st_size <= 20_000
    assert 2 < len(durations) < 20
    assert (levels[0], levels[-1], durations[-1]) == (0, 200, 2000)


def test_animation_gif_refuses_a_limit_below_two_frames(tmp_path):
    with pytest.raises(ValueError, match=r"Expected `max_bytes` to hold two frames, \d+ bytes. Received: 1000\.$"):
        animation(tmp_path / "a.gif", noise_frames(4), max_bytes=1000)
    assert files(tmp_path) == []


def test_animation_mp4_can_be_read_back(tmp_path):
    frames = save_frames(tmp_path / "frames", [frame[:63, :61] for frame in flat_frames(7, size=64)])
    animation(tmp_path / "a.mp4", frames, fps=8)
    film = read_film(tmp_path / "a.mp4")
    assert film.shape == (7, 64, 62, 3)  # padded to even sizes
    np.testing.assert_allclose(film[:, 20, 20, 0], [10 * i for i in range(7)], atol=4)
    assert film[:, 63].min() > 200  # by white
    assert files(tmp_path) == ["a.mp4", "frames"]


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_animation_leaves_unreadable_frames_out(tmp_path, suffix):
    paths = save_frames(tmp_path / "frames", flat_frames(5))
    paths[1].write_bytes(paths[1].read_bytes()[:40])
    paths[2].write_bytes(b"")
    paths[4].unlink()
    animation(tmp_path / f"a{suffix}", paths)
    assert len(read_film(tmp_path / f"a{suffix}")) == 2


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_animation_gives_all_frames_the_size_of_the_last(tmp_path, suffix):
    animation(tmp_path / f"a{suffix}", flat_frames(2, size=20) + flat_frames(2, size=32) + noise_frames(1, size=24))
    assert read_film(tmp_path / f"a{suffix}").shape == (5, 24, 24, 3)


def test_animation_thins_very_long_gifs(tmp_path, monkeypatch):
    monkeypatch.setattr(visualization, "MAX_FRAMES", 5)
    animation(tmp_path / "a.gif", flat_frames(21))
    assert gif_facts(tmp_path / "a.gif")[1] == [0, 50, 100, 150, 200]


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_animation_that_fails_leaves_the_earlier_file(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"earlier")
    read, reads = visualization._read, []

    def fails_halfway(frame):
        reads.append(frame)
        if len(reads) == 8:  # 4 checks, 1 look at the size, and the third frame
            raise RuntimeError("halfway")
        return read(frame)

    monkeypatch.setattr(visualization, "_read", fails_halfway)
    with pytest.raises(RuntimeError, match="halfway"):
        animation(path, flat_frames(4))
    assert path.read_bytes() == b"earlier"
    assert files(tmp_path) == [path.name]


@pytest.mark.parametrize("name", ["a.avi", "a", "gif"])
def test_animation_refuses_other_suffixes(tmp_path, name):
    with pytest.raises(ValueError, match=r"Expected a path that ends in \.gif or \.mp4. Received: '.*'\.$"):
        animation(tmp_path / name, flat_frames(2))


@pytest.mark.parametrize(("frames", "received"), [([], 0), (["missing.png"], 1)])
def test_animation_refuses_nothing_to_show(tmp_path, frames, received):
    with pytest.raises(ValueError, match=rf"Expected at least one readable frame. Received: {received} unreadable\.$"):
        animation(tmp_path / "a.gif", frames)


@pytest.mark.parametrize("argument", ["fps", "max_bytes"])
def test_animation_refuses_numbers_not_above_zero(tmp_path, argument):
    with pytest.raises(ValueError, match=rf"Expected `{argument}` above 0. Received: 0\.$"):
        animation(tmp_path / "a.gif", flat_frames(2), **{argument: 0})


def test_loss_curves_draws_losses_alone_in_one_panel():
    figure = loss_curves({"d_loss": [1.0, 0.9, 0.8], "g_loss": [0.7, 0.8, 0.9]})
    (axes,) = figure.axes
    assert isinstance(figure, Figure)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["d_loss", "g_loss"]
    assert [list(line.get_ydata()) for line in axes.lines] == [[1.0, 0.9, 0.8], [0.7, 0.8, 0.9]]
    assert list(axes.lines[0].get_xdata()) == [1, 2, 3]


def test_loss_curves_draws_other_names_in_a_second_panel():
    upper, lower = loss_curves({"loss": [1.0], "d_loss": [1.0], "d_accuracy": [0.5]}).axes
    assert [line.get_label() for line in upper.lines] == ["loss", "d_loss"]
    assert [line.get_label() for line in lower.lines] == ["d_accuracy"]
    assert (upper.get_xlabel(), lower.get_xlabel(), lower.get_ylabel()) == ("", "epoch", "value")


@pytest.mark.parametrize("values", [[1.0], [float("nan")], [1.0, float("nan"), 2.0], [float("nan")] * 3])
def test_loss_curves_takes_one_epoch_and_nan(tmp_path, values):
    save_figure(tmp_path / "new" / "a.png", loss_curves({"d_loss": values, "other": values}))
    assert imageio.v3.imread(tmp_path / "new" / "a.png").shape[:2] == (1050, 1050)
    assert files(tmp_path / "new") == ["a.png"]


def test_loss_curves_refuses_an_empty_history():
    with pytest.raises(ValueError, match=r"Expected a history with at least one name. Received: \{\}\.$"):
        loss_curves({})


def test_save_figure_that_fails_leaves_the_earlier_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"earlier")

    class Broken:
        def savefig(self, path, dpi):
            path.write_bytes(b"half")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        save_figure(tmp_path / "a.png", Broken())
    assert (tmp_path / "a.png").read_bytes() == b"earlier"
    assert files(tmp_path) == ["a.png"]
