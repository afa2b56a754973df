"""What the data tables add up to, written into the text by the build: counts, shares, how far evidence goes.

Nothing of it is typed: a row more, or another verdict, and the sentence says so.
"""

import html
import importlib
from collections import Counter
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import SphinxError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole

from . import datatables


class SummaryError(SphinxError):
    category = "Summary"


class summary(nodes.Inline, nodes.Element):
    """A place that is filled once every page was read; attributes ``kind``, ``words`` and ``colours``."""


class Summary(SphinxRole):
    """A role that leaves a `summary` of its own name.

    ``{count}`claims verdict=corrected` `` counts the rows of a table, all or those with one value, and leads to them;
    ``{measured}`evidence JNK` `` tells the highest evidence for a mechanism in one of the tables that the setting
    ``measured`` names, ``{reached}`JNK` `` that for what was tried against it, in the table of the setting ``reached``.
    """

    def run(self):
        return [summary("", kind=self.name, words=self.text.strip(), colours=None)], []


class Shares(SphinxDirective):
    """``{shares} claims verdict``: a bar of the shares of a column's values, each leading to its rows.

    Option ``:colours:`` names the dictionary (``module:name``) of the values' colours.
    """

    required_arguments = 2
    option_spec = {"colours": directives.unchanged_required}

    def run(self):
        return [summary("", kind="shares", words=" ".join(self.arguments), colours=self.options.get("colours"))]


def counts(rows, column, order):
    """Count the values of a column.

    Parameters
    ----------
    rows : list of dict
        Rows as `datatables.read` gives them.
    column : str
        A column.
    order : list of str
        The column's values in the order they are told.

    Returns
    -------
    dict
        Number of rows by value, without values that do not occur.
    """
    found = Counter(row[column] for row in rows)
    return {value: found[value] for value in order if found[value]}


def reached(rows, value, groups, steps, result, order):
    """Tell how far the evidence for one value goes, and what it showed there.

    Parameters
    ----------
    rows : list of dict
        Rows as `datatables.read` gives them.
    value : str
        What is asked for; several values stand with semicolons between them.
    groups : list of str
        Columns one of which holds the value.
    steps, result : str
        Columns of the kind of evidence and of its result.
    order : list of str
        Kinds of evidence from the lowest to the highest.

    Returns
    -------
    tuple
        The highest step reached (0 for the lowest kind of evidence); its result, ``mixed`` if results differ;
        whether all rows of that step were seen in a source.

    Raises
    ------
    LookupError
        If no row has the value.
    """
    rows = [row for row in rows if {row[group] for group in groups} & set(value.split(";"))]
    if not rows:
        raise LookupError(f"no row has {value!r} as {' or '.join(groups)}")
    step = max(order.index(row[steps]) for row in rows)
    top = [row for row in rows if row[steps] == order[step]]
    results = {row[result] for row in top}
    seen = all(row["check"] in ("primary", "secondary") for row in top)
    return step, results.pop() if len(results) == 1 else "mixed", seen


class FillSummaries(SphinxPostTransform):
    """Write each summary, now that it is known which page shows which table."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        self.folder = Path(self.app.confdir, self.config.data_tables_folder)
        for node in list(self.document.findall(summary)):
            write = getattr(self, f"_{node['kind']}")
            try:
                text = write(node["words"], node["colours"])
            except (LookupError, OSError, ValueError) as error:
                raise SummaryError(f"{self.env.docname}: {node['kind']} {node['words']}: {error}") from None
            node.replace_self(nodes.raw("", text, format="html"))

    def _address(self, table, column=None, value=None):
        page = datatables.pages(self.env)[table]
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        return f"{uri}?{column}={value}" if column else uri

    def _count(self, words, colours):
        table, _, chosen = words.partition(" ")
        rows = datatables.read(self.folder, table).values()
        if not chosen:
            return f'<a class="cell-link" href="{self._address(table)}">{len(rows)}</a>'
        column, value = chosen.split("=")
        number = counts(rows, column, datatables.choices(self.folder, table, column))[value]
        return f'<a class="cell-link" href="{self._address(table, column, value)}">{number}</a>'

    def _shares(self, words, colours):
        table, column = words.split()
        rows, colour = datatables.read(self.folder, table).values(), _named(colours)
        bar = listed = ""
        for value, number in counts(rows, column, datatables.choices(self.folder, table, column)).items():
            tint = f"--tint: {colour[value]}"
            bar += f'<span style="flex-grow: {number}; {tint}"></span>'
            link = f'<a href="{self._address(table, column, value)}">{number} {html.escape(value)}</a>'
            listed += f'<li style="{tint}">{link}</li>'
        return f'<div class="shares"><div class="shares-bar" aria-hidden="true">{bar}</div><ul>{listed}</ul></div>\n'

    def _reached(self, words, colours):
        choice = self.config.reached
        rows, order = self._rows(choice["table"]), self._steps()
        step, result, seen = reached(rows, words, choice["groups"], choice["steps"], choice["result"], order)
        return _squares("tried", step, result, seen, order, _named(choice["colours"])[result])

    def _measured(self, words, colours):
        table, _, value = words.partition(" ")
        choice, order = self.config.measured[table], self._steps()
        kinds = dict.fromkeys(order) | self.config.measured_kinds
        rows = [
            row | {"step": kinds[row[choice["steps"]]] or row[choice["steps"]]}
            for row in self._rows(table)
            if row[choice["steps"]] in kinds
        ]
        step, result, seen = reached(rows, value, choice["groups"], "step", choice.get("result", "step"), order)
        result = result.rpartition(": ")[2] if "result" in choice else ""
        return _squares("evidence", step, result, seen, order)

    def _rows(self, table):
        return datatables.read(self.folder, table).values()

    def _steps(self):
        choice = self.config.reached
        return datatables.choices(self.folder, choice["table"], choice["steps"])


def _squares(of, step, result, seen, order, tint="currentColor"):
    """A square for each kind of evidence up to the highest, and the same in words."""
    marks = "".join(f'<i class="{"done" if i <= step else ""}"></i>' for i in range(len(order)))
    told = f"{order[step]}, {result}" if result else order[step]
    return (
        f'<span class="squares {of}{"" if seen else " open"}" style="--tint: {tint}">'
        f'<span aria-hidden="true">{marks}</span> <span>{of}: {told}</span></span>'
    )


def _named(path):
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def setup(app):
    # where ``{reached}`` looks: table, groups (columns), steps and result (columns), colours (module:name)
    app.add_config_value("reached", {}, "env")
    # where ``{measured}`` looks, by table: groups (columns), steps and, where it has one, result (columns)
    app.add_config_value("measured", {}, "env")
    # which step a table's own kind of evidence is; another one, such as a review, counts as none
    app.add_config_value("measured_kinds", {}, "env")
    app.add_node(summary)
    for name in ("count", "measured", "reached"):
        app.add_role(name, Summary())
    app.add_directive("shares", Shares)
    app.add_post_transform(FillSummaries)
