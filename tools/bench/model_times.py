"""What the mechanism model costs, up to ten times the graph and ten times the ensemble, on one core."""

import time

import networkx as nx

from sorafenib_book import network, simulation, tables

LARGER = (1, 2, 5, 10)


def copies(graph, count):
    """A graph made of copies of one."""
    return nx.union_all(nx.relabel_nodes(graph, {node: f"{node}_{k}" for node in graph}) for k in range(count))


def seconds(what, *values, **options):
    """Processor time of a call."""
    started = time.process_time()
    what(*values, **options)
    return time.process_time() - started


def state(graph, size):
    """One steady state under the drug."""
    drugs = [node for node in graph if node.startswith("sorafenib")]
    simulation.steady_states(simulation.ensemble(graph, size), high=drugs)


def measured():
    """Rows of a table, the first one its head."""
    graph, claims = network.graph(), tables.read("model_claims")
    rows = [["nodes", "edges", "simulations", "one state"]]
    for times in LARGER:
        larger = copies(graph, times)
        sizes = [f"{count:,}" for count in (larger.number_of_nodes(), larger.number_of_edges(), 1000)]
        rows.append([*sizes, f"{seconds(state, larger, 1000):.2f} s"])
    sizes = [f"{count:,}" for count in (graph.number_of_nodes(), graph.number_of_edges())]
    for times in LARGER[1:]:
        rows.append([*sizes, f"{1000 * times:,}", f"{seconds(state, graph, 1000 * times):.2f} s"])
    whole = seconds(simulation.test_claims, graph, claims, size=1000)
    return [*rows, [*sizes, "1,000", f"all {len(claims)} claims: {whole:.1f} s"]]
