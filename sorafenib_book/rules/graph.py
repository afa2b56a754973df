"""The mechanism graph has each edge once, and a result of the model names its claim."""

from .rows import reads


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


@reads(model_results="id claim")
def claim_of_a_result(model_results):
    """A result of the model is that of the claim with which its id begins."""
    for row in model_results:
        claim = row["id"].partition("-")[0]
        if row["claim"] != claim:
            yield "model_results", row, "claim", row["claim"], f"{claim}, as its id begins"
