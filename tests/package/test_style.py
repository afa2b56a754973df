"""What the figures have in common: the call that finishes them, check marks, intervals, rows."""

import subprocess
import sys

import pandas as pd
import plotly.express as px
import pytest
from sphinx_plotly_figures.figures import layouts

from sorafenib_book import charts, style

TABLE = pd.DataFrame(
    {
        "trial": ["SHARP", "SHARP", "Asia-Pacific"],
        "endpoint": ["OS", "TTSP", "OS"],
        "hr": [0.69, 1.08, 0.68],
        "hr_low": [0.55, 0.88, 0.5],
        "hr_high": [0.87, 1.31, 0.93],
        "experimental": [10.7, 4.1, 6.5],
        "control": [7.9, 4.9, None],
        "check": ["primary", "secondary", "secondary"],
        "unchecked_fields": [None, "hr;hr_low", "control_low;control"],
        "source": ["llovet2008sharp", "llovet2008sharp", "cheng2009asiapacific"],
    }
)


def scatter():
    figure = px.scatter(TABLE, x="hr", y="endpoint", color="trial", color_discrete_map=style.TRIALS)
    return style.finish(figure, TABLE, rows=False)


def test_every_colour_is_of_its_own():
    colours = [*style.COLOURS.values(), *style.TRIALS.values()]
    assert len(colours) == len(set(colours))


def test_arms_of_a_row_stand_below_one_another():
    table = pd.DataFrame({"x": [3, 5, 8], "y": ["a", "b", "a"], "arm": ["drug", "drug", "none"], "check": "primary"})
    figure = style.side_by_side(style.finish(px.scatter(table, x="x", y="y", color="arm"), table))
    groups = {trace.name: trace.offsetgroup for trace in figure.data}
    # the entries of the legend take no place of their own
    assert groups == {"drug": "drug", "none": "none"} and len(figure.data) == 4
    assert figure.layout.scattermode == "group" and {trace.orientation for trace in figure.data} == {"h"}


def test_a_line_has_its_name_at_its_end_and_no_legend():
    table = pd.DataFrame({"x": [0, 1, 0, 1], "y": [9, 4, 9, 4], "y_low": 1, "y_high": 9, "arm": ["a", "a", "b", "b"]})
    figure = style.finish(px.line(table, x="x", y="y", color="arm"), table)
    lines = style.label_lines(figure, ["both", ""]).select_traces({"mode": "lines+text"})
    assert [line.text for line in lines] == [("", "<b>\u00a0both\u00a0</b>"), ("", "")]
    # a band is no line
    assert len(list(figure.select_traces({"mode": "lines"}))) == 2 and figure.layout.showlegend is False


OWN = pd.DataFrame(
    {
        "year": [2019, 2021, 2021],
        "drug": ["a", "b", "a"],
        "kg": [70.5, 81.0, 64.0],
        "kg_low": [60.0, 75.5, None],
        "kg_high": [80.0, 90.0, None],
        "place": ["Lyon", None, "Riga"],
    }
)


def test_any_table_drawn_by_plotly_express_can_be_finished():
    figure = px.scatter(OWN, x="kg", y="place", color="drug", facet_col="year", hover_data=["place", "kg_high"])
    style.finish(figure, OWN, {"kg": "Weight (kg)", "drug": "treatment"}, rows=False)
    first, second, third = figure.data
    assert [list(trace.x) for trace in figure.data] == [[70.5], [64.0], [81.0]]
    assert first.meta["constants"] == {"treatment": "a", "year": "2019"}
    assert first.meta["x"] == "Weight (kg)" and first.meta["columns"] == ["kg_high", None, None]
    assert list(first.customdata[0]) == [80.0, 60.0, 80.0]
    assert list(first.error_x.array) == [9.5] and list(first.error_x.arrayminus) == [10.5]
    assert first.hovertext == ("<b>Lyon</b>, a, 2019<br>Weight: 70.5 kg (60 to 80)<br>Kg high: 80",)
    assert second.hovertext == ("<b>Riga</b>, a, 2021<br>Weight: 64 kg",), "no interval is known of the second"
    assert list(third.error_x.array) == [9.0]
    assert {note.text for note in figure.layout.annotations} == {"2019", "2021"}
    assert figure.layout.xaxis.title.text == "Weight (kg)"


def test_words_that_are_the_name_of_another_column_do_not_stand_for_it():
    figure = style.finish(px.scatter(OWN, x="kg", y="place"), OWN, {"year": "kg"}, rows=False)
    assert figure.data[0].error_x.array[0] == 9.5, "the interval is that of kg, not of year"


def test_words_that_are_missing_are_empty_in_the_tooltip():
    figure = style.finish(px.scatter(OWN, x="kg", y="drug", hover_data=["place"]), OWN)
    assert [row[0] for row in figure.data[0].customdata] == ["Lyon", "", "Riga"]


def test_a_column_without_words_places_marks_and_is_not_said():
    table = pd.DataFrame({"place": [3], "topic": ["ferroptosis"], "year": [2016]})
    fig = style.finish(px.scatter(table, x="place", y="topic", hover_data=["year"]), table, {"place": ""})
    assert fig.data[0].hovertext == ("<b>ferroptosis</b><br>Year: 2016",)
    assert not fig.layout.xaxis.title.text


def test_a_line_gets_its_interval_as_a_band_below_it():
    curve = pd.DataFrame({"dose": [1, 2], "percent": [10, 20], "percent_low": [5, 12], "percent_high": [15, 30]})
    band, line = style.finish(px.line(curve, x="dose", y="percent"), curve).data
    assert list(band.y) == [15, 30, 12, 5] and list(band.x) == [1, 2, 2, 1]
    assert band.hoverinfo == "skip" and not band.showlegend
    assert list(line.y) == [10, 20] and line.meta["columns"] == ["lower", "upper"]
    assert [*map(list, line.customdata)] == [[5, 15], [12, 30]]


def test_names_in_bold_values_of_two_lines_and_any_colour_are_kept():
    table = OWN.assign(drug=["a<br>first", "b", "a<br>first"])
    colours = px.colors.qualitative.Set1  # written as rgb(228,26,28)
    figure = px.line(table, x="year", y="kg", color="drug", hover_name="place", color_discrete_sequence=colours)
    style.finish(figure, table)
    *bands, first, second = figure.data
    assert [band.fillcolor for band in bands] == list(colours[:2])
    assert first.meta["constants"] == {"drug": "a<br>first"} and second.meta["constants"] == {"drug": "b"}
    assert first.hovertemplate == (
        "<b>%{hovertext}, a<br>first</b><br>Year: %{x:.2~f}<br>"
        "Kg: %{y:.2~f} (%{customdata[0]:.2~f} to %{customdata[1]:.2~f})<extra></extra>"
    )


def test_another_table_than_the_drawn_one_is_refused():
    with pytest.raises(ValueError, match="3 marks .* stand for 2 rows of the table"):
        style.finish(px.scatter(OWN, x="kg", y="drug"), OWN[:2])
    with pytest.raises(ValueError, match="'Weight', which is no column of the table .*not to Plotly Express"):
        style.finish(px.scatter(OWN, x="kg", y="drug", labels={"kg": "Weight"}), OWN)
    with pytest.raises(ValueError, match="not a trace of type 'pie'"):
        style.finish(px.pie(OWN, values="kg", names="drug"), OWN)


def names(axis):
    """What a reader sees as names of rows, from top to bottom."""
    return [axis["labelalias"].get(row, row) for row in reversed(axis["categoryarray"])]


def test_rows_are_named_in_the_order_of_the_table_under_their_headings():
    table = TABLE.assign(words=["0.69", "1.08", "0.68"], row=["OS", "TTSP", "OS, Asia"])
    figure = style.finish(px.scatter(table, x="hr", y="row"), table, heading="trial", values="words")
    assert names(figure.layout.yaxis) == ["<b>SHARP</b>", "OS", "TTSP", "<b>Asia-Pacific</b>", "OS, Asia"]
    assert {note.y: note.text for note in figure.layout.annotations if note.x == 1} == {
        "OS": "0.69",
        "TTSP": "1.08",
        "OS, Asia": "0.68",
    }


def test_imports_load_only_what_is_used_and_change_no_default():
    code = """
import sys
from sorafenib_book import charts, style
style.COLOURS
loaded = {name for name in sys.modules if name.startswith(("sorafenib_book.", "plotly"))}
assert loaded == {"sorafenib_book.charts", "sorafenib_book.style", "sorafenib_book.style.palette"}, loaded
import pandas as pd, plotly.io as pio
before = pio.templates.default, pd.get_option("display.max_colwidth"), sorted(pio.templates)
import pkgutil, importlib, sorafenib_book
for module in pkgutil.walk_packages(sorafenib_book.__path__, "sorafenib_book."):
    if "book_ext" not in module.name:
        importlib.import_module(module.name)
assert before == (pio.templates.default, pd.get_option("display.max_colwidth"), sorted(pio.templates))
style.use()
assert pio.templates.default == "sorafenib_book" and pd.get_option("display.max_colwidth") is None
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_name_of_style_and_charts_is_in_its_module():
    for package in (style, charts):
        for name in package.__all__:
            assert getattr(package, name).__class__, name
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        style.colour  # noqa: B018


def test_a_mark_is_not_verified_where_its_tooltip_shows_what_is_not():
    table = TABLE.iloc[[0, 2]]
    for shown, mark in (("endpoint", "secondary"), ("control", "unchecked")):
        figure = style.finish(px.scatter(table, x="experimental", y="trial", hover_data=[shown]), table)
        told = figure.data[0].meta["columns"].index("check")
        assert [row[told] for row in figure.data[0].customdata] == ["primary", mark]


def test_marks_have_the_symbol_of_their_check_and_intervals():
    sharp, asia = [trace for trace in scatter().data if trace.hoverinfo != "skip"]
    assert sharp.marker.symbol == ("circle", "circle-open") and asia.marker.symbol == "circle"
    assert sharp.error_x.array == pytest.approx([0.18, 0.23])
    assert sharp.error_x.arrayminus == pytest.approx([0.14, 0.2])
    said = "<b>OS</b>, SHARP<br>Hazard ratio: 0.69 (0.55 to 0.87)<br>Llovet 2008, verified in the publication"
    assert sharp.hovertext[0] == said


def test_legend_has_one_circle_a_colour():
    entries = [trace for trace in scatter().data if trace.showlegend is None]
    assert [(trace.name, trace.marker.symbol) for trace in entries] == [("SHARP", "circle"), ("Asia-Pacific", "circle")]
    assert [trace.marker.color for trace in entries] == [style.TRIALS["SHARP"], style.TRIALS["Asia-Pacific"]]


def test_rows_have_labels_and_headings():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTSP"])
    assert names(figure.layout.yaxis) == ["<b>First line</b>", "OS", "TTSP"]


def test_names_stand_left_of_the_chart_and_on_a_narrow_page_inside_it():
    figure = style.label_rows(scatter(), ["OS", "TTSP", "two months in which nothing at all happened to anybody"])
    wide, narrow = (layout["yaxis"] for layout in layouts(figure.to_plotly_json()).values())
    assert names(wide)[2] == "<b>two months in which nothing<br>at all happened to anybody</b>"
    assert names(narrow) == ["OS", "TTSP", "<b>two months in which nothing at all happened to anybody</b>"]
    assert "side" not in wide
    # to the right of a line that is the left edge of the page
    assert (narrow["side"], narrow["anchor"], narrow["position"]) == ("right", "free", 0)
    assert narrow["automargin"] is False and narrow["ticklabelposition"] == "outside top"


def test_rows_are_lower_beside_short_names_than_under_them():
    figure = style.label_rows(scatter(), ["OS", "TTSP"], height=50)
    assert [layout["height"] for layout in layouts(figure.to_plotly_json()).values()] == [110 + 2 * 40, 110 + 2 * 58]


def test_lines_of_names_that_follow_one_another_have_room():
    long = [f"{name}, a name that needs more than one of the lines" for name in ("OS", "TTSP")]
    # a line of 14 pixels is 18 high: two names of two lines, then one of two and one of one line
    assert style.label_rows(scatter(), long, height=30).layout.height >= 110 + 2 * 36
    assert style.label_rows(scatter(), [long[0], "OS"], height=30).layout.height >= 110 + 2 * 27
    assert style.label_rows(scatter(), ["OS", "TTSP"], height=30).layout.height == 110 + 2 * 24


def test_blanks_that_tell_rows_apart_are_not_shown():
    assert names(style.label_rows(scatter(), ["OS", "OS ", "TTSP"]).layout.yaxis)[:2] == ["OS", "<b>OS</b>"]


def test_rows_have_values_at_their_end():
    figure = style.label_rows(scatter(), ["OS", "TTSP"], values={"OS": "0.69 (0.55 to 0.87)"})
    assert [(a.text, a.y) for a in figure.layout.annotations if a.x == 1] == [("0.69 (0.55 to 0.87)", "OS")]


def test_values_are_columns_with_heads_of_which_a_narrow_page_shows_the_first():
    words = {"trial": "Trial", "words": "interval not found in any of the sources", "patients": 602}
    table = pd.DataFrame([{"hr": 0.69, "row": "OS"} | words])
    figure = style.finish(
        px.scatter(table, x="hr", y="row"), table, {"words": "HR", "patients": "N"}, values=["words", "patients"]
    )
    wide, narrow = layouts(figure.to_plotly_json()).values()
    long = "interval not found in any of the<br>sources"
    assert [note["text"] for note in wide["annotations"]] == ["HR", long, "N", "602"]
    shown = [note["text"] for note in narrow["annotations"] if note.get("visible", True)]
    assert shown == ["HR", "interval not found in<br>any of the sources"]
    # right of the data, a column beside the other
    ends = [note["xshift"] for note in wide["annotations"]]
    assert 0 < ends[0] == ends[1] < ends[2] == ends[3] == wide["margin"]["r"]
    assert narrow["margin"]["r"] == narrow["annotations"][0]["xshift"] < ends[0]


def test_a_row_with_a_value_and_no_mark_is_no_heading():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTP"], values={"TTP": "not in the data"})
    assert names(figure.layout.yaxis) == ["<b>First line</b>", "OS", "TTP"]


def key(figure):
    """What the legend says of each symbol that is not a circle."""
    entries = [trace for trace in figure.data if list(trace.x) == [None] and trace.marker.symbol != "circle"]
    return {trace.marker.symbol: trace.name for trace in entries if trace.showlegend}


def test_a_symbol_that_is_no_circle_is_named_in_the_legend():
    table = TABLE.drop(columns="unchecked_fields").assign(check=["review", "modelled", "primary"])
    figure = style.finish(px.scatter(table, x="hr", y="endpoint", color="trial"), table)
    assert key(figure) == {"square-open": "reported by the review only", "x": "modelled"}
    assert key(style.finish(px.scatter(table[2:], x="hr", y="endpoint"), table[2:])) == {}


def test_crossed_marks_keep_their_check_and_are_named():
    marks = pd.DataFrame({"hr": [1.08, 0.68], "endpoint": ["TTSP", "TTSP"]})  # the second is no mark
    figure = style.cross_out(scatter(), marks, "refused")
    sharp, asia = [trace for trace in figure.data if trace.hoverinfo != "skip"]
    assert list(sharp.y) == ["OS", "TTSP"] and sharp.marker.symbol == ("circle", "circle-x-open")
    assert asia.marker.symbol == "circle"
    assert key(figure) == {"circle-open": "not verified", "circle-x-open": "refused"}
