"""The score of an autoencoder that judges: minus its error, for each example."""

import numpy as np
import pytest
from keras import ops

from keras_gans import engine
from keras_gans.layers import ReconstructionScore

X = np.array([[0, 0], [1, 1]], "float32")
REBUILT = np.array([[3, 4], [1, 0]], "float32")


@pytest.mark.parametrize(("error", "expected"), [("norm", [-5, -1]), ("l1", [-3.5, -0.5]), ("squares", [-12.5, -0.5])])
def test_score_is_minus_the_error_of_each_example(error, expected):
    scores = ReconstructionScore(error)([X, REBUILT])
    np.testing.assert_allclose(ops.convert_to_numpy(scores)[:, 0], expected, rtol=1e-6)


def test_norm_is_over_all_numbers_of_a_picture():
    pictures = np.ones((2, 3, 3, 4), "float32")
    scores = ReconstructionScore()([pictures, np.zeros_like(pictures)])
    np.testing.assert_allclose(ops.convert_to_numpy(scores), [[-6], [-6]], rtol=1e-6)


@pytest.mark.parametrize("error", ["norm", "l1", "squares"])
def test_slope_of_a_perfect_reconstruction_is_no_nan(error):
    def score(x):
        return ReconstructionScore(error)([x, ops.convert_to_tensor(X)])

    assert np.isfinite(ops.convert_to_numpy(engine.input_gradient(score, X))).all()


def test_score_refuses_another_error():
    with pytest.raises(ValueError, match="one of norm, l1, squares"):
        ReconstructionScore("l2")
