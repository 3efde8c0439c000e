"""Translating files: each comes out in its own size, and mistakes are answered before anything is overwritten."""

import os
import types

import keras
import numpy as np
import pytest
from conftest import dense_gan
from keras import layers
from PIL import Image

from keras_gans import data, models, recipes
from keras_gans.commands.translate import translate as translate_files
from keras_gans.files.decode import decode
from keras_gans.files.pixels import from_uint8, to_uint8
from keras_gans.models.translation import multiple_of

RNG = np.random.default_rng(0)


def translate(*arguments, crop=False, **options):
    """Translates all of each picture, squeezed where it is no square."""
    return translate_files(*arguments, crop=crop, **options)


def network(takes, makes=None, invert=False):
    """Keeps the picture, or turns it into its negative; grey becomes colours by repetition."""
    inputs = keras.Input((8, 8, takes))
    scale = layers.Rescaling(-1.0 if invert else 1.0)(inputs)
    return keras.Model(inputs, layers.Concatenate()([scale] * (makes // takes)) if makes else scale)


def scores(*channels):
    inputs = [keras.Input((8, 8, depth)) for depth in channels]
    x = layers.Concatenate()(inputs) if len(inputs) > 1 else inputs[0]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], layers.Conv2D(1, 4)(x))


@pytest.fixture(scope="module")
def negative():
    """A Pix2Pix of coloured pictures that has learned to make negatives."""
    return models.Pix2Pix(network(3, invert=True), scores(3, 3))


@pytest.fixture(scope="module")
def of_colours():
    """A StarGAN whose G paints all of a picture in what is wanted, white for light and black for dark."""
    labels = keras.Input((2,))
    flat = layers.Reshape((8, 8, 3))(layers.RepeatVector(64 * 3)(labels[:, :1] - labels[:, 1:]))
    generator = keras.Model([images := keras.Input((8, 8, 3)), labels], layers.Add()([0.0 * images, flat]))
    heads = [scores(3)(images), layers.Dense(2)(layers.Flatten()(images))]
    return models.StarGAN(generator, keras.Model(images, heads), ["light", "dark"], exclusive=[["light", "dark"]])


@pytest.fixture(scope="module")
def there_and_back():
    """A CycleGAN that makes grey pictures coloured in direction AtoB and negatives of colours' first channel back."""
    inputs = keras.Input((8, 8, 3))
    back = keras.Model(inputs, layers.Rescaling(-1.0)(inputs[..., :1]))
    return models.CycleGAN(network(1, 3), back, scores(1), scores(3))


def smooth(height, width, *levels):
    """A picture of one colour, which no resizing changes, uint8 (height, width, channels)."""
    return np.broadcast_to(np.array(levels, "uint8"), (height, width, len(levels)))


def write(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels if pixels.shape[-1] > 1 else pixels[..., 0]).save(path)
    return path


def read(path):
    with Image.open(path) as image:
        return np.atleast_3d(np.asarray(image))


@pytest.mark.parametrize("shape", [(8, 8), (5, 13), (31, 7), (1, 1), (40, 3)])
def test_translate_keeps_any_size(negative, tmp_path, shape):
    source = write(tmp_path / "in.png", smooth(*shape, 250, 100, 0))
    assert translate(negative, [source], tmp_path / "out") == 1
    np.testing.assert_array_equal(read(tmp_path / "out" / "in.png"), smooth(*shape, 5, 155, 255))


def test_translate_puts_pixels_where_they_were(negative, tmp_path):
    """At the network's own size nothing is resized: the file is the exact negative."""
    pixels = RNG.integers(0, 256, (8, 8, 3), dtype="uint8")
    translate(negative, [write(tmp_path / "in.png", pixels)], tmp_path / "out")
    np.testing.assert_array_equal(read(tmp_path / "out" / "in.png"), 255 - pixels)
    half = np.zeros((20, 40, 3), "uint8")
    half[:, 20:] = 255
    translate(negative, [write(tmp_path / "half.png", half)], tmp_path / "out")
    found = read(tmp_path / "out" / "half.png").astype(int)
    assert found[:, :15].min() > 240
    assert found[:, 25:].max() < 15


def test_translate_brings_grey_pictures_to_the_networks_colours(negative, there_and_back, tmp_path):
    grey = write(tmp_path / "grey.png", smooth(5, 9, 200))
    translate(negative, [grey], tmp_path / "coloured")
    np.testing.assert_array_equal(read(tmp_path / "coloured" / "grey.png"), smooth(5, 9, 55, 55, 55))
    colours = write(tmp_path / "colours.png", smooth(5, 9, 255, 0, 0))
    translate(there_and_back, [colours], tmp_path / "there")
    np.testing.assert_array_equal(read(tmp_path / "there" / "colours.png"), smooth(5, 9, 76, 76, 76))  # 0.299 * 255


def test_translate_keeps_transparency_and_shows_the_network_white_behind_it(negative, tmp_path):
    pixels = np.array(smooth(6, 10, 255, 0, 0, 255))
    pixels[:, :5, 3] = 0
    translate(negative, [write(tmp_path / "in.png", pixels)], tmp_path / "out")
    found = read(tmp_path / "out" / "in.png")
    np.testing.assert_array_equal(found[..., 3], pixels[..., 3])
    assert found[:, :3, :3].max() < 30  # the negative of white
    assert np.abs(found[:, 8:, :3].astype(int) - (0, 255, 255)).max() < 30


def test_translate_makes_grey_output_of_transparent_pictures_rgba(there_and_back, tmp_path):
    translate(
        there_and_back, [write(tmp_path / "in.png", smooth(4, 4, 255, 9, 9, 100))], tmp_path / "out", direction="BtoA"
    )
    assert read(tmp_path / "out" / "in.png").shape == (4, 4, 4)


def test_translate_follows_the_direction_of_a_cyclegan(there_and_back, tmp_path):
    source = write(tmp_path / "in.png", smooth(5, 9, 200, 10, 10))
    translate(there_and_back, [source], tmp_path / "back", direction="BtoA")
    np.testing.assert_array_equal(read(tmp_path / "back" / "in.png"), smooth(5, 9, 55))
    with pytest.raises(ValueError, match=r"Unknown direction. Did you mean 'BtoA'"):
        translate(there_and_back, [source], tmp_path / "wrong", direction="BtoX")
    assert not (tmp_path / "wrong").exists()


def test_translate_takes_files_and_folders_and_turns_all_into_png(negative, tmp_path):
    folder = tmp_path / "folder"
    for name in ("a.jpg", "b.png", "c.bmp"):
        write(folder / name, smooth(4, 6, 0, 0, 0))
    (folder / "notes.txt").write_text("no picture")
    single = write(tmp_path / "d.gif", smooth(4, 6, 0, 0, 0))
    assert translate(negative, [folder, str(single)], tmp_path / "out") == 4
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "b.png", "c.png", "d.png"]
    assert all(read(path).min() > 250 for path in (tmp_path / "out").iterdir())


def test_translate_repeats_the_noise_of_a_seed(tmp_path):
    inputs = keras.Input((8, 8, 3))
    noisy = models.Pix2Pix(keras.Model(inputs, layers.Dropout(0.5)(inputs)), scores(3, 3))
    source = write(tmp_path / "in.png", smooth(8, 8, 200, 200, 200))
    for out, seed in (("a", 1), ("b", 1), ("c", None)):
        translate(noisy, [source], tmp_path / out, seed=seed)
    a, b, c = (read(tmp_path / out / "in.png") for out in "abc")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


def test_translate_warns_of_a_corrupt_file_among_good_ones(negative, tmp_path):
    good = write(tmp_path / "in" / "good.png", smooth(4, 4, 100, 200, 250))
    (tmp_path / "in" / "torn.png").write_bytes(good.read_bytes()[:50])
    with pytest.warns(UserWarning, match=r"Skipped 1 of 2 pictures, unreadable: torn.png \("):
        assert translate(negative, [tmp_path / "in"], tmp_path / "out") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.png"]


def test_translate_does_not_pass_on_what_pillow_says_of_odd_files(negative, tmp_path):
    """EXIF that promises five entries and has none: Pillow warns, the picture is fine."""
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x05\x00"
    Image.fromarray(smooth(4, 4, 200, 200, 200)).save(tmp_path / "in.jpg", exif=exif)
    with pytest.warns(UserWarning, match="Corrupt EXIF"):
        decode(tmp_path / "in.jpg")
    assert translate(negative, [tmp_path / "in.jpg"], tmp_path / "out") == 1


def test_translate_refuses_where_nothing_is_readable(negative, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"\x89PNG")
    with pytest.raises(ValueError, match=r"at least one readable picture. Received: 1 unreadable: torn.png"):
        translate(negative, [tmp_path / "torn.png"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_translate_refuses_missing_files_and_empty_folders(negative, tmp_path):
    write(tmp_path / "good.png", smooth(4, 4, 100, 200, 250))
    (tmp_path / "empty").mkdir()
    for name, fault in (("missing.png", "which does not exist"), ("empty", "which has none")):
        with pytest.raises(ValueError, match=rf"Received: .*{name}', {fault}\."):
            translate(negative, [tmp_path / "good.png", tmp_path / name], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_translate_overwrites_nothing(negative, tmp_path):
    source = write(tmp_path / "a.png", smooth(4, 4, 100, 200, 250))
    before = source.read_bytes()
    with pytest.raises(ValueError, match=r"each picture once, to a new file. Received: .*a.png' again"):
        translate(negative, [source], tmp_path)
    assert source.read_bytes() == before
    other = write(tmp_path / "other" / "a.jpg", smooth(4, 4, 100, 200, 250))
    with pytest.raises(ValueError, match=r"each picture once"):
        translate(negative, [source, other], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_translate_refuses_a_model_that_does_not_translate(tmp_path):
    with pytest.raises(ValueError, match=r"a model that translates pictures. Received: GAN\."):
        translate(dense_gan(), [tmp_path], tmp_path / "out")


# Names of strangers

STRANGE = ("two words", "-x", "--out", "caf\u00e9", "\U0001f43c", "\u202egnp.exe", "a\nb", 'it\'s "so"', "~", "a" * 240)


def test_translate_takes_and_gives_any_name(negative, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in STRANGE:
        write(tmp_path / "in" / f"{name}.png", smooth(4, 4, 100, 200, 250))
    write(tmp_path / "-x.png", smooth(4, 4, 100, 200, 250))
    assert translate(negative, ["in"], "out\n-\u00fc") == len(STRANGE)
    assert {path.name for path in (tmp_path / "out\n-\u00fc").iterdir()} == {f"{name}.png" for name in STRANGE}
    assert translate(negative, ["-x.png"], "--out") == 1
    assert (tmp_path / "--out" / "-x.png").exists()


def test_translate_tells_files_by_their_names_however_accents_are_composed(negative, tmp_path):
    """On some systems the two are one file."""
    for name in ("caf\u00e9.png", "cafe\u0301.jpg"):
        write(tmp_path / "in" / name, smooth(4, 4, 100, 200, 250))
    with pytest.raises(ValueError, match="each picture once"):
        translate(negative, [tmp_path / "in"], tmp_path / "out")


def test_translate_names_files_in_one_line(negative, tmp_path):
    (tmp_path / "a\nb.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"1 unreadable: 'a\\nb\.png' \(cannot identify") as caught:
        translate(negative, [tmp_path / "a\nb.png"], tmp_path / "out")
    assert "\n" not in str(caught.value)


def test_translate_reads_neither_devices_nor_pipes(negative, tmp_path):
    """A pipe would be waited for."""
    with pytest.raises(ValueError, match=rf"Received: '{os.devnull}', which is neither\."):
        translate(negative, [os.devnull], tmp_path / "out")


def test_models_translate_no_pictures_with_one_sentence(negative, there_and_back):
    none = np.zeros((0, 8, 8, 3), "float32")
    with pytest.raises(ValueError, match=r"at least one of the inputs\. Received: an array of shape \(0, 8, 8, 3\)\."):
        negative.translate(none)
    with pytest.raises(ValueError, match=r"at least one of the pictures\. Received: "):
        there_and_back.translate(none, "BtoA")


@pytest.mark.parametrize("side", [8, None])
def test_translate_enlarges_as_often_as_the_network_does(tmp_path, side):
    """Whatever size it takes: of open sides the picture's own."""
    small, large = keras.Input((side, side, 3)), keras.Input((side and 2 * side, side and 2 * side, 3))
    generator = keras.Model(small, layers.UpSampling2D(2, data_format="channels_last")(small))
    seen = layers.Concatenate()([layers.AveragePooling2D(2)(large), small])
    model = models.Pix2Pix(generator, keras.Model([small, large], layers.Conv2D(1, 4)(seen)))
    pixels = RNG.integers(0, 256, (10, 14, 3)).astype("uint8")
    write(tmp_path / "in" / "a.png", pixels)
    assert translate(model, [tmp_path / "in"], tmp_path / "out") == 1
    found = read(tmp_path / "out" / "a.png")
    assert found.shape == (20, 28, 3)
    if side is None:
        np.testing.assert_array_equal(found, pixels.repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.parametrize("name", ["autoencoder", "vae"])
def test_an_autoencoder_rebuilds_files_and_knows_one_direction(name, tmp_path):
    model = recipes.RECIPES[name].build((16, 16, 1), latent_dim=3)
    picture = np.tile(np.arange(0, 256, 8, dtype="uint8")[None, :, None], (32, 1, 1))
    Image.fromarray(picture[..., 0]).save(tmp_path / "grey.png")
    assert translate(model, [tmp_path / "grey.png"], tmp_path / "out") == 1
    small = np.asarray(Image.fromarray(picture[..., 0]).resize((16, 16), Image.Resampling.BICUBIC))[..., None]
    rebuilt = model.reconstruct((small[None] / 127.5 - 1).astype("float32"))[0]
    written = decode(tmp_path / "out" / "grey.png", 1)
    assert written.shape == (32, 32, 1)
    middle = np.asarray(Image.fromarray(written[..., 0]).resize((16, 16), Image.Resampling.BOX), dtype="float32")
    assert np.abs(middle / 127.5 - 1 - rebuilt[..., 0]).mean() < 0.1
    with pytest.raises(ValueError, match=r"^Unknown direction.*Expected one of: AtoA\. Received: 'AtoB'\.$"):
        translate(model, [tmp_path / "grey.png"], tmp_path / "more", "AtoB")


def test_translate_goes_to_the_domain_that_is_asked_for_or_to_each(of_colours, tmp_path):
    sources = [write(tmp_path / f"{name}.png", smooth(5, 9, 100, 100, 100)) for name in "ab"]
    assert translate(of_colours, sources, tmp_path / "dark", domain="dark") == 2
    np.testing.assert_array_equal(read(tmp_path / "dark" / "a.png"), smooth(5, 9, 0, 0, 0))
    assert translate(of_colours, sources, tmp_path / "each") == 4
    for name, level in (("light", 255), ("dark", 0)):
        np.testing.assert_array_equal(read(tmp_path / "each" / name / "b.png"), smooth(5, 9, level, level, level))
    with pytest.raises(ValueError, match="new file. Received: .*a.png.* again"):
        translate(of_colours, sources, tmp_path / "each")


def test_translate_refuses_domains_and_directions_where_there_are_none(of_colours, negative, tmp_path):
    source = write(tmp_path / "a.png", smooth(5, 9, 100, 100, 100))
    for model, arguments, sentence in (
        (of_colours, {"domain": "drak"}, r"Unknown domain. Did you mean 'dark'"),
        (of_colours, {"direction": "AtoB"}, "Expected a domain, light, dark, not a direction. Received: 'AtoB'"),
        (negative, {"domain": "dark"}, "a domain only for a model with domains. Received: Pix2Pix"),
    ):
        with pytest.raises(ValueError, match=sentence):
            translate(model, [source], tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()
    generator, discriminator = of_colours.generator, of_colours.discriminator
    for name in ("..", "light/dark"):
        odd = models.StarGAN(generator, discriminator, [name, "dark"])
        with pytest.raises(ValueError, match=f"not each has a name that a folder can have. Received: {name!r}"):
            translate(odd, [source], tmp_path / "out")
    assert translate(odd, [source], tmp_path / "one", domain="light/dark") == 1


# Networks that convolve alone


@pytest.fixture(scope="module")
def convolutional():
    return recipes.cyclegan((20, 20, 3), width=2, blocks=1)


@pytest.mark.parametrize("shape", [(20, 20), (24, 32), (17, 41), (90, 33), (3, 5), (1, 1)])
def test_cyclegan_translates_each_picture_in_its_own_size(convolutional, tmp_path, shape):
    """What is written is the network's output of the picture, mirrored up to sides that 4 divides, and cropped back."""
    pixels = RNG.integers(0, 256, (*shape, 3), dtype="uint8")
    translate(convolutional, [write(tmp_path / "in.png", pixels)], tmp_path / "out")
    high, wide = (max(16, -(-side // 4) * 4) for side in shape)
    mirrored = np.pad(pixels, [(0, high - shape[0]), (0, wide - shape[1]), (0, 0)], mode="reflect")
    expected = to_uint8(convolutional.translate(from_uint8(mirrored)[None])[0])[: shape[0], : shape[1]]
    np.testing.assert_array_equal(read(tmp_path / "out" / "in.png"), expected)


def test_cyclegan_of_own_sizes_is_the_one_of_the_trained_size(convolutional):
    """A network built for the larger size, with the same weights, gives the same."""
    larger = recipes.cyclegan((28, 36, 3), width=2, blocks=1)
    for name in ("generator_ab", "generator_ba"):
        getattr(larger, name).set_weights(getattr(convolutional, name).get_weights())
    x = RNG.uniform(-1, 1, (2, 28, 36, 3)).astype("float32")
    for direction in ("AtoB", "BtoA"):
        found, expected = (model.translate(x, direction) for model in (convolutional, larger))
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert convolutional.multiple == 4
    with pytest.raises(ValueError, match=r"Expected pictures of shape \(20, 20, 3\).*Received: .*\(2, 27, 36, 3\)"):
        convolutional.translate(x[:, :27])


def test_networks_that_see_a_picture_as_a_whole_take_one_size(negative, there_and_back):
    unet = recipes.pix2pix((32, 32, 3), width=2, receptive_field=16)
    inputs = keras.Input((8, 8, 3))
    dense = keras.Model(inputs, layers.Reshape((8, 8, 3))(layers.Dense(192)(layers.Flatten()(inputs))))
    assert [multiple_of(network) for network in (unet.generator, dense)] == [None, None]
    assert (unet.multiple, there_and_back.multiple) == (None, 1)
    of_dense = models.CycleGAN(dense, dense.__class__.from_config(dense.get_config()), scores(3), scores(3))
    assert of_dense.multiple is None


def test_own_sizes_keep_transparency(convolutional, tmp_path):
    pixels = np.array(smooth(18, 30, 255, 0, 0, 255))
    pixels[:, :5, 3] = 0
    translate(convolutional, [write(tmp_path / "in.png", pixels)], tmp_path / "out")
    np.testing.assert_array_equal(read(tmp_path / "out" / "in.png")[..., 3], pixels[..., 3])


# Cropped or squeezed, as in training


def test_cropped_pictures_are_translated_as_training_saw_them(negative, tmp_path):
    """The central square is written, in its own side."""
    pixels = np.zeros((6, 14, 3), "uint8")
    pixels[:, 4:10] = 200
    source = write(tmp_path / "in.png", pixels)
    assert translate_files(negative, [source], tmp_path / "out") == 1
    np.testing.assert_array_equal(read(tmp_path / "out" / "in.png"), smooth(6, 6, 55, 55, 55))
    translate_files(negative, [source], tmp_path / "whole", crop=False)
    assert read(tmp_path / "whole" / "in.png").shape == (6, 14, 3)


def test_what_translate_sees_is_what_data_pairs_gives(tmp_path):
    """The network's input is that of training, cropped and squeezed."""
    pixels = RNG.integers(0, 256, (20, 31, 3), dtype="uint8")
    for side in "AB":
        write(tmp_path / f"train{side}" / "0.png", pixels)
    for crop in (True, False):
        seen = []
        model = types.SimpleNamespace(
            domains=(),
            ways={"AtoB": types.SimpleNamespace(inputs=[types.SimpleNamespace(shape=(None, 8, 8, 3))])},
            multiple=None,
            translate=lambda images, seen=seen, **options: seen.append(images) or images,
        )
        translate_files(model, [tmp_path / "trainA"], tmp_path / f"out{crop}", crop=crop)
        trained = data.pairs(tmp_path, 8, crop=crop, jitter=False).head(1)[0]
        np.testing.assert_array_equal(seen[0], trained)
