"""Examples of one or several parts: which of them a pass reads, and that a batch can be read again."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import data
from keras_gans.data.batches import Batches
from keras_gans.data.pictures import Pictures


def unaligned(*lengths):
    """Parts of numbers that say to which part they belong: 0, 1, ... and 1000, 1001, ..."""
    parts = (1000.0 * i + np.arange(n, dtype="float32")[:, None] for i, n in enumerate(lengths))
    return data.Examples(*parts, aligned=False)


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_examples_of_aligned_parts_stay_together():
    images, labels = np.arange(10, dtype="float64")[:, None], np.arange(10, dtype="int32") * 7
    examples = data.Examples(images, labels)
    read = examples.read(examples.order(np.random.default_rng(0)))
    assert [part.dtype for part in read] == [np.float32, np.int32]
    assert sorted(read[0][:, 0]) == list(range(10)) != read[0][:, 0].tolist()
    np.testing.assert_array_equal(read[0][:, 0] * 7, read[1])


def test_examples_without_a_generator_keep_their_order():
    assert [order.tolist() for order in unaligned(5, 2).order()] == [[0, 1, 2, 3, 4], [0, 1, 0, 1, 0]]


def test_examples_of_unaligned_parts_cover_the_longer_and_repeat_the_shorter_in_new_orders():
    examples = unaligned(11, 4)
    assert len(examples) == 11
    long, short = examples.order(np.random.default_rng(0))
    assert sorted(long) == list(range(11)) != long.tolist()
    assert len(short) == 11
    rounds = [short[:4].tolist(), short[4:8].tolist()]
    assert all(sorted(one) == [0, 1, 2, 3] for one in rounds)
    assert len(set(short[8:])) == 3
    orders = [examples.order(np.random.default_rng(seed))[1] for seed in range(10)]
    assert any(order[:4].tolist() != order[4:8].tolist() for order in orders)


def test_examples_of_unaligned_parts_are_shuffled_each_for_itself():
    orders = [unaligned(20, 20).order(np.random.default_rng(seed)) for seed in range(3)]
    assert not any(np.array_equal(a, b) for a, b in orders)


def test_examples_head_is_the_first_of_each_part_as_they_are():
    a, b = unaligned(5, 2).head(3)
    assert (a[:, 0].tolist(), b[:, 0].tolist()) == ([0, 1, 2], [1000, 1001])


def test_examples_spread_is_evenly_spaced_in_each_part():
    a, b = unaligned(10, 3).spread(4)
    assert (a[:, 0].tolist(), b[:, 0].tolist()) == ([0, 2, 5, 7], [1000, 1001, 1002])
    assert [len(part) for part in unaligned(10, 3).spread(0)] == [0, 0]


def test_examples_fingerprint_tells_other_data_apart():
    a, b = np.zeros((4, 2), "float32"), np.arange(4, dtype="int32")
    same_ones = {data.Examples(a, b).fingerprint(), data.Examples(a.copy(), b.copy()).fingerprint()}
    assert len(same_ones) == 1
    others = {
        data.Examples(a, b + 1).fingerprint(),
        data.Examples(a + 1, b).fingerprint(),
        data.Examples(a).fingerprint(),
    }
    assert not same_ones & others


def test_examples_refuse_aligned_parts_of_other_lengths():
    with pytest.raises(ValueError, match=r"as many examples.* parts that belong together. Received: 4 and 3"):
        data.Examples(np.zeros((4, 1)), np.zeros(3))


@pytest.fixture(scope="module")
def jittered(tmp_path_factory):
    """Two folders of 12 and 9 small pictures, read from disk and changed at random."""
    folder, rng = tmp_path_factory.mktemp("domains"), np.random.default_rng(0)
    for side, count in (("trainA", 12), ("trainB", 9)):
        (folder / side).mkdir()
        for i in range(count):
            pixels = rng.integers(0, 256, (8, 8, 3), dtype="uint8")
            Image.fromarray(pixels).save(folder / side / f"{i}.png")
    return data.domains(folder, image_size=8)


@pytest.mark.parametrize("kind", ["arrays", "pictures"])
def test_batches_of_several_parts_continued_inside_a_pass_equal_uninterrupted(kind, jittered):
    examples = jittered if kind == "pictures" else unaligned(12, 9)

    def passes(**part):
        source = Batches(examples, 2, True, seed=5, **part)
        steps = (source.next_step() for _ in range(2))
        return [source.batch(step, index) for step in steps for index in range(source.skip, source.stop)]

    whole, rest = passes(), passes(skip=4)
    assert (len(whole), len(rest)) == (12, 4)
    for mine, other in zip(rest, [*whole[4:6], *whole[10:12]]):
        assert same(mine, other)
    assert not same(whole[0], whole[6])


def test_batches_jitter_with_the_step_and_not_at_all_without_shuffle(jittered):
    """The same picture is cropped and mirrored otherwise in another pass, and is as it lies on disk unshuffled."""
    source = Batches(jittered, 1, True, seed=5)
    a = source.examples.read((np.array([0]), np.array([0])), np.random.default_rng((5, 0, 0)))
    b = source.examples.read((np.array([0]), np.array([0])), np.random.default_rng((5, 12, 0)))
    assert not same(a, b)
    plain = Batches(jittered, 2, False, seed=5).batch(0, 0)
    assert same(plain, jittered.head(2))


def test_batches_of_several_parts_are_tuples_of_their_types():
    labelled = data.Examples(np.zeros((6, 2, 2, 1)), np.arange(6, dtype="uint8"))
    batches = data.batches(labelled, 3)
    images, labels = batches[0] if hasattr(batches, "__getitem__") else next(iter(batches))
    assert (tuple(images.shape), tuple(labels.shape)) == ((3, 2, 2, 1), (3,))
    assert (np.asarray(images).dtype, np.asarray(labels).dtype) == (np.float32, np.uint8)


# Groups


def numbers(n, start=0):
    return start + np.arange(n, dtype="float32")[:, None]


def partly_labelled():
    """Five images with labels, ten times their numbers, and twelve without."""
    return data.Examples(numbers(5), np.arange(5) * 10, numbers(12, 100), aligned=(2, 1))


def test_groups_are_aligned_in_themselves_and_cover_the_longest():
    examples = partly_labelled()
    assert (len(examples), examples.groups, examples.aligned) == (12, (2, 1), False)
    images, labels, others = examples.order(np.random.default_rng(0))
    np.testing.assert_array_equal(images, labels)
    assert sorted(others) == list(range(12)) != others.tolist()
    assert [sorted(images[:5]), sorted(images[5:10])] == [list(range(5))] * 2
    assert images[:5].tolist() != images[5:10].tolist()
    read = examples.read((images, labels, others))
    np.testing.assert_array_equal(read[0][:, 0] * 10, read[1])


@pytest.mark.parametrize(("aligned", "groups"), [(True, (3,)), (False, (1, 1, 1)), ((1, 2), (1, 2))])
def test_groups_are_all_parts_none_or_counts(aligned, groups):
    assert data.Examples(*[numbers(4)] * 3, aligned=aligned).groups == groups


def test_orders_are_those_that_runs_were_started_with():
    """A run that is continued must meet the same batches: these numbers never change."""
    apart = unaligned(11, 4, 7).order(np.random.default_rng(3))
    assert [order.tolist() for order in apart] == [
        [9, 7, 0, 2, 1, 4, 6, 10, 5, 3, 8],
        [1, 0, 2, 3, 3, 0, 2, 1, 2, 3, 0],
        [2, 1, 6, 4, 0, 5, 3, 4, 5, 3, 0],
    ]
    together = data.Examples(numbers(6), numbers(6)).order(np.random.default_rng(3))
    assert [order.tolist() for order in together] == [[2, 5, 4, 1, 3, 0]] * 2


@pytest.mark.parametrize(
    ("lengths", "aligned", "message"),
    [
        ((5, 4, 9), (2, 1), r"in each of the parts that belong together. Received: 5 and 4\.$"),
        ((5, 5, 9), (1, 2), r"in each of the parts that belong together. Received: 5 and 9\.$"),
        ((5, 5, 0), (2, 1), r"at least one example in each group. Received: 5 and 0\.$"),
        ((5, 5, 5), (2, 2), r"groups that have 3 parts together. Received: groups of \(2, 2\)\.$"),
        ((5, 5, 5), (3, 0), r"groups that have 3 parts together. Received: groups of \(3, 0\)\.$"),
    ],
)
def test_groups_that_cannot_be_are_refused(lengths, aligned, message):
    with pytest.raises(ValueError, match=message):
        data.Examples(*(np.zeros((n, 1)) for n in lengths), aligned=aligned)


def test_parts_of_a_group_may_be_of_other_shapes_and_types():
    """Pictures of two sizes, and captions as ids of words."""
    examples = data.Examples(np.zeros((6, 4, 4, 1)), np.zeros((6, 8, 8, 1)), np.arange(30).reshape(6, 5))
    assert examples.shapes == ((4, 4, 1), (8, 8, 1), (5,))
    assert [part.shape for part in examples.spread(3)] == [(3, 4, 4, 1), (3, 8, 8, 1), (3, 5)]
    assert [part.dtype.kind for part in examples.head(2)] == ["f", "f", "i"]


def all_parts(batch):
    return tuple(np.asarray(part) for part in batch)


def passes_of(examples, number, **part):
    """What a game is handed, as arrays, in the engine's own pipeline, and the step at which each pass began."""
    batches, found = data.batches(examples, 2, seed=4, **part), []
    source = getattr(batches, "source", batches)
    for count in range(number):
        source.begin(100 + 6 * count)
        if source is batches:
            batches.on_epoch_begin()
            found.append([all_parts(batches[index]) for index in range(len(batches))])
        else:
            found.append([all_parts(batch) for batch in batches])
    return found


def test_batches_of_groups_keep_them_together_and_continue_exactly():
    whole = passes_of(partly_labelled(), 2)
    assert [len(one) for one in whole] == [6, 6]
    for images, labels, others in (batch for one in whole for batch in one):
        assert len(images) == len(labels) == len(others) == 2
        np.testing.assert_array_equal(images[:, 0] * 10, labels)
        assert np.all(others >= 100)
    seen = [np.concatenate([others[:, 0] for _, _, others in one]).tolist() for one in whole]
    assert sorted(seen[0]) == sorted(seen[1]) == list(range(100, 112))
    assert seen[0] != seen[1]
    rest = passes_of(partly_labelled(), 2, skip=4)
    for mine, uninterrupted in zip(rest, whole):
        assert [same(a, b) for a, b in zip(mine, uninterrupted[4:], strict=True)] == [True, True]


class Table:
    """A table of rows of so many pictures, each of one level, which says row and place."""

    def __init__(self, rows, parts, base):
        self.parts, self.shape, self.base = parts, (rows, 2, 2, 1), base

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, index):
        return [np.full(self.shape[1:], self.base + 10 * place + index, "uint8") for place in range(self.parts)]


def test_pictures_on_disk_have_a_group_for_each_table():
    pictures = Pictures(Table(4, 2, 0), Table(7, 1, 100), jitter=False)
    assert (pictures.groups, len(pictures)) == ((2, 1), 7)
    rows = pictures.order(np.random.default_rng(0))
    levels = [np.rint((part[:, 0, 0, 0] + 1) * 127.5).astype(int) for part in pictures.read(rows)]
    np.testing.assert_array_equal(levels[0] + 10, levels[1])
    assert sorted(levels[2]) == list(range(100, 107))


def test_a_part_is_read_with_those_that_belong_to_it():
    examples = data.Examples(np.arange(4), 10 * np.arange(4), 100 * np.arange(9), aligned=(2, 1))
    np.testing.assert_array_equal(examples.read_part(1, np.array([3, 0])), [30, 0])
    np.testing.assert_array_equal(examples.read_part(2, np.array([8, 1])), [800, 100])
