"""Which limactl is taken."""

from __future__ import annotations

import pytest

from tests.conftest import Dvm


def says(dvm: Dvm, answer: str) -> None:
    """Put a limactl in front that gives this answer to --version."""
    limactl = dvm.place / "limactl"
    front = limactl.with_name("front")
    front.write_text(f'#!/bin/sh\ncase "$*" in *--version*) echo "{answer}";; *) exec {limactl} "$@";; esac\n')
    front.chmod(0o700)
    dvm.environment["DVM_LIMACTL"] = str(front)


@pytest.mark.parametrize("version", ["HEAD-7482867", "HEAD", "7482867a", "7482867.m"])
def test_a_build_from_head_is_taken_with_a_warning(dvm: Dvm, version: str) -> None:
    dvm.manifest("[vm.app]\n")
    says(dvm, f"limactl version {version}")
    plan = dvm.run("plan", "--json")
    assert plan.code == 0
    assert plan.json["limactl_version"] == version
    (warning,) = plan.json["diagnostics"]
    assert warning["severity"] == "warning"
    assert version in warning["summary"]
    assert f"limactl {version} is a build that no release of Lima has" in dvm.run("plan").out
    assert dvm.run("apply", "-y").code == 0
    assert "warning" in dvm.run("doctor").out


@pytest.mark.parametrize(
    "answer", ["limactl version 1.9.9", "limactl version <unknown>", "", "HEAD-7482867", "limactl version HEAD-;x"]
)
def test_an_older_one_or_none_is_refused_with_a_way_on(dvm: Dvm, answer: str) -> None:
    dvm.manifest("[vm.app]\n")
    says(dvm, answer)
    result = dvm.run("plan")
    assert result.code == 1
    assert "Install Lima 2.0 or later" in result.err


def test_a_release_needs_no_warning(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    for version in ("2.2.0", "v2.0.0-rc.1", "2.2.0-15-g7482867.m"):
        says(dvm, f"limactl version {version}")
        assert dvm.run("plan", "--json").json["diagnostics"] == []
