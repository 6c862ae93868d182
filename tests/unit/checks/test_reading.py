"""Entries of Lima's files as the checks read them: forwards, provision scripts, X11's two keys."""

from __future__ import annotations

from typing import Any

import pytest

from dvm.checks.files import template_source
from dvm.checks.instances import agent_forwarding, foreign_provision
from dvm.checks.instances.forwards import describe, read_forward
from dvm.model.evidence import Role
from dvm.model.instance import Forward, Provision
from dvm.model.lima_config import LimaConfig
from tests.unit.checks.samples import DEFAULT, OVERRIDE, config, file_subject, subject

LOOPBACK, EVERY = "127.0.0.1", (1, 65535)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({}, Forward(LOOPBACK, EVERY, LOOPBACK, EVERY)),
        ({"guestPort": 80}, Forward(LOOPBACK, (80, 80), LOOPBACK, (80, 80))),
        ({"guestPort": 80, "hostPort": 81}, Forward(LOOPBACK, (81, 81), LOOPBACK, (80, 80))),
        ({"guestPortRange": [5, 9]}, Forward(LOOPBACK, (5, 9), LOOPBACK, (5, 9))),
        ({"guestPortRange": [5, 9], "hostPortRange": [15, 19]}, Forward(LOOPBACK, (15, 19), LOOPBACK, (5, 9))),
        ({"guestPortRange": [0, 0], "guestPort": 7}, Forward(LOOPBACK, (7, 7), LOOPBACK, (7, 7))),
        ({"guestPortRange": [0, 0], "guestPort": 0}, Forward(LOOPBACK, EVERY, LOOPBACK, EVERY)),
        ({"guestPortRange": [], "guestPort": 7}, Forward(LOOPBACK, (7, 7), LOOPBACK, (7, 7))),
        ({"guestPortRange": [0, 9]}, Forward(LOOPBACK, (0, 9), LOOPBACK, (0, 9))),
        ({"guestPort": "x"}, None),
        ({"guestPort": 1, "hostPort": "x"}, None),
        ({"guestPortRange": "x"}, None),
        ({"guestPortRange": [1]}, None),
        ("odd", None),
        (
            {"guestPort": 1, "proto": "udp", "reverse": True},
            Forward(LOOPBACK, (1, 1), LOOPBACK, (1, 1), "udp", reverse=True),
        ),
        ({"guestPort": 1, "reverse": False}, Forward(LOOPBACK, (1, 1), LOOPBACK, (1, 1))),
    ],
)
def test_read_forward(entry: Any, expected: Forward | None) -> None:
    assert read_forward(entry) == expected


def test_describe() -> None:
    assert describe(Forward("", (1, 1), "", (2, 3))) == "host 127.0.0.1:1 -> guest 127.0.0.1:2-3 (any)"
    assert describe(Forward("0.0.0.0", (1, 1), "::", (2, 2), "tcp")) == "host 0.0.0.0:1 -> guest :::2 (tcp)"


PROVISION = (Provision("data", "x"), Provision("system", "y"), Provision("yq", ".a = 1"), Provision("user", ""))


@pytest.mark.parametrize(
    ("entry", "caught"),
    [
        ({"mode": "data", "content": "x"}, True),
        ({"script": "y"}, True),
        ({"mode": "system", "script": "y"}, True),
        ({"mode": "user", "script": "y"}, False),
        ({"mode": "data", "script": "y"}, False),
        ({"content": "x"}, False),
        ({"mode": "yq", "expression": ".a =  1\n"}, True),
        ({"mode": "yq", "expression": ".b = 1"}, False),
        ({"mode": "user"}, True),
        ({"mode": "user", "script": None}, True),
        ({"mode": "boot"}, False),
        # What Lima computes, or reads from elsewhere, can't be compared.
        ({"script": "{{.Home}}"}, True),
        ({"script": b"y"}, True),
        ({"file": "/s"}, True),
    ],
)
def test_of_base_yaml_only_what_is_still_there_counts(entry: dict[str, str], caught: bool) -> None:
    base = LimaConfig((), {OVERRIDE.with_name("base.yaml"): {"provision": [entry]}})
    assert bool(foreign_provision.CHECK.run(subject(None, base, provision=PROVISION))) is caught


@pytest.mark.parametrize(
    ("entry", "caught"),
    [
        ({"script": "#!/bin/sh\ny\n"}, True),
        ({"mode": "readiness", "script": "#!/bin/sh y"}, True),
        ({"script": "z"}, False),
    ],
)
def test_of_the_probes_of_base_yaml_too(entry: dict[str, str], caught: bool) -> None:
    base = LimaConfig((), {OVERRIDE.with_name("base.yaml"): {"probes": [entry]}})
    assert bool(foreign_provision.CHECK.run(subject(None, base, probes=("#!/bin/sh\ny",)))) is caught
    assert foreign_provision.CHECK.run(subject(None, base)) == []


@pytest.mark.parametrize("where", ["override", "default"])
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"content": "text", "mode": "data"}, '"text" (mode data)'),
        ({"playbook": "play.yaml", "mode": "ansible"}, "ansible-playbook play.yaml on the host"),
        ({"expression": ".a = 1", "mode": "yq"}, '".a = 1" (mode yq)'),
        ({"file": "f.sh"}, '"f.sh" (mode system)'),
        ({"script": "x" * 60}, f'"{"x" * 60}" (mode system)'),
        ({"script": "x" * 61}, f'"{"x" * 60}…" (mode system)'),
    ],
)
def test_a_provision_script_is_described(where: str, entry: dict[str, str], words: str) -> None:
    files = {where: {"provision": [entry]}}
    (result,) = foreign_provision.CHECK.run(subject(None, config(**files), provision=PROVISION))
    assert words in result.detail
    assert result.location is not None
    assert result.location.path == (OVERRIDE if where == "override" else DEFAULT)


@pytest.mark.parametrize(
    ("ssh", "key"),
    [
        ({"forwardX11": True, "forwardX11Trusted": True}, "forwardX11"),
        ({"forwardX11Trusted": True}, "forwardX11Trusted"),
        ({"forwardX11": True}, "forwardX11"),
    ],
)
def test_the_key_of_x11_that_somebody_wrote_is_named(ssh: dict[str, bool], key: str) -> None:
    (result,) = agent_forwarding.CHECK.run(subject(None, config({"ssh": ssh}), forward_x11=True))
    assert f"`ssh.{key}`" in result.detail


@pytest.mark.parametrize(
    "text",
    [
        "a: [{x: 1}, {y: 1, y: 2}]\nb: 1",
        "a: {x: {y: 1, y: 2}}\nb: {c: 1}",
        "a: {y: 1, y: 2}\nb: [1]",
        "a: [[{y: 1, y: 2}], [1]]",
        "a: &x {p: 1}\nb: *x\nc: *x\nd: {y: 1, y: 2}",
        "d: {y: 1, y: 2}\na: &x {p: 1}\nb: *x\nc: *x",
    ],
)
def test_a_doubled_key_is_found_wherever_it_is(text: str) -> None:
    (result,) = template_source.CHECK.run(file_subject(Role.TEMPLATE, content=text.encode()))
    assert 'the key "y" is in one table twice' in result.detail


def test_an_anchor_within_itself_ends() -> None:
    assert len(template_source.CHECK.run(file_subject(Role.TEMPLATE, content=b"a: &x [*x]\n"))) <= 1
