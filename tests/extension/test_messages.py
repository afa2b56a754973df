"""A warning of the build names the file of the repository, the cell and the line in it."""

import json
import sys

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tools.build import book

CELLS = ["# A chapter", "Three lines\n\nand a [dead link](nowhere.md).", "```{unknown}\n```"]


def test_a_warning_names_cell_and_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(book, "BUILD", tmp_path)
    source = tmp_path / "source"
    source.mkdir()
    cells = [{"cell_type": "markdown", "id": str(i), "metadata": {}, "source": text} for i, text in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (source / "index.ipynb").write_text(json.dumps(notebook))
    with book.named_as_in_the_repository(), patch_docutils(), docutils_namespace():
        settings = {"extensions": ["myst_nb"], "nb_execution_mode": "off"}
        out = tmp_path / "html"
        Sphinx(source, None, out, out, "dummy", settings, status=None, warning=sys.stderr).build()
    said = capsys.readouterr().err
    assert "index.ipynb, cell 2, line 3: WARNING: 'myst' cross-reference target not found: 'nowhere.md'" in said
    assert "index.ipynb, cell 3, line 1: WARNING: Unknown directive type: 'unknown'" in said
    assert str(tmp_path) not in said
