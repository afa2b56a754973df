"""Dates of milestones exist in the calendar and come in order."""

import datetime

from .rows import reads


@reads(milestones="date")
def calendar(milestones):
    """A date, which may be a year or a month, is one of the calendar, and none before that of the line before."""
    before = ""
    for row in milestones:
        try:
            datetime.date.fromisoformat((row["date"] + "-01-01")[:10])
        except ValueError:
            yield "milestones", row, "date", f'"{row["date"]}"', "a date of the calendar"
        if row["date"] < before[: len(row["date"])]:
            yield "milestones", row, "date", row["date"], f"a date after {before}, in the line before"
        before = row["date"]
