"""Famous mistakes of GAN code, each beside what is right, in one figure: the pictures of docs/known-bugs.md.

    python -m benchmarks.known_bugs               # all of them, about five minutes on one core
    python -m benchmarks.known_bugs norm_axes     # one

Each function makes the mistake in a few lines, measures what it changes, and draws both; its figure's title says the
number. What is wrong is red, what is right is blue.
"""
