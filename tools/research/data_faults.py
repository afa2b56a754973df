"""Break the data, one cell at a time, and see whether anything notices.

usage: python -m tools.research.data_faults [COUNT]     makes COUNT seeded faults (360 unless told) and writes
data/data_faults.csv

A fault is caught by a `rule` (tables.check), by the `prose` (a link whose text no longer agrees with its cell), by
an `output` (a notebook's stored figure or table comes out differently), or by a `control total` alone. The hashes of
inputs that `make check` compares would catch them all, but say nothing of what is wrong; they are left out.
"""

import concurrent.futures
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sorafenib_book import tables
from sorafenib_book.book_ext import datatables
from tools.build import notebooks

ROOT = notebooks.ROOT
SEED = 2017
TOTALS = "reference/checks.ipynb"
STRUCTURAL = ["misspelt key", "duplicate row", "truncated line", "stray quote", "wrong encoding", "extra column"]
NUMERIC = ["digit", "sign", "decimal point", "swapped arms"]
OTHER = ["unit or word", "blank"]
COLUMNS = ["id", "kind", "table", "row", "column", "before", "after", "caught_by", "reason"]
KINDS = [*STRUCTURAL, *NUMERIC, *OTHER]
_OWN = "data_faults"
#: Why a fault of this kind may get through.
REASONS = {
    "unit or word": "another word that the column allows, and no figure or total shows it",
    "blank": "the cell may be empty, and no figure or total shows it",
}


def faults(count, seed=SEED):
    """Make seeded faults, in equal numbers of each kind over all tables.

    Yields
    ------
    dict
        ``table``, ``row``, ``column``, ``kind``, ``before``, ``after`` and the mutated file's ``content`` (bytes).
    """
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    resources = {r["name"]: r["schema"] for r in package["resources"] if r["name"] != _OWN}
    draw = random.Random(seed)
    made = 0
    while made < count:
        kind = KINDS[made % len(KINDS)]
        name = draw.choice(sorted(resources))
        found = _mutate(kind, name, resources[name], draw)
        if found:
            made += 1
            yield found


def _mutate(kind, name, schema, draw):
    content = (ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8")
    table = list(csv.reader(io.StringIO(content)))
    fields = {field["name"]: field for field in schema["fields"]}
    i = draw.randrange(1, len(table))
    foreign = {column for key in schema.get("foreignKeys", []) for column in _listed(key["fields"])}
    wanted = {
        "misspelt key": lambda f: f.get("references") == "bibliography" or f["name"] in foreign,
        "unit or word": lambda f: len(f.get("constraints", {}).get("enum", [])) > 1,
        "blank": lambda f: True,
    }.get(kind, lambda f: f["type"] in ("number", "integer"))
    columns = [j for j, cell in enumerate(table[i]) if cell and wanted(fields[table[0][j]])]
    found = {"table": name, "row": table[i][0], "column": "", "kind": kind, "before": "", "after": ""}
    if kind in STRUCTURAL and kind != "misspelt key":
        text = _structural(kind, content, table, i, draw)
        return text and found | {"content": text}
    if kind == "swapped arms":
        names = table[0]
        if "experimental" not in names or table[i][(a := names.index("experimental"))] == "":
            return None
        b = names.index("control")
        if table[i][a] == table[i][b] or fields["experimental"]["type"] != "number":
            return None
        found |= {"column": "experimental, control", "before": f"{table[i][a] or 'none'} v {table[i][b] or 'none'}"}
        table[i][a], table[i][b] = table[i][b], table[i][a]
        return found | {"after": f"{table[i][a] or 'none'} v {table[i][b] or 'none'}", "content": _written(table)}
    if not columns:
        return None
    j = draw.choice(columns)
    before = table[i][j]
    after = _cell(kind, before, fields[table[0][j]], draw)
    if after == before or (kind == "sign" and not float(before)):
        return None
    table[i][j] = after
    return found | {"column": table[0][j], "before": before, "after": after, "content": _written(table)}


def _listed(value):
    return value if isinstance(value, list) else [value]


def _cell(kind, text, field, draw):
    if kind == "blank":
        return ""
    if kind == "unit or word":
        return draw.choice([str(value) for value in field["constraints"]["enum"] if str(value) != text])
    if kind == "misspelt key":
        k = draw.randrange(len(text) - 1)
        return text[:k] + text[k + 1] + text[k] + text[k + 2 :]
    if kind == "sign":
        return text[1:] if text.startswith("-") else f"-{text}"
    if kind == "decimal point":
        return str(float(text) / 10) if draw.random() < 0.5 else f"{float(text) * 10:g}"
    digits = [k for k, letter in enumerate(text) if letter.isdigit()]
    k = draw.choice(digits)
    return text[:k] + draw.choice([d for d in "0123456789" if d != text[k]]) + text[k + 1 :]


def _structural(kind, content, table, i, draw):
    if kind == "wrong encoding":
        letters = [k for k, letter in enumerate(content) if letter.isalpha()]
        k = draw.choice(letters)
        return (content[:k] + "é" + content[k + 1 :]).encode("latin-1", errors="replace")
    if kind == "duplicate row":
        return _written([*table, table[i]])
    if kind == "extra column":
        return _written([[*line, "x"] if k == i else line for k, line in enumerate(table)])
    lines = content.splitlines(keepends=True)
    k = draw.randrange(1, len(lines))
    # A line cut inside its last cell is only another text, which no rule can tell.
    end = lines[k].rfind(",") if kind == "truncated line" else len(lines[k]) - 1
    cut = draw.randrange(1, max(2, end))
    lines[k] = lines[k][:cut] + ("\n" if kind == "truncated line" else '"' + lines[k][cut:])
    return "".join(lines).encode()


def _written(table):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue().encode()


class Copy:
    """A copy of the book whose data can be broken, and a process that runs its notebooks."""

    def __init__(self, folder):
        self.root = Path(folder)
        for name in ("chapters", "reference", "data", "sorafenib_book", "tools"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("static", "__pycache__"))
        self.prose = [ROOT / "index.md", *self.root.glob("*/*.md"), *self.root.glob("*/*.ipynb")]

    def __enter__(self):
        environment = os.environ | {"PYTHONPATH": str(self.root)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self.runner = subprocess.Popen([sys.executable, "-c", _RUN], cwd=self.root, env=environment, **pipes)
        return self

    def __exit__(self, *_):
        self.runner.stdin.close()
        self.runner.wait()

    def caught_by(self, fault):
        """Name what catches a fault, or None."""
        path = self.root / "data" / f"{fault['table']}.csv"
        whole = path.read_bytes()
        path.write_bytes(fault["content"])
        try:
            try:
                tables.check(self.root / "data")
            except tables.DataError:
                return "rule"
            if self._prose_disagrees(fault["table"]):
                return "prose"
            return self._output(f"data/{fault['table']}.csv")
        finally:
            path.write_bytes(whole)

    def _prose_disagrees(self, table):
        return any(
            datatables.disagreement(shown, target, self.root / "data")
            for path in self.prose
            for shown, target in datatables.links(path.read_text(encoding="utf-8"))
            if datatables.CELL_LINK.fullmatch(target)["table"] == table
        )

    def _output(self, name):
        readers = [path for path in notebooks.paths() if name in notebooks.read(path)["metadata"]["inputs"]["data"]]
        # The control totals last: what else notices says more.
        names = sorted((path.relative_to(ROOT).as_posix() for path in readers), key=lambda name: name == TOTALS)
        print(json.dumps(names), file=self.runner.stdin, flush=True)
        found = json.loads(self.runner.stdout.readline())
        return found and ("control total" if found == TOTALS else "output")


# For each list of notebooks that it reads, writes the first whose outputs are not those stored, or null.
_RUN = """
import asyncio, json, sys
sys.path.insert(0, "")
from tools.build import notebooks
outputs = lambda notebook: [cell.get("outputs") for cell in notebook["cells"]]
async def differs(name, kernels):
    stored = notebooks.read(notebooks.ROOT / name)
    try:
        return outputs(await notebooks.run(stored, kernels)) != outputs(stored)
    except RuntimeError:
        return True
async def main():
    async with notebooks.kernels() as kernels:
        while line := await asyncio.to_thread(sys.stdin.readline):
            found = None
            for name in json.loads(line):
                if await differs(name, kernels):
                    found = name
                    break
            print(json.dumps(found), flush=True)
asyncio.run(main())
"""


def judged(wanted):
    """Judge faults one after the other in a copy of the book.

    Parameters
    ----------
    wanted : list of tuple
        Number and fault, as `faults` makes them.

    Returns
    -------
    list of dict
        Rows of data/data_faults.csv.
    """
    rows = []
    with tempfile.TemporaryDirectory() as folder, Copy(folder) as copy:
        for number, fault in wanted:
            by = copy.caught_by(fault) or "nothing"
            reason = REASONS.get(fault["kind"], "no rule, figure or total knows this cell") if by == "nothing" else ""
            row = {column: fault.get(column, "") for column in COLUMNS}
            rows.append(row | {"id": f"m{number:03}", "caught_by": by, "reason": reason})
    return rows


def main(count):
    # where the whole data fail, or outputs are old, every fault would seem caught
    tables.check()
    if old := [path.stem for path in notebooks.paths() if notebooks.stale(notebooks.read(path))]:
        sys.exit(f"run `make figures` first: the outputs of {', '.join(old)} are not those of today's code and data")
    numbered = list(enumerate(faults(count), 1))
    print(f"{count} faults, about {count // 15} minutes on two cores", flush=True)
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        rows = sum(pool.map(judged, [numbered[k::20] for k in range(20)]), [])
    rows.sort(key=lambda row: row["id"])
    with (ROOT / "data" / "data_faults.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{sum(row['caught_by'] != 'nothing' for row in rows)} of {count} caught; see data/data_faults.csv")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 360)
