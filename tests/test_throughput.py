"""The systems that benchmarks/throughput compares do equal work, counted in their graphs and by hand."""

import subprocess
import sys

import pytest
from pages import ROOT

pytestmark = pytest.mark.tensorflow


def test_systems_do_equal_work():
    """Ours and the bare loop make G's fakes once; the plain train_step, and ours with `fresh_fakes`, twice.

    In ProGAN's penalty the bare loop takes zeros backwards through the rectifiers, which the package leaves out.
    """
    command = [sys.executable, "-m", "benchmarks.throughput.flops"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr[-2000:]
    counts = dict(line.split(": ") for line in result.stdout.splitlines())
    assert counts["ours"] == counts["bare"] == counts["by hand, fakes made once"]
    assert counts["fresh"] == counts["plain"] == counts["by hand, fakes made twice"]
    assert int(counts["plain"]) > 1.2 * int(counts["ours"])
    assert counts["progan64 ours"] == counts["progan64 by hand"]
    assert counts["progan64 bare"] == counts["progan64 by hand, with zeros"]
    assert counts["biggan32 ours"] == counts["biggan32 bare"]
