"""Measured signalling has every line with every ligand and inhibitor, and two wells without a ligand."""

from collections import Counter

from .rows import reads


@reads(phospho_signals="id line ligands inhibitors well")
def every_well_once(phospho_signals):
    """Each line has the same wells; conditions without a ligand have a first and a second well, all others one."""
    wells = {}
    for row in phospho_signals:
        condition = row["ligands"], row["inhibitors"]
        wells.setdefault(row["line"], Counter())[(*condition, row["well"])] += 1
        if row["ligands"] and row["well"] != "1":
            yield "phospho_signals", row, "well", row["well"], "1, as ligands were given"
    everywhere = Counter()
    for counts in wells.values():
        everywhere |= Counter(dict.fromkeys(counts, 1))
    for line, counts in wells.items():
        for (ligands, inhibitors, well), times in ((key, counts[key]) for key in everywhere):
            if times != 1:
                name = f"{line} with {ligands or 'no ligand'} and {inhibitors or 'no inhibitor'}, well {well}"
                yield "phospho_signals", None, "id", f"{name}: {times} rows", "one row, as in the other lines"
