"""What can be said of the JupyterLite site without the internet: everything that is imported is there."""

import importlib.metadata
import re
import tomllib

import pytest
from checkout import ROOT
from packaging.requirements import Requirement

from tools.outputs import lite


def version(text):
    return [int(part) for part in re.findall(r"\d+", text)]


def test_every_import_is_in_the_distribution_or_in_the_site():
    missing = lite.imports() - lite.DISTRIBUTION["packages"].keys() - set(lite.BROUGHT)
    assert not missing, "neither Pyodide nor the site has them: name them in tools/outputs/lite.py"


def test_the_distribution_is_new_enough():
    wanted = lite.dependencies()
    assert wanted.keys() <= lite.DISTRIBUTION["packages"].keys() | set(lite.BROUGHT)
    old = [
        name for name, found in lite.DISTRIBUTION["packages"].items() if version(found) < version(wanted.get(name, "0"))
    ]
    assert old == []
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert version(lite.DISTRIBUTION["python"]) >= version(oldest)


def test_what_plotly_needs_to_show_a_figure_is_there():
    """All that its display asks for in turn, as the packages of this environment say."""
    wanted, seen = [lite.DISPLAY], set()
    while wanted:
        name = wanted.pop()
        seen.add(name)
        asked = map(Requirement, importlib.metadata.requires(name) or [])
        # Pyodide's Python is newer than that of some requirements
        here = {"python_version": lite.DISTRIBUTION["python"].rpartition(".")[0], "extra": ""}
        needed = {each.name.lower() for each in asked if not each.marker or each.marker.evaluate(here)}
        wanted += needed - seen
    assert len(seen) > 5 and seen <= lite.DISTRIBUTION["packages"].keys() | set(lite.BROUGHT)


@pytest.mark.parametrize("source", ["import torch", "from torch.nn import functional"])
def test_an_import_that_a_browser_lacks_is_found(source, monkeypatch):
    cells = [{"cell_type": "code", "source": source}]
    monkeypatch.setattr(lite.notebooks, "read", lambda path: {"cells": cells})
    assert "torch" in lite.imports()
