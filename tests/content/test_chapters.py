"""Every chapter has its parts, its stored outputs are today's, and its figures have their words and pictures."""

import json
import re

import prose
import pytest
import yaml
from checkout import CHAPTERS, NOTEBOOKS, ROOT
from sphinx_plotly_figures import figures, pictures

from sorafenib_book import tables
from sorafenib_book.book_ext.check_marks import marks
from tools.build import book, notebooks

HEADINGS = [
    "What this chapter answers",
    "How sure",
    "Where the review and its sources differ",
    "Exercises",
    "Limits",
    "Reuse",
]
GRADES = ["Read", "Change", "Write"]
MODELLED = "modelled from published summaries"


def name(index, cell):
    return f"cell {index + 1} ({cell.get('id')})"


def code_cells(notebook):
    return [(name(i, cell), cell) for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]


def lines(cell):
    return "".join(cell["source"]).strip().splitlines()


def tags(cell):
    return cell["metadata"].get("tags", [])


def test_table_of_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    assert sorted(f"{file}.ipynb" for file in files if file.startswith("chapters/")) == sorted(CHAPTERS)
    assert CHAPTERS, "the book has no chapter"


def test_outputs_are_current(notebook):
    reason = notebooks.stale(notebook)
    assert reason is None, f"{reason}: run `make figures`"


def test_a_trial_has_one_year(notebook):
    years = tables.read("studies").dropna(subset=["acronym", "year"]).groupby("acronym")["year"].agg(set)
    dated = re.compile(rf"\b({'|'.join(map(re.escape, years.index))})(?:, | \()((?:19|20)\d\d)\b")
    shown = prose.markdown_cells(notebook) + [json.dumps(cell["outputs"]) for _, cell in code_cells(notebook)]
    other = {f"{trial} {year}" for trial, year in dated.findall("\n".join(shown)) if int(year) not in years[trial]}
    assert not other, f"{sorted(other)}: not as in studies.csv; write a result of another report as report of its year"


def test_outputs_are_clean(notebook):
    assert "language_info" not in notebook["metadata"]
    for where, cell in code_cells(notebook):
        assert "execution" not in cell["metadata"], f"{where} stores times"
        # nbval would pass over such a cell, and compares no PNG.
        assert not [tag for tag in tags(cell) if tag.startswith("nbval") or tag == "raises-exception"], where
        for output in cell["outputs"]:
            assert output["output_type"] != "error", f"{where} ends in an error"
            assert output.get("name") != "stderr", f"{where} writes to stderr: {''.join(output['text'])}"
            assert "image/png" not in output.get("data", {}), f"{where} stores a PNG, which nobody compares"


def test_the_first_code_cell_sets_up(chapter):
    cells = code_cells(chapter)
    assert ["setup" in tags(cell) for _, cell in cells] == [True] + [False] * (len(cells) - 1), (
        "the first code cell, and no other, has the tag `setup`"
    )
    assert len(lines(cells[0][1])) <= 15, "the set-up cell has more than 15 lines"
    assert lines(cells[0][1])[0] == book.INSTALL
    assert lines(cells[0][1])[1].startswith("from sorafenib_book import "), "nothing is imported before the package"


def test_a_data_cell_stands_before_the_figures_that_it_is_for(notebook):
    names = {index: item["name"] for index, item in figures.figure_cells(notebook)}
    for index, cell in enumerate(notebook["cells"]):
        wanted = cell["metadata"].get("for", "").split()
        assert bool(wanted) == ("data" in tags(cell)), f"{name(index, cell)}: the tag `data` and the metadata `for`"
        later = [names[place] for place in names if place > index]
        assert set(wanted) <= set(later), f"{name(index, cell)} is for {wanted}; after it come {later}"


def test_parts_are_there(chapter):
    assert len(list(figures.figure_cells(chapter))) >= 3, "a chapter has at least three figures"
    headings = [heading for cell in prose.markdown_cells(chapter) for heading in prose.headings(cell)]
    assert [heading for heading in HEADINGS if heading not in headings] == []
    text = "\n".join(prose.markdown_cells(chapter))
    answer = re.search(r"^## What this chapter answers\n(.*?)^(?:## |<details)", text, re.S | re.M)[1]
    words = len(prose.words(answer))
    assert words <= 120, f"`What this chapter answers` has {words} words"
    told, objectives = re.search(r"<summary>What you will be able to do \((\d)\)(.*?)</details>", text, re.S).groups()
    assert len(re.findall(r"^\d\. ", objectives, re.M)) == int(told), "the fold tells another number of objectives"
    assert text.index("</details>") < text.index('<p class="marks">') < text.index("\n## ", text.index("## What this"))


def test_exercises_have_grades_and_solutions_that_run(chapter):
    exercises, computed, checked, solution = {}, {}, set(), None
    for cell in chapter["cells"]:
        if cell["cell_type"] == "code" and solution:
            assert {"solution", "check"} & set(tags(cell)), f"the cell {cell.get('id')} of a solution is not tagged"
            if "check" not in tags(cell):
                computed[solution] = cell["outputs"]
            else:
                checked.add(solution)
        for kind, argument, options in prose.directives("".join(cell["source"])) if cell["cell_type"] != "code" else ():
            if kind == "exercise":
                exercises[options["label"]] = argument
            elif kind == "solution-start":
                assert options.get("class") == "dropdown", f"the solution of {argument} is not hidden"
                solution = argument
            elif kind == "solution-end":
                solution = None
    graded = [title.partition(": ")[0] for title in exercises.values()]
    assert set(graded) == set(GRADES), f"each grade of {GRADES}, before a colon, and no other: {exercises}"
    assert len(set(exercises.values())) == len(exercises), "two exercises of one name"
    unsolved = [label for label in exercises if not computed.get(label)]
    assert unsolved == [], "exercises without a solution in which a cell runs and shows something"
    unchecked = [label for label, title in exercises.items() if title.startswith("Write") and label not in checked]
    assert unchecked == [], "exercises to write without a cell tagged `check`, which tells a student what is wrong"


def test_figures_have_words(notebook):
    for index, item in figures.figure_cells(notebook):
        where, caption, alt = f"{name(index, notebook['cells'][index])}, {item['name']}", item["caption"], item["alt"]
        assert len(alt) >= 80, f"{where}: an alternative text of {len(alt)} characters says too little"
        assert not re.search(r"<Figure|\w\.(svg|png|html)\b|\w/\w+/", alt), f"{where}: {alt}"
        assert len(caption) >= 40 and caption.rstrip().endswith("."), f"{where}: {caption}"
        assert alt.strip() != caption.strip(), f"{where}: alternative text and caption are the same"


def test_figures_tell_how_far_their_numbers_were_checked(chapter):
    assert marks(chapter).total(), "no figure of the chapter has check marks"


def test_figures_show_verified_numbers_only(notebook):
    found = {
        item["name"]: marks({"cells": [notebook["cells"][index]]})["unchecked"]
        for index, item in figures.figure_cells(notebook)
    }
    assert {figure: number for figure, number in found.items() if number} == {}, "draw `provenance.verified` tables"


def test_a_symbol_that_is_no_circle_is_named_in_the_picture(notebook):
    for _, item in figures.figure_cells(notebook):
        if item["name"].endswith(("-network", "-graph")):
            continue  # their legend shows lines and boxes
        # a pooled estimate has a row with its name; an arrow at the axis's end says that the interval goes on
        drawn, named = set(), {"circle", "diamond-wide", "arrow-left", "arrow-right"}
        for trace in item["figure"]["data"]:
            symbols = trace.get("marker", {}).get("symbol") or "circle"
            # what a cross means holds for filled and for open marks
            symbols = {s.replace("x-open", "x") for s in ([symbols] if isinstance(symbols, str) else symbols)}
            drawn |= symbols
            if trace.get("name") and trace.get("showlegend") is not False and len(symbols) == 1:
                named |= symbols
        assert drawn <= named, f"{item['name']}: nothing says what {drawn - named} means"


def test_modelled_figures_say_so(notebook):
    for index, item in figures.figure_cells(notebook):
        source, caption = "".join(notebook["cells"][index]["source"]), item["caption"].lower()
        if re.search(r"\bsurvival\.fit\(", source):
            words = MODELLED
        elif "modelled" in (str(item["figure"]) + caption).lower():
            words = "modelled"
        elif "model" in caption:
            words = "model"
        else:
            continue
        for part in ("caption", "alt"):
            assert words in item[part].lower(), f"{item['name']}: its {part} does not say {words!r}"
        [picture] = (ROOT / "figures").glob(f"*/{item['name']}.svg")
        drawn = " ".join(re.findall(r">([^<>]+)<", picture.read_text(encoding="utf-8"))).lower()
        words = words if "survival_chart" in source else "model"
        assert words in drawn, f"{item['name']}: its picture does not say {words!r}"


def test_ticks_are_labelled_with_their_own_values(notebook):
    for _, item in figures.figure_cells(notebook):
        for key, axis in item["figure"]["layout"].items():
            if re.match(r"[xy]axis", key):
                pairs = zip(axis.get("tickvals", []), axis.get("ticktext", []), strict=False)
                wrong = [(at, label) for at, label in pairs if not isinstance(label, str) and label != at]
                assert wrong == [], f"{item['name']}, {key}: a tick says another number than its own"


def test_figure_names_are_unique():
    names = [item["name"] for notebook in NOTEBOOKS.values() for _, item in figures.figure_cells(notebook)]
    assert sorted(names) == sorted(set(names))


def test_pictures_are_current():
    stems = {path.rpartition("/")[2].removesuffix(".ipynb"): notebook for path, notebook in NOTEBOOKS.items()}
    stale = [f"{stem}/{item['name']}" for stem, item in pictures.missing(stems, [ROOT / "figures"])]
    assert stale == [], "pictures missing or drawn from another figure: run `make figures`"
    assert pictures.orphans(stems, ROOT / "figures") == [], "pictures of no figure: run `make figures`"


@pytest.mark.parametrize("change", ["a value", "a layout"])
def test_a_picture_of_another_figure_is_stale(change, tmp_path):
    item = {"name": "fig-a", "figure": {"data": [{"x": [1]}], "layout": {}}}
    for path in ("fig-a.svg", "fig-a-narrow.svg"):
        (tmp_path / "chapter").mkdir(exist_ok=True)
        (tmp_path / "chapter" / path).write_text(f"<svg/><!-- figure {figures.digest(item['figure'])} -->")
    assert pictures.find("chapter", "fig-a", item["figure"], [tmp_path])
    other = {"data": [{"x": [2]}], "layout": {}} if change == "a value" else {"data": [{"x": [1]}], "layout": {"a": 1}}
    assert pictures.find("chapter", "fig-a", other, [tmp_path]) is None


def test_no_word_of_a_picture_is_tiny():
    paths = sorted((ROOT / "figures").rglob("*.svg"))
    small = {}
    for path in paths:
        sizes = re.findall(r"<t(?:ext|span)\b[^>]*font-size: ([\d.]+)px", path.read_text(encoding="utf-8"))
        small |= {f"{path.parent.name}/{path.name}": size for size in map(float, sizes) if size < 9}
    assert paths and not small


def test_every_picture_says_its_margins():
    for path in sorted((ROOT / "figures").rglob("*.svg")):
        assert pictures.margin(path.read_text(encoding="utf-8")), f"{path.name} does not say its margins"
