"""A session is held to the manifest, or, while that has not changed since the last one, to the receipt."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Dvm


@pytest.fixture
def entered(dvm: Dvm) -> Dvm:
    """A VM that was entered once, so that its manifest is known."""
    dvm.manifest('[vm.app]\nports = ["3000"]\n')
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("ssh", "app", "--", "true").code == 0
    assert (dvm.state / "app" / "manifest").exists()
    return dvm


def test_a_forward_that_nobody_declared_is_found_without_the_manifest(entered: Dvm) -> None:
    override = entered.lima_home / "_config" / "override.yaml"
    override.parent.mkdir(mode=0o700, exist_ok=True)
    override.write_text("portForwards:\n- {guestPort: 9999, hostPort: 9999, static: true}\n")
    override.chmod(0o600)
    result = entered.run("ssh", "app", "--", "true")
    assert (result.code, "DVM303" in result.err) == (3, True), result.err


def test_a_manifest_that_changed_is_read_again(entered: Dvm) -> None:
    entered.manifest("[vm.app]\nports = []\n")
    result = entered.run("ssh", "app", "--", "true")
    assert (result.code, "DVM303" in result.err) == (3, True), result.err
    entered.manifest('[vm.app]\nports = ["3000"]\n[vm.web]\ncpus = "many"\n')
    for _ in range(2):
        result = entered.run("ssh", "app", "--", "true")
        assert (result.code, result.err.count("Warning:")) == (0, 1), result.err


def test_a_receipt_of_an_earlier_version_takes_the_manifest(entered: Dvm) -> None:
    place = entered.lima_home / "dvm-app" / "dvm.json"
    receipt = json.loads(place.read_text())
    del receipt["allowed"]
    place.write_text(json.dumps(receipt))
    assert entered.run("ssh", "app", "--", "true").code == 0


def test_a_manifest_that_is_put_back_is_not_taken_for_what_was_applied_since(entered: Dvm) -> None:
    entered.manifest('[vm.app]\nisolation = "standard"\nauto_ports = true\nports = ["3000", "4000"]\n')
    assert entered.run("apply", "-y").code == 0
    entered.manifest('[vm.app]\nports = ["3000"]\n')
    result = entered.run("ssh", "app", "--", "true")
    assert (result.code, "DVM303" in result.err) == (3, True), result.err


def test_a_note_of_an_earlier_version_or_a_damaged_one_is_no_agreement(entered: Dvm) -> None:
    note = entered.state / "app" / "manifest"
    whole = note.read_bytes()
    for damaged in (b"", b"x", whole[:-1], whole + b"0", b"\xff" * 64):
        note.write_bytes(damaged)
        assert entered.run("ssh", "app", "--", "true").code == 0
        assert note.read_bytes() == whole
