"""Let a wheel of the package bring the data package along: what datapackage.json lists, and nothing else of data/."""

import json
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ListedData(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":  # the checkout has its own
            return
        folder = Path(self.root, "data")
        resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        for name in ["datapackage.json", "references.bib", *(resource["path"] for resource in resources)]:
            build_data["force_include"][str(folder / name)] = f"sorafenib_book/data/{name}"
