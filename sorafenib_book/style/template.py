"""The Plotly template of the book's figures: white paper, dark ink, thin grid, no box."""

from .palette import COLOURS, INK, RULE

__all__ = ["TEMPLATE", "use"]

_axis = {
    "gridcolor": RULE,
    "gridwidth": 0.5,
    "linecolor": RULE,
    "zeroline": False,
    "ticks": "",
    "automargin": True,
    "title": {"standoff": 10},
}
#: Layout and traces as a Plotly template; a dictionary, so that reading it loads no Plotly.
TEMPLATE = {
    "layout": {
        "colorway": list(COLOURS.values()),
        "font": {"family": "Helvetica, Arial, 'Liberation Sans', sans-serif", "size": 14, "color": INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
        "height": 420,
        "xaxis": _axis,
        "yaxis": _axis | {"ticklabelstandoff": 6},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
        },
        "hoverlabel": {"align": "left"},
        "hovermode": "closest",
        "dragmode": False,
        "colorscale": {"sequential": "Blues", "diverging": "RdBu"},
    },
    "data": {
        "scatter": [
            {
                "marker": {"size": 10},
                "line": {"width": 2.5},
                "error_x": {"width": 0, "thickness": 2},
                "error_y": {"width": 0, "thickness": 2},
            }
        ],
        "bar": [{"marker": {"line": {"width": 0}}}],
    },
}


def use() -> None:
    """Give this session the book's look: its template for each new Plotly figure, and tables whose words are not cut.

    Examples
    --------
    >>> use()
    >>> import plotly.express as px
    >>> px.scatter(x=[1], y=[2]).layout.template.layout.font.color
    '#21252B'
    """
    import pandas as pd
    import plotly.graph_objects as go
    import plotly.io as pio

    pio.templates["sorafenib_book"] = go.layout.Template(TEMPLATE)
    pio.templates.default = "sorafenib_book"
    pd.set_option("display.max_colwidth", None)
