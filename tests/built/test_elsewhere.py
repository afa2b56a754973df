"""A chapter copied alone into an empty folder: it says what is missing, and one line brings it."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from checkout import CHAPTERS, SITE
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tools.build import book


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """Runs cells in an empty folder, in an environment that has everything but the book's package."""
    venv, folder, kernel = tmp_path / "venv", tmp_path / "empty", tmp_path / "share" / "kernels" / "alone"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    [packages] = venv.glob("lib/python*/site-packages")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "sorafenib_book" not in path.name:
            (packages / path.name).symlink_to(path)
    kernel.mkdir(parents=True)
    command = [str(venv / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "alone", "language": "python"}))
    folder.mkdir()
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PYTHONPATH", raising=False)

    def run(notebook):
        node = nbformat.reads(json.dumps(notebook), as_version=4)
        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(node, timeout=600, startup_timeout=600, kernel_name="alone", resources=resources).execute()

    return run


def set_up(notebook):
    return next(cell for cell in notebook["cells"] if "setup" in cell["metadata"].get("tags", []))


def test_a_chapter_alone_says_what_is_missing(chapter, alone):
    with pytest.raises(CellExecutionError) as failure:
        alone(chapter | {"cells": [set_up(chapter)]})
    said = re.sub(r"\x1b\[[\d;]*m", "", str(failure.value)).rpartition("Traceback")[2]
    assert "No module named 'sorafenib_book'" in said
    assert book.INSTALL in said, said


def test_a_chapter_alone_runs_after_one_line(alone):
    path, chapter = min(CHAPTERS.items(), key=lambda item: len(item[1]["cells"]))
    [wheel] = (SITE / "_downloads").glob("*.whl")
    line = nbformat.v4.new_code_cell(f"%pip install {wheel}")
    alone(chapter | {"cells": [line, *chapter["cells"]]})


def test_a_downloaded_notebook_says_how_the_package_is_installed(pages):
    [wheel] = (SITE / "_downloads").glob("*.whl")
    for path in CHAPTERS:
        notebook = json.loads((SITE / "_sources" / path).read_text(encoding="utf-8"))
        said = "".join(set_up(notebook)["source"]).splitlines()[0]
        named = re.search(r"%pip install (\S+)$", said)
        assert re.match(r"https://github\.com/[^/]+/[^/]+/archive/", named[1]) if named else said == book.INSTALL
        told = pages[path.replace(".ipynb", ".html")].select_one(".run-elsewhere")
        assert told.summary.text in book.INSTALL, "the comment names the place on the page"
        assert told.select_one("pre").text == f"%pip install {wheel.name}"


def test_a_known_address_takes_the_place_of_the_comment(chapter):
    address = "https://github.com/a/b/archive/main.zip"
    first = "".join(set_up(book.installing(chapter, address))["source"]).splitlines()[0]
    assert first == f"# If this import fails, run once: %pip install {address}"


def test_the_package_runs_anywhere():
    [wheel] = (SITE / "_downloads").glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    assert os.path.getsize(wheel) < 2_000_000
