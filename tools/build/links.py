"""Ask the internet whether the DOIs of data/references.bib and the pages' links to other sites lead somewhere.

usage: links.py     names those that do not, and fails if there are any; needs a built book
"""

import concurrent.futures
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

from bs4 import BeautifulSoup

from tools.build import book

#: Answers of sites that are there but turn programs away.
REFUSED = {401, 403, 405, 406, 418, 429}
_DOI = re.compile(r"^\s*doi\s*=\s*\{([^}]+)\}", re.MULTILINE)


def dois(bibliography):
    """Addresses that tell whether a DOI is registered, by DOI; publishers turn programs away, the registry does not."""
    found = sorted(set(_DOI.findall(bibliography)))
    return {f"doi:{doi}": f"https://doi.org/api/handles/{urllib.parse.quote(doi)}" for doi in found}


def outside(site):
    """Links of the built pages to other sites, DOIs aside, by address."""
    pages = [BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in site.rglob("*.html")]
    found = {tag["href"].partition("#")[0] for page in pages for tag in page.select('a[href^="http"]')}
    return {address: address for address in sorted(found) if not re.match(r"https?://(dx\.)?doi\.org/", address)}


def problem(address):
    """Tell what is wrong with an address, or None; a site that fails once is asked again."""
    said = None
    for _ in range(2):
        request = urllib.request.Request(address, headers={"User-Agent": "link check of a book"})
        try:
            with urllib.request.urlopen(request, timeout=30):
                return None
        except urllib.error.HTTPError as error:
            if error.code in REFUSED:
                return None
            said = f"answers {error.code}"
        except OSError as error:
            said = str(getattr(error, "reason", error))
    return said


def main():
    wanted = dois((book.ROOT / "data" / "references.bib").read_text(encoding="utf-8")) | outside(book.SITE)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = dict(zip(wanted, pool.map(problem, wanted.values()), strict=True))
    dead = {name: said for name, said in answers.items() if said}
    for name, said in dead.items():
        print(f"{name}: {said}")
    sys.exit(f"{len(dead)} of {len(wanted)} links lead nowhere" if dead else 0)


if __name__ == "__main__":
    main()
