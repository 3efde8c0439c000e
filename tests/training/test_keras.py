"""Every callback of Keras and every public method of its models, on a game of each role: works, or says why not."""

import inspect
import re

import keras
import numpy as np
import pytest
from games import GAMES
from pages import ROOT

from keras_gans.training import fitting

CALLBACKS = {  # what its constructor needs here
    "BackupAndRestore": ("backup",),
    "CSVLogger": ("log.csv",),
    "EarlyStopping": ("d_loss", 0, 0, 0, "min"),
    "LearningRateScheduler": (lambda epoch, rate: 0.25 * rate,),
    "ModelCheckpoint": ("model.keras",),
    "OrbaxCheckpoint": ("orbax",),
    "ReduceLROnPlateau": ("d_loss", 0.25, 0, 0, "min", 1e9),
    "RemoteMonitor": ("http://localhost:1",),
    "TensorBoard": ("tensorboard",),
}
OF_RATES = ["LearningRateScheduler", "ReduceLROnPlateau", "TensorBoard"]
ALL = [name for name, kind in inspect.getmembers(keras.callbacks, inspect.isclass)]
METHODS = {  # what it is called with, a function of the model, an example of its batches and what it makes examples of
    "__call__": lambda m, batch, x: m(x),
    "add_loss": lambda m, batch, x: m.add_loss(1.0),
    "build": lambda m, batch, x: m.build(x.shape),
    "build_from_config": lambda m, batch, x: m.build_from_config({}),
    "call": lambda m, batch, x: m.call(x),
    "compile": lambda m, batch, x: (m.compile("adam", "sgd"), m.train_on_batch(*batch)),
    "compile_from_config": lambda m, batch, x: m.compile_from_config(m.get_compile_config()),
    "compute_loss": lambda m, batch, x: m.compute_loss(batch[0], batch[-1]),
    "compute_metrics": lambda m, batch, x: m.compute_metrics(batch[0], None, None),
    "compute_output_shape": lambda m, batch, x: m.compute_output_shape(x.shape),
    "compute_output_spec": lambda m, batch, x: m.compute_output_spec(keras.KerasTensor(x.shape)),
    "evaluate": lambda m, batch, x: m.evaluate(*batch),
    "export": lambda m, batch, x: m.export("exported"),
    "fit": lambda m, batch, x: m.fit(*batch, batch_size=4, verbose=0),
    "from_config": lambda m, batch, x: type(m).from_config(m.get_config()),
    "get_layer": lambda m, batch, x: m.get_layer(m.generator.name),
    "load_own_variables": lambda m, batch, x: (m.save_own_variables(store := {}), m.load_own_variables(store)),
    "load_weights": lambda m, batch, x: (m.save_weights("own.weights.h5"), m.load_weights("own.weights.h5")),
    "predict": lambda m, batch, x: m.predict(x, verbose=0),
    "predict_on_batch": lambda m, batch, x: m.predict_on_batch(x),
    "save": lambda m, batch, x: (m.save("own.keras"), keras.saving.load_model("own.keras")),
    "save_weights": lambda m, batch, x: m.save_weights("saved.weights.h5"),
    "set_state_tree": lambda m, batch, x: m.set_state_tree(m.get_state_tree()),
    "set_weights": lambda m, batch, x: m.set_weights(m.get_weights()),
    "stateless_call": lambda m, batch, x: m.stateless_call(
        *([v.value for v in group] for group in (m.trainable_variables, m.non_trainable_variables)), x
    ),
    "summary": lambda m, batch, x: m.summary(print_fn=lambda *_, **__: None),
    "symbolic_call": lambda m, batch, x: m.symbolic_call(keras.KerasTensor(x.shape)),
    "test_on_batch": lambda m, batch, x: m.test_on_batch(*batch),
    "train_on_batch": lambda m, batch, x: m.train_on_batch(*batch),
}
PLAIN = ["count_params", "get_build_config", "get_compile_config", "get_config", "get_metrics_result"]
PLAIN += ["get_state_tree", "get_weights", "reset_metrics", "to_json"]
REFUSED = ["add_loss", "compute_loss", "compute_output_shape", "evaluate", "test_on_batch"]
REFUSED += ["get_state_tree", "set_state_tree"]  # before Keras 3.15, for the names of variables


@pytest.fixture(scope="module", params=["GAN", "Pix2Pix"])
def game(request, images):
    """How to make it, its data, and one that learns in all tests, so that its step is traced once."""
    kind = GAMES[request.param]
    return kind, kind.examples(images), kind.make()


@pytest.fixture
def knows(monkeypatch, tmp_path):
    """Whether this Keras' callbacks know several optimizers."""
    monkeypatch.chdir(tmp_path)
    return fitting._know_several_optimizers()


def fit(model, examples, callback):
    return model.fit(examples, batch_size=32, epochs=2, verbose=0, callbacks=[callback]).history


def rates(model):
    return [float(keras.ops.convert_to_numpy(o.learning_rate)) for o in (model.d_optimizer, model.g_optimizer)]


@pytest.mark.filterwarnings("ignore:Could not reach RemoteMonitor")
@pytest.mark.parametrize("name", [name for name in ALL if name not in (*OF_RATES, "SwapEMAWeights")])
def test_callback_works_or_says_why_not(name, game, knows):
    _, examples, model = game
    if name == "TerminateOnNaN":
        with pytest.raises(ValueError, match=r"^Expected callbacks\.FiniteGuard, .* Received: keras.*TerminateOnNaN, "):
            fit(model, examples, keras.callbacks.TerminateOnNaN())
        return
    if name == "OrbaxCheckpoint":
        with pytest.raises(ImportError, match="requires the 'orbax-checkpoint' package"):
            keras.callbacks.OrbaxCheckpoint("orbax")
        return
    before = int(model.optimizer.iterations)
    fit(model, examples, getattr(keras.callbacks, name)(*CALLBACKS.get(name, ())))
    assert int(model.optimizer.iterations) == before + 4


@pytest.mark.parametrize("name", OF_RATES)
def test_callback_of_the_learning_rate_has_that_of_each_network(name, game, knows):
    _, examples, model = game
    model.d_optimizer.learning_rate, model.g_optimizer.learning_rate = 0.0016, 0.0032
    callback = getattr(keras.callbacks, name)(*CALLBACKS[name])
    if not knows:
        assert_refused(model, examples, callback)
        return
    logs = fit(model, examples, callback)
    if name == "TensorBoard":
        assert rates(model) == pytest.approx([0.0016, 0.0032])
        return
    # the scheduler acts at the beginning of both epochs, the other one at the end of those after the first
    assert rates(model) == pytest.approx([0.0001, 0.0002] if name == "LearningRateScheduler" else [0.0004, 0.0008])
    assert {"learning_rate_d_optimizer", "learning_rate_g_optimizer"} <= set(logs)


def assert_refused(model, examples, callback):
    before = int(model.optimizer.iterations)
    with pytest.raises(ValueError, match=r"Expected Keras 3.15 or later for keras.callbacks.*Received: Keras \d"):
        fit(model, examples, callback)
    assert int(model.optimizer.iterations) == before


@pytest.mark.parametrize("name", OF_RATES)
def test_callback_of_the_learning_rate_is_refused_where_keras_knows_but_one(name, game, knows, monkeypatch):
    monkeypatch.setattr(fitting, "_know_several_optimizers", lambda: False)
    assert_refused(game[2], game[1], getattr(keras.callbacks, name)(*CALLBACKS[name]))


@pytest.mark.tensorflow  # since compiling takes JAX a minute
def test_averages_of_the_optimizers_are_swapped_in(game, knows):
    kind, examples, _ = game
    averaged = {k: keras.optimizers.Adam(2e-3, use_ema=True) for k in ("d_optimizer", "g_optimizer")}
    fit(kind.make(**averaged, run_eagerly=True), examples, keras.callbacks.SwapEMAWeights())


@pytest.mark.filterwarnings("ignore:Model .* had a build config")
@pytest.mark.filterwarnings("ignore:The `native_serialization` parameter:DeprecationWarning")  # Keras' export on JAX
@pytest.mark.parametrize("name", [*METHODS, *PLAIN])
def test_method_works_or_says_why_not(name, game, knows):
    kind, examples, _ = game
    model = kind.make(run_eagerly=name != "fit")
    batch = [part[:8] for part in examples.parts]
    made_of = batch[0] if len(batch) > 1 else np.zeros((2, model.latent_dim), "float32")
    said = ""
    try:
        METHODS.get(name, lambda *_: getattr(model, name)())(model, batch, made_of)
    except (AttributeError, NotImplementedError, TypeError, ValueError) as error:
        said = str(error)
    assert not said or (name in REFUSED and f"`{name}`" in PAGE)
    assert "\n" not in said


def of_another_model(kind):
    """An optimizer that has been built for other weights."""
    optimizer = keras.optimizers.Adam()
    optimizer.build([keras.Variable(np.zeros(3, "float32"))])
    return next(name for name in kind.make()._compile_arguments if name.endswith("_optimizer")), optimizer


def compiled_with_another(kind):
    name, optimizer = of_another_model(kind)
    return kind.make(**{name: optimizer})


MISTAKES = {  # what a user of Keras may try -> how, a function of the game, its model and a batch; what names the way
    "predict(16)": (lambda kind, m, batch: m.predict(16), "`generate(n)`|`translate`"),
    "predict_on_batch(16)": (lambda kind, m, batch: m.predict_on_batch(16), "`generate(n)`|`translate`"),
    "model(16)": (lambda kind, m, batch: m(16), "`generate(n)`|`translate`"),
    "predict(images)": (lambda kind, m, batch: m.predict(batch[0], verbose=0), "`generate(n)`"),
    "model(images)": (lambda kind, m, batch: m(batch[0]), "`generate(n)`"),
    "save('x.h5')": (lambda kind, m, batch: m.save("x.h5"), ".keras"),
    "validation_data": (lambda kind, m, batch: m.fit(*batch, validation_data=batch), "`callbacks.Evaluate`|`evaluate`"),
    "validation_split": (lambda kind, m, batch: m.fit(*batch, validation_split=0.1), "`callbacks.Evaluate`|`evaluate`"),
    "class_weight": (lambda kind, m, batch: m.fit(*batch, class_weight={0: 1.0}), "as often as they count"),
    "sample_weight": (lambda kind, m, batch: m.fit(*batch, sample_weight=batch[0]), "as often as they count"),
    "a class_weight of a batch": (lambda kind, m, batch: m.train_on_batch(*batch, class_weight={0: 1.0}), "as often"),
    "batch_size=0": (lambda kind, m, batch: m.fit(*batch, batch_size=0), "at least one batch"),
    "a mistyped keyword": (lambda kind, m, batch: m.fit(*batch, epoch=3), "docstring"),
    "test_on_batch": (lambda kind, m, batch: m.test_on_batch(*batch), "`callbacks.Evaluate`"),
    "another model's optimizer": (lambda kind, m, batch: compiled_with_another(kind), "a new optimizer"),
}
PAGE = (ROOT / "docs" / "keras.md").read_text(encoding="utf-8")
WORKS = {("Pix2Pix", "predict(images)"), ("Pix2Pix", "model(images)"), ("VAE", "test_on_batch")}


@pytest.mark.parametrize("role", ["GAN", "CGAN", "Pix2Pix", "VAE"])
def test_what_users_of_keras_try_works_or_is_answered_by_the_way(role, images, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kind = GAMES[role]
    model, batch = kind.make(run_eagerly=True), [part[:8] for part in kind.examples(images).parts]
    before = model.get_weights()
    for name, (attempt, ways) in MISTAKES.items():
        if (role, name) in WORKS:
            attempt(kind, model, batch)
            continue
        with pytest.raises((TypeError, ValueError)) as caught:
            attempt(kind, model, batch)
        said = str(caught.value)
        assert re.fullmatch(r"Expected .*\. Received: .*\.", said), (name, said)
        assert any(way in said for way in ways.split("|")), (name, said)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(tmp_path.iterdir()) == []
    assert all(f"| `{name}` |" in PAGE or f"| {name} |" in PAGE for name in MISTAKES)
    model.compile(**{name: o for name, o in model.optimizer.members.items()})  # its own optimizers it may keep
