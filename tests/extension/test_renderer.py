"""A small book built by Sphinx with this book's extension: links to cells, lines under figures, named faults."""

import io
import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx_plotly_figures import figures

from sorafenib_book.book_ext import glossary

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
NASTY = '</script><img src=x onerror="alert(1)">'
SIZES = "id,value,low,check,unchecked_fields\none,10.7,9.4,primary,low\nthree,3,,unchecked,\n"
SCHEMA = {
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "value", "type": "number"},
        {"name": "low", "type": "number"},
        {"name": "check", "type": "string"},
        {"name": "unchecked_fields", "type": "string"},
    ]
}


def figure_cell(name, alt="A single point at one month.", label="a", caption="One point."):
    figure = {
        "data": [
            {
                "type": "scatter",
                "x": [1.5],
                "y": [label],
                "customdata": [["primary"]],
                "hovertemplate": "check=%{customdata[0]}",
            }
        ],
        "layout": {
            "xaxis": {"title": {"text": "Time (months)"}},
            "sliders": [{"steps": [{"label": label}]}],
            "meta": {"note": f"About {label}."},
        },
    }
    return {
        "cell_type": "code",
        "execution_count": 1,
        "id": name,
        "metadata": {"mystnb": {"figure": {"name": name, "caption": caption}, "image": {"alt": alt}}},
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {figures.PLOTLY: figure}}],
        "source": "fig",
    }


def build(folder, *cells, text="# A chapter", copies=(), jobs=1, **more):
    """Build a book of one chapter and one data page; return the chapter as written and the warnings."""
    source, data = folder / "source", folder / "source" / "data"
    data.mkdir(parents=True)
    (data / "sizes.csv").write_text(SIZES)
    package = {
        "name": "sizes",
        "resources": [{"name": "sizes", "path": "sizes.csv", "description": "Sizes", "schema": SCHEMA}],
    }
    (data / "datapackage.json").write_text(json.dumps(package))
    lines = "\n".join(copies)
    (source / "index.md").write_text(f"# A book\n\n```{{toctree}}\nchapter\nsizes\n{lines}\n```\n")
    (source / "sizes.md").write_text("# Sizes\n\n```{data-table} sizes\n```\n")
    markdown = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    notebook = {"cells": [markdown, *cells], "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    for name in ("chapter", *copies):
        (source / f"{name}.ipynb").write_text(
            json.dumps(notebook).replace("fig-", f"fig-{name}-" if copies else "fig-")
        )
    warnings = io.StringIO()
    configuration = {
        "extensions": ["myst_nb", "sphinx_exercise", "sphinx_plotly_figures", "sorafenib_book.book_ext"],
        "html_theme": "furo",
        "html_math_renderer": "mathml",
        "nb_execution_mode": "off",
        "numfig": True,
        "plotly_figures_lines": "sorafenib_book.book_ext.sources:lines",
        **more,
    }
    with patch_docutils(), docutils_namespace():
        out, trees = folder / "html", folder / "trees"
        app = Sphinx(source, None, out, trees, "html", configuration, status=None, warning=warnings, parallel=jobs)
        app.build()
    return (out / "chapter.html").read_text(encoding="utf-8"), warnings.getvalue()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    cells = [
        figure_cell("fig-drawn"),
        figure_cell("fig-new"),
        figure_cell("fig-nasty", NASTY, NASTY, f"One {NASTY} point."),
    ]
    text = "# A chapter\n\nIt took [10.7](../data/sizes.csv#one.value) months, see {numref}`fig-drawn`."
    page, warnings = build(folder, *cells, text=text)
    return folder, page, warnings


def chart(page, name):
    return BeautifulSoup(page, "html.parser").select_one(f'[data-chart="{name}"]')


def test_a_good_book_builds_without_warning(book):
    assert book[2] == ""


def test_markup_in_a_note_stays_text(book):
    sources = chart(book[1], "fig-nasty").find_parent("figure").select_one(".chart-sources")
    assert "<img src=x" in sources.text and "Values checked: 1 verified in the publication." in sources.text
    assert not BeautifulSoup(book[1], "html.parser").select("[onerror]")


def test_many_sources_fold(tmp_path):
    cell = figure_cell("fig-many")
    cell["outputs"][0]["data"][figures.PLOTLY]["layout"]["meta"] = {"source": ";".join("abcdefghi")}
    page, _ = build(tmp_path, cell)
    sources = chart(page, "fig-many").find_parent("figure").select_one(".chart-sources")
    assert sources.details.summary.text == "Sources (9)" and "a; b" in sources.details.text
    assert "details" not in sources.text


def test_a_link_to_a_cell_leads_to_its_row(book):
    folder, page, _ = book
    link = BeautifulSoup(page, "html.parser").find("a", string="10.7")
    assert link["href"] == "sizes.html?cell=value#one"
    assert BeautifulSoup((folder / "html" / "sizes.html").read_text(), "html.parser").find(id="one").name == "tr"


def test_a_link_to_an_unseen_cell_has_a_ring(tmp_path):
    cells = {"one.value": "10.7", "one.low": "9.4", "three.value": "3"}
    links = ", ".join(f"[{value}](../data/sizes.csv#{cell})" for cell, value in cells.items())
    page = BeautifulSoup(build(tmp_path, text=f"# A chapter\n\n{links}")[0], "html.parser")
    rings = [link.select_one(".unseen") for link in page.select("a.cell-link")]
    assert [ring is not None for ring in rings] == [False, True, True]
    assert all(ring["role"] == "img" and "not seen" in ring["aria-label"] and ring["title"] for ring in rings[1:])


def test_a_table_of_sentences_carries_its_heads_along(tmp_path):
    tables = ["| The review | The source |\n|---|---|\n" + f"| a | {words} |" for words in ("short", "long " * 30)]
    text = "# A chapter\n\n" + "\n\nA paragraph.\n\n".join(tables)
    page = BeautifulSoup(build(tmp_path, text=text)[0], "html.parser")
    assert ["stacks" in table.get("class", []) for table in page.select("article table")] == [False, True]
    assert [head.text for head in page.select(".stack-head")] == ["The review", "The source"]


@pytest.mark.parametrize(("words", "heads"), [("short", []), ("long " * 30, ["trial", "finding", "trial", "finding"])])
def test_a_computed_table_of_sentences_carries_its_heads_along(words, heads, tmp_path):
    frame = pd.DataFrame({"finding": [words, "a"]}, index=pd.Index(["SHARP", "STORM"], name="trial"))
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": frame.to_html()}}
    cell = figure_cell("table") | {"metadata": {}, "outputs": [output]}
    page = BeautifulSoup(build(tmp_path, cell)[0], "html.parser")
    table = page.select_one("table.dataframe")
    assert [head.text for head in table.select(".stack-head")] == heads
    assert ("stacks" in table["class"]) == bool(heads)
    assert [head.text for head in table.select("thead tr > *")] == ["trial", "finding"], "one row of heads"


def test_a_table_wider_than_a_phone_is_cards_of_short_cells(tmp_path):
    narrow, wide = (pd.DataFrame([[0.69] * count], columns=[f"hazard {i}" for i in range(count)]) for count in (3, 9))
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": frame.to_html()}}
        for frame in (narrow, wide)
    ]
    page = BeautifulSoup(build(tmp_path, figure_cell("table") | {"metadata": {}, "outputs": outputs})[0], "html.parser")
    assert ["short" in table["class"] for table in page.select("table.dataframe")] == [False, True]


def test_a_card_says_what_an_earlier_row_said_for_it(tmp_path):
    rows = pd.MultiIndex.from_tuples([("SHARP", 6), ("SHARP", 12)], names=["trial", "months"])
    columns = pd.MultiIndex.from_product([["hazard ratio", "patients at risk"], ["sorafenib", "placebo"]])
    frame = pd.DataFrame([[0.69] * 4, [0.58] * 4], rows, columns)
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": frame.to_html()}}
    cell = figure_cell("table") | {"metadata": {}, "outputs": [output]}
    page = BeautifulSoup(build(tmp_path, cell)[0], "html.parser")
    first, second = page.select("table.stacks tbody tr")
    heads = ["trial", "months", "hazard ratio, sorafenib", "hazard ratio, placebo"]
    heads += ["patients at risk, sorafenib", "patients at risk, placebo"]
    for row, months, ratio in ((first, "6", "0.69"), (second, "12", "0.58")):
        assert [head.text for head in row.select(".stack-head")] == heads
        assert [cell.contents[-1].strip() for cell in row.find_all(True, recursive=False)] == [
            "SHARP", months, *[ratio] * 4,
        ]  # fmt: skip
    # on a wide screen the first row's cell stands for both
    assert first.th["rowspan"] == "2" and not first.select(".again")
    assert [cell.get("rowspan") for cell in second.select(".again")] == [None] and "again" in second.th["class"]


@pytest.mark.parametrize(("count", "offered"), [(4, []), (5, ["Show all 5 rows"])])
def test_a_long_table_of_cards_offers_its_later_rows(count, offered, tmp_path):
    table = "| The review | The source |\n|---|---|\n" + f"| a | {'long ' * 30} |\n" * count
    page = BeautifulSoup(build(tmp_path, text=f"# A chapter\n\n{table}")[0], "html.parser")
    assert [button.text for button in page.select("table.long + .rest button")] == offered
    assert len(page.select("table.stacks tbody tr")) == count


def test_code_stands_below_what_it_shows_with_that_of_the_cells_before(tmp_path):
    def code(source, *tags, **more):
        return figure_cell(source) | {"source": source, "outputs": [], "metadata": {"tags": list(tags)}} | more

    text = {"cell_type": "markdown", "id": "words", "metadata": {}, "source": "Words."}
    cells = [code("one", "setup"), text, code("two", "data"), code("three", "data"), figure_cell("fig-a"), code("last")]
    page = BeautifulSoup(build(tmp_path, *cells)[0], "html.parser")
    alone, joined, last = page.select("details.hide")
    assert [fold.summary.p.text for fold in (alone, joined, last)] == ["Show code (set-up)", "Show code", "Show code"]
    read = [[code.get_text(strip=True) for code in fold.select("pre")] for fold in (alone, joined, last)]
    assert read == [["one"], ["two", "three", "fig"], ["last"]]
    assert joined.find_previous("figure")["id"] == "fig-a" and not joined.find_next("figure")


def test_a_term_is_known_by_each_of_its_names():
    rows = {
        "response": {"term": "tumour response", "abbreviation": "CR, PR"},
        "dose": {"term": "dose", "abbreviation": ""},
    }
    assert glossary.names(rows) == {"tumour response": "response", "CR": "response", "PR": "response", "dose": "dose"}


def test_check_marks_lead_to_what_they_mean(tmp_path):
    page, warnings = build(tmp_path, figure_cell("fig-a"), figure_check_page="/index.md#a-book", myst_heading_anchors=1)
    [link] = BeautifulSoup(page, "html.parser").select(".chart-sources a")
    assert (link.text, link["href"], warnings) == ("Values checked", "index.html#a-book", "")


def test_marks_of_the_figures_are_counted_on_a_page(tmp_path):
    cells = [figure_cell("fig-a"), figure_cell("fig-b")]
    cells[1]["outputs"][0]["data"][figures.PLOTLY]["data"][0]["customdata"] = [["secondary"]]
    page = BeautifulSoup(build(tmp_path, *cells, text="# A chapter\n\n```{figure-marks}\n```")[0], "html.parser")
    assert [cell.text for cell in page.select("article tbody tr")[0]] == ["A chapter", "1", "1", "0"]


def test_a_link_that_disagrees_shows_both_values(tmp_path):
    page, warnings = build(tmp_path, text="# A chapter\n\nIt took [11.7](../data/sizes.csv#one.value) months.")[:2]
    assert not warnings
    assert BeautifulSoup(page, "html.parser").select_one(".disagrees").text == " (the data say 10.7)"


def test_a_link_to_no_row_is_a_warning(tmp_path):
    warnings = build(tmp_path, text="# A chapter\n\nIt took [10.7](../data/sizes.csv#two.value) months.")[1]
    assert "chapter.ipynb" in warnings and "data/sizes.csv has no row 'two'" in warnings


def test_books_made_side_by_side_are_the_same(tmp_path):
    text = "# A chapter\n\nIt took [10.7](../data/sizes.csv#one.value) months, {count}`sizes` rows."
    text += "\n\n```{gallery}\n```\n"
    made = []
    for jobs in (1, 2, 3):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        copies = [f"part{i}" for i in range(8)]
        page, warnings = build(folder, figure_cell("fig-a"), text=text, copies=copies, jobs=jobs)
        files = {path.relative_to(folder): path for path in sorted((folder / "html").rglob("*")) if path.is_file()}
        made.append({str(name): path.read_bytes() for name, path in files.items() if path.name != ".buildinfo"})
        assert "WARNING" not in warnings, warnings
    assert made[0] == made[1] == made[2]
    written = BeautifulSoup(page, "html.parser")
    assert [link["href"] for link in written.select(".cell-link")] == ["sizes.html?cell=value#one", "sizes.html"]
    assert len(written.select(".gallery p")) == 9
    assert "tables.js" in page and "tables.js" in made[2]["html/sizes.html"].decode()
