"""What the book says about itself: its title page, and the names and dates of what is released."""

import subprocess
from datetime import UTC, datetime

import yaml

from tools.build import book

RELEASE = book.BUILD / "release"


def commit_time():
    """Time of the last commit; outside a git checkout the first day a zip archive can hold, so that it is fixed too."""
    done = subprocess.run(
        ["git", "-C", str(book.ROOT), "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False
    )
    return datetime.fromtimestamp(int(done.stdout), UTC) if done.stdout.strip() else datetime(1980, 1, 1, tzinfo=UTC)


def listed():
    """Pages of the book in the order of its table of contents."""
    toc = yaml.safe_load((book.ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]


def said():
    """Title, version, date and citation of the book, from CITATION.cff and the last commit."""
    cited = yaml.safe_load((book.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    when = commit_time()
    authors = ", ".join(
        author.get("name") or f"{author['given-names']} {author['family-names']}" for author in cited["authors"]
    )
    title, _, subtitle = cited["title"].partition(": ")
    return {
        "title": title,
        "subtitle": subtitle[:1].upper() + subtitle[1:],
        "whole_title": cited["title"],
        "authors": authors,
        "version": cited["version"],
        "date": f"{when.day} {when:%B %Y}",
        "pdf_date": f"{when:D:%Y%m%d%H%M%S}Z",
        "abstract": " ".join(cited["abstract"].split()),
        "keywords": ", ".join(cited["keywords"]),
        "citation": f"{authors}. {cited['title']}. Version {cited['version']}, {when.year}.",
    }


def release_file(ending):
    """Path of a file to release, named after the package and its version."""
    return RELEASE / f"sorafenib-book-{said()['version']}{ending}"
