"""What is said of data that does not fit a game: one sentence, before a step."""

import numpy as np
import pytest

from keras_gans import data
from keras_gans.data.check import Part, as_examples, check_array, check_examples
from keras_gans.data.streams import check_dataset

IMAGES, LABELS = Part("images", (4, 4, 1)), Part("labels", (), 3)
X, Y = np.zeros((6, 4, 4, 1), "float32"), np.arange(6, dtype="int32") % 3


@pytest.mark.parametrize(
    ("x", "part"),
    [
        (X, IMAGES),
        (X - 1.0005, IMAGES),  # rounding
        (Y, LABELS),
        (Y.astype("uint8"), LABELS),
        (100 * np.ones((6, 2)), Part("points", (2,))),  # only pictures have a range
        (X[:0], IMAGES),
    ],
)
def test_check_array_takes_what_fits(x, part):
    check_array(x, part)


@pytest.mark.parametrize(
    ("x", "part", "message"),
    [
        (X[..., 0], IMAGES, r"images of shape \(4, 4, 1\).*Received: an array of shape \(6, 4, 4\)\.$"),
        (X.astype("uint8"), IMAGES, r"x / 127.5 - 1.*Received: dtype uint8\.$"),
        (X + 1.1, IMAGES, r"in \[-1, 1\]. Received: values from 1.1 to 1.1\.$"),
        (X + np.inf, IMAGES, r"finite numbers. Received: 96 that are NaN or infinite\.$"),
        (Y == 1, LABELS, r"labels as integers 0 to 2. Received: dtype bool\.$"),
        (Y + 1, LABELS, r"labels in 0 to 2, as the networks have 3 classes. Received: labels from 1 to 3\.$"),
        (Y[:, None], LABELS, r"labels of shape \(\).*Received: an array of shape \(6, 1\)\.$"),
        (X[:, 0, 0], Part("conditions", (5,)), r"conditions of shape \(5\).*Received: an array of shape \(6, 1\)\.$"),
    ],
)
def test_check_array_says_what_does_not_fit(x, part, message):
    with pytest.raises(ValueError, match=message):
        check_array(x, part)


def test_as_examples_puts_arrays_together():
    examples = as_examples((X, Y), (IMAGES, LABELS), aligned=True)
    assert (len(examples), examples.shapes, examples.aligned) == (6, ((4, 4, 1), ()), True)


@pytest.mark.parametrize(
    ("arrays", "parts", "message"),
    [
        (
            ([1, 2],),
            (IMAGES,),
            r"an array \(N, 4, 4, 1\) or a Dataset of such batches. Received: a list of 2; `np.stack` makes an ar",
        ),
        ((X, Y), (IMAGES,), r"examples alone.*Received: 2 parts\.$"),
        ((X,), (IMAGES, LABELS), r"images and labels, fit\(x, y\) or both in one. Received: 1 part\.$"),
        ((X, Y, Y), (IMAGES, LABELS), r"images and labels.*Received: 3 parts\.$"),
        ((X, Y[:5]), (IMAGES, LABELS), r"as many examples.* parts that belong together. Received: 6 and 5\.$"),
    ],
)
def test_as_examples_says_what_does_not_fit(arrays, parts, message):
    with pytest.raises(ValueError, match=message):
        as_examples(arrays, parts, aligned=True)


def test_check_examples_wants_each_class():
    with pytest.raises(ValueError, match=r"each of the 3 classes that the networks have. Received: none of 1, 2\.$"):
        check_examples(data.Examples(X, 0 * Y), (IMAGES, LABELS), aligned=True)
    many = Part("labels", (), 9)
    with pytest.raises(ValueError, match=r"Received: none of 3, 4, 5, 6, 7, \.\.\.\.$"):
        check_examples(data.Examples(X, Y), (IMAGES, many), aligned=True)


def test_check_examples_takes_pairs_for_domains_but_not_domains_for_pairs():
    pairs, domains = data.Examples(X, X), data.Examples(X, X, aligned=False)
    check_examples(pairs, (IMAGES, IMAGES), aligned=False)
    with pytest.raises(ValueError, match=r"images and images that belong together.*Received: groups of 1 and 1, each"):
        check_examples(domains, (IMAGES, IMAGES), aligned=True)


def test_check_examples_wants_the_groups_of_the_game():
    parts = (IMAGES, LABELS, Part("unlabelled images", (4, 4, 1)))
    check_examples(data.Examples(X, Y, X[:4], aligned=(2, 1)), parts, aligned=(2, 1))
    check_examples(data.Examples(X, Y, X), parts, aligned=(2, 1))  # more belongs together than must
    for found in (False, (1, 2)):
        with pytest.raises(ValueError, match=r"Expected images and labels that belong together.*Received: groups of 1"):
            check_examples(data.Examples(X, Y, X, aligned=found), parts, aligned=(2, 1))
    grouped = as_examples((X, Y, X[:4]), parts, (2, 1))
    assert grouped.groups == (2, 1)
    with pytest.raises(ValueError, match=r"and unlabelled images, all in one `data.Examples`. Received: 2 parts\.$"):
        as_examples((X, Y), parts, (2, 1))


OPEN = Part("pictures", (None, None, 1))
SOME = Part("labels", (), 3, "optional class")
WORDS = Part("captions", (None,), kind="tokens", range=(0, 9))
IDS = np.arange(10).reshape(2, 5)


@pytest.mark.parametrize(
    ("part", "kind", "values"),
    [
        (IMAGES, "picture", (-1, 1)),
        (Part("points", (2,)), "vector", None),
        (LABELS, "class", (0, 2)),
        (SOME, "optional class", (-1, 2)),
        (WORDS, "tokens", (0, 9)),
        (Part("maps", (4, 4, 1), kind="vector"), "vector", None),
        (Part("attributes", (5,), range=(0, 1)), "vector", (0, 1)),
    ],
)
def test_part_says_its_kind_and_range(part, kind, values):
    assert (part.kind, part.range) == (kind, values)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "pictures"}, r"Expected a kind of part: picture, vector, class, .*Received: 'pictures'\.$"),
        ({"kind": "optional class"}, r"Expected `classes` with classes.*Received: None with kind='optional class'\.$"),
        ({"kind": "picture", "classes": 3}, r"Expected `classes` with classes.*Received: 3 with kind='picture'\.$"),
        ({"kind": "tokens"}, r"Expected the range of tokens, \(0, vocabulary - 1\). Received: None\.$"),
    ],
)
def test_part_refuses_what_says_too_little_or_too_much(arguments, message):
    with pytest.raises(ValueError, match=message):
        Part("things", (4,), **arguments)


@pytest.mark.parametrize(
    ("x", "part"),
    [
        (X, OPEN),
        (np.zeros((2, 7, 5, 1), "float32"), OPEN),
        (np.array([-1, 0, 2]), SOME),
        (IDS, WORDS),
        (IDS[:, :3], WORDS),
        (np.array([[0.0, 1.0]]), Part("attributes", (2,), range=(0, 1))),
    ],
)
def test_check_array_takes_each_kind(x, part):
    check_array(x, part)


@pytest.mark.parametrize(
    ("x", "part", "message"),
    [
        (X[..., [0, 0]], OPEN, r"pictures of shape \(any, any, 1\).*Received: an array of shape \(6, 4, 4, 2\)\.$"),
        (X[:, 0], OPEN, r"pictures of shape \(any, any, 1\).*Received: an array of shape \(6, 4, 1\)\.$"),
        (X + 1.1, OPEN, r"Expected pictures in \[-1, 1\]. Received: values from 1.1 to 1.1\.$"),
        (np.array([-2, 0]), SOME, r"in 0 to 2, .* 3 classes, or -1 where it is not known. Received: labels from -2 to"),
        (np.array([-1, 3]), SOME, r"in 0 to 2, .*, or -1 where it is not known. Received: labels from -1 to 3\.$"),
        (np.array([0.0]), SOME, r"as integers 0 to 2, or -1 where it is not known. Received: dtype float64\.$"),
        (
            np.array([-1]),
            LABELS,
            r"labels in 0 to 2, as the networks have 3 classes. Received: labels from -1 to -1\.$",
        ),
        (IDS + 1, WORDS, r"captions in 0 to 9, as the networks have 10 tokens. Received: captions from 1 to 10\.$"),
        (IDS - 1, WORDS, r"captions in 0 to 9, .*Received: captions from -1 to 8\.$"),
        (IDS * 1.0, WORDS, r"captions as integers 0 to 9. Received: dtype float64\.$"),
        (IDS[:, 0], WORDS, r"captions of shape \(any\).*Received: an array of shape \(2,\)\.$"),
        (IDS, Part("conditions", (5,)), r"Expected floats as conditions. Received: dtype int64\.$"),
        (
            2.0 * IDS,
            Part("attributes", (5,), range=(0, 1)),
            r"attributes in \[0, 1\]. Received: values from 0 to 18\.$",
        ),
    ],
)
def test_check_array_says_what_does_not_fit_each_kind(x, part, message):
    with pytest.raises(ValueError, match=message):
        check_array(x, part)


def test_check_examples_wants_each_class_of_those_that_are_known():
    labels = np.array([-1, 0, 1, 2, -1, -1])
    check_examples(data.Examples(X, labels), (IMAGES, SOME), aligned=True)
    with pytest.raises(ValueError, match=r"each of the 3 classes that the networks have. Received: none of 2\.$"):
        check_examples(data.Examples(X, np.minimum(labels, 1)), (IMAGES, SOME), aligned=True)


def test_check_examples_takes_any_tokens_and_pictures_of_two_sizes():
    parts = (OPEN, Part("large pictures", (None, None, 1)), WORDS)
    large = np.zeros((6, 8, 8, 1), "float32")
    check_examples(data.Examples(X, large, np.zeros((6, 4), int)), parts, aligned=True)


def test_check_dataset_takes_each_kind():
    check_dataset([(X[:2], np.array([-1, 2]), IDS)], (OPEN, SOME, WORDS), 1)
    with pytest.raises(ValueError, match=r"captions in 0 to 9"):
        check_dataset([(X[:2], np.array([-1, 2]), IDS + 1)], (OPEN, SOME, WORDS), 1)


def test_check_examples_reads_few_pictures_of_those_on_disk():
    class Table:
        shape = (1000, 4, 4, 1)

        def __len__(self):
            return 1000

        def __getitem__(self, indices):
            assert len(indices) <= 4
            return np.full((len(indices), 4, 4, 1), 2.0)

    with pytest.raises(ValueError, match=r"in \[-1, 1\]. Received: values from 2 to 2"):
        check_examples(data.Examples(Table()), (IMAGES,), aligned=True)


@pytest.mark.parametrize(
    ("first", "parts", "n_critic", "message"),
    [
        ((X, Y), (IMAGES,), 1, r"examples alone.*dataset.map.*Received: 2 parts"),
        (X, (IMAGES, LABELS), 1, r"images and labels.*Received: 1 part\."),
        ((X, Y + 1), (IMAGES, LABELS), 1, r"labels in 0 to 2.*Received: labels from 1 to 3"),
        ((X[:5], Y[:5]), (IMAGES, LABELS), 2, r"n_critic=2 divides.*Received: batches of 5"),
        ({"x": X}, (IMAGES,), 1, r"arrays or tuples of arrays. Received: batches that are dicts"),
    ],
)
def test_check_dataset_says_what_does_not_fit(first, parts, n_critic, message):
    with pytest.raises(ValueError, match=message):
        check_dataset([first], parts, n_critic)


def test_check_dataset_takes_batches_without_each_class():
    check_dataset([(X[:1], Y[:1])], (IMAGES, LABELS), 1)
