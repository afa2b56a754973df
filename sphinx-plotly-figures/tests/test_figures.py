"""What is read from a stored figure: its table, controls and layouts, and the faults that are named."""

import base64
import re
from pathlib import Path

import numpy as np
import plotly
import pytest
from sphinx_plotly_figures import controls, figures, pictures
from sphinx_plotly_figures.tables import table

WIDTHS = list(figures.WIDTHS.items())


def typed(values, dtype="f8"):
    return {"bdata": base64.b64encode(np.array(values, dtype).tobytes()).decode(), "dtype": dtype}


def figure(*traces, **layout):
    axes = {"xaxis": {"title": {"text": "Time (months)"}}, "yaxis": {"title": {"text": "Alive (percent)"}}}
    return {"data": list(traces), "layout": axes | layout}


def test_table_of_points_with_error_bars():
    points = {
        "type": "scatter",
        "x": [1, 2],
        "y": [0.69, 0.5],
        "error_y": {"array": [0.18, None], "arrayminus": [0.14, 1]},
    }
    assert table(figure(points)) == (
        ["Time (months)", "Alive (percent)", "Alive (percent), lower", "Alive (percent), upper"],
        [
            {
                "Time (months)": 1,
                "Alive (percent)": 0.69,
                "Alive (percent), lower": 0.55,
                "Alive (percent), upper": 0.87,
            },
            {"Time (months)": 2, "Alive (percent)": 0.5},
        ],
    )


def test_table_of_horizontal_bars_in_series():
    bars = [
        {"type": "bar", "orientation": "h", "name": n, "x": typed([4, 3], "i1"), "y": ["a", "b"]} for n in ("s", "p")
    ]
    columns, rows = table(figure(*bars))
    assert columns == ["series", "Alive (percent)", "Time (months)"]
    assert [tuple(row.values()) for row in rows] == [("s", "a", 4), ("s", "b", 3), ("p", "a", 4), ("p", "b", 3)]


def test_table_of_a_heatmap():
    heat = {"type": "heatmap", "x": ["p", "q"], "y": ["r"], "z": typed([[1, 2]]) | {"shape": "1, 2"}}
    heat["colorbar"] = {"title": {"text": "Share"}}
    columns, rows = table(figure(heat))
    assert columns == ["Alive (percent)", "Time (months)", "Share"]
    assert [tuple(row.values()) for row in rows] == [("r", "p", 1), ("r", "q", 2)]


def test_table_names_customdata_by_the_hover_template():
    points = {
        "x": [1],
        "y": [2],
        "customdata": [[299, "llovet2008sharp"]],
        "hovertemplate": "patients=%{customdata[0]}<br>source: %{customdata[1]}<extra></extra>",
    }
    [row] = table(figure(points))[1]
    assert row["patients"] == 299 and row["source"] == "llovet2008sharp"


def test_table_leaves_out_what_is_skipped():
    band = {"x": [1, 2, 2, 1], "y": [1, 1, 2, 2], "hoverinfo": "skip"}
    assert len(table(figure(band, {"x": [5], "y": [6]}))[1]) == 1


def test_a_label_that_repeats_a_value_is_no_column():
    hover = "%{x} %{y}<br>%{text}"
    repeated = {"x": [1, 2], "y": [3, 4], "text": typed([3, 4], "i1"), "hovertemplate": hover}
    assert table(figure(repeated))[0] == ["Time (months)", "Alive (percent)"]
    assert table(figure(repeated | {"text": ["a", "b"]}))[0] == ["Time (months)", "Alive (percent)", "text"]


def test_typed_arrays_become_lists():
    assert figures.plain({"a": [typed([1, np.nan])], "b": typed([1, 2, 3, 4], "i2") | {"shape": "2, 2"}}) == {
        "a": [[1, None]],
        "b": [[1, 2], [3, 4]],
    }


def test_controls_of_sliders_and_menus():
    step = {"label": "12", "method": "relayout", "args": [{"shapes[0].x0": 12}]}
    slider = {"active": 0, "currentvalue": {"prefix": "Months: "}, "steps": [step]}
    menu = {"name": "Report", "buttons": [{"label": "any grade", "method": "update", "args": [{"visible": [True]}]}]}
    found = controls.controls(figure(sliders=[slider], updatemenus=[menu]))
    assert [(c["kind"], c["label"], c["active"]) for c in found] == [("range", "Months", 0), ("select", "Report", 0)]
    assert found[0]["steps"] == [step]
    assert found[1]["steps"][0]["method"] == "update"


def test_layouts_of_the_two_pictures():
    label = "a label that is much too long for a phone"
    given = figure(
        {"x": [1], "y": [label]}, height=300, sliders=[{}], updatemenus=[{}], meta={"narrow": {"height": 500}}
    )
    both = figures.layouts(given)
    for variant, layout in both.items():
        assert layout["width"] == figures.WIDTHS[variant]
        assert not {"sliders", "updatemenus", "meta"} & layout.keys()
    assert (both["wide"]["height"], both["narrow"]["height"]) == (300, 500)
    assert "<br>" in both["narrow"]["yaxis"]["ticktext"][0]
    assert "ticktext" not in both["wide"]["yaxis"]
    assert given["layout"]["sliders"] == [{}], "the figure itself stays as it was"


WORDS = {"mystnb": {"figure": {"name": "fig-a", "caption": "It grows."}, "image": {"alt": "A line that grows."}}}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("image", "alt"), " ", "no alternative text"),
        (("figure", "caption"), None, "no caption"),
        (("figure", "name"), None, "no name"),
        (("figure", "name"), "Fig 1", "only a-z"),
    ],
)
def test_a_figure_without_its_words_is_an_error(path, value, message):
    book = {part: dict(words) for part, words in WORDS["mystnb"].items()}
    book[path[0]][path[1]] = value
    with pytest.raises(figures.FigureError, match=message):
        figures.described(figure({"x": [1]}), {"mystnb": book})


@pytest.mark.parametrize("kind", ["sankey", "table", "scatter3d"])
def test_a_trace_that_plotly_cannot_draw_is_an_error(kind):
    notebook = {
        "cells": [{"id": "one", "metadata": WORDS, "outputs": [{"data": {figures.PLOTLY: figure({"type": kind})}}]}]
    }
    with pytest.raises(figures.FigureError, match=rf"cell 1 \(one\): .*fig-a.*'{kind}'"):
        list(figures.figure_cells(notebook))


SVG = (
    '<svg class="main-svg" width="700" height="500"><defs><clipPath id="clipab12cdx"><rect/></clipPath></defs>'
    """<g id="legend9"><path d="M0.12345,7"/></g><g clip-path="url('#clipab12cdx')"><use href="#legend9"/></g>"""
    '<text style="font-family: Arial; fill: rgb(33, 37, 43)">0.831 (P 0.00058)</text></svg>'
)


def drawn(name, svg=SVG):
    return [pictures._tidy(svg, f"{name}-{variant}", {"width": width, "height": 450}) for variant, width in WIDTHS]


def test_pictures_of_a_page_share_no_id():
    page = [*drawn("fig-a"), *drawn("fig-b")]
    ids = [re.findall(r'\bid="([^"]+)"', picture) for picture in page]
    assert len(set(sum(ids, []))) == len(sum(ids, [])) == 8
    for own, picture in zip(ids, page, strict=True):
        assert set(re.findall(r"""(?:url\(['"]?|href=")#([^)'"]+)""", picture)) == set(own)
    assert drawn("fig-a", SVG.replace("ab12cd", "98fe76")) == drawn("fig-a"), "a random id shows"


def test_a_picture_keeps_its_words_and_scales():
    for picture, (_, width) in zip(drawn("fig-a"), WIDTHS, strict=True):
        assert ">0.831 (P 0.00058)</text>" in picture
        assert "fill: rgb(33, 37, 43)" in picture, "the style sheet finds the text by its colour"
        assert f'viewBox="0 0 {width} 450"' in picture and ' width="700"' not in picture


def test_a_picture_says_what_margins_plotly_left():
    clip = '<clipPath class="axesclip" id="clip0{}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>'
    plots = [("xy", 60, 30, 490, 100), ("x2y2", 60, 170, 490, 100), ("x", 60, 0, 490, 300)]
    layout = {"width": 580, "height": 300, "xaxis": {"domain": [0, 0.98]}, "yaxis": {"domain": [0.5, 1]}}
    layout |= {"xaxis2": {"domain": [0, 0.98]}, "yaxis2": {"domain": [0, 0.4]}}
    svg = f"<svg>{''.join(clip.format(*plot) for plot in plots)}</svg>"
    picture = pictures._tidy(svg, "fig-a-wide", layout)
    assert pictures.margin(picture) == {"l": 60, "r": 20, "t": 30, "b": 30, "autoexpand": False}
    assert pictures.margin(drawn("fig-a")[0]) == {}


def test_vendored_plotly_is_the_one_that_stored_the_figures():
    def version(path):
        with path.open(encoding="utf-8") as file:
            return re.search(r"v(\d+\.\d+\.\d+)", file.read(500))[1]

    vendored = Path(figures.__file__).parent / "static" / "plotly-cartesian.min.js"
    assert version(vendored) == version(Path(plotly.__file__).parent / "package_data" / "plotly.min.js")


def test_where_marks_of_a_diagram_stand_is_no_column():
    boxes = {
        "x": [10, 80],
        "y": [0, 40],
        "customdata": [["RAF1"], ["MEK"]],
        "meta": {"columns": ["node"], "places": False},
    }
    assert table(figure(boxes)) == (["node"], [{"node": "RAF1"}, {"node": "MEK"}])


def test_what_a_trace_says_of_its_columns_needs_no_hover_text():
    said = {"columns": ["trial", None, "patients"], "constants": {"panel": "Asia"}, "text": "note", "y": "unused"}
    points = {"x": [1, 2], "y": [3, 4], "customdata": [["A", 0, 299], ["B"]], "meta": said}
    points |= {"name": "one", "text": ["p", 4], "hovertemplate": "panel=1<br>n=%{customdata[1]}"}
    assert table(figure(points, {"x": [5], "y": [6], "name": "two"})) == (
        ["series", "panel", "Time (months)", "Alive (percent)", "note", "trial", "patients"],
        [
            {"series": "one", "panel": "Asia", "Time (months)": 1, "Alive (percent)": 3, "note": "p", "trial": "A",
             "patients": 299},
            {"series": "one", "panel": "Asia", "Time (months)": 2, "Alive (percent)": 4, "trial": "B",
             "patients": None},
            {"series": "two", "Time (months)": 5, "Alive (percent)": 6},
        ],
    )  # fmt: skip
