"""`make book` in a copy of the checkout: an edit reaches the pages, a mistake stops the build and is named."""

import contextlib
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys

import prose
import pytest
from bs4 import BeautifulSoup
from checkout import CHAPTERS, ROOT
from sphinx_plotly_figures import chart_files, figures
from sphinx_plotly_figures.tables import table

from sorafenib_book.book_ext import datatables

ASIDE = [".git", ".venv", "_build", "__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache"]


class Copy:
    def __init__(self, folder):
        self.folder, self.site = folder, folder / "_build" / "html"

    def build(self):
        """Build the book; return whether that went well, and what was said."""
        # a copy without .git is told the date of the commit
        command = ["git", "-C", ROOT, "log", "-1", "--format=%ct", "--", "."]
        committed = subprocess.check_output(command, text=True).strip()
        settings = {"PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
        done = subprocess.run(
            [sys.executable, "-m", "tools.build.book", "build"],
            env={"SOURCE_DATE_EPOCH": committed} | os.environ | settings,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode == 0, done.stdout

    def hashes(self, top):
        """Hashes of all files below a folder, but for what a build may write."""
        return {
            path.relative_to(top).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(top.rglob("*"))
            if path.is_file() and not set(ASIDE) & set(path.relative_to(top).parts)
        }

    def page(self, path):
        return BeautifulSoup((self.site / path).read_text(encoding="utf-8"), "html.parser")

    @contextlib.contextmanager
    def changed(self, path, old, new):
        """Replace the one occurrence of a text in a file, for a while."""
        path = self.folder / path
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1
        path.write_text(before.replace(old, new), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")

    def changed_cell(self, table, row, column, value):
        """Put a value into one cell of a data table, for a while."""
        path = self.folder / "data" / f"{table}.csv"
        line = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(f"{row},"))
        cells = next(csv.reader([line]))
        header = next(csv.reader([path.read_text(encoding="utf-8").splitlines()[0]]))
        cells[header.index(column)] = value
        quoted = [f'"{cell}"' if "," in cell or '"' in cell else cell for cell in cells]
        return self.changed(path.relative_to(self.folder), line, ",".join(quoted))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A built copy of the checkout in a folder whose name is as awkward as a reader's may be."""
    folder = tmp_path_factory.mktemp("copy") / "a bök"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*ASIDE))
    made = Copy(folder)
    well, said = made.build()
    assert well, said
    return made


def linked():
    """Cells of data/ that the prose of chapters links to, as (table, row, column): link text."""
    return {
        match.group("table", "row", "column"): shown
        for chapter in CHAPTERS.values()
        for text in prose.markdown_cells(chapter)
        for _, links in prose.passages(text)
        for shown, target in links
        if (match := datatables.CELL_LINK.fullmatch(target))
    }


def shown_only_in_a_figure():
    """A hazard ratio that a chapter's figure shows and no prose links to: (chapter, figure, row, value)."""
    for row, cells in datatables.read(ROOT / "data", "endpoints").items():
        if not cells["hr"] or ("endpoints", row, "hr") in linked():
            continue
        for path, chapter in CHAPTERS.items():
            for _, item in figures.figure_cells(chapter):
                for shown in table(item["figure"])[1]:
                    ratios = [value for column, value in shown.items() if column.startswith("Hazard ratio")]
                    if float(cells["hr"]) in ratios and cells["source"] == shown.get("source"):
                        return path, item["name"], row, cells["hr"]
    pytest.fail("no figure shows a hazard ratio that no prose links to")


def test_two_builds_of_one_state_are_the_same(copy):
    """Of one commit, from another folder, at another time, with other hashes of strings and another clock."""
    built = Copy(ROOT)
    if not (ROOT / "_build" / "stamp").is_file():
        pytest.fail("run `make book` first")
    ours, theirs = built.hashes(built.site), copy.hashes(copy.site)
    assert [name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)] == []


def test_an_unchanged_book_is_not_built_again(copy):
    before = copy.hashes(copy.site)
    well, said = copy.build()
    assert well and "nothing changed" in said, said
    assert copy.hashes(copy.site) == before


@pytest.fixture(scope="module")
def edited(copy):
    """The copy with two cells of its data edited, built where the repository is known: the edits, and what was said."""
    figure = shown_only_in_a_figure()
    told = next((cell, text) for cell, text in linked().items() if cell[2] == "control")
    (row, old), ((table, other, column), shown) = figure[2:], told
    ratio, number = f"{float(old) + 0.0037:.4f}", f"{float(shown) + 0.3:.1f}"
    with (
        copy.changed_cell("endpoints", row, "hr", ratio),
        copy.changed_cell(table, other, column, number),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("GITHUB_REPOSITORY", "somebody/a-book")
        well, said = copy.build()
    assert well, said
    return (*figure[:3], ratio), (*told, number), said


def test_an_edited_value_reaches_figure_table_and_page(copy, edited):
    chapter, name, row, new = edited[0]
    chart = copy.page(chapter.replace(".ipynb", ".html")).select_one(f'[data-chart="{name}"]')
    live = copy.site / "chapters" / chart["data-content"]
    traces = chart_files.read(live)["data"]
    assert any(float(new) in trace["x"] for trace in traces)
    assert new in [cell.text for cell in chart.find_parent("figure").select("tbody td")]
    assert new in copy.page("reference/data/endpoints.html").find(id=row).text


def test_prose_that_disagrees_is_shown_and_named(copy, edited):
    ((table, row, column), shown, new), said = edited[1:]
    notes = [note.text for note in copy.page(next(iter(CHAPTERS)).replace(".ipynb", ".html")).select(".disagrees")]
    assert f"the prose says '{shown}', data/{table}.csv, row {row}, column {column}, has '{new}'" in said, said
    assert f" (the data say {new})" in notes


def test_where_the_repository_is_known_pages_and_notebooks_lead_there(copy, edited):
    path = next(iter(CHAPTERS))
    links = [link["href"] for link in copy.page(path.replace(".ipynb", ".html")).select(".run-elsewhere a")]
    assert f"https://mybinder.org/v2/gh/somebody/a-book/main?urlpath=lab/tree/{path}" in links
    assert f"https://colab.research.google.com/github/somebody/a-book/blob/main/{path}" in links
    notebook = (copy.site / "_sources" / path).read_text(encoding="utf-8")
    assert "%pip install https://github.com/somebody/a-book/archive/main.zip" in notebook


def test_a_cell_that_raises_stops_the_build(copy):
    path, chapter = next(iter(CHAPTERS.items()))
    cell = next(cell for cell in chapter["cells"] if "reusable" in cell["metadata"].get("tags", []))
    place = chapter["cells"].index(cell)
    before, text = copy.hashes(copy.site), (copy.folder / path).read_text(encoding="utf-8")
    broken = json.loads(text)
    broken["cells"][place]["source"] = 'raise ValueError("broken on purpose")'
    with copy.changed(path, text, json.dumps(broken)):
        well, said = copy.build()
    assert not well
    words = [path, f"cell {place + 1} ({cell['id']})", "ValueError: broken on purpose"]
    assert [word for word in words if word not in said] == [], said
    assert copy.hashes(copy.site) == before, "the last good book stays"


def test_no_tracked_file_changes(copy):
    assert copy.hashes(copy.folder) == copy.hashes(ROOT)
