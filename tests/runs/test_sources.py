"""What `--data` means for each kind of recipe."""

import numpy as np
import pytest
from PIL import Image

from keras_gans.runs import sources


def write(folder, name, shape=(20, 20, 3), value=0):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(shape, value, "uint8")).save(folder / name)


@pytest.fixture(scope="module")
def two_domains(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    for i, side in enumerate(("trainA", "trainB", "testA", "testB")):
        for name in "abc"[: 3 - i % 2]:
            write(folder / side, f"{name}.png", value=10 * i)
    return folder


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory):
    """Pairs whose left half is black and whose right half is white, without a split."""
    folder = tmp_path_factory.mktemp("pairs")
    for name in "ab":
        write(folder, f"{name}.png", (20, 40, 3))
        picture = np.zeros((20, 40, 3), "uint8")
        picture[:, 20:] = 255
        Image.fromarray(picture).save(folder / f"{name}.png")
    return folder


def test_sources_read_toys_as_points(monkeypatch):
    monkeypatch.setattr(sources, "POINTS", 50)
    examples = sources.read("images", "ring")
    assert (len(examples), examples.shapes) == (50, ((2,),))
    np.testing.assert_array_equal(sources.shown("images", "ring", examples), examples.parts[0])


@pytest.mark.parametrize("kind", ["labels", "pairs", "domains"])
def test_sources_refuse_toys_where_pictures_are_needed(kind):
    with pytest.raises(ValueError, match=r"Expected p.* for this recipe.*Received: 'ring', points in the plane"):
        sources.read(kind, "ring")


def test_sources_read_digits_with_and_without_labels():
    images, labelled = sources.read("images", "digits"), sources.read("labels", "digits")
    assert images.shapes == ((16, 16, 1),)
    assert labelled.shapes == ((16, 16, 1), ())
    np.testing.assert_array_equal(images.parts[0], labelled.parts[0])
    assert sources.classes(labelled) == 10
    assert sources.shown("labels", "digits", labelled) is None
    assert sources.read("labels", "digits", image_size=8).shapes[0] == (8, 8, 1)


@pytest.mark.parametrize("kind", ["pairs", "domains"])
def test_sources_read_drawn_pictures_at_64_pixels_and_show_others(kind):
    examples = sources.read(kind, "shapes")
    assert examples.shapes == ((64, 64, 3),) * 2
    assert examples.aligned == (kind == "pairs")
    small = sources.read(kind, "shapes", image_size=16)
    shown = sources.shown(kind, "shapes", small)
    assert [part.shape for part in shown] == [(8, 16, 16, 3)] * 2
    assert not np.array_equal(shown[0], small.head(8)[0])


def test_sources_read_folders_of_domains_at_256_pixels_and_show_the_test_split(two_domains):
    examples = sources.read("domains", str(two_domains))
    assert [part.shape for part in examples.parts] == [(3, 256, 256, 3), (2, 256, 256, 3)]
    shown = sources.shown("domains", str(two_domains), sources.read("domains", str(two_domains), 8))
    assert [part.shape for part in shown] == [(3, 8, 8, 3), (2, 8, 8, 3)]
    assert [float(np.round((part.mean() + 1) * 127.5)) for part in shown] == [20, 30]


@pytest.mark.parametrize(("side", "levels"), [("left", (-1, 1)), ("right", (1, -1))])
def test_sources_read_side_by_side_pairs_and_show_them_without_a_split(side_by_side, side, levels):
    examples = sources.read("pairs", str(side_by_side), 8, input_side=side)
    shown = sources.shown("pairs", str(side_by_side), examples, side)
    assert [len(part) for part in shown] == [2, 2]
    assert [part.mean() for part in shown] == list(levels)


def test_sources_cache_decoded_pictures(two_domains, tmp_path):
    plain = sources.read("domains", str(two_domains), 8)
    for _ in range(2):
        cached = sources.read("domains", str(two_domains), 8, cache=tmp_path / "cache")
        np.testing.assert_array_equal(cached.head(3)[0], plain.head(3)[0])
    assert list((tmp_path / "cache").glob("*.npy"))


@pytest.mark.parametrize(
    ("kind", "source", "nearest"),
    [
        ("images", "rign", "ring"),
        ("images", "digit", "digits"),
        ("labels", "digit", "digits"),
        ("pairs", "shape", "shapes"),
        ("domains", "shape", "shapes"),
    ],
)
def test_sources_name_the_nearest(kind, source, nearest):
    with pytest.raises(ValueError, match=rf"Did you mean '{nearest}'\?.*Received: '{source}'"):
        sources.read(kind, source)
    sources.read(kind, nearest)  # What is suggested is taken.


def test_sources_name_only_what_the_recipe_can_be_trained_on():
    with pytest.raises(ValueError, match=r"Expected one of: shapes\. Received: 'shaeps'"):
        sources.read("domains", "shaeps")


def test_sources_tell_names_from_paths(tmp_path):
    assert sources.is_name("digits")
    assert sources.is_name("shapes")
    assert not sources.is_name(str(tmp_path))


def test_sources_refuse_pictures_without_labels(tmp_path):
    write(tmp_path / "flat", "a.png")
    with pytest.raises(ValueError, match=r"Expected a source with labels.*Received"):
        sources.read("labels", str(tmp_path / "flat"))


def test_sources_keep_the_answers_of_pairs_and_domains():
    """They know what can be downloaded."""
    for kind, name in (("pairs", "facades"), ("domains", "horse2zebra")):
        with pytest.raises(ValueError, match=rf"no folder either \(data\.fetch\('{name}'\) downloads the public one\)"):
            sources.read(kind, name)


def test_sources_show_pictures_from_all_of_a_split(tmp_path):
    for side in "AB":
        for i in range(20):
            write(tmp_path / f"test{side}", f"{i:02}.png", value=10 * i)
        write(tmp_path / f"train{side}", "a.png")
    shown = sources.shown("domains", str(tmp_path), sources.read("domains", str(tmp_path), 8))
    for part in shown:
        assert np.round((part[:, 0, 0, 0] + 1) * 12.75).tolist() == [0, 2, 5, 7, 10, 12, 15, 17]


@pytest.mark.parametrize("labels", [[0, 1, 4], [-1, 0, 1], [0, 0, 10**9]])
def test_sources_refuse_labels_of_more_classes_than_pictures(tmp_path, labels):
    """A network of a billion classes would be built for the last."""
    np.savez(tmp_path / "set.npz", x=np.zeros((3, 16, 16), "uint8"), y=np.array(labels))
    examples = sources.read("labels", str(tmp_path / "set.npz"))
    with pytest.raises(ValueError, match=rf"labels from 0 to at most 2.* Received: labels from {min(labels)} to"):
        sources.classes(examples)


@pytest.mark.parametrize("source", ["~nosuchuser", "a\nb", "", " ", "." * 300])
def test_sources_refuse_odd_names_in_one_line(source):
    for kind in ("images", "labels", "pairs", "domains"):
        with pytest.raises((ValueError, OSError)) as caught:
            sources.read(kind, source)
        assert "\n" not in str(caught.value)
