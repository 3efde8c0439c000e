"""Progress: when a run says how far it is, and what."""

import types

import pytest

from keras_gans.runs.progress import LINES, Progress


class Clock:
    """Seconds as the test says."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def play(capsys, steps, done=0, rate=1.0, per_epoch=10, measured=()):
    """Lines of a run whose steps take `rate` seconds each; epochs in `measured` have a metric in their logs."""
    clock = Clock()
    progress = Progress(steps, done, clock)
    progress.set_model(types.SimpleNamespace(metrics=[types.SimpleNamespace(name="d_loss")]))
    progress.on_train_begin()
    for step in range(done, steps):
        clock.now += rate
        progress.on_train_batch_end(step % per_epoch, {"d_loss": 1.25})
        if (step + 1) % per_epoch == 0:
            epoch = step // per_epoch
            progress.on_epoch_end(epoch, {"d_loss": 1.25, **({"recall": 0.5} if epoch in measured else {})})
    return capsys.readouterr().out.splitlines()


def test_progress_says_each_twentieth_whatever_the_epochs_are(capsys):
    lines = play(capsys, 5000, rate=0.1)
    assert len(lines) == LINES == 20
    assert lines[0] == "step 250 of 5,000, 8 min left: d_loss 1.25"
    assert lines[-1] == "step 5,000 of 5,000, 0 s left: d_loss 1.25"
    assert play(capsys, 5000, rate=0.1, per_epoch=3) == lines


def test_progress_says_no_more_lines_than_steps(capsys):
    assert [line.split(",")[0] for line in play(capsys, 3)] == ["step 1 of 3", "step 2 of 3", "step 3 of 3"]


def test_progress_of_slow_steps_says_a_line_a_minute(capsys):
    lines = play(capsys, 100, rate=40.0)  # a twentieth would be 200 seconds
    assert [line.split()[1] for line in lines[:5]] == ["2", "4", "5", "7", "9"]


def test_progress_of_a_run_that_goes_on_counts_its_own_seconds(capsys):
    lines = play(capsys, 1000, done=900)
    assert [line.split(":")[0] for line in lines] == ["step 950 of 1,000, 50 s left", "step 1,000 of 1,000, 0 s left"]


@pytest.mark.parametrize(("rate", "said"), [(0.01, "10 s"), (1.0, "16 min"), (60.0, "15.8 h")])
def test_progress_says_a_time_as_one_reads_it(capsys, rate, said):
    assert f"step 50 of 1,000, {said} left" in play(capsys, 1000, rate=rate)[0 if rate < 60 else 24]


def test_progress_says_what_was_measured(capsys):
    lines = play(capsys, 1000, measured=(2,))
    assert lines[0] == "step 30 of 1,000, 16 min left: d_loss 1.25, recall 0.5"
    assert len(lines) == 21
