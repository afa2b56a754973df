"""Measure what the mechanism model costs, up to ten times the graph and ten times the ensemble, on one core.

usage: costs.py
"""

import time

import networkx as nx

from sorafenib_book import network, simulation, tables

LARGER = (1, 2, 5, 10)


def copies(graph, count):
    """A graph made of copies of one, side by side."""
    return nx.union_all([nx.relabel_nodes(graph, {node: f"{node}_{k}" for node in graph}) for k in range(count)])


def seconds(graph, size):
    """Processor time of one steady state under the drug."""
    drawn, drugs = simulation.ensemble(graph, size), [node for node in graph if node.startswith("sorafenib")]
    started = time.process_time()
    simulation.steady_states(drawn, high=drugs)
    return time.process_time() - started


def main():
    graph, claims = network.graph(), tables.read("model_claims")
    started = time.process_time()
    simulation.test_claims(graph, claims, size=1000)
    print(f"all {len(claims)} claims on one graph, 1,000 weightings  {time.process_time() - started:.1f} s")
    for times in LARGER:
        larger = copies(graph, times)
        print(f"one state, 1,000 weightings, {larger.number_of_edges()} edges  {seconds(larger, 1000):.2f} s")
    for times in LARGER[1:]:
        print(
            f"one state, {times},000 weightings, {graph.number_of_edges()} edges  {seconds(graph, 1000 * times):.2f} s"
        )


if __name__ == "__main__":
    main()
