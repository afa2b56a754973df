"""What runs elsewhere, such as workflows, names only what exists here; its links are told apart rightly."""

import http.server
import re
import shutil
import socket
import subprocess
import threading

import pytest
import yaml
from checkout import ROOT

from sorafenib_book import tables
from tools.build import links, serve
from tools.research import retractions

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
        jobs = yaml.safe_load(text)["jobs"]
        for job in jobs.values():
            assert set(job.get("needs", [])) <= jobs.keys()
            if "uses" in job:
                # YAML reads the key `on` as true
                assert "workflow_call" in yaml.safe_load((ROOT / job["uses"]).read_text(encoding="utf-8"))[True]
                continue
            assert "timeout-minutes" in job
            for step in job["steps"]:
                subprocess.run(["bash", "-n"], input=step.get("run", ""), text=True, check=True)


@pytest.mark.parametrize(
    ("name", "job", "first"),
    [("publish", "publish", {"test"}), ("release", "release", {"test", "nightly", "versions"})],
)
def test_nothing_is_given_out_before_its_tests(name, job, first):
    jobs = yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))["jobs"]
    called = {jobs[needed]["uses"] for needed in jobs[job]["needs"]}
    assert called == {f"./.github/workflows/{one}.yml" for one in first}


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


# Columns and form of dates as in the public list, among its other columns.
LIST = """Record ID,RetractionDate,RetractionDOI,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Paywalled
1,3/9/2026 0:00,10.1000/notice,10.1000/FIRST,0,Retraction,No
2,4/1/2026 0:00,10.1000/later,10.1000/first,0,Correction,No
3,12/31/2025 0:00,unavailable,unavailable,22222222,Expression of concern,No
4,1/2/2020 0:00,10.1000/a,10.1000/third,0,Retraction,No
5,1/3/2021 0:00,10.1000/b,10.1000/third,0,Reinstatement,No
"""
ENTRIES = """@article{first,\n  doi = {10.1000/first},\n  retraction_checked = {not looked up: DOI found since}\n}
@article{second,\n  pmid = {22222222},\n  retraction_checked = {not looked up: no DOI}\n}
@article{third,\n  doi = {10.1000/third},\n  retraction_checked = {Retraction Watch 2020-02-01: retraction of 2020}\n}
@article{fourth,\n  doi = {10.1000/fourth},\n  pmid = {0},\n  retraction_checked = {not looked up: new}\n}
@misc{fifth,\n  retraction_checked = {not looked up: no DOI}\n}
"""


def test_retractions_are_found_by_doi_and_pmid(tmp_path, monkeypatch, capsys):
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    monkeypatch.setattr(retractions, "BIBLIOGRAPHY", tmp_path / "references.bib")
    retractions.BIBLIOGRAPHY.write_text(ENTRIES, encoding="utf-8")
    retractions.main(path, "2026-12-01")
    says = re.findall(r"retraction_checked = \{(.*)\}", retractions.BIBLIOGRAPHY.read_text(encoding="utf-8"))
    assert says == [
        "Retraction Watch 2026-12-01: retraction of 2026-03-09 (10.1000/notice)",
        "Retraction Watch 2026-12-01: expression of concern of 2025-12-31",
        "Retraction Watch 2026-12-01: reinstatement of 2021-01-03 (10.1000/b)",
        "Retraction Watch 2026-12-01: no notice",
        "not looked up: no DOI",
    ]
    assert capsys.readouterr().out.splitlines()[2] == "first: retraction of 2026-03-09 (10.1000/notice)"


def test_a_clone_has_the_same_bytes_whatever_git_is_told_of_line_ends(tmp_path):
    names = [".gitattributes", "data/milestones.csv", "chapters/targets.ipynb", "figures/targets/fig-story.svg"]
    for name in names:
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "book" / name)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=true"]
    for command in (["init"], ["add", "."], ["commit", "-m", "all"], ["clone", ".", "../clone"]):
        subprocess.run([*git, *command], cwd=tmp_path / "book", check=True, capture_output=True)
    for name in names:
        assert (tmp_path / "clone" / name).read_bytes() == (ROOT / name).read_bytes(), name


def test_the_data_folder_holds_only_what_the_data_package_lists():
    listed = set(tables.listed(ROOT / "data"))
    # hidden files are those of editors, which git ignores
    found = {path for path in (ROOT / "data").iterdir() if not path.name.startswith((".", "~$"))}
    stray = [
        f"data/{path.name} is not listed in datapackage.json, so it is neither read nor published: describe it there, "
        "or move it away."
        for path in sorted(found - listed)
    ]
    assert not stray, "\n".join(stray)


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"^Port {port} cannot be used \(Address already in use\); name another"):
            serve.server(port)
