"""Describe a release for machines as an RO-Crate (version 1.1): what its files are, whose, under which licence."""

import hashlib
import json
import mimetypes

from sorafenib_book import tables
from tools.build import front_matter

NAME = "ro-crate-metadata.json"
LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "Creative Commons Attribution 4.0 International",
    "https://spdx.org/licenses/MIT": "MIT licence",
}
_AUTHORS, _REVIEW = "#authors", "https://doi.org/10.1038/aps.2017.5"


def described(files):
    """Describe released files.

    Parameters
    ----------
    files : dict of pathlib.Path to str
        Files beside one another, and what each is.

    Returns
    -------
    dict
        The crate's metadata as JSON-LD: its own file, the release, each file, authors, licences, the review retold.
    """
    said, content = front_matter.said(), list(LICENCES)[0]
    release = {
        "@id": "./",
        "@type": "Dataset",
        "name": said["whole_title"],
        "description": said["abstract"],
        "version": said["version"],
        "datePublished": f"{front_matter.commit_time():%Y-%m-%d}",
        "keywords": said["keywords"],
        "inLanguage": "en-GB",
        "license": [{"@id": licence} for licence in LICENCES],
        "author": {"@id": _AUTHORS},
        "isBasedOn": {"@id": _REVIEW},
        "hasPart": [{"@id": path.name} for path in files],
    }
    own = {
        "@id": NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    about = [
        {"@id": _AUTHORS, "@type": "Organization", "name": said["authors"]},
        {"@id": _REVIEW, "@type": "ScholarlyArticle", "name": tables.cite("zhu2017review")},
        *({"@id": address, "@type": "CreativeWork", "name": name} for address, name in LICENCES.items()),
    ]
    parts = [_file(path, words) | {"license": {"@id": content}} for path, words in files.items()]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [own, release, *parts, *about]}


def _file(path, words):
    content = path.read_bytes()
    return {
        "@id": path.name,
        "@type": "File",
        "name": words,
        "encodingFormat": mimetypes.guess_type(path.name)[0],
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def write(files):
    """Write the description beside the files, and return its path."""
    path = next(iter(files)).parent / NAME
    path.write_text(json.dumps(described(files), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
