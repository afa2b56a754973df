"""How publications are cited and listed; bibliography and book as files for a reference manager (BibTeX, RIS)."""

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from pybtex.backends.plaintext import Backend
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.plugin import register_plugin
from pybtex.richtext import Text
from pybtex.style.formatting.plain import Style
from pybtex.style.sorting.author_year_title import SortingStyle
from pybtex.style.template import first_of, node, optional, tag
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib.bibtex import plugin
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from sorafenib_book import tables
from sorafenib_book.rules import bibliography

_LATEX = re.compile(r"[\\{}$%~`']|--|\s\s")
# By its class: by its name pybtex looks through all installed packages, each time.
_TEXT = Backend()
#: Kind of a BibTeX entry, and what it is in RIS.
_KINDS = {"article": "JOUR", "software": "COMP"}
#: Fields of a BibTeX entry, and their tags in RIS.
_TAGS = {
    "title": "TI", "journal": "JO", "howpublished": "PB", "year": "PY", "volume": "VL", "number": "IS", "version": "ET",
    "doi": "DO", "pmid": "AN", "url": "UR", "note": "N1",
}  # fmt: skip


def read(path):
    """Read a bibliography.

    Parameters
    ----------
    path : Path
        The file, in BibTeX.

    Returns
    -------
    dict of str to pybtex.database.Entry
        Publications by key.

    Raises
    ------
    tables.DataError
        If it cannot be read; a sentence names the file and the entry that is broken.
    """
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    if problems := list(bibliography.cut(text)):  # which pybtex reads as something else, or names far behind its place
        raise tables.DataError(problems)
    try:
        return Parser().parse_string(text).entries
    except PybtexError as error:
        raise tables.DataError([next(_broken(path, text), f"{path.name}: {error}.")]) from None


def fields(entry):
    """Fields of a publication, its authors among them, as `rules.bibliography` reads them."""
    people = " and ".join(map(str, entry.persons.get("author", [])))
    return {**entry.fields, **({"author": people} if people else {})}


def _broken(path, text):
    for line, key, entry in bibliography.entries(text):
        try:
            Parser().parse_string(entry)
        except PybtexError as error:
            yield f"{path.name} line {line} ({key}): {error}, counted from there."


def ris(entries):
    """Write publications in RIS, which reference managers read.

    Parameters
    ----------
    entries : dict of str to pybtex.database.Entry
        Publications by key.

    Returns
    -------
    str
        One record an entry, in the order given; what a note says of an entry, such as an unchecked DOI, goes along.
    """
    return "".join(_record(key, entry) for key, entry in entries.items())


def _record(key, entry):
    lines = [("TY", _KINDS.get(entry.type, "GEN")), ("ID", key)]
    people = entry.persons.get("author", [])
    lines += [("AU", _plain(person)) for person in people if str(person) != "others"]
    if len(lines) - 2 < len(people):
        lines.append(("N1", "not all authors are named"))
    for name, mark in _TAGS.items():
        if name in entry.fields:
            lines.append((mark, _plain(entry.fields[name])))
    first, _, last = _plain(entry.fields.get("pages", "")).partition("–")
    lines += [(tag, page) for tag, page in (("SP", first), ("EP", last)) if page]
    return "".join(f"{tag}  - {value}\n" for tag, value in [*lines, ("ER", "")]) + "\n"


def _plain(value):
    value = str(value)
    # reading LaTeX takes long, and few fields have any
    return Text.from_latex(value).render(_TEXT) if _LATEX.search(value) else value


def book(path, year):
    """Read how to cite the book from its citation file.

    Parameters
    ----------
    path : Path
        ``CITATION.cff``.
    year : str
        Year of the version, which the file does not name.

    Returns
    -------
    pybtex.database.Entry
    """
    cited = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    # The name of an author that is not a person stays in one piece; BibTeX takes no straight quotation marks.
    names = [a["name"] if "name" in a else f"{a['family-names']}, {a['given-names']}" for a in cited["authors"]]
    names = [re.sub('"(.*?)"', r"“\1”", name) for name in names]
    authors = [Person(f"{{{name}}}" if "name" in a else name) for name, a in zip(names, cited["authors"], strict=True)]
    fields = {"title": f"{{{cited['title']}}}", "version": cited["version"], "year": year}
    fields |= {name: cited[name] for name in ("doi", "url") if name in cited}
    return Entry("software", fields, {"author": authors})


class CiteBook(SphinxDirective):
    """``{cite-book}``: how to cite the book, in words and, without ``:words:``, as BibTeX, with both downloads."""

    option_spec = {"words": directives.flag}

    def run(self):
        cited = book(Path(self.env.app.confdir, self.config.citation_file), self.config.copyright)
        self.env.note_dependency(self.config.citation_file)
        who = "; ".join(_plain(person) for person in cited.persons["author"])
        words = f"{who}. {_plain(cited.fields['title'])}. Version {cited.fields['version']}, {cited.fields['year']}."
        up, name = "../" * self.env.docname.count("/"), self.config.citation_name
        links = (
            f'<p>Download: <a href="{up}_data/{name}.bib" download>BibTeX</a>, '
            f'<a href="{up}_data/{name}.ris" download>RIS</a></p>\n'
        )
        quote = nodes.block_quote("", nodes.paragraph(text=words))
        if "words" in self.options:
            return [quote]
        return [
            quote,
            nodes.literal_block(text=_bibtex(name, cited), language="bibtex"),
            nodes.raw("", links, format="html"),
        ]


def _bibtex(name, entry):
    return BibliographyData({name: entry}).to_string("bibtex")


class Order(SortingStyle):
    """By author, year and title; by title where nobody is named as an author."""

    def sorting_key(self, entry):
        who, *rest = super().sorting_key(entry)
        return who or entry.fields["title"].strip("{}").lower(), *rest


class ByTitle(Style):
    """The style "plain", with the title first where nobody is named as an author."""

    default_sorting_style = Order
    _last = None, None

    def format_entry(self, label, entry, bib_data=None):
        """Format a publication, which is asked for twice in a row: for the list, then for tooltips."""
        if self._last[0] is not entry:
            self._last = entry, super().format_entry(label, entry, bib_data)
        return self._last[1]

    def format_names(self, role, as_sentence=True):
        return optional[super().format_names(role, as_sentence)]


@node
def _short_title(children, context):
    return Text(bibliography.short_title(_plain(context["entry"].fields["title"])))


class _People(PersonStyle):
    def author_or_editor_or_title(self, full):
        people = (optional[self.names(role, full)] for role in ("author", "editor"))
        return first_of[(*people, tag("em")[_short_title()])]


@dataclass
class AuthorYear(AuthorYearReferenceStyle):
    """The reference style "author_year", with a short title where nobody is named as an author."""

    person: PersonStyle = field(default_factory=_People)


def as_printed(entries):
    """Give publications the year with its letter, as text, list and figures print it, and their notes a capital.

    Parameters
    ----------
    entries : iterable of pybtex.database.Entry
        Publications, which are changed.
    """
    for entry in entries:
        entry.fields["year"] = bibliography.year(entry.fields)
        if note := entry.fields.get("note"):
            entry.fields["note"] = note[0].upper() + note[1:]


class Retractions(SphinxPostTransform):
    """Below each publication of the list, what a list of retractions says of it, or that it was not looked up."""

    default_priority = 400

    def run(self, **kwargs):
        by_id = {
            nodes.make_id(self.config.bibtex_cite_id.format(key=key)): entry for key, entry in _cited(self.env).items()
        }
        for citation in self.document.findall(nodes.citation):
            for name in citation["ids"]:
                fields = by_id[name].fields
                if looked_up := fields.get("retraction_checked"):
                    said = ". ".join([retraction(looked_up), *filter(None, [fields.get("retracted")])])
                    citation += nodes.paragraph(text=said, classes=["retraction"])


def _cited(env):
    """Publications by key; none in a book without sphinxcontrib-bibtex."""
    return env.get_domain("cite").bibdata.data.entries if "cite" in env.domains else {}


def retraction(looked_up):
    """Say what ``retraction_checked`` of an entry means.

    Parameters
    ----------
    looked_up : str
        As ``Retraction Watch 2026-08-08: no notice``.

    Returns
    -------
    str

    Examples
    --------
    >>> retraction("Retraction Watch 2026-08-08: no notice")
    'Retractions: no notice (Retraction Watch, list of 8 August 2026)'
    >>> retraction("not looked up: no DOI")
    'Retractions: not looked up, no DOI'
    """
    if found := re.fullmatch(r"(\D+) (\d{4}-\d\d-\d\d): (.+)", looked_up):
        name, day, notice = found.groups()
        day = datetime.date.fromisoformat(day)
        return f"Retractions: {notice} ({name}, list of {day.day} {day:%B %Y})"
    return f"Retractions: {looked_up.replace(': ', ', ')}"


def _name_author(app, pagename, templatename, context, doctree):
    if app.config.citation_file:
        cited = book(Path(app.confdir, app.config.citation_file), app.config.copyright)
        context["book_author"] = "; ".join(_plain(person) for person in cited.persons["author"])


def _write(app, exception):
    if exception is not None or not app.config.citation_file:
        return
    folder, name = Path(app.outdir, "_data"), app.config.citation_name
    folder.mkdir(exist_ok=True)
    cited = book(Path(app.confdir, app.config.citation_file), app.config.copyright)
    (folder / f"{name}.bib").write_text(_bibtex(name, cited), encoding="utf-8")
    (folder / f"{name}.ris").write_text(ris({name: cited}), encoding="utf-8")
    for file in app.config.bibtex_bibfiles:
        (folder / f"{Path(file).stem}.ris").write_text(ris(read(Path(app.confdir, file))), encoding="utf-8")


def setup(app):
    app.add_config_value("citation_file", "", "env")
    # key of the book's own entry, and name of its files
    app.add_config_value("citation_name", "book", "env")
    app.add_directive("cite-book", CiteBook)
    register_plugin("pybtex.style.formatting", "by_title", ByTitle)
    plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", "author_year_short_title", AuthorYear)
    app.connect("builder-inited", lambda app: as_printed(_cited(app.env).values()))
    app.add_post_transform(Retractions)
    app.connect("html-page-context", _name_author)
    app.connect("build-finished", _write)
