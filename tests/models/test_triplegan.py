"""Triple-GAN: its three losses by hand, who moves, what each log is of, and what the game alone cannot see."""

import keras
import numpy as np
import pytest
from by_hand import (
    IMAGES,
    LABELS,
    LATENTS,
    SHAPE,
    assert_same_weights,
    dense_discriminator,
    dense_generator,
    move,
    pair,
)
from conftest import assert_same_state
from games import GAMES
from keras import layers, ops
from scipy.special import expit, log_softmax, softmax

from keras_gans import data, engine, losses, models

RATES = {"d_optimizer": 0.1, "c_optimizer": 0.3, "g_optimizer": 0.2}
U = np.random.default_rng(1).uniform(-1, 1, (12, *SHAPE)).astype("float32")
WEIGHTS = {"pseudo": 0.9, "adversarial": 0.7, "alpha_p": 0.2, "entropy": 0.3, "balance": 0.4, "alpha": 0.25}
LOGS = ("c_labelled", "c_unlabelled", "c_generated")


def dense_classifier(classes=3, shape=SHAPE):
    return keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(8, "tanh"), layers.Dense(classes)])


def triplegan(**arguments):
    keras.utils.set_random_seed(0)
    model = models.TripleGAN(dense_generator(), dense_discriminator(), dense_classifier(), LATENTS, 3, seed=0)
    steps = {name: keras.optimizers.SGD(rate) for name, rate in RATES.items()}
    model.compile(**{**steps, "run_eagerly": True, **arguments})
    return model


def step(model, x=IMAGES, c=LABELS, u=U):
    return model.train_on_batch(x, c, u, return_dict=True)


def ones(*columns):
    return [np.array(column, "float32")[:, None] for column in columns]


def log(p):
    return ops.log(ops.clip(p, 1e-30, 1.0))


@pytest.mark.parametrize("saturating", [False, True])
def test_triplegan_step_equals_the_formula_written_by_hand(saturating):
    """In the order D, C, G; C meets the D that has moved, and G too."""
    model, twin = triplegan(saturating=saturating, **WEIGHTS), triplegan()
    D, C, G = twin.discriminator, twin.classifier, twin.generator
    z = keras.random.normal((12, LATENTS), seed=keras.random.SeedGenerator(0))
    fake, k = G(pair(z, LABELS)), ops.argmax(C(U), axis=-1)

    def judged(x, c):
        return ops.sigmoid(D(pair(x, c)))[:, 0]

    def pays(d):
        return ops.log(1 - d) if saturating else -ops.log(d)

    def d_loss():
        accept = 0.1 * ops.mean(log(judged(IMAGES, LABELS))) + 0.9 * ops.mean(log(judged(U, k)))
        reject = 0.25 * ops.mean(log(1 - judged(U, k))) + 0.75 * ops.mean(log(1 - judged(fake, LABELS)))
        return -accept - reject

    def c_loss():
        p, right = ops.softmax(C(U)), ops.one_hot(LABELS, 3)
        labelled, generated = (-ops.mean(ops.sum(right * log(ops.softmax(C(x))), axis=1)) for x in (IMAGES, fake))
        played = ops.mean(ops.max(p, axis=1) * pays(judged(U, ops.argmax(p, axis=1))))
        doubt, bias = -ops.mean(ops.sum(p * log(p), axis=1)), -ops.mean(log(ops.mean(p, axis=0)))
        return labelled + 0.25 * 0.7 * played + 0.3 * doubt + 0.4 * bias + 0.2 * generated

    hand = {
        "d_loss": move(d_loss, 0.1, D),
        "c_loss": move(c_loss, 0.3, C),
        "g_loss": move(lambda: 0.75 * ops.mean(pays(judged(G(pair(z, LABELS)), LABELS))), 0.2, G),
    }
    logs = step(model)
    assert {name: logs[name] for name in hand} == pytest.approx(hand, rel=1e-4)
    total = logs["c_labelled"] + logs["c_unlabelled"] + 0.2 * logs["c_generated"]
    assert total == pytest.approx(logs["c_loss"], rel=1e-5)
    assert_same_weights(model, twin)


def test_worked_numbers_of_d_and_g():
    """Real logits 2, 0; C's 1, -1; G's 0, -2; alpha 1/2."""
    real, of_c, of_g = ones((2, 0), (1, -1), (0, -2))
    terms = [losses.binary_cross_entropy(1.0, real)]
    terms += [0.5 * losses.binary_cross_entropy(0.0, scores) for scores in (of_c, of_g)]
    assert [float(t) for t in terms] == pytest.approx([0.4100376, 0.4066308, 0.2050188], abs=1e-6)
    assert float(sum(terms)) == pytest.approx(1.0216872, abs=1e-6)
    for saturating, expected in ((True, -0.2050188), (False, 0.7050188)):
        model = triplegan(saturating=saturating)
        assert float((1 - model.alpha) * model.fooling(of_g)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("saturating", "expected"), [(True, -0.3424731), (False, 0.2674731)])
def test_worked_numbers_of_what_c_pays_to_d(saturating, expected):
    """At probabilities .9 and .6 of its hard labels, which D gives 1 and -1; the weight is not divided out."""
    scores, sure = ones((1, -1), (0.9, 0.6))
    assert float(0.5 * triplegan(saturating=saturating).fooling(scores, sure)) == pytest.approx(expected, abs=1e-6)
    p = expit(scores)
    by_hand = 0.5 * np.mean(sure * (np.log(1 - p) if saturating else -np.log(p)))
    assert by_hand == pytest.approx(expected, abs=1e-6)


def test_all_marginals_may_be_right_where_the_classifier_is_wrong():
    """The game's value is at its least, D answers 1/2 everywhere; only the cross-entropy of labels tells."""
    p, of_c, of_g = (
        np.array([[0.4, 0.1], [0.1, 0.4]]),
        np.array([[0.3, 0.2], [0.2, 0.3]]),
        np.array([[0.5, 0], [0, 0.5]]),
    )
    np.testing.assert_allclose(0.5 * of_c + 0.5 * of_g, p)
    for q in (of_c, of_g):
        for axis in (0, 1):
            np.testing.assert_allclose(q.sum(axis), p.sum(axis))

    def value(d):
        return np.sum(p * np.log(d) + (0.5 * of_c + 0.5 * of_g) * np.log(1 - d))

    best = p / (p + 0.5 * of_c + 0.5 * of_g)
    np.testing.assert_allclose(best, 0.5)
    assert value(best) == pytest.approx(-np.log(4))
    assert max(value(best + shift) for shift in (-0.01, 0.01)) < value(best)
    known = [float(losses.class_cross_entropy(np.repeat([0, 1], 5), _logits(q))) for q in (of_c, p)]
    assert known == pytest.approx([0.5919, 0.5004], abs=1e-4)


def _logits(joint):
    """A classifier's answers to ten examples that have the shares of the joint distribution (.4, .1; .1, .4)."""
    rows = np.log(joint / joint.sum(axis=1, keepdims=True)).astype("float32")
    return rows[[0, 0, 0, 0, 1, 1, 1, 1, 1, 0]]


@pytest.mark.parametrize("still", [{"d"}, {"c"}, {"g"}, {"d", "c"}, {"d", "g"}, {"c", "g"}])
def test_each_players_move_leaves_the_others_as_they_are(still):
    """Bit for bit."""
    model = triplegan(**{f"{name}_optimizer": keras.optimizers.SGD(0.0) for name in still}, **WEIGHTS)
    networks = {"d": model.discriminator, "c": model.classifier, "g": model.generator}
    before = {name: network.get_weights() for name, network in networks.items()}
    step(model)
    for name, network in networks.items():
        same = [np.array_equal(a, b) for a, b in zip(before[name], network.get_weights())]
        assert all(same) if name in still else not all(same)


def test_each_log_of_c_moves_when_only_its_input_does():
    """A famous omission: no term of examples without labels."""

    def still():
        return triplegan(**WEIGHTS, d_optimizer=keras.optimizers.SGD(0.0))

    plain = step(still())

    def moved(model, **arguments):
        found = step(model, **arguments)
        return {name for name in LOGS if found[name] != plain[name]}

    assert moved(still()) == set()
    assert moved(still(), u=-U) == {"c_unlabelled"}
    assert moved(still(), x=-IMAGES) == {"c_labelled"}
    model = still()
    model.generator.set_weights([1.5 * w for w in model.generator.get_weights()])
    assert moved(model) == {"c_generated"}


def slope_of_c(model):
    """The gradient by C's logits of what it pays on unlabelled examples."""
    u = ops.convert_to_tensor(U)
    return ops.convert_to_numpy(engine.input_gradient(lambda a: model.of_unlabelled(u, a), model.classifier(u)))


def test_c_learns_from_d_and_not_by_the_number_of_a_class():
    """A famous mistake weighs by the label's number: class 0 nothing, class 2 twice; another gives D no hard label."""
    model = triplegan()
    plain = slope_of_c(model)
    p = softmax(ops.convert_to_numpy(model.classifier(U)), axis=1)
    k = p.argmax(axis=1)
    d = expit(ops.convert_to_numpy(model.discriminator(pair(U, k)))[:, 0])
    weight = p.max(axis=1)
    by_hand = 0.5 / 12 * -np.log(d)[:, None] * weight[:, None] * (np.eye(3)[k] - p)
    np.testing.assert_allclose(plain, by_hand, rtol=1e-4, atol=1e-7)
    assert np.abs(plain).sum(axis=1).min() > 1e-4

    permuted = np.array([2, 0, 1])  # new number of each class
    last = model.classifier.layers[-1]
    kernel, bias = last.get_weights()
    last.set_weights([kernel[:, np.argsort(permuted)], bias[np.argsort(permuted)]])
    [table] = [layer for layer in model.discriminator.layers if isinstance(layer, layers.Embedding)]
    table.set_weights([table.get_weights()[0][np.argsort(permuted)]])
    np.testing.assert_allclose(slope_of_c(model)[:, permuted], plain, rtol=1e-4, atol=1e-7)


def test_generated_examples_count_for_c_from_their_step_on():
    weights = [triplegan(alpha_p=alpha_p, alpha_p_start=start) for alpha_p, start in ((0.0, 0), (5.0, 2), (5.0, 0))]
    for _ in range(2):
        for model in weights:
            step(model)
    never, later, at_once = (model.classifier.get_weights() for model in weights)
    np.testing.assert_array_equal(never[0], later[0])
    assert np.abs(never[0] - at_once[0]).max() > 1e-4
    for model in weights[:2]:
        step(model)
    assert np.abs(weights[0].classifier.get_weights()[0] - weights[1].classifier.get_weights()[0]).max() > 1e-4


def test_classify_gives_probabilities_by_the_averages_and_moves_nothing(images):
    model = GAMES["TripleGAN"].make(ema=0.9)
    model.fit(GAMES["TripleGAN"].examples(images), batch_size=16, epochs=2, verbose=0)
    before = [ops.convert_to_numpy(v) for v in model.variables]
    found = model.classify(images)
    assert (found.shape, found.dtype) == ((70, 3), np.float32)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(model.classify(images), found)
    for a, b in zip(before, model.variables):
        np.testing.assert_array_equal(ops.convert_to_numpy(b), a)
    plain = np.exp(log_softmax(ops.convert_to_numpy(model.classifier(images)), axis=1))
    assert np.abs(plain - found).max() > 1e-4
    model.averages = None
    np.testing.assert_allclose(model.classify(images), plain, rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match=r"Expected images of shape \(16, 16, 1\).*Received: .*\(2, 8, 8, 1\)"):
        model.classify(np.zeros((2, 8, 8, 1), "float32"))


def test_a_classifier_is_saved_as_what_it_answers_with(images, tmp_path):
    model = GAMES["TripleGAN"].make(ema=0.9)
    model.fit(GAMES["TripleGAN"].examples(images), batch_size=16, verbose=0)
    model.classifier.save(tmp_path / "classifier.keras")
    alone = keras.saving.load_model(tmp_path / "classifier.keras")
    expected = model.classify(images)
    np.testing.assert_allclose(np.exp(log_softmax(ops.convert_to_numpy(alone(images)), axis=1)), expected, atol=1e-5)


def test_unlabelled_pictures_alone_decide_what_a_pass_is(images):
    model, examples = GAMES["TripleGAN"].make(), GAMES["TripleGAN"].examples(images)
    assert [len(part) for part in examples.parts] == [18, 18, 70]
    model.fit(examples, batch_size=16, epochs=2, verbose=0)
    assert int(model.optimizer.iterations) == 2 * (70 // 16)
    again = GAMES["TripleGAN"].make()
    again.fit(examples, batch_size=16, epochs=2, verbose=0)
    assert_same_state(model, again)


def test_triplegan_refuses_networks_weights_and_data_that_do_not_fit():
    with pytest.raises(ValueError, match=r"Expected a classifier.*\(None, 3\)\. Received: .*output shape \(None, 4\)"):
        models.TripleGAN(dense_generator(), dense_discriminator(), dense_classifier(4), LATENTS, 3)
    with pytest.raises(ValueError, match=r"Expected a classifier of what.*Received: input shape \(None, 2, 2, 1\)"):
        models.TripleGAN(dense_generator(), dense_discriminator(), dense_classifier(3, (2, 2, 1)), LATENTS, 3)
    with pytest.raises(ValueError, match="discriminator of examples and conditions"):
        models.TripleGAN(dense_generator(), dense_discriminator(sees_condition=False), dense_classifier(), LATENTS, 3)
    for name, value in {"alpha": 1.5, "pseudo": -0.1}.items():
        with pytest.raises(ValueError, match=rf"Expected `{name}` as a number in \[0, 1\]\. Received: {value}"):
            triplegan(**{name: value})
    for name in ("adversarial", "alpha_p", "entropy", "balance"):
        with pytest.raises(ValueError, match=rf"Expected `{name}` as a number of at least 0\. Received: -1"):
            triplegan(**{name: -1})
    with pytest.raises(ValueError, match=r"`alpha_p_start` as an int of at least 0\. Received: 0\.5"):
        triplegan(alpha_p_start=0.5)
    model = triplegan()
    with pytest.raises(ValueError, match=r"labels and unlabelled images, all in one.*Received: 2 parts"):
        model.fit(IMAGES, LABELS)
    with pytest.raises(ValueError, match=r"that belong together.*Received: groups of 1 and 1 and 1"):
        model.fit(data.Examples(IMAGES, LABELS, U, aligned=False))
