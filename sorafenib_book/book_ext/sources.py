"""What stands under a figure of this book: where its values come from, and how far they were checked."""

from collections import Counter

from docutils import nodes

from sorafenib_book import tables
from sorafenib_book.wording import VERIFIED

#: Columns of a figure's table that name a value's sources and its check mark.
SOURCE, CHECK = "source", "check"
_MOST_SOURCES = 8  # in one line; more are folded


def lines(config, figure, rows, render):
    """Write sources, check marks and the note of a figure.

    Parameters
    ----------
    config : sphinx.config.Config
        The book's configuration.
    figure : dict
        A plain Plotly figure. ``source`` and ``note`` of its ``layout.meta`` hold for all of it.
    rows : list of dict
        Rows of its table.
    render : callable
        Turns Markdown into nodes.

    Returns
    -------
    list of docutils.nodes.Node
    """
    meta = figure["layout"].get("meta")
    meta = meta if isinstance(meta, dict) else {}
    keys = [str(row.get(SOURCE) or "") for row in rows] + [str(meta.get("source", ""))]
    keys = sorted({key.strip() for cell in keys for key in cell.split(";")} - {""})
    marks = Counter(row[CHECK] for row in rows if row.get(CHECK))
    parts, folded = [], len(keys) > _MOST_SOURCES
    if keys:
        role = config.figure_sources_role
        named = f"{{{role}}}`{','.join(keys)}`" if role else "; ".join(keys)
        parts.append(named + "." if folded else f"Sources: {named}.")
    if marks:
        page = config.figure_check_page
        words = f"[Values checked]({page})" if page else "Values checked"
        marks = {mark: marks[mark] for mark in [*VERIFIED, *sorted(marks)] if mark in marks}
        said = ", ".join(f"{n} {VERIFIED.get(mark, mark)}" for mark, n in marks.items())
        parts.append(f"{words}: {said}.")
    if meta.get("note"):
        parts.append(str(meta["note"]))
    if not parts:
        return []
    holder = nodes.container(classes=["chart-sources"])
    if folded:
        holder += nodes.raw("", f"<details><summary>Sources ({len(keys)})</summary>", format="html")
        holder += render(parts.pop(0))
        holder += nodes.raw("", "</details>", format="html")
    holder += render(" ".join(parts))
    return [holder]


def cell(column, value):
    """Say a cell of a figure's table in words: publications for keys, and what a check mark means.

    Parameters
    ----------
    column : str
        Name of the column.
    value : object
        What the cell holds.

    Returns
    -------
    object
        The value itself where no other words are known.
    """
    if column == CHECK:
        return VERIFIED.get(value, value)
    if column == SOURCE:
        try:
            return "; ".join(tables.cite(key.strip()) for key in str(value).split(";"))
        except KeyError:  # a source of the reader's own
            return value
    return value


def setup(app):
    # the role that cites the sources, and where the check marks are explained, as a link in Markdown leads there
    app.add_config_value("figure_sources_role", None, "env")
    app.add_config_value("figure_check_page", None, "env")
