"""Put together what a release holds, from the built book and its PDF.

usage: release.py     writes archives beside the PDF into _build/release, and the site that offers them and slides into
                      _build/site

Files keep the time of the commit and their order, so one commit gives the same bytes.
"""

import re
import shutil
import sys
import zipfile

from tools.build import book, front_matter
from tools.outputs import crate, slides, student

PUBLISHED = book.BUILD / "site"
FIRST, DOWNLOADS, TEACHING = "index.html", "reference/downloads.html", "reference/teaching.html"
LICENCES = ("LICENSE", "LICENSE-CONTENT")
#: What a page says until a release is made.
_PLACE = re.compile(r'(?<=<div class="released docutils container">).*?(?=</div>)', re.DOTALL)
_OF_A_CHAPTER = re.compile(r'<span class="released">.*?</span>', re.DOTALL)
WORDS = {
    ".pdf": "The whole book as PDF, to print or to read",
    "-offline.zip": "The whole site as an archive: unpack it and open index.html, no network needed",
    "-data.zip": "The data package: all tables with their description",
    "-slides.zip": "Slides of each chapter as an archive: unpack it and open a chapter, no network needed",
    "-student.zip": "For a class: notebooks, slides and lessons without solutions",
}


def archive(site, target):
    """Put the built site, or the decks of slides, into a zip archive that opens without a server.

    Parameters
    ----------
    site : Path
        The folder.
    target : Path
        The archive; its one folder has its name.
    """
    when = front_matter.commit_time().timetuple()[:6]
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    files |= {name: book.ROOT / name for name in LICENCES}
    with zipfile.ZipFile(target, "w") as made:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{target.stem}/{name}", when)
            made.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def publish(site, files, decks, handed_out, target):
    """Copy the built site, with the released files, the slides, what a class gets, and links to all of it.

    Parameters
    ----------
    site : Path
        The built book.
    files : dict of Path to str
        Released files, and what each is.
    decks : dict of Path to str
        Decks of slides, and their chapters' titles.
    handed_out : Path
        Folder of what a class gets, see `student`.
    target : Path
        Folder of the site to publish; what it held is replaced.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(site, target)
    shutil.copytree(next(iter(decks)).parent, target / "slides")
    shutil.copytree(handed_out / "notebooks", target / "student")
    folder = target / "downloads"
    folder.mkdir()
    offered, shown = "", ""
    for path, words in files.items():
        shutil.copy(path, folder)
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        offered += f'<li><a href="UP/downloads/{path.name}" download>{words}</a> ({size})</li>\n'
    for path, title in decks.items():
        deck, notebook = f"UP/slides/{path.name}", f"UP/student/{path.stem}.ipynb"
        links = f'<a href="{deck}">Slides</a>\n  <a href="{notebook}" download>Student\'s notebook</a>'
        shown += f'<li><a href="{deck}">{title}</a></li>\n'
        _put(target, f"chapters/{path.name}", _OF_A_CHAPTER, links)
    _put(target, FIRST, _PLACE, f"<ul>{offered}</ul>")
    _put(target, DOWNLOADS, _PLACE, f"<ul>{offered}</ul>")
    _put(target, TEACHING, _PLACE, f"<p>Slides of each chapter:</p>\n<ul>{shown}</ul>\n<ul>{offered}</ul>")


def _put(site, page, place, words):
    path, up = site / page, "/".join([".."] * page.count("/")) or "."
    text, count = place.subn(lambda _: words.replace("UP/", f"{up}/"), path.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{page} has {count} places for what is released, and one was expected")
    path.write_text(text, encoding="utf-8")


def main():
    files = {front_matter.release_file(ending): words for ending, words in WORDS.items()}
    [pdf, offline, data, shown, handed_out] = files
    if not pdf.is_file():
        sys.exit(f"There is no {pdf.relative_to(book.ROOT)}; call `make release`.")
    decks = slides.build(book.SITE, slides.SLIDES)
    student.build(student.STUDENT, book.SITE)
    archive(book.SITE, offline)
    archive(slides.SLIDES, shown)
    archive(student.STUDENT, handed_out)
    shutil.copy(next((book.SITE / "_data").glob("*.zip")), data)
    publish(book.SITE, files, decks, student.STUDENT, PUBLISHED)
    shutil.copy(crate.write(files), PUBLISHED / "downloads")
    for path in files:
        book.say(f"{path.relative_to(book.ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    book.say(f"{PUBLISHED.relative_to(book.ROOT)} is the site to publish")


if __name__ == "__main__":
    main()
