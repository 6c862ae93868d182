"""DVM315: a rule on what may leave a VM is in force, or is reported."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dvm.checks.instances import egress_not_in_force
from dvm.checks.subjects import InstanceSubject
from dvm.egress.names import parse_rule
from dvm.egress.policy import Policy, Reached
from dvm.model.check import CheckResult
from dvm.model.egress import EgressState, Network
from dvm.model.instance import Status
from tests import factories
from tests.unit.checks.samples import ESC, subject, texts

LIMITED = replace(
    factories.desired(egress=["example.org"], setup_egress=["setup.example.org"]), reached=(Reached("db", 5432, 15432),)
)
POLICY = Policy(
    "dvm-app",
    "app",
    names=(parse_rule("example.org"),),
    setup_names=(parse_rule("setup.example.org"),),
    reached=LIMITED.reached,
)
SHUT = EgressState(POLICY, network=Network.SHUT)


def found(state: EgressState | None, vm: Any = LIMITED, **changes: Any) -> list[CheckResult]:
    """What is found of a running VM in this state."""
    there = subject(vm)
    changed = replace(there.instance, **({"status": Status.RUNNING, "egress": state} | changes))
    return egress_not_in_force.CHECK.run(replace(there, instance=changed))


def test_a_rule_that_is_in_force_passes() -> None:
    assert found(SHUT) == []
    assert found(EgressState(POLICY, listens=True), vm_type="vz") == []


@pytest.mark.parametrize(
    ("state", "vm_type", "words"),
    [
        (EgressState(POLICY, network=Network.OPEN), "qemu", "runs without its egress rule"),
        (EgressState(POLICY, network=Network.OTHER), "qemu", "shut in another way than its egress policy says, as"),
        (
            EgressState(POLICY, "odd", Network.OTHER),
            "qemu",
            "shut in another way than its egress policy says (odd), as",
        ),
        (EgressState(POLICY, network=Network.NOT_SEEN), "qemu", "can't be seen"),
        # A proxy that listens says nothing of QEMU's network, and a network says nothing of a rule in the guest.
        (EgressState(POLICY, network=Network.OPEN, listens=True), "qemu", "runs without its egress rule"),
        (EgressState(POLICY, network=Network.SHUT), "vz", "Its proxy does not run"),
    ],
)
def test_a_rule_that_is_not_in_force_denies(state: EgressState, vm_type: str, words: str) -> None:
    (result,) = found(state, vm_type=vm_type)
    assert result.denies
    assert result.subject == "vm.app"
    assert words in result.detail
    assert result.remedy == "`dvm apply app` puts the rule in force."
    assert egress_not_in_force.is_settled(result)


@pytest.mark.parametrize(
    "changes",
    [
        {"egress": None},
        {"status": Status.STOPPED},
        {"vm": factories.desired()},
        {"vm": factories.desired(egress="open")},
    ],
)
def test_what_does_not_run_or_has_no_rule_passes(changes: dict[str, Any]) -> None:
    assert found(EgressState(network=Network.OPEN), **changes) == []


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"names": (parse_rule("example.org"), parse_rule("*.evil.example:8443"))}, "*.evil.example:8443"),
        # A name of setup alone does not count afterwards; one for always counts while setup runs, too.
        ({"names": (parse_rule("setup.example.org"),)}, "setup.example.org"),
        ({"setup_names": (parse_rule("example.org"),)}, ""),
        ({"setup_names": (parse_rule("evil.example"),)}, "evil.example"),
        ({"reached": (*LIMITED.reached, Reached("db", 22, 2222))}, "db:22 (host port 2222)"),
        ({"reached": (Reached("db", 5432, 9),)}, "db:5432 (host port 9)"),
        ({"names": (), "setup_names": (), "reached": ()}, ""),
        (
            {"names": (parse_rule("b.example"), parse_rule("a.example")), "setup_names": (parse_rule("a.example"),)},
            "a.example, b.example",
        ),
    ],
)
def test_a_policy_that_allows_more_than_is_declared_denies(changes: dict[str, Any], more: str) -> None:
    results = found(replace(SHUT, policy=POLICY._replace(**changes)))
    expected = [f"Its egress policy allows what is not declared: {more}."] if more else []
    assert [result.detail for result in results] == expected


def test_where_nothing_may_leave_every_name_is_more() -> None:
    vm = factories.desired(egress="none")
    # The letters of "none" are no names.
    letter = POLICY._replace(names=(parse_rule("n"),), setup_names=(), reached=())
    assert len(found(replace(SHUT, policy=letter), vm)) == 1
    (result,) = found(replace(SHUT, policy=POLICY._replace(setup_names=(), reached=())), vm)
    assert result.detail.endswith("what is not declared: example.org.")
    assert found(EgressState(Policy("dvm-app", "app"), network=Network.SHUT), vm) == []


@pytest.mark.parametrize(
    ("vm_type", "config", "denies"),
    [
        ("vz", {"egress": "none", "sudo": True}, True),
        ("vz", {"egress": ["example.org"], "sudo": True}, True),
        ("vz", {"egress": "none"}, False),
        ("vz", {"sudo": True}, False),
        ("qemu", {"egress": "none", "sudo": True}, False),
    ],
)
def test_a_rule_in_a_guest_whose_user_is_root_can_not_be_enforced(
    vm_type: str, config: dict[str, Any], denies: bool
) -> None:
    vm = factories.desired(**config)
    results = [
        *found(None, vm, vm_type=vm_type),
        *egress_not_in_force.foreseen(factories.desired(vm_type=vm_type, **config)),
    ]
    assert len(results) == (2 if denies else 0)
    for result in results:
        assert result.denies
        assert result.subject == "vm.app"
        assert "can't enforce" in result.summary
        assert "sudo" in result.detail
        assert 'Declare sudo = false, vm_type = "qemu", or egress = "open"' in result.remedy
        assert not egress_not_in_force.is_settled(result), "no restart settles it"


def orphan(*, allowed: bool = True, sudo: bool | None = False, **changes: Any) -> InstanceSubject:
    """What the manifest does not declare any more; `sudo` None: it was never bootstrapped."""
    there = subject(LIMITED)
    made = factories.receipt(LIMITED, allowed=LIMITED.allowed if allowed else None)
    assert made.bootstrap is not None
    made = replace(made, bootstrap=None if sudo is None else replace(made.bootstrap, sudo=sudo))
    instance = replace(there.instance, **({"receipt": made, "status": Status.RUNNING, "egress": SHUT} | changes))
    return replace(there, desired=None, instance=instance)


def test_an_orphan_is_held_to_its_receipt() -> None:
    assert egress_not_in_force.CHECK.run(orphan()) == []
    (result,) = egress_not_in_force.CHECK.run(orphan(egress=replace(SHUT, network=Network.OPEN)))
    assert result.denies
    (result,) = egress_not_in_force.CHECK.run(
        orphan(egress=replace(SHUT, policy=POLICY._replace(names=(parse_rule("x.example"),))))
    )
    assert "x.example" in result.detail
    left = EgressState(network=Network.OPEN)
    assert egress_not_in_force.CHECK.run(orphan(allowed=False, egress=left)) == [], "nobody knows of a rule"
    assert egress_not_in_force.CHECK.run(orphan(receipt=None, egress=left)) == []


@pytest.mark.parametrize(("sudo", "count"), [(True, 1), (False, 0), (None, 0)])
def test_whether_an_orphans_user_is_root_is_in_its_receipt(sudo: bool | None, count: int) -> None:
    held = EgressState(POLICY, listens=True)
    assert len(egress_not_in_force.CHECK.run(orphan(sudo=sudo, vm_type="vz", egress=held))) == count


def test_hostile_text_does_not_reach_the_terminal() -> None:
    bad = replace(SHUT, network=Network.OTHER, problem=f"odd{ESC}")
    results = [*found(bad), *egress_not_in_force.CHECK.run(orphan(name=f"x{ESC}", egress=bad))]
    assert len(results) == 2
    assert texts(results).replace("\n", "").isprintable()


def test_other_findings_are_not_settled_by_a_policy() -> None:
    (mine,) = found(EgressState(POLICY, network=Network.OPEN))
    assert not egress_not_in_force.is_settled(replace(mine, code="DVM316"))
