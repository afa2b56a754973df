"""What the list of changed numbers finds between two versions of a table."""

from tools.research import changed_numbers


def test_changed_cells_are_told_and_new_rows_and_columns_are_not():
    before = {"a": {"id": "a", "hr": "0.69", "check": "primary"}, "gone": {"id": "gone", "hr": "1", "check": "primary"}}
    now = {
        "a": {"id": "a", "hr": "0.70", "check": "review", "level": "95"},
        "new": {"id": "new", "hr": "2", "check": ""},
    }
    assert changed_numbers.changes(before, now, ["id", "hr", "level"]) == [("a", "hr", "0.69", "0.70")]


def test_a_cell_is_verified_when_its_name_left_unchecked_fields():
    before = {
        "a": {"check": "primary", "unchecked_fields": "hr;p"},
        "b": {"check": "unchecked", "unchecked_fields": ""},
    }
    now = {
        "a": {"check": "primary", "unchecked_fields": "p;level"},
        "b": {"check": "secondary", "unchecked_fields": ""},
    }
    assert changed_numbers.verified(before, now) == (1, 1)


def test_numbers_and_verdicts_are_told_and_check_marks_are_not():
    word, verdict = {"type": "string"}, {"type": "string", "constraints": {"enum": ["confirmed"]}}
    fields = [
        {"name": "hr", "type": "number"},
        {"name": "verdict"} | verdict,
        {"name": "check"} | verdict,
        {"name": "seen_in"} | word,
    ]
    assert changed_numbers.values({"fields": fields}) == ["hr", "verdict"]
