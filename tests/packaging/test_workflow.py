"""The workflow for continuous integration does what `.ci/run` does, where DVM is said to run, and trusts little."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

PATH = ROOT / ".github" / "workflows" / "ci.yml"
TEXT = PATH.read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = WORKFLOW["jobs"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def commands(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_it_runs_ci_run_on_every_python_and_system_that_the_package_names() -> None:
    matrix = JOBS["check"]["strategy"]["matrix"]
    assert ".ci/run" in commands("check")
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    assert matrix["python"] == re.findall(r"Python :: (3\.\d+)$", "\n".join(classifiers), re.MULTILINE)
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos"]


def test_its_make_targets_exist() -> None:
    wanted = {target for job in JOBS for line in commands(job) for target in re.findall(r"^make ([\w-]+)$", line)}
    assert wanted == {"floors", "package", "contract-real", "e2e"}
    assert wanted <= set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE))


def test_it_may_read_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in JOBS.values())
    assert "secrets." not in TEXT
    for job in JOBS.values():
        for step in job["steps"]:
            if str(step.get("uses", "")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_every_action_is_pinned_by_a_commit_and_says_which_release_it_is() -> None:
    uses = re.findall(r"uses: (.*)$", TEXT, re.MULTILINE)
    assert uses
    for line in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", line), line
    assert len({line.split("@")[0] for line in uses}) == len(set(uses)), "one release of each"


def test_the_real_lima_is_verified_before_it_is_unpacked_and_has_kvm() -> None:
    (script,) = (line for line in commands("lima") if "curl" in line)
    assert re.fullmatch(r"[0-9a-f]{64}", JOBS["lima"]["env"]["LIMA_SHA256"])
    assert script.index("sha256sum --check") < script.index("tar --extract")
    assert any("/dev/kvm" in line and "udevadm" in line for line in commands("lima"))
    assert JOBS["lima"]["env"]["DVM_E2E_TEMPLATE"]


def test_actionlint_finds_nothing() -> None:
    program = shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not installed")
    done = subprocess.run([program, PATH], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
