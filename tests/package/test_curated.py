"""Databases are read as they are offered, compared with edges by hand, and put in place of the book's."""

import gzip

import networkx as nx
import pandas as pd
import pytest

from sorafenib_book import curated, network, simulation, tables
from tools.research import curated_graphs

NODES = pd.DataFrame(
    {
        "id": ["ras", "raf1", "mapk1", "apoptosis"],
        "gene": ["KRAS", "RAF1", "MAPK1", None],
        "synonyms": ["HRAS;NRAS;small GTPase", "c-Raf", "ERK2;MAPK3 (ERK1)", "programmed cell death"],
    }
)
# what each database offers, and its edges by hand: unsigned rows, a gene that acts on itself and other terms are none
FILES = {
    "signor": (
        "ENTITYA\tTYPEA\tENTITYB\tTYPEB\tEFFECT\tPMID\n"
        "HRAS\tprotein\tRAF1\tprotein\tup-regulates activity\t1\n"
        "NRAS\tprotein\tRAF1\tprotein\tup-regulates\t2\n"
        "MAPK3\tprotein\tRAF1\tprotein\tdown-regulates quantity by destabilization\t3\n"
        "MAPK1\tprotein\tMAPK3\tprotein\tup-regulates\t4\n"
        "RAF1\tprotein\tMAP2K1\tprotein\tunknown\t5\n",
        [["mapk1", "raf1", -1], ["ras", "raf1", 1]],
    ),
    "omnipath": (
        "source\ttarget\tsource_genesymbol\ttarget_genesymbol\tis_directed\tis_stimulation\tis_inhibition\n"
        "P01116\tP04049\tKRAS\tRAF1\t1\t1\t0\n"
        "P28482\tP04049\tMAPK1\tRAF1\tTrue\tTrue\tTrue\n"
        "P04049\tQ02750\tRAF1\tMAP2K1\t1\t0\t0\n",
        [["mapk1", "raf1", -1], ["mapk1", "raf1", 1], ["ras", "raf1", 1]],
    ),
    "trrust": ("MYC\tKRAS\tRepression\t1;2\nMYC\tRAF1\tUnknown\t3\n", [["MYC", "ras", -1]]),
    "go": (
        "!gaf-version: 2.2\n"
        "UniProtKB\tP04049\tRAF1\tinvolved_in\tGO:0043066\tPMID:1\tIDA\n"
        "UniProtKB\tP28482\tMAPK1\tNOT|involved_in\tGO:0043065\tPMID:2\tIDA\n"
        "UniProtKB\tP28482\tMAPK1\tinvolved_in\tGO:0016310\tPMID:3\tIDA\n",
        [["raf1", "apoptosis", -1]],
    ),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("database", FILES)
def test_a_download_is_read(tmp_path, database, packed):
    text, expected = FILES[database]
    path = tmp_path / f"{database}.txt{'.gz' * packed}"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert curated.read(database, path, NODES).values.tolist() == expected


def test_a_table_of_ones_own_is_read(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("source,target,sign\nNRAS,raf1,-1\n")
    assert curated.read("signor", path, NODES).values.tolist() == [["ras", "raf1", -1]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is not there: expected the download of signor"),
        ("", "holds no signed edge"),
        ("ENTITYA\tENTITYB\nA\tB\n", "does not read as signor: expected tab-separated with a header: ENTITYA"),
        ("source,target,sign\nA,B,2\n", "does not read as signor"),
    ],
)
def test_a_bad_download_gets_a_sentence(tmp_path, text, said):
    path = tmp_path / "signor.tsv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ValueError, match=said) as error:
        curated.read("signor", path, NODES)
    assert "\n" not in str(error.value) and str(path) in str(error.value)


def test_agreement_by_hand():
    edges = pd.DataFrame({"regulator": list("aaab"), "target": list("bcda"), "sign": [1, 1, -1, 1]})
    there = pd.DataFrame({"source": list("aaaa"), "target": list("bcdd"), "sign": [1, -1, 1, -1]})
    assert curated.agreement(edges, there).tolist() == ["same sign", "opposite sign", "both signs", "absent"]


def test_the_databases_edges_take_the_place_of_the_books():
    own = pd.DataFrame({"source": ["raf1", "mapk1", "mapk1"], "target": ["myc", "jun", "jun"], "sign": [-1, 1, -1]})
    graph = curated.graph(network.graph(), {"signor": own})
    fixed = {(a, b) for a, b, source in graph.edges(data="source") if source != "signor"}
    assert {("raf1", "myc")} == set(graph.edges) - fixed  # mapk1 to jun has both signs
    assert ("sorafenib", "kdr") in fixed and ("mapk1", "proliferation") not in fixed
    assert set(graph) == set(network.graph())


def test_shortest_ways_only():
    signs = [("a", "b", 1), ("b", "d", 1), ("a", "c", 1), ("c", "d", -1), ("a", "e", 1), ("e", "f", 1), ("f", "d", 1)]
    graph = curated.between(pd.DataFrame(signs, columns=["source", "target", "sign"]), ["a"], ["d", "x"])
    assert sorted(graph.edges) == [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]


def folder(tmp_path, **change):
    """A folder of downloads, as the command takes it."""
    rows = {name: f"{name},{name}.txt,of today,2026-11-30" for name in FILES} | change
    for name, (text, _) in FILES.items():
        (tmp_path / f"{name}.txt").write_text(text)
    (tmp_path / "databases.csv").write_text("\n".join(["database,file,version,date", *rows.values()]))
    return tmp_path


def test_the_command_counts_what_it_read(tmp_path):
    listed, found = curated_graphs.downloads(folder(tmp_path))
    assert listed["edges"].tolist() == [2, 3, 1, 1] and list(found) == list(FILES)
    edges = curated_graphs.edges(found).set_index("id")
    assert edges.loc["e025", ["signor", "trrust", "go", "agreement"]].tolist() == [
        "same sign",
        "absent",
        "",
        "same sign",
    ]
    assert (edges["agreement"] == "same sign").sum() == 1  # RAS to RAF1 is the one of the book's edges in these files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"go": ""}, "has no row for go: expected one for each database"),
        ({"go": "go,go.gaf,of today,2026-11-30"}, "go.gaf is not there: expected the download of go"),
        ({"go": "go,go.txt,of today,November"}, "go: date is 'November', expected one as 2026-11-30"),
    ],
)
def test_the_command_says_what_is_missing(tmp_path, change, said):
    with pytest.raises(ValueError, match=said):
        curated_graphs.downloads(folder(tmp_path, **change))


def test_a_folder_without_a_list(tmp_path):
    with pytest.raises(ValueError, match=r"databases\.csv is not there: expected a table of database, file"):
        curated_graphs.downloads(tmp_path)


def test_claims_on_a_database_of_two_edges():
    """RAF1 alone feeds growth there: the drug slows it, and nothing else is said."""
    own = pd.DataFrame({"source": ["raf1"], "target": ["proliferation"], "sign": [1]})
    databases = {name: own for name in curated.DATABASES}
    found = curated_graphs.claims(databases, 2).set_index("id")
    assert found.loc["m01-signor-all", "verdict"] == "holds"
    assert found.loc["m02-signor-all", "verdict"] == "no path left"


def test_a_missing_edge_is_found():
    book = nx.DiGraph([("tgfa", "ras", {"sign": 1})])
    book.add_nodes_from(["mapk8", "raf1"])
    names = tables.read("signal_nodes")
    row = {
        "perturbation": "tgfa",
        "ligands": "tgfa",
        "inhibitors": "",
        "compared_ligands": "",
        "compared_inhibitors": "",
    }
    found = pd.DataFrame([row | {"protein": "jnk12", "book": 0}])
    edges = [("ras", "mapk8", 1), ("raf1", "mapk8", 1), ("tgfa", "mapk8", -1)]
    table = pd.DataFrame(edges, columns=["source", "target", "sign"])
    databases = dict.fromkeys(("signor", "omnipath", "trrust"), table)
    assert curated_graphs.missing(book, names, found, [1], databases) == ["ras to mapk8"]


def test_stored_verdicts_follow_from_their_shares():
    found, claims = tables.read("curated_claims"), tables.read("model_claims")
    assert len(found) == 4 * len(claims) and set(found["claim"]) == set(claims["id"])
    verdicts = [simulation.verdict(*shares) for shares in found[["agree", "oppose"]].itertuples(index=False)]
    assert found["verdict"].tolist() == verdicts
    assert (found.loc[found["verdict"] == "no path left", "null"] == 0).all()


# Names of the terms, from the Gene Ontology.
NAMED = {
    "GO:0008284": "positive regulation of cell population proliferation",
    "GO:0008285": "negative regulation of cell population proliferation",
    "GO:0043065": "positive regulation of apoptotic process",
    "GO:0043066": "negative regulation of apoptotic process",
    "GO:0045766": "positive regulation of angiogenesis",
    "GO:0016525": "negative regulation of angiogenesis",
    "GO:0010508": "positive regulation of autophagy",
    "GO:0010507": "negative regulation of autophagy",
    "GO:0010718": "positive regulation of epithelial to mesenchymal transition",
    "GO:0010719": "negative regulation of epithelial to mesenchymal transition",
    "GO:0030335": "positive regulation of cell migration",
    "GO:0030336": "negative regulation of cell migration",
    "GO:1902459": "positive regulation of stem cell population maintenance",
    "GO:1902460": "negative regulation of stem cell population maintenance",
    "GO:0045821": "positive regulation of glycolytic process",
    "GO:0045820": "negative regulation of glycolytic process",
}


def test_a_term_has_the_sign_of_its_name():
    signs = {"positive": 1, "negative": -1}
    assert {term: sign for term, (_, sign) in curated.TERMS.items()} == {
        term: signs[name.split()[0]] for term, name in NAMED.items()
    }


def test_activation_and_repression_of_trrust(tmp_path):
    path = tmp_path / "trrust.tsv"
    path.write_text("MYC\tKRAS\tActivation\t1\nMYC\tRAF1\tRepression\t2\n")
    assert curated.read("trrust", path, NODES).values.tolist() == [["MYC", "raf1", -1], ["MYC", "ras", 1]]


@pytest.mark.parametrize("column", ["regulator", "target", "sign"])
def test_a_table_of_edges_lacks_nothing(column):
    edges = pd.DataFrame({"regulator": ["a"], "target": ["b"], "sign": [1]})
    with pytest.raises(ValueError, match=f"no column {column}"):
        curated.agreement(edges.drop(columns=column), pd.DataFrame(columns=["source", "target", "sign"]))
