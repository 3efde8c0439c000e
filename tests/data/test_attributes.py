"""Pictures with attributes: every source, the choice of domains, several sets with a mask, and mistakes."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data import labelled, shapes
from keras_gans.data.kinds import KINDS, Options, settled, sources_of

COLOURS, SHAPES = ("red", "green", "blue"), ("circle", "square", "triangle")


def write(folder, name, level=0, shape=(20, 24, 3)):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(shape, level, "uint8")).save(path)
    return path


@pytest.fixture(scope="module", autouse=True)
def few_shapes():
    """18 drawn shapes, two of each class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_PER_CLASS", 2)
        patch.setattr(shapes, "_STILLS", 2)
        yield


@pytest.fixture
def table(tmp_path):
    """Four pictures, of levels 0, 10, 20 and 30, and what is known of them."""
    for i in range(4):
        write(tmp_path, f"{i}.png", 10 * i)
    (tmp_path / "attributes.csv").write_text("file,dark,odd\n0.png,1,0\n1.png,1,1\n2.png,0,0\n3.png,0,1\n")
    return tmp_path


@pytest.fixture
def celeba(tmp_path):
    """Three faces in a folder beside their list, of Black_Hair, Male and Blond_Hair."""
    for i in range(3):
        write(tmp_path / "img_align_celeba", f"00000{i}.jpg", 80 * i, (218, 178, 3))
    rows = "".join(
        f"00000{i}.jpg  {a}  {b} {c}\n" for i, (a, b, c) in enumerate([(1, -1, -1), (-1, 1, 1), (-1, -1, -1)])
    )
    (tmp_path / "list_attr_celeba.txt").write_text(f"3\nBlack_Hair Male Blond_Hair \n{rows}")
    return tmp_path


def levels(examples, n=10):
    return [round(float((x.mean() + 1) * 127.5)) for x in examples.head(n)[0]]


def read(source, size=16, **options):
    return KINDS["attributes"].read(str(source), Options(size, **options))


def test_drawn_shapes_have_a_colour_and_a_shape():
    found = data.attributes("shapes", image_size=16)
    pictures, labels = found.parts
    assert (pictures.shape, pictures.dtype, labels.dtype) == ((18, 16, 16, 3), "float32", "float32")
    assert found.domains == (*COLOURS, *SHAPES)
    assert (found.sets, found.exclusive) == (((6, "binary"),), (COLOURS, SHAPES))
    expected, classes = data.load("shapes", image_size=16, labels=True)
    np.testing.assert_array_equal(pictures, expected)
    for k, name in enumerate(shapes.CLASSES):
        colour, shape = name.split()
        held = [found.domains.index(colour), found.domains.index(shape)]
        np.testing.assert_array_equal(labels[classes == k], np.eye(6)[held].sum(axis=0)[None].repeat(2, axis=0))
    assert not found.mirrored.any()


def test_names_choose_domains_in_their_order():
    """And leave out what is in none of a drawn group, as then no domain says what it is."""
    found = data.attributes("shapes", 16, names=["square", "red", "blue"])
    assert found.domains == ("square", "red", "blue")
    assert found.exclusive == (("red", "blue"),)
    assert len(found) == 12
    assert (found.parts[1][:, 1:].sum(axis=1) == 1).all()
    whole = data.attributes("shapes", 16)
    np.testing.assert_array_equal(found.parts[0], whole.parts[0][whole.parts[1][:, 1] == 0])


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["sqare"], r"Unknown attribute. Did you mean 'square'\?.*Received: 'sqare'"),
        (["red", "red"], "attributes, each once, of each of the 1 data set. Received: red, red"),
    ],
)
def test_names_that_are_none_get_the_nearest(names, sentence):
    with pytest.raises(ValueError, match=sentence):
        data.attributes("shapes", 16, names=names)


def test_data_sets_and_class_folders_are_one_set_of_classes(tmp_path):
    digits = data.attributes("digits", 8)
    assert (digits.domains, digits.sets) == (tuple("0123456789"), ((10, "classes"),))
    assert digits.shapes == ((8, 8, 3), (10,))
    assert (digits.parts[1].sum(axis=1) == 1).all()
    for i, name in enumerate(("cats", "dogs", "unlabelled")):
        for k in range(2):
            write(tmp_path / name, f"{k}.png", 50 * i + 10 * k)
    folder = data.attributes(str(tmp_path), 8)
    assert (folder.domains, folder.sets, folder.exclusive) == (("cats", "dogs"), ((2, "classes"),), ())
    assert levels(folder) == [0, 10, 50, 60]
    np.testing.assert_array_equal(folder.parts[1], [[1, 0], [1, 0], [0, 1], [0, 1]])
    assert data.attributes("digits", 8, names=["3", "5"]).parts[1].sum(axis=0).tolist() == [183, 182]
    with pytest.raises(ValueError, match=r"at least two of the classes 0, 1, .*Received: '3'"):
        data.attributes("digits", 8, names=["3"])


def test_a_table_says_what_pictures_are(table):
    found = data.attributes(str(table), 8)
    assert (found.domains, found.sets, found.exclusive) == (("dark", "odd"), ((2, "binary"),), ())
    assert levels(found) == [0, 10, 20, 30]
    np.testing.assert_array_equal(found.parts[1], [[1, 0], [1, 1], [0, 0], [0, 1]])
    odd = data.attributes(str(table), 8, names=["odd"])
    np.testing.assert_array_equal(odd.parts[1], [[0], [1], [0], [1]])


def test_celebas_list_is_read_and_its_colours_of_hair_exclude_each_other(celeba):
    found = data.attributes(str(celeba), 16)
    assert (found.domains, found.exclusive) == (("Black_Hair", "Male", "Blond_Hair"), (("Black_Hair", "Blond_Hair"),))
    np.testing.assert_array_equal(found.parts[1], [[1, 0, 0], [0, 1, 1], [0, 0, 0]])
    assert levels(found) == [0, 80, 160]
    some = data.attributes(str(celeba), 16, names=["Blond_Hair", "Black_Hair"])
    assert len(some) == 3  # as not everybody has one of them
    assert data.attributes(str(celeba), 16, names=["Male"]).exclusive == ()


def test_arrays_have_attributes_or_classes(tmp_path):
    x, y = np.zeros((3, 8, 8, 3), "uint8"), np.array([[1, 0], [0, 0], [1, 1]])
    np.savez(tmp_path / "named.npz", x=x, y=y, names=["left", "right"])
    np.savez(tmp_path / "plain.npz", x=x, y=y.astype(bool))
    np.savez(tmp_path / "classes.npz", x=x, y=[0, 2, 1], names=["a", "b", "c"])
    for name, domains in (("named", ("left", "right")), ("plain", ("0", "1"))):
        found = data.attributes(str(tmp_path / f"{name}.npz"), 8)
        assert (found.domains, found.sets) == (domains, ((2, "binary"),))
        np.testing.assert_array_equal(found.parts[1], y)
    classes = data.attributes(tmp_path / "classes.npz", 8)
    assert (classes.domains, classes.sets) == (("a", "b", "c"), ((3, "classes"),))
    np.testing.assert_array_equal(classes.parts[1], np.eye(3)[[0, 2, 1]])
    np.savez(tmp_path / "wrong.npz", x=x, y=3 * y)
    np.savez(tmp_path / "far.npz", x=x, y=[0, 1, 10**9])
    np.savez(tmp_path / "short.npz", x=x, y=y, names=["left"])
    for name, sentence in (
        ("wrong", "3 pictures 0 or 1 for each of the domains 0, 1. Received: int64"),
        ("far", "two classes or more, 0 to at most 2.*Received: labels from 0 to 1000000000"),
        ("short", r"0 or 1 for each of the domains left. Received: int64 of shape \(3, 2\)"),
    ):
        with pytest.raises(ValueError, match=sentence):
            data.attributes(str(tmp_path / f"{name}.npz"), 8)


def test_names_in_arrays_may_be_numbers_and_what_is_none_does_not_count(tmp_path):
    x, y = np.zeros((3, 8, 8, 3), "uint8"), np.array([[1, 0], [0, 0], [1, 1]])
    for names, domains in (([10, 20], ("10", "20")), (np.array(["a", None], object), ("0", "1")), ([[1]], ("0", "1"))):
        np.savez(tmp_path / "x.npz", x=x, y=y, names=names)
        assert data.attributes(str(tmp_path / "x.npz"), 8).domains == domains
        assert data.load(tmp_path / "x.npz").shape == (3, 8, 8, 3)


def test_several_sources_are_sets_with_a_mask(table):
    """Each vector has a part for each set, of which one is known, and the mask says which."""
    found = data.attributes(("shapes_by_colour", str(table), "shapes_by_shape"), 16)
    assert found.domains == (*COLOURS, "dark", "odd", *SHAPES)
    assert found.sets == ((3, "binary"), (2, "binary"), (3, "binary"))
    assert found.exclusive == (COLOURS, SHAPES)
    pictures, labels = found.head(22)
    assert labels.shape == (22, 8 + 3)
    np.testing.assert_array_equal(labels[:, 8:], np.eye(3)[[0] * 9 + [1] * 4 + [2] * 9])
    np.testing.assert_array_equal(labels[9:13, 3:5], [[1, 0], [1, 1], [0, 0], [0, 1]])
    for part, rows in ((slice(0, 3), range(9)), (slice(3, 5), range(9, 13)), (slice(5, 8), range(13, 22))):
        assert not np.delete(labels, rows, axis=0)[:, part].any()
    whole = data.attributes("shapes", 16)
    np.testing.assert_array_equal(pictures[:9], whole.parts[0][::2])
    np.testing.assert_array_equal(pictures[13:], whole.parts[0][1::2])
    np.testing.assert_array_equal(labels[:9, :3], whole.parts[1][::2, :3])
    assert found.mirrored.tolist() == [False] * 9 + [True] * 4 + [False] * 9
    backwards = found.read((np.array([20, 10, 3]),) * 2)
    np.testing.assert_array_equal(backwards[0], pictures[[20, 10, 3]])
    chosen = data.attributes(("shapes_by_colour", "shapes_by_shape"), 16, names=["circle", "red", "square"])
    assert (chosen.domains, chosen.sets) == (("red", "circle", "square"), ((1, "binary"), (2, "binary")))
    with pytest.raises(ValueError, match="of each of the 2 data sets. Received: red, blue"):
        data.attributes(("shapes_by_colour", "shapes_by_shape"), 16, names=["red", "blue"])


def test_pictures_of_folders_are_mirrored_half_of_the_time_and_their_labels_stay(tmp_path):
    half = np.zeros((8, 8, 3), "uint8")
    half[:, 4:] = 255
    for name in "ab":
        (tmp_path / name).mkdir()
        for k in range(20):
            Image.fromarray(half).save(tmp_path / name / f"{k}.png")
    found, rows = data.attributes(str(tmp_path), 8), (np.arange(40),) * 2
    plain, labels = found.read(rows)
    assert (plain[:, :, 0] == -1).all()
    turned, same = found.read(rows, np.random.default_rng(0))
    assert 8 < (turned[:, 0, 0, 0] == 1).sum() < 32
    assert set(np.unique(turned[:, :, 0])) == {-1, 1}
    np.testing.assert_array_equal(same, labels)
    still = data.attributes(str(tmp_path), 8, mirror=False)
    np.testing.assert_array_equal(still.read(rows, np.random.default_rng(0))[0], plain)
    assert still.fingerprint() != found.fingerprint()


def test_unreadable_pictures_are_skipped_with_their_labels(table, tmp_path):
    (table / "1.png").write_bytes(b"no picture")
    for cache in (None, tmp_path / "cache", tmp_path / "cache"):
        with pytest.warns(UserWarning, match="Skipped 1 of 4 pictures, unreadable: .*1.png"):
            found = data.attributes(str(table), 8, cache=cache)
        assert levels(found) == [0, 20, 30]
        np.testing.assert_array_equal(found.parts[1], [[1, 0], [0, 0], [0, 1]])
    assert read(table).left_out == (found.skipped,)
    with pytest.raises(ValueError, match=r"only readable pictures \(strict=True\)"):
        data.attributes(str(table), 8, strict=True)


def test_fingerprint_tells_pictures_and_labels_apart(table):
    first = data.attributes(str(table), 8).fingerprint()
    assert data.attributes(str(table), 8).fingerprint() == first
    others = [data.attributes(str(table), 16), data.attributes(str(table), 8, names=["odd", "dark"])]
    path = table / "attributes.csv"
    path.write_text(path.read_text().replace("0.png,1", "0.png,0"))
    others.append(data.attributes(str(table), 8))
    assert len({first, *(other.fingerprint() for other in others)}) == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,a\n0.png,1\n1.png\n", r"in line 3 of 'attributes.csv' .* or 1 for each of 1 attributes. .*'1.png'"),
        ("file,a\n0.png,2\n", "in line 2 of .* 0 or 1 for each of 1 attributes. Received: '0.png,2'"),
        ("file,a\n\n7.png,1\n", "in line 3 of .* the file of a picture, in its folder. Received: .7.png."),
        ("file,a\n../0.png,1\n", "the file of a picture, in its folder. Received: '../0.png'"),
        ("file,a,a\n0.png,1,1\n", "names of attributes, each once. Received: 1 pictures, and the names a, a"),
        ("file,a\n", "Expected pictures in 'attributes.csv'.*Received: 0 pictures"),
        ("file\n0.png\n", "names of attributes, each once. .*the names none"),
        ("", "Expected a table of attributes in 'attributes.csv'. Received: "),
        (b"\xff\xfe\x00", "Expected a table of attributes in 'attributes.csv'. Received: "),
    ],
)  # fmt: skip
def test_bad_tables_are_one_sentence(table, text, sentence):
    path = table / "attributes.csv"
    path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text)
    with pytest.raises(ValueError, match=sentence):
        data.attributes(str(table), 8)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("3\n", "4\n", r"in 'list_attr_celeba.txt'. Received: 3 rows where its first line says 4"),
        ("3\n", "", "Expected a table of attributes in 'list_attr_celeba.txt'. Received: "),
        ("000001.jpg  -1", "000001.jpg  0", "in line 4 of 'list_attr_celeba.txt' a file and -1 or 1 for each of 3"),
        ("000001.jpg", "000009.jpg", "in line 4 .* the file of a picture, in its folder. Received: '000009.jpg'"),
    ],
)
def test_bad_lists_of_celeba_are_one_sentence(celeba, before, after, sentence):
    path = celeba / "list_attr_celeba.txt"
    path.write_text(path.read_text().replace(before, after, 1))
    with pytest.raises(ValueError, match=sentence):
        data.attributes(str(celeba), 16)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("shaeps", r"Unknown set of pictures with attributes. Did you mean 'shapes'\?.*Received: 'shaeps'"),
        ("scenes", "Expected a source with labels .*Received: 'scenes'"),
        ("nowhere/at/all", "No such file or folder"),
    ],
)
def test_sources_that_are_none_are_refused(source, sentence):
    with pytest.raises(ValueError, match=sentence):
        data.attributes(source, 16)


def test_folders_of_pictures_alone_and_of_one_class_are_refused(tmp_path):
    write(tmp_path / "flat", "a.png")
    with pytest.raises(
        ValueError, match="class folders, or attributes.csv or list_attr_celeba.txt beside the pictures"
    ):
        data.attributes(str(tmp_path / "flat"), 16)
    write(tmp_path / "one" / "cats", "a.png")
    with pytest.raises(ValueError, match="two classes or more.*Received: labels from 0 to 0"):
        data.attributes(str(tmp_path / "one"), 16)


def test_the_kind_says_what_it_took_and_tells_a_recipe(table):
    found = read("shapes_by_colour,shapes_by_shape")
    assert found.taken == (
        "18 pictures, brought to 16 x 16 pixels, in colour, from shapes_by_colour,shapes_by_shape; 6 domains: red (3), "
        "green (3), blue (3), circle (3), square (3), triangle (3)"
    )
    assert found.arguments["image_shape"] == (16, 16, 3)
    assert found.arguments["domains"] == (*COLOURS, *SHAPES)
    assert found.arguments["sets"] == ((3, "binary"),) * 2
    assert found.compared is found.examples
    assert found.shown(8) is None
    assert read("shapes", None).examples.shapes[0] == (64, 64, 3)
    assert read(table, None).examples.shapes[0] == (128, 128, 3)
    assert read(table, 8, attributes=("odd",)).arguments["domains"] == ("odd",)
    with pytest.raises(ValueError, match="Expected pictures with attributes for this recipe. Received: 'ring'"):
        read("ring")


def test_sources_with_commas_are_settled_one_by_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a,b").mkdir()
    assert sources_of("shapes,digits") == ["shapes", "digits"]
    assert sources_of("a,b") == ["a,b"]
    assert settled("shapes,faces") == f"shapes,{tmp_path / 'faces'}"
    assert settled("a,b") == str(tmp_path / "a,b")
    assert KINDS["attributes"].takes("shapes,digits")
    assert not KINDS["attributes"].takes("shapes,faces")


def test_every_drawn_set_is_what_its_function_says():
    for name, make in labelled.ATTRIBUTES.items():
        images, labels, names, exclusive = make()
        assert labels.shape == (len(images), len(names)), name
        assert all(
            labels[:, [names.index(n) for n in group]].sum(axis=1).tolist() == [1] * len(images) for group in exclusive
        )
