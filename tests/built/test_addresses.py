"""Addresses of pages, sections, figures, tables, rows, claims and exercises that once were, still lead somewhere."""

from tools.build import addresses


def test_old_addresses_lead_somewhere(pages):
    dead = []
    for path, wanted in addresses.listed().items():
        there = {tag["id"] for tag in pages[path].find_all(id=True)} if path in pages else set()
        dead += [f"{path}#{place}" for place in sorted(wanted - there)] if path in pages else [path]
    assert not dead, "say under `moved` in _config.yml where these went:\n" + "\n".join(dead)
