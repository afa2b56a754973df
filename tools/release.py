"""Put together what a release holds, from the built book and its PDF.

usage: release.py     writes archives beside the PDF into _build/release, and the site that offers them into _build/site

Files keep the time of the commit and their order, so one commit gives the same bytes.
"""

import re
import shutil
import sys
import zipfile

import about
import book

PUBLISHED = book.BUILD / "site"
PAGE = "reference/downloads.html"
LICENCES = ("LICENSE", "LICENSE-CONTENT")
_PLACE = re.compile(r'(<div class="released[^"]*">).*?(</div>)', re.DOTALL)
WORDS = {
    ".pdf": "The whole book as PDF, to print or to read",
    "-offline.zip": "The whole site as an archive: unpack it and open index.html, no network needed",
    "-data.zip": "The data package: all tables with their description",
}


def archive(site, target):
    """Put the built site into a zip archive that opens without a server.

    Parameters
    ----------
    site : Path
        The built book.
    target : Path
        The archive; its one folder has its name.
    """
    when = about.commit_time().timetuple()[:6]
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    files |= {name: book.ROOT / name for name in LICENCES}
    with zipfile.ZipFile(target, "w") as made:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{target.stem}/{name}", when)
            made.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def publish(site, files, target):
    """Copy the built site, with the released files and their links on its page of downloads.

    Parameters
    ----------
    site : Path
        The built book.
    files : dict of Path to str
        Released files, and what each is.
    target : Path
        Folder of the site to publish; what it held is replaced.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(site, target)
    folder = target / "downloads"
    folder.mkdir()
    listed = ""
    for path, words in files.items():
        shutil.copy(path, folder)
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        listed += f'<li><a href="../downloads/{path.name}" download>{words}</a> ({size})</li>\n'
    page = target / PAGE
    text, count = _PLACE.subn(rf"\g<1><ul>{listed}</ul>\g<2>", page.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{PAGE} has {count} places for released files, and one was expected")
    page.write_text(text, encoding="utf-8")


def main():
    files = {about.release_file(ending): words for ending, words in WORDS.items()}
    [pdf, offline, data] = files
    if not pdf.is_file():
        sys.exit(f"There is no {pdf.relative_to(book.ROOT)}; call `make release`.")
    archive(book.SITE, offline)
    shutil.copy(next((book.SITE / "_data").glob("*.zip")), data)
    publish(book.SITE, files, PUBLISHED)
    for path in files:
        book.say(f"{path.relative_to(book.ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    book.say(f"{PUBLISHED.relative_to(book.ROOT)} is the site to publish")


if __name__ == "__main__":
    main()
