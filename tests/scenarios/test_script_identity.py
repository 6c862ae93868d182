"""A script is the same script by whatever path it is named: in review, dvm.lock, checks and receipts."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Dvm


@pytest.fixture
def shared(dvm: Dvm) -> Dvm:
    """One script, named by three paths."""
    dvm.manifest('[settings]\nrequire_review = true\n[vm.a]\nsetup = ["setup/base.sh"]\n')
    dvm.script("setup/base.sh", "echo base")
    (dvm.config / "links").symlink_to("setup")
    dvm.write("vms/b/vm.toml", 'setup = ["../../setup/base.sh"]\n')
    dvm.write("vms/c/vm.toml", 'setup = ["../../links/./base.sh"]\n')
    return dvm


def digest(dvm: Dvm) -> str:
    return hashlib.sha256((dvm.config / "setup" / "base.sh").read_bytes()).hexdigest()


def locked(dvm: Dvm) -> dict[str, str]:
    scripts: dict[str, str] = tomllib.loads((dvm.config / "dvm.lock").read_text())["scripts"]
    return scripts


def test_it_is_reviewed_once_and_has_one_entry(shared: Dvm) -> None:
    assert shared.run("plan").out.count("deny DVM108 ") == 1
    review = shared.run("review", "--yes")
    assert review.code == 0
    assert review.out.count("setup/base.sh is new") == 1
    assert "Runs in vm.a as admin, vm.b as admin, vm.c as admin." in review.out
    assert locked(shared) == {"setup/base.sh": digest(shared)}
    assert shared.run("plan").code == 0


def test_a_lock_of_the_old_form_is_read_and_rewritten(shared: Dvm) -> None:
    names = ("setup/base.sh", "vms/b/../../setup/base.sh", "vms/c/../../links/./base.sh")
    lines = "".join(f'"{name}" = "{digest(shared)}"\n' for name in names)
    shared.write("dvm.lock", f"version = 1\n[scripts]\n{lines}")
    assert shared.run("plan").code == 0
    assert shared.run("review", "--yes").code == 0
    assert locked(shared) == {"setup/base.sh": digest(shared)}


def test_two_spellings_with_two_digests_agree_to_nothing(shared: Dvm) -> None:
    lines = f'"setup/base.sh" = "{digest(shared)}"\n"vms/b/../../setup/base.sh" = "{"0" * 64}"\n'
    shared.write("dvm.lock", f"version = 1\n[scripts]\n{lines}")
    assert shared.run("plan").code == 3


def test_nothing_runs_again_for_another_spelling_or_an_older_receipt(shared: Dvm) -> None:
    assert shared.run("review", "--yes").code == 0
    assert shared.run("apply", "-y").code == 0
    assert [record["key"] for record in shared.receipt("c")["setup"]] == ["setup/base.sh"]
    for vm, path in (("a", "setup/base.sh"), ("b", "../../setup/base.sh")):
        place: Path = shared.lima_home / f"dvm-{vm}" / "dvm.json"
        receipt = json.loads(place.read_text())
        receipt["setup"] = [
            {k: v for k, v in {**each, "path": path}.items() if k != "key"} for each in receipt["setup"]
        ]
        place.write_text(json.dumps(receipt))
        place.chmod(0o600)
    shared.manifest(
        '[settings]\nrequire_review = true\n[vm.a]\nsetup = ["./links/base.sh"]\n[vm.b]\nsetup = ["setup/base.sh"]\n'
    )
    (shared.config / "vms" / "b" / "vm.toml").unlink()
    (shared.config / "vms" / "b").rmdir()
    plan = shared.run("plan", "--detailed-exitcode")
    assert plan.code == 0, plan.out


def test_a_file_that_is_listed_twice_by_two_paths_is_a_mistake(shared: Dvm) -> None:
    shared.write("vms/b/vm.toml", 'setup = ["../../setup/base.sh", "../../links/base.sh"]\n')
    result = shared.run("validate")
    assert result.code == 1
    assert "it is the same file as" in " ".join(result.err.split())
