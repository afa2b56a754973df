"""Write what a class gets: notebooks and slides without solutions, and each lesson without the teacher's notes.

usage: student.py       into _build/student, from the built book
"""

import re
import shutil
import sys

from tools.build import book, notebooks
from tools.outputs import copies, slides

STUDENT = book.BUILD / "student"
GUIDE = book.ROOT / "reference" / "teaching.md"
# Of a lesson a class sees what comes before the answers, without the plan of the hour.
_LESSON = re.compile(r"^## (Lesson (\d+): .*?)\n(.*?)^<details", re.DOTALL | re.MULTILINE)
_PLAN = re.compile(r"^\|.*\n", re.MULTILINE)


def lessons(guide, numbered):
    """Take from the teaching guide what a class sees.

    Parameters
    ----------
    guide : str
        The guide, in Markdown.
    numbered : dict of str to str
        What `copies.numbers` gives.

    Returns
    -------
    dict of str to str
        Markdown of each lesson by its number: for whom, objectives, figures and questions.
    """
    return {
        number: copies.in_words(f"# {title}\n{_PLAN.sub('', text).strip()}\n", numbered)
        for title, number, text in _LESSON.findall(guide)
    }


def build(folder, site):
    """Write notebooks, lessons and slides.

    Parameters
    ----------
    folder : pathlib.Path
        Where they go; what was there is replaced.
    site : pathlib.Path
        The built book, for the slides.
    """
    shutil.rmtree(folder, ignore_errors=True)
    numbered = copies.numbers()
    (folder / "notebooks").mkdir(parents=True)
    wheel = book.package(folder / "notebooks")
    for path in sorted(notebooks.CHAPTERS.glob("*.ipynb")):
        copy = copies.copied(notebooks.read(path), numbered, solutions=False)
        notebooks.write(book.installing(copy, wheel.name), folder / "notebooks" / path.name)
    for number, text in lessons(GUIDE.read_text(encoding="utf-8"), numbered).items():
        (folder / f"lesson_{number}.md").write_text(text, encoding="utf-8")
    slides.build(site, folder / "slides", solutions=False)


if __name__ == "__main__":
    if not (book.SITE / "chapters").is_dir():
        sys.exit("run `make book` first")
    build(STUDENT, book.SITE)
    book.say(f"{STUDENT.relative_to(book.ROOT)} holds notebooks, lessons and slides for a class, without solutions")
