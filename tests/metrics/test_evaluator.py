"""The evaluator: each game's examples beside what they ought to be, by figures that are worked out here again."""

import json

import numpy as np
import pytest
from conftest import dense_gan
from games import GAMES
from styled import DIM, LAYERS, styled_gan

from keras_gans import data, metrics
from keras_gans.commands.evaluate import evaluate
from keras_gans.metrics import evaluator, extractors
from keras_gans.metrics.evaluator import Evaluator

PIXELS = metrics.extractor(lambda x: np.reshape(x, (len(x), -1))[:, ::16], "every 16th pixel")
SETS = ["frechet", "kernel", "precision_recall", "diversity"]


def values(results):
    return {result.name: result.value for result in results}


def seeds(seed, n):
    return [int(s) >> 1 for s in np.random.SeedSequence(seed).generate_state(n)]


def frechet(real, fake):
    return metrics.frechet_distance(*(PIXELS(x).values for x in (real, fake)))


@pytest.fixture(scope="module")
def gan():
    return dense_gan()


def test_evaluator_compares_samples_with_what_is_real(gan, images):
    results = Evaluator(gan, images, extractor=PIXELS, samples=300, seed=5).results()
    samples = np.concatenate([gan.generate(n, seed) for n, seed in zip((256, 44), seeds(5, 2))])
    found = values(results)
    assert list(found) == [
        "frechet_distance",
        "kernel_distance",
        *("precision", "recall", "density", "coverage"),
        *("diversity", "sharpness", "band_energy_16", "duplicates", "path_length"),
    ]
    assert found["frechet_distance"] == pytest.approx(frechet(images, samples))
    assert found["path_length"] == metrics.path_length(gan.decode, 8, PIXELS, 150, 5).value
    assert {(r.real, r.generated) for r in results} == {(70, 300), (0, 300)}
    assert {r.extractor for r in results} == {"every 16th pixel", "the examples themselves"}


def test_evaluator_measures_paths_of_a_model_with_styles_in_both_spaces():
    model = styled_gan()
    real = np.random.default_rng(0).uniform(-1, 1, (60, LAYERS, DIM, 1)).astype("float32")
    pixels = metrics.extractor(lambda x: np.reshape(x, (len(x), -1)), "pixels")
    found = values(Evaluator(model, real, extractor=pixels, samples=300, seed=5).results())
    assert found["path_length"] == metrics.path_length(model.decode, 4, pixels, 150, 5).value
    in_w = metrics.path_length(model.styles.decode, 4, pixels, 150, 5, model.styles.map).value
    assert found["path_length_w"] == in_w != found["path_length"]
    with pytest.raises(ValueError, match="that fit GAN.*Received: 'path_length_w'"):
        Evaluator(dense_gan(), np.zeros((4, 16, 16, 1), "float32"), ["path_length_w"], pixels)


def test_evaluator_reads_and_makes_examples_in_batches(gan, images):
    seen = []

    def look(x):
        seen.append(len(x))
        return x.reshape(len(x), -1)[:, :2]

    real = np.tile(images, (10, 1, 1, 1))
    evaluator = Evaluator(gan, real, ["frechet"], metrics.extractor(look, "corner"), samples=600)
    seen.clear()
    evaluator.results()
    assert seen == [256, 256, 88, 256, 256, 188]


def test_evaluator_looks_at_real_examples_once_if_it_is_to_be_asked_again(gan, images):
    seen = []

    def look(x):
        seen.append(len(x))
        return PIXELS(x).values

    evaluator = Evaluator(gan, images, ["frechet", "kernel"], metrics.extractor(look, "pixels"), 100, again=True)
    seen.clear()
    first, second = values(evaluator.results()), values(evaluator.results())
    assert seen == [100, 70, 100]
    assert first == second


def test_evaluator_asks_for_classes_in_turn(images):
    model = GAMES["CGAN"].make()
    results = Evaluator(model, images, ["frechet"], PIXELS, samples=300).results()
    labels = np.arange(300) % 3
    samples = [model.generate(n, s, labels[i : i + n]) for n, s, i in zip((256, 44), seeds(0, 2), (0, 256))]
    assert values(results)["frechet_distance"] == pytest.approx(frechet(images, np.concatenate(samples)))


def test_evaluator_asks_for_real_conditions_where_they_are_vectors(images):
    game = GAMES["CGAN of vectors"]
    model, real = game.make(), game.examples(images)
    results = Evaluator(model, real, ["frechet", "path_length"], PIXELS, samples=100).results()
    wanted = real.parts[1][np.arange(100) % 70]
    expected = frechet(images, model.generate(100, seeds(0, 1)[0], wanted))
    assert values(results)["frechet_distance"] == pytest.approx(expected)
    with pytest.raises(ValueError, match="Expected"):
        Evaluator(model, images, ["frechet"], PIXELS)


def test_evaluator_of_pairs_compares_each_with_its_target(images):
    game = GAMES["Pix2Pix"]
    model, real = game.make(), game.examples(images)
    evaluator = Evaluator(model, real, extractor=PIXELS, samples=20, seed=3)
    assert evaluator.names == [*SETS, "sharpness", "psnr"]  # the pictures are smaller than SSIM's window
    rows = np.arange(20) * 70 // 20
    made = model.translate(real.parts[0][rows], seeds(3, 1)[0])
    found = values(evaluator.results())
    assert found["psnr"] == pytest.approx(metrics.psnr(real.parts[1][rows], made), abs=1e-4)
    assert found["frechet_distance"] == pytest.approx(frechet(real.parts[1][rows], made), rel=1e-4)


def test_evaluator_of_two_domains_compares_translated_a_with_b(images):
    game = GAMES["CycleGAN"]
    model, real = game.make(), game.examples(images)
    evaluator = Evaluator(model, real, extractor=PIXELS, samples=1000)
    assert evaluator.names == [*SETS, "sharpness"]
    (result,) = Evaluator(model, real, ["frechet"], PIXELS, samples=1000).results()
    assert result.value == pytest.approx(frechet(real.parts[1], model.translate(real.parts[0])), rel=1e-4)
    assert (result.real, result.generated) == (50, 70)


def test_evaluator_of_a_model_that_classifies_counts_what_it_names_rightly(images):
    model, real = GAMES["TripleGAN"].make(), GAMES["CGAN"].examples(images)
    evaluator = Evaluator(model, real, ["frechet", "accuracy"], PIXELS, samples=20)
    assert "accuracy" in Evaluator(model, real, extractor=PIXELS).names
    results = evaluator.results()
    assert [result.name for result in results] == ["frechet_distance", "accuracy"]
    right = np.mean(model.classify(real.parts[0]).argmax(axis=1) == real.parts[1])
    assert (results[1].value, results[1].real) == (pytest.approx(right), 70)
    with pytest.raises(ValueError, match=r"Received: 'accuracy'\.$"):
        Evaluator(GAMES["CGAN"].make(), real, ["accuracy"], PIXELS)
    with pytest.raises(ValueError, match=r"Received: 'accuracy'\.$"):
        Evaluator(model, real.parts[0], ["accuracy"], PIXELS)


def test_evaluator_counts_the_modes_of_a_mixture():
    toy = data.toy.ring()
    model = GAMES["lsgan"].make()
    evaluator = Evaluator(model, toy, samples=500)
    assert evaluator.names == [*SETS, "modes"]
    found = values(Evaluator(model, toy, ["modes"], samples=500).results())
    samples = np.concatenate([model.generate(n, seed) for n, seed in zip((256, 244), seeds(0, 2))])
    expected = metrics.mode_coverage(samples, toy.modes, toy.std)
    assert found["modes"] == expected.covered
    assert found["modes_quality"] == pytest.approx(expected.quality)
    np.testing.assert_allclose(found["modes_reverse_kl"], expected.reverse_kl)


def test_modes_covered_adds_up_what_batches_cover():
    toy = data.toy.grid()
    points = toy.sample(900)
    metric = metrics.ModesCovered(toy.modes, toy.std)
    for part in np.split(points, 3):
        metric.update_state(fake=part)
    expected = metrics.mode_coverage(points, toy.modes, toy.std)
    assert [r.value for r in metric.results()] == pytest.approx(
        [expected.covered, expected.quality, expected.reverse_kl]
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"names": ["frechett"]}, r"Unknown metric\. Did you mean 'frechet'\? .* Received: 'frechett'\.$"),
        ({"names": ["psnr"]}, r"Expected metrics that fit GAN and its data: frechet, .* Received: 'psnr'\.$"),
        ({"names": ["inception_score"]}, r"Received: 'inception_score'\.$"),
        ({"names": ["modes"]}, r"Received: 'modes'\.$"),
        ({"samples": 1}, r"Expected `samples` as an int of at least 2\. Received: 1\.$"),
        (
            {"real": np.zeros((9, 8, 8, 1), "float32")},
            r"Expected examples of shape .* \(9, 8, 8, 1\)\.$",
        ),
    ],
)
def test_evaluator_refuses_what_does_not_fit(gan, images, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Evaluator(**{"model": gan, "real": images, "extractor": PIXELS, **arguments})


def test_evaluate_reads_data_in_the_models_size_with_their_labels(gan, tmp_path, monkeypatch):
    monkeypatch.setattr(extractors, "STEPS", 2)
    monkeypatch.setattr(evaluator, "MOST", 100)
    out = tmp_path / "new" / "evaluation.json"
    results = evaluate(gan, "digits", ["frechet", "inception_score"], n=64, out=out)
    assert [(r.name, r.real, r.generated) for r in results] == [
        ("classifier_distance", 1797, 64),
        ("classifier_score", 0, 64),
    ]
    assert results[0].extractor.startswith("classifier of 10 classes")
    written = json.loads(out.read_text())
    assert written["model"] is None
    assert [(r["name"], r["value"]) for r in written["results"]] == [(r.name, r.value) for r in results]
    assert set(written["results"][0]) == {"name", "value", "error", "extractor", "resize", "real", "generated", "note"}


def test_evaluate_counts_the_modes_of_a_toy():
    model = GAMES["lsgan"].make()
    found = values(evaluate(model, "grid", ["modes", "frechet"], n=50))
    assert set(found) == {"modes", "modes_quality", "modes_reverse_kl", "frechet_distance"}
    assert set(values(evaluate(model, "swiss_roll", ["frechet"], n=50))) == {"frechet_distance"}


def test_evaluate_refuses_what_it_does_not_know(gan):
    with pytest.raises(ValueError, match=r"Expected an extractor, classifier or inception\. Received: 'vgg'\.$"):
        evaluate(gan, "digits", extractor="vgg")
    with pytest.raises(ValueError, match=r"Did you mean 'digits'\?"):
        evaluate(gan, "digit", n=9)


@pytest.mark.parametrize(
    ("count", "missing"),
    [
        (1, {"frechet", "kernel", "precision_recall", "diversity", "duplicates"}),
        (2, {"kernel", "precision_recall", "duplicates"}),
        (4, {"precision_recall", "duplicates"}),
        (20, {"duplicates"}),
        (70, set()),
    ],
)
def test_evaluator_measures_of_few_examples_what_it_can_and_names_the_rest(gan, images, count, missing, monkeypatch):
    """A figure that can be had is the one that is had alone; a single picture teaches no classifier."""
    monkeypatch.setattr(extractors, "STEPS", 2)
    extractor = None if count == 1 else PIXELS
    whole, left_out = Evaluator(gan, images[:count], extractor=extractor, samples=60), {}
    found = values(whole.results(left_out))
    assert set(left_out) == missing
    assert all(reason.startswith("Expected ") for reason in left_out.values())
    assert len(found) == 11 - 3 * ("precision_recall" in missing) - len(missing)
    assert np.isfinite(list(found.values())).all()
    alone = Evaluator(gan, images[:count], ["sharpness"], extractor, 60).results()
    assert found["sharpness"] == alone[0].value
    for name in sorted(missing)[:1]:
        with pytest.raises(ValueError, match="Expected "):
            Evaluator(gan, images[:count], [name], extractor, 60).results()


def test_evaluator_measures_one_pair(images):
    kind = GAMES["Pix2Pix"]
    pair = data.Examples(*(part[:1] for part in kind.examples(images).parts))
    left_out = {}
    found = values(Evaluator(kind.make(), pair).results(left_out))
    assert (set(found) & {"psnr", "ssim", "sharpness"}) == {"psnr", "sharpness"}  # smaller than SSIM's window
    assert {"frechet", "diversity"} <= set(left_out)
