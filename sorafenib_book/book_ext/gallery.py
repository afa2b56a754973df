"""Figures away from their chapter: a page with all of them, and small live ones for cards; each leads to its place."""

import html

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_plotly_figures.renderer import chart

from . import datatables, search
from .page_records import doctree, record

logger = logging.getLogger(__name__)


class gallery(nodes.General, nodes.Element):
    """The place of the gallery; it is filled once every page was read."""


class Gallery(SphinxDirective):
    """``{gallery}``: every figure of the book as a small picture with its number and finding."""

    def run(self):
        record(self.env, "gallery", True)
        return [gallery("")]


class small_figure(nodes.General, nodes.Element):
    """The place of a chapter's figure on another page; attributes ``page`` and ``name``."""


class SmallFigure(SphinxDirective):
    """``{small-figure} chapters/targets fig-exposure``: a chapter's figure as it is on a phone, with its address."""

    required_arguments = 2

    def run(self):
        page, name = self.arguments
        return [small_figure("", page=page, name=name)]


class FillSmallFigures(SphinxPostTransform):
    """Put a copy of the chart where the directive stands."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        for node in list(self.document.findall(small_figure)):
            page, name = node["page"], node["name"]
            charts = doctree(self.env, page).findall(chart) if page in self.env.found_docs else ()
            found = next((each for each in charts if each["name"] == name), None)
            if found is None:
                logger.warning("%s has no figure %s", page, name, location=node)
                node.replace_self([])
                continue
            small = found.copy()
            small["small"] = True
            title, anchor = search.place(found, self.env.toc_fignumbers.get(page, {}).get("figure", {}))
            number = title.partition(":")[0]
            address = f"{self.app.builder.get_relative_uri(self.env.docname, page)}#{anchor}"
            link = f'<p class="small-figure"><a href="{address}">{number}, with its table and sources</a></p>\n'
            node.replace_self([small, nodes.raw("", link, format="html")])


def kind(figure):
    """Name the kind of chart a figure is.

    Parameters
    ----------
    figure : dict
        A plain Plotly figure.

    Returns
    -------
    str
        One of ``heat map``, ``bars``, ``boxes``, ``network``, ``estimates with intervals``, ``curves``, ``points``.
    """
    shown = [trace for trace in figure["data"] if trace.get("hoverinfo") != "skip"] or figure["data"]
    types = {trace.get("type", "scatter") for trace in shown}
    for name, word in (("heatmap", "heat map"), ("bar", "bars"), ("box", "boxes"), ("histogram", "bars")):
        if name in types:
            return word
    if any((trace.get("marker") or {}).get("angleref") == "previous" for trace in figure["data"]):
        return "network"
    if any((trace.get(f"error_{axis}") or {}).get("array") for trace in shown for axis in "xy"):
        return "estimates with intervals"
    return "curves" if any("lines" in (trace.get("mode") or "") for trace in shown) else "points"


class FillGallery(SphinxPostTransform):
    """Put a card for each figure where the directive stands."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        for node in list(self.document.findall(gallery)):
            up = "../" * self.env.docname.count("/")
            cards = [_card(self.app, up, *found) for found in _figures(self.env)]
            rows = {i: {"chapter": page, "kind": word} for i, (page, word, _) in enumerate(cards)}
            tools = datatables.tools(rows, ["chapter", "kind"], "figures")
            markup = (
                f'<div class="data-table">{tools}<div class="gallery">{"".join(c for *_, c in cards)}</div></div>\n'
            )
            node.replace_self(nodes.raw("", markup, format="html"))


def _figures(env):
    """Pages and their charts in the book's order."""
    for docname in env.collect_relations():
        for node in doctree(env, docname).findall(chart):
            yield docname, node


def _card(app, up, docname, node):
    env = app.env
    title, anchor = search.place(node, env.toc_fignumbers.get(docname, {}).get("figure", {}))
    page, word = env.titles[docname].astext().partition(":")[0], kind(node["content"])
    number, _, finding = title.partition(": ")
    picture = ""
    if node["pictures"]:
        size = node["content"]["layouts"]["wide"]
        # Without words: the finding beside it is the link's text. Pictures come when they are scrolled to.
        picture = (
            f'<img src="{up}_charts/{docname}/{node["name"]}.svg" alt="" loading="lazy" '
            f'width="{size["width"]}" height="{size["height"]}">'
        )
    choice = html.escape(f"{page}|{word}")
    link = (
        f'<a href="{up}{app.builder.get_target_uri(docname)}#{anchor}">{picture}<span>{html.escape(finding)}</span></a>'
    )
    return page, word, f'<p data-choice="{choice}">{link}<small>{number}, {html.escape(page)}, {word}</small></p>\n'


def setup(app):
    app.add_directive("gallery", Gallery)
    app.add_directive("small-figure", SmallFigure)
    app.add_node(gallery)
    app.add_node(small_figure)
    app.add_post_transform(FillGallery)
    app.add_post_transform(FillSmallFigures)
