"""The room of theory: NumPy and SciPy only."""

import subprocess
import sys


def test_theory_needs_no_engine():
    code = "import sys, keras_gans.theory; print({'keras', 'tensorflow', 'jax', 'sklearn'} & set(sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "set()"
