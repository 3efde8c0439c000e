"""What a source of pictures holds, found before any is decoded."""

import numpy as np
import pytest
from PIL import Image

from keras_gans.data.survey import Survey, survey


def write(folder, count, size):
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        Image.fromarray(np.zeros((*size[::-1], 3), "uint8")).save(folder / f"{size[0]}_{i}.png")


def test_survey_of_a_folder_counts_and_takes_the_median_of_smaller_sides(tmp_path):
    write(tmp_path, 3, (60, 40))
    write(tmp_path, 2, (200, 300))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert survey(tmp_path) == Survey(6, 40, 0)


def test_survey_of_class_folders_knows_the_classes_unless_some_have_none(tmp_path):
    for name in ("cat", "dog"):
        write(tmp_path / name, 2, (32, 32))
    assert survey(tmp_path) == Survey(4, 32, 2)
    write(tmp_path / "unlabelled", 1, (32, 32))
    assert survey(tmp_path) == Survey(5, 32, 0)


def test_survey_of_arrays_and_names(tmp_path):
    np.savez(tmp_path / "some.npz", x=np.zeros((7, 20, 24, 3), "uint8"))
    assert survey(tmp_path / "some.npz") == Survey(7, 20, 0)
    assert survey("digits") == Survey(1797, 8, 10)


def test_survey_refuses_what_is_no_source(tmp_path):
    with pytest.raises(ValueError, match="No such file or folder"):
        survey(str(tmp_path / "none"))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ValueError, match="^Expected pictures. Received: .* of which none can be read"):
        survey(tmp_path)
