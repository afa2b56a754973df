"""How cost grows: the book's chapters several times over, figures of more and more points."""

import json
import re
from pathlib import Path

import yaml

LARGER = (1, 2, 4, 8)
POINTS = (100, 1_000, 10_000, 100_000)
# what the sources of a chapter give a name: figures in the metadata of cells, tables and exercises in the prose
_LABEL = re.compile(r'"name": "([\w-]+)"|:(?:label|name): ([\w-]+)|\(([\w-]+)\)=')
_CELL = """import numpy as np
import plotly.express as px
x, y = np.random.default_rng(1).normal(size=(2, {points})).round(3)
px.scatter(x=x, y=y, render_mode="svg")"""


def copy_chapters(folder, times):
    """Let a checkout hold its chapters several times, each copy with names of its own.

    Parameters
    ----------
    folder : pathlib.Path
        A checkout, which is changed.
    times : int
        How many of each chapter there are in the end.
    """
    contents = yaml.safe_load((folder / "_toc.yml").read_text(encoding="utf-8"))
    entries = contents["parts"][0]["chapters"]
    for stem in [Path(entry["file"]).name for entry in entries]:
        notebook = (folder / "chapters" / f"{stem}.ipynb").read_text(encoding="utf-8")
        labels = {name for found in _LABEL.findall(notebook) for name in found if "-" in name}
        own = re.compile(rf"(?<![\w-])({'|'.join(sorted(labels, key=len, reverse=True))})(?![\w-])")
        for k in range(2, times + 1):
            copied = json.loads(notebook)
            for cell in copied["cells"]:
                cell["metadata"] = json.loads(own.sub(rf"\1-{k}", json.dumps(cell["metadata"])))
                if cell["cell_type"] == "markdown":
                    cell["source"] = own.sub(rf"\1-{k}", "".join(cell["source"]))
            (folder / "chapters" / f"{stem}_{k}.ipynb").write_text(json.dumps(copied), encoding="utf-8")
            entries.append({"file": f"chapters/{stem}_{k}"})
            (folder / "figures" / f"{stem}_{k}").mkdir()
            for picture in (folder / "figures" / stem).glob("*.svg"):
                name = picture.stem.removesuffix("-narrow")
                # ids in a picture begin with the figure's name
                text = picture.read_text(encoding="utf-8").replace(f"{name}-", f"{name}-{k}-")
                target = picture.name.replace(name, f"{name}-{k}")
                (folder / "figures" / f"{stem}_{k}" / target).write_text(text, encoding="utf-8")
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")


def add_points(folder):
    """Add to a checkout one chapter for each number of points in a figure."""
    contents = yaml.safe_load((folder / "_toc.yml").read_text(encoding="utf-8"))
    for points in POINTS:
        words = f"{points} points."
        figure = {"mystnb": {"figure": {"name": f"fig-points-{points}", "caption": words}, "image": {"alt": words}}}
        title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {words[:-1]}"}
        cell = {"cell_type": "code", "execution_count": None, "id": "points", "metadata": figure, "outputs": []}
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [title, cell | {"source": _CELL.format(points=points)}]
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (folder / "chapters" / f"points_{points}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        contents["parts"][0]["chapters"].append({"file": f"chapters/points_{points}"})
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
