"""What `--data` means for each kind of data, and what is known of what was read."""

import json
import sys
import warnings

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data import images
from keras_gans.data.kinds import KINDS, Options, is_name


def write(folder, name, shape=(20, 20, 3), value=0):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(shape, value, "uint8")).save(folder / name)


def read(kind, source, image_size=None, **options):
    return KINDS[kind].read(source, Options(image_size, **options))


def examples_of(kind, source, image_size=None, **options):
    return read(kind, source, image_size, **options).examples


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


def test_kinds_read_toys_as_points(monkeypatch):
    monkeypatch.setattr(images, "POINTS", 50)
    found = read("images", "ring")
    assert (len(found.examples), found.examples.shapes) == (50, ((2,),))
    np.testing.assert_array_equal(found.shown(8), found.examples.parts[0])
    assert isinstance(found.compared, data.toy.Mixture)
    other = read("images", "swiss_roll")
    assert other.compared is other.examples


@pytest.mark.parametrize("kind", ["labels", "pairs", "domains"])
def test_kinds_refuse_toys_where_pictures_are_needed(kind):
    with pytest.raises(ValueError, match=r"Expected p.* for this recipe.*Received: 'ring', points in the plane"):
        read(kind, "ring")


def test_kinds_read_digits_with_and_without_labels():
    plain, labelled = read("images", "digits"), read("labels", "digits")
    assert plain.examples.shapes == ((16, 16, 1),)
    assert labelled.examples.shapes == plain.compared.shapes == ((16, 16, 1), ())
    for part, other in zip(plain.compared.parts, labelled.compared.parts, strict=True):
        np.testing.assert_array_equal(part, other)
    assert labelled.compared is labelled.examples
    assert (plain.arguments, plain.class_names) == ({"image_shape": (16, 16, 1)}, None)
    assert labelled.arguments == {"image_shape": (16, 16, 1), "classes": 10}
    assert labelled.class_names == tuple("0123456789")
    assert labelled.shown(8) is plain.shown(8) is None
    assert examples_of("labels", "digits", 8).shapes[0] == (8, 8, 1)


@pytest.mark.parametrize("kind", ["pairs", "domains"])
def test_kinds_read_drawn_pictures_at_64_pixels_and_show_others(kind):
    examples = examples_of(kind, "shapes")
    assert examples.shapes == ((64, 64, 3),) * 2
    assert examples.aligned == (kind == "pairs")
    small = read(kind, "shapes", 16)
    shown = small.shown(8)
    assert [part.shape for part in shown] == [(8, 16, 16, 3)] * 2
    assert not np.array_equal(shown[0], small.examples.head(8)[0])


def test_kinds_read_folders_of_domains_at_256_pixels_and_show_the_test_split(two_domains):
    examples = examples_of("domains", str(two_domains))
    assert [part.shape for part in examples.parts] == [(3, 256, 256, 3), (2, 256, 256, 3)]
    shown = read("domains", str(two_domains), 8).shown(8)
    assert [part.shape for part in shown] == [(3, 8, 8, 3), (2, 8, 8, 3)]
    assert [float(np.round((part.mean() + 1) * 127.5)) for part in shown] == [20, 30]


@pytest.mark.parametrize(("side", "levels"), [("left", (-1, 1)), ("right", (1, -1))])
def test_kinds_read_side_by_side_pairs_and_show_them_without_a_split(side_by_side, side, levels):
    shown = read("pairs", str(side_by_side), 8, input_side=side).shown(8)
    assert [len(part) for part in shown] == [2, 2]
    assert [part.mean() for part in shown] == list(levels)


def test_kinds_cache_decoded_pictures(two_domains, tmp_path):
    plain = examples_of("domains", str(two_domains), 8)
    for _ in range(2):
        cached = examples_of("domains", str(two_domains), 8, cache=tmp_path / "cache")
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
def test_kinds_name_the_nearest(kind, source, nearest):
    with pytest.raises(ValueError, match=rf"Did you mean '{nearest}'\?.*Received: '{source}'"):
        read(kind, source)
    read(kind, nearest)  # What is suggested is taken.


def test_kinds_name_only_what_the_recipe_can_be_trained_on():
    with pytest.raises(ValueError, match=r"Expected one of: outlines, shapes\. Received: 'shaeps'"):
        read("domains", "shaeps")


def test_kinds_tell_names_from_paths(tmp_path):
    assert is_name("digits")
    assert is_name("shapes")
    assert not is_name(str(tmp_path))


def test_kinds_refuse_pictures_without_labels(tmp_path):
    write(tmp_path / "flat", "a.png")
    with pytest.raises(ValueError, match=r"Expected a source with labels.*Received"):
        read("labels", str(tmp_path / "flat"))


def test_kinds_keep_the_answers_of_pairs_and_domains():
    """They know what can be downloaded."""
    for kind, name in (("pairs", "facades"), ("domains", "horse2zebra")):
        with pytest.raises(ValueError, match=rf"no folder either \(data\.fetch\('{name}'\) downloads the public one\)"):
            read(kind, name)


def test_kinds_show_pictures_from_all_of_a_split(tmp_path):
    for side in "AB":
        for i in range(20):
            write(tmp_path / f"test{side}", f"{i:02}.png", value=10 * i)
        write(tmp_path / f"train{side}", "a.png")
    shown = read("domains", str(tmp_path), 8).shown(8)
    for part in shown:
        assert np.round((part[:, 0, 0, 0] + 1) * 12.75).tolist() == [0, 2, 5, 7, 10, 12, 15, 17]


@pytest.mark.parametrize("labels", [[0, 1, 4], [-1, 0, 1], [0, 0, 10**9]])
def test_kinds_refuse_labels_of_more_classes_than_pictures(tmp_path, labels):
    """A network of a billion classes would be built for the last."""
    np.savez(tmp_path / "set.npz", x=np.zeros((3, 16, 16), "uint8"), y=np.array(labels))
    with pytest.raises(ValueError, match=rf"labels from 0 to at most 2.* Received: labels from {min(labels)} to"):
        read("labels", str(tmp_path / "set.npz"))


@pytest.mark.parametrize("source", ["~nosuchuser", "a\nb", "", " ", "." * 300])
def test_kinds_refuse_odd_names_in_one_line(source):
    for kind in ("images", "labels", "few labels", "some labels", "inferred labels", "pairs", "domains", "captions"):
        with pytest.raises((ValueError, OSError)) as caught:
            read(kind, source)
        assert "\n" not in str(caught.value)


def test_kinds_are_one_object_each():
    few = {"few labels", "some labels", "inferred labels"}
    assert set(KINDS) == {"images", "labels", *few, "pairs", "domains", "attributes", "captions", "enlargements"}
    assert {name for name, kind in KINDS.items() if kind.hides} == few
    assert {name for name, kind in KINDS.items() if kind.chooses} == {"attributes"}
    with pytest.raises(ValueError, match=r"Unknown kind of data. Did you mean 'pairs'\?"):
        KINDS["pair"]


def test_kinds_take_a_new_one_without_an_edit_elsewhere(tmp_path, monkeypatch):
    """Pictures of which few have labels, in two groups; their names are told from paths, too."""

    class PartlyLabelled(data.kinds.Kind):
        wanted, names = "pictures of which some have labels", (data.DATA_SETS,)

        def _read(self, source, options):
            pictures, labels = data.load(source, options.image_size, labels=True)
            examples = data.Examples(pictures[:30], labels[:30], pictures[30:], aligned=(2, 1))
            return data.kinds.Found(examples, examples, "30 with labels", class_names=tuple("0123456789"))

    monkeypatch.setitem(KINDS, "partly labelled", PartlyLabelled())
    found = read("partly labelled", "digits", 8)
    assert (found.examples.groups, len(found.examples)) == ((2, 1), 1767)
    assert found.arguments == {"image_shape": (8, 8, 1), "classes": 10}
    with pytest.raises(ValueError, match=r"Expected pictures of which some have labels for this recipe"):
        read("partly labelled", "ring")


# One reading


@pytest.fixture
def readings(monkeypatch):
    """How often the loader was asked, and files were decoded."""
    counts = {"load": 0, "decode": 0}

    def counted(name, function):
        def call(*arguments, **keywords):
            counts[name] += 1
            return function(*arguments, **keywords)

        return call

    loader = sys.modules["keras_gans.files.reading"]
    monkeypatch.setattr(images, "read", counted("load", images.read))
    monkeypatch.setattr(loader, "decode", counted("decode", loader.decode))
    return counts


def class_folders(folder, shape=(12, 20, 3)):
    for i, name in enumerate(("cat", "dog", "dog")):
        write(folder / name, f"{i}.png", shape, value=100 * i)
    return str(folder)


@pytest.mark.parametrize("kind", ["images", "labels"])
@pytest.mark.parametrize("size", [None, 8])
def test_kinds_read_a_source_once_whatever_its_size_and_labels(kind, size, tmp_path, readings):
    """Pictures of 20 x 12 pixels are brought to 16 x 16, or to what is asked for."""
    found = read(kind, class_folders(tmp_path), size)
    assert readings == {"load": 1, "decode": 3}
    assert found.examples.shapes[0] == ((size or 16,) * 2 + (3,))
    assert found.compared.parts[1].tolist() == [0, 1, 1]


def test_kinds_bring_pictures_to_their_size_as_load_does(tmp_path):
    """Grey among colours, and floats: the numbers of old runs, which tell other data apart by them."""
    rng = np.random.default_rng(0)
    for i, shape in enumerate([(12, 20, 3), (12, 20)]):
        write_pixels(tmp_path / "mixed" / f"{i}.png", rng.integers(0, 256, shape, dtype="uint8"))
    np.savez(tmp_path / "floats.npz", x=rng.random((3, 10, 14)).astype("float32"))
    for source in ("mixed", "floats.npz"):
        found = examples_of("images", str(tmp_path / source))
        assert found.fingerprint() == data.Examples(data.load(tmp_path / source, image_size=16)).fingerprint()


def write_pixels(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


# Labels, or none


def test_kinds_tell_exactly_whether_there_are_labels(tmp_path):
    write(tmp_path / "flat", "a.png")
    np.savez(tmp_path / "none.npz", x=np.zeros((3, 16, 16), "uint8"))
    for source in ("flat", "none.npz"):
        found = read("images", str(tmp_path / source))
        assert found.compared is found.examples
        assert (found.left_out, "class" in found.taken) == ((), False)


@pytest.mark.parametrize("labels", [[0.5, 1.0, 2.0], [-2, 0, 1], [0, 1]])
def test_kinds_leave_out_labels_that_are_none_and_say_so(tmp_path, labels):
    np.savez(tmp_path / "set.npz", x=np.zeros((3, 16, 16), "uint8"), y=np.array(labels))
    found = read("images", str(tmp_path / "set.npz"))
    assert found.compared is found.examples
    assert found.left_out[0].startswith("Left out the labels: Expected ")
    with pytest.raises(ValueError, match="Expected"):
        read("labels", str(tmp_path / "set.npz"))


def test_kinds_pass_on_what_is_wrong_with_a_source(tmp_path):
    """A fault while labelled pictures are read is no lack of labels."""
    for name, shape in (("a", (20, 20, 3)), ("b", (30, 30, 3))):
        write(tmp_path / "cat", f"{name}.png", shape)
    with pytest.raises(ValueError, match="Expected pictures of one size"):
        read("images", str(tmp_path))


def test_kinds_pass_on_what_is_wrong_with_a_test_split(tmp_path):
    for side in ("trainA", "trainB", "testA"):
        write(tmp_path / side, "a.png")
    found = read("domains", str(tmp_path), 8)
    assert [len(part) for part in found.shown(8)] == [1, 1]  # without testB there is no such split
    (tmp_path / "testB").mkdir()
    with pytest.raises(ValueError, match=r"Expected a folder of pictures .*testB' with no picture"):
        found.shown(8)


# What is said


def test_kinds_say_what_was_taken(tmp_path, monkeypatch, two_domains, side_by_side):
    monkeypatch.setattr(images, "POINTS", 50)
    digits = "1,797 pictures of 8 x 8 pixels, brought to 16 x 16, grey, from digits"
    counts = "0 (178), 1 (182), 2 (177), 3 (183), 4 (181), 5 (182), 6 (181), 7 (179), 8 (174), 9 (180)"
    shapes = ", ".join(f"{colour} {shape}" for shape in data.shapes.SHAPES for colour in data.shapes.COLOURS)
    for kind, source, size, taken in (
        ("images", "digits", None, f"{digits}; of 10 classes, which this recipe does not look at"),
        ("labels", "digits", None, f"{digits}; 10 classes: {counts}"),
        (
            "labels",
            "shapes",
            None,
            f"2,025 pictures of 64 x 64 pixels, in colour, from shapes; 9 classes of 225 each: {shapes}",
        ),
        ("images", "ring", None, "50 points in the plane, drawn of ring, 8 modes"),
        ("images", "swiss_roll", None, "50 points in the plane, drawn of swiss_roll"),
        ("pairs", "shapes", 16, "400 pairs of pictures, brought to 16 x 16 pixels, in colour, from shapes"),
        (
            "domains",
            str(two_domains),
            8,
            "3 pictures of domain A and 2 of domain B, of 20 x 20 pixels, brought to 8 x 8, in colour, "
            f"from {two_domains}",
        ),
    ):
        found = read(kind, source, size)
        assert (found.taken, found.left_out) == (taken, ())


def test_kinds_say_sizes_and_names_of_class_folders_and_what_was_left_out(tmp_path):
    for i, (name, side) in enumerate((("dog", 30), ("cat", 20), ("dog", 25))):
        write(tmp_path / name, f"{i}.png", (side, side + 5, 3))
    (tmp_path / "cat" / "bad.png").write_bytes(b"hello")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it is told once, by what is returned
        found = read("labels", str(tmp_path), 8)
    sizes = "25 x 20 to 35 x 30 pixels, brought to 8 x 8"
    assert found.taken == f"3 pictures of {sizes}, in colour, from {tmp_path}; 2 classes: cat (1), dog (2)"
    assert found.class_names == ("cat", "dog")
    assert len(found.left_out) == 1
    assert found.left_out[0].startswith("Skipped 1 of 4 pictures, unreadable: cat/bad.png (")


def test_kinds_say_which_pictures_of_pairs_were_left_out(side_by_side, tmp_path):
    for path in side_by_side.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "bad.png").write_bytes(b"hello")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = read("pairs", str(tmp_path), 8)
    assert found.taken.startswith("2 pairs of pictures, ")
    assert [line[:36] for line in found.left_out] == ["Skipped 1 of 3 pictures, unreadable:"]
    with pytest.raises(ValueError, match="only readable pictures"):
        read("pairs", str(tmp_path), 8, strict=True)


def test_kinds_say_names_in_one_line_and_list_few_of_many_classes(tmp_path):
    for name in ["a\nb", *(f"{i:02}" for i in range(30))]:
        write(tmp_path / "odd\nset" / name, "0.png")
    found = read("labels", str(tmp_path / "odd\nset"), 8)
    assert "\n" not in found.taken
    assert found.taken.endswith("'; 31 classes of 1 each: " + ", ".join(f"{i:02}" for i in range(20)) + ", ...")
    assert len(found.class_names) == 31
    assert json.loads(json.dumps(found.class_names)) == list(found.class_names)
    assert found.class_names[-1] == repr("a\nb")
