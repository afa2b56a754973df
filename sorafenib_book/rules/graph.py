"""The mechanism graph has each edge once, and a result of the model names its claim."""

from .rows import number, reads


@reads(edges="id regulator target sign context")
def edge_once(edges):
    """No edge comes twice, and none has both signs in one context."""
    seen = {}
    for row in edges:
        for column, expected in (("sign", "an edge once"), ("context", "one sign in a context")):
            edge = column, row["regulator"], row["target"], row[column]
            if edge in seen:
                found = f"{row['regulator']} to {row['target']}, as in {seen[edge]}"
                yield "edges", row, "sign", found, expected
                break
            seen[edge] = row["id"]


@reads(edges="regulator target relation", nodes="id kind gene")
def transcribed_gene(edges, nodes):
    """Only a transcription factor transcribes, and what it transcribes has a gene."""
    nodes = {row["id"]: row for row in nodes}
    for row in edges:
        factor, target = (nodes.get(row[end]) for end in ("regulator", "target"))
        if row["relation"] != "transcribes" or None in (factor, target):
            continue
        if factor["kind"] != "transcription factor":
            yield "edges", row, "relation", "transcribes", f"another word, as {factor['id']} is no transcription factor"
        elif not target["gene"]:
            yield "edges", row, "relation", "transcribes", f"another word, as {target['id']} has no gene"


@reads(model_results="id claim")
def claim_of_a_result(model_results):
    """A result of the model is that of the claim with which its id begins."""
    for row in model_results:
        claim = row["id"].partition("-")[0]
        if row["claim"] != claim:
            yield "model_results", row, "claim", row["claim"], f"{claim}, as its id begins"


@reads(model_claims="id control counted expected")
def control_and_claim(model_claims):
    """A negative control is not counted as a claim of the review, and a null result expects no change."""
    for row in model_claims:
        control = row["control"]
        if control and row["counted"] == "true":
            yield "model_claims", row, "counted", "true", f"false, as it is a control ({control})"
        if control and (control == "null result") != (row["expected"] == "unchanged"):
            expected = "unchanged, as it is a null result" if control == "null result" else f"up or down ({control})"
            yield "model_claims", row, "expected", row["expected"], expected


@reads(curated_edges="id regulator target sign module", edges="id regulator target sign module")
def compared_edge(curated_edges, edges):
    """An edge that databases were asked for is the book's of today."""
    book = {row["id"]: row for row in edges}
    for row in curated_edges:
        for column in ("regulator", "target", "sign", "module"):
            if row["id"] in book and row[column] != (today := book[row["id"]][column]):
                expected = f"{today}, as in edges.csv: run tools/research/curated_graphs.py"
                yield "curated_edges", row, column, row[column], expected


@reads(curated_edges="signor omnipath trrust go agreement")
def agreement_of_databases(curated_edges):
    """What all databases say together follows from what each says."""
    for row in curated_edges:
        says = {row[name] for name in ("signor", "omnipath", "trrust", "go")} - {""}
        there = says - {"absent"}
        expected = "not covered" if not says else "absent" if not there else "both signs"
        expected = next(iter(there)) if len(there) == 1 else expected
        if row["agreement"] != expected:
            yield "curated_edges", row, "agreement", row["agreement"], f"{expected}, as the databases say"


@reads(signal_predictions="up down lines")
def lines_that_moved(signal_predictions):
    """No more lines moved than there are."""
    for row in signal_predictions:
        up, down, lines = (number(row, column) or 0 for column in ("up", "down", "lines"))
        if up + down > lines:
            yield "signal_predictions", row, "lines", row["lines"], f"at least {up + down:g}, which went up or down"
