"""Our figures beside those of other people's packages; only where these are installed, `pip install -e ".[peers]"`."""

import pytest

from benchmarks.peers import CASES


@pytest.mark.tensorflow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_figure_agrees_with_the_package(case):
    pytest.importorskip(case.package)
    ours, theirs, apart = case.difference()
    if case.tolerance is None:
        assert case.reason
        assert apart > 1e-6, "They agree now; the reason can go."
    else:
        assert apart <= case.tolerance, (ours, theirs)
