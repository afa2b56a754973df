"""What runs elsewhere, such as workflows, names only what exists here; its links are told apart rightly."""

import http.server
import re
import subprocess
import threading

import pytest
import yaml
from checkout import ROOT

from tools.build import links

GITHUB = ROOT / ".github"
FILES = [*sorted(GITHUB.rglob("*.yml")), ROOT / ".pre-commit-config.yaml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_and_files_of_workflows_exist(path):
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = set(re.findall(r"run: make (\w+)", text))
    assert called <= targets, f"{called - targets} is no target of the Makefile"
    named = re.findall(r"(?:tools|tests|\.ci)/[\w/.]+", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
    if path.parent.name == "workflows":
        for job in yaml.safe_load(text)["jobs"].values():
            assert "timeout-minutes" in job
            for step in job["steps"]:
                subprocess.run(["bash", "-n"], input=step.get("run", ""), text=True, check=True)


@pytest.mark.parametrize("path", sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda path: path.stem)
def test_issue_forms_are_whole(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] and form["description"] and form["body"]
    fields = [field["id"] for field in form["body"]]
    assert len(set(fields)) == len(fields)
    assert all(field["type"] in ("input", "textarea") and field["attributes"]["label"] for field in form["body"])


@pytest.fixture
def site():
    """A server on this machine that answers as its path says."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(int(self.path[1:]))
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_dead_links_are_told_from_refusals(site):
    assert [links.problem(f"{site}/{code}") for code in (200, 403, 404, 500)] == [
        None,
        None,
        "answers 404",
        "answers 500",
    ]


def test_every_doi_is_asked_for():
    text = (ROOT / "data" / "references.bib").read_text(encoding="utf-8")
    dois = links.dois(text)
    assert len(dois) == len(set(re.findall(r"(?m)^ *doi *= *\{(.+)\}", text)))
    assert "https://doi.org/api/handles/10.1038/aps.2017.5" in dois.values()
