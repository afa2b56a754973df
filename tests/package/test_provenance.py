"""Check marks and words of values: what was not seen is said, and nothing reads as a 95% interval that is none."""

import pandas as pd
import pytest

from sorafenib_book import provenance

TABLE = pd.DataFrame({"hr": [0.69, 0.7, None], "hr_low": [0.55, None, 0.4], "hr_high": [0.87, 0.9, 0.8]})
ARMS = pd.DataFrame(
    {
        "experimental": [10.7, 4.1, 6.5],
        "control": [7.9, 4.9, None],
        "check": ["primary", "secondary", "secondary"],
        "unchecked_fields": [None, "hr;hr_low", "control_low;control"],
    }
)


def test_checks_are_those_of_the_columns_shown():
    assert provenance.checks(ARMS, "hr").tolist() == ["primary", "unchecked", "secondary"]
    assert provenance.checks(ARMS, "control", "p").tolist() == ["primary", "secondary", "unchecked"]
    assert provenance.checks(ARMS, "p").tolist() == ["primary", "secondary", "secondary"]


def test_what_was_not_verified_is_left_out_row_by_row_and_cell_by_cell():
    marks = ["primary", "unchecked", "review"]
    kept = provenance.verified(ARMS.assign(check=marks, unchecked_fields=["control;hr", None, None]))
    assert kept["experimental"].tolist() == [10.7, 6.5]
    assert kept["control"].isna().all()
    assert kept["check"].tolist() == ["primary", "review"]
    assert kept["unchecked_fields"].isna().all()


def test_arms_have_rows_of_their_own_without_values_that_were_not_verified():
    arms = provenance.by_arm(ARMS.assign(control=[7.9, 4.9, 4.2]), "months", names=("drug", "none"))
    assert arms["arm"].tolist() == ["drug", "drug", "drug", "none", "none"]
    assert arms["months"].tolist() == [10.7, 4.1, 6.5, 7.9, 4.9]
    assert arms["check"].tolist() == ["primary", "secondary", "secondary", "primary", "secondary"]
    assert provenance.by_arm(ARMS, "months")["arm"].tolist() == ["sorafenib"] * 3 + ["placebo"] * 2


def test_arms_bring_their_intervals_apart_from_ends_that_were_not_seen():
    ends = {"experimental_low": 9.4, "experimental_high": [13.3, 4.8, 7.6], "control_low": 6.8, "control_high": 9.1}
    table = ARMS.assign(**ends, unchecked_fields=["experimental_high;control_low", "", ""])
    arms = provenance.by_arm(table, "months").iloc[[0, 1, 3]]
    assert arms["months_low"].tolist() == pytest.approx([9.4, 9.4, float("nan")], nan_ok=True)
    assert arms["months_high"].tolist() == pytest.approx([float("nan"), 4.8, 9.1], nan_ok=True)


def test_words_say_where_an_interval_or_an_estimate_is_missing():
    assert provenance.in_words(TABLE, "hr").tolist() == ["0.69 (0.55 to 0.87)", "0.70 (interval not found)", ""]
    assert provenance.in_words(TABLE, "hr", missing="").tolist() == ["0.69 (0.55 to 0.87)", "0.70", ""]
    assert provenance.in_words(TABLE.assign(hr_high=None), "hr", "no interval")[0] == "0.69 (no interval)"


def test_words_carry_a_level_that_is_not_95():
    words = provenance.in_words(TABLE.head(1).loc[[0] * 4].assign(level=[95, 90, 96.02, None]), "hr").tolist()
    ends = ["", "; 90% CI", "; 96.02% CI", "; level not given"]
    assert words == [f"0.69 (0.55 to 0.87{end})" for end in ends]


def test_what_a_table_lacks_is_named():
    with pytest.raises(ValueError, match="no column hr_high"):
        provenance.in_words(TABLE.drop(columns="hr_high"), "hr")
    with pytest.raises(ValueError, match="0, column hr: found '0,69', expected a number"):
        provenance.in_words(TABLE.astype(object).replace(0.69, "0,69"), "hr")
    with pytest.raises(ValueError, match="no column check, unchecked_fields"):
        provenance.checks(TABLE, "hr")
    with pytest.raises(ValueError, match="no column control"):
        provenance.by_arm(ARMS.drop(columns="control"), "hr")


def test_a_share_has_the_interval_of_its_number_of_patients():
    # 81 of 263 and 15 of 148: the examples of Newcombe, Stat Med 1998;17:857, table I, method 3
    table = pd.DataFrame({"percent": [8100 / 263, 1500 / 148, 10], "n": [263, 148, None]})
    found = provenance.with_share_intervals(table, "percent")
    assert found["percent_low"].tolist() == pytest.approx([25.5, 6.2, float("nan")], nan_ok=True)
    assert found["percent_high"].tolist() == pytest.approx([36.6, 16.0, float("nan")], nan_ok=True)
    with pytest.raises(ValueError, match="percent reaches from 101 to 101: it must lie from 0 to 100"):
        provenance.with_share_intervals(pd.DataFrame({"percent": [101], "n": [9]}), "percent")
    with pytest.raises(ValueError, match="number of patients is 0"):
        provenance.with_share_intervals(pd.DataFrame({"percent": [10], "n": [0]}), "percent")


def test_an_arm_has_its_own_patients_and_treatment():
    joined = ARMS.assign(patients_experimental=[299, 150, 90], patients_control=303)
    arms = provenance.by_arm(joined.assign(experimental_study="drug", control_study=["none", "old", "old"]), "months")
    assert arms["n"].tolist() == [299, 150, 90, 303, 303]
    assert arms["treatment"].tolist() == ["drug", "drug", "drug", "none", "old"]


def test_shares_out_of_their_range_and_missing_columns_are_said():
    table = pd.DataFrame({"percent": [0.0, 100.0], "n": [10, 10]})
    assert provenance.with_share_intervals(table, "percent")["percent_high"].tolist() == [
        27.8,
        100.0,
    ]  # 1 - 1 / (1 + 3.84 / 10)
    with pytest.raises(ValueError, match="percent reaches from 0 to 101"):
        provenance.with_share_intervals(table.assign(percent=[0, 101]), "percent")
    with pytest.raises(ValueError, match="no column n"):
        provenance.with_share_intervals(table.drop(columns="n"), "percent")
    with pytest.raises(ValueError, match="no column check"):
        provenance.verified(table)


def test_a_level_moved_by_thousandths_is_a_level_of_95():
    table = pd.DataFrame({"hr": 0.5, "hr_low": 0.4, "hr_high": 0.6, "level": [95.004, 95.006]})
    assert provenance.in_words(table, "hr").tolist() == ["0.50 (0.40 to 0.60)", "0.50 (0.40 to 0.60; 95.006% CI)"]
