"""What a saved model is measured by."""

import numpy as np
import pytest
from PIL import Image

from keras_gans import recipes
from keras_gans.commands.evaluate import evaluate


def test_evaluate_takes_labels_where_there_are_any_and_names_what_it_left_out(tmp_path):
    for i, name in enumerate(["cat", "dog"] * 6):
        (tmp_path / name).mkdir(exist_ok=True)
        Image.fromarray(np.full((16, 16), 20 * i, "uint8")).save(tmp_path / name / f"{i}.png")
    (tmp_path / "cat" / "torn.png").write_bytes(b"hello")
    model = recipes.gan((16, 16, 1))
    with pytest.warns(UserWarning, match=r"^Skipped 1 of 13 pictures, unreadable: cat/torn\.png") as told:
        results = evaluate(model, str(tmp_path), ["inception_score", "frechet"], n=12)
    assert told[0].filename == __file__
    assert [result.name for result in results] == ["classifier_score", "classifier_distance"]  # which needs labels
