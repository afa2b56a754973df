"""What the tests share: which notebooks they run for, and no silent skipping."""

import gc
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from checkout import CHAPTERS, NOTEBOOKS  # noqa: E402

# Tables and notebooks stay: Python need not look for garbage among them after each 700 new objects.
gc.set_threshold(50_000, 20, 1000)


def pytest_generate_tests(metafunc):
    """A test that asks for ``notebook`` runs for every notebook, one that asks for ``chapter`` for every chapter."""
    for name, found in (("notebook", NOTEBOOKS), ("chapter", CHAPTERS)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, found.values(), ids=found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped; nothing is skipped where CI is set"
    return report
