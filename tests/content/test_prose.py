"""Every number in the prose is one that the data or a computed output holds."""

import re

import prose
import pytest
from checkout import NOTEBOOKS, ROOT
from sphinx_plotly_figures import figures

from sorafenib_book.book_ext import datatables

PAGES = {
    path.relative_to(ROOT).as_posix(): [path.read_text(encoding="utf-8")]
    for path in [*ROOT.glob("*.md"), *(ROOT / "reference").rglob("*.md")]
} | {path: prose.markdown_cells(notebook) for path, notebook in NOTEBOOKS.items()}


@pytest.mark.parametrize("page", PAGES)
def test_links_agree_with_the_data(page):
    problems = [
        problem
        for text in PAGES[page]
        for _, links in prose.passages(text)
        for shown, target in links
        if datatables.CELL_LINK.fullmatch(target) and (problem := datatables.disagreement(shown, target, ROOT / "data"))
    ]
    assert not problems, f"{page}:\n" + "\n".join(problems)


def test_links_agree_with_computed_outputs(notebook):
    cells, problems = prose.named_cells(notebook), []
    for text in prose.markdown_cells(notebook):
        for shown, target in (link for _, links in prose.passages(text) for link in links):
            if not re.match("#(?:fig|tab)-", target) or not prose.numbers(shown):
                continue
            if target[1:] not in cells:
                problems.append(f"[{shown}]({target}): no code cell has that name")
                continue
            values = prose.output_numbers(cells[target[1:]])
            problems += [
                f"[{shown}]({target}): the stored output of {target[1:]} does not show {number}"
                for number in prose.numbers(shown)
                if not prose.occurs(number, values)
            ]
    assert not problems, "\n" + "\n".join(problems)


def test_the_first_page_agrees_with_computed_outputs():
    cells = {name: cell for notebook in NOTEBOOKS.values() for name, cell in prose.named_cells(notebook).items()}
    links = [link for _, found in prose.passages(*PAGES["index.md"]) for link in found]
    computed = [(shown, target) for shown, target in links if re.match("#(?:fig|tab)-", target)]
    assert computed, "the first page names no computed number"
    for shown, target in computed:
        values = prose.output_numbers(cells[target[1:]])
        assert all(prose.occurs(number, values) for number in prose.numbers(shown)), f"[{shown}]({target})"


def test_no_number_is_loose(chapter):
    problems = [
        f"cell {i + 1} ({cell.get('id')}): {number} in: {sentence}"
        for i, cell in enumerate(chapter["cells"])
        if cell["cell_type"] == "markdown"
        for passage, _ in prose.passages("".join(cell["source"]))
        for number, sentence in prose.loose_numbers(passage)
    ]
    assert not problems, "numbers without a link to their cell of data/ or their computed output:\n" + "\n".join(
        problems
    )


def test_captions_agree_with_their_figures(notebook):
    problems = []
    for index, item in figures.figure_cells(notebook):
        values = prose.output_numbers(notebook["cells"][index])
        problems += [
            f"{item['name']}, {part}: the figure does not show {number}: {sentence}"
            for part in ("caption", "alt")
            for number, sentence in prose.loose_numbers(item[part])
            if not prose.occurs(number, values, sentence)
        ]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("SHARP met [602](../data/studies.csv#sharp.patients) patients.", []),
        ("SHARP met 602 patients.", ["602"]),
        ("SHARP met [602](https://example.org) patients.", ["602"]),
        ("About 44% of 2000 patients.", ["44", "2000"]),
        ("On 16 November 2007, in the 1990s, and from 2017 to 2025.", []),
        ("The 95% CI of a 95% gain.", ["95"]),
        ("VEGFR-2, ERBB3, NCT00105443, miR-181a, 5-FU and grade 3-4 events.", []),
        ("Median survival was 12 months; 44% lived at 12 months.", ["12", "44"]),
        ("Figure 2 of the review, `n = 3`, $x_1$ and {cite:p}`llovet2008sharp`.", []),
        ("## 3 parts\n\n1. one\n2. two", []),
        ("| trial | months |\n|---|---|\n| SHARP | 10.7 |", ["10.7"]),
        ("```{exercise} Title\n:label: exercise-1\n\nA gain of 2.8 months.\n```", ["2.8"]),
        ("```{code-cell} python3\n1 + 1\n```", []),
    ],
)
def test_what_counts_as_loose(text, loose):
    found = [number for passage, _ in prose.passages(text) for number, _ in prose.loose_numbers(passage)]
    assert found == loose
