"""Two trials side by side: menus, numbers under the curves, and what one hazard ratio would give."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from sorafenib_book import charts, style, tables

POINTS = tables.read("curves")
GAINS = tables.read("curve_summaries").query("measure == 'restricted mean'")
COLUMNS = ["acronym", "experimental", "control", "class", "source"]
TRIALS = tables.read("studies").set_index("id")[COLUMNS].loc[["sharp", "asia_pacific", "sarah", "search"]]
TRIALS = TRIALS.assign(words="its hazard ratio", hr=[0.708, 0.682, 1.15, 0.898])


def drawn(*start, gains=GAINS):
    return charts.two_trials(POINTS, TRIALS, start, gains)


def chosen(figure, menu, label):
    """The figure after a reader's choice."""
    figure = go.Figure(figure)
    menu = figure.layout.updatemenus[menu]
    traces, layout, which = next(button.args for button in menu.buttons if button.label == label)
    for key, values in traces.items():
        for i, value in zip(which, values, strict=True):
            figure.data[i][key] = value
    for key, value in layout.items():
        figure.layout[key] = value
    return figure


@pytest.mark.parametrize("gains", [GAINS, None], ids=["survival", "one ratio"])
def test_each_menu_changes_its_own_trial(gains):
    style.use()
    figure = drawn("SHARP", "Asia-Pacific", gains=gains)
    assert [menu.name for menu in figure.layout.updatemenus] == ["Trial", "Compared with"]
    assert [menu.active for menu in figure.layout.updatemenus] == [0, 1]
    after = chosen(chosen(figure, 1, "SEARCH"), 0, "SARAH")
    expected = drawn("SARAH", "SEARCH", gains=gains)
    assert after.to_plotly_json()["data"] == expected.to_plotly_json()["data"]
    words = [note.text for note in after.layout.annotations]
    assert words == [note.text for note in expected.layout.annotations] and "" not in words


def test_numbers_under_the_curves_are_those_of_the_trial():
    figure = drawn("SHARP", "SARAH")
    sharp, sarah = (trace for trace in figure.data if trace.mode == "text")
    words = {}
    for month, line, text in zip(sharp.x, sharp.y, sharp.text, strict=True):
        words.setdefault(line, {})[month] = text.replace("<br>", " ")
    above, below, gained = (words[line] for line in sorted(words, reverse=True))
    # 299 and 303 patients, 44% alive on sorafenib after a year (Llovet 2008)
    assert above[0] == "(299)" and below[0] == "(303)" and above[12].startswith("44% (")
    assert gained == {6: "<b>0.2</b> 0.0 to 0.5", 12: "<b>1.0</b> 0.3 to 1.6"}, "no gain where a curve has ended"
    assert max(sarah.x) == 24 and "\u2212" in sarah.text[list(sarah.y).index(min(sarah.y))]
    lines = [trace for trace in figure.data if trace.customdata is not None]
    assert [trace.name for trace in lines] == [
        "SHARP, sorafenib", "SHARP, placebo", "SARAH, SIRT", "SARAH, sorafenib",
    ]  # fmt: skip
    colours = style.COLOURS
    kinds = ("sorafenib", "control", "locoregional", "sorafenib")
    assert [trace.line.color for trace in lines] == [colours[kind] for kind in kinds]
    assert max(lines[3].x) == 30 and figure.layout.meta["narrow"]["yaxis"]["domain"][0] > 0.5
    assert set(figure.layout.meta["source"].split(";")) >= {"llovet2008sharp", "bomze2020fragility"}


def test_proportional_hazards_lie_on_the_dotted_line():
    months = np.arange(0, 20.5, 0.5)
    control = 100 * np.exp(-months / 12)
    arms = {"control": control, "experimental": 100 * (control / 100) ** 0.5}
    parts = [
        pd.DataFrame({"months": months, "survival": alive, "at_risk": 500, "arm": arm}) for arm, alive in arms.items()
    ]
    points = pd.concat(parts).assign(study="sharp", source="x", reconstruction="y")
    trials = TRIALS.loc[["sharp"]].assign(hr=0.5)
    figure = charts.two_trials(points, trials, ("SHARP", "SHARP"))
    difference, dotted, new, old = figure.data[2:6]
    # after 12 months exp(-1 / 2) - exp(-1) = 0.239
    assert difference.x[11] == 12 and difference.y[11] == pytest.approx(23.9, abs=0.1)
    assert list(difference.y) == pytest.approx(list(dotted.y), abs=0.15)
    heights = [dict(zip(line.x, line.y, strict=True)) for line in (new, old)]
    apart = [heights[0][month] - heights[1][month] for month in (1, 6, 12, 18)]
    assert apart == pytest.approx([np.log(0.5)] * 4, abs=0.02)
    assert heights[1][12] == pytest.approx(0, abs=0.01), "ln 1, as exp(-1) are alive"
