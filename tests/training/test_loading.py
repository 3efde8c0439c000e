"""A .keras file of a stranger becomes a model of ours, or one sentence: nothing of it runs, whatever is in it."""

import json
import pathlib
import zipfile

import keras
import numpy as np
import pytest
import strangers
from conftest import dense_gan
from keras import layers
from keras.src.backend.common import global_state  # what was switched off cannot be switched on in public

from keras_gans import models
from keras_gans.training import loading
from keras_gans.training.loading import _class_of, _is_part, load_model

REFUSED = r"^Expected a \.keras file that keras_gans saved\. Received: .*cannot load safely \(.*\)\.$"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The members of a model that is as it should be."""
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    dense_gan().save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path, members, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def changed(saved, change):
    """The members with another configuration."""
    config = json.loads(saved["config.json"])
    return {**saved, "config.json": json.dumps(change(config) or config)}


def refuse(path, words=""):
    with pytest.raises(ValueError, match=REFUSED) as caught:
        load_model(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_load_model_takes_what_was_saved(saved, tmp_path):
    model = load_model(write(tmp_path / "model.keras", saved))
    assert isinstance(model, models.GAN)


def by_keras(version, members):
    return {**members, "metadata.json": json.dumps({"keras_version": version, "date_saved": "today"})}


def of_tomorrow(config):
    """A layer that there is not yet."""
    config["config"]["generator"]["config"]["layers"][0]["class_name"] = "LayerOfTomorrow"


def test_load_model_says_that_a_newer_keras_saved_what_it_cannot_load(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(keras, "__version__", "3.12.4")
    unknown, path = changed(saved, of_tomorrow), tmp_path / "model.keras"
    refuse(write(path, by_keras("3.15.1", unknown)), "(saved by Keras 3.15.1, this is 3.12.4: it names 'keras.")
    damaged = {**saved, "model.weights.h5": b"damaged"}
    refuse(write(path, by_keras("3.15.1.dev2", damaged)), "(saved by Keras 3.15.1, this is 3.12.4: ")
    for version in ("3.12.4", "3.9.1", "2", "new", None, 3.15):
        with pytest.raises(ValueError, match=r"safely \(it names"):
            load_model(write(path, by_keras(version, unknown)))
    assert isinstance(load_model(write(path, by_keras("3.99.0", saved))), models.GAN)


# What the configuration names


@pytest.fixture
def lambda_file(tmp_path):
    """A model whose generator writes a file wherever it is called, and that file."""
    mark = tmp_path / "ran"
    write_mark = f"lambda x: (__import__('pathlib').Path({str(mark)!r}).write_text('ran'), x)[1]"
    inputs = keras.Input((8,))
    x = layers.Lambda(eval(write_mark))(inputs)
    generator = keras.Model(inputs, layers.Reshape((2, 2, 1))(layers.Dense(4)(x)))
    images = keras.Input((2, 2, 1))
    gan = models.GAN(generator, keras.Model(images, layers.Dense(1)(layers.Flatten()(images))), latent_dim=8)
    gan.save(tmp_path / "model.keras")
    mark.unlink()
    return tmp_path / "model.keras", mark


def test_load_model_runs_no_lambda(lambda_file):
    path, mark = lambda_file
    refuse(path, "it names 'keras.layers.Lambda', which is no part of a network")
    assert not mark.exists()


def test_load_model_runs_no_lambda_where_safe_mode_was_switched_off_for_all(lambda_file):
    """`keras.config.enable_unsafe_deserialization` outweighs the argument of `load_model`."""
    path, mark = lambda_file
    keras.config.enable_unsafe_deserialization()
    try:
        refuse(path, "Lambda")
    finally:
        global_state.set_global_attribute("safe_mode_saving", None)
    assert not mark.exists()


def test_load_model_keeps_safe_mode_on_behind_its_own_check(lambda_file, monkeypatch):
    path, mark = lambda_file
    monkeypatch.setattr(loading, "check_saved", lambda path, kind: None)
    refuse(path, "lambda")
    assert not mark.exists()


def hidden(found):
    """Puts an object where it is deserialized and not used: a layer of the generator that leads nowhere."""

    def change(config):
        inner = config["config"]["generator"]["config"]
        inner["layers"].append({**found, "name": "hidden", "inbound_nodes": found.pop("inbound_nodes", [])})

    return change


def part(module, name, config=None, **more):
    return {
        "module": module,
        "class_name": name,
        "config": config or {"name": "hidden"},
        "registered_name": name,
        **more,
    }


@pytest.mark.parametrize(
    "found",
    [
        part("os", "system", {"command": "true"}),
        part("builtins", "eval"),
        part("subprocess", "Popen", {"args": ["true"]}),
        part("keras.utils", "get_file", {"fname": "a", "origin": "http://127.0.0.1:1/a"}),
        part("keras.src.saving.saving_lib", "load_model"),
        part("keras.layers", "TFSMLayer", {"filepath": "/tmp"}),
        part("keras.layers", "TextVectorization", {"vocabulary": "/etc/passwd"}),
        part("keras.layers", "StringLookup", {"vocabulary": "/etc/passwd"}),
        part("keras.layers", "Reshape2", {}),
        part(None, "__lambda__", {"value": ["4wAAAA==", None, None]}),
        part("builtins", "function", "eval"),
        part("keras.activations", "function", "get"),
    ],
    ids=lambda found: f"{found['module']}.{found['class_name']}",
)
def test_load_model_takes_only_parts_of_networks(saved, tmp_path, found):
    refuse(write(tmp_path / "model.keras", changed(saved, hidden(found))), "which is no part of a network")


def test_load_model_calls_no_function_of_keras(saved, tmp_path):
    """An operation that leads nowhere would call what it is told to, while Keras builds the network."""
    function = {
        "module": "keras.config",
        "class_name": "function",
        "config": "set_floatx",
        "registered_name": "function",
    }
    node = {"args": [0, [function], "float16"], "kwargs": {}}
    switch = part("keras.src.ops.core", "Switch", inbound_nodes=[node])
    refuse(write(tmp_path / "model.keras", changed(saved, hidden(switch))), "'keras.config.function.set_floatx'")
    assert keras.config.floatx() == "float32"


@pytest.mark.parametrize("module", ["layers", "optimizers", "initializers", "losses", "regularizers", "constraints"])
def test_class_of_knows_all_public_parts_of_keras(module):
    """All that a user's network may be made of, apart from layers that bring code or read files."""
    found = vars(getattr(keras, module))
    public = {name for name, value in found.items() if isinstance(value, type) and name[0].isupper()}
    unknown = {name for name in public if _class_of({"module": f"keras.{module}", "class_name": name}) is None}
    code = {"FlaxLayer", "IntegerLookup", "JaxLayer", "Lambda", "StringLookup", "TFSMLayer", "TextVectorization"}
    assert unknown - {"InputSpec", "OptimizerMap"} == (code | {"TorchModuleWrapper"}) & public  # no part of a file
    assert len(public) > 3


def test_is_part_lets_pass_what_this_process_registered():
    @keras.saving.register_keras_serializable("mine")
    class Layer(layers.Layer):
        pass

    @keras.saving.register_keras_serializable("mine")
    def wave(x):
        return x

    assert _is_part({"class_name": "Layer", "registered_name": "mine>Layer", "module": "elsewhere", "config": {}})
    assert _is_part({"class_name": "function", "registered_name": "function", "config": "mine>wave"})
    assert not _is_part({"class_name": "Layer", "registered_name": "yours>Layer", "module": "elsewhere", "config": {}})


@pytest.mark.parametrize("config", ["[]", "7", "{", '{"class_name": []}', '"text"', "[" * 10**5, "\udcff", "{}"])
def test_load_model_refuses_a_configuration_that_is_none(saved, tmp_path, config):
    content = config.encode("utf-8", "surrogatepass")
    refuse(write(tmp_path / "model.keras", {**saved, "config.json": content}))


def test_load_model_refuses_another_model(saved, tmp_path):
    keras.Sequential([keras.Input((2,)), layers.Dense(1)]).save(tmp_path / "other.keras")
    refuse(tmp_path / "other.keras", "it holds a 'keras.Sequential'")
    generator = changed(saved, lambda config: config["config"]["generator"])
    refuse(write(tmp_path / "model.keras", generator), "it holds a 'keras.src.models.functional.Functional'")


# Files that are none


def test_load_model_refuses_what_is_cut_short(saved, tmp_path):
    path = write(tmp_path / "model.keras", saved)
    content = path.read_bytes()
    for length in (0, 1, 30, len(content) // 2, len(content) - 30, len(content) - 1):
        path.write_bytes(content[:length])
        refuse(path)


def test_load_model_refuses_random_bytes_and_other_zips(saved, tmp_path):
    (tmp_path / "random.keras").write_bytes(np.random.default_rng(0).bytes(5000))
    refuse(tmp_path / "random.keras")
    refuse(write(tmp_path / "other.keras", {"a.txt": "hello"}), "more than a model's configuration and weights")
    refuse(write(tmp_path / "none.keras", {}))
    for name in ("../evil", "assets/../../evil", "/tmp/evil"):
        refuse(write(tmp_path / "evil.keras", {**saved, name: "evil"}), "more than a model")
    without = {name: content for name, content in saved.items() if name != "model.weights.h5"}
    refuse(write(tmp_path / "without.keras", without))
    refuse(write(tmp_path / "weights.keras", {**saved, "model.weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(500)}))


def test_load_model_refuses_damaged_weights(saved, tmp_path):
    rng, weights = np.random.default_rng(0), bytearray(saved["model.weights.h5"])
    for place in rng.choice(2000, 300, replace=False):
        weights[place] ^= 255
    refuse(write(tmp_path / "model.keras", {**saved, "model.weights.h5": bytes(weights)}))


def test_load_model_refuses_other_formats(saved, tmp_path):
    path = write(tmp_path / "model.h5", saved)
    refuse(path, "its name does not end in .keras")
    with pytest.raises(ValueError, match=r"which is not a file\.$"):
        load_model(pathlib.Path(tmp_path))


@pytest.mark.parametrize("member", ["config.json", "model.weights.h5"])
def test_load_model_unpacks_no_bomb(saved, tmp_path, member, monkeypatch):
    """30 MB of blanks in 30 kB; nothing of them may be read."""
    path = write(tmp_path / "model.keras", {**saved, member: b" " * 30_000_000}, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("a member was opened"))
    refuse(path, "it may be a decompression bomb")


def test_load_model_takes_or_refuses_whatever_is_changed(tmp_path):
    place = strangers.Place(tmp_path / "place")
    place.furnish()
    ends = strangers.fuzz(strangers.model, strangers.models_of(place), place, 60)
    print(f"model: {dict(ends)}")
    assert min(ends["read"], ends["refused"]) > 3
