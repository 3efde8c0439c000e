"""History: a table of epochs that do not all have the same names, written, read back and drawn."""

import types

import keras
import pytest

from keras_gans.runs.history import History, OneRun, read_rows

TABLE = """epoch,d_loss,g_loss,"recall, k=3",distance
0,0.5,2.0,,
1,0.25,nan,0.75,
2,0.1,3.0,,12.5
"""
ROWS = [
    {"epoch": 0, "d_loss": 0.5, "g_loss": 2.0},
    {"epoch": 1, "d_loss": 0.25, "g_loss": pytest.approx(float("nan"), nan_ok=True), "recall, k=3": 0.75},
    {"epoch": 2, "d_loss": 0.1, "g_loss": 3.0, "distance": 12.5},
]


def model():
    return types.SimpleNamespace(metrics=[types.SimpleNamespace(name=name) for name in ("d_loss", "g_loss")])


def write(folder):
    history = History(folder / "history.csv", folder / "losses.png", [])
    history.set_model(model())
    history.on_epoch_end(0, {"d_loss": 0.5, "g_loss": 2.0})
    history.on_epoch_end(1, {"d_loss": 0.25, "g_loss": float("nan"), "recall, k=3": 0.75})
    history.on_epoch_end(2, {"d_loss": 0.1, "g_loss": 3.0, "distance": 12.5})
    return history


def test_history_leaves_a_cell_empty_where_an_epoch_has_no_such_name(tmp_path):
    write(tmp_path)
    assert (tmp_path / "history.csv").read_text() == TABLE
    assert read_rows(tmp_path / "history.csv") == ROWS
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]


def test_history_that_goes_on_writes_the_same_table(tmp_path):
    """What the last epoch added is forgotten, and comes again."""
    write(tmp_path)
    History(tmp_path / "history.csv", None, read_rows(tmp_path / "history.csv")[:2])
    assert "distance" not in (tmp_path / "history.csv").read_text()
    rows = read_rows(tmp_path / "history.csv")
    assert rows == ROWS[:2]
    History(tmp_path / "history.csv", None, rows).on_epoch_end(2, {"d_loss": 0.1, "g_loss": 3.0, "distance": 12.5})
    assert (tmp_path / "history.csv").read_text() == TABLE
    assert read_rows(tmp_path / "none.csv") == []


def test_history_draws_what_the_model_logs_and_no_metric_beside_it(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("keras_gans.visualization.loss_curves", drawn.append)
    monkeypatch.setattr("keras_gans.visualization.save_figure", lambda path, figure: path.write_bytes(b"PNG"))
    write(tmp_path).on_train_end()
    assert drawn == [{"d_loss": [0.5, 0.25, 0.1], "g_loss": [2.0, pytest.approx(float("nan"), nan_ok=True), 3.0]}]
    assert (tmp_path / "losses.png").exists()


def test_history_of_no_epoch_leaves_no_file(tmp_path):
    (tmp_path / "history.csv").write_text(TABLE)  # of a run that was killed before it saved
    history = History(tmp_path / "history.csv", tmp_path / "losses.png", [])
    history.on_train_interrupt()
    assert list(tmp_path.iterdir()) == []


def test_one_run_begins_once_and_tells_of_the_end_of_an_epoch_that_was_missed():
    """The run was killed when all steps of the third epoch were saved, and nobody had heard of its end."""
    heard = []

    class Listener(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            heard.append("begin")

        def on_epoch_end(self, epoch, logs=None):
            heard.append((epoch, logs))

    for unheard, wanted in ((None, ["begin"]), ((2, {"d_loss": 1.0}), ["begin", (2, {"d_loss": 1.0})])):
        heard.clear()
        run = OneRun([Listener()], unheard)
        run.on_train_begin()
        run.on_train_begin()
        assert heard == wanted
