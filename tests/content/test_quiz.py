"""The quiz of each chapter: five questions, each with one right answer that says what it rests on."""

import re

import prose
import pytest
from checkout import CHAPTERS, NOTEBOOKS, ROOT

from sorafenib_book.book_ext import datatables, quiz

PAGES = [path.removesuffix(".ipynb") for path in CHAPTERS]
CELLS = {name: cell for notebook in NOTEBOOKS.values() for name, cell in prose.named_cells(notebook).items()}


@pytest.mark.parametrize("page", PAGES)
def test_a_chapter_has_five_questions_with_one_right_answer(page):
    asked = quiz.questions(ROOT, page)
    assert len(asked) == len({each["question"] for each in asked}) == 5
    for each in asked:
        right = [answer for answer in each["answers"] if answer.get("right")]
        assert len(each["answers"]) >= 3 and len(right) == 1, each["question"]
        assert re.search(r"\]\(|\{numref\}", right[0]["because"]), f"{each['question']} rests on nothing"
        assert all(isinstance(answer["says"], str) for answer in each["answers"]), "quote Yes and No"
        assert all(len(answer["because"]) > 40 for answer in each["answers"]), each["question"]
    places = [[bool(answer.get("right")) for answer in each["answers"]].index(True) for each in asked]
    assert len(set(places)) > 1, "the right answer always stands in one place"


@pytest.mark.parametrize("page", PAGES)
def test_numbers_of_a_quiz_are_those_of_the_book(page):
    problems = []
    for each in quiz.questions(ROOT, page):
        texts = [each["question"], *(answer["because"] for answer in each["answers"])]
        for words, links in prose.passages("\n\n".join(texts)):
            problems += prose.loose_numbers(words)
            for shown, target in links:
                if datatables.CELL_LINK.fullmatch(target):
                    problems += filter(None, [datatables.disagreement(shown, target, ROOT / "data")])
                elif re.match("#(?:fig|tab)-", target):
                    values = prose.output_numbers(CELLS[target[1:]])
                    problems += [shown for number in prose.numbers(shown) if not prose.occurs(number, values)]
    assert problems == []


def test_a_page_without_questions_is_named(tmp_path):
    (tmp_path / "reference").mkdir()
    (tmp_path / quiz.FILE).write_text("chapters/a: []\n")
    with pytest.raises(quiz.QuizError, match="no questions for chapters/b, only for chapters/a"):
        quiz.questions(tmp_path, "chapters/b")
