"""A mistake in the tables is found by the rule that it breaks, and named with its place."""

import re
import shutil

import pytest
from broken_tables import DATA, change, message, replace

from sorafenib_book import tables
from sorafenib_book.rules import register


@pytest.fixture
def folder(tmp_path):
    """A copy of the data to break."""
    return shutil.copytree(DATA, tmp_path / "data")


def test_all_is_well():
    tables.check()


def test_every_rule_is_asked_of_the_books_tables():
    columns = {name: {field["name"] for field in tables.schema(name)["fields"]} for name in tables.names()}
    for rule in register.RULES:
        for table, read in rule.reads.items():
            there = [columns[table]] if table else columns.values()
            assert any(read <= known for known in there), (rule, "reads columns that no table has")


# table, row, column, value put into the cell, what the message says was expected
CELLS = {
    "a stray quotation mark": ("studies", "sharp", "title", 'Sorafenib in "advanced HCC', "no straight double"),
    "a number with a letter": ("endpoints", "sharp-os", "hr", "O.69", "a plain number"),
    "a decimal comma": ("endpoints", "sharp-os", "experimental", "10,7", "a plain number"),
    "two latest analyses": ("endpoints", "imbrave150-os", "latest", "true", "false, as another analysis"),
    "no latest analysis": ("endpoints", "imbrave150-os-updated", "latest", "false", "true in one of the analyses"),
    "a subgroup as the latest": ("endpoints", "leviathan-os-matched", "latest", "true", "false, as the analysis is"),
    # 4.9 / 9.2 = 0.5326; ln 0.5326 +- 1.95996 * sqrt(2 / 40) = -1.0683 and -0.1917, so 0.3436 and 0.8255
    "a recovered hazard ratio": ("endpoints", "sansonno-ttp-recovered", "hr", "0.54", "0.533, from the medians"),
    "a recovered lower limit": ("endpoints", "sansonno-ttp-recovered", "hr_low", "0.36", "0.344, from the medians"),
    "a recovered upper limit": ("endpoints", "sansonno-ttp-recovered", "hr_high", "0.81", "0.826, from the medians"),
    "nothing to recover from": ("endpoints", "sansonno-ttp-recovered", "endpoint", "OS", "one with both medians"),
    "a half patient": ("studies", "sharp", "patients", "602.5", "a plain integer"),
    "yes for true": ("studies", "sharp", "in_review", "yes", "true or false"),
    "a space at the end": ("studies", "sharp", "region", "Europe ", "one line of text without spaces at its ends"),
    "a formula": ("studies", "sharp", "title", "=1+1", "no = at the beginning"),
    "a signed text": ("studies", "sharp", "title", "-Sorafenib", "no - at the beginning"),
    "an address as a formula": ("studies", "sharp", "title", "@SUM(1)", "no @ at the beginning"),
    "markup": ("studies", "sharp", "title", "Sorafenib <b>in</b> HCC", "no markup"),
    "an unknown check mark": (
        "endpoints",
        "sharp-os",
        "check",
        "recalled",
        "one of primary, secondary, review, unchecked",
    ),
    "an unknown unit": ("endpoints", "sharp-os", "unit", "month", "one of months, weeks, days"),
    "an unknown class": ("studies", "sharp", "class", "Sorafenib", "one of sorafenib, control"),
    "an unknown study": ("endpoints", "sharp-os", "study", "shrap", "an id of studies.csv"),
    "an unknown study of two": ("milestones", "sorafenib-china-hcc", "study", "sharp;orient", "an id of studies.csv"),
    "an unknown source": ("endpoints", "sharp-os", "source", "llovet2009sharp", "a key of references.bib"),
    "no source": ("endpoints", "sharp-os", "source", "", "a value"),
    "an unknown column": ("endpoints", "sharp-os", "unchecked_fields", "p_value", "a column"),
    "an empty column unchecked": ("endpoints", "sharp-sd", "unchecked_fields", "hr", "columns that hold a value"),
    "columns of an unchecked row": (
        "endpoints",
        "silius-os",
        "unchecked_fields",
        "unit",
        "nothing in an unchecked row",
    ),
    "seen nowhere": ("endpoints", "sharp-os", "seen_in", "", "where the row was seen, as it is primary"),
    "the same id twice": ("endpoints", "sharp-ttp", "id", "sharp-os", "it once"),
    "an id with capitals": ("endpoints", "sharp-os", "id", "SHARP-os", "the form [a-z0-9_-]+"),
    "a p value above 1": ("endpoints", "sharp-ttsp", "p", "77", "at most 1"),
    "a negative hazard ratio": ("endpoints", "sharp-os", "hr", "-0.69", "at least 0.01"),
    "140 percent of events": (
        "adverse_events",
        "sharp-diarrhoea-drug-related-any",
        "experimental",
        "140",
        "at most 100",
    ),
    "140 percent of responses": ("endpoints", "space-orr", "experimental", "140", "at most 100"),
    "140 percent of patients": ("baseline", "sharp-male", "control", "140", "at most 100"),
    "a swapped interval": ("endpoints", "sharp-os", "hr_low", "0.92", "a lower limit below the upper one, 0.87"),
    "an estimate outside": (
        "endpoints",
        "sharp-os",
        "experimental",
        "17.0",
        "a value within its interval, 9.4 to 13.3",
    ),
    "a hazard ratio off its interval": (
        "endpoints",
        "sharp-os",
        "hr",
        "0.76",
        "the centre of its interval on the log scale",
    ),
    "a p value off its interval": ("endpoints", "asia_pacific-os", "p", "0.14", "a p value that fits the interval"),
    "an interval without a level": ("endpoints", "sharp-os", "level", "", "a value beside an interval and only there"),
    "a rate without a time": ("endpoints", "sharp-os-12m", "months", "", "a value beside a rate and only there"),
    "a p value without relation": (
        "endpoints",
        "sharp-os",
        "p_relation",
        "",
        "a value beside a p value and only there",
    ),
    "a rate that rises": ("endpoints", "tactics-os-24m", "control", "94.6", "at most 82.7"),
    "arms that miss the total": ("studies", "sharp", "patients", "620", "the 602 of its arms"),
    "more events than patients": ("endpoints", "sharp-os", "events_control", "378", "at most the 303 patients"),
    "too many responses": ("endpoints", "sharp-sd", "experimental", "99", "parts that make at most 100"),
    "disease control above its parts": (
        "endpoints",
        "sharp-dcr",
        "experimental",
        "83",
        "CR + PR + SD, 73, or a definition",
    ),
    "severe above any grade": (
        "adverse_events",
        "sharp-diarrhoea-drug-related-3-4",
        "experimental",
        "80",
        "at most the 39 of any grade",
    ),
    "a value and its bound": (
        "adverse_events",
        "sharp-nausea-treatment-emergent-3-4",
        "control_below",
        "2",
        "nothing beside",
    ),
    "the thirteenth month": ("milestones", "sharp-published", "date", "2008-13-24", "a date of the calendar"),
    "the thirtieth of February": ("milestones", "sharp-published", "date", "2009-02-30", "a date of the calendar"),
    "a date out of order": ("milestones", "india-licence", "date", "2002-03-09", "a date after 2011-01"),
    "a date the other way round": ("milestones", "sharp-published", "date", "24.07.2008", "the form [0-9]{4}"),
    "a year to come": ("studies", "sharp", "year", "2080", "at most 2026"),
    "another year": ("studies", "sharp", "year", "2018", "2008, as the source has"),
    "the year of a report": ("studies", "calgb_80802", "year", "2016", "2019, as the source has"),
    "another year of a finding": ("findings", "n43", "year", "2023", "2017, as the source has"),
    "a wrong registry number": ("studies", "sharp", "nct", "NCT0010544", "the form NCT[0-9]{8}"),
    "an unknown node": ("edges", "e005", "target", "raf2", "an id of nodes.csv"),
    "an unknown node of two": ("model_claims", "m05", "held_low", "raf1;raf2", "an id of nodes.csv"),
    "an unknown read-out": ("model_claims", "m05", "readout", "growth", "an id of nodes.csv"),
    "another claim": ("model_results", "m24-1-weak", "claim", "m42", "m24, as its id begins"),
    "a control that counts": ("model_claims", "c01", "counted", "true", "false, as it is a control (suppressor)"),
    "a null result that moves": ("model_claims", "c06", "expected", "up", "unchanged, as it is a null result"),
    "a suppressor that does not": ("model_claims", "c01", "expected", "unchanged", "up or down (suppressor)"),
    "a phenotype that is transcribed": ("edges", "e060", "relation", "transcribes", "another word, as proliferation"),
    "a kinase that transcribes": ("edges", "e028", "relation", "transcribes", "another word, as raf1"),
    "a sign of 2": ("edges", "e005", "sign", "2", "one of 1, -1"),
    "a gene by its old name": ("targets", "raf1-wilhelm2004", "gene", "Raf-1", "the form [A-Z]"),
    "an unknown gene": ("adverse_event_targets", "diarrhoea", "target", "KDR;VEGFR2", "a value of gene in targets.csv"),
    "an unknown event": (
        "adverse_event_targets",
        "diarrhoea",
        "event",
        "diarrhea",
        "a value of event in adverse_events.csv",
    ),
    "a value off its range": ("pharmacology", "auc", "value", "5.28", "a value within its interval, 11.8 to 199.6"),
    "a marker off its interval": (
        "biomarkers",
        "perk-negri2015perk-os",
        "hr",
        "2.90",
        "the centre of its interval on the log scale",
    ),
    "a prediction of treated patients alone": (
        "biomarkers",
        "oct1-grimm2016oct1",
        "direction",
        "predicts more benefit",
        "prognosis, as no arm was compared",
    ),
    "no prediction of treated patients alone": (
        "biomarkers",
        "cnv-lee2017cnv",
        "direction",
        "no predictive value",
        "prognosis, as no arm was compared",
    ),
    "randomised against nobody": (
        "biomarkers",
        "kit-llovet2012biomarkers",
        "comparison",
        "none: all treated",
        "an arm",
    ),
    "limits without an interval": ("facts", "q040", "limits", "range", "a value beside an interval and only there"),
    "a share off its count": ("facts", "q023", "value", "56", "65.79, as 50 of 76 give"),
    "more toxicity than patients": ("dose_toxicity", "awada-600", "dose_limiting", "17", "at most the 12 patients"),
    "a limit of a curve with a letter": ("curves", "sharp-control-6", "survival_low", "O.7", "a plain number"),
    "half a line": ("signal_predictions", "medium-pi3k-akt", "up", "0.5", "a plain integer"),
    "a curve that rises": ("curves", "sharp-control-6", "survival", "72.9", "at most"),
    "a curve off its limits": ("curves", "sharp-control-6", "survival_low", "60.7", "at most 60.1"),
    "patients who come back": ("curves", "sharp-control-6", "at_risk", "300", "at most"),
    "a time that goes back": ("curves", "sharp-control-6", "months", "5", "more than 5.5, the time before"),
    "a curve that starts late": ("curves", "sharp-control-0", "months", "0.2", "0 at the first point of an arm"),
    "a curve that starts low": ("curves", "sharp-control-0", "survival", "99", "100 at the first point of an arm"),
    "an unknown arm": ("curves", "sharp-control-6", "arm", "placebo", "one of experimental, control"),
    "a summary without a curve": (
        "curve_summaries",
        "sharp-mean-6",
        "study",
        "space",
        "points of its experimental arm",
    ),
    "a median off its curve": ("curve_summaries", "sharp-os", "control", "7.3", "8, where the curve has fallen to 50%"),
    "a median of half alive": ("curve_summaries", "imbrave150-os", "experimental", "15", "nothing"),
    "patients off the curve": ("curve_summaries", "sharp-os", "patients_control", "302", "303, as in curves.csv"),
    "a mean off its curve": ("curve_summaries", "sharp-mean-12", "experimental", "8.68", "8.61, the area under"),
    "a mean past its curve": ("curve_summaries", "sharp-mean-12", "months", "24", "at most 15, where the experimental"),
    "a difference off its arms": ("curve_summaries", "sharp-mean-12", "difference", "0.79", "0.96, as the arms have"),
    "a difference outside": ("curve_summaries", "sharp-mean-12", "difference", "2.97", "a value within its interval"),
    "a published result of nothing": ("curve_summaries", "sharp-os", "published", "sharp-ttx", "an id of endpoints"),
    "a trial without an appraisal": ("studies", "awada", "design", "randomised", "rows of this trial in risk_of_bias"),
    "a domain twice": ("risk_of_bias", "sharp-randomisation", "domain", "selection", "randomisation, deviations"),
    "two outcomes of a trial": ("risk_of_bias", "sharp-missing", "outcome", "PFS", "OS"),
    "an outcome of no appraisal": ("risk_of_bias", "sui-all", "outcome", "OS", "nothing"),
    "a judgement read nowhere": ("risk_of_bias", "sharp-missing", "seen_in", "", "where it was read, as it is judged"),
    "no judgement of what was read": (
        "risk_of_bias",
        "sharp-missing",
        "judgement",
        "not judged",
        "a judgement, as it was read",
    ),
    "a judgement without an appraisal": (
        "risk_of_bias",
        "sui-all",
        "judgement",
        "low",
        "not judged, as the trial was not",
    ),
    "a judgement without a reason": ("risk_of_bias", "sharp-missing", "reason", "", "a value"),
    "an unknown judgement": (
        "risk_of_bias",
        "sharp-missing",
        "judgement",
        "unclear",
        "one of low, some concerns, high",
    ),
    "death that can be misjudged": (
        "risk_of_bias",
        "sharp-measurement",
        "judgement",
        "high",
        "low, as the outcome is death",
    ),
    "a certainty off its steps": (
        "certainty",
        "sorafenib-placebo",
        "certainty",
        "moderate",
        "high, as 0 steps down make it",
    ),
    "a step without a reason": (
        "certainty",
        "atezolizumab-bevacizumab",
        "risk_of_bias_reason",
        "",
        "why there is a step down",
    ),
    "three steps at once": ("certainty", "tactics-progression", "risk_of_bias", "3", "at most 2"),
    "a high risk that costs nothing": (
        "certainty",
        "tactics-progression",
        "risk_of_bias",
        "0",
        "a step down, as tactics is at high risk of bias",
    ),
    "a claim on another outcome": (
        "certainty",
        "adjuvant-sorafenib",
        "endpoints",
        "storm-os",
        "results with a hazard ratio of RFS",
    ),
    "a second well with a ligand": ("phospho_signals", "huh7-il6-mek-1", "well", "2", "1, as ligands were given"),
    "a ligand of another spelling": ("phospho_signals", "huh7-il6-mek-1", "ligands", "il-6", "the form"),
    "a signal of no node": ("signal_nodes", "akt", "node", "akt", "an id of nodes"),
    "a sign that was not compared": ("curated_edges", "e015", "sign", "-1", "1, as in edges.csv: run tools/research/"),
    "an agreement of nobody": ("curated_edges", "e015", "agreement", "absent", "same sign, as the databases say"),
    "more lines than there are": ("signal_predictions", "il6-mek-erk12", "lines", "4", "at least 5, which went up or"),
    "a verdict without a source": ("claims", "introduction-10", "source", "", "a source, as the verdict is confirmed"),
    "a sure verdict of the review alone": ("claims", "acquired-10", "verdict", "corrected", "imprecise or outdated or"),
    "an unknown verdict": ("claims", "introduction-10", "verdict", "wrong", "one of confirmed, imprecise, corrected"),
    "an unknown sentence": ("claims", "introduction-10", "sentence", "s179", "an id of sentences.csv"),
    "an unknown reference": (
        "claims",
        "introduction-14",
        "review_reference",
        "6;71",
        "a value of number in review_references.csv",
    ),
    "an address outside": ("claims", "introduction-10", "told_in", "targets#raf", "the form (chapters/"),
    "a sentence without a claim": (
        "sentences",
        "s005",
        "without_claim",
        "",
        "a reason where no claim names the sentence, and only there",
    ),
    "a reason beside a claim": (
        "sentences",
        "s001",
        "without_claim",
        "announces the scope",
        "a reason where no claim names the sentence, and only there",
    ),
    "a sentence of another section": ("sentences", "s010", "section", "abstract", "introduction, as its claims have"),
    "a long opening": ("sentences", "s002", "opening", "It was approved by the FDA", "the form"),
    "an unknown term": ("glossary", "overall-survival", "see_also", "censorship", "an id of glossary.csv"),
    "a reference number twice": ("review_references", "r02", "number", "1", "it once"),
    "the 71st reference": ("review_references", "r70", "number", "71", "at most 70"),
}


def test_an_unchecked_claim_has_no_sure_verdict(folder):
    change(folder, "claims", "introduction-10", "check", "unchecked")
    found = message(folder)
    assert re.search(r"\(introduction-10\), column verdict: found confirmed, expected unverifiable, as the", found)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is said of each broken cell. In a copy of the data one cell of each table is broken."""
    found, left = {}, dict(CELLS)
    while left:
        folder = shutil.copytree(DATA, tmp_path_factory.mktemp("broken") / "data")
        cases = {table: case for case, (table, *_) in reversed(left.items())}.values()
        for case in cases:
            change(folder, *left.pop(case)[:4])
        found |= dict.fromkeys(cases, message(folder))
    return found


@pytest.mark.parametrize("case", CELLS)
def test_a_broken_cell_is_named(told, case):
    table, row, column, value, expected = CELLS[case]
    name, found = (value if column == "id" else row), re.escape(value.split(";")[-1])
    place = rf"{table}\.csv line \d+ \({re.escape(name)}\), column {column}"
    assert re.search(rf"{place}: found .*{found}.*, expected {re.escape(expected)}", told[case])


def test_a_limit_off_its_hazard_ratio(folder):
    change(folder, "endpoints", "sharp-os", "hr_high", "0.78")
    assert "(sharp-os), column hr: found 0.69, expected the centre of its interval" in message(folder)


def test_an_edge_twice(folder):
    change(folder, "edges", "e006", "target", "raf1")
    assert "(e006), column sign: found intracellular_sorafenib to raf1, as in e005, expected an edge once" in message(
        folder
    )


def test_both_signs_in_one_context(folder):
    for column, value in (("target", "raf1"), ("sign", "1"), ("context", "biochemical assay; HCC lines")):
        change(folder, "edges", "e006", column, value)
    assert "(e006), column sign: found intracellular_sorafenib to raf1, as in e005, expected one sign" in message(
        folder
    )
    change(folder, "edges", "e006", "context", "another assay")
    for column, value in (("target", "raf1"), ("sign", "1")):  # as the databases were asked for
        change(folder, "curated_edges", "e006", column, value)
    tables.check(folder)


def test_a_number_left_out(folder):
    replace(folder, "review_references.csv", r"^r47,.*\n", "")
    assert "review_references.csv, column number: found no 47, expected every number from 1 to 70" in message(folder)


def test_a_well_left_out(folder):
    replace(folder, "phospho_signals.csv", r"^huh7-unstimulated-mek-2,.*\n", "")
    assert "found Huh7 with no ligand and mek, well 2: 0 rows, expected one row, as in the other lines" in message(
        folder
    )


# file, pattern of the one place, what stands there instead, what the message says
LINES = {
    "a missing column": (
        ("epidemiology.csv", r"\A(id,year,region),measure", r"\1,what"),
        "column measure: found no such column",
    ),
    "an extra column": (
        ("epidemiology.csv", r"\A(.*)$", r"\1,note"),
        "column note: found an extra column, expected only the columns",
    ),
    "columns out of order": (
        ("epidemiology.csv", r"\Aid,year,region", "id,region,year"),
        "column region: found it where year belongs",
    ),
    "a truncated line": (
        ("endpoints.csv", r"^(sharp-sd,sharp,SD),.*$", r"\1"),
        "(sharp-sd), column definition: found 3 cells in the line, expected 28",
    ),
    "a comma too many": (
        ("endpoints.csv", r"^(sharp-sd,.*)$", r"\1,"),
        "(sharp-sd), column seen_in: found 29 cells in the line, expected 28",
    ),
    "an open quotation mark": (
        ("endpoints.csv", r"^(sharp-sd,sharp),SD", r'\1,"SD'),
        "expected a line whose quotation marks are closed",
    ),
    "a file cut short": (
        ("milestones.csv", r"\n\Z", ""),
        "found a last line without an end",
    ),
    "a key twice": (
        ("references.bib", r"\{cheng2009asiapacific,", "{llovet2008sharp,"),
        '(llovet2008sharp), field key: found "llovet2008sharp"',
    ),
    "a DOI twice": (
        ("references.bib", r"10\.1016/S1470-2045\(08\)70285-7", "10.1056/NEJMOA0708857"),
        '(cheng2009asiapacific), field doi: found "10.1056/nejmoa0708857", which entry llovet2008sharp has too',
    ),
    "a title twice": (
        (
            "references.bib",
            r"\{\{Efficacy and safety of sorafenib in patients in the Asia[^}]*\}\}",
            "{{sorafenib in Advanced Hepatocellular carcinoma}}",
        ),
        '(cheng2009asiapacific), field title: found "sorafenib in advanced hepatocellular carcinoma", which entry',
    ),
    "a DOI as an address": (
        ("references.bib", r"\{10\.1056/NEJMoa0708857", "{doi.org/10.1056/NEJMoa0708857"),
        '(llovet2008sharp), field doi: found "doi.org/10.1056/NEJMoa0708857", expected the form 10.',
    ),
    "two publications under one label": (
        ("references.bib", r"(\{qin2023cares310,\n(?:  .*\n)*?  extradate = )\{b\}", r"\1{c}"),
        'field extradate: found "Qin 2023c", which entry qin2023',
    ),
    "unseen authors as a name": (
        ("references.bib", r"(\{llovet2008sharp,\n  author = )\{.*\}", r"\1{{Authors not seen}}"),
        '(llovet2008sharp), field author: found "{Authors not seen}", expected names, or no such field',
    ),
    "a hidden retraction": (
        ("references.bib", r"(\{llovet2008sharp,\n(?:  .*\n)*?.*): no notice", r"\1: retraction 2026-09-01"),
        "(llovet2008sharp), field retracted: found nothing, expected why",
    ),
    "a retraction not looked up": (
        ("references.bib", r"(\{llovet2008sharp,\n(?:  .*\n)*?  retraction_checked = )\{.*\}", r"\1{2026-08-08}"),
        '(llovet2008sharp), field retraction_checked: found "2026-08-08", expected "Retraction Watch',
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_a_broken_line_is_named(folder, case):
    place, said = LINES[case]
    replace(folder, *place)
    assert said in message(folder)


def test_another_encoding_is_named(folder):
    path = folder / "studies.csv"
    path.write_bytes(path.read_bytes().replace(b"Sorafenib in advanced HCC,", "Sorafénib,".encode("latin-1"), 1))
    said = r'studies\.csv line 2 \(sharp\), column title: found "Soraf.nib", expected text in UTF-8'
    assert re.search(said, message(folder))


def test_all_problems_are_told_at_once(folder):
    for case in ("a number with a letter", "an unknown class", "a year to come"):
        change(folder, *CELLS[case][:4])
    change(folder, "milestones", "nice-refusal", "kind", "refused")
    assert len(message(folder).splitlines()) == 5, "the year is out of range and not that of the source"
    with pytest.raises(tables.DataError) as error:
        tables.read("studies", folder)
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        ("resorce-os", "doubtful_fields", "", "hr: found 0.673, expected 0.63, the published value, give or take 5%"),
        ("search-os", "doubtful_fields", "patients_control", "patients_experimental: found 358, expected 362, the"),
        ("sharp-os", "published", "light-os", "published: found light-os, expected a result of sharp"),
    ],
)
def test_what_departs_from_the_publication_is_said(folder, row, column, value, said):
    change(folder, "curve_summaries", row, column, value)
    assert f"({row}), column {said}" in message(folder)


def test_a_doubtful_row_is_let_pass(folder):
    change(folder, "endpoints", "storm-rfs", "hr", "0.99")
    change(folder, "endpoints", "storm-rfs", "doubt", "as printed")
    tables.check(folder)
