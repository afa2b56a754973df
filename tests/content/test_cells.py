"""Cells that a student can copy: short and plain, and what several share is in the package."""

import ast
import re
from collections import Counter

import prose
from checkout import CHAPTERS, NOTEBOOKS, ROOT
from sphinx_plotly_figures import figures

from sorafenib_book import charts, style

#: The most that the chapters' cells may have: Data 8 and the Python Data Science Handbook have less of each.
MARKS = {"median of lines": 6, "90th percentile of lines": 14, "operations a line": 1.8, "chains": 0.08}
#: The most that any cell may have, of solutions and of reference pages too: characters of a line, lines.
WIDTH, LINES = 92, 20
_MODULES = {"pd", "np", "px", "go", "nx", "stats"}
_OPERATIONS = (ast.Call, ast.Subscript, ast.BinOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.comprehension, ast.Lambda)


def code(notebook):
    """Source and tree of each code cell that is no solution of an exercise, with its metadata."""
    inside = False
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            ends = [kind for kind, _, _ in prose.directives(source) if kind in ("solution-start", "solution-end")]
            inside = ends[-1] == "solution-start" if ends else inside
        elif not inside and "solution" not in cell["metadata"].get("tags", []):
            yield source, ast.parse(re.sub(r"(?m)^[%!].*$", "pass", source)), cell


def chain(node):
    """Number of calls that hang on one another, as three in ``a.b().c().d()``; one on a module is none."""
    links = 0
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            links += not (isinstance(node.func.value, ast.Name) and node.func.value.id in _MODULES)
        node = node.func if isinstance(node, ast.Call) else node.value
    return links


def lines_of(source):
    """Lines of code: neither empty nor a comment."""
    return [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]


def measured(notebooks):
    cells = []
    for source, tree, _ in (cell for notebook in notebooks for cell in code(notebook)):
        nodes = list(ast.walk(tree))
        operations = sum(isinstance(node, _OPERATIONS) for node in nodes)
        cells.append((len(lines_of(source)), operations, max(map(chain, nodes)) >= 3))
    lines, operations, chains = zip(*cells, strict=True)
    return {
        "median of lines": sorted(lines)[len(lines) // 2],
        "90th percentile of lines": sorted(lines)[int(0.9 * len(lines))],
        "operations a line": sum(operations) / sum(lines),
        "chains": sum(chains) / len(chains),
    }


def test_cells_are_short_and_plain():
    found = measured(CHAPTERS.values())
    assert {name: value for name, value in found.items() if value > MARKS[name]} == {}


def test_no_cell_is_wide_or_long(notebook):
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}
    wide = [name for name, source in cells.items() if max(map(len, source.splitlines()), default=0) > WIDTH]
    long = [name for name, source in cells.items() if len(lines_of(source)) > LINES]
    assert wide == long == [], f"over {WIDTH} characters a line: {wide}; over {LINES} lines: {long}"


def test_what_is_measured():
    cells = ["x = a.b().c().d()\n\n# a comment\ny = pd.concat(x).e()[1] + 2", "z = 1"]
    notebook = {"cells": [{"cell_type": "code", "source": [cell], "metadata": {}} for cell in cells]}
    # three calls in a chain; two calls, a subscript and a sum
    expected = {"median of lines": 2, "90th percentile of lines": 2, "operations a line": 7 / 3}
    assert measured([notebook]) == expected | {"chains": 0.5}


def test_charts_are_drawn_as_the_documentation_of_plotly_does():
    drawn = {item["name"] for chapter in CHAPTERS.values() for _, item in figures.figure_cells(chapter)}
    plain = set()
    for _, tree, cell in (cell for chapter in CHAPTERS.values() for cell in code(chapter)):
        name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            function = call.func
            if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
                named = {keyword.arg for keyword in call.keywords}
                if function.value.id in ("px", "go") and {"x", "y"} <= named:
                    plain.add(name)
    assert len(drawn & plain) >= 0.8 * len(drawn), f"not by px or go with x and y named: {sorted(drawn - plain)}"


def test_what_the_package_draws_is_used_more_than_once():
    functions = [name for module in (style, charts) for name in module.__all__ if not name.isupper()]
    trees = [tree for notebook in NOTEBOOKS.values() for _, tree, _ in code(notebook)]
    trees += [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "sorafenib_book").rglob("*.py")]
    uses = Counter()
    for tree in trees:
        called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        uses.update({getattr(function, "attr", getattr(function, "id", "")) for function in called})
    alone = [name for name in functions if uses[name] < 2]
    assert alone == [], "what one cell alone uses belongs into that cell"
