"""Copies of chapters for students: words for the book's markup, no solutions, and checks that tell what is wrong."""

import re

import pandas as pd
import pytest
from checkout import CHAPTERS, ROOT

from tools.outputs import copies, student

NUMBERED = copies.numbers()
#: Wrong answers to exercises, and what their check says of them.
WRONG = {
    "acquired-papers": ("counts = evidence.groupby('mechanism')['id'].agg(papers='size')[1:]", "only support"),
    "combination-interval": ("low, high = 0.5, 1.2", "equal distances"),
    "emerging-ladder": ("highest = strategies.groupby('mechanism')['evidence'].min()", "another row reaches further"),
    "emerging-contested": ("contested = findings.set_index('id')", "nothing contradicts"),
    "sides": ("sides = pd.DataFrame({'one-sided': [.1] * 2, 'two-sided': [.1] * 2})", "two tails are twice one"),
    "crossing": ("shapes, crossing = [1.48, 1.48], 28", "two points"),
    "primary-ten": ("at_least_one, expected = 0.9, 1", "what chance"),
    "primary-interval": ("low, high = 1.71 / 2, 1.71 * 2", "is yours two-sided"),
    "targets-none": ("upper = pd.Series({'lung': 5.9, 'breast': 15, 'children': 15})", "1 in 40"),
    "targets-omit": (
        "left_out = pd.DataFrame({'at 600 mg, %': 1}, index=toxicity['study'])",
        "nearly all rows are alike",
    ),
    "traditional-events": ("hr, needed = [0.84, 0.79], [300, 200]", "another power"),
}


def sources(notebook, kind):
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == kind]


def cells(notebook, tag):
    return [cell for cell in notebook["cells"] if tag in cell["metadata"].get("tags", [])]


def test_a_student_sees_no_solution(chapter):
    copy = copies.copied(chapter, NUMBERED, solutions=False)
    assert not cells(copy, "solution") and not re.search("(?i)solution", "".join(sources(copy, "markdown")))
    titles = re.findall(r"^\*\*Exercise \d+: (\w+)", "\n".join(sources(copy, "markdown")), re.M)
    places = [index for index, cell in enumerate(copy["cells"]) if "check" in cell["metadata"].get("tags", [])]
    assert len(places) == titles.count("Write") >= 1
    assert [copy["cells"][place - 1]["source"] for place in places] == [""] * len(places), "no room for an answer"
    assert not any(copy["cells"][place]["outputs"] for place in places)
    assert "## Quiz" not in "\n".join(sources(copy, "markdown"))


def test_solutions_are_folded_elsewhere(chapter):
    copy = copies.copied(chapter, NUMBERED)
    text = "\n".join(sources(copy, "markdown"))
    assert text.count("<details><summary>Solution of Exercise") == len(cells(copy, "solution")) >= 3
    assert text.count("<details") == text.count("</details>")
    assert all(cell["metadata"]["jupyter"]["source_hidden"] for cell in cells(copy, "solution"))


@pytest.mark.parametrize("solutions", [True, False])
def test_copies_have_words_for_markup(solutions, chapter):
    text = "\n".join(sources(copies.copied(chapter, NUMBERED, solutions), "markdown"))
    assert re.findall(r"\{[\w:-]+\}`|^(?:```|:::)\{|^\([\w-]+\)=$|\]\((?!http)", text, re.M) == []
    assert re.search(r"\([A-Z][\w-]+ (?:19|20)\d\d", text) and re.search(r"\bFigure \d+\b", text)


def test_words_of_an_exercise():
    text = "```{exercise} Write: a\n:label: exercise-sides\n\nSee {numref}`fig-story` {cite:p}`llovet2008sharp`.\n```"
    numbered = {"exercise-sides": "Exercise 7", "fig-story": "Figure 1"}
    assert copies.in_words(text, numbered) == "**Exercise 7: Write: a**\n\nSee Figure 1 (Llovet 2008).\n"


@pytest.mark.parametrize("answer", WRONG)
def test_a_check_tells_what_is_wrong(answer):
    [(chapter, check)] = [
        (chapter, cell)
        for chapter in CHAPTERS.values()
        for cell in cells(chapter, "check")
        if cell["id"] == f"{answer}-check"
    ]
    names, (wrong, told) = {}, WRONG[answer]
    # a set-up changes how pandas writes numbers, which other tests read
    with pd.option_context("display.float_format", None):
        for code in ("".join(cells(chapter, "setup")[0]["source"]), wrong):
            exec(code, names)
        with pytest.raises(AssertionError, match=told):
            exec("".join(check["source"]), names)


def test_a_lesson_for_a_class_has_no_answers():
    guide = (ROOT / "reference" / "teaching.md").read_text(encoding="utf-8")
    lessons = student.lessons(guide, NUMBERED)
    assert len(lessons) == len(re.findall("^## Lesson", guide, re.M))
    for text in lessons.values():
        assert "**Questions**" in text and "Afterwards they can" in text
        assert not re.search(r"Answers|What goes wrong|min \|", text)
