"""What all tests share: two devices to spread over, small pictures, small models."""

import gc
import os
import tempfile

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(tempfile.gettempdir(), "hypothesis"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # files of tests share the cores; a tenth less work than with two
os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")

import keras
import numpy as np
import pytest

from keras_gans import data, models, networks

BACKEND = keras.backend.backend()

if BACKEND == "tensorflow":
    import tensorflow as tf

    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
    )
else:
    import jax


TRAINING = ("test_train", "test_readme", "test_cli", "test_experiments")  # where programs run for long
# Rooms and files whose tests are of what no engine computes, or only builds, or is told of a run; and layers, which
# test_backends compares with those of JAX, but for those that draw or remember.
WITHOUT_ENGINE = (
    *("commands", "data", "explore", "files", "lab", "layers", "metrics", "networks", "theory", "visualization"),
    *(
        "test_architecture",
        "test_arguments",
        "test_calls",
        "test_cli",
        "test_diagnostics",
        "test_energies",
        "test_evaluate",
    ),
    *("test_family", "test_first_contact", "test_fuzz", "test_glossary", "test_latents", "test_names"),
    *(
        "test_promises",
        "test_properties",
        "test_readmes",
        "test_recipes",
        "test_report",
        "test_sample_frames",
        "test_settings",
    ),
    *("test_singular_values", "test_slides", "test_start", "test_symptoms", "test_training_gif", "test_watcher"),
)
WITH_ENGINE = (  # of these rooms
    *("test_ada", "test_batches", "test_game_on_jax", "test_image_pool", "test_noise", "test_path_length"),
    *("test_precision", "test_redraw", "test_spectral_normalization", "test_style_mixing", "test_tracked_mean"),
)
OTHER_GAMES = (  # whose steps ask an engine for what those of GAN, CGAN, Pix2Pix, CycleGAN and StarGAN do
    *("test_acgan", "test_autoencoder", "test_began", "test_growing_styles", "test_lapgan", "test_matching"),
    *("test_s3gan", "test_stackgan", "test_stackgan_plus", "test_triplegan", "test_two_headed_cgan", "test_unit"),
    "test_vae",
)
FIRST = (
    *TRAINING,
    "test_recipes",
    "test_conditional_recipes",
    "test_properties",
    "test_translation",
)  # else one process ends late


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items):
    """Tests marked `tensorflow` or `jax` are left out on the other engine, those that need none on JAX.

    A file's tests run in one process, the battery's by game: they share fitted models.
    """
    items.sort(key=lambda item: item.path.stem not in FIRST)
    for item in items:
        game = getattr(item, "callspec", None) and item.callspec.params.get("game")
        item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.stem} {item.path.stem} {game or ''}"))
        rooms = {item.path.parent.stem, item.path.stem}
        if rooms & {*WITHOUT_ENGINE, *OTHER_GAMES} and item.path.stem not in WITH_ENGINE:
            item.add_marker(pytest.mark.tensorflow)
        for engine in ("tensorflow", "jax"):
            if item.get_closest_marker(engine) and engine != BACKEND:
                item.add_marker(pytest.mark.skip(reason=f"on {engine} only"))


@pytest.fixture(scope="session", autouse=True)
def shared_programs(tmp_path_factory):
    """What one test compiled on JAX, others of this run and the processes that they start need not compile again."""
    if BACKEND == "jax":
        folder = tmp_path_factory.getbasetemp()
        several = "PYTEST_XDIST_WORKER" in os.environ
        settings = {
            "jax_compilation_cache_dir": str((folder.parent if several else folder) / "programs"),
            "jax_persistent_cache_min_compile_time_secs": 0,
            "jax_persistent_cache_min_entry_size_bytes": -1,
        }
        for name, value in settings.items():
            jax.config.update(name, value)
            os.environ[name.upper()] = str(value)


@pytest.fixture(scope="module", autouse=True)
def quick_compilation(request):
    """JAX's programs are small here and new each time: to compile them well takes longer than to run them badly."""
    if BACKEND == "jax":
        jax.config.update("jax_disable_most_optimizations", request.path.stem not in TRAINING)


@pytest.fixture(scope="session", autouse=True)
def quick_collection():
    """What the engine's modules are made of is no garbage: nobody needs to look through it again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module", autouse=True)
def room():
    """What a file's tests leave in cycles, weights above all, makes room for those of the next; what stays, stays."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def images():
    """70 real digits, 16x16: four batches of 16 and six that do not fill one."""
    return data.load("digits", image_size=16)[:70]


def small_gan(seed=0, **compile_arguments):
    """A DCGAN with all that is hard to continue: batch norm, dropout in D, Adam's slots, seeds."""
    keras.utils.set_random_seed(seed)
    generator = networks.dcgan.generator((16, 16, 1), latent_dim=8, width=4)
    discriminator = networks.dcgan.discriminator((16, 16, 1), width=4, dropout=0.3)
    gan = models.GAN(generator, discriminator, latent_dim=8, seed=seed)
    gan.compile(**{"d_optimizer": adam(), "g_optimizer": adam(), **compile_arguments})
    return gan


def dense_gan(seed=0, dropout=0.0, **compile_arguments):
    """A GAN without batch statistics, whose steps can be split over replicas."""
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator((16, 16, 1), latent_dim=8, width=16)
    discriminator = networks.mlp.discriminator((16, 16, 1), width=16, dropout=dropout)
    gan = models.GAN(generator, discriminator, latent_dim=8, seed=seed)
    gan.compile(**{"d_optimizer": adam(), "g_optimizer": adam(), **compile_arguments})
    return gan


def adam():
    """DCGAN's optimizer, with a learning rate at which a few steps show."""
    return keras.optimizers.Adam(2e-3, beta_1=0.5)


def state(model):
    """All that a run is made of, as arrays: weights, batch statistics, seeds, optimizers' slots, counts, means."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return [keras.ops.convert_to_numpy(v) for v in variables]


def assert_same_state(a, b):
    """Two models are equal, bit for bit."""
    a, b = state(a), state(b)
    assert len(a) == len(b)
    for one, other in zip(a, b):
        np.testing.assert_array_equal(one, other)
