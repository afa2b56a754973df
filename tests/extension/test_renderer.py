"""A small book built by Sphinx: charts arrive whole and escaped, and faults are named."""

import csv
import io
import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx_plotly_figures import figures, renderer
from sphinx_plotly_figures.policy import PolicyError
from sphinx_plotly_figures.renderer import ChartError

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


def build(folder, *cells, text="# A chapter", **more):
    """Build a book of one chapter and one data page; return the chapter as written and the warnings."""
    source, data = folder / "source", folder / "source" / "data"
    data.mkdir(parents=True)
    (data / "sizes.csv").write_text(SIZES)
    package = {
        "name": "sizes",
        "resources": [{"name": "sizes", "path": "sizes.csv", "description": "Sizes", "schema": SCHEMA}],
    }
    (data / "datapackage.json").write_text(json.dumps(package))
    (source / "index.md").write_text("# A book\n\n```{toctree}\nchapter\nsizes\n```\n")
    (source / "sizes.md").write_text("# Sizes\n\n```{data-table} sizes\n```\n")
    markdown = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    notebook = {"cells": [markdown, *cells], "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    (source / "chapter.ipynb").write_text(json.dumps(notebook))
    warnings = io.StringIO()
    configuration = {
        "extensions": ["myst_nb", "sphinx_exercise", "sphinx_plotly_figures", "sorafenib_book.book_ext"],
        "html_theme": "furo",
        "html_math_renderer": "mathml",
        "nb_execution_mode": "off",
        "numfig": True,
        **more,
    }
    with patch_docutils(), docutils_namespace():
        out, trees = folder / "html", folder / "trees"
        app = Sphinx(source, None, out, trees, "html", configuration, status=None, warning=warnings)
        app.build()
    return (out / "chapter.html").read_text(encoding="utf-8"), warnings.getvalue()


def draw(folder, cell):
    """Put pictures of a cell's figure where the build looks for them."""
    [figure] = [output["data"][figures.PLOTLY] for output in cell["outputs"]]
    target = folder / "source" / "figures" / "chapter"
    target.mkdir(parents=True, exist_ok=True)
    for path in (f"{cell['id']}.svg", f"{cell['id']}-narrow.svg"):
        text = f'<text style="fill: rgb(1, 2, 3)">{path}</text>'
        svg = f'<svg viewBox="0 0 9 9">{text}</svg>\n<!-- figure {figures.digest(figure)} -->\n'
        (target / path).write_text(svg)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    cells = [
        figure_cell("fig-drawn"),
        figure_cell("fig-new"),
        figure_cell("fig-nasty", NASTY, NASTY, f"One {NASTY} point."),
    ]
    draw(folder, cells[0])
    draw(folder, cells[2])
    text = "# A chapter\n\nIt took [10.7](../data/sizes.csv#one.value) months, see {numref}`fig-drawn`."
    page, warnings = build(folder, *cells, text=text)
    return folder, page, warnings


def chart(page, name):
    return BeautifulSoup(page, "html.parser").select_one(f'[data-chart="{name}"]')


def content(folder, chart):
    """What a chart's script hands to the page."""
    _, _, value = (folder / "html" / chart["data-content"]).read_text(encoding="utf-8").partition("] = ")
    return json.loads(value.rstrip().removesuffix(";"))


def test_a_good_book_builds_without_warning(book):
    assert book[2] == ""


def test_a_chart_arrives_whole(book):
    folder, page, _ = book
    drawn = chart(page, "fig-drawn")
    wide, narrow = drawn.picture.img["src"], drawn.picture.source["srcset"]
    assert [address.rpartition("/")[2] for address in (wide, narrow)] == ["fig-drawn-wide.svg", "fig-drawn-narrow.svg"]
    assert drawn.img["loading"] == "lazy"
    assert drawn.select_one(".chart-picture")["aria-label"] == "A single point at one month."
    assert content(folder, drawn)["data"][0]["x"] == [1.5]
    figure = drawn.find_parent("figure")
    assert "One point." in figure.figcaption.text
    assert [cell.text for cell in figure.select("tbody td")] == ["a", "1.5", "primary"]
    links = [link["href"] for link in figure.select(".chart-downloads a")]
    assert [link.rpartition(".")[2] for link in links] == ["csv", "svg"]
    assert all((folder / "html" / link).is_file() for link in [*links, wide, narrow])


def test_a_picture_in_the_page_follows_its_colour_scheme(book):
    folder, page, _ = book
    pictures = folder / "html" / "_charts" / "chapter"
    for variant in ("wide", "narrow"):
        svg = (pictures / f"fig-drawn-{variant}.svg").read_text()
        assert "rgb(1, 2, 3)" not in svg and "prefers-color-scheme: dark" in svg and "fill: var(--" in svg
    assert "fill: #222" in (pictures / "fig-drawn.svg").read_text(), "what is downloaded is dark on paper"


def test_a_chart_without_picture_says_so_and_opens_its_table(book):
    new = chart(book[1], "fig-new")
    assert new.has_attr("data-no-picture") and not new.select("img")
    assert new.find_parent("figure").select_one("details.chart-table").has_attr("open")
    assert not chart(book[1], "fig-drawn").has_attr("data-no-picture")


def test_markup_in_a_label_stays_text(book):
    nasty = chart(book[1], "fig-nasty")
    # Plotly reads it as the characters.
    assert content(book[0], nasty)["data"][0]["y"] == [NASTY.replace("<", "&lt;")]
    figure = nasty.find_parent("figure")
    assert figure.tbody.td.text == nasty.output.text == nasty.select_one(".chart-picture")["aria-label"] == NASTY
    assert NASTY in figure.figcaption.text and "<img src=x" in figure.select_one(".chart-sources").text
    assert not BeautifulSoup(book[1], "html.parser").select("[onerror]")


def test_many_sources_fold(tmp_path):
    cell = figure_cell("fig-many")
    cell["outputs"][0]["data"][figures.PLOTLY]["layout"]["meta"] = {"source": ";".join("abcdefghi")}
    page, _ = build(tmp_path, cell)
    sources = chart(page, "fig-many").find_parent("figure").select_one(".chart-sources")
    assert sources.details.summary.text == "Sources (9)" and "a; b" in sources.details.text
    assert "details" not in sources.text


def test_line_breaks_and_bold_words_of_a_chapter_reach_plotly():
    assert figures.escaped({"text": ["<b>a</b><br>b<extra></extra>", "p < 0.05"]}) == {
        "text": ["<b>a</b><br>b<extra></extra>", "p < 0.05"]
    }
    assert figures.escaped('<a href="https://example.org">a</a>') == '&lt;a href="https://example.org">a&lt;/a>'


def test_a_spreadsheet_runs_no_text_and_keeps_numbers():
    rows = [{"x": value} for value in ("=1+1", "+ holds", "-a", "@a", "\t=1", "=", "-1.5", "-1e-05", -2, "a=1", None)]
    told = list(csv.reader(io.StringIO(renderer._csv(["x", "=y"], rows))))
    assert told[0] == ["x", "'=y"]
    assert [row[0] for row in told[1:]] == [
        "'=1+1", "'+ holds", "'-a", "'@a", "'\t=1", "=", "-1.5", "-1e-05", "-2", "a=1", ""
    ]  # fmt: skip


def test_inline_script_of_a_page_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="chapter.html: <script> alert"):
        build(tmp_path, text="# A chapter\n\n<script>alert(1)</script>\n")


def test_the_policy_comes_first(book):
    head = BeautifulSoup(book[1], "html.parser").head
    first = head.find(True)
    assert first["http-equiv"] == "Content-Security-Policy" and "default-src 'none'" in first["content"]
    # A browser looks for the encoding in the first 1,024 bytes only.
    assert book[1].encode().index(b"<meta charset") < 1000


def test_a_link_to_a_cell_leads_to_its_row(book):
    folder, page, _ = book
    link = BeautifulSoup(page, "html.parser").find("a", string="10.7")
    assert link["href"] == "sizes.html#one"
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


def test_a_term_is_known_by_each_of_its_names():
    rows = {
        "response": {"term": "tumour response", "abbreviation": "CR, PR"},
        "dose": {"term": "dose", "abbreviation": ""},
    }
    assert glossary.names(rows) == {"tumour response": "response", "CR": "response", "PR": "response", "dose": "dose"}


def test_check_marks_lead_to_what_they_mean(tmp_path):
    page, warnings = build(tmp_path, figure_cell("fig-a"), chart_check_page="/index.md#a-book", myst_heading_anchors=1)
    [link] = BeautifulSoup(page, "html.parser").select(".chart-sources a")
    assert (link.text, link["href"], warnings) == ("check mark", "index.html#a-book", "")


def test_marks_of_the_figures_are_counted_on_a_page(tmp_path):
    cells = [figure_cell("fig-a"), figure_cell("fig-b")]
    cells[1]["outputs"][0]["data"][figures.PLOTLY]["data"][0]["customdata"] = [["unchecked"]]
    page = BeautifulSoup(build(tmp_path, *cells, text="# A chapter\n\n```{figure-marks}\n```")[0], "html.parser")
    assert [cell.text for cell in page.select("article tbody tr")[0]] == ["A chapter", "1", "0", "0", "1", "50.0"]


def test_a_figure_without_alternative_text_stops_the_build(tmp_path):
    with pytest.raises(ChartError, match=r"chapter\.ipynb, cell 2: the figure has no alternative text"):
        build(tmp_path, figure_cell("fig-mute", alt=""))


def test_a_link_that_disagrees_shows_both_values(tmp_path):
    page, warnings = build(tmp_path, text="# A chapter\n\nIt took [11.7](../data/sizes.csv#one.value) months.")[:2]
    assert not warnings
    assert BeautifulSoup(page, "html.parser").select_one(".disagrees").text == " (the data say 10.7)"


def test_a_link_to_no_row_is_a_warning(tmp_path):
    warnings = build(tmp_path, text="# A chapter\n\nIt took [10.7](../data/sizes.csv#two.value) months.")[1]
    assert "chapter.ipynb" in warnings and "data/sizes.csv has no row 'two'" in warnings
