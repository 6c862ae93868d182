"""The workflow for releases: what is built is attested and published, by jobs that may do that and nothing else."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.conftest import ROOT

TEXT = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = WORKFLOW["jobs"]


def test_it_runs_for_tags_of_versions_and_nothing_else() -> None:
    # YAML 1.1 reads `on` as true.
    assert WORKFLOW[True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}
    assert any("pyproject.toml" in step.get("run", "") for step in JOBS["build"]["steps"])


def test_each_job_may_do_what_it_is_for() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read"},
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"id-token": "write"},
    }
    assert "secrets." not in TEXT
    assert (JOBS["attest"]["needs"], JOBS["publish"]["needs"]) == ("build", "attest")
    assert JOBS["publish"]["environment"] == "release"


def test_what_has_a_token_runs_nothing_of_the_repository() -> None:
    for name in ("attest", "publish"):
        steps = JOBS[name]["steps"]
        assert not [step for step in steps if "run" in step or "checkout" in step["uses"]]


def test_every_action_is_pinned_by_a_commit_and_is_the_one_that_ci_has() -> None:
    uses = re.findall(r"uses: (.*)$", TEXT, re.MULTILINE)
    assert len(uses) == 7
    for line in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", line), line
    also = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    releases = {line.split("@")[0]: line for line in re.findall(r"uses: (.*)$", also, re.MULTILINE)}
    assert all(releases.get(line.split("@")[0], line) == line for line in uses)


def test_no_run_pastes_what_an_event_says() -> None:
    assert not [step for job in JOBS.values() for step in job["steps"] if "${{" in step.get("run", "")]
