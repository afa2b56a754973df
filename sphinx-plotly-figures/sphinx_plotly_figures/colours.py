"""Colours of a figure that follow the page: its text, its rules and its white paper."""

import re
from pathlib import Path

from sphinx.errors import ConfigError

from .values import dictionary

__all__ = ["DEFAULT", "for_page", "style", "swap"]

#: Colours of a figure, and what stands for them on a light and on a dark page.
DEFAULT = {"#21252B": ["#000000", "#cfd0d0"], "#DDE1E6": ["#eeebee", "#303335"]}
_PAPER = re.compile(r"<rect [^>]*fill: rgb\(255, 255, 255\)[^>]*/>")
_WHITE = {"white", "#fff", "#ffffff", "rgb(255,255,255)"}


def swap(layouts, colours):
    """Make the white ground of a figure transparent where its text is one of the colours that follow the page.

    Any other figure keeps its ground, on which its own text can be read.

    Parameters
    ----------
    layouts : dict of dict
        Layouts of Plotly with their templates; they are changed.
    colours : dict
        Colours as `DEFAULT` gives them.

    Returns
    -------
    bool
        Whether it was done.
    """
    known = {colour.lower() for colour in colours}
    layout = next(iter(layouts.values()))
    template = dictionary(dictionary(layout.get("template")).get("layout"))
    text = {} | dictionary(template.get("font")) | dictionary(layout.get("font"))
    if str(text.get("color")).lower() not in known:
        return False
    for layout in layouts.values():
        for ground in ("paper_bgcolor", "plot_bgcolor"):
            colour = layout.get(ground) or template.get(ground) or "white"
            if re.sub(r"\s", "", str(colour)).lower() in _WHITE:
                layout[ground] = "rgba(0, 0, 0, 0)"
    return True


def for_page(svg, colours):
    """Let a picture follow the colour scheme of the page which shows it.

    Parameters
    ----------
    svg : str
        A picture as `pictures.draw` makes it.
    colours : dict
        Colours as `DEFAULT` gives them; none for a picture that stays as it is.

    Returns
    -------
    str
        SVG.
    """
    svg = svg.split("<!--")[0]
    if not colours:
        return svg
    svg = _PAPER.sub("", svg)
    for i, colour in enumerate(colours):
        svg = svg.replace(_rgb(colour), f"var(--c{i})")
    light, dark = ("".join(f"--c{i}: {pair[k]};" for i, pair in enumerate(colours.values())) for k in (0, 1))
    style = f"<style>:root {{ {light} }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}</style>"
    return re.sub(r"<svg [^>]*>", lambda tag: tag[0] + style, svg, count=1)


def style(colours):
    """Write the style sheet that does the same for live charts.

    Parameters
    ----------
    colours : dict
        Colours as `DEFAULT` gives them.

    Returns
    -------
    str
        CSS.
    """
    light, dark = (" ".join(f"--chart-{i}: {pair[k]};" for i, pair in enumerate(colours.values())) for k in (0, 1))
    rules = [
        f".chart {{ {light} }}",
        f'[data-theme="dark"] .chart {{ {dark} }}',
        f'@media (prefers-color-scheme: dark) {{ [data-theme="auto"] .chart {{ {dark} }} }}',
    ]
    rules += [
        f'.chart-live [style*="{part}: {_rgb(colour)}"] {{ {part}: var(--chart-{i}) !important; }}'
        for i, colour in enumerate(colours)
        for part in ("fill", "stroke")
    ]
    return "\n".join(rules) + "\n"


def _rgb(colour):
    """A colour as browsers write it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def _check(app, config):
    for colour, pair in config.plotly_figures_colours.items():
        if not (re.fullmatch(r"#[0-9a-fA-F]{6}", str(colour)) and isinstance(pair, list | tuple) and len(pair) == 2):
            raise ConfigError(
                f"plotly_figures_colours has {colour!r}: {pair!r}; a colour as '#rrggbb' is expected, and the list of "
                "two that stand for it on a light and on a dark page"
            )


def _write(app):
    if app.builder.format == "html":
        path = Path(app.outdir, "_static", "chart-colours.css")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(style(app.config.plotly_figures_colours), encoding="utf-8")


def setup(app):
    app.connect("config-inited", _check)
    # before the pages, which name its checksum
    app.connect("builder-inited", _write)
    app.add_css_file("chart-colours.css")
