"""Data tables as pages with an address for each row, and links from the prose to their cells.

A link whose target is a cell, such as ``[10.7](../data/endpoints.csv#sharp-os.experimental)``, reads as plain text
in JupyterLab and on GitHub. In the book it leads to the row, and its text must agree with the cell.
"""

import csv
import html
import json
import re
from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

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
    """
    with Path(folder, f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row[rows.fieldnames[0]]: row for row in rows}


def disagreement(text, target, folder):
    """Compare a link's text with the cell it leads to.

    Parameters
    ----------
    text : str
        The link's text, with one number or date in it.
    target : str
        The link's target, as `CELL_LINK` matches it.
    folder : Path
        Folder of the tables.

    Returns
    -------
    str or None
        One sentence that says what is wrong, or None.
    """
    table, row, column = CELL_LINK.fullmatch(target).group("table", "row", "column")
    try:
        rows = read(folder, table)
    except FileNotFoundError:
        return f"[{text}]({target}): there is no table data/{table}.csv"
    if row not in rows:
        return f"[{text}]({target}): data/{table}.csv has no row {row!r}"
    if column not in rows[row]:
        return f"[{text}]({target}): data/{table}.csv has no column {column!r}; it has {', '.join(rows[row])}"
    cell = rows[row][column]
    if cell and _agree(text, cell):
        return None
    return f"[{text}]({target}): the prose says {text!r}, data/{table}.csv, row {row}, column {column}, has {cell!r}"


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
        pages = getattr(self.env, "data_table_pages", {})
        for node in list(self.document.findall(addnodes.pending_xref)):
            match = CELL_LINK.fullmatch(node["reftarget"])
            if not match:
                continue
            if problem := disagreement(node.astext(), node["reftarget"], folder):
                logger.warning(problem, location=node)
            elif match["table"] not in pages:
                logger.warning("no page shows the table %s", match["table"], location=node)
            uri = self.app.builder.get_relative_uri(self.env.docname, pages.get(match["table"], self.env.docname))
            title = f"{match['row']}, {match['column']}"
            reference = nodes.reference("", "", refuri=f"{uri}#{match['row']}", classes=["cell-link"], reftitle=title)
            reference += node.children
            node.replace_self(reference)


class DataTable(SphinxDirective):
    """``{data-table} name``: the table with its dictionary and download."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        folder = Path(self.env.app.confdir, self.config.data_tables_folder)
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        resource = next(r for r in package["resources"] if r["name"] == name)
        pages = getattr(self.env, "data_table_pages", {})
        self.env.data_table_pages = pages | {name: self.env.docname}
        fields = resource["schema"]["fields"]
        rows = read(folder, name)
        up = "../" * self.env.docname.count("/")
        link = self.config.data_tables_source_link
        body = "".join(
            f'<tr id="{html.escape(key)}">'
            + "".join(_cell(row[f["name"]], f, link and up + link) for f in fields)
            + "</tr>\n"
            for key, row in rows.items()
        )
        head = "".join(f'<th title="{html.escape(f.get("description", ""))}">{f["name"]}</th>' for f in fields)
        entries = "".join(
            f"<dt><code>{f['name']}</code> ({_kind(f)})</dt><dd>{html.escape(f.get('description', ''))}</dd>"
            for f in fields
        )
        text = (
            f"<p>{html.escape(resource.get('description', ''))}</p>"
            f'<p>{len(rows)} rows. <a href="{up}_data/{name}.csv" download>Download the table (CSV)</a></p>'
            f'<details class="dictionary"><summary>What the columns mean</summary><dl>{entries}</dl></details>'
            f'<div class="table-wrapper data-table" tabindex="0" role="region" aria-label="Table {name}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )
        return [nodes.raw("", text, format="html")]


def _kind(field):
    allowed = field.get("constraints", {}).get("enum")
    return ", ".join([field["type"], *([field["unit"]] if field.get("unit") else [])]) + (
        f"; one of: {', '.join(map(str, allowed))}" if allowed else ""
    )


def _cell(value, field, link):
    text = html.escape(value)
    if field["name"] == "check":
        text = f'<span class="check-{text}">{text}</span>'
    elif link and field.get("references") == "bibliography":
        text = "; ".join(f'<a href="{link.format(k)}">{k}</a>' for k in re.split(r";\s*", text) if k)
    elif field["type"] in ("number", "integer"):
        return f'<td class="number">{text}</td>'
    return f"<td>{text}</td>"


def _copy_tables(app, exception):
    if exception is None and getattr(app.env, "data_table_pages", None):
        target = Path(app.outdir, "_data")
        target.mkdir(exist_ok=True)
        for path in sorted(Path(app.confdir, app.config.data_tables_folder).iterdir()):
            if path.suffix in (".csv", ".json", ".bib"):
                (target / path.name).write_bytes(path.read_bytes())


def setup(app):
    app.add_config_value("data_tables_folder", "data", "env")
    app.add_config_value("data_tables_source_link", None, "env")
    app.add_directive("data-table", DataTable)
    app.add_post_transform(CellLinks)
    app.connect("build-finished", _copy_tables)
