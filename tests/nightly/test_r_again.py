"""R gives again what is stored of it: the values that tests/package compares with."""

import shutil
import subprocess

import pandas as pd
import pytest
from checkout import ROOT

INDEPENDENT = ROOT / "tests" / "package" / "independent"
PACKAGES = ["metafor", "lme4", "survival"]


@pytest.mark.parametrize("script", sorted(path.name for path in INDEPENDENT.glob("*.R")))
def test_r_gives_the_stored_values_again(script, tmp_path):
    program = shutil.which("Rscript")
    assert program, f"Rscript was not found: install R with its packages {', '.join(PACKAGES)}"
    folder = shutil.copytree(INDEPENDENT, tmp_path / "independent")
    result = folder / script.replace(".R", ".csv")
    result.unlink()
    run = subprocess.run([program, script], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, f"{script}: {run.stderr[-500:]}"
    # another version of R may differ, its results may not
    again, stored = (
        pd.read_csv(path).drop(columns=["r", *PACKAGES], errors="ignore")
        for path in (result, INDEPENDENT / result.name)
    )
    pd.testing.assert_frame_equal(again, stored, rtol=1e-4, atol=1e-7)
