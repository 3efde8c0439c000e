"""GIF and MP4: frames, their sizes and bytes, and files that appear whole or not at all."""

import contextlib
import gc
import warnings

import imageio.v3
import numpy as np
import pytest
from PIL import Image

from keras_gans.visualization import animation, films, save_image

BALL, BOX, SPOT = (20, 30), (20, 120), (90, 80)  # rows and columns
RED, YELLOW, BLUE = (200, 40, 40), (230, 190, 60), (20, 40, 230)


def noise_frames(count, size=64, seed=0):
    return list(np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype="uint8"))


def flat_frames(count, size=16):
    return [np.full((size, size, 3), 10 * i, "uint8") for i in range(count)]


def scenes(count):
    """Noise in many colours, above it a red ball and a yellow box on a pale wall, and in the last two a blue spot."""
    frames = np.full((count, 120, 160, 3), (243, 234, 215), "uint8")
    frames[:, 60:] = np.random.default_rng(0).normal(128, 25, (count, 60, 160, 3)).clip(0, 255)
    for (row, column), colour in ((BALL, RED), (BOX, YELLOW)):
        frames[:, row - 5 : row + 5, column - 5 : column + 5] = colour
    frames[-2:, SPOT[0] - 2 : SPOT[0] + 2, SPOT[1] - 2 : SPOT[1] + 2] = BLUE
    return list(frames)


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


def test_animation_gif_shows_what_the_frames_show(tmp_path):
    """The first frame and the last within 0.02 of the range, and balls, boxes and what comes late in their colours."""
    frames = scenes(40)
    animation(tmp_path / "a.gif", frames, max_bytes=400_000)
    film = imageio.v3.imread(tmp_path / "a.gif")
    assert 20 <= len(film) < 40
    assert np.abs(film[[0, -1]].astype(float) - np.stack(frames)[[0, -1]]).mean(axis=(1, 2, 3)).max() / 255 < 0.02
    for index, (row, column), colour in [(0, BALL, RED), (-1, BALL, RED), (-1, BOX, YELLOW), (-1, SPOT, BLUE)]:
        np.testing.assert_allclose(film[index, row, column], colour, atol=8)


def test_animation_gif_has_one_palette(tmp_path):
    """All frames together have no more colours than one palette holds, and what stands still does not flicker."""
    frames = scenes(24)
    animation(tmp_path / "a.gif", frames)
    film = imageio.v3.imread(tmp_path / "a.gif")
    assert len(np.unique(film.reshape(-1, 3), axis=0)) <= 255
    assert (film[:, :60] == film[0, :60]).all()  # the scenes; noise is below
    assert (np.asarray(frames)[:, :60] == frames[0][:60]).all()


def test_animation_gif_of_few_colours_is_exact(tmp_path):
    frames = [np.full((20, 20, 3), colour, "uint8") for colour in ((0, 0, 0), (255, 255, 255), (13, 200, 77))]
    animation(tmp_path / "a.gif", frames)
    np.testing.assert_array_equal(imageio.v3.imread(tmp_path / "a.gif"), frames)


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_animation_takes_grey_frames(tmp_path, suffix):
    frames = [frame[..., :1] for frame in flat_frames(3)]
    animation(tmp_path / f"a{suffix}", frames)
    expected = [np.broadcast_to(frame, (16, 16, 3)) for frame in frames]
    np.testing.assert_allclose(read_film(tmp_path / f"a{suffix}"), expected, atol=4)


@pytest.mark.parametrize(
    ("fps", "milliseconds", "held"),
    [
        (8, 120, None),
        (15, 70, None),
        (24, 40, None),
        (60, 20, "50"),
        (1000, 20, "50"),
        (30, 30, "33.33"),
        (0.4, 2500, None),
    ],
)
def test_animation_gif_rounds_what_it_cannot_hold(tmp_path, fps, milliseconds, held):
    """With a word where one would see it; warnings are errors here."""
    words = rf"^A GIF holds {held} frames per second in place of {fps}\.$"
    with contextlib.nullcontext() if held is None else pytest.warns(UserWarning, match=words):
        animation(tmp_path / "a.gif", flat_frames(3), fps=fps)
    assert gif_facts(tmp_path / "a.gif")[0] == [milliseconds] * 2 + [max(2000, milliseconds)]


def test_animation_gif_fits_by_fewer_frames(tmp_path):
    frames = noise_frames(30)
    frames[0][:], frames[-1][:] = 0, 200
    animation(tmp_path / "free.gif", frames)
    free = (tmp_path / "free.gif").stat().st_size
    animation(tmp_path / "a.gif", frames, max_bytes=int(0.8 * free))
    assert (tmp_path / "a.gif").stat().st_size <= 0.8 * free
    film = imageio.v3.imread(tmp_path / "a.gif")
    assert 20 <= len(film) < 30
    assert film.shape[1:] == (64, 64, 3)
    assert len(np.unique(film.reshape(-1, 3), axis=0)) > 200
    durations, levels, _ = gif_facts(tmp_path / "a.gif")
    assert (levels[0], levels[-1], durations[-1]) == (0, 200, 2000)


@pytest.mark.parametrize(("share", "size"), [(0.7, 48), (0.4, 32)])
def test_animation_gif_fits_by_smaller_frames_rather_than_fewer_than_twenty(tmp_path, share, size):
    frames = noise_frames(20)
    animation(tmp_path / "free.gif", frames)
    animation(tmp_path / "a.gif", frames, max_bytes=int(share * (tmp_path / "free.gif").stat().st_size))
    assert (tmp_path / "a.gif").stat().st_size <= share * (tmp_path / "free.gif").stat().st_size
    assert imageio.v3.imread(tmp_path / "a.gif").shape == (20, size, size, 3)


def test_animation_gif_fits_by_few_small_frames_at_last(tmp_path):
    frames = noise_frames(20)
    frames[0][:], frames[-1][:] = 0, 200
    animation(tmp_path / "a.gif", frames, max_bytes=8_000)
    durations, levels, _ = gif_facts(tmp_path / "a.gif")
    assert (tmp_path / "a.gif").stat().st_size <= 8_000
    assert 2 < len(durations) < 20
    assert (levels[0], levels[-1], durations[-1]) == (0, 200, 2000)
    assert imageio.v3.imread(tmp_path / "a.gif").shape[1:] == (32, 32, 3)


def test_animation_gif_refuses_a_limit_below_two_frames(tmp_path):
    with pytest.raises(ValueError, match=r"Expected `max_bytes` to hold two small frames, \d+ bytes. Received: 1000\."):
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
    animation(tmp_path / f"a{suffix}", flat_frames(2, size=20) + flat_frames(2, size=32) + flat_frames(3, size=24)[2:])
    assert read_film(tmp_path / f"a{suffix}").shape == (5, 24, 24, 3)


def test_animation_thins_very_long_gifs(tmp_path, monkeypatch):
    monkeypatch.setattr(films, "MAX_FRAMES", 5)
    animation(tmp_path / "a.gif", flat_frames(21))
    assert gif_facts(tmp_path / "a.gif")[1] == [0, 50, 100, 150, 200]


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_animation_that_fails_leaves_the_earlier_file(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"earlier")
    read, reads = films._read, []

    def fails_halfway(frame):
        reads.append(frame)
        if len(reads) == 8:  # 4 checks, 1 look at the size, and the third frame
            raise RuntimeError("halfway")
        return read(frame)

    monkeypatch.setattr(films, "_read", fails_halfway)
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
