"""What the plan fixes does not block; what does not pass is not entered."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.posture import PostureRefusedError, VerifiedInstance, posture, verify
from dvm.errors import ExitCode
from dvm.model.check import Outcome, Weight
from dvm.model.instance import Mount, Provision, Status
from tests import factories
from tests.unit.checks.samples import config, configured, forward, orphan, standard, subject

MOUNT = Mount("/home/me", "/home/me", writable=True)
FIXED: list[tuple[str, dict[str, Any]]] = [
    ("DVM301", {"mounts": (MOUNT,)}),
    ("DVM302", {"forwards": (forward(1, host_ip="0.0.0.0"), factories.CATCH_ALL)}),
    ("DVM304", {"forward_agent": True}),
    ("DVM308", {"proxy_env": True}),
    ("DVM309", {"forwards": (forward(1, reverse=True), factories.CATCH_ALL)}),
    ("DVM312", {"ssh_public_keys": True}),
    ("DVM312", {"audio": "pa"}),
]


@pytest.mark.parametrize(("code", "changes"), FIXED)
def test_what_the_edit_fixes_is_shown_and_does_not_block(code: str, changes: dict[str, Any]) -> None:
    bad = subject(standard(), **changes)
    (denied,) = posture(bad, fixed=False)
    (fixed,) = posture(bad, fixed=True)
    assert denied.code == fixed.code == code
    assert denied.denies
    assert not fixed.denies
    assert (fixed.status, fixed.severity) == (Outcome.FAIL, Weight.WARN)
    because = " The plan fixes it; it is checked again after the edit, before the next start."
    assert fixed.detail == denied.detail + because
    assert fixed.remedy == "Nothing to do: apply fixes it."


def test_switching_to_strict_takes_a_host_wide_mount_away() -> None:
    override = config({"mounts": [{"location": "~"}]})
    strict = factories.desired()
    there = msgspec.structs.replace(subject(standard(), override, mounts=(MOUNT,)), desired=strict)
    (result,) = [found for found in posture(there, fixed=True) if found.code == "DVM301"]
    assert not result.denies
    (result,) = [found for found in posture(there, fixed=False) if found.code == "DVM301"]
    assert result.denies


def test_switching_to_strict_takes_nothing_else_of_the_host_wide_files_away() -> None:
    override = config({"mounts": [{"location": "~"}], "ssh": {"forwardAgent": True}})
    there = subject(standard(), override, mounts=(MOUNT,), forward_agent=True)
    there = msgspec.structs.replace(there, desired=factories.desired())
    assert [(found.code, found.denies) for found in posture(there, fixed=True)] == [("DVM301", False), ("DVM304", True)]


def test_a_mount_in_a_vm_that_is_strict_already_is_not_taken_away_by_an_edit() -> None:
    override = config({"mounts": [{"location": "~"}]})
    (result,) = posture(subject(factories.desired(), override, mounts=(MOUNT,)), fixed=True)
    assert (result.code, result.denies) == ("DVM301", True)


IMAGE = {"location": "https://example.org/a.img"}


@pytest.mark.parametrize(
    ("declared", "found", "override", "denies"),
    [
        ({"env": {"A": "x"}}, {"env": {"A": "x"}}, None, []),
        ({}, {"env": {"A": "x"}}, None, [False]),
        ({"dns": ["192.0.2.1"]}, {"dns": ["192.0.2.2"]}, None, [False]),
        # What an edit can't put back, and what comes from a file that no edit reaches.
        ({"images": [IMAGE]}, {"images": [IMAGE, IMAGE]}, None, [True]),
        ({}, {"env": {"A": "x"}}, {"env": {"A": "x"}}, [True]),
    ],
)
def test_what_nobody_declared_does_not_block_where_the_edit_undoes_it(
    declared: dict[str, Any], found: dict[str, Any], override: dict[str, Any] | None, denies: list[bool]
) -> None:
    there = configured(declared, found, None if override is None else config(override))
    assert [result.denies for result in posture(there, fixed=True)] == denies
    assert [result.denies for result in posture(there, fixed=False)] == [True for _ in denies]


def test_an_undeclared_loopback_forward_that_the_edit_takes_away_is_only_a_change_of_ports() -> None:
    bad = subject(standard(), forwards=())
    assert [result.code for result in posture(bad, fixed=False)] == ["DVM303"]
    assert posture(bad, fixed=True) == []


@pytest.mark.parametrize(
    ("code", "changes", "override"),
    [
        ("DVM301", {"mounts": (MOUNT,)}, {"mounts": [{"location": "~"}]}),
        ("DVM302", FIXED[1][1], {"portForwards": [{"guestPort": 1, "hostIP": "0.0.0.0"}]}),
        ("DVM304", {"forward_agent": True}, {"ssh": {"forwardAgent": True}}),
        ("DVM306", {"provision": (Provision("system", "x"),)}, {"provision": [{"script": "x"}]}),
        ("DVM308", {"proxy_env": True}, {"propagateProxyEnv": True}),
    ],
)
def test_what_comes_from_the_host_wide_files_denies_at_once(
    code: str, changes: dict[str, Any], override: dict[str, Any]
) -> None:
    (result,) = posture(subject(standard(), config(override), **changes), fixed=True)
    assert result.code == code
    assert result.denies


@pytest.mark.parametrize(
    "changes",
    [{"networks": ('{"lima": "shared"}',)}, {"copy_to_host": ("/h",)}, {"vnc": "0.0.0.0:0"}, {"disks": ("data",)}],
)
def test_what_the_edit_leaves_alone_denies_at_once(changes: dict[str, Any]) -> None:
    (result,) = posture(subject(**changes), fixed=True)
    assert result.denies


def test_a_broken_or_strange_instance_is_not_fixed_by_an_edit() -> None:
    good = subject()
    for changes in ({"status": Status.BROKEN}, {"receipt": None}):
        bad = msgspec.structs.replace(good, instance=msgspec.structs.replace(good.instance, **changes))
        assert [result.denies for result in posture(bad, fixed=True)] == [True]


def test_verify_passes_a_good_instance() -> None:
    good = subject()
    assert verify(good).instance is good.instance
    assert verify(orphan()).instance.name == "dvm-app"


@pytest.mark.parametrize(("code", "changes"), FIXED)
def test_verify_refuses(code: str, changes: dict[str, Any]) -> None:
    with pytest.raises(PostureRefusedError) as caught:
        verify(subject(standard(), **changes))
    error = caught.value
    assert [result.code for result in error.checks] == [code]
    assert error.exit_code is ExitCode.REFUSED
    assert code in error.summary
    assert "vm.app" in error.summary
    assert error.detail
    assert error.remedy


def test_a_refusal_names_all_that_was_found_each_once() -> None:
    bad = subject(standard(), proxy_env=True, forward_agent=True, mounts=(MOUNT, MOUNT))
    with pytest.raises(PostureRefusedError) as caught:
        verify(bad)
    error, found = caught.value, posture(bad, fixed=False)
    assert [result.code for result in error.checks] == ["DVM301", "DVM301", "DVM304", "DVM308"]
    assert error.summary == "vm.app did not pass the security checks: DVM301, DVM304, DVM308."
    assert error.detail.splitlines() == [result.detail for result in found[1:]]
    assert error.remedy.splitlines() == list(dict.fromkeys(result.remedy for result in found))


@pytest.mark.parametrize("desired", [True, False])
def test_verify_refuses_an_instance_without_our_receipt(desired: bool) -> None:
    good = subject()
    stranger = msgspec.structs.replace(
        good,
        instance=msgspec.structs.replace(good.instance, receipt=None),
        desired=good.desired if desired else None,
    )
    with pytest.raises(PostureRefusedError, match="DVM311"):
        verify(stranger)


def test_only_verify_makes_the_token() -> None:
    good = subject()
    with pytest.raises(TypeError, match=r"only .* makes a VerifiedInstance"):
        VerifiedInstance(good.instance, object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        VerifiedInstance(good.instance)  # type: ignore[call-arg]
    verified = verify(good)
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(verified, instance=good.instance)  # type: ignore[type-var]
    with pytest.raises(TypeError):
        msgspec.structs.replace(verified, instance=good.instance)  # type: ignore[type-var]
    for change in (
        lambda: setattr(verified, "instance", good.instance),
        lambda: delattr(verified, "instance"),
        lambda: copy.copy(verified),
    ):
        with pytest.raises(AttributeError, match="VerifiedInstance does not change"):
            change()
