"""What the plan fixes does not block; what does not pass is not entered."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.posture import FIXED_BY_EDIT, PostureRefusedError, VerifiedInstance, posture, verify
from dvm.errors import ExitCode
from dvm.lima.settings import settings
from dvm.model.check import Outcome, Weight
from dvm.model.instance import Mount, Provision, Status
from tests import factories
from tests.unit.checks.samples import config, forward, orphan, standard, subject

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
    assert "The plan fixes it" in fixed.detail
    assert "checked again after the edit" in fixed.detail


def test_switching_to_strict_takes_a_host_wide_mount_away() -> None:
    override = config({"mounts": [{"location": "~"}]})
    strict = factories.desired()
    there = msgspec.structs.replace(subject(standard(), override, mounts=(MOUNT,)), desired=strict)
    (result,) = [found for found in posture(there, fixed=True) if found.code == "DVM301"]
    assert not result.denies
    (result,) = [found for found in posture(there, fixed=False) if found.code == "DVM301"]
    assert result.denies


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


def test_the_edit_sets_what_is_said_to_be_fixed() -> None:
    """Should the edit set less one day, what it leaves must deny again."""
    assert {f".{key}" for key in FIXED_BY_EDIT} <= set(settings(factories.desired()))


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
