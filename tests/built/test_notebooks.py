"""A notebook is run again when something it used has changed, and only then."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from checkout import ROOT

from tools.build import notebooks

CELL = """
from sorafenib_book import dose, tables
def later():
    from sorafenib_book import vessels
later()
tables.read("milestones")
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a package and data of its own, and a notebook that was run there."""
    folder = tmp_path_factory.mktemp("run")
    for name in ("sorafenib_book", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "chapters").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notebooks, "ROOT", folder)
        patch.setattr(notebooks, "CHAPTERS", folder / "chapters")
        patch.setenv("PYTHONPATH", str(folder))
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])

        async def run_it():
            async with notebooks.kernels() as kernels:
                return await notebooks.run(notebook, kernels)

        # in a thread of its own: where a browser of another test runs beside it, this one has an event loop already
        with ThreadPoolExecutor() as thread:
            yield folder, thread.submit(asyncio.run, run_it()).result()


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("sorafenib_book/dose.py", True),
        ("sorafenib_book/vessels.py", True),
        ("sorafenib_book/clones.py", False),
        ("sorafenib_book/charts/diagrams.py", False),
        ("sorafenib_book/book_ext/pages.py", False),
        ("data/milestones.csv", True),
        ("data/endpoints.csv", False),
    ],
)
def test_a_change_of_what_was_used_makes_it_stale(name, used, run):
    folder, notebook = run
    assert notebooks.stale(notebook) is None
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(before + b"\n")
    assert notebooks.stale(notebook) == (f"{name} changed" if used else None)
    (folder / name).write_bytes(before)
