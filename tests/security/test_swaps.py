"""A setup script or template that is swapped at the worst moment: the swapped text never reaches a guest."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from dvm.checks.files import review
from dvm.checks.gate import ChecksRefusedError, approve, judge
from dvm.checks.subjects import FileSubject
from dvm.files import read_evidence
from dvm.lima.calls import shown
from dvm.manifest.load import load
from dvm.model.evidence import Role
from dvm.model.instance import Observed
from dvm.model.lima_config import LimaConfig
from dvm.model.plan import PlanOptions
from dvm.plan.build import build_plan
from dvm.state.unfinished import Unfinished
from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config

GOOD = b"#!/usr/bin/env bash\nset -Eeuo pipefail\n# sim: print good\n"
EVIL = b"#!/usr/bin/env bash\nset -Eeuo pipefail\n# sim: print evil\n"
TRIES = 1000

# Swaps what NAME is, as fast as it can, between two links; each swap is one rename.
FLIP = """
import os, sys
name, *targets = sys.argv[1:]
while True:
    for target in targets:
        os.symlink(target, name + ".new")
        os.rename(name + ".new", name)
"""


@contextmanager
def flipping(name: Path, *targets: Path) -> Iterator[None]:
    name.unlink(missing_ok=True)
    name.symlink_to(targets[0])
    with subprocess.Popen([sys.executable, "-c", FLIP, str(name), *map(str, targets)]) as flipper:
        try:
            yield
        finally:
            flipper.kill()


@pytest.fixture
def two(place: Path) -> tuple[Path, Path]:
    """A good script, and an evil one in a directory where others can write."""
    good, evil = place / "good" / "a.sh", place / "evil" / "a.sh"
    for path, text in ((good, GOOD), (evil, EVIL)):
        path.parent.mkdir(mode=0o700)
        path.write_bytes(text)
        path.chmod(0o600)
    evil.parent.chmod(0o777)
    return good, evil


@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_was_checked_is_what_was_read(place: Path, two: tuple[Path, Path], what: str) -> None:
    """1,000 reads while the link flips: evil bytes always come with the evil directory in the evidence."""
    link = place / "link"
    targets = two if what == "file" else (two[0].parent, two[1].parent)
    path = link if what == "file" else link / "a.sh"
    seen = {GOOD: 0, EVIL: 0, None: 0}
    with flipping(link, *targets):
        for _ in range(TRIES):
            evidence = read_evidence(path, Role.SCRIPT)
            seen[evidence.content] += 1
            denied = any(result.denies for result in review(FileSubject(evidence, os.geteuid())))
            assert denied is (evidence.content != GOOD)
            if evidence.content is not None:
                assert evidence.sha256 == hashlib.sha256(evidence.content).hexdigest()
    assert seen[GOOD]
    assert seen[EVIL]


@pytest.mark.parametrize("pinned", [True, False])
def test_only_good_bytes_are_approved(place: Path, two: tuple[Path, Path], pinned: bool) -> None:
    """1,000 times from the manifest to an approved plan: the bytes in its steps are those that passed."""
    good, evil = two
    if pinned:  # then not even a place that is trusted helps
        evil.parent.chmod(0o700)
    entry = f'{{ script = "a.sh", sha256 = "{hashlib.sha256(GOOD).hexdigest()}" }}' if pinned else '"a.sh"'
    manifest = place / "dvm.toml"
    manifest.write_text(f"version = 1\n[vm.app]\nsetup = [{entry}]\n")
    manifest.chmod(0o600)
    observed = Observed(place / "l", "2.2.0")
    approved = refused = 0
    with flipping(place / "a.sh", good, evil):
        for _ in range(TRIES):
            try:
                loaded = load(manifest, host_cores=4, lima_home=place / "l")
                plan = build_plan(loaded, observed, PlanOptions(), Unfinished())
                verdict = judge(plan, loaded, observed, LimaConfig(), uid=os.geteuid(), limactl=None)
                passed = approve(plan, verdict)
            except ChecksRefusedError:
                refused += 1
                continue
            approved += 1
            (step,) = (step for step in passed.plan.steps if step.script is not None)
            assert step.script is not None
            assert step.script.script.file.content == GOOD
            # What the guest is told to expect.
            assert hashlib.sha256(GOOD).hexdigest() in shown(step.intent)
            assert str(len(GOOD)) in shown(step.intent)
    assert approved
    assert refused


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    path = dvm.config / "a.sh"
    path.write_bytes(GOOD)
    path.chmod(0o700)
    return dvm


def ran(dvm: Dvm) -> set[str]:
    return {run["sha256"] for run in dvm.runs("app")}


def sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def answered(dvm: Dvm, meanwhile: Callable[[], object]) -> tuple[int | None, str]:
    """`dvm apply` that is answered with yes after `meanwhile`: its exit code and what it said after that."""
    child = pexpect.spawn(
        sys.executable, ["-m", "dvm", "apply"], env=dvm.environment, cwd=str(dvm.place), timeout=60, encoding="utf-8"
    )
    child.expect("Enter a value: ")
    meanwhile()
    child.sendline("yes")
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, " ".join(str(child.before).split())


def test_swapped_at_the_prompt(one: Dvm) -> None:
    code, said = answered(one, lambda: (one.config / "a.sh").write_bytes(EVIL))
    assert code == 4
    assert "DVM106" in said
    assert one.calls(changing=True) == []


@pytest.fixture
def templated(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\ntemplate = "t.yaml"\n\n[vm.db]\ntemplate = "template:fedora"\n')
    digest = "0" * 64
    template = f'images:\n- location: https://example.com/i.qcow2\n  digest: "sha256:{digest}"\n'
    (dvm.config / "t.yaml").write_text(template)
    (dvm.config / "t.yaml").chmod(0o600)
    return dvm


def test_a_template_that_is_swapped_at_the_prompt(templated: Dvm) -> None:
    def swap() -> None:
        with (templated.config / "t.yaml").open("a") as file:
            file.write("provision:\n- mode: system\n  script: echo evil\n")

    code, said = answered(templated, swap)
    assert code == 4
    assert "The plan is stale" in said
    assert "t.yaml (template) changed since it was shown" in said
    assert templated.calls(changing=True) == []
    assert answered(templated, lambda: None)[0] == 0


def test_what_is_newly_warned_of_at_the_prompt_was_not_agreed_to(templated: Dvm) -> None:
    assert templated.run("apply", "-y", "db").code == 0
    templated.forget()

    def warn() -> None:  # the steps stay as they were; the VM that runs was booted before this
        lima_config(templated, "override.yaml", "message: hello\n")

    code, _ = answered(templated, warn)
    assert code == 4
    assert templated.calls(changing=True) == []
    assert "DVM313" in templated.run("plan").out


def test_what_changes_nothing_at_the_prompt_does_not_stand_in_the_way(templated: Dvm) -> None:
    def comment() -> None:
        manifest = templated.config / "dvm.toml"
        manifest.write_text(manifest.read_text() + "# nothing\n")

    assert answered(templated, comment)[0] == 0


def test_swapped_between_check_and_run(one: Dvm) -> None:
    faults = one.place / "faults.json"
    faults.write_text(json.dumps([{"match": ["create"], "do": "delay", "seconds": 3}]))
    with one.popen("apply", "-y", DVM_SIM_FAULTS=str(faults)) as running:
        deadline = time.monotonic() + 60
        while not any(call[0] == "create" for call in one.calls()) and time.monotonic() < deadline:
            time.sleep(0.05)
        (one.config / "a.sh").write_bytes(EVIL)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0, out + err
    assert ran(one) == {sha256(GOOD)}
    # And the next plan shows that it changed.
    assert "+# sim: print evil" in one.run("plan").out


def test_swapped_by_a_flipping_link_while_whole_programs_run(one: Dvm, two: tuple[Path, Path]) -> None:
    good, evil = two
    assert one.run("apply", "-y").code == 0
    codes = set()
    with flipping(one.config / "a.sh", good, evil):
        for number in range(8):
            one.manifest(f'[vm.app]\nuser = "dev{number}"\nsetup = ["a.sh"]\n')
            codes.add(one.run("apply", "-y").code)
    assert codes <= {0, 3, 4}
    assert ran(one) == {sha256(GOOD)}


def test_what_arrives_is_verified_once_more(one: Dvm) -> None:
    """The guest runs nothing whose SHA-256 is not the promised one."""
    assert one.run("apply", "-y").code == 0
    (call,) = (call for call in one.calls(changing=True) if "dvm-setup" in call)
    before = one.runs("app")
    other = list(call)
    other[other.index("dvm-setup") + 1] = "another-run"
    head = f"number\0challenge {sha256(b'challenge')}\0program\0"
    done = one.limactl(*other, stdin=head + (EVIL[: len(GOOD)]).decode())
    assert done.code == 90
    assert one.runs("app") == before
