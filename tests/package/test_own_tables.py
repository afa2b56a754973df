"""A folder of one's own, with other tables than the book's: rules hold where they apply, what is missing is named."""

import json

import pytest
from broken_tables import message

from sorafenib_book import tables

TRIALS = {
    "fields": [
        {"name": "trial"},
        {"name": "p", "type": "number", "constraints": {"minimum": 0, "maximum": 1}},
        {"name": "hr", "type": "number"},
        {"name": "hr_low", "type": "number"},
        {"name": "hr_high", "type": "number"},
        {"name": "year", "type": "year"},
    ],
    "primaryKey": "trial",
    "missingValues": ["", "NA"],
}
ARMS = {
    "fields": [{"name": "trial", "type": "string"}, {"name": "arm", "type": "string"}, {"name": "months"}],
    "primaryKey": ["trial", "arm"],
    "foreignKeys": [{"fields": "trial", "reference": {"resource": "trials", "fields": "trial"}}],
}
# a table with the name of one of the book's, and other columns
STUDIES = {"fields": [{"name": "name"}, {"name": "level"}, {"name": "patients", "type": "integer"}]}
FILES = {
    "trials.csv": "trial,p,hr,hr_low,hr_high,year\none,0.03,0.7,0.5,0.9,2001\ntwo,NA,1.1,0.8,1.4,2002\n",
    "results/arms.csv": "trial,arm,months\none,a,6\none,b,7\ntwo,a,8\n",
    "studies.csv": "name,level,patients\nfirst,high,12\nfirst,low,\n",
}


@pytest.fixture
def folder(tmp_path):
    resources = [
        {"name": name, "path": path, "schema": schema}
        for name, path, schema in zip(("trials", "arms", "studies"), FILES, (TRIALS, ARMS, STUDIES), strict=True)
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "mine", "resources": resources}))
    (tmp_path / "results").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_own_tables_are_read(folder):
    assert tables.names(folder) == ["trials", "arms", "studies"]
    tables.check(folder)
    trials = tables.read("trials", str(folder))
    assert trials["p"].isna().tolist() == [False, True] and trials["hr"].tolist() == [0.7, 1.1]
    assert tables.read("arms", folder)["arm"].tolist() == ["a", "b", "a"]
    assert tables.read("studies", folder)["patients"].sum() == 12
    assert tables.schema("arms", folder) == ARMS
    assert [path.name for path in tables.listed(folder)] == [
        "datapackage.json",
        "trials.csv",
        "arms.csv",
        "studies.csv",
    ]


# file, what stands in it, what stands there instead, and the one sentence that says so
BROKEN = {
    "a P value of 3": (
        ("trials.csv", "0.03", "3"),
        'trials.csv line 2 (one), column p: found "3", expected at most 1.',
    ),
    "an interval beside its estimate": (
        ("trials.csv", "0.7,", "0.4,"),
        "trials.csv line 2 (one), column hr: found 0.4, expected a value within its interval, 0.5 to 0.9.",
    ),
    "a trial twice": (
        ("trials.csv", "two,", "one,"),
        'trials.csv line 3 (one), column trial: found "one" 2 times, expected it once.',
    ),
    "an arm twice": (
        ("results/arms.csv", "one,b", "one,a"),
        'results/arms.csv line 3 (one, a), column trial and arm: found "one, a" 2 times, expected it once.',
    ),
    "an unknown trial": (
        ("results/arms.csv", "two,a", "six,a"),
        'results/arms.csv line 4 (six, a), column trial: found "six", expected a value of trial in trials.csv.',
    ),
    "a column that is not there": (
        ("studies.csv", "level", "grade"),
        "studies.csv, column level: found no such column, expected the column, as datapackage.json names it.",
    ),
    "a column twice": (
        ("studies.csv", "name,level,", "name,name,level,"),
        "studies.csv, column name: found an extra column, expected only the columns of datapackage.json.",
    ),
    "a table that is not there": (
        ("datapackage.json", '"resource": "trials"', '"resource": "tests"'),
        "results/arms.csv, column trial: the data package has no table tests, to which it refers.",
    ),
    "a column that is not there to refer to": (
        ("datapackage.json", '"resource": "trials", "fields": "trial"', '"resource": "trials", "fields": "id"'),
        "results/arms.csv, column trial: the table trials has no column id, to which it refers.",
    ),
    "a bibliography that is not there": (
        ("datapackage.json", '{"name": "level"}', '{"name": "level", "references": "bibliography"}'),
        "studies.csv, column level: there is no references.bib, to whose entries it refers.",
    ),
    "no schema": (
        ("datapackage.json", '"path": "studies.csv", "schema"', '"path": "studies.csv", "described"'),
        "resource studies: expected a schema with fields, one for each column.",
    ),
    "broken JSON": (("datapackage.json", '"name": "mine",', '"name": "mine"'), "expected JSON in UTF-8."),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_named(folder, case):
    (name, before, after), said = BROKEN[case]
    text = (folder / name).read_text()
    assert text.count(before) == 1
    (folder / name).write_text(text.replace(before, after))
    assert said in message(folder).splitlines()[0]


def test_a_table_with_an_id_twice_is_not_read(folder):
    (folder / "trials.csv").write_text("trial,p,hr,hr_low,hr_high,year\n" + "one,,,,,\ntwo,,,,,\n" * 2)
    said = 'trials.csv line 4 (one), column trial: found "one" 2 times, likewise two, expected it once.'
    assert message(folder, "trials") == said


def test_a_folder_without_a_data_package_is_named(tmp_path):
    for asked in (tables.names, tables.check, tables.listed):
        with pytest.raises(tables.DataError, match=r"datapackage\.json: no such file; it describes the tables"):
            asked(tmp_path)
