"""Data tables as pages with an address for each row, and links from the prose to their cells.

A link whose target is a cell, such as ``[10.7](../data/endpoints.csv#sharp-os.experimental)``, reads as plain text
in JupyterLab and on GitHub. In the book it leads to the row, and its text must agree with the cell.
"""

import csv
import html
import importlib
import io
import json
import os
import re
import zipfile
from collections import Counter
from datetime import date
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from sorafenib_book import tables
from sorafenib_book.rules import files
from sorafenib_book.wording import VERIFIED

from . import cards
from .page_records import record, recorded

logger = logging.getLogger(__name__)

_LINK = re.compile(r"\[([^\[\]]+)\]\(((?:\.\./)*data/[^)\s]+)\)")
# A ring, as open as the mark of such a value in a figure; drawn by the style sheet.
_UNSEEN = '<span class="unseen" role="img" aria-label="(not seen in a source)" title="not seen in a source"></span>'
# Rows, or cards, that a page lays out before the reader acts: more than a screen holds.
_FIRST, _FIRST_CARDS = 60, 8
_ALL_COLUMNS = (
    '<label><input type="checkbox" class="all-columns" autocomplete="off"> all columns, as in the file</label>'
)
# In characters: a line of a column as it is in the file, one for readers,
# the arrow of a sorted column's head, the space beside a cell.
_LINE, _TEXT, _ARROW, _PADDING = 32, 22, 1, 2
_SUBJECT = 28  # of the column that says what a row is about (pages.css)
CELL_LINK = re.compile(r"(?:\.\./)*data/(?P<table>\w+)\.csv#(?P<row>[\w-]+)\.(?P<column>\w+)")


def read(folder, name):
    """Read a table as text.

    Parameters
    ----------
    folder : Path
        Folder of the tables.
    name : str
        The table's name, without ``.csv``.

    Returns
    -------
    dict
        Rows (dictionaries of text by column) by the value of the first column, in the file's order.

    Raises
    ------
    tables.DataError
        If a spreadsheet saved the file in its own way, or a value of the first column comes twice: a row's address is
        that value.
    """
    path = Path(folder, f"{name}.csv")
    state = path.stat()
    return _parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache
def _parsed(path, *state):
    """Rows of a file in one state: a page has a hundred links into the same few tables."""
    content = path.read_bytes()
    described = {resource["name"]: resource for resource in _package(path.parent)["resources"]}.get(path.stem)
    if slips := files.spreadsheet_slips(content, files.table(described).fields if described else {}):
        raise tables.DataError([files.saved_by_a_spreadsheet(path.name, slips)])
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    found = [(row[rows.fieldnames[0]], row) for row in rows]
    twice = [key for key, times in Counter(key for key, _ in found).items() if times > 1]
    if twice:
        named = ", ".join(twice[:10]) + " and more" * (len(twice) > 10)
        raise tables.DataError(
            [f"{path.name}, column {rows.fieldnames[0]}: found {named} more than once, expected each once."]
        )
    return dict(found)


def pages(env):
    """Name the page of each table that has one."""
    return {name: docname for docname, (name, _) in recorded(env, "table")}


def searched(env):
    """Tell as what the book's search lists the rows of a table, for each that has such."""
    return {name: kind for _, (name, kind) in recorded(env, "table") if kind}


def _package(folder):
    path = Path(folder, "datapackage.json")
    return _described(path, path.stat().st_mtime_ns)


@lru_cache
def _described(path, *state):
    """The description of the tables in one state."""
    return json.loads(path.read_text(encoding="utf-8"))


def table_description(folder, name):
    """Read the description of a table."""
    return next(resource for resource in _package(folder)["resources"] if resource["name"] == name)


def keys(cell):
    """List the keys in a cell, which semicolons separate."""
    return [key for key in re.split(r";\s*", cell) if key]


def field(folder, name, column):
    """Read the description of a column."""
    path = f"{folder}/datapackage.json"
    return _columns_of(path, os.stat(path).st_mtime_ns)[name][column]


@lru_cache
def _columns_of(path, *state):
    """Descriptions of columns by table and name: each cell in words asks for one."""
    resources = _described(Path(path), *state)["resources"]
    return {each["name"]: {field["name"]: field for field in each["schema"]["fields"]} for each in resources}


def choices(folder, name, column):
    """List what a column may hold, in the order of the table's description."""
    return field(folder, name, column)["constraints"]["enum"]


def links(text):
    """Find the links to cells in Markdown text: pairs of shown text and target."""
    return [(shown, target) for shown, target in _LINK.findall(text) if CELL_LINK.fullmatch(target)]


def cell(target, folder):
    """Read the cell that a link leads to.

    Parameters
    ----------
    target : str
        The link's target, as `CELL_LINK` matches it.
    folder : Path
        Folder of the tables.

    Returns
    -------
    str
        The cell's text.

    Raises
    ------
    LookupError
        If there is no such table, row or column; the message says which.
    """
    table, row, column = CELL_LINK.fullmatch(target).group("table", "row", "column")
    try:
        rows = read(folder, table)
    except FileNotFoundError:
        raise LookupError(f"there is no table data/{table}.csv") from None
    except tables.DataError as error:
        raise LookupError(error) from None
    if row not in rows:
        raise LookupError(f"data/{table}.csv has no row {row!r}")
    if column not in rows[row]:
        raise LookupError(f"data/{table}.csv has no column {column!r}; it has {', '.join(rows[row])}")
    return rows[row][column]


def unseen(target, folder):
    """Tell whether a link leads to a cell that nobody has seen in a source: its row, or the cell, is unchecked."""
    table, row, column = CELL_LINK.fullmatch(target).group("table", "row", "column")
    row = read(folder, table).get(row, {})
    return row.get("check") == "unchecked" or column in row.get("unchecked_fields", "").split(";")


def disagreement(text, target, folder):
    """Compare a link's text, which holds one number or date, with the cell it leads to.

    Parameters
    ----------
    text, target : str
        The link's text and target.
    folder : Path
        Folder of the tables.

    Returns
    -------
    str or None
        One sentence that says what is wrong, or None.
    """
    try:
        value = cell(target, folder)
    except LookupError as error:
        return f"[{text}]({target}): {error}"
    if value and _agree(text, value):
        return None
    table, row, column = CELL_LINK.fullmatch(target).group("table", "row", "column")
    return f"[{text}]({target}): the prose says {text!r}, data/{table}.csv, row {row}, column {column}, has {value!r}"


def _agree(text, cell):
    if cell.lower() in text.lower():
        return not re.search(r"\d", text.lower().replace(cell.lower(), "", 1))
    for form in ("%d %B %Y", "%B %Y", "%Y"):
        parts = [int(part) for part in cell.split("-")] if re.fullmatch(r"\d{4}(-\d\d){0,2}", cell) else []
        if parts and (form.count("%") <= len(parts)):
            day = date(*(parts + [1, 1])[:3])
            if text.strip() == day.strftime(form).lstrip("0"):
                return True
    numbers = re.findall(r"[-−]?\d+(?:[  ,]\d{3})*(?:\.\d+)?", text)
    try:
        value = float(cell)
    except ValueError:
        return False
    if len(numbers) != 1:
        return False
    shown = re.sub(r"[  ,]", "", numbers[0]).replace("−", "-")
    decimals = len(shown.partition(".")[2])
    return abs(float(shown) - value) <= 0.5 * 10**-decimals + 1e-9


class CellLinks(SphinxPostTransform):
    """Lead links to cells to the page and row that shows them, before MyST looks for a file of that name."""

    default_priority = 5

    def run(self, **kwargs):
        folder = Path(self.app.confdir, self.config.data_tables_folder)
        shown = pages(self.env)
        for node in list(self.document.findall(addnodes.pending_xref)):
            match = CELL_LINK.fullmatch(node["reftarget"])
            if not match:
                continue
            text, target, value = node.astext(), node["reftarget"], ""
            try:
                value = cell(target, folder)
            except LookupError as error:
                logger.warning("[%s](%s): %s", text, target, error, location=node)
            if match["table"] not in shown:
                logger.warning("no page shows the table %s", match["table"], location=node)
            uri = self.app.builder.get_relative_uri(self.env.docname, shown.get(match["table"], self.env.docname))
            title = cards.card(folder, match["table"], match["row"], match["column"]) if value else ""
            reference = nodes.reference(
                "", "", refuri=f"{uri}?cell={match['column']}#{match['row']}", classes=["cell-link"], reftitle=title
            )
            reference += node.children
            if value and unseen(target, folder):
                reference += nodes.raw("", _UNSEEN, format="html")
            node.replace_self(reference)
            if not (value and _agree(text, value)):
                # The page shows both until the sentence is mended; the tests fail on it.
                note = nodes.emphasis("", f" (the data say {value or 'nothing'})", classes=["disagrees"])
                reference.parent.insert(reference.parent.index(reference) + 1, note)


class DataTable(SphinxDirective):
    """``{data-table} name``: the table with search, dictionary and download; every row has an address.

    Options: ``:filter:`` names columns to choose values of, ``:cards:`` names the column that heads a card (then rows
    are cards, for tables of sentences); ``:columns:`` names those that a reader sees first; ``:search:`` says as what
    the book's search lists a row, if at all.
    """

    required_arguments = 1
    option_spec = {
        "filter": str.split,
        "columns": str.split,
        "cards": directives.unchanged_required,
        "search": directives.unchanged_required,
    }

    def run(self):
        name = self.arguments[0]
        folder = Path(self.env.app.confdir, self.config.data_tables_folder)
        try:
            package, known = _package(folder), tables.names(folder)
            if name not in known:
                raise self.error(f"data-table: there is no table {name!r}; the tables are {', '.join(known)}.")
            resource, rows = table_description(folder, name), read(folder, name)
            there = next(iter(rows.values()), {})
            if absent := [f["name"] for f in resource["schema"]["fields"] if f["name"] not in there]:
                raise self.error(
                    f"data-table {name}: found {'no such column' if rows else 'no row'}: {', '.join(absent)}"
                )
        except (tables.DataError, OSError) as error:
            raise self.error(f"data-table {name}: {error}") from None
        record(self.env, "table", (name, self.options.get("search")))
        fields = [f for f in resource["schema"]["fields"] if any(row[f["name"]] for row in rows.values())]
        up = "../" * self.env.docname.count("/")
        link = self.config.data_tables_source_link
        filters, head = self.options.get("filter", []), self.options.get("cards")
        link = link and up + link
        shown = [] if head else self.options.get("columns") or cards.columns(folder, name)
        written = [
            _term(rows, key)
            if name == "glossary"
            else _card(folder, key, row, fields, head, link, choice)
            if head
            else _row(folder, name, key, fields, shown, link, choice)
            for key, row in rows.items()
            for choice in ["|".join(row[column] for column in filters)]
        ]
        label = html.escape(resource.get("title", name))
        labels = {f["name"]: f.get("title", _words(f["name"])) for f in fields}
        text = (
            f"{tools(rows, filters, labels=labels, more='' if head else _ALL_COLUMNS)}"
            f"{_frame(written, '' if head else _columns(folder, name, rows, fields, shown), head, label)}"
            f'<p>Download: <a href="{up}_data/{name}.csv" download>{name}.csv</a>, '
            f'<a href="{up}_data/datapackage.json" download>its description (datapackage.json)</a>, '
            f'<a href="{up}_data/{package["name"]}.zip" download>all tables (zip)</a></p>'
            f'<details class="dictionary"><summary>What the columns mean</summary>{_dictionary(resource)}</details>'
        )
        description = nodes.paragraph(text=resource.get("description", ""))
        return [description, nodes.raw("", f'<div class="data-table">{text}</div>\n', format="html")]


def tools(rows, filters, things="rows", labels=None, more=""):
    """Write the search field and the menus above rows, which tables.js brings to life.

    Parameters
    ----------
    rows : dict of dict
        Rows as `read` gives them.
    filters : list of str
        Columns that get a menu.
    things : str
        What the rows are called.
    labels : dict of str, optional
        Words for columns whose names are none.
    more : str
        HTML of further controls.

    Returns
    -------
    str
        HTML.
    """
    choices = ""
    for column in filters:
        values = sorted({row[column] for row in rows.values()} - {""})
        told = VERIFIED if column == "check" else {}
        options = "".join(
            f'<option value="{html.escape(value)}">{html.escape(told.get(value, value))}</option>' for value in values
        )
        label = html.escape((labels or {}).get(column, _words(column)))
        choices += (
            f'<label>{label} <select name="{column}" disabled autocomplete="off">'
            f'<option value="">all</option>'
            f"{options}</select></label>"
        )
    return (
        f'<div class="data-tools" role="group" aria-label="Search and filter"><label>Search '
        f'<input type="search" name="search" disabled autocomplete="off"></label>{choices}{more}'
        f'<output role="status" data-things="{things}">{f"{len(rows)} {things}" if rows else ""}</output></div>'
    )


def _frame(written, columns, head, label):
    part, kind, count = ("div", "", _FIRST_CARDS) if head else ("tbody", " wide", _FIRST)
    first, later = "".join(written[:count]), "".join(written[count:])
    body, more = f"<{part}>{first}</{part}>", ""
    if later:
        body += f'<{part} class="later">{later}</{part}>'
        more = f'<p class="more-rows">The other {len(written) - count} follow.</p>'
    if not head:
        # A reader of the screen is told how many rows there are, also of those to come.
        rows = f' aria-rowcount="{len(written) + 1}"' if later else ""
        body = f"<table{rows}{columns}{body}</table>"
    return f'<div class="data-rows{kind}" tabindex="0" role="region" aria-label="{label}">{body}{more}</div>'


def _columns(folder, name, rows, fields, shown):
    """Heads of a table: what readers see first, then the columns as they are in the file, which a box brings."""
    described = {f["name"]: f for f in fields}
    heads = [(cards.subject(folder, name), "", "", [cards.heading(folder, name, key) for key in rows])]
    for column in shown:
        told = cards.label(folder, name, {}, column)
        unit = cards.unit(described[column])
        words = f"{told[:1].upper()}{told[1:]}" + f" ({unit})" * bool(unit)
        texts = [cards.worth(folder, name, row, column, unit_too=False) for row in rows.values()]
        heads.append((words, column, described[column].get("description", ""), texts))
    if "check" in described:
        heads.append(("Verified", "check", described["check"].get("description", ""), ["in a second source"]))
    if "source" in described:
        heads.append(("Source", "source", described["source"].get("description", ""), ["Llovet 2008"]))
    widths = [(_width(words, texts, _TEXT), "") for words, _, _, texts in heads]
    widths += [(_width(f["name"], [row[f["name"]] for row in rows.values()]), ' class="raw"') for f in fields]
    cols = '<col class="subject">' + "".join(f'<col{kind} style="width:{width}ch">' for width, kind in widths[1:])
    few, all_of_them = (
        _SUBJECT + sum(width for width, kind in widths[1:] if not (few and kind)) for few in (True, False)
    )
    named = "".join(
        f'<th scope="col" data-column="{column}" title="{html.escape(about)}">{html.escape(words)}</th>'
        for words, column, about, _ in heads
    )
    raw = "".join(
        f'<th scope="col" class="raw" data-column="{f["name"]}" title="{html.escape(f.get("description", ""))}">'
        f"{html.escape(f['name'])}</th>"
        for f in fields
    )
    # Said once for the cards of a phone (pages.css).
    labels = "".join(f";--head-{i}:{json.dumps(words)}" for i, (words, *_) in enumerate(heads, 1) if i > 1)
    # Widths that are known beforehand: nothing moves when later rows come, and a browser needs not measure cells.
    style = html.escape(f"--few:{few}ch;--all:{all_of_them}ch{labels}")
    return f' style="{style}"><colgroup>{cols}</colgroup><thead><tr>{named}{raw}</tr></thead>'


def _width(name, texts, line=_LINE):
    """Width of a column in characters: nine in ten of its texts stand on one line, unless they are sentences."""
    lengths = sorted(map(len, texts))
    longest = max(map(len, name.split()))
    return max(longest + _ARROW, min(lengths[len(lengths) * 9 // 10], line)) + _PADDING


def _row(folder, name, key, fields, shown, link, choice):
    row, described = read(folder, name)[key], {f["name"]: f for f in fields}
    unsure = row.get("unchecked_fields", "").split(";")
    cells = ""
    for column in shown:
        words = html.escape(cards.worth(folder, name, row, column, unit_too=False))
        arm = cards.label(folder, name, row, column)
        given = words and arm != cards.label(folder, name, {}, column)
        arm = f" <small>{html.escape(arm)}</small>" if given else ""
        cells += f"<td{_kind(described[column])}>{words}{arm}{_UNSEEN * (words != '' and column in unsure)}</td>"
    if "check" in described:
        said = VERIFIED.get(row["check"], row["check"]).removeprefix("verified ")
        cells += f"<td>{_mark(row['check'], said)}</td>"
    if "source" in described:
        cells += f"<td>{_cited(folder, row['source'], link)}</td>"
    raw = "".join(f'<td class="raw">{html.escape(row[f["name"]])}</td>' for f in fields)
    address, told = html.escape(key), html.escape(cards.heading(folder, name, key))
    return (
        f'<tr id="{address}" data-choice="{html.escape(choice)}"><td><a href="#{address}">{told}</a></td>'
        f"{cells}{raw}</tr>\n"
    )


def _kind(field):
    return ' class="number"' if field["type"] in ("number", "integer") else ""


def _cited(folder, source, link):
    """Name the publications of a row, each leading to its place in the bibliography."""
    named = ((key, html.escape(cards.cited(folder, key))) for key in keys(source))
    return "; ".join(
        f'<a href="{html.escape(link.format(_anchor(key)))}">{words}</a>' if link else words for key, words in named
    )


def _card(folder, key, row, fields, head, link, choice):
    parts = "".join(
        f"<dt>{html.escape(f.get('title') or _words(f['name']))}</dt><dd>{_value(folder, row[f['name']], f, link)}</dd>"
        for f in fields[1:]
        if row[f["name"]] and f["name"] != head
    )
    key = html.escape(key)
    return (
        f'<div class="card" id="{key}" data-choice="{html.escape(choice)}"><p><a href="#{key}">{key}</a> '
        f"<strong>{html.escape(row[head])}</strong></p><dl>{parts}</dl></div>\n"
    )


def _term(rows, key):
    """A term of the glossary, with links to those beside it."""
    told = {name: html.escape(value) for name, value in rows[key].items()}
    short = f" ({told['abbreviation']})" if told["abbreviation"] else ""
    others = [name for name in keys(rows[key]["see_also"]) if name in rows]
    also = ", ".join(f'<a href="#{html.escape(name)}">{html.escape(rows[name]["term"])}</a>' for name in others)
    address = html.escape(key)
    return (
        f'<div class="card" id="{address}" data-choice=""><p><a href="#{address}"><strong>{told["term"]}</strong></a>'
        f"{short}: {told['definition']}</p>{f'<p>See also: {also}</p>' * bool(also)}</div>\n"
    )


def _dictionary(resource):
    entries = ""
    for field in resource["schema"]["fields"]:
        allowed = ", ".join(map(str, field.get("constraints", {}).get("enum", [])))
        kind = ", ".join(filter(None, [field["type"], field.get("unit"), allowed and f"one of: {allowed}"]))
        text = html.escape(field.get("description", ""))
        entries += f"<dt><code>{html.escape(field['name'])}</code></dt><dd>{text} ({html.escape(kind)})</dd>"
    return f"<dl>{entries}</dl>"


def _words(column):
    return column.replace("_", " ")


def _mark(value, told):
    kind = re.sub(r"[^a-z]+", "-", value.lower())
    return f'<span class="mark mark-{kind}">{html.escape(told)}</span>'


def _value(folder, value, field, link):
    text = html.escape(value)
    if "enum" in field.get("constraints", {}) and value:
        return _mark(value, VERIFIED.get(value, value) if field["name"] == "check" else value)
    if link and field.get("references") == "bibliography":
        return _cited(folder, value, link)
    if field.get("page") and value:
        return f'<a href="{_up(link)}{text}">{text}</a>'
    return text


def _up(link):
    """Steps from a page to the book's root, as its links to the bibliography take them."""
    return "../" * (link or "").count("../")


def _anchor(key):
    # Docutils writes ids with hyphens.
    return key.replace("_", "-")


class ListSearch(SphinxDirective):
    """``{list-search} .citation``: a search field for the entries of the page that a selector finds.

    The directive's content names them, for instance "publications".
    """

    required_arguments = 1
    has_content = True

    def run(self):
        record(self.env, "list", self.arguments[0])
        field = tools({}, [], " ".join(self.content) or "entries")
        of = html.escape(self.arguments[0])
        return [nodes.raw("", f'<div class="data-table" data-of="{of}">{field}</div>\n', format="html")]


def _add_script(app, pagename, templatename, context, doctree):
    if pagename in {*pages(app.env).values(), *dict(recorded(app.env, "gallery")), *dict(recorded(app.env, "list"))}:
        app.add_js_file("tables.js")


def _copy_tables(app, exception):
    if exception is None and pages(app.env):
        folder, target = Path(app.confdir, app.config.data_tables_folder), Path(app.outdir, "_data")
        target.mkdir(exist_ok=True)
        name = _package(folder)["name"]
        with zipfile.ZipFile(target / f"{name}.zip", "w") as archive:
            files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in tables.listed(folder)}
            for file, maker in app.config.data_tables_made.items():
                module, _, function = maker.partition(":")
                files[file] = getattr(importlib.import_module(module), function)().encode("utf-8")
            for file, content in sorted(files.items()):
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                (target / file).write_bytes(content)
                # A fixed date, so that two builds of one state are the same.
                entry = zipfile.ZipInfo(f"{name}/{file}", (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def setup(app):
    app.add_config_value("data_tables_folder", "data", "env")
    app.add_config_value("data_tables_source_link", None, "env")
    # files made of the tables, beside their downloads: name of the file, and the function (module:name) of its text
    app.add_config_value("data_tables_made", {}, "env")
    app.add_directive("data-table", DataTable)
    app.add_directive("list-search", ListSearch)
    app.add_post_transform(CellLinks)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _copy_tables)
