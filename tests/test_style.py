"""What the figures have in common: check marks, intervals, rows, menus, the survival chart."""

import re

import pandas as pd
import pytest

from sorafenib_book import style, survival

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
    return style.scatter(TABLE, x="hr", y="endpoint", color="trial")


def test_every_colour_is_of_its_own():
    colours = [*style.COLOURS.values(), *style.TRIALS.values()]
    assert len(colours) == len(set(colours))


def test_checks_are_those_of_the_columns_shown():
    assert style.checks(TABLE, "hr").tolist() == ["primary", "unchecked", "secondary"]
    assert style.checks(TABLE, "control", "p").tolist() == ["primary", "secondary", "unchecked"]


def test_arms_have_rows_and_marks_of_their_own():
    arms = style.by_arm(TABLE, "months", names=("drug", "none"))
    assert arms["arm"].tolist() == ["drug", "drug", "drug", "none", "none"]
    assert arms["months"].tolist() == [10.7, 4.1, 6.5, 7.9, 4.9]
    assert arms["check"].tolist() == ["primary", "secondary", "secondary", "primary", "secondary"]


def test_scatter_shows_marks_and_intervals():
    traces = [trace for trace in scatter().data if trace.hoverinfo != "skip"]
    assert {(t.name, t.marker.symbol) for t in traces} == {
        ("SHARP", style.SYMBOLS["primary"]),
        ("SHARP", style.SYMBOLS["unchecked"]),
        ("Asia-Pacific", style.SYMBOLS["secondary"]),
    }
    assert traces[0].error_x.array == pytest.approx([0.18])
    assert traces[0].error_x.arrayminus == pytest.approx([0.14])
    assert "check=" in traces[0].hovertemplate
    assert re.search(r"<br>from %{customdata\[\d\]} to %{customdata\[\d\]}<br>", traces[0].hovertemplate)


def test_legend_has_one_circle_a_colour():
    entries = [trace for trace in scatter().data if trace.showlegend is not False]
    assert [(trace.name, trace.marker.symbol) for trace in entries] == [("SHARP", "circle"), ("Asia-Pacific", "circle")]
    assert [trace.marker.color for trace in entries] == [style.TRIALS["SHARP"], style.TRIALS["Asia-Pacific"]]


def test_hazard_ratio_axis_is_logarithmic_with_words_for_both_sides():
    figure = style.hazard_ratio_axis(scatter(), "drug better", "placebo better")
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1
    assert [a.text for a in figure.layout.annotations] == ["\u2190 drug better ", " placebo better \u2192"]


def test_rows_have_labels_and_headings():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTSP"])
    assert [a.text for a in figure.layout.annotations] == ["<b>First line</b>", "OS", "TTSP"]
    assert list(figure.layout.yaxis.categoryarray) == ["TTSP", "OS", "First line"]


def test_rows_have_values_at_their_end():
    figure = style.label_rows(scatter(), ["OS", "TTSP"], values={"OS": "0.69 (0.55 to 0.87)"})
    assert [(a.text, a.y) for a in figure.layout.annotations if a.x == 1] == [("0.69 (0.55 to 0.87)", "OS")]


def test_crossed_marks_keep_their_check():
    figure = style.cross_out(scatter(), ["TTSP"])
    crossed = [trace for trace in figure.data if "TTSP" in trace.y]
    assert [list(trace.marker.symbol) for trace in crossed] == [["circle-x-open"]]
    assert "x" not in "".join(trace.marker.symbol for trace in figure.data if "OS" in trace.y)


def test_menu_shows_one_figure_at_a_time():
    figure = style.choose({"a": scatter(), "b": scatter()}, "Report")
    assert [trace.visible for trace in figure.data] == [True] * 5 + [False] * 5
    menu = figure.layout.updatemenus[0]
    assert menu.name == "Report"
    assert [button.args[0]["visible"] for button in menu.buttons] == [
        [True] * 5 + [False] * 5,
        [False] * 5 + [True] * 5,
    ]


def test_survival_chart_says_that_it_is_modelled_and_reads_off_each_month():
    arms = [survival.Arm(10.7, (9.4, 13.3), {12: 44}), survival.Arm(7.9, (6.8, 9.1), {12: 33})]
    points = pd.DataFrame({"arm": ["sorafenib"], "months": [10.7], "alive": [50.0], "check": "primary", "source": "x"})
    figure = style.survival_chart(survival.fit(*arms).table(range(25)), points, horizon=12, start=6)
    assert "Modelled from published summaries" in figure.layout.legend.title.text
    slider = figure.layout.sliders[0]
    assert [step.label for step in slider.steps] == [str(month) for month in range(1, 13)]
    assert slider.steps[0].args[0]["annotations[0].text"].startswith("<b>at 1 month</b>")
    assert slider.active == 5
    assert figure.layout.shapes[0].x0 == 6
    assert figure.layout.annotations[0].text == slider.steps[5].args[0]["annotations[0].text"]
    beyond = [trace for trace in figure.data if "beyond" in (trace.name or "")]
    assert [(trace.line.dash, min(trace.x)) for trace in beyond] == [("dot", 12), ("dot", 12)]


POTENCY = pd.DataFrame(
    {
        "gene": ["RAF1", "KIT", "MET", "KIT"],
        "assay": ["enzyme", "binding", "binding", "lysate"],
        "value": [6.0, 28.0, 10_000.0, 900.0],
        "relation": ["=", "=", ">", "="],
        "check": ["secondary", "secondary", "unchecked", "secondary"],
        "source": ["wilhelm2004", "davis2011", "davis2011", "klaeger2017"],
    }
)


def test_what_lies_beyond_a_limit_points_there_and_keeps_its_check():
    shown = style.beyond(style.scatter(POTENCY, x="value", y="gene", hover_data=["relation"]))
    symbols = {
        (trace.customdata[i][0], symbol)
        for trace in shown.data
        for i, symbol in enumerate(
            [trace.marker.symbol] if isinstance(trace.marker.symbol, str) else trace.marker.symbol
        )
    }
    assert symbols == {("=", style.SYMBOLS["secondary"]), (">", "triangle-right-open")}


def test_a_slider_begins_at_its_start():
    figure = style.scatter(POTENCY, x="value", y="gene")
    style.slide(figure, {"a": {"title.text": "first"}, "b": {"title.text": "second"}}, "b", "Share: ")
    assert figure.layout.title.text == "second"
    assert figure.layout.sliders[0].active == 1
    assert [step.args[0] for step in figure.layout.sliders[0].steps] == [
        {"title.text": "first"},
        {"title.text": "second"},
    ]


def test_the_free_level_says_what_lies_below_it():
    figure = style.scatter(POTENCY, x="value", y="gene", facet_col="assay")
    style.free_level(figure, POTENCY, [2_000, 9_000, 35_000], [0.3, 0.5, 100], start=0.3)
    first, second, whole = (step.args[0]["annotations[3].text"] for step in figure.layout.sliders[0].steps)
    assert "free 27 nM" in first and "6 to 105" in first and "enzyme: RAF1<br>binding: none<br>lysate: none" in first
    assert "binding: KIT<" in second
    assert "binding: KIT<" in whole and whole.endswith("lysate: KIT")
    assert figure.layout.annotations[3].text == first
    # three bands, three lines, three lines of the total, and no other
    assert [shape.x0 for shape in figure.layout.shapes] == [6, 6, 6, 27, 27, 27, 9_000, 9_000, 9_000]
    assert [shape.x1 for shape in figure.layout.shapes] == [105, 105, 105, 27, 27, 27, 9_000, 9_000, 9_000]


def test_a_curve_has_its_band_and_says_what_it_is():
    table = pd.DataFrame({"dose": [1, 2], "percent": [10, 20], "percent_low": [5, 12], "percent_high": [15, 30]})
    band, line = style.add_curve(style.go.Figure(), table, "dose", "percent", "modelled").data
    assert list(band.y) == [15, 30, 12, 5] and list(band.x) == [1, 2, 2, 1] and band.hoverinfo == "skip"
    assert list(line.y) == [10, 20] and line.name == "modelled" and [*map(list, line.customdata)] == [[5, 15], [12, 30]]
