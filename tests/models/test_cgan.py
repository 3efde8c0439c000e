"""The conditional GAN: its three sums, conditions that do not match, samples of a wanted class, and refusals."""

import functools

import keras
import numpy as np
import pytest
import scipy.stats
from by_hand import (
    D_RATE,
    G_RATE,
    IMAGES,
    LABELS,
    LATENTS,
    SHAPE,
    assert_same_weights,
    dense_discriminator,
    dense_generator,
    latents,
    log_sigmoid,
    move,
    pair,
    sgd,
)
from keras import layers, ops

from keras_gans import data, models
from keras_gans.regularizers import R1

VECTORS = np.random.default_rng(1).normal(size=(12, 5)).astype("float32")


def numpy(x):
    return ops.convert_to_numpy(x)


def cgan(classes=3, discriminator=None, **arguments):
    keras.utils.set_random_seed(0)
    model = models.CGAN(
        dense_generator(classes), discriminator or dense_discriminator(classes), LATENTS, classes, seed=0
    )
    model.compile(**{**sgd(), "run_eagerly": True, **arguments})
    return model


@pytest.fixture(scope="module")
def model():
    return cgan()


@pytest.fixture(scope="module")
def of_vectors():
    return cgan(classes=None)


def d_terms(D, x, c, fake, wrong):
    """What D minimises: real pairs, generated pairs, and (unless `wrong` is None) real examples with wrong labels."""
    terms = [log_sigmoid(D(pair(x, c))), log_sigmoid(-D(pair(fake, c)))]
    return [-ops.mean(t) for t in (*terms, *([] if wrong is None else [log_sigmoid(-D(pair(x, wrong)))]))]


@pytest.mark.parametrize(
    ("mismatched", "n_critic", "fresh_fakes"), [(True, 1, False), (False, 1, False), (True, 2, False), (True, 2, True)]
)
def test_cgan_step_equals_the_sums_written_by_hand(mismatched, n_critic, fresh_fakes):
    """D on fresh examples each time; then G on the last labels, with the last latents or new ones."""
    model, twin = cgan(mismatched=mismatched, n_critic=n_critic, fresh_fakes=fresh_fakes), cgan()
    D, G, draws, m = twin.discriminator, twin.generator, keras.random.SeedGenerator(0), 12 // n_critic
    sums, thirds = [], []
    for k in range(n_critic):
        x, c = IMAGES[k::n_critic], LABELS[k::n_critic]
        z = latents(m, draws)
        fake = G(pair(z, c))
        wrong = (c + numpy(keras.random.randint((m,), 1, 3, dtype="int32", seed=draws))) % 3 if mismatched else None
        terms = functools.partial(d_terms, D, x, c, fake, wrong)
        thirds.append(float(terms()[-1]))
        sums.append(move(lambda terms=terms: sum(terms()), D_RATE, D))
    z = latents(m, draws) if fresh_fakes else z
    g = move(lambda: -ops.mean(log_sigmoid(D(pair(G(pair(z, c)), c)))), G_RATE, G)
    logs = model.train_on_batch(IMAGES, LABELS, return_dict=True)
    expected = {"d_loss": np.mean(sums), "g_loss": g, **({"mismatch": np.mean(thirds)} if mismatched else {})}
    assert logs == pytest.approx(expected, rel=1e-4)
    assert_same_weights(model, twin)


def test_cgan_of_vectors_step_equals_the_three_sums_written_by_hand(of_vectors):
    twin = cgan(classes=None)
    D, G, draws = twin.discriminator, twin.generator, keras.random.SeedGenerator(0)
    z = latents(12, draws)
    fake, wrong = G(pair(z, VECTORS)), np.roll(VECTORS, 1, axis=0)

    d = move(lambda: sum(d_terms(D, IMAGES, VECTORS, fake, wrong)), D_RATE, D)
    g = move(lambda: -ops.mean(log_sigmoid(D(pair(G(pair(z, VECTORS)), VECTORS)))), G_RATE, G)
    model = cgan(classes=None)
    logs = model.train_on_batch(IMAGES, VECTORS, return_dict=True)
    assert (logs["d_loss"], logs["g_loss"]) == pytest.approx((d, g), rel=1e-4)
    assert_same_weights(model, twin)


def test_mismatched_labels_are_uniform_over_the_other_classes():
    model = cgan(classes=5)
    labels = np.repeat(np.arange(5, dtype="int32"), 1000)
    wrong = numpy(model.mismatched(labels))
    assert wrong.dtype == np.int32
    counts = np.array([np.bincount(wrong[labels == c], minlength=5) for c in range(5)])
    assert np.diag(counts).sum() == 0
    others = counts[~np.eye(5, dtype=bool)]
    assert scipy.stats.chisquare(others).pvalue > 1e-3
    assert not np.array_equal(wrong, numpy(model.mismatched(labels)))


def test_mismatched_labels_of_two_classes_are_the_other_one():
    assert numpy(cgan(classes=2).mismatched(np.array([0, 1, 1], "uint8"))).tolist() == [1, 0, 0]


def test_mismatched_vectors_are_the_neighbours(of_vectors):
    np.testing.assert_array_equal(numpy(of_vectors.mismatched(VECTORS)), VECTORS[[11, *range(11)]])
    with pytest.raises(ValueError, match=r"two examples or more in a batch.*Received: a batch of 1"):
        of_vectors.train_on_batch(IMAGES[:1], VECTORS[:1])


def test_penalty_of_cgan_sees_the_condition():
    """D(x, c) = a . x + w_c . x has the gradient a + w_c; R1 is gamma / 2 times the mean of its squares over labels."""
    x, c = keras.Input(SHAPE), keras.Input((), dtype="int32")
    normal = keras.initializers.RandomNormal(stddev=1.0, seed=3)
    flat, table = layers.Flatten()(x), layers.Embedding(3, 16, embeddings_initializer=normal, name="w")
    score = layers.Dense(1, use_bias=False, name="a")(flat) + layers.Dot(1)([flat, table(c)])
    model = cgan(discriminator=keras.Model([x, c], score), penalties=[R1(10.0)])
    a, w = (numpy(model.discriminator.get_layer(name).weights[0]) for name in "aw")
    squares = np.square(a[:, 0] + w).sum(axis=1)
    labels = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2], "int32")
    logs = model.train_on_batch(IMAGES, labels, return_dict=True)
    assert logs["penalty"] == pytest.approx(5.0 * squares[labels].mean(), rel=1e-4)


def test_cgan_learns_with_a_loss_that_compares_if_nothing_mismatches():
    logs = cgan(loss="relativistic", mismatched=False).train_on_batch(IMAGES, LABELS, return_dict=True)
    assert set(logs) == {"d_loss", "g_loss"}
    assert np.isfinite(list(logs.values())).all()


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_cgan_takes_labels_of_any_integer_type(dtype):
    model = cgan()
    history = model.fit(IMAGES, LABELS.astype(dtype), batch_size=6, verbose=0).history
    assert np.isfinite(history["d_loss"]).all()
    assert int(model.optimizer.iterations) == 2


@pytest.mark.parametrize("labels", [2, np.int64(2), [2, 0, 1, 1], np.array([2, 0, 1, 1], "uint8"), None])
def test_cgan_generates_what_is_asked_for(model, labels):
    asked = np.arange(4) % 3 if labels is None else np.broadcast_to(labels, 4)
    z = latents(4, keras.random.SeedGenerator(1))
    pictures = model.generate(4, seed=1, labels=labels)
    assert pictures.dtype == np.float32
    np.testing.assert_allclose(pictures, numpy(model.generator(pair(z, asked.astype("int32")))), rtol=1e-5, atol=1e-6)


def test_cgan_of_vectors_generates_what_is_asked_for(of_vectors):
    z = latents(4, keras.random.SeedGenerator(1))
    pictures = of_vectors.generate(4, seed=1, labels=VECTORS[:4].astype("float64"))
    np.testing.assert_allclose(pictures, numpy(of_vectors.generator(pair(z, VECTORS[:4]))), rtol=1e-5, atol=1e-6)


def test_cgan_generates_anew_without_a_seed(model):
    assert not np.array_equal(model.generate(3, labels=1), model.generate(3, labels=1))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (3, r"labels in 0 to 2.*3 classes. Received: labels from 3 to 3"),
        ([0, 1, -1, 2], r"labels in 0 to 2.*Received: labels from -1 to 2"),
        (1.5, r"integers 0 to 2. Received: dtype float64"),
        ([0, 1], r"`labels` of n=4 examples. Received: int64 of shape \(2,\)"),
        ([[0], [1], [2], [0]], r"labels of shape \(\).*Received: an array of shape \(4, 1\)"),
        ("cat", r"integers 0 to 2. Received: dtype <U3"),
    ],
)
def test_cgan_refuses_to_generate_what_is_no_label(model, labels, message):
    with pytest.raises(ValueError, match=message):
        model.generate(4, labels=labels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, r"`labels` of n=4 examples. Received: object of shape \(\)"),
        (1, r"`labels` of n=4 examples"),
        (VECTORS[:4, :3], r"conditions of shape \(5\).*Received: an array of shape \(4, 3\)"),
        (np.ones((4, 5), int), r"Expected floats.*Received: dtype int64"),
    ],
)
def test_cgan_of_vectors_refuses_to_generate_without_them(of_vectors, labels, message):
    with pytest.raises(ValueError, match=message):
        of_vectors.generate(4, labels=labels)


@pytest.mark.parametrize(("n", "columns"), [(None, 10), (7, 2), (1, 1)])
def test_cgan_sheet_has_a_row_for_each_class_and_latents_for_each_column(model, n, columns):
    pictures, found = model.sheet(n, seed=1)
    assert (found, pictures.shape) == (columns, (3 * columns, *SHAPE))
    z = latents(columns, keras.random.SeedGenerator(1))
    for label, row in enumerate(pictures.reshape(3, columns, *SHAPE)):
        expected = model.generator(pair(z, np.full(columns, label, "int32")))
        np.testing.assert_allclose(row, numpy(expected), rtol=1e-5, atol=1e-6)


def test_cgan_sheet_of_many_classes_shows_the_first_sixteen():
    assert cgan(classes=20).sheet(32)[0].shape == (32, *SHAPE)


def test_cgan_sheet_of_vectors_uses_the_real_ones(of_vectors):
    pictures, columns = of_vectors.sheet(3, seed=1, real=(IMAGES, VECTORS))
    assert columns is None
    np.testing.assert_array_equal(pictures, of_vectors.generate(3, seed=1, labels=VECTORS[:3]))
    with pytest.raises(ValueError, match=r"`real` as images and conditions.*Received: None"):
        of_vectors.sheet(3)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (IMAGES, LABELS + 1, r"labels in 0 to 2, as the networks have 3 classes. Received: labels from 1 to 3"),
        (IMAGES, LABELS - 1, r"labels in 0 to 2.*Received: labels from -1 to 1"),
        (IMAGES, LABELS.astype("float32"), r"labels as integers 0 to 2. Received: dtype float32"),
        (IMAGES, LABELS % 2, r"each of the 3 classes that the networks have. Received: none of 2"),
        (IMAGES, None, r"images and labels, fit\(x, y\) or both in one. Received: 1 part\."),
        (IMAGES, LABELS[:, None, None], r"labels of shape \(\).*Received: an array of shape \(12, 1, 1\)"),
        (IMAGES, LABELS[:7], r"as many examples in each of the parts that belong together. Received: 12 and 7"),
        (IMAGES[:, :2], LABELS, r"images of shape \(4, 4, 1\).*Received: an array of shape \(12, 2, 4, 1\)"),
        (IMAGES, list(LABELS), r"Expected an array.*Received: a list of"),
        (data.Examples(IMAGES, LABELS, LABELS), None, r"images and labels.*Received: 3 parts"),
        (
            data.Examples(IMAGES, LABELS, aligned=False),
            None,
            r"Expected .* and .* that belong together.*Received: groups of 1 and 1",
        ),
    ],
)
def test_cgan_refuses_data_that_does_not_fit(model, x, y, message):
    with pytest.raises(ValueError, match=message):
        model.fit(x, y, batch_size=4, verbose=0)


def without_labels():
    return keras.Sequential([keras.Input((LATENTS,)), layers.Dense(16), layers.Reshape(SHAPE)])


@pytest.mark.parametrize(
    ("networks", "classes", "message"),
    [
        (lambda: (dense_generator(None), dense_discriminator()), 3, r"generator of latents and of labels \(N,\)"),
        (lambda: (dense_generator(), dense_discriminator()), None, r"of vectors \(N, d\), as classes is None"),
        (lambda: (without_labels(), dense_discriminator()), 3, r"of labels \(N,\). Received: input shape \(None, 4\)"),
        (lambda: (dense_generator(3, 9), dense_discriminator()), 3, r"latent_dim=4. Received: input shape \(None, 9\)"),
        (
            lambda: (dense_generator(), dense_discriminator(sees_condition=False)),
            3,
            r"examples and conditions \(None,\) that returns logits. Received: input shape \(None, 4, 4, 1\)",
        ),
        (lambda: (dense_generator(), dense_discriminator(heads=(1, 1))), 3, r"logits. Received: .*\[\(None, 1\), "),
        (
            lambda: (dense_generator(None), dense_discriminator(None, length=6)),
            None,
            r"conditions \(None, 5\).*\(None, 6\)",
        ),
    ],
)
def test_cgan_refuses_networks_that_do_not_fit(networks, classes, message):
    with pytest.raises(ValueError, match=message):
        models.CGAN(*networks(), LATENTS, classes)


def test_cgan_refuses_mismatches_where_there_are_none():
    with pytest.raises(ValueError, match=r"mismatched=False.*relativistic.*Received: .*RelativisticLoss"):
        cgan(loss="relativistic")
    with pytest.raises(ValueError, match=r"mismatched=False with one class.*Received: .*classes=1"):
        cgan(classes=1)
    assert cgan(classes=1, mismatched=False).generate(2).shape == (2, *SHAPE)
