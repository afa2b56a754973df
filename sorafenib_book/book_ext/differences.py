"""Where the review and its sources differ, chapter by chapter, from the claims ledger."""

import re
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from . import datatables

#: Verdicts that say that the source differs, in the order in which the page tells them.
VERDICTS = ["corrected", "outdated", "contested", "imprecise"]
#: Verdicts of claims that no source was found to differ from.
OTHERS = ["confirmed", "unverifiable"]


def chapter(row):
    """Name the chapter that a claim belongs to.

    Parameters
    ----------
    row : dict of str
        The claim: its ``section`` of the review, and ``told_in``, its address in the book.

    Returns
    -------
    str
        The chapter that tells it; of a claim told in the ledger alone, the section of the review that has it.

    Examples
    --------
    >>> chapter({"section": "abstract", "told_in": "chapters/primary_resistance.html#jnk"})
    'primary resistance'
    >>> chapter({"section": "abstract", "told_in": "reference/claims.html#abstract-04"})
    'abstract'
    """
    told = re.fullmatch(r"chapters/(\w+)\.html#.*", row["told_in"])
    return told[1].replace("_", " ") if told else row["section"]


def entries(claims, names):
    """Write the differences that belong to a chapter as items of a Markdown list.

    Parameters
    ----------
    claims : iterable of dict
        Rows of the ledger as `datatables.read` gives them.
    names : list of str
        Names of the chapter, as `chapter` gives them.

    Returns
    -------
    list of str
        By verdict in the order of `VERDICTS`, within one in the order of the review.
    """
    there = [row for row in claims if chapter(row) in names and row["verdict"] not in OTHERS]
    return [_entry(row) for row in sorted(there, key=lambda row: [*VERDICTS, row["verdict"]].index(row["verdict"]))]


def _entry(row):
    said, gives, source, so = (_plain(row[key]) for key in ("statement", "review_gives", "source_gives", "consequence"))
    verdict = f"[{_plain(row['verdict'])}](../data/claims.csv#{row['id']}.verdict)"
    cited = ",".join(key for key in datatables.keys(row["source"]) if re.fullmatch(r"[\w.:-]+", key))
    citation = f" {{cite:p}}`{cited}`" if cited else ""
    return f"- {said} *Review:* {gives}. *Source:* {source}{citation}. *Verdict:* {verdict}. {so}\n"


def _plain(text):
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_\[\]<>{}$|~])", r"\\\1", text)


class Differences(SphinxDirective):
    """``{differences} monotherapy``: what the ledger has of that chapter, and sources do not confirm as it stands.

    A chapter may have several names, with commas between."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        folder = Path(self.env.app.confdir, self.config.data_tables_folder)
        self.env.note_dependency(str(folder / "claims.csv"))
        found = entries(datatables.read(folder, "claims").values(), self.arguments[0].split(", "))
        if not found:
            raise self.error(
                f"differences: found no claim of {self.arguments[0]!r} in claims.csv with another verdict."
            )
        return self.parse_text_to_nodes("".join(found))


def setup(app):
    app.add_directive("differences", Differences)
