"""Words for values: what was not seen or not given is said, and never reads as a 95% interval."""

import pandas as pd
import pytest

from sorafenib_book import provenance

TABLE = pd.DataFrame({"hr": [0.69, 0.7, None], "hr_low": [0.55, None, 0.4], "hr_high": [0.87, 0.9, 0.8]})


def test_missing_intervals_levels_and_estimates_have_words():
    assert provenance.in_words(TABLE, "hr").tolist() == ["0.69 (0.55 to 0.87)", "0.70 (interval not seen)", ""]
    assert provenance.in_words(TABLE.head(1).assign(level=None), "hr")[0] == "0.69 (0.55 to 0.87; level not given)"
    assert provenance.in_words(TABLE.assign(level=90), "hr", "no interval")[1] == "0.70 (no interval)"


def test_what_a_table_lacks_is_named():
    with pytest.raises(ValueError, match="no column hr_high"):
        provenance.in_words(TABLE.drop(columns="hr_high"), "hr")
    with pytest.raises(ValueError, match="0, column hr: found '0,69', expected a number"):
        provenance.in_words(TABLE.astype(object).replace(0.69, "0,69"), "hr")
    with pytest.raises(ValueError, match="no column check, unchecked_fields"):
        provenance.checks(TABLE, "hr")
    with pytest.raises(ValueError, match="no column control"):
        provenance.by_arm(TABLE.assign(experimental=1, check="primary", unchecked_fields=None), "hr")
