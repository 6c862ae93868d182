from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dvm.diff.attributes import desired_attributes, observed_attributes
from dvm.diff.compare import compare
from dvm.diff.written import written
from dvm.model.instance import Forward, Mount, Posture, Status
from dvm.model.plan import Effect
from dvm.model.units import GIB
from tests.factories import CATCH_ALL, desired, instance

ports = st.lists(
    st.tuples(st.integers(1, 65535), st.integers(1, 65535).filter(lambda port: port != 22)),
    max_size=5,
    unique_by=lambda pair: pair[0],
)
configs = st.fixed_dictionaries(
    {},
    optional={
        "cpus": st.integers(1, 64),
        "memory": st.integers(1, 256).map(lambda n: f"{n}GiB"),
        "disk": st.integers(1, 999).map(lambda n: f"{n}GiB"),
        "ports": ports.map(lambda pairs: [f"{host}:{guest}" for host, guest in pairs]),
        "isolation": st.sampled_from(["strict", "standard"]),
        "sudo": st.booleans(),
        "protect": st.booleans(),
        "running": st.booleans(),
        "proxy_env": st.booleans(),
        "user": st.sampled_from(["developer", "dev2"]),
        "subuid_count": st.integers(0, 1 << 20),
    },
)


def differing(vm: Any, there: Any) -> dict[str, tuple[Any, Any, Effect]]:
    changes = compare(observed_attributes(there, vm), desired_attributes(vm))
    return {change.name: (change.old, change.new, change.effect) for change in changes}


@given(configs)
def test_a_vm_that_matches_differs_in_nothing(config: dict[str, Any]) -> None:
    vm = desired("app", **config)
    assert differing(vm, instance(vm)) == {}


@given(configs, configs)
def test_exactly_what_was_changed_differs(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = desired("app", **before), desired("app", **after)
    there, wanted = desired_attributes(old), desired_attributes(new)
    names = {name for name in wanted if there[name] != wanted[name]}
    assert set(differing(new, instance(old))) == names


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cpus": 2}, {"cpus": (2, 4, Effect.RESTART)}),
        ({"memory": 1 * GIB}, {"memory": (1 * GIB, 2 * GIB, Effect.RESTART)}),
        ({"disk": 20 * GIB}, {"disk": (20 * GIB, 30 * GIB, Effect.RESTART)}),
        ({"disk": 40 * GIB}, {"disk": (40 * GIB, 30 * GIB, Effect.REPLACE)}),
        ({"disk": 1000}, {"disk": (1000, 30 * GIB, Effect.RESTART)}),
        ({"protected": True}, {"protect": (True, False, Effect.IN_PLACE)}),
        ({"status": Status.STOPPED}, {"running": (False, True, Effect.BOOT)}),
        ({"status": Status.BROKEN}, {"running": (False, True, Effect.BOOT)}),
    ],
)
def test_each_attribute_has_its_effect(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    vm = desired()
    assert differing(vm, instance(vm, **changes)) == expected


def test_a_smaller_number_of_bytes_is_not_a_type_change() -> None:
    assert [c.name for c in compare({"cpus": 4}, {"cpus": "4"})] == ["cpus"]


def test_ports_are_compared_by_number_and_not_by_order() -> None:
    vm = desired(ports=["8080:80", "3000", "10000:1"])
    there = instance(vm)
    assert there.posture is not None
    shuffled = replace(there.posture, forwards=tuple(reversed(there.posture.forwards)))
    assert differing(vm, replace(there, posture=shuffled)) == {}


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (Forward("0.0.0.0", (80, 80), "127.0.0.1", (80, 80)), "0.0.0.0:80:80"),
        (Forward("127.0.0.1", (80, 90), "127.0.0.1", (80, 90)), "127.0.0.1:80-90:80-90"),
        (Forward("127.0.0.1", (9, 9), "127.0.0.1", (9, 9), reverse=True), "127.0.0.1:9:9 (reverse)"),
        (
            Forward("", (1, 65535), "", (1, 65535), host_socket="/h.sock", guest_socket="/g.sock"),
            "/h.sock:/g.sock",
        ),
    ],
)
def test_a_rule_the_manifest_could_not_write_is_drift(rule: Forward, shown: str) -> None:
    vm = desired()
    old, new, effect = differing(vm, instance(vm, posture=Posture(plain=True, forwards=(rule,))))["ports"]
    assert (written("ports", old), new, effect) == ([shown], (), Effect.RESTART)


def test_without_the_last_ignore_rule_standard_forwards_everything() -> None:
    vm = desired(isolation="standard")
    assert differing(vm, instance(vm, posture=Posture()))["auto_ports"] == (True, False, Effect.RESTART)
    auto = desired(isolation="standard", auto_ports=True)
    assert differing(auto, instance(auto, posture=Posture(forwards=(CATCH_ALL,))))["auto_ports"][:2] == (
        False,
        True,
    )


@pytest.mark.parametrize(
    "rule",
    [
        replace(CATCH_ALL, guest_ip="127.0.0.1"),
        replace(CATCH_ALL, guest_ports=(1, 1024)),
        replace(CATCH_ALL, proto="udp"),
        replace(CATCH_ALL, guest_ip_must_be_zero=True),
        replace(CATCH_ALL, ignore=False),
        replace(CATCH_ALL, guest_ip="::"),
        replace(CATCH_ALL, guest_ports=(2, 65535)),
        replace(CATCH_ALL, guest_socket="/g.sock"),
        replace(CATCH_ALL, reverse=True),
    ],
)
def test_a_narrower_ignore_rule_does_not_count(rule: Forward) -> None:
    vm = desired(isolation="standard")
    assert "auto_ports" in differing(vm, instance(vm, posture=Posture(forwards=(rule,))))


def test_mounts_and_agent_forwarding_are_drift() -> None:
    vm = desired(isolation="standard")
    posture = Posture(mounts=(Mount("/home/me", "/home/me", writable=True),), forwards=(CATCH_ALL,), forward_x11=True)
    posture = replace(posture, ssh_public_keys=True, audio="pa")
    found = differing(vm, instance(vm, posture=posture))
    assert (written("mounts", found["mounts"][0]), *found["mounts"][1:]) == (["/home/me (rw)"], (), Effect.RESTART)
    assert found["agent_forwarding"][0] is True
    assert found["ssh_public_keys"] == (True, False, Effect.RESTART)
    assert found["audio"] == ("pa", "", Effect.RESTART)


def test_what_the_manifest_leaves_to_lima_is_not_compared() -> None:
    vm = desired()
    assert differing(vm, instance(vm, vm_type="vz", arch="aarch64")) == {}
    chosen = desired(vm_type="qemu", arch="x86_64")
    found = differing(chosen, instance(chosen, vm_type="vz", arch="aarch64"))
    assert {name: effect for name, (_, _, effect) in found.items()} == {
        "vm_type": Effect.REPLACE,
        "arch": Effect.REPLACE,
    }


def test_an_unknown_configuration_is_not_guessed_at() -> None:
    vm = desired()
    there = instance(vm, status=Status.UNKNOWN, posture=None, cpus=4)
    assert set(differing(vm, there)) == {"running"}


def test_lists_are_compared_element_by_element() -> None:
    there = instance(desired(ports=["3000", "8080:80", "9000"]))
    (change,) = compare(
        observed_attributes(there, None), {"ports": desired_attributes(desired(ports=["9000", "5173"]))["ports"]}
    )
    assert [(each.key, each.old is None, each.new is None) for each in change.elements] == [
        ("3000:3000", False, True), ("5173:5173", True, False), ("8080:80", False, True),
    ]  # fmt: skip


@given(ports, ports)
def test_the_elements_are_just_what_differs(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    old, new = (
        desired_attributes(desired(ports=[f"{host}:{guest}" for host, guest in pairs]))["ports"]
        for pairs in (before, after)
    )
    changes = compare({"ports": old}, {"ports": new})
    elements = changes[0].elements if changes else ()
    assert {each.old for each in elements if each.old is not None} == set(old) - set(new)
    assert {each.new for each in elements if each.new is not None} == set(new) - set(old)
