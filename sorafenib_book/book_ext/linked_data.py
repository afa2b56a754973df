"""What a page is, for machines: schema.org as JSON-LD, from the citation file, the data package and the ledger."""

import html
import json
import re
from pathlib import Path

from . import citations, datatables

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: The review that the book retells and audits.
_REVIEW = {
    "@type": "ScholarlyArticle",
    "name": "New knowledge of the mechanisms of sorafenib resistance in liver cancer",
    "sameAs": "https://doi.org/10.1038/aps.2017.5",
}


def described(app, pagename, title, description):
    """Describe a page.

    Parameters
    ----------
    app : sphinx.application.Sphinx
        The builder's application.
    pagename : str
        Name of the page.
    title, description : str
        Its title and what is said of it.

    Returns
    -------
    list of dict
        Things of schema.org: the book on its first page, a chapter, a table, audited statements; none for other pages.
    """
    folder = Path(app.confdir, app.config.data_tables_folder)
    shown = {page: table for table, page in datatables.pages(app.env).items()}
    if not (pagename == app.config.root_doc or pagename.startswith("chapters/") or pagename in shown):
        return []
    book = _book(app)
    if pagename == app.config.root_doc:
        return [book | {"description": description, "isBasedOn": _REVIEW}]
    if pagename.startswith("chapters/"):
        number, _, name = title.partition(". ")
        part = {"name": name, "position": int(number)} if number.isdigit() else {"name": title}
        return [{"@type": "Chapter", **part, "description": description, **_terms(app), "isPartOf": book}]
    found = [_dataset(app, folder, shown[pagename], book["author"])]
    if shown[pagename] == "claims":
        address, [who] = app.builder.get_target_uri(pagename), book["author"]
        found += [_audited(address, who, key, row) for key, row in datatables.read(folder, "claims").items()]
    return found


def _terms(app):
    return {"license": _LICENCE, "inLanguage": "en-GB", "version": app.config.release}


def _book(app):
    cited = citations.book(Path(app.confdir, app.config.citation_file), app.config.copyright)
    name = cited.fields["title"].strip("{}")
    who = [{"@type": "Organization", "name": str(person).strip("{}")} for person in cited.persons["author"]]
    return {"@type": "Book", "name": name, "author": who, "datePublished": cited.fields["year"], **_terms(app)}


def _dataset(app, folder, table, authors):
    described = datatables.table_description(folder, table)
    columns = [field["name"] for field in described["schema"]["fields"]]
    file = {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"_data/{table}.csv"}
    return {
        "@type": "Dataset",
        "name": described["title"],
        "description": described["description"],
        "variableMeasured": columns,
        "distribution": [file],
        "creator": authors,
        **_terms(app),
    }


def _audited(address, author, key, row):
    said = {"@type": "Claim", "appearance": {"@type": "ScholarlyArticle", "sameAs": _REVIEW["sameAs"]}}
    return {
        "@type": "ClaimReview",
        "url": f"{address}#{key}",
        "claimReviewed": row["statement"],
        "itemReviewed": said,
        "reviewRating": {"@type": "Rating", "alternateName": row["verdict"]},
        "author": author,
    }


def _add(app, pagename, templatename, context, doctree):
    if not app.config.citation_file or app.builder.format != "html":
        return
    told = context["page_description"]
    description = html.unescape(told[1]) if told else app.config.book_description
    title = re.sub(r"<[^>]*>", "", context.get("title", ""))
    if things := described(app, pagename, title, description):
        text = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False)
        # nothing in it can end the element
        context["linked_data"] = text.replace("<", "\\u003c")


def setup(app):
    app.connect("html-page-context", _add, priority=950)  # pages.py has found the description
