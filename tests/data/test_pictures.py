"""Pictures on disk: read when asked, jittered as the papers say, cached without a change, bad ones skipped."""

import itertools
import os
import shutil
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.files.pixels import from_uint8

SIZE, LARGE = 64, 72  # 64 * 286 / 256 = 71.5, which rounds to 72


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype("uint8")


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def two_folders(folder, count=4, side=SIZE):
    """The same pictures in two folders, so that pairs are equal as long as both are treated alike."""
    for index in range(count):
        for part in ("a", "b"):
            save(folder / part / f"{index}.png", noise(side, side, 3, seed=index))
    return folder / "a", folder / "b"


def crops(pixels):
    """Every outcome of the jitter, made with Pillow alone: pixels as bytes -> (top, left, mirrored)."""
    large = np.asarray(Image.fromarray(pixels).resize((LARGE, LARGE), Image.Resampling.BICUBIC))
    found = {}
    for top, left in itertools.product(range(LARGE - SIZE + 1), repeat=2):
        crop = large[top : top + SIZE, left : left + SIZE]
        found[from_uint8(crop).tobytes()] = (top, left, False)
        found[from_uint8(crop[:, ::-1]).tobytes()] = (top, left, True)
    return found


def rows(*indices):
    return (np.array(indices),) * 2


# Reading


def test_pictures_are_read_as_they_are(tmp_path):
    examples = data.pairs(two_folders(tmp_path), image_size=SIZE)
    assert (len(examples), examples.aligned, examples.shapes) == (4, True, ((SIZE, SIZE, 3),) * 2)
    inputs, targets = examples.read(rows(2, 0, 2))
    expected = from_uint8(np.stack([noise(SIZE, SIZE, 3, seed=index) for index in (2, 0, 2)]))
    assert inputs.dtype == np.float32
    np.testing.assert_array_equal(inputs, expected)
    np.testing.assert_array_equal(targets, expected)


def test_pictures_head_is_unchanged_and_short(tmp_path):
    a, b = two_folders(tmp_path)
    os.remove(b / "3.png")
    first, second = data.domains((a, b), image_size=SIZE).head(10)
    assert (len(first), len(second)) == (4, 3)
    np.testing.assert_array_equal(first[3], from_uint8(noise(SIZE, SIZE, 3, seed=3)))
    assert data.domains((a, b), image_size=SIZE).head(0)[0].shape == (0, SIZE, SIZE, 3)


def test_pictures_keep_no_file_in_memory(tmp_path):
    examples = data.pairs(two_folders(tmp_path), image_size=SIZE)
    before, _ = examples.read(rows(1))
    save(tmp_path / "a" / "1.png", noise(SIZE, SIZE, 3, seed=9))
    after, _ = examples.read(rows(1))
    np.testing.assert_array_equal(after[0], from_uint8(noise(SIZE, SIZE, 3, seed=9)))
    assert np.any(before != after)


def test_pictures_are_cropped_and_resized_like_load(tmp_path):
    for part in "AB":
        for index, shape in enumerate([(20, 30, 3), (30, 20), (9, 9, 4)]):
            save(tmp_path / f"train{part}" / f"{index}.png", noise(*shape, seed=index))
    for channels in (1, 3, 4):
        first, _ = data.domains(tmp_path, image_size=12, channels=channels).head(3)
        np.testing.assert_array_equal(first, data.load(tmp_path / "trainA", image_size=12, channels=channels))


def test_pictures_may_be_read_from_many_threads(tmp_path):
    examples = data.pairs(two_folders(tmp_path), image_size=SIZE)

    def read(seed):
        return examples.read(rows(0, 1, 2, 3), np.random.default_rng(seed))[0]

    with ThreadPoolExecutor(8) as pool:
        for found, seed in zip(pool.map(read, range(24)), range(24)):
            np.testing.assert_array_equal(found, read(seed))


def test_pictures_make_batches(tmp_path):
    examples = data.pairs(two_folders(tmp_path, count=5), image_size=SIZE)
    runs = []
    for _ in range(2):
        source = data.batches(examples, 2, seed=1)
        batches = [source[i] for i in range(len(source))] if hasattr(source, "__getitem__") else source
        runs.append([[np.asarray(part) for part in batch] for batch in batches])
    assert [[part.shape for part in batch] for batch in runs[0]] == [[(2, SIZE, SIZE, 3)] * 2] * 2
    np.testing.assert_array_equal(runs[0], runs[1])
    np.testing.assert_array_equal(runs[0][0][0], runs[0][0][1])


# Jitter


def test_jitter_is_the_papers(tmp_path):
    examples = data.pairs(two_folders(tmp_path, count=1), image_size=SIZE)
    known, rng, seen = crops(noise(SIZE, SIZE, 3)), np.random.default_rng(0), []
    for _ in range(400):
        (inputs,), (targets,) = examples.read(rows(0), rng)
        np.testing.assert_array_equal(inputs, targets)
        seen.append(known[inputs.tobytes()])
    tops, lefts, mirrored = zip(*seen)
    assert set(tops) == set(lefts) == set(range(LARGE - SIZE + 1))
    assert abs(np.mean(tops) - 4) < 0.5  # Uniform in 0..8: four standard errors of 2.58 / 20.
    assert abs(np.mean(mirrored) - 0.5) < 0.1
    assert np.corrcoef(tops, lefts)[0, 1] < 0.2


def test_jitter_is_drawn_for_each_example(tmp_path):
    examples = data.pairs(two_folders(tmp_path, count=1), image_size=SIZE)
    inputs, _ = examples.read(rows(*[0] * 8), np.random.default_rng(0))
    assert len({picture.tobytes() for picture in inputs}) > 1


def test_jitter_of_two_domains_differs(tmp_path):
    examples = data.domains(two_folders(tmp_path, count=1), image_size=SIZE)
    known, rng = crops(noise(SIZE, SIZE, 3)), np.random.default_rng(0)
    pairs = [[known[part.tobytes()] for part in examples.read(rows(0), rng)] for _ in range(10)]
    assert any(first != second for first, second in pairs)


def test_jitter_follows_the_generator(tmp_path):
    examples = data.pairs(two_folders(tmp_path), image_size=SIZE)
    first, again, other = (examples.read(rows(0, 1, 2), np.random.default_rng(seed))[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)


def test_jitter_can_be_left_out(tmp_path):
    examples = data.pairs(two_folders(tmp_path), image_size=SIZE, jitter=False)
    np.testing.assert_array_equal(examples.read(rows(0, 1), np.random.default_rng(0))[0], examples.read(rows(0, 1))[0])


@pytest.mark.parametrize("size", [1, 5])  # Enlarged to 1 and 6.
def test_jitter_of_tiny_pictures(tmp_path, size):
    examples = data.pairs(two_folders(tmp_path, count=1, side=size), image_size=size)
    assert examples.read(rows(0), np.random.default_rng(0))[0].shape == (1, size, size, 3)


# The cache


@pytest.fixture
def side_by_side(tmp_path):
    for index in range(5):
        save(tmp_path / "set" / f"{index}.png", noise(40, 80, 3, seed=index))
    return tmp_path / "set"


def test_cache_changes_nothing(side_by_side, tmp_path):
    plain = data.pairs(side_by_side, image_size=SIZE)
    for _ in range(2):  # It is written, and found.
        cached = data.pairs(side_by_side, image_size=SIZE, cache=tmp_path / "cache")
        for rng in (None, 3):
            rngs = (None, None) if rng is None else (np.random.default_rng(rng), np.random.default_rng(rng))
            for one, other in zip(plain.read(rows(4, 1, 2), rngs[0]), cached.read(rows(4, 1, 2), rngs[1])):
                np.testing.assert_array_equal(one, other)
        assert cached.fingerprint() == plain.fingerprint()
    arrays = sorted((tmp_path / "cache").glob("*.npy"))
    assert [np.load(path, mmap_mode="r").shape for path in arrays] == [(5, SIZE, SIZE, 3)] * 2
    assert [np.load(path, mmap_mode="r").dtype for path in arrays] == [np.uint8] * 2
    assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == [".json", ".npy", ".npy"]


def test_cache_saves_the_decoding(side_by_side, tmp_path, monkeypatch):
    expected = data.pairs(side_by_side, image_size=8, cache=tmp_path / "cache").head(5)[0]
    monkeypatch.setattr("keras_gans.data.pictures.decode", None)
    np.testing.assert_array_equal(data.pairs(side_by_side, image_size=8, cache=tmp_path / "cache").head(5)[0], expected)


def test_cache_is_made_anew_for_other_files_or_options(side_by_side, tmp_path):
    def files():
        return len(list((tmp_path / "cache").glob("*.npy")))

    for options in ({}, {"image_size": 9}, {"input_side": "left"}, {"channels": 1}):
        before = files() if options else 0
        data.pairs(side_by_side, **{"image_size": 8, "cache": tmp_path / "cache", **options})
        assert files() == before + 2
    before = os.stat(side_by_side / "2.png")
    save(side_by_side / "2.png", noise(40, 80, 3, seed=9))
    os.utime(side_by_side / "2.png", ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    examples = data.pairs(side_by_side, image_size=40, cache=tmp_path / "cache")
    np.testing.assert_array_equal(examples.read(rows(2))[0][0], from_uint8(noise(40, 80, 3, seed=9)[:, 40:]))


def test_cache_is_written_and_read_piece_by_piece(tmp_path):
    for part in "AB":
        save(tmp_path / f"train{part}" / "0.bmp", noise(256, 256, 3))
        for index in range(1, 32):
            shutil.copy(tmp_path / f"train{part}" / "0.bmp", tmp_path / f"train{part}" / f"{index}.bmp")
    tracemalloc.start()
    for cache in (tmp_path / "cache", None):
        examples = data.domains(tmp_path, cache=cache)
        examples.read(rows(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 256 * 256 * 3  # bytes of one domain


def test_cache_is_refused_where_the_disk_has_no_room_for_it(side_by_side, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    for free, fits in ((1919, False), (1920, True)):
        monkeypatch.setattr(shutil, "disk_usage", lambda folder, free=free: usage._replace(free=free))
        if fits:
            data.pairs(side_by_side, image_size=8, cache=tmp_path / "cache")
        else:
            with pytest.raises(ValueError, match=r"Expected 1920 bytes free for the cache. Received: '.*' with 1919\."):
                data.pairs(side_by_side, image_size=8, cache=tmp_path / "cache")
            assert not list((tmp_path / "cache").iterdir())


def test_cache_that_is_a_file_is_refused(side_by_side, tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(ValueError, match=r"Expected a folder for the cache\. Received: the file '.*cache'\."):
        data.pairs(side_by_side, cache=tmp_path / "cache")


# Unreadable files


def spoil(path):
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("cache", [None, "cache"])
def test_unreadable_pictures_are_skipped_with_their_partners(tmp_path, cache):
    folders = two_folders(tmp_path / "set", count=6, side=16)
    spoil(folders[0] / "1.png")
    spoil(folders[1] / "4.png")
    for _ in range(2):
        with pytest.warns(
            UserWarning, match=r"Skipped 2 of 6 pictures, unreadable: a/1\.png \(.*; b/4\.png \("
        ) as seen:
            examples = data.pairs(folders, image_size=16, cache=cache and tmp_path / cache)
        assert len(seen) == 1
        assert seen[0].filename == __file__
        inputs, targets = examples.head(9)
        np.testing.assert_array_equal(inputs, from_uint8(np.stack([noise(16, 16, 3, seed=i) for i in (0, 2, 3, 5)])))
        np.testing.assert_array_equal(inputs, targets)


@pytest.mark.parametrize("cache", [None, "cache"])
def test_unreadable_pictures_of_both_domains_give_one_warning(tmp_path, cache):
    folders = two_folders(tmp_path / "set", count=4, side=16)
    for name in ("0.png", "1.png"):
        spoil(folders[0] / name)
    spoil(folders[1] / "2.png")
    spoil(folders[1] / "3.png")
    with pytest.warns(UserWarning, match=r"Skipped 4 of 8 pictures.*a/0\.png .*a/1\.png .*b/2\.png .*; \.\.\.") as seen:
        examples = data.domains(folders, image_size=16, cache=cache and tmp_path / cache)
    assert len(seen) == 1
    first, second = examples.head(4)
    np.testing.assert_array_equal(first, from_uint8(np.stack([noise(16, 16, 3, seed=i) for i in (2, 3)])))
    np.testing.assert_array_equal(second, from_uint8(np.stack([noise(16, 16, 3, seed=i) for i in (0, 1)])))


@pytest.mark.parametrize("cache", [None, "cache"])
def test_unreadable_pictures_are_an_error_if_strict(tmp_path, cache):
    folders = two_folders(tmp_path / "set", side=16)
    spoil(folders[1] / "2.png")
    with pytest.raises(ValueError, match=r"only readable pictures \(strict=True\)\. Received: b/2\.png \(.*\)\.$"):
        data.pairs(folders, image_size=16, strict=True, cache=cache and tmp_path / cache)


@pytest.mark.parametrize("cache", [None, "cache"])
def test_all_unreadable_is_an_error(tmp_path, cache):
    folders = two_folders(tmp_path / "set", count=2, side=16)
    for path in folders[1].iterdir():
        spoil(path)
    with pytest.raises(ValueError, match=r"at least one readable picture\. Received: 2 unreadable: b/0\.png"):
        data.domains(folders, image_size=16, cache=cache and tmp_path / cache)


# The fingerprint


def test_fingerprint_tells_data_apart(tmp_path):
    def fingerprint(a="set/a", b="set/b", opened=data.pairs, **options):
        return opened((tmp_path / a, tmp_path / b), **{"image_size": 16, **options}).fingerprint()

    two_folders(tmp_path / "set", side=16)
    shutil.copytree(tmp_path / "set", tmp_path / "copy")
    first = fingerprint()
    assert fingerprint("copy/a", "copy/b") == fingerprint() == first
    others = [
        fingerprint(**{name: value}) for name, value in {"channels": 1, "jitter": False, "image_size": 15}.items()
    ]
    others += [fingerprint("set/b", "set/a"), fingerprint(opened=data.domains)]
    for part in "ab":
        os.remove(tmp_path / "copy" / part / "3.png")
    others.append(fingerprint("copy/a", "copy/b"))
    assert len({first, *others}) == 7
