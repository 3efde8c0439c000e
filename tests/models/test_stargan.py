"""StarGAN: its step by hand, whose labels count for what, what is asked of a picture, and refusals."""

import keras
import numpy as np
import pytest
from by_hand import assert_same_weights, move, pair, sgd
from games import TINY, TWO_SETS, attributed, tiny_stargan
from keras import layers, ops

from keras_gans import engine, models
from keras_gans.models.attributes import Attributes
from keras_gans.regularizers import GradientPenalty

RNG = np.random.default_rng(0)
COLOURS = ("red", "green", "blue")
GROUPED = {"domains": (*COLOURS, "large", "young"), "exclusive": [COLOURS]}
PICTURES, LABELS = attributed(TINY)(None, 1).parts
NETWORKS = "generator", "discriminator"
D_RATE = 1e-4  # as the penalty is steep


def numpy(x):
    return ops.convert_to_numpy(x)


def l1(x, y):
    return ops.mean(ops.abs(x - y))


@pytest.fixture(scope="module")
def model():
    return tiny_stargan(**GROUPED, run_eagerly=True)


@pytest.fixture(scope="module")
def of_two_sets():
    return tiny_stargan(**TWO_SETS)


# The step


def classes(labels, logits):
    """Summed over domains, the mean over examples."""
    return ops.mean(ops.sum(ops.softplus(logits) - labels * logits, axis=1))


def moved(D, x, own, fake, draws):
    """One update of D by hand; returns its loss."""

    def score(x):
        return D(x)[0]

    def d_loss():
        (real_score, named), (fake_score, _) = D(x), D(fake)
        e = keras.random.uniform((len(x), 1, 1, 1), seed=draws)
        gradient = engine.input_gradient(score, e * x + (1 - e) * fake)
        penalty = 10 * ops.mean((ops.sqrt(ops.sum(gradient**2, axis=(1, 2, 3)) + 1e-12) - 1) ** 2)
        return ops.mean(fake_score) - ops.mean(real_score) + classes(own, named) + penalty

    return move(d_loss, D_RATE, D)


def test_stargan_step_equals_the_algorithm_written_by_hand():
    """Five updates of D on five batches, then one of G on the last; the targets and the places of the penalty drawn."""
    model = tiny_stargan(run_eagerly=True, n_critic=5, penalties=None, **sgd(D_RATE, 0.01))
    twin, draws = tiny_stargan(), keras.random.SeedGenerator(0)
    D, G = twin.discriminator, twin.generator
    logs = model.train_on_batch(PICTURES[:20], LABELS[:20], return_dict=True)
    losses = []
    for k in range(5):
        x, own = PICTURES[k:20:5], LABELS[k:20:5]
        wanted = own[np.argsort(numpy(keras.random.uniform((4,), seed=draws)))]
        losses.append(moved(D, x, own, G(pair(x, wanted)), draws))

    def g_loss():
        made = G(pair(x, wanted))
        score, named = D(made)
        return -ops.mean(score) + classes(wanted, named) + 10 * l1(x, G(pair(made, own)))

    back = float(l1(x, G(pair(G(pair(x, wanted)), own))))
    assert logs["g_loss"] == pytest.approx(move(g_loss, 0.01, G), rel=1e-4)
    assert logs["d_loss"] == pytest.approx(np.mean(losses), rel=1e-4)
    assert logs["reconstruction"] == pytest.approx(back, rel=1e-4)
    for name in NETWORKS:
        assert_same_weights(getattr(model, name), getattr(twin, name))


def linear(score=(3.0, 4.0), head=1.0):
    """A discriminator of pictures of two numbers, each of which is a patch's score, and loud of two domains."""
    x = layers.Flatten()(images := keras.Input((1, 2, 1)))
    scores = layers.Reshape((1, 2, 1))(layers.Dense(2, use_bias=False)(x))
    discriminator = keras.Model(images, [scores, layers.Dense(2, use_bias=False)(x)])
    discriminator.set_weights([np.diag(score).astype("float32"), head * np.ones((2, 2), "float32")])
    return discriminator


def same(shape=(1, 2, 1), labels=2):
    """A generator that gives pictures back whatever is wanted."""
    inputs = [keras.Input(shape), keras.Input((labels,))]
    return keras.Model(inputs, layers.Add()([inputs[0], layers.Reshape(shape)(layers.Rescaling(0.0)(inputs[1]))]))


@pytest.mark.parametrize("head", [1.0, 2.0])
def test_stargan_penalty_is_that_of_the_scores_whose_patches_are_summed(head):
    """Of scores (3 a, 4 b): 10 (5 - 1)^2 = 160, and a louder classifier leaves it."""
    model = models.StarGAN(same(), linear(head=head), ["a", "b"])
    model.compile(run_eagerly=True, n_critic=1, d_optimizer=keras.optimizers.SGD(0.0))
    x = RNG.uniform(-1, 1, (4, 1, 2, 1)).astype("float32")
    logs = model.train_on_batch(x, np.eye(2, dtype="float32")[[0, 1, 0, 1]], return_dict=True)
    assert logs["penalty"] == pytest.approx(160, rel=1e-5)


def test_stargan_of_a_generator_that_changes_nothing_gets_all_back_and_pays_for_its_targets():
    """Trap: the picture beside the fake, not beside what is made of it; here both are 0, and G's classes tell."""
    model = models.StarGAN(same(), linear(), ["a", "b"])
    model.compile(run_eagerly=True, n_critic=1, d_optimizer=keras.optimizers.SGD(0.0))
    x, own = RNG.uniform(-1, 1, (4, 1, 2, 1)).astype("float32"), np.eye(2, dtype="float32")[[0, 1, 1, 1]]
    wanted = own[np.argsort(numpy(keras.random.uniform((4,), seed=keras.random.SeedGenerator(0))))]
    logs = model.train_on_batch(x, own, return_dict=True)
    assert logs["reconstruction"] == 0
    said = x.reshape(4, 2).sum(axis=1, keepdims=True) * np.ones((1, 2))
    for name, labels in (("d_class", own), ("g_class", wanted)):
        assert logs[name] == pytest.approx(np.sum(np.log1p(np.exp(said)) - labels * said) / 4, rel=1e-5)


def test_stargan_reconstruction_is_of_the_first_picture():
    """Trap: of the fake. A generator that makes negatives is back after two of them, and 2|x| away from its fake."""
    pictures, labels = keras.Input((1, 2, 1)), keras.Input((2,))
    negative = keras.Model([pictures, labels], same()([layers.Rescaling(-1.0)(pictures), labels]))
    model = models.StarGAN(negative, linear(), ["a", "b"])
    model.compile(run_eagerly=True, n_critic=1, d_optimizer=keras.optimizers.SGD(0.0))
    x = RNG.uniform(0.5, 1, (4, 1, 2, 1)).astype("float32")
    logs = model.train_on_batch(x, np.eye(2, dtype="float32")[[0, 1, 0, 1]], return_dict=True)
    assert logs["reconstruction"] == pytest.approx(0, abs=1e-6)


def test_stargan_domains_of_fakes_teach_d_nothing():
    """With scores that have no weight, D's classifier moves by real pictures alone, whatever G makes."""
    weights = []
    for scale in (0.0, 1.0):
        model = tiny_stargan(run_eagerly=True, n_critic=1, penalties=(), **sgd())
        model.generator.set_weights([scale * w for w in model.generator.get_weights()])
        model.train_on_batch(PICTURES[:8], LABELS[:8])
        weights.append(model.discriminator.layers[-1].get_weights())
        assert model.discriminator.layers[-1].units == 3
    for one, other in zip(*weights):
        np.testing.assert_array_equal(one, other)


# Sets and masks


def test_a_picture_counts_for_its_own_set_alone():
    attributes = Attributes(**{"names": TWO_SETS["domains"], "sets": TWO_SETS["sets"]})
    labels = np.array([[1, 0, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1]], "float32")
    logits = RNG.normal(size=(2, 4)).astype("float32")
    gradient = numpy(engine.input_gradient(lambda x: attributes.cross_entropy(labels, x), logits))
    np.testing.assert_array_equal(gradient != 0, [[True, True, False, False], [False, False, True, True]])
    softmax = np.log(np.exp(logits[0, :2]).sum()) - logits[0, 0]
    binary = np.sum(np.log1p(np.exp(logits[1, 2:])) - logits[1, 2:])
    assert float(attributes.cross_entropy(labels, logits)) == pytest.approx((softmax + binary) / 2, rel=1e-5)


def test_stargan_hands_labels_around_within_their_set():
    attributes = Attributes(TWO_SETS["domains"], TWO_SETS["sets"])
    labels, seed = attributed(TINY, TWO_SETS["sets"])(None, 1).parts[1], keras.random.SeedGenerator(0)
    labels = labels[RNG.permutation(70)]
    handed = [numpy(attributes.permuted(labels, seed)) for _ in range(3)]
    for some in handed:
        np.testing.assert_array_equal(some[:, 4:], labels[:, 4:])  # the masks stay
        for mask in np.eye(2):
            rows = (labels[:, 4:] == mask).all(axis=1)
            assert sorted(map(tuple, some[rows])) == sorted(map(tuple, labels[rows]))
        assert not np.array_equal(some, labels)
    assert not np.array_equal(handed[0], handed[1])


def test_every_order_of_targets_is_as_likely():
    attributes, seed = Attributes(["a", "b", "c"]), keras.random.SeedGenerator(1)
    orders = [tuple(numpy(attributes.permuted(np.eye(3, dtype="float32"), seed)).argmax(axis=1)) for _ in range(300)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert min(counts) > 50 - 4 * np.sqrt(300 * 5 / 36)


# Asking


def wanted(attributes, logits, domain):
    return attributes.wanted(np.array([logits], "float32"), domain)[0].tolist()


def test_what_is_asked_for_is_set_and_what_is_not_excluded_stays():
    attributes = Attributes(GROUPED["domains"], None, GROUPED["exclusive"])
    seen = [0.1, -2, -3, 1, -1]  # red, large, not young
    assert wanted(attributes, seen, "blue") == [0, 0, 1, 1, 0]
    assert wanted(attributes, seen, "red") == [1, 0, 0, 1, 0]
    assert wanted(attributes, seen, "young") == [1, 0, 0, 1, 1]
    assert wanted(attributes, seen, "-large") == [1, 0, 0, 0, 0]
    assert wanted(attributes, seen, "green, young,-large") == wanted(attributes, seen, ["green", "young", "-large"])
    assert wanted(attributes, seen, "green,young,-large") == [0, 1, 0, 0, 1]
    assert wanted(attributes, [-3, -2, -1, -1, -1], "large") == [0, 0, 1, 1, 0]  # one colour holds, the likeliest


def test_the_set_that_is_asked_for_is_the_one_that_the_mask_says():
    attributes = Attributes(TWO_SETS["domains"], TWO_SETS["sets"])
    seen = [2, 1, 1, -1]
    assert wanted(attributes, seen, "blue") == [0, 1, 0, 0, 1, 0]
    assert wanted(attributes, seen, "large") == [0, 0, 1, 1, 0, 1]
    with pytest.raises(ValueError, match=r"domains of one data set, each once. Received: 'blue,large'"):
        wanted(attributes, seen, "blue,large")


def test_stargan_translates_to_the_domain_that_is_asked_for(model):
    x = PICTURES[:11]  # more than a chunk
    labels = model.attributes.wanted(numpy(model.discriminator(x)[1]), "blue")
    found = model.translate(x, "blue")
    assert (found.dtype, found.shape) == (np.float32, x.shape)
    np.testing.assert_allclose(found, numpy(model.generator([x, labels])), rtol=1e-5, atol=1e-6)
    assert not np.allclose(found, model.translate(x, "red,-large"), atol=1e-4)


@pytest.mark.parametrize("name", ["model", "of_two_sets"])
def test_stargan_sheet_has_a_row_a_picture_and_a_column_a_domain(name, request):
    model = request.getfixturevalue(name)
    labels = np.zeros((5, model.attributes.length), "float32")
    pictures, columns = model.sheet(3, real=(PICTURES[:5], labels))
    assert (columns, len(pictures)) == (1 + len(model.domains), 3 * columns)
    np.testing.assert_array_equal(pictures[::columns], PICTURES[:3])
    for k, domain in enumerate(model.domains, start=1):
        np.testing.assert_array_equal(pictures[k::columns], model.translate(PICTURES[:3], domain))
    in_turn = model.make(6, PICTURES[:6])
    for i, domain in enumerate((2 * model.domains)[:6]):
        np.testing.assert_allclose(in_turn[i : i + 1], model.translate(PICTURES[i : i + 1], domain), atol=1e-5)


def test_a_saved_stargan_knows_its_domains(model, of_two_sets, tmp_path):
    for some in (model, of_two_sets):
        some.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert loaded.domains == some.domains
        assert (loaded.attributes.sets, loaded.attributes.groups) == (some.attributes.sets, some.attributes.groups)
        for domain in some.domains:
            np.testing.assert_array_equal(loaded.translate(PICTURES[:2], domain), some.translate(PICTURES[:2], domain))


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
def test_stargan_compiles_by_default_as_the_paper_has_it():
    model = tiny_stargan()
    model.compile()
    assert (model.class_weight, model.reconstruction_weight, model.n_critic) == (1.0, 10.0, 5)
    assert [penalty.get_config() for penalty in model.penalties] == [GradientPenalty(10.0).get_config()]
    for optimizer in (model.d_optimizer, model.g_optimizer):
        assert float(optimizer.learning_rate) == pytest.approx(1e-4)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.999)
    model.compile(penalties=())
    assert not model.penalties


# Refusals


@pytest.mark.parametrize(
    ("domain", "sentence"),
    [
        ("bleu", r"Unknown domain. Did you mean 'blue'\?.*Received: 'bleu'"),
        ("", "Unknown domain"),
        ("large,-large", "each once. Received: 'large,-large'"),
        ("red,blue", "at most one of red, green, blue, and to be set. Received: 'red,blue'"),
        ("-red", "at most one of red, green, blue, and to be set. Received: '-red'"),
        ([], r"domains of one data set, each once. Received: \[\]"),
    ],
)
def test_stargan_refuses_what_cannot_be_wanted(model, domain, sentence):
    with pytest.raises(ValueError, match=sentence):
        model.translate(PICTURES[:2], domain)


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((["a", "a"],), r"names of domains, each once.*Received: \('a', 'a'\)"),
        ((["a,b"],), "without a comma"),
        ((["-a"],), "without a comma, or a dash in front"),
        (([""],), "Expected names of domains"),
        (([],), r"Expected names of domains.*Received: \(\)"),
        ((["a", "b"], [(3, "binary")]), "sets of 2 names together"),
        ((["a", "b"], [(2, "binary"), (0, "classes")]), "sets of 2 names together"),
        ((["a", "b"], [(2, "class")]), "Unknown kind of set. Did you mean 'classes'"),
        ((["a", "b"], None, [["a", "c"]]), "Unknown domain"),
        ((["a", "b"], None, [["a"]]), r"groups of two or more domains.*Received: \('a',\)"),
        ((["a", "b", "c"], None, [["a", "b"], ["b", "c"]]), "in no other group"),
        ((["a", "b"], [(2, "classes")], [["a", "b"]]), "in no other group"),
        ((["a", "b"], [(1, "binary"), (1, "binary")], [["a", "b"]]), "of one set"),
    ],
)
def test_domains_that_contradict_each_other_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Attributes(*arguments)


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
def test_stargan_refuses_networks_that_do_not_fit():
    generator, discriminator = same(), linear()
    with pytest.raises(
        ValueError, match=r"generator of pictures and labels \(N, 3\) that makes.*Received: input shape"
    ):
        models.StarGAN(generator, discriminator, ["a", "b", "c"])
    with pytest.raises(ValueError, match=r"returns scores and logits of the domains \(N, 2\). Received: input shape"):
        models.StarGAN(generator, keras.Model(discriminator.input, discriminator.outputs[0]), ["a", "b"])
    with pytest.raises(ValueError, match=r"discriminator that returns a score that rises.*Received: output shape"):
        models.StarGAN(generator, keras.Model(discriminator.input, [discriminator.outputs[1]] * 2), ["a", "b"])


@pytest.mark.tensorflow  # which is quick, and nothing here is the engine's
@pytest.mark.parametrize(
    "arguments", [{"class_weight": -1}, {"reconstruction_weight": float("nan")}, {"loss": "relativistic"}]
)
def test_stargan_refuses_bad_terms(arguments):
    with pytest.raises(ValueError, match="weights of at least 0 and a loss that judges single examples. Received: "):
        tiny_stargan(**arguments)


def test_stargan_refuses_data_that_do_not_fit(model):
    with pytest.raises(ValueError, match=r"labels of shape \(5\), as the networks take them. Received"):
        model.fit(PICTURES, LABELS, batch_size=4, verbose=0)
    with pytest.raises(ValueError, match=r"labels in \[0, 1\]. Received: values from -1 to -1"):
        model.fit(PICTURES, -np.ones((70, 5), "float32"), batch_size=4, verbose=0)
    with pytest.raises(ValueError, match=r"pictures of shape \(8, 8, 3\).*Received"):
        model.translate(PICTURES[:, :4], "red")


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        (Attributes(list("abcd"), exclusive=[("a", "b")]), ["a", "b,-c", "-d", "c,d"]),
        (Attributes(list("abcd"), sets=[(4, "classes")]), ["a", "d"]),
        (Attributes(list("abcde"), sets=[(2, "classes"), (3, "binary")]), ["b", "c,-e", "e"]),
    ],
)
def test_wishes_of_tensors_are_read_as_the_names_of_domains_are(known, asked):
    logits = np.random.default_rng(0).normal(size=(6, len(known.names))).astype("float32")
    for domain in asked:
        wishes = np.zeros_like(logits)
        for word in domain.split(","):
            wishes[:, known.index(word.removeprefix("-"))] = -1.0 if word.startswith("-") else 1.0
        found = keras.ops.convert_to_numpy(known.wishing(logits, wishes))
        np.testing.assert_array_equal(found, known.wanted(logits, domain))
