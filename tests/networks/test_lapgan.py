"""The networks of LapGAN: sizes, details without bounds, a judge of sums, and the cascade, level by level."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gans import pyramid
from keras_gans.networks import lapgan, mlp

RNG = np.random.default_rng(0)
SMALL, LARGE = (16, 16, 3), (32, 32, 3)


def numpy(x):
    return ops.convert_to_numpy(x)


def pictures(shape, n=4):
    return RNG.uniform(-1, 1, (n, *shape)).astype("float32")


def built(side=32, width=4):
    """Generators of 8 pixels up to a side."""
    coarsest = mlp.generator((8, 8, 3), latent_dim=5, width=16)
    return [coarsest, *(lapgan.generator((s, s, 3), width) for s in (16, 32) if s <= side)]


@pytest.mark.usefixtures("quick_weights")
@pytest.mark.parametrize(
    ("side", "channels", "width", "of_g", "of_d"),
    [
        (14, 3, 64, 218_179, 107_905),
        (16, 3, 64, 218_179, 108_353),
        (28, 3, 64, 218_179, 113_729),
        (32, 3, 64, 218_179, 116_545),
        (64, 3, 64, 218_179, 157_505),
        (16, 1, 16, 14_545, 7_089),
        (16, 3, 16, 16_915, 7_889),
        (32, 1, 16, 14_545, 9_137),
        (32, 3, 16, 16_915, 9_937),
    ],
)
def test_levels_have_as_many_weights_as_the_authors_code(side, channels, width, of_g, of_d):
    networks = [build((side, side, channels), width) for build in (lapgan.generator, lapgan.discriminator)]
    assert [network.count_params() for network in networks] == [of_g, of_d]
    assert [network.name for network in networks] == [f"generator_{side}", f"discriminator_{side}"]


@pytest.mark.usefixtures("quick_weights")
@pytest.mark.parametrize(
    ("channels", "width", "of_g", "of_d"),
    [(3, (1200, 600), 1_792_992, 477_001), (1, (64, 32), 14_784, 3_169), (3, (256, 128), 140_992, 41_345)],
)
def test_coarsest_pair_has_as_many_weights_as_the_papers(channels, width, of_g, of_d):
    generator = mlp.generator((8, 8, channels), 100, width[0])
    assert (generator.count_params(), mlp.discriminator((8, 8, channels), width[1]).count_params()) == (of_g, of_d)


def test_details_have_no_bounds_as_a_tanh_would_set():
    """Between -1 and 1 a picture may lack details of 1.9 (kozistr/Awesome-GANs has a tanh there)."""
    generator = lapgan.generator(SMALL, width=4)
    generator.layers[-2].bias.assign([1.9, -1.9, 0.0])
    generator.layers[-2].kernel.assign(ops.zeros((5, 5, 4, 3)))
    details = numpy(generator([RNG.normal(size=(2, 256)), pictures(SMALL, 2)]))
    np.testing.assert_allclose(details, np.broadcast_to(np.float32([1.9, -1.9, 0.0]), (2, *SMALL)))


def test_details_depend_on_noise_and_on_the_coarse_picture():
    generator = lapgan.generator(SMALL, width=4)
    z, other = RNG.normal(size=(2, 1, 256)).astype("float32")
    (a, b) = pictures(SMALL, 2)[:, None]
    details = numpy(generator([z, a]))
    assert not np.allclose(details, numpy(generator([other, a])))
    assert not np.allclose(details, numpy(generator([z, b])))


def test_noise_moves_the_details_of_its_own_place():
    """A pixel of noise reaches 3 + 3 + 2 pixels far."""
    generator = lapgan.generator(LARGE, width=4)
    coarse, z = pictures(LARGE, 1), np.zeros((1, 32, 32), "float32")
    still = numpy(generator([z.reshape(1, -1), coarse]))
    z[0, 16, 10] = 5.0
    moved = np.abs(numpy(generator([z.reshape(1, -1), coarse])) - still).max(axis=(0, 3)) > 0
    rows, columns = np.nonzero(moved)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 24, 2, 18)


def test_discriminator_says_of_true_details_what_it_says_of_the_picture():
    discriminator = lapgan.discriminator(SMALL, width=4)
    x = pictures(SMALL)
    coarse = numpy(pyramid.expand(pyramid.reduce(x)))
    logits = numpy(discriminator([x - coarse, coarse]))
    np.testing.assert_allclose(logits, numpy(discriminator([x, np.zeros_like(x)])), atol=1e-5)
    assert np.abs(logits - numpy(discriminator([x - coarse, 0 * x]))).max() > 1e-3


def test_cascade_is_the_sampling_written_by_hand():
    coarsest, middle, fine = generators = built()
    fine.layers[-2].bias.assign([0.9, 0.0, -0.9])
    generator = lapgan.cascade(generators)
    assert (generator.input_shape, generator.output_shape) == ((None, 5 + 16**2 + 32**2), (None, *LARGE))
    z = RNG.normal(size=(3, 5 + 16**2 + 32**2)).astype("float32")
    picture = coarsest(z[:, :5])
    for level, own in ((middle, z[:, 5:261]), (fine, z[:, 261:])):
        coarse = numpy(pyramid.expand(picture))
        picture = coarse + numpy(level([own, coarse]))
    np.testing.assert_allclose(numpy(generator(z, training=True)), picture, atol=1e-5)
    np.testing.assert_allclose(numpy(generator(z)), picture.clip(-1, 1), atol=1e-5)
    assert np.abs(picture).max() > 1  # so that there is something to clip


def test_cascade_that_adds_no_details_makes_the_coarse_picture_larger():
    """It is expand(I) + h; expand(I + h), which is in print, adds what has no size of its own."""
    generators = built(16)
    generators[1].layers[-2].kernel.assign(ops.zeros((5, 5, 4, 3)))
    z = RNG.normal(size=(2, 5 + 16**2)).astype("float32")
    made = numpy(lapgan.cascade(generators)(z))
    np.testing.assert_allclose(made, numpy(pyramid.expand(generators[0](z[:, :5]))), atol=1e-6)


def test_cascade_is_saved_and_loaded(tmp_path):
    generator = lapgan.cascade(built())
    generator.save(tmp_path / "generator.keras")
    loaded = keras.saving.load_model(tmp_path / "generator.keras")
    z = RNG.normal(size=(2, generator.input_shape[1])).astype("float32")
    np.testing.assert_array_equal(numpy(loaded(z)), numpy(generator(z)))


@pytest.mark.parametrize("shape", [(8, 8, 3), (15, 15, 3), (16, 32, 3), (16, 16), (16, 16, 0)])
@pytest.mark.parametrize("build", [lapgan.generator, lapgan.discriminator])
def test_other_shapes_are_refused(build, shape):
    with pytest.raises(ValueError, match=r"^Expected `image_shape` as .* an even side from 10 on\. Received: "):
        build(shape)


def test_generators_that_make_no_cascade_are_refused():
    coarsest, _, fine = built()
    with pytest.raises(ValueError, match=r"of pictures \(None, 16, 16, 3\), .* Received: 'generator_32' of "):
        lapgan.cascade([coarsest, fine])
    with pytest.raises(ValueError, match=r"of latents and of pictures .* Received: 'generator' of \(None, 5\)"):
        lapgan.cascade([coarsest, coarsest])
    with pytest.raises(ValueError, match=r"generators of two sizes or more\. Received: one\."):
        lapgan.cascade([coarsest])
