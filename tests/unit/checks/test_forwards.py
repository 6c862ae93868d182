"""DVM302, DVM303, DVM309: what is forwarded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec.structs
import pytest

from dvm.checks.instances import (
    exposed_bind,
    socket_or_reverse_forward,
    undeclared_forward,
)
from dvm.checks.instances.forwards import read_forward
from tests import factories
from tests.factories import CATCH_ALL
from tests.unit.checks.samples import (
    OVERRIDE,
    config,
    forward,
    standard,
    subject,
)

OWN = Path("/l/dvm-app/lima.yaml")


# 302


@pytest.mark.parametrize(
    "host_ip", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "fe80::1", "::ffff:0.0.0.0", "nonsense", "0"]
)
@pytest.mark.parametrize("static", [True, False])
def test_exposed_bind_catches(host_ip: str, static: bool) -> None:
    rule = forward(3000, host_ip=host_ip, static=static)
    vm = factories.desired(ports=["3000"])
    (result,) = exposed_bind.CHECK.run(subject(vm, forwards=(rule,)))
    assert result.denies
    assert f"{host_ip}:3000" in result.detail
    assert undeclared_forward.CHECK.run(subject(vm, forwards=(rule,))) == []


@pytest.mark.parametrize("host_ip", ["", "127.0.0.1", "127.9.9.9", "::1"])
def test_exposed_bind_passes(host_ip: str) -> None:
    rules = (forward(3000, host_ip=host_ip), forward((1, 65535), host_ip="0.0.0.0", ignore=True))
    assert exposed_bind.CHECK.run(subject(forwards=rules)) == []


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"guestPort": 80, "hostPort": 8080, "hostIP": "0.0.0.0", "static": True}, OVERRIDE),
        (
            {"guestPortRange": [80, 80], "hostPortRange": [8080, 8080], "hostIP": "0.0.0.0", "static": True},
            OVERRIDE,
        ),
        ({"guestPort": "eighty"}, OVERRIDE),
        ({"guestPort": 81, "hostPort": 8080, "hostIP": "0.0.0.0", "static": True}, OWN),
        ({"guestPort": 80, "hostPort": 8080, "static": True}, OWN),
        ({"guestPort": 80, "hostPort": 8080, "hostIP": "0.0.0.0", "static": True, "ignore": True}, OWN),
    ],
)
def test_exposed_bind_names_the_file_that_has_this_very_rule(entry: dict[str, Any], path: Path) -> None:
    rule = forward(8080, 80, host_ip="0.0.0.0", static=True)
    (result,) = exposed_bind.CHECK.run(subject(None, config({"portForwards": [entry]}), forwards=(rule,)))
    assert result.location is not None
    assert result.location.path == path


# 303


@pytest.mark.parametrize(
    "rule",
    [
        forward(8080, 80),
        forward(3000, 81),
        forward(3001, 80),
        forward((3000, 3001), (80, 81)),
        forward((1, 65535)),
        forward((3000, 3000), (80, 90)),
        forward(3000, 80, guest_ip="192.168.5.2"),
        forward(3000, 80, proto="udp"),
        forward(8080, 80, host_ip="::1"),
    ],
)
@pytest.mark.parametrize("isolation", ["strict", "standard"])
def test_undeclared_forward_catches(rule: Any, isolation: str) -> None:
    vm = factories.desired(ports=["3000:80"], isolation=isolation)
    (result,) = undeclared_forward.CHECK.run(subject(vm, forwards=(rule, CATCH_ALL)))
    assert result.denies
    assert "not declared" in result.detail
    assert "dvm apply app" in result.remedy


@pytest.mark.parametrize(
    "rules",
    [
        (),
        (forward((1, 65535), ignore=True),),
        (msgspec.structs.replace(CATCH_ALL, guest_ip_must_be_zero=True),),
        (msgspec.structs.replace(CATCH_ALL, guest_ports=(1, 65534)),),
        (msgspec.structs.replace(CATCH_ALL, guest_ports=(1024, 65535)),),
        (msgspec.structs.replace(CATCH_ALL, proto="tcp"),),
        (msgspec.structs.replace(CATCH_ALL, guest_ip="127.0.0.1"),),
        (msgspec.structs.replace(CATCH_ALL, guest_socket="/s"),),
        (msgspec.structs.replace(CATCH_ALL, guest_ports=(2, 65535)),),
        (msgspec.structs.replace(CATCH_ALL, reverse=True),),
    ],
)
def test_undeclared_forward_catches_a_missing_or_leaky_last_rule(rules: tuple[Any, ...]) -> None:
    (result,) = undeclared_forward.CHECK.run(subject(standard(), forwards=rules))
    assert "no last rule" in result.detail


def test_undeclared_forward_catches_a_last_rule_that_is_not_last() -> None:
    vm = standard(ports=["3000"])
    (result,) = undeclared_forward.CHECK.run(subject(vm, forwards=(CATCH_ALL, forward(3000))))
    assert "shuts it" in result.detail
    entry = {"guestIP": "0.0.0.0", "guestIPMustBeZero": False, "ignore": True}
    shut = subject(vm, config({"portForwards": [entry]}), forwards=(CATCH_ALL, forward(3000), CATCH_ALL))
    (result,) = undeclared_forward.CHECK.run(shut)
    assert str(OVERRIDE) in result.remedy


def test_undeclared_forward_tells_of_a_shut_rule_only_where_it_was_declared() -> None:
    vm = standard(ports=["3000", "3001:81"])
    # One that nobody declared is told of as such, once; static ones are set up at start; what stands before is open.
    (result,) = undeclared_forward.CHECK.run(subject(vm, forwards=(CATCH_ALL, forward(4000))))
    assert "4000 (any) is not declared" in result.detail
    open_ = (forward(3000), CATCH_ALL, forward(3001, 81, static=True), forward(3000, ignore=True))
    assert undeclared_forward.CHECK.run(subject(vm, forwards=open_)) == []
    shut = subject(vm, forwards=(CATCH_ALL, forward(3000), forward(3001, 81)))
    assert all(
        "`portForwards` in /l/dvm-app/lima.yaml" in result.detail for result in undeclared_forward.CHECK.run(shut)
    )
    assert [("3000" in result.detail, "3001" in result.detail) for result in undeclared_forward.CHECK.run(shut)] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("guest_ip", ["", "127.0.0.1", "0.0.0.0", "::", "::1"])
def test_undeclared_forward_passes_by_any_address_of_the_guest_s_own(guest_ip: str) -> None:
    vm = factories.desired(ports=["3000:80"])
    assert undeclared_forward.CHECK.run(subject(vm, forwards=(forward(3000, 80, guest_ip=guest_ip),))) == []


@pytest.mark.parametrize(
    ("ports", "count"), [(["3000", "3001", "3002"], 0), (["3000", "3002"], 1), (["3000", "3001"], 1)]
)
def test_undeclared_forward_looks_at_each_port_of_a_range(ports: list[str], count: int) -> None:
    found = undeclared_forward.CHECK.run(subject(factories.desired(ports=ports), forwards=(forward((3000, 3002)),)))
    assert len(found) == count


@pytest.mark.parametrize("name", ["override.yaml", "default.yaml"])
def test_what_opened_a_standard_vm_is_its_own_rule(name: str) -> None:
    shared = config({"plain": False}) if name == "override.yaml" else config({}, {"plain": False})
    (result,) = undeclared_forward.CHECK.run(subject(standard(), shared, forwards=()))
    assert result.location is not None
    assert result.location.path == OWN


def test_a_default_is_weaker_than_what_dvm_sets() -> None:
    (result,) = undeclared_forward.CHECK.run(subject(None, config({}, {"plain": False}), plain=False))
    assert result.location is not None
    assert result.location.path == OWN


def test_undeclared_forward_catches_a_broad_rule_before_the_last() -> None:
    broad = forward((1, 65535), guest_ip="0.0.0.0")
    (result,) = undeclared_forward.CHECK.run(subject(standard(), forwards=(broad, CATCH_ALL)))
    assert "1-65535" in result.detail


@pytest.mark.parametrize(("override", "path"), [({"plain": False}, OVERRIDE), ({"plain": True}, OWN), ({}, OWN)])
def test_undeclared_forward_catches_a_strict_vm_that_is_not_plain(override: dict[str, Any], path: Path) -> None:
    (result,) = undeclared_forward.CHECK.run(subject(None, config(override), plain=False))
    assert result.location is not None
    assert result.location.path == path
    assert (str(OVERRIDE) in result.remedy) is (path == OVERRIDE), "what _config sets no apply takes away"


def test_undeclared_forward_passes() -> None:
    vm = standard(ports=["3000:80", "3001:81"])
    declared = (forward((3000, 3001), (80, 81)), forward(3000, 80, guest_ip="0.0.0.0"), CATCH_ALL)
    assert undeclared_forward.CHECK.run(subject(vm, forwards=declared)) == []
    # Rules after the last one that forward nothing, and ignore rules anywhere, are nobody's business.
    quiet = (forward((2000, 3000), ignore=True), *declared, CATCH_ALL)
    assert undeclared_forward.CHECK.run(subject(vm, forwards=quiet)) == []
    auto = standard(auto_ports=True, ports=["3000:80"])
    assert undeclared_forward.CHECK.run(subject(auto, forwards=(forward(3000, 80), forward((1, 65535))))) == []
    assert undeclared_forward.CHECK.run(subject(auto, forwards=(forward(8080, 80),)))


# 309


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (forward(1, host_socket="/run/docker.sock", guest_socket="/var/run/docker.sock"), "/run/docker.sock"),
        (forward(2375, guest_socket="/var/run/docker.sock"), "Unix socket"),
        (forward(22, 2222, reverse=True), "lets the guest reach the host"),
    ],
)
def test_socket_or_reverse_forward_catches(rule: Any, words: str) -> None:
    (result,) = socket_or_reverse_forward.CHECK.run(subject(forwards=(rule,)))
    assert result.denies
    assert words in result.detail
    assert undeclared_forward.CHECK.run(subject(forwards=(rule,))) == []


def test_socket_or_reverse_forward_names_the_config_file() -> None:
    entry = {"guestSocket": "/run/user/{{.UID}}/d.sock", "hostSocket": "d.sock"}
    rule = msgspec.structs.replace(
        read_forward(entry) or CATCH_ALL,
        host_socket="/l/dvm-app/sock/d.sock",
        guest_socket="/run/user/1/d.sock",
    )
    (result,) = socket_or_reverse_forward.CHECK.run(subject(None, config({"portForwards": [entry]}), forwards=(rule,)))
    assert str(OVERRIDE) in result.remedy


def test_socket_or_reverse_forward_passes() -> None:
    rules = (forward(3000), forward(1, ignore=True, host_socket="/s"))
    assert socket_or_reverse_forward.CHECK.run(subject(forwards=rules)) == []


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        1,
        None,
        {"guestPort": "80"},
        {"guestPortRange": [1]},
        {"hostPortRange": "1-2"},
        {"guestPort": [1]},
    ],
)
def test_an_entry_that_lima_would_not_take_is_no_rule(entry: Any) -> None:
    assert read_forward(entry) is None


def test_defaults_are_filled_in_as_lima_does() -> None:
    assert read_forward({"guestPort": 80}) == forward(80)
    assert read_forward({}) == forward((1, 65535))
    assert read_forward({"guestIPMustBeZero": True, "ignore": True}) == forward(
        (1, 65535), guest_ip="0.0.0.0", guest_ip_must_be_zero=True, ignore=True
    )
    bare = read_forward({"guestIP": "0.0.0.0", "ignore": True})
    assert bare is not None
    assert bare.guest_ip_must_be_zero
    catch_all = read_forward({"guestIP": "0.0.0.0", "guestIPMustBeZero": False, "ignore": True})
    assert catch_all is not None
    assert catch_all.is_catch_all
    assert not bare.is_catch_all
