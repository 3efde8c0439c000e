"""Generators that Keras exports to ONNX and to LiteRT make, without Keras, what they make with it."""

import keras
import numpy as np
import onnxruntime
import pytest
from conftest import BACKEND

from keras_gans import networks

if BACKEND == "tensorflow":
    import tensorflow as tf

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning"),  # Keras' mending of tf2onnx
    pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning"),
]
GREY, COLOUR = (16, 16, 1), (16, 16, 3)
IN_ONNX = ["began", "cgan", "dcgan", "dcgan, resized", "dense_labels", "lapgan", "pix2pix", "plain", "projection"]
ANY = 8  # pixels, where a network takes any side


def lapgan():
    coarsest = networks.mlp.generator((8, 8, 1), 4, 8)
    return networks.lapgan.cascade([coarsest, networks.lapgan.generator(GREY, 2)])


def second_stackgan():
    first = networks.stackgan.first_generator(COLOUR, 6, 5, 3, 8)
    return networks.stackgan.second_generator(first, 32, 3, 8, blocks=1)


GENERATORS = {
    "began": lambda: networks.began.generator(GREY, 4, 2, skip=True),
    "biggan": lambda: networks.biggan.generator(COLOUR, 3, width=2),
    "biggan_deep": lambda: networks.biggan_deep.generator(COLOUR, 3, width=4, attention=None),
    "cgan": lambda: networks.cgan.generator(GREY, 3, latent_dim=4, width=2),
    "cyclegan": lambda: networks.cyclegan.generator(COLOUR, width=2, blocks=1),
    "dcgan": lambda: networks.dcgan.generator((28, 20, 1), 4, 2),
    "dcgan, resized": lambda: networks.dcgan.generator((28, 20, 1), 4, 2, upsampling="resize"),
    "dense_labels": lambda: networks.dense_labels.generator(GREY, 3, 4, 8, conditional_batch_norm=True),
    "lapgan": lapgan,
    "mlp": lambda: networks.mlp.generator(GREY, 4, 8),
    "pix2pix": lambda: networks.pix2pix.generator((32, 32, 3), width=2),
    "plain": lambda: networks.plain.generator((28, 28, 1), 4, 2),
    "progan": lambda: networks.progan.generator((8, 8, 3), 4, 4),
    "projection": lambda: networks.projection.generator(COLOUR, 3, 4, 2),
    "r3gan": lambda: networks.r3gan.generator((8, 8, 3), 4, 16, blocks=1),
    "resnet": lambda: networks.resnet.generator(COLOUR, 4, 2),
    "sagan": lambda: networks.sagan.generator(COLOUR, 3, 4, 2),
    "srresnet": lambda: networks.srresnet.generator(3, 2, 1),
    "stackgan": second_stackgan,
    "stackgan_plus": lambda: networks.stackgan_plus.generator(COLOUR, 6, 5, 3, 2, branches=2),
    "stargan": lambda: networks.stargan.generator(COLOUR, 3, 2, 1),
    "stylegan": lambda: networks.stylegan.generator((8, 8, 3), 4, 4, mapping_layers=1),
    "stylegan2": lambda: networks.stylegan2.generator((8, 8, 3), 4, 4, mapping_layers=1),
    "triplegan": lambda: networks.triplegan.generator(GREY, 3, 4, 8),
}


def made(name):
    """A generator with weights that are felt, inputs for five examples, and what it makes of them."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    network = GENERATORS[name]()
    for weight in network.weights:
        if "float" in str(weight.dtype):
            lift = 1.0 if "variance" in weight.path else 0.0
            weight.assign(0.3 * rng.uniform(-1, 1, weight.shape) + lift)
    inputs = [
        rng.integers(0, 3, 5).astype("int32")
        if "int" in x.dtype
        else rng.normal(size=(5, *(n or ANY for n in x.shape[1:]))).astype("float32")
        for x in network.inputs
    ]
    outputs = network(inputs if len(inputs) > 1 else inputs[0], training=False)
    return network, inputs, [keras.ops.convert_to_numpy(y) for y in keras.tree.flatten(outputs)]


def assert_alike(found, made):
    assert len(found) == len(made)
    for one, other in zip(sorted(found, key=np.size), sorted(made, key=np.size), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
        assert np.ptp(other) > 0.01


def test_these_are_all_generators():
    files = {name for name in dir(networks) if hasattr(getattr(networks, name), "generator")}
    assert files - {"srgan"} <= {name.split(",")[0] for name in GENERATORS}


@pytest.mark.parametrize("name", IN_ONNX)
def test_generator_is_exported_to_onnx(name, tmp_path):
    network, inputs, shown = made(name)
    network.export(tmp_path / "generator.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(tmp_path / "generator.onnx")
    found = session.run(None, {spec.name: x for spec, x in zip(session.get_inputs(), inputs, strict=True)})
    assert_alike(found, shown)


@pytest.mark.parametrize(  # quick for those whose layers were not exported above, nor as BigGAN's
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name in (*IN_ONNX, "biggan_deep"))) for name in GENERATORS],
)
def test_generator_is_exported_to_plain_operations_of_litert(name, tmp_path):
    """Of a batch of any size; the interpreter has no others."""
    network, inputs, shown = made(name)
    network.export(tmp_path / "generator.tflite", format="litert", verbose=False)
    runner = tf.lite.Interpreter(str(tmp_path / "generator.tflite")).get_signature_runner()
    found = runner(**{x.name: values for x, values in zip(network.inputs, inputs, strict=True)})
    assert_alike(list(found.values()), shown)


def test_a_network_of_keras_upsampling_is_exported_for_one_batch_size(tmp_path):
    """As in files that were saved before `NearestUpSampling2D`: with any, the second convolution would not convert."""
    x = latents = keras.Input((4,), name="latents")
    x = keras.layers.Reshape((4, 4, 1))(keras.layers.Dense(16)(x))
    for _ in range(2):
        x = keras.layers.Conv2D(1, 3, padding="same")(keras.layers.UpSampling2D()(x))
    network = keras.Model(latents, x)
    values = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    signature = [keras.InputSpec(shape=(5, 4), dtype="float32", name="latents")]
    network.export(tmp_path / "five.tflite", format="litert", input_signature=signature, verbose=False)
    runner = tf.lite.Interpreter(str(tmp_path / "five.tflite")).get_signature_runner()
    assert_alike(list(runner(latents=values).values()), [network.predict(values, verbose=0)])
