"""dvm doctor: each of its lines when all is well, and when it is not; each that is not says what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Dvm
from tests.scenarios.test_gate import lima_config

Found = dict[str, tuple[str, str, str]]


def examined(dvm: Dvm, **environment: str) -> tuple[int, Found]:
    """What was found by what was looked at: state, what, remedy. Of several lines of a kind, the last."""
    before, dvm.environment = dvm.environment, dvm.environment | environment
    result = dvm.run("doctor", "--json")
    dvm.environment = before
    assert result.err == ""
    findings = result.json["findings"]
    for finding in findings:
        assert finding["state"] == "ok" or finding["remedy"], finding
    worst = any(finding["state"] == "error" for finding in findings)
    assert result.code == (1 if worst else 0)
    return result.code, {each["what"]: (each["state"], each["found"], each["remedy"]) for each in findings}


@pytest.fixture
def well(dvm: Dvm) -> Dvm:
    """A host on which nothing is in the way: its programs are stand-ins, so that it is the same everywhere."""
    programs = dvm.place / "bin"
    programs.mkdir()
    for name in ("ssh", "qemu-system-x86_64", "qemu-system-aarch64"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    dvm.environment["PATH"] = str(programs)
    dvm.manifest('[vm.app]\nmemory = "512MiB"\ndisk = "1GiB"\n')
    return dvm


def test_where_all_is_well_each_line_says_so(well: Dvm) -> None:
    code, found = examined(well)
    assert code == 0
    well_known = {what: state for what, (state, _, _) in found.items() if what not in {"user", "driver"}}
    assert well_known == dict.fromkeys(
        ("limactl", "LIMA_HOME", "_config", "ssh", "state", "manifest", "memory", "disk"), "ok"
    )
    assert f"{well.place / 'limactl'}, version 2." in found["limactl"][1]
    assert found["manifest"][1] == f"{well.config / 'dvm.toml'} (1 VM)"
    assert well.calls(changing=True) == []
    assert not well.state.exists(), "a look makes no directory"
    lines = well.run("doctor").out.splitlines()
    assert len([line for line in lines if line.startswith("ok ")]) >= len(well_known)
    assert ("user" in found) is (os.geteuid() == 0)


def test_limactl(well: Dvm) -> None:
    code, found = examined(well, DVM_LIMACTL="")
    assert (code, found["limactl"][0]) == (1, "error")
    assert "not on PATH" in found["limactl"][1]
    assert "Install Lima 2.0 or later" in found["limactl"][2]
    old = well.place / "old"
    old.write_text("#!/bin/sh\necho limactl version 1.2.1\n")
    old.chmod(0o755)
    code, found = examined(well, DVM_LIMACTL=str(old))
    assert (code, found["limactl"][0]) == (1, "error")
    assert "1.2.1 is too old" in found["limactl"][1]
    old.chmod(0o777)
    code, found = examined(well, DVM_LIMACTL=str(old))
    assert "mode 0777" in found["limactl"][1]
    if os.geteuid() == 0:
        old.chmod(0o755)
        os.chown(old, 4242, -1)
        assert "belongs to uid 4242" in examined(well, DVM_LIMACTL=str(old))[1]["limactl"][1]


def test_lima_home_and_its_config(well: Dvm) -> None:
    lima_config(well, "override.yaml", "mounts:\n- location: /home\n")
    lima_config(well, "default.yaml", "{}\n")
    code, found = examined(well)
    assert (code, found["_config"][0]) == (0, "warning")
    assert "override.yaml sets mounts" in found["_config"][1]
    well.lima_home.chmod(0o777)
    code, found = examined(well)
    assert (code, found["LIMA_HOME"][0], found["LIMA_HOME"][2]) == (1, "error", f"chmod go-w {well.lima_home}")
    if os.geteuid() == 0:
        well.lima_home.chmod(0o755)
        os.chown(well.lima_home, 4242, -1)
        assert "belongs to uid 4242" in examined(well)[1]["LIMA_HOME"][1]
    code, found = examined(well, LIMA_HOME=str(well.place / "new"))
    assert (found["LIMA_HOME"][0], "first used" in found["LIMA_HOME"][1]) == ("ok", True)


def test_programs(well: Dvm) -> None:
    for name in ("ssh", "qemu-system-x86_64", "qemu-system-aarch64"):
        (well.place / "bin" / name).unlink()
    code, found = examined(well)
    assert code == 1
    assert found["ssh"] == ("error", "ssh is not on PATH", "Install it: Lima needs ssh.")
    if found["driver"][1] != "vz, which comes with macOS":
        assert found["driver"][0] == "error"


def test_the_state_directory(well: Dvm) -> None:
    (well.place / "file").touch()
    code, found = examined(well, DVM_STATE_DIR=str(well.place / "file" / "s"))
    assert (code, found["state"][0], "DVM_STATE_DIR" in found["state"][2]) == (1, "error", True)
    well.state.mkdir()
    well.state.chmod(0o755)
    code, found = examined(well)
    assert (code, found["state"][0], found["state"][2]) == (0, "warning", f"chmod 700 {well.state}")
    well.state.chmod(0o777)
    code, found = examined(well)
    assert (code, found["state"][0], "DVM103" in found["state"][1]) == (1, "error", True)
    assert found["limactl"][0] == "ok", "the rest is told all the same"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_state_directory_that_may_not_be_written_to(well: Dvm) -> None:
    well.state.mkdir()
    well.state.chmod(0o500)
    code, found = examined(well)
    assert (code, found["state"][0], "can't be written to" in found["state"][1]) == (1, "error", True)


def test_the_manifest_and_what_it_asks_for(well: Dvm) -> None:
    well.manifest('[vm.app]\nmemory = "900000GiB"\ndisk = "900000GiB"\n[vm.db]\n')
    code, found = examined(well)
    assert (code, found["memory"][0], found["disk"][0]) == (0, "warning", "warning")
    assert "(2 VMs)" in found["manifest"][1]
    well.manifest('[vm.app]\nmemory = "900000GiB"\nrunning = false\n')
    assert examined(well)[1]["memory"][0] == "ok", "a VM that stands still takes none"
    well.manifest("[vm.app]\ncpu = 2\n")
    code, found = examined(well)
    assert (code, found["manifest"][0], found["manifest"][2]) == (1, "error", "`dvm validate` shows where.")
    assert "memory" not in found
    Path(well.config / "dvm.toml").unlink()
    code, found = examined(well)
    assert (code, found["manifest"][0], "dvm new" in found["manifest"][2]) == (0, "warning", True)
