"""Shuffled graphs give today what is stored of them."""

import pytest

from sorafenib_book import network, simulation, tables
from tools.research import shuffled_graphs


@pytest.mark.parametrize("how", simulation.SHUFFLES)
def test_a_shuffled_graph_today_gives_the_stored_results(how):
    stored = tables.read("model_nulls").set_index("id")
    rows = shuffled_graphs.nulls(how, [1, 2, 3], simulation.shuffled(network.graph(), how, 3))
    assert len(rows) > 3
    for row in rows:
        assert stored.loc[row["id"], list(row)[1:]].to_dict() == {k: v for k, v in row.items() if k != "id"}
