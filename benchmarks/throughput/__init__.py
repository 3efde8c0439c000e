"""The speed of training: `fit` of the package beside the same networks and games written in three other ways.

    python -m benchmarks.throughput                                 # all; a table in benchmarks/results/
    python -m benchmarks.throughput --rows dcgan28 --rounds 3       # one row, quickly

A row (`rows.py`) is a game on networks of one size. A system is a way to train it: `fit` (`ours.py`), a plain Keras
`train_step` (`plain.py`, `plain_later.py`), a `tf.function` without Keras' `fit` (`bare.py`), and PyTorch
(`pytorch.py`), if it is installed. Each lives in a process of its own (`worker.py`); the parent (`__main__.py`) lets
them work in turns, so that what else the machine does meets them all. `flops.py` counts what a step computes, and
`prove.py` compares the steps of the first two.
"""
