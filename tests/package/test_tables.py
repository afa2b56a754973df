"""The tables are read with the types of their columns."""

import pytest

from sorafenib_book import tables


@pytest.mark.parametrize("name", tables.names())
def test_columns_are_typed(name):
    table, dtypes = tables.read(name), {"number": "float64", "integer": "Int64", "boolean": "boolean"}
    assert len(table)
    for field in tables.schema(name)["fields"]:
        if field["type"] in dtypes:
            assert str(table[field["name"]].dtype) == dtypes[field["type"]]
        else:
            assert table[field["name"]].dropna().map(type).eq(str).all()
    assert not table.isin([""]).any(axis=None), "an empty cell is missing, not an empty text"


def test_publications_are_named_briefly():
    assert tables.cite("negri2015perk") == "Negri 2015"
    assert tables.cite("aboualfa2006phase2;zhang2009perk") == "Abou-Alfa 2006"
    with pytest.raises(KeyError, match="no entry 'nobody1900'"):
        tables.cite("nobody1900")


def test_unknown_table():
    with pytest.raises(KeyError, match="studies, endpoints"):
        tables.read("trials")
