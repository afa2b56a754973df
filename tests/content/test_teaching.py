"""The teaching guide names only what exists, its lessons last 45 minutes, and its numbers are those of the book."""

import re

import prose
import pytest
from checkout import CHAPTERS, NOTEBOOKS, ROOT

TEXT = (ROOT / "reference" / "teaching.md").read_text(encoding="utf-8")
LESSONS = dict(re.findall(r"^## (Lesson \d+: .*?)\n(.*?)(?=^## |\Z)", TEXT, re.S | re.M))
PARTS = ["**For** ", "**Before:** ", "**Afterwards they can**", "**Figures and cells:** ", "| Time |", "**Questions**"]
PARTS += ['<details class="solution"><summary>Answers to lesson', "**What goes wrong.**"]
CELLS = {name: cell for notebook in NOTEBOOKS.values() for name, cell in prose.named_cells(notebook).items()}
EXERCISES = {
    options["label"]
    for notebook in CHAPTERS.values()
    for cell in prose.markdown_cells(notebook)
    for kind, _, options in prose.directives(cell)
    if kind == "exercise"
}


def links(text):
    return [link for _, found in prose.passages(text) for link in found]


def exists(target):
    """Whether a link's target is a cell that can be copied, an exercise, or a page or section of the book."""
    if target.startswith("../data/"):
        return True  # compared with the data elsewhere
    path, _, anchor = target.partition("#")
    if not path:
        return anchor in EXERCISES or "reusable" in CELLS.get(anchor, {"metadata": {}})["metadata"].get("tags", [])
    page = (ROOT / "reference" / path).resolve()
    if not page.is_file() or not anchor:
        return page.is_file()
    cells = prose.markdown_cells(NOTEBOOKS[page.relative_to(ROOT).as_posix()])
    headings = [heading for cell in cells for heading in prose.headings(cell)]
    return anchor in [re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings]


def listed(text, start, end):
    return re.findall(r"^\d\. ", text.partition(start)[2].partition(end)[0], re.M)


def test_there_are_lessons_for_every_chapter():
    assert len(LESSONS) >= 6
    named = {target[1:] for text in LESSONS.values() for _, target in links(text) if target.startswith("#")}
    for path, chapter in CHAPTERS.items():
        assert named & prose.named_cells(chapter).keys(), f"no lesson uses {path}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_its_parts(lesson):
    text = LESSONS[lesson]
    places = [text.find(part) for part in PARTS]
    assert -1 not in places and places == sorted(places), dict(zip(PARTS, places, strict=True))
    assert len(listed(text, PARTS[2], PARTS[3])) >= 3, "at least three objectives"
    assert len(listed(text, PARTS[5], PARTS[6])) == len(listed(text, PARTS[6], PARTS[7])) >= 3, "questions and answers"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_lasts_45_minutes(lesson):
    minutes = [int(m) for m in re.findall(r"^\| (\d+)&nbsp;min \|", LESSONS[lesson], re.M)]
    assert sum(minutes) == 45, f"{' + '.join(map(str, minutes))} = {sum(minutes)}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_names_what_exists(lesson):
    assert [target for _, target in links(LESSONS[lesson]) if not exists(target)] == []


def test_numbers_are_those_of_the_book():
    problems = [
        f"{number}: {sentence}" for words, _ in prose.passages(TEXT) for number, sentence in prose.loose_numbers(words)
    ]
    problems += [
        f"[{shown}]({target}): the stored output does not show {number}"
        for shown, target in links(TEXT)
        if re.match("#(?:fig|tab)-", target)
        for number in prose.numbers(shown)
        if not prose.occurs(number, prose.output_numbers(CELLS[target[1:]]))
    ]
    assert problems == []
