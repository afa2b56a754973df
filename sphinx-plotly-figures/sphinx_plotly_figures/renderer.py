"""The chart in the page: a picture first, a live Plotly chart once the reader acts, and the data behind it.

Pictures and what makes a chart live are files beside the page: a browser fetches those that it comes to. MyST-NB gives
the output its caption, number and cross-reference; this module adds what stands in between.
"""

import csv
import hashlib
import html
import importlib
import io
import json
import re
from pathlib import Path, PurePosixPath

from docutils import nodes
from myst_nb.core.render import MimeData
from sphinx.config import ENUM
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from . import chart_files, colours, figures, pictures
from .tables import table
from .values import dictionary

logger = logging.getLogger(__name__)
EXTENSION = __name__.partition(".")[0]
#: What tells scripts of a reader's first act; a page that has more to do then adds it by these words.
FIRST_ACT = {"filename": "first-act.js", "priority": 400, "defer": "defer"}
_BUILDERS = ("html", "dirhtml", "singlehtml")
_IMAGES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")
_MOST_ROWS = 400
# The end of a sentence, before another one.
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z“])")


#: A text that a spreadsheet would run: it begins like a formula, and is neither a number nor a lone sign.
FORMULA = re.compile(r"(?![-+]?[\d.]+(?:e[-+]?\d+)?$)[=+@\t\r-].", re.DOTALL | re.IGNORECASE)


class ChartError(SphinxError):
    category = "Figure"


class chart(nodes.General, nodes.Element):
    """A chart; attributes ``name``, ``alt``, ``pictures``, ``swapped`` and ``content``, None for a picture alone."""


class chart_notes(nodes.General, nodes.Element):
    """What stands under a chart's caption: lines of the book, table and downloads."""


class ChartRenderer:
    """MyST-NB renderer (entry point ``myst_nb.mime_renderers``) for stored Plotly figures.

    MyST-NB asks it in every book of this Python, so it keeps out of those that do not load the extension: `setup`, not
    an attribute of this class, puts figures before an output's other forms.
    """

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the nodes of a Plotly figure, or None for any other output."""
        env = getattr(renderer.renderer, "sphinx_env", None)
        if inline or data.mime_type != figures.PLOTLY or env is None or EXTENSION not in env.app.extensions:
            return None
        return _Figure(renderer, data, env).nodes()


class _Figure:
    """One output of a notebook on its way into the page."""

    def __init__(self, renderer, data, env):
        self.renderer, self.data, self.env, self.config = renderer, data, env, env.config
        cells = renderer.renderer.nb_client.notebook.cells
        self.cell = cells[data.cell_index] if data.cell_index is not None else {}
        self.place = f"{env.doc2path(env.docname, False)}, {figures.place(data.cell_index or 0, self.cell.get('id'))}"

    def nodes(self):
        item = None
        try:
            item = figures.described(
                self.data.content,
                self.data.cell_metadata,
                self.data.cell_index or 0,
                self.cell.get("id"),
                self.config.plotly_figures_words_required,
                self.env.temp_data.setdefault("plotly_figures_names", {}),
            )
            for word in item["lacking"]:
                self._warn(f"the figure {item['name']} has no {word} in the cell's metadata", "words")
            return self._chart(item, figures.live(item))
        except figures.FigureError as error:
            return self._instead(item, str(error))

    def _chart(self, item, content):
        found = self._pictures(item)
        columns, rows = table(item["figure"])
        node = chart("", name=item["name"], alt=item["alt"], pictures=found, swapped=False, content=None)
        if content is not None:
            node["content"], node["swapped"] = self._content(content)
            if found is None:
                logger.info("%s: %s has no current picture and comes alive at load", self.place, item["name"])
        notes = chart_notes("", columns=columns, name=item["name"], rows=rows, pictures=found)
        notes += self._lines(item["figure"], rows)
        return [node, notes]

    def _content(self, content):
        """What goes into the chart's file. The template, which is the same for many figures, is kept apart."""
        swapped = colours.swap(content["layouts"], self.config.plotly_figures_colours)
        layouts = {variant: dict(layout) for variant, layout in content["layouts"].items()}
        template = [layout.pop("template", None) for layout in layouts.values()][0]
        # The page writes the labels of controls itself, as text; Plotly gets what their steps change.
        controls = [
            control | {"steps": [step | {k: figures.escaped(step[k]) for k in step.keys() & {"args", "args2"}}
                                 for step in control["steps"]]}
            for control in content["controls"]
        ]  # fmt: skip
        told = {"data": figures.escaped(content["data"]), "layouts": figures.escaped(layouts), "controls": controls}
        if content["states"]:
            steps = {
                key: step | {"args": figures.escaped(step["args"])} for key, step in content["states"]["steps"].items()
            }
            told["states"] = content["states"] | {"steps": steps}
        if "frames" in content:
            told["frames"] = figures.escaped(content["frames"])
        if dictionary(template):
            template = figures.escaped(template)
            told["template"] = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:8]
            _templates(self.env).setdefault(self.env.docname, {})[told["template"]] = template
        return told, swapped

    def _pictures(self, item):
        folders = [Path(self.env.app.confdir, folder) for folder in self.config.plotly_figures_picture_folders]
        return pictures.find(PurePosixPath(self.env.docname).name, item["name"], item["figure"], folders)

    def _instead(self, item, problem):
        """What stands for a figure that cannot be drawn; see the option ``plotly_figures_on_error``."""
        choice = self.config.plotly_figures_on_error
        if choice == "raise":
            raise ChartError(f"{self.place}: {problem}")
        if choice == "picture":
            if item and self._pictures(item):
                logger.info("%s: %s: its picture is shown", self.place, problem)
                return self._chart(item, None)
            for output in self.cell.get("outputs", []):
                forms = output.get("data", {})
                if forms.get(figures.PLOTLY) == self.data.content and (kinds := [k for k in _IMAGES if k in forms]):
                    logger.info("%s: %s: the image beside it is shown", self.place, problem)
                    return self.renderer.render_mime_type(self._as_image(kinds[0], forms[kinds[0]]))
        self._warn(f"{problem}; it is left out", "drawing")
        return [nodes.comment()]

    def _as_image(self, kind, content):
        same = ("cell_metadata", "output_metadata", "cell_index", "output_index", "line")
        return MimeData(kind, content, **{name: getattr(self.data, name) for name in same})

    def _warn(self, sentence, subtype):
        logger.warning("%s: %s", self.place, sentence, type="plotly_figures", subtype=subtype)

    def _lines(self, figure, rows):
        function = _function(self.config.plotly_figures_lines)
        if not function:
            return []
        return function(self.config, figure, rows, self._rendered)

    def _rendered(self, text):
        """Nodes of a text in Markdown, any HTML in it as the characters it is."""
        holder = nodes.container()
        with self.renderer.renderer.current_node_context(holder):
            self.renderer.renderer.nested_render_text(text, self.data.line)
        _without_markup(holder)
        return holder.children


def _function(name):
    """Find what an option names as ``module:function``; None for none."""
    module, _, function = (name or "").partition(":")
    return getattr(importlib.import_module(module), function) if module else None


def _templates(env):
    """Templates of the figures by page and key; each page tells its own, so that pages can be read side by side."""
    if not hasattr(env, "plotly_figures_templates"):
        env.plotly_figures_templates = {}
    return env.plotly_figures_templates


def _forget(app, env, docname):
    _templates(env).pop(docname, None)


def _merge(app, env, docnames, other):
    _templates(env).update({docname: told for docname, told in _templates(other).items() if docname in docnames})


def _without_markup(node):
    """Show HTML in a text as the characters it is: a figure's words may come from its data."""
    for raw in list(node.findall(nodes.raw)):
        raw.replace_self(nodes.Text(raw.astext()))


class WordsOfCharts(SphinxPostTransform):
    """Put a chart's headline above it and its notes behind the caption, and let no markup into these."""

    default_priority = 700

    def run(self, **kwargs):
        for notes in list(self.document.findall(chart_notes)):
            figure = notes.parent
            while figure is not None and not isinstance(figure, nodes.figure):
                figure = figure.parent
            if figure is not None:
                for caption in list(figure.findall(nodes.caption)):
                    _without_markup(caption)
                    if self.config.plotly_figures_headline:
                        figure.insert(0, _headline(caption))
                notes.parent.remove(notes)
                figure += notes


def _headline(caption):
    """Take the first sentence out of a caption."""
    headline = nodes.paragraph(classes=["chart-headline"])
    for child in list(caption.children):
        caption.remove(child)
        end = isinstance(child, nodes.Text) and _SENTENCE.search(child)
        if end:
            headline += nodes.Text(child[: end.start()])
            caption.insert(0, nodes.Text(child[end.end() :]))
            break
        headline += child
    return headline


def _control(index, control, name):
    identifier, steps = f"{name}-control-{index}", control["steps"]
    active = html.escape(steps[control["active"]]["label"] + control["suffix"])
    if control["kind"] == "buttons":
        return "".join(
            f'<button type="button" data-control="{index}" value="{i}" disabled>{html.escape(step["label"])}</button>'
            for i, step in enumerate(steps)
        ).join((f'<p class="chart-control" id="{identifier}">', "</p>"))
    label = f'<label for="{identifier}">{html.escape(control["label"])}</label>'
    if control["kind"] == "range":
        field = (
            f'<input type="range" id="{identifier}" min="0" max="{len(steps) - 1}" step="1" value="{control["active"]}"'
            f' aria-valuetext="{active}" autocomplete="off" disabled>'
            f'<output for="{identifier}">{active}</output>'
        )
    else:
        options = "".join(
            f'<option value="{i}"{" selected" if i == control["active"] else ""}>{html.escape(step["label"])}</option>'
            for i, step in enumerate(steps)
        )
        field = f'<select id="{identifier}" autocomplete="off" disabled>{options}</select>'
    return f'<p class="chart-control">{label} {field}</p>'


def _states(states, name):
    """Check boxes and menus that choose a state together, and the sentence that says which one is shown."""
    parts, tokens = [], iter(states["start"].split("."))
    for index, control in enumerate(states["controls"]):
        label = html.escape(control["label"])
        if "ticks" in control:
            boxes = ""
            for tick in control["ticks"]:
                checked = " checked" if next(tokens) == "1" else ""
                box = f'<input type="checkbox" autocomplete="off" disabled{checked}>'
                boxes += f"<label>{box} {html.escape(tick)}</label>"
            parts.append(f'<fieldset class="chart-state"><legend>{label}</legend>{boxes}</fieldset>')
        else:
            identifier, chosen = f"{name}-state-{index}", next(tokens)
            options = "".join(
                f'<option value="{i}"{" selected" if str(i) == chosen else ""}>{html.escape(choice)}</option>'
                for i, choice in enumerate(control["choices"])
            )
            select = f'<select id="{identifier}" autocomplete="off" disabled>{options}</select>'
            parts.append(f'<p class="chart-state"><label for="{identifier}">{label}</label> {select}</p>')
    says = html.escape(states["steps"][states["start"]]["says"])
    return "".join([*parts, f'<p class="chart-says" role="status">{says}</p>'])


def visit_chart(self, node):
    name, drawn, content = node["name"], node["pictures"] or {}, node["content"]
    alt = html.escape(node["alt"], quote=True)
    folder, address = _place(self)
    if node.get("small"):
        drawn = {variant: svg for variant, svg in drawn.items() if variant == "narrow"}
    where, sizes, controls = "", {variant: pictures.size(svg) for variant, svg in drawn.items()}, ""
    if content is not None:
        layouts = {
            variant: layout
            for variant, layout in content["layouts"].items()
            if not node.get("small") or variant == "narrow"
        }
        for variant, svg in drawn.items():
            margin = dictionary(layouts[variant].get("margin")) | pictures.margin(svg)
            layouts[variant] = layouts[variant] | {"margin": margin}
        sizes = {variant: (layout["width"], layout["height"]) for variant, layout in layouts.items()}
        (folder / f"{name}.js").write_text(chart_files.written(name, content | {"layouts": layouts}), encoding="utf-8")
        state = "" if drawn else " data-no-picture"
        where = f' data-chart="{name}" data-content="{address}/{name}.js"{state}'
        controls = "".join(_control(i, control, name) for i, control in enumerate(content["controls"]))
        controls += _states(content["states"], name) if "states" in content else ""
    parts = [f'<div class="chart"{where}>']
    if controls:
        parts.append(f'<div class="chart-controls" role="group" aria-label="Controls of the chart">{controls}</div>')
    ratios = {variant: f"{width} / {height}" for variant, (width, height) in sizes.items()}
    shape = f"--wide: {ratios.get('wide', ratios['narrow'])}; --narrow: {ratios['narrow']}"
    parts.append('<div class="chart-canvas">')
    parts.append(f'<div class="chart-picture" role="img" tabindex="0" aria-label="{alt}" style="{shape}">')
    for variant, svg in drawn.items():
        text = colours.for_page(svg, self.config.plotly_figures_colours if node["swapped"] else {})
        (folder / f"{name}-{variant}.svg").write_text(text, encoding="utf-8")
    if drawn:
        # without words of its own: the alternative text stands on the whole
        largest = next(iter(drawn))
        parts.append(
            f'<picture><source media="(max-width: 640px)" srcset="{address}/{name}-narrow.svg">'
            f'<img src="{address}/{name}-{largest}.svg" alt="" loading="lazy"></picture>'
        )
    parts.append("</div>")
    if content is not None:
        parts.append(f'<div class="chart-live" role="group" aria-label="{alt}" hidden></div>')
    self.body.append("".join([*parts, "</div></div>\n"]))
    raise nodes.SkipNode


def _place(translator):
    """Folder of a page's charts, and its address from the page."""
    builder = translator.builder
    docname = builder.current_docname
    folder = Path(builder.outdir, "_charts", *docname.split("/"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder, relative_uri(builder.get_target_uri(docname), f"_charts/{docname}")


def visit_chart_notes(self, node):
    name, links = node["name"], []
    folder, address = _place(self)
    if node["rows"]:
        (folder / f"{name}.csv").write_text(_csv(node["columns"], node["rows"]), encoding="utf-8")
        links.append(f'<a href="{address}/{name}.csv" download>Data (CSV)</a>')
    if node["pictures"]:
        words = html.escape(f"{self.config.html_title}. {self.config.plotly_figures_licence}")
        start = re.compile(r"<svg [^>]*>")
        svg = start.sub(lambda tag: f"{tag[0]}<metadata>{words}</metadata>", node["pictures"]["wide"], count=1)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        links.append(f'<a href="{address}/{name}.svg" download>Picture (SVG)</a>')
    self.body.append('<div class="chart-notes">')
    node["links"] = links


def depart_chart_notes(self, node):
    if node["rows"]:
        state, table = " open", _html_table(node["columns"], node["rows"], _function(self.config.plotly_figures_cell))
        if node["pictures"]:  # one line of text to a browser with scripts, until charts.js unpacks it
            state, table = "", f"<noscript>{table}</noscript>"
        self.body.append(
            f'<details class="chart-table"{state}><summary>Table of this figure ({len(node["rows"])} rows)</summary>'
            f'<div class="table-wrapper" tabindex="0" role="region" aria-label="Table of the figure {node["name"]}">'
            f"{table}</div></details>"
        )
    self.body.append(f'<p class="chart-downloads">{" ".join(node["links"])}</p></div>\n')


def _html_table(columns, rows, cell):
    def text(row, column):
        value = row.get(column)
        return _text(cell(column, value) if cell and value is not None else value)

    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(text(row, column))}</td>" for column in columns) + "</tr>"
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
        app.add_js_file(**FIRST_ACT)
        app.add_js_file("charts.js", defer="defer")


def _write_templates(app, exception):
    found = {key: template for told in _templates(app.env).values() for key, template in told.items()}
    if exception is None and found and app.builder.format == "html":
        Path(app.outdir, "_static", "chart-templates.js").write_text(chart_files.templates(found), encoding="utf-8")


def _prefer(app, config):
    """Let MyST-NB choose a figure before an output's other forms, unless the book chooses otherwise."""
    ours = [(builder, figures.PLOTLY, 1) for builder in _BUILDERS]
    config.nb_mime_priority_overrides = [*ours, *config.nb_mime_priority_overrides]


def setup(app):
    app.setup_extension("myst_nb")
    app.add_config_value("plotly_figures_picture_folders", ["figures"], "env")
    app.add_config_value("plotly_figures_on_error", "picture", "env", ENUM("picture", "warn", "raise"))
    app.add_config_value("plotly_figures_words_required", False, "env")
    app.add_config_value("plotly_figures_headline", False, "env")
    app.add_config_value("plotly_figures_lines", None, "env")
    app.add_config_value("plotly_figures_cell", None, "env")
    app.add_config_value("plotly_figures_colours", colours.DEFAULT, "env")
    app.add_config_value("plotly_figures_licence", "", "html")
    app.add_node(chart, html=(visit_chart, None))
    app.add_node(chart_notes, html=(visit_chart_notes, depart_chart_notes))
    app.add_post_transform(WordsOfCharts)
    app.add_css_file("charts.css")
    app.connect("config-inited", _prefer)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write_templates)
