"""Pictures and films of a latent space: what is in the files, and what is refused."""

import imageio.v3 as iio
import numpy as np
import pytest
from linear import LATENT, SIDE, Z, classes_gan, linear_gan, read_latents
from PIL import Image
from styled import DIM, read_styles, styled_gan

from keras_gans import explore, models, networks
from keras_gans.commands import explore as command
from keras_gans.files.pixels import from_uint8, to_uint8
from keras_gans.training.latents import draw_latents

CELL = 48 + 2  # pixels of a picture of a grid, and of the gap after it


@pytest.fixture(scope="module")
def linear():
    return linear_gan()


@pytest.fixture(scope="module")
def pictures(linear, tmp_path_factory):
    """Files of what the model makes of Z; the second one is damaged, the third wider, and coloured."""
    folder, paths = tmp_path_factory.mktemp("pictures"), []
    for i, pixels in enumerate(to_uint8(linear.decode(Z))):
        paths.append(folder / f"{i}.png")
        image = Image.fromarray(pixels[..., 0])
        if i == 2:
            image, square = Image.new("RGB", (2 * SIDE, SIDE), "red"), image
            image.paste(square, (SIDE // 2, 0))
        image.save(paths[-1])
    paths[1].write_bytes(b"no picture")
    return paths


def cells(pixels, columns, scale=48 // SIDE, pixels_of_side=SIDE):
    """The pictures of a grid, float32 (n, side, side), a row of text above it cut off."""
    side = scale * pixels_of_side
    cell = side + 2  # with the gap
    rows = pixels.shape[0] // cell
    grid = pixels[pixels.shape[0] - rows * cell :, 2:, 0]
    blocks = [grid[r * cell :, c * cell :][:side:scale, :side:scale] for r in range(rows) for c in range(columns)]
    return from_uint8(np.stack(blocks))


def test_interpolate_writes_a_row_for_each_way(linear, tmp_path):
    assert command.interpolate(tmp_path / "ways.png", linear, n=2, steps=3, seed=1) == 6
    shown = read_latents(linear, cells(iio.imread(tmp_path / "ways.png"), 3)).reshape(2, 3, -1)
    ends = read_latents(linear, linear.generate(4, seed=1)).reshape(2, 2, -1)
    np.testing.assert_allclose(shown[:, [0, -1]], ends, atol=0.1)


def test_interpolate_writes_a_film_that_ends_where_it_begins(linear, tmp_path):
    assert command.interpolate(tmp_path / "ways.gif", linear, n=1, steps=2, seed=1) == 8
    film = iio.imread(tmp_path / "ways.gif")
    assert film.shape == (8, 480, 480, 3)
    shown = read_latents(linear, np.concatenate([cells(frame, 1, 476 // SIDE) for frame in film]))
    stops = read_latents(linear, linear.generate(4, seed=1))
    np.testing.assert_allclose(shown[[7, 1, 3, 5]], stops, atol=0.15)  # 256 colours of a palette


def test_interpolate_goes_through_classes(tmp_path):
    model = classes_gan()
    assert command.interpolate(tmp_path / "classes.png", model, n=2, steps=2, classes=[0, 1, 2]) == 6
    assert iio.imread(tmp_path / "classes.png").shape == (2 * CELL + 2, 3 * CELL + 2, 3)


def test_ways_in_w_are_straight(tmp_path):
    model = styled_gan()
    assert command.interpolate(tmp_path / "ways.png", model, n=1, steps=3, seed=1, space="w") == 3
    shown = read_styles(cells(iio.imread(tmp_path / "ways.png"), 3, 48 // DIM, DIM)[..., None])[:, 0]
    np.testing.assert_allclose(shown[[0, 2]], model.styles.map(model_latents(2)), atol=0.03)
    np.testing.assert_allclose(shown[1], (shown[0] + shown[2]) / 2, atol=0.03)


def model_latents(n):
    return np.asarray(draw_latents(n, LATENT, 1))


def test_mix_writes_a_sheet_and_says_what_its_rows_are(tmp_path):
    model = styled_gan()
    assert command.mix(tmp_path / "mixed.png", model, seed=1) == "4 | 8 | 16"
    shown = cells(iio.imread(tmp_path / "mixed.png"), 6, 48 // DIM, DIM)
    np.testing.assert_allclose(shown, explore.mixing(model, seed=1)[0][..., 0], atol=0.01)
    wide = styled_gan(depth=18)
    assert command.mix(tmp_path / "wide.png", wide, seed=1) == "4-8 | 16-32 | 64-1024"


def test_project_searches_w_from_its_mean(pictures, tmp_path):
    model = styled_gan()
    found = command.project(tmp_path / "found.png", model, pictures[:1], steps=1, starts=1, space="w")
    assert found.latents.shape == (1, DIM)


def test_project_writes_originals_beside_projections(linear, pictures, tmp_path):
    with pytest.warns(UserWarning, match=r"Skipped 1 of 5 pictures, unreadable: pictures\d*/1\.png"):
        found = command.project(tmp_path / "found.png", linear, pictures, starts=1)
    np.testing.assert_allclose(found.latents, Z[[0, 2, 3, 4]], atol=0.1)
    shown = cells(iio.imread(tmp_path / "found.png"), 4)
    np.testing.assert_allclose(shown[0::2], linear.decode(Z[[0, 2, 3, 4]])[..., 0], atol=0.01)
    np.testing.assert_allclose(shown[1::2], found.reconstructions[..., 0], atol=0.01)


def test_project_writes_a_film_of_the_search(linear, pictures, tmp_path):
    found = command.project(tmp_path / "found.gif", linear, pictures[:1], steps=20, starts=1)
    film = iio.imread(tmp_path / "found.gif")
    assert len(film) == len(found.path) == 21
    originals, shown = np.stack([cells(frame, 2, 240 // SIDE) for frame in film]).swapaxes(0, 1)
    np.testing.assert_allclose(shown, found.path[:, 0, ..., 0], atol=0.1)
    np.testing.assert_allclose(originals, np.tile(linear.decode(Z[:1])[..., 0], (21, 1, 1)), atol=0.1)
    assert np.abs(originals[0] - shown[0]).max() > 0.2


def test_project_takes_a_label_for_each_picture(pictures, tmp_path):
    model = classes_gan()
    with pytest.warns(UserWarning, match="Skipped 1 of 3"):
        found = command.project(tmp_path / "a.png", model, pictures[:3], steps=1, starts=1, labels=[0, 1, 2])
    np.testing.assert_array_equal(found.labels, [0, 2])
    with pytest.raises(ValueError, match="a label for each of 3 pictures. Received: 1"):
        command.project(tmp_path / "b.png", model, pictures[:3], labels=[0])


def test_files_that_cannot_be_made_are_refused(linear, pictures, tmp_path):
    points = models.GAN(networks.mlp.generator((2,), 2, 4), networks.mlp.discriminator((2,), 4), 2)
    for name in ("ways.jpg", "ways"):
        with pytest.raises(ValueError, match=r"ends in .png, .gif or .mp4. Received: .*ways"):
            command.interpolate(tmp_path / name, linear)
        with pytest.raises(ValueError, match=r"ends in .png, .gif or .mp4. Received: .*ways"):
            command.project(tmp_path / name, linear, pictures)
    with pytest.raises(ValueError, match=r"square pictures. Received: one of examples of shape \(2,\)"):
        command.interpolate(tmp_path / "points.png", points)
    with pytest.raises(ValueError, match="one readable picture"):
        command.project(tmp_path / "none.png", linear, pictures[1:2])
    assert list(tmp_path.iterdir()) == []
