"""A template file whose bytes changed is compared by what it does to a VM."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dvm

TEMPLATE = "images:\n- location: https://example.org/a.img\n  arch: x86_64\nmounts: []\n"
ADDED = "provision:\n- mode: system\n  script: |\n    #!/bin/sh\n    touch /there\n"


@pytest.fixture
def file(dvm: Dvm) -> Path:
    """The template file of a VM that is there."""
    dvm.manifest('[vm.app]\ntemplate = "./t.yaml"\nrunning = false\n')
    path = next(dvm.place.rglob("dvm.toml")).parent / "t.yaml"
    path.write_text(TEMPLATE)
    path.chmod(0o600)
    result = dvm.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    return path


def test_a_comment_is_no_change(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE + "# a comment\n")
    for command in (("plan",), ("apply", "-y")):
        result = dvm.run(*command)
        assert (result.code, "No changes." in result.out) == (0, True), result.out + result.err


def test_another_image_is_for_new_vms(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE.replace("a.img", "b.img"))
    result = dvm.run("plan")
    assert (result.code, "new VMs get them" in result.out) == (0, True), result.out + result.err
    assert "replace" not in result.out


def test_another_effect_still_needs_a_replacement(dvm: Dvm, file: Path) -> None:
    file.write_text(TEMPLATE + ADDED)
    result = dvm.run("plan")
    assert "forces replacement" in result.out, result.out + result.err
    assert dvm.run("apply", "-y").code == 1


def test_what_shows_drift_agrees_with_the_plan(dvm: Dvm, file: Path) -> None:
    for text, drift in ((TEMPLATE + "# a comment\n", []), (TEMPLATE + ADDED, ["template_sha256"])):
        file.write_text(text)
        assert json.loads(dvm.run("ls", "--json").out)["vms"][0]["drift"] == drift
        assert json.loads(dvm.run("status", "app", "--json").out)["drift"] == drift
