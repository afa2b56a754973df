"""Small books built by Sphinx: charts arrive whole and escaped, and the options do what they say."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from myst_nb.core import render
from sphinx.errors import SphinxError
from sphinx_plotly_figures import __main__, figures, pictures, renderer
from sphinx_plotly_figures.policy import PolicyError
from sphinx_plotly_figures.renderer import ChartError

NASTY = '</script><img src=x onerror="alert(1)">'
INK, RULE = "rgb(33, 37, 43)", "rgb(221, 225, 230)"
TEMPLATE = {"layout": {"font": {"color": "#21252B"}, "paper_bgcolor": "#FFFFFF", "plot_bgcolor": "white"}}
SANKEY = {
    "data": [{"type": "sankey", "node": {"label": ["a", "b"]}, "link": {"source": [0], "target": [1], "value": [1]}}],
    "layout": {},
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def figure(label="a", **layout):
    points = {"type": "scatter", "x": [1.5], "y": [label], "customdata": [["primary"]], "meta": {"columns": ["check"]}}
    axis = {"title": {"text": "Time (months)"}}
    return {"data": [points], "layout": {"xaxis": axis, "sliders": [{"steps": [{"label": label}]}], **layout}}


def draw(folder, name, of, chapter="chapter"):
    """Put pictures of a figure where the build looks for them."""
    target = folder / "source" / "figures" / chapter
    target.mkdir(parents=True, exist_ok=True)
    item = figures.described(of, {}, strict=False)
    for path in (f"{name}.svg", f"{name}-narrow.svg"):
        paper = '<rect x="0" y="0" width="9" height="9" style="fill: rgb(255, 255, 255)"/>'
        text = f'{paper}<text style="fill: {INK}">{path}</text>'
        svg = f'<svg viewBox="0 0 9 9">{text}</svg>\n<!-- figure {figures.digest(item["figure"])} -->\n'
        (target / path).write_text(svg)


@pytest.fixture(scope="module")
def book(books, tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    made = {"fig-drawn": figure(template=TEMPLATE), "fig-new": figure(), "fig-nasty": figure(NASTY)}
    draw(folder, "fig-drawn", made["fig-drawn"])
    draw(folder, "fig-nasty", made["fig-nasty"])
    cells = [books.figure_cell(name, of, caption=f"One {of['data'][0]['y'][0]} point.", alt=of["data"][0]["y"][0])
             for name, of in made.items()]  # fmt: skip
    return books.build(folder, {"chapter": books.notebook(*cells)}, plotly_figures_words_required=True)


def test_a_good_book_builds_without_warning(book):
    assert book.warnings == ""


def test_a_chart_arrives_whole(book):
    drawn = book.chart("fig-drawn")
    wide, narrow = drawn.picture.img["src"], drawn.picture.source["srcset"]
    assert [address.rpartition("/")[2] for address in (wide, narrow)] == ["fig-drawn-wide.svg", "fig-drawn-narrow.svg"]
    assert drawn.img["loading"] == "lazy"
    assert drawn.select_one(".chart-picture")["aria-label"] == "a"
    assert book.content("fig-drawn")["data"][0]["x"] == [1.5]
    whole = drawn.find_parent("figure")
    assert "One a point." in whole.figcaption.text
    assert [cell.text for cell in whole.select("tbody td")] == ["a", "1.5", "primary"]
    links = [link["href"] for link in whole.select(".chart-downloads a")]
    assert [link.rpartition(".")[2] for link in links] == ["csv", "svg"]
    assert all((book.out / link).is_file() for link in [*links, wide, narrow])


def test_a_picture_in_the_page_follows_its_colour_scheme(book):
    folder = book.out / "_charts" / "chapter"
    for variant in ("wide", "narrow"):
        svg = (folder / f"fig-drawn-{variant}.svg").read_text()
        assert INK not in svg and "rgb(255" not in svg and "prefers-color-scheme: dark" in svg and "fill: var(--" in svg
    downloaded = (folder / "fig-drawn.svg").read_text()
    assert f"fill: {INK}" in downloaded and "fill: rgb(255, 255, 255)" in downloaded, (
        "what is downloaded is dark on white"
    )
    kept = (folder / "fig-nasty-wide.svg").read_text()
    assert INK in kept and "rgb(255" in kept, "a figure whose text does not follow the page keeps its white paper"


def test_a_live_chart_has_the_page_s_ground_with_its_text(book):
    for variant in ("wide", "narrow"):
        layout = book.content("fig-drawn")["layouts"][variant]
        assert (layout["paper_bgcolor"], layout["plot_bgcolor"]) == ("rgba(0, 0, 0, 0)",) * 2
        assert "paper_bgcolor" not in book.content("fig-nasty")["layouts"][variant]


def test_colours_of_the_page_can_be_chosen(books, tmp_path):
    template = {"layout": {"font": {"color": "#010203"}}}
    chosen = {"#010203": ["#111111", "#eeeeee"]}
    cell = books.figure_cell("fig-a", figure(template=template))
    book = books.build(tmp_path, {"chapter": books.notebook(cell)}, plotly_figures_colours=chosen)
    assert book.content("fig-a")["layouts"]["wide"]["paper_bgcolor"] == "rgba(0, 0, 0, 0)"
    css = (book.out / "_static" / "chart-colours.css").read_text()
    assert '[style*="fill: rgb(1, 2, 3)"] { fill: var(--chart-0)' in css and "#eeeeee" in css and INK not in css
    with pytest.raises(SphinxError, match="plotly_figures_colours has 'red'"):
        books.build(tmp_path, {}, plotly_figures_colours={"red": "blue"})


def test_a_chart_without_picture_says_so_and_opens_its_table(book):
    new = book.chart("fig-new")
    assert new.has_attr("data-no-picture") and not new.select("img")
    assert new.find_parent("figure").select_one("details.chart-table").has_attr("open")
    assert not book.chart("fig-drawn").has_attr("data-no-picture")


def test_markup_in_a_label_stays_text(book):
    nasty = book.chart("fig-nasty")
    # Plotly reads it as the characters.
    assert book.content("fig-nasty")["data"][0]["y"] == [NASTY.replace("<", "&lt;")]
    whole = nasty.find_parent("figure")
    assert whole.tbody.td.text == nasty.output.text == nasty.select_one(".chart-picture")["aria-label"] == NASTY
    assert NASTY in whole.figcaption.text
    assert not book.page().select("[onerror]")


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


def test_a_book_that_does_not_load_the_extension_is_untouched(books, tmp_path, monkeypatch):
    cells = [books.figure_cell("cell-one", figure(), name=False, **{"text/plain": "Figure()"}),
             books.figure_cell("cell-two", SANKEY, **{"image/png": PIXEL})]  # fmt: skip
    notebooks = {"chapter": books.notebook(*cells)}
    assert renderer.ChartRenderer in render.load_mime_renders()
    beside = books.build(tmp_path, notebooks, extensions=["myst_nb"])
    monkeypatch.setattr(render, "load_mime_renders", list)
    alone = books.build(tmp_path, notebooks, out="alone", extensions=["myst_nb"])
    assert beside.files() == alone.files() and len(alone.files()) > 5
    assert beside.warnings == alone.warnings and "unknown output mime type" in alone.warnings


def template(count):
    return {"layout": {"font": {"size": 10 + count % 2}, "colorway": [f"#0000{count % 3:02d}"]}}


def test_books_made_side_by_side_are_the_same(books, tmp_path):
    folders = ("one/", "two/", "")
    names = [f"{folder}chapter{i}" for i, folder in enumerate(folders * 5)]
    notebooks = {
        name: books.notebook(*(books.figure_cell(f"fig-{i}-{k}", figure(template=template(i + k))) for k in range(2)))
        for i, name in enumerate(names)
    }
    made = [books.build(tmp_path, notebooks, jobs, f"jobs-{jobs}") for jobs in (1, 2, 3)]
    assert made[0].warnings == made[1].warnings == made[2].warnings == ""
    assert made[0].files() == made[1].files() == made[2].files()
    chart = made[0].content("fig-0-1", "one/chapter0")
    templates = (made[0].out / "_static" / "chart-templates.js").read_text()
    assert f'"{chart["template"]}":{{' in templates and templates.count('"colorway"') == 6


def test_a_page_that_is_written_again_keeps_what_the_others_told(books, tmp_path):
    notebooks = {
        f"chapter{i}": books.notebook(books.figure_cell("fig-a", figure(template=template(i)))) for i in (0, 1)
    }
    first = books.build(tmp_path, notebooks).files()
    changed = notebooks["chapter1"] | {"metadata": notebooks["chapter1"]["metadata"] | {"again": True}}
    again = books.build(tmp_path, {"chapter1": changed, "chapter0": notebooks["chapter0"]})
    assert again.files()["_static/chart-templates.js"] == first["_static/chart-templates.js"]


def test_words_that_are_missing_are_warnings_or_an_error(books, tmp_path):
    cell = books.figure_cell("Plot_1", figure(), name=False)
    book = books.build(tmp_path, {"chapter": books.notebook(cell, books.figure_cell("fig-a", figure(), alt=" "))})
    lines = book.warnings.splitlines()
    assert [line.partition("chapter.ipynb, ")[2].partition(" in the cell")[0] for line in lines] == [
        "cell 2 (Plot_1): the figure cell-plot-1 has no name (mystnb.figure.name)",
        "cell 2 (Plot_1): the figure cell-plot-1 has no caption (mystnb.figure.caption)",
        "cell 2 (Plot_1): the figure cell-plot-1 has no alternative text (mystnb.image.alt)",
        "cell 3 (fig-a): the figure fig-a has no alternative text (mystnb.image.alt)",
    ]
    assert book.chart("cell-plot-1") and book.chart("fig-a").select_one(".chart-picture")["aria-label"] == "A finding."
    quiet = books.build(
        tmp_path, {"chapter": books.notebook(cell)}, out="quiet", suppress_warnings=["plotly_figures.words"]
    )
    assert quiet.warnings == ""
    with pytest.raises(ChartError, match=r"chapter\.ipynb, cell 2 \(Plot_1\): the figure has no name"):
        required = {"plotly_figures_words_required": True, "plotly_figures_on_error": "raise"}
        books.build(tmp_path, {"chapter": books.notebook(cell)}, **required)


def test_two_figures_of_a_cell_are_two_and_a_name_is_used_once(books, tmp_path):
    cell = books.figure_cell("Pair", figure(), name=False)
    cell["outputs"] += books.figure_cell("pair", figure("b"), name=False)["outputs"]
    book = books.build(tmp_path, {"chapter": books.notebook(cell)})
    assert [book.content(name)["data"][0]["y"] for name in ("cell-pair", "cell-pair-2")] == [["a"], ["b"]]
    same = books.figure_cell("fig-a", figure()), books.figure_cell("fig-a", figure()) | {"id": "other"}
    book = books.build(tmp_path, {"chapter": books.notebook(*same)})
    assert "chapter.ipynb, cell 3 (other): the figure fig-a has the name of another figure, in cell 2" in book.warnings


@pytest.mark.parametrize("beside", [{}, {"image/png": PIXEL}])
def test_what_cannot_be_drawn_is_shown_otherwise(books, tmp_path, beside):
    notebooks = {"chapter": books.notebook(books.figure_cell("fig-a", SANKEY, **beside, **{"text/plain": "Figure()"}))}
    left_out = books.build(tmp_path, notebooks, plotly_figures_on_error="warn")
    assert left_out.warnings.count("cell 2 (fig-a): the figure fig-a cannot be drawn: it has a trace of type") == 1
    assert not left_out.page().select("article img, .body img, [data-chart]") and "Figure()" not in left_out.page().text
    shown = books.build(tmp_path, notebooks, out="shown")
    assert ("cannot be drawn" in shown.warnings) != bool(beside), "a warning only where nothing stands for it"
    assert len(shown.page().select(".body img")) == len(beside)
    draw(tmp_path, "fig-a", SANKEY)
    drawn = books.build(tmp_path, notebooks, out="drawn")
    picture = drawn.page().select_one(".chart-picture")
    assert drawn.warnings == "" and picture["aria-label"] == "What is seen." and "9 / 9" in picture["style"]
    assert not drawn.page().select("[data-chart], .chart-live, details.chart-table")
    with pytest.raises(ChartError, match=r"chapter\.ipynb, cell 2 \(fig-a\): the figure fig-a cannot be drawn"):
        books.build(tmp_path, notebooks, out="raised", plotly_figures_on_error="raise")


def lines(config, figure, rows, render):
    return render(f"[{len(rows)} row]({config.html_baseurl}a) <b>{rows[0]['check']}</b>, {figure['data'][0]['x'][0]}")


def test_a_book_writes_its_own_lines_under_a_chart(books, tmp_path, monkeypatch):
    monkeypatch.setitem(
        __import__("sys").modules, "lines_of_a_book", type("module", (), {"lines": staticmethod(lines)})
    )
    options = {"plotly_figures_lines": "lines_of_a_book:lines", "html_baseurl": "https://example.org/"}
    book = books.build(tmp_path, {"chapter": books.notebook(books.figure_cell("fig-a", figure()))}, **options)
    paragraph = book.chart("fig-a").find_parent("figure").select_one(".chart-notes p")
    assert paragraph.text == "1 row <b>primary</b>, 1.5" and paragraph.a["href"] == "https://example.org/a"


def test_a_book_says_the_cells_of_a_table_in_its_own_words(books, tmp_path, monkeypatch):
    def cell(column, value):
        return f"<seen by {value}>" if column == "check" else value

    module = type("module", (), {"cell": staticmethod(cell)})
    monkeypatch.setitem(__import__("sys").modules, "cells_of_a_book", module)
    options = {"plotly_figures_cell": "cells_of_a_book:cell"}
    book = books.build(tmp_path, {"chapter": books.notebook(books.figure_cell("fig-a", figure()))}, **options)
    table = book.chart("fig-a").find_parent("figure").select_one(".chart-table")
    assert "<seen by primary>" in table.get_text() and "1.5" in table.get_text()


@pytest.mark.parametrize(
    ("caption", "above", "below"),
    [
        (
            "It *grows*, by 0.5 a week. Dots are days. All of them.",
            "It grows, by 0.5 a week.",
            "Dots are days. All of them.",
        ),
        ("It grows.", "It grows.", ""),
        ("Why? Nobody knows.", "Why?", "Nobody knows."),
    ],
)
def test_a_headline_stands_above_its_chart(books, tmp_path, caption, above, below):
    cell = books.figure_cell("fig-a", figure(), caption=caption)
    made = books.build(tmp_path, {"chapter": books.notebook(cell)}, plotly_figures_headline=True)
    whole = made.chart("fig-a").find_parent("figure")
    headline = whole.select_one(".chart-headline")
    assert headline.get_text() == above and headline.find_next(class_="chart")
    assert whole.figcaption.select_one(".caption-text").get_text() == below


def test_the_policy_is_an_option_and_refuses_inline_script(books, tmp_path):
    notebooks = {"chapter": books.notebook(text="# A chapter\n\n<script>alert(1)</script>\n")}
    options = {"html_theme": "basic", "html_sidebars": {"**": []}, "plotly_figures_policy": True}
    assert "Content-Security-Policy" not in str(books.build(tmp_path, notebooks).page())
    with pytest.raises(PolicyError, match="chapter.html: <script> alert"):
        books.build(tmp_path, notebooks, **options)
    page = books.build(tmp_path, {"chapter": books.notebook()}, **options)
    text = (page.out / "chapter.html").read_text()
    first = BeautifulSoup(text, "html.parser").head.find(True)
    assert first["http-equiv"] == "Content-Security-Policy" and "default-src 'none'" in first["content"]
    # A browser looks for the encoding in the first 1,024 bytes only.
    assert text.encode().index(b"<meta charset") < 1000


@pytest.mark.skipif(not pictures.browser(), reason="no Chromium")
def test_one_figure_that_cannot_be_drawn_leaves_the_others_their_pictures(books, tmp_path):
    bad = figure(height="tall"), {"data": [{"y": [1]}], "layout": {"xaxis": {"range": [5, {}]}, "width": 3}}
    cells = [books.figure_cell(f"fig-{i}", of) for i, of in enumerate([figure(), bad[0], SANKEY, bad[1]])]
    wanted = pictures.missing({"chapter": books.notebook(*cells)}, [tmp_path], strict=False)
    with pytest.raises(
        figures.FigureError, match=r"chapter\.ipynb: the figure fig-1 cannot be drawn: its height is 'tall'"
    ):
        pictures.draw(wanted, tmp_path)
    assert {"fig-0.svg", "fig-0-narrow.svg", "fig-2.svg"} <= {path.name for path in (tmp_path / "chapter").iterdir()}
    assert not list(tmp_path.rglob("fig-1*")) and not list(tmp_path.rglob("*.drawn.svg"))


@pytest.mark.skipif(not pictures.browser(), reason="no Chromium")
def test_the_command_draws_what_a_build_then_finds(books, tmp_path, capsys):
    book = books.build(tmp_path, {"chapter": books.notebook(books.figure_cell("Plot_1", figure(), name=False))})
    assert book.chart("cell-plot-1").has_attr("data-no-picture")
    command = [str(book.source / "chapter.ipynb"), "--to", str(book.source / "figures")]
    __main__.main(command)
    __main__.main(command)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["1", "0"]
    drawn = books.build(
        tmp_path, {"chapter": books.notebook(books.figure_cell("Plot_1", figure(), name=False))}, out="b"
    )
    assert not drawn.chart("cell-plot-1").has_attr("data-no-picture")
