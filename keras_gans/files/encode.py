"""Pictures out, as files."""

from PIL import Image

from keras_gans.files.whole import whole_file


def write_png(path, pixels):
    """Writes a picture as PNG as it is: grey, in colour, or with alpha.

    Args:
        path: the file.
        pixels: uint8 array (H, W, C), C = 1, 3 or 4.
    """
    image = Image.fromarray(pixels if pixels.shape[-1] > 1 else pixels[..., 0])
    with whole_file(path) as file:
        image.save(file, format="PNG")
