"""Small books of others, built by Sphinx with its own theme."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx_plotly_figures import chart_files, figures

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def figure_cell(identifier, figure, name=True, caption="A finding.", alt="What is seen.", **beside):
    """A cell with a stored figure, its words, and other forms of the same output."""
    words = {"figure": {"name": identifier, "caption": caption}, "image": {"alt": alt}}
    if not name:
        words = {}
    return {
        "cell_type": "code",
        "execution_count": 1,
        "id": identifier,
        "metadata": {"mystnb": words},
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {figures.PLOTLY: figure} | beside}],
        "source": "fig",
    }


def notebook(*cells, text="# A chapter"):
    markdown = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    return {"cells": [markdown, *cells], "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}


@dataclass
class Book:
    source: Path
    out: Path
    warnings: str

    def page(self, name="chapter"):
        return BeautifulSoup((self.out / f"{name}.html").read_text(encoding="utf-8"), "html.parser")

    def chart(self, name, page="chapter"):
        return self.page(page).select_one(f'[data-chart="{name}"]')

    def content(self, name, page="chapter"):
        return chart_files.read((self.out / page).parent / self.chart(name, page)["data-content"])

    def files(self):
        found = {str(path.relative_to(self.out)): path for path in sorted(self.out.rglob("*")) if path.is_file()}
        return {name: path.read_bytes() for name, path in found.items() if "buildinfo" not in name}


def build(folder, notebooks, jobs=1, out="html", **more):
    """Build notebooks (nbformat, by name) into a book; those that lie in the folder already stay as they are."""
    source = folder / "source"
    for name, content in notebooks.items():
        path = source / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    listed = "\n".join(notebooks)
    (source / "index.md").write_text(f"# A book\n\n```{{toctree}}\n{listed}\n```\n")
    warnings = io.StringIO()
    settings = {"extensions": ["myst_nb", "sphinx_plotly_figures"], "nb_execution_mode": "off", **more}
    with patch_docutils(), docutils_namespace():
        places = (source, None, folder / out, folder / f"{out}-trees")
        app = Sphinx(*places, "html", settings, status=None, warning=warnings, parallel=jobs)
        app.build()
    return Book(source, folder / out, warnings.getvalue())


@pytest.fixture(scope="session")
def books():
    """What the tests make books with."""

    class Made:
        pass

    Made.build, Made.notebook, Made.figure_cell = staticmethod(build), staticmethod(notebook), staticmethod(figure_cell)
    return Made
