"""The chart in the page: a picture first, a live Plotly chart once the reader acts, and the data behind it.

Pictures and what makes a chart live are files beside the page: a browser fetches those that it comes to. MyST-NB gives
the output its caption, number and cross-reference; this module adds what stands in between.
"""

import csv
import html
import io
import json
import re
from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from . import figures, pictures
from .tables import table

logger = logging.getLogger(__name__)
_MOST_ROWS = 400
_MOST_SOURCES = 8  # in one line; more are folded
# Colours of the Plotly template that stand for the page's text and rules (charts.css does the same for live charts),
# as they are on paper, and on the theme's light and dark page.
_MARKERS = {"rgb(1, 2, 3)": ("#222", "#000", "#cfd0d0"), "rgb(4, 5, 6)": ("#ddd", "#eeebee", "#303335")}


#: A text that a spreadsheet would run: it begins like a formula, and is neither a number nor a lone sign.
FORMULA = re.compile(r"(?![-+]?[\d.]+(?:e[-+]?\d+)?$)[=+@\t\r-].", re.DOTALL | re.IGNORECASE)


class ChartError(SphinxError):
    category = "Figure"


class chart(nodes.General, nodes.Element):
    """A chart; attributes as `ChartRenderer.handle_mime` sets them."""


class chart_notes(nodes.General, nodes.Element):
    """Sources, table and downloads of a chart; they follow the caption."""


class ChartRenderer:
    """MyST-NB renderer (entry point ``myst_nb.mime_renderers``) for stored Plotly figures."""

    mime_priority_overrides = [("html", figures.PLOTLY, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the nodes of a Plotly figure, or None for any other output."""
        if inline or data.mime_type != figures.PLOTLY:
            return None
        env = renderer.renderer.sphinx_env
        try:
            item = figures.described(data.content, data.cell_metadata)
        except figures.FigureError as error:
            raise ChartError(f"{env.docname}.ipynb, cell {data.cell_index + 1}: {error}") from None
        folders = [Path(env.app.confdir, folder) for folder in env.config.chart_picture_folders]
        chapter = Path(env.docname).name
        columns, rows = table(item["figure"])
        node = chart(
            "",
            alt=item["alt"],
            figure=item["figure"],
            name=item["name"],
            pictures=pictures.find(chapter, item["name"], item["figure"], folders),
        )
        if node["pictures"] is None:
            logger.info("%s: %s has no current picture, so the chart comes alive at load", env.docname, item["name"])
        notes = chart_notes("", columns=columns, name=item["name"], rows=rows, pictures=node["pictures"])
        notes += _sources(renderer, env.config, item["figure"], rows, data.line)
        return [node, notes]


def _sources(renderer, config, figure, rows, line):
    """The line that names sources and check marks, from the table's columns or the figure's ``layout.meta``."""
    meta = figure["layout"].get("meta") or {}
    meta = meta if isinstance(meta, dict) else {}
    keys = [str(row.get(config.chart_source_column) or "") for row in rows] + [str(meta.get("source", ""))]
    keys = sorted({key.strip() for cell in keys for key in cell.split(";")} - {""})
    marks = Counter(row[config.chart_check_column] for row in rows if row.get(config.chart_check_column))
    parts, folded = [], len(keys) > _MOST_SOURCES
    if keys:
        role = config.chart_source_role
        named = f"{{{role}}}`{','.join(keys)}`" if role else "; ".join(keys)
        parts.append(named + "." if folded else f"Sources: {named}.")
    if marks:
        page = config.chart_check_page
        words = f"[check mark]({page})" if page else "check mark"
        parts.append(f"Values by {words}: " + ", ".join(f"{n} {mark}" for mark, n in sorted(marks.items())) + ".")
    if meta.get("note"):
        parts.append(str(meta["note"]))
    if not parts:
        return []
    holder = nodes.container(classes=["chart-sources"])
    with renderer.renderer.current_node_context(holder):
        if folded:
            renderer.renderer.nested_render_text(parts.pop(0), line)
        renderer.renderer.nested_render_text(" ".join(parts), line)
    _without_markup(holder)
    if folded:  # markup of ours, so after the line that turns all markup of the data into text
        summary = f"<details><summary>Sources ({len(keys)})</summary>"
        holder.insert(1, nodes.raw("", "</details>", format="html"))
        holder.insert(0, nodes.raw("", summary, format="html"))
    return [holder]


def _without_markup(node):
    """Show HTML in a text as the characters it is: a figure's words may come from its data."""
    for raw in list(node.findall(nodes.raw)):
        raw.replace_self(nodes.Text(raw.astext()))


class NotesAfterCaption(SphinxPostTransform):
    """Move a chart's notes behind the caption that MyST-NB puts after the chart, and let no markup into it."""

    default_priority = 700

    def run(self, **kwargs):
        for notes in list(self.document.findall(chart_notes)):
            figure = notes.parent
            while figure is not None and not isinstance(figure, nodes.figure):
                figure = figure.parent
            if figure is not None:
                for caption in figure.findall(nodes.caption):
                    _without_markup(caption)
                notes.parent.remove(notes)
                figure += notes


def _payload(figure):
    """What the page's script needs, and the template, which is the same for all figures and kept apart."""
    layouts = figures.layouts(figure)
    template = layouts["wide"].pop("template", None)
    layouts["narrow"].pop("template", None)
    content = figures.escaped({"data": figure["data"], "layouts": layouts})
    # The page writes the labels of controls itself, as text; Plotly gets what their steps change.
    content["controls"] = figures.controls(figure)
    for step in (step for control in content["controls"] for step in control["steps"]):
        step["args"] = figures.escaped(step["args"])
    return content, template


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _control(index, control, name):
    identifier, steps = f"{name}-control-{index}", control["steps"]
    active = steps[control["active"]]["label"] + control["suffix"]
    label = f'<label for="{identifier}">{html.escape(control["label"])}</label>'
    if control["kind"] == "range":
        field = (
            f'<input type="range" id="{identifier}" min="0" max="{len(steps) - 1}" step="1" value="{control["active"]}"'
            f' aria-valuetext="{html.escape(active)}" autocomplete="off" disabled>'
            f'<output for="{identifier}">{html.escape(active)}</output>'
        )
    else:
        options = "".join(
            f'<option value="{i}"{" selected" if i == control["active"] else ""}>{html.escape(step["label"])}</option>'
            for i, step in enumerate(steps)
        )
        field = f'<select id="{identifier}" autocomplete="off" disabled>{options}</select>'
    return f'<p class="chart-control">{label} {field}</p>'


def visit_chart(self, node):
    content, template = _payload(node["figure"])
    if template:
        templates = getattr(self.builder, "chart_templates", None) or {}
        key = templates.setdefault(json.dumps(template, sort_keys=True), len(templates))
        self.builder.chart_templates = templates
        content["template"] = key
    alt = html.escape(node["alt"], quote=True)
    drawn = node["pictures"] or {}
    if node.get("small"):
        del content["layouts"]["wide"]
        drawn = {variant: svg for variant, svg in drawn.items() if variant == "narrow"}
    for variant, svg in drawn.items():
        content["layouts"][variant].setdefault("margin", {}).update(pictures.margin(svg))
    folder, address = _place(self)
    (folder / f"{node['name']}.js").write_text(
        f"(window.chartContents = window.chartContents || {{}})[{json.dumps(node['name'])}] = {_json(content)};\n",
        encoding="utf-8",
    )
    state = "" if node["pictures"] else " data-no-picture"
    where = f'data-chart="{node["name"]}" data-content="{address}/{node["name"]}.js"'
    parts = [f'<div class="chart" {where}{state}>']
    if content["controls"]:
        controls = "".join(_control(i, control, node["name"]) for i, control in enumerate(content["controls"]))
        parts.append(f'<div class="chart-controls" role="group" aria-label="Controls of the chart">{controls}</div>')
    ratios = {variant: f"{layout['width']} / {layout['height']}" for variant, layout in content["layouts"].items()}
    shape = f"--wide: {ratios.get('wide', ratios['narrow'])}; --narrow: {ratios['narrow']}"
    parts.append('<div class="chart-canvas">')
    parts.append(f'<div class="chart-picture" role="img" tabindex="0" aria-label="{alt}" style="{shape}">')
    for variant, svg in drawn.items():
        (folder / f"{node['name']}-{variant}.svg").write_text(_for_page(svg), encoding="utf-8")
    if drawn:
        # without words of its own: the alternative text stands on the whole
        largest = next(iter(drawn))
        parts.append(
            f'<picture><source media="(max-width: 640px)" srcset="{address}/{node["name"]}-narrow.svg">'
            f'<img src="{address}/{node["name"]}-{largest}.svg" alt="" loading="lazy"></picture>'
        )
    parts.append(f'</div><div class="chart-live" role="group" aria-label="{alt}" hidden></div></div></div>\n')
    self.body.append("".join(parts))
    raise nodes.SkipNode


def _place(translator):
    """Folder of a page's charts, and its address from the page."""
    docname = translator.builder.current_docname
    folder = Path(translator.builder.outdir, "_charts", *docname.split("/"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder, f"{'../' * docname.count('/')}_charts/{docname}"


def _for_page(svg):
    """A picture that follows the colour scheme of the page which shows it."""
    light, dark = (
        "".join(f"--c{i}: {colours[scheme]};" for i, colours in enumerate(_MARKERS.values())) for scheme in (1, 2)
    )
    for i, marker in enumerate(_MARKERS):
        svg = svg.replace(marker, f"var(--c{i})")
    style = f"<style>:root {{ {light} }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}</style>"
    return re.sub(r"<svg [^>]*>", rf"\g<0>{style}", svg.split("<!--")[0], count=1)


def visit_chart_notes(self, node):
    name, links = node["name"], []
    folder, address = _place(self)
    if node["rows"]:
        (folder / f"{name}.csv").write_text(_csv(node["columns"], node["rows"]), encoding="utf-8")
        links.append(f'<a href="{address}/{name}.csv" download>Data (CSV)</a>')
    if node["pictures"]:
        licence = f"<metadata>{html.escape(f'{self.config.html_title}. {self.config.chart_licence}')}</metadata>"
        svg = re.sub(r"<svg [^>]*>", rf"\g<0>{licence}", node["pictures"]["wide"], count=1)
        for marker, (paper, *_) in _MARKERS.items():
            svg = svg.replace(marker, paper)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        links.append(f'<a href="{address}/{name}.svg" download>Picture (SVG)</a>')
    self.body.append('<div class="chart-notes">')
    node["links"] = links


def depart_chart_notes(self, node):
    if node["rows"]:
        state, table = " open", _html_table(node["columns"], node["rows"])
        if node["pictures"]:  # one line of text to a browser with scripts, until charts.js unpacks it
            state, table = "", f"<noscript>{table}</noscript>"
        self.body.append(
            f'<details class="chart-table"{state}><summary>Table of this figure ({len(node["rows"])} rows)</summary>'
            f'<div class="table-wrapper" tabindex="0" role="region" aria-label="Table of the figure {node["name"]}">'
            f"{table}</div></details>"
        )
    self.body.append(f'<p class="chart-downloads">{" ".join(node["links"])}</p></div>\n')


def _html_table(columns, rows):
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(row.get(column)))}</td>" for column in columns) + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    more = len(rows) - _MOST_ROWS
    foot = f'<tr><td colspan="{len(columns)}">{more} more rows are in the CSV file.</td></tr>' if more > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}{foot}</tbody></table>"


def _text(value):
    return "" if value is None else str(value)


def _csv(columns, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_safe(column) for column in columns])
    writer.writerows([[_safe(row.get(column)) for column in columns] for row in rows])
    return out.getvalue()


def _safe(value):
    """Let a spreadsheet show a text that it would run; a number or a lone sign stays as it is."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else _text(value)


def _add_script(app, pagename, templatename, context, doctree):
    if doctree is not None and next(doctree.findall(chart), None) is not None:
        app.add_js_file("charts.js")


def _write_template(app, exception):
    templates = getattr(app.builder, "chart_templates", None)
    if exception is None and templates:
        listed = ",".join(key.replace("<", "\\u003c") for key in templates)
        path = Path(app.outdir, "_static", "chart-templates.js")
        path.write_text(f"window.chartTemplates=[{listed}];\n", encoding="utf-8")


def setup(app):
    app.add_config_value("chart_picture_folders", ["figures"], "env")
    app.add_config_value("chart_source_column", "source", "env")
    app.add_config_value("chart_check_column", "check", "env")
    # where the check marks are explained, as a link in Markdown leads there
    app.add_config_value("chart_check_page", None, "env")
    app.add_config_value("chart_source_role", None, "env")
    app.add_config_value("chart_licence", "", "html")
    app.add_node(chart, html=(visit_chart, None))
    app.add_node(chart_notes, html=(visit_chart_notes, depart_chart_notes))
    app.add_post_transform(NotesAfterCaption)
    app.add_css_file("charts.css")
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write_template)
