"""What a saved model is measured by."""

import numpy as np
from PIL import Image

from keras_gans import recipes
from keras_gans.commands.evaluate import evaluate


def test_evaluate_takes_labels_where_there_are_any_and_says_what_it_read(tmp_path, capsys):
    for i, name in enumerate(["cat", "dog"] * 6):
        (tmp_path / name).mkdir(exist_ok=True)
        Image.fromarray(np.full((16, 16), 20 * i, "uint8")).save(tmp_path / name / f"{i}.png")
    (tmp_path / "cat" / "torn.png").write_bytes(b"hello")
    model = recipes.gan((16, 16, 1))
    (tmp_path / "dog" / "notes.txt").write_text("hello")
    results = evaluate(model, str(tmp_path), ["inception_score", "frechet"], n=12)
    taken, skipped, beside = capsys.readouterr().out.splitlines()
    classes = "of 2 classes, which this recipe does not look at"
    assert taken == f"12 pictures of 16 x 16 pixels, grey, from {tmp_path}; {classes}"
    assert skipped.startswith("Skipped 1 of 13 pictures, unreadable: cat/torn.png (cannot identify image file ")
    assert beside.startswith("Left out 1 file beside the pictures: dog/notes.txt (its suffix is none of ")
    assert [result.name for result in results] == ["classifier_score", "classifier_distance"]  # which needs labels
