"""Every batch that a user makes is asked, fits or is answered in a sentence, in whatever form Keras takes it."""

import keras
import numpy as np
import pytest

from keras_gans import data, models, recipes
from keras_gans.data.check import Part, squeezed
from keras_gans.data.checked import Checks, checked
from keras_gans.data.streams import taken_apart

tf = pytest.importorskip("tensorflow")

RNG = np.random.default_rng(0)
SHAPE = (8, 8, 1)


def images(count, shape=SHAPE):
    return RNG.uniform(-1, 1, (count, *shape)).astype("float32")


class Batches(keras.utils.PyDataset):
    """Arrays in batches of a size, the last of which is what is left."""

    def __init__(self, *arrays, size=10):
        super().__init__()
        self.arrays, self.size = arrays, size

    def __len__(self):
        return -(-len(self.arrays[0]) // self.size)

    def __getitem__(self, index):
        found = tuple(x[index * self.size : (index + 1) * self.size] for x in self.arrays)
        return found if len(found) > 1 else found[0]


def dataset(*arrays, size=10):
    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(size)


def generator(*arrays, size=10):
    batches = Batches(*arrays, size=size)
    for index in range(len(batches)):
        yield taken_apart(batches[index])


FORMS = {"dataset": dataset, "PyDataset": Batches, "generator": generator}
every_form = pytest.mark.parametrize("form", list(FORMS))


def small_gan(n_critic=1):
    inputs = keras.Input(SHAPE)
    judge = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(inputs)))
    latents = keras.Input((2,))
    maker = keras.Model(latents, keras.layers.Reshape(SHAPE)(keras.layers.Dense(64, activation="tanh")(latents)))
    model = models.GAN(maker, judge, latent_dim=2)
    model.compile(d_optimizer="sgd", g_optimizer="sgd", n_critic=n_critic)
    return model


def small_acgan(classes=3):
    return recipes.acgan(image_shape=(16, 16, 1), classes=classes, width=2, latent_dim=2)


def steps(model):
    return int(model.optimizer.iterations.numpy())


@every_form
@pytest.mark.filterwarnings("ignore:Your input ran out of data")  # Keras' own, of generators
@pytest.mark.parametrize(("count", "made"), [(37, 4), (32, 3)])
def test_the_rest_that_n_critic_does_not_divide_is_dropped_with_a_word(form, count, made):
    """Of 37 the last batch has 7 examples, of which 5 are used; of 32 it has 2, and there is no step of it."""
    model = small_gan(n_critic=5)
    with pytest.warns(UserWarning, match=r"Dropped 2 examples of a batch, the rest that n_critic=5 leaves; `drop_rem"):
        model.fit(FORMS[form](images(count)), verbose=0)
    assert steps(model) == made


def test_wgan_gp_takes_batches_of_20_of_72():
    gan = small_gan()
    model = recipes.wgan_gp(SHAPE, latent_dim=2, generator=gan.generator, discriminator=gan.discriminator)
    with pytest.warns(UserWarning, match=r"Dropped 2 examples of a batch, the rest that n_critic=5 leaves") as told:
        model.fit(dataset(images(72), size=20), verbose=0)
    assert len(told) == 1
    assert steps(model) == 4


def test_nothing_is_said_where_nothing_is_dropped_and_a_dataset_knows_its_length():
    model = small_gan(n_critic=5)
    model.fit(dataset(images(40)), verbose=0)
    assert steps(model) == 4
    found = checked(dataset(images(37)), Checks(small_gan().parts, True, 1))
    assert int(found.cardinality()) == 4
    assert found.element_spec.shape.as_list() == [None, *SHAPE]


@every_form
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda x: np.where(x > 0.99, np.nan, x).astype("float32"),
            r"^Expected finite numbers\. Received: \d+ that are N",
        ),
        (lambda x: (x + 1) * 127.5, r"^Expected examples in \[-1, 1\]\. Received: values from .* to 25\d\.\d+\.$"),
    ],
)
def test_values_of_later_batches_are_answered_in_a_sentence(form, spoil, message):
    x = images(60)
    x[30:] = spoil(x[30:])
    with pytest.raises(ValueError, match=message):
        small_gan().fit(FORMS[form](x), verbose=0)


@every_form
def test_labels_of_later_batches_are_answered_in_a_sentence(form):
    labels = np.arange(40, dtype="int32") % 3
    labels[35] = 7
    with pytest.raises(
        ValueError, match=r"^Expected labels in 0 to 2, as the networks have 3 classes\. Received: labels"
    ):
        small_acgan().fit(FORMS[form](images(40, (16, 16, 1)), labels), verbose=0)


@every_form
def test_labels_in_a_column_are_squeezed(form):
    labels = np.arange(20)[:, None] % 3
    model = small_acgan()
    model.fit(FORMS[form](images(20, (16, 16, 1)), labels), steps_per_epoch=2, verbose=0)
    model.fit(images(20, (16, 16, 1)), labels, batch_size=10, verbose=0)
    model.fit(data.Examples(images(20, (16, 16, 1)), labels), batch_size=10, verbose=0)
    assert steps(model) == 6


def test_one_hot_labels_are_answered_with_argmax():
    labels = np.eye(3, dtype="float32")[np.arange(20) % 3]
    message = (
        r"^Expected labels as integers \(N,\); of one-hot vectors `y\.argmax\(axis=-1\)` makes them\. Received: an a"
    )
    for given in ((images(20, (16, 16, 1)), labels), (dataset(images(20, (16, 16, 1)), labels),)):
        with pytest.raises(ValueError, match=message):
            small_acgan().fit(*given, verbose=0)


def test_what_is_no_array_is_named():
    x, y = images(4, (16, 16, 1)), np.arange(4) % 3
    for given, message in (
        (((x, y),), r"Received: a tuple of 2; two arrays are handed over as fit\(x, y\)\.$"),
        (
            (list(x), y),
            r"Expected an array \(N, 16, 16, 1\) or .* Received: a list of 4; `np\.stack` makes an array of one",
        ),
        ((x, y.tolist()), r"Expected an array \(N,\) or .* Received: a list of 4; `np\.stack`"),
        (({"x": x},), r"Received: dict\.$"),
    ):
        with pytest.raises(ValueError, match=message):
            small_acgan().fit(*given, verbose=0)


def test_an_unbatched_dataset_is_named():
    unbatched = tf.data.Dataset.from_tensor_slices(images(20))
    message = (
        r"^Expected a Dataset of batches, as `dataset\.batch\(32\)` makes them\. Received: single examples of shape \(8"
    )
    with pytest.raises(ValueError, match=message):
        small_gan().fit(unbatched, verbose=0)


@pytest.mark.parametrize("shape", [None, (None, None, 1), (None, None, None, 1)])
def test_a_dataset_of_unknown_shape_trains(shape):
    """As of `numpy_function` after `.batch`, or of `decode_image` before it."""
    model = small_gan()

    def forget(x):
        found = tf.numpy_function(lambda y: y, [x], tf.float32)
        return found if shape is None else tf.ensure_shape(found, shape)

    found = tf.data.Dataset.from_tensor_slices(images(20))
    found = found.map(forget).batch(10) if shape == (None, None, 1) else found.batch(10).map(forget)
    model.fit(found, verbose=0)
    assert steps(model) == 2


def test_a_generator_is_taken_as_keras_takes_it():
    """For as many steps as are asked for, epoch after epoch; a batch may be a tuple or an array alone."""

    def endless():
        while True:
            yield images(10)

    model = small_gan()
    model.fit(endless(), steps_per_epoch=3, epochs=2, verbose=0)
    model.fit(((x,) for x in [images(10), images(6)]), steps_per_epoch=2, verbose=0)
    assert steps(model) == 8
    with pytest.raises(ValueError, match="Expected a generator of at least one batch"):
        model.fit((x for x in ()), verbose=0)
    with pytest.raises(ValueError, match="Expected no `batch_size` and no `y` with a Dataset or a generator"):
        model.fit(endless(), batch_size=3, verbose=0)


@every_form
def test_batches_have_as_many_of_each_part(form):
    class Uneven(Batches):
        def __getitem__(self, index):
            x, y = super().__getitem__(index)
            return x, y[: len(y) - index]

    even = images(20, (16, 16, 1)), np.arange(20) % 3
    source = uneven = Uneven(*even)
    if form == "dataset":
        spec = (tf.TensorSpec((None, 16, 16, 1)), tf.TensorSpec((None,), tf.int64))
        uneven = tf.data.Dataset.from_generator(lambda: (source[i] for i in range(2)), output_signature=spec)
    if form == "generator":
        uneven = (source[i] for i in range(2))
    with pytest.raises(ValueError, match=r"^Expected batches of as many images and labels\. Received: 10 and 9\.$"):
        small_acgan().fit(uneven, verbose=0)


def test_the_end_of_a_dataset_moves_neither_counts_nor_seeds():
    """Keras learns where a Dataset of unknown length ends by a step that finds nothing."""
    plain, unknown = small_gan(), small_gan()
    for name in plain.network_names:
        getattr(unknown, name).set_weights(getattr(plain, name).get_weights())
    x = images(20)
    plain.fit(dataset(x), verbose=0)
    with pytest.warns(UserWarning, match="Your input ran out of data"):
        unknown.fit(dataset(x).filter(lambda x: True), verbose=0)
    assert steps(unknown) == steps(plain) == 2
    for a, b in zip(plain.non_trainable_variables, unknown.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    for a, b in zip(plain.get_weights(), unknown.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_pictures_of_a_dataset_are_those_that_it_has():
    x = images(30)
    found = np.concatenate(list(checked(dataset(x), Checks((Part("images", SHAPE),), True, 1)).as_numpy_iterator()))
    np.testing.assert_array_equal(found, x)


def test_a_pydataset_is_told_of_epochs():
    class Told(Batches):
        begun = ended = 0

        def on_epoch_begin(self):
            self.begun += 1

        def on_epoch_end(self):
            self.ended += 1

    told = Told(images(20))
    small_gan().fit(told, epochs=3, verbose=0)
    assert told.ended >= 3


def test_only_columns_of_classes_are_squeezed():
    column = np.zeros((5, 1), "int32")
    assert squeezed(column, Part("labels", (), 3)).shape == (5,)
    assert squeezed(column, Part("points", (1,))).shape == (5, 1)
