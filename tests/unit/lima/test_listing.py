from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.errors import LimaError
from dvm.lima.listing import parse_listing
from dvm.model.instance import Forward, Mount, Status

WHOLE: dict[str, Any] = {
    "name": "dvm-app",
    "status": "Running",
    "dir": "/l/dvm-app",
    "vmType": "qemu",
    "arch": "x86_64",
    "cpus": 2,
    "memory": 1 << 30,
    "disk": 4 << 30,
    "sshLocalPort": 4022,
    "driverPID": 7,
    "protected": True,
    "limaVersion": "v2.2.0",
    "config": {
        "memory": "1GiB",
        "plain": False,
        "message": "hello",
        "user": {"name": "me"},
        "propagateProxyEnv": False,
        "mounts": [{"location": "/home/me", "mountPoint": "/mnt", "writable": True}, {"location": "/x"}],
        "ssh": {"forwardAgent": True, "forwardX11": False, "forwardX11Trusted": True, "loadDotSSHPubKeys": True},
        "networks": [{"lima": "shared"}],
        "provision": [
            {"mode": "system", "script": "echo hi"},
            {"mode": "data", "script": "", "content": "text"},
            {"mode": "yq", "expression": ".a = 1", "script": ""},
            {"mode": "ansible", "script": "", "playbook": "/p"},
            {"mode": "ansible", "script": ""},
        ],
        "probes": [{"mode": "readiness", "description": "d", "script": "#!/bin/sh"}],
        "copyToHost": [{"guest": "/a", "host": "/b"}],
        "images": [
            {"location": "https://e.org/a", "kernel": {"location": "/k"}, "initrd": {"location": "/i"}},
            {"location": "/b", "kernel": None},
        ],
        "firmware": {"images": [{"location": "/f"}]},
        "audio": {"device": "pa", "interface": "virtio"},
        "env": {"A": "1"},
        "portForwards": [
            {
                "guestIP": "127.0.0.1",
                "guestPort": 80,
                "guestPortRange": [80, 80],
                "hostIP": "127.0.0.1",
                "hostPort": 8080,
                "hostPortRange": [8080, 8080],
                "proto": "any",
                "static": True,
            },
            {"guestPortRange": [1, 65535], "guestIP": "0.0.0.0", "proto": "any", "ignore": True},
            {"guestSocket": "/run/x.sock", "hostSocket": "/tmp/x.sock", "reverse": True},
        ],
    },
}


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_a_whole_line() -> None:
    (instance,) = parse_listing(lines(WHOLE)).values()
    assert (instance.name, instance.status, instance.cpus) == ("dvm-app", Status.RUNNING, 2)
    assert (instance.memory, instance.disk, instance.ssh_port) == (1 << 30, 4 << 30, 4022)
    assert (instance.protected, instance.message, instance.login_user) == (True, "hello", "me")
    posture = instance.posture
    assert posture is not None
    assert posture.mounts == (Mount("/home/me", "/mnt", writable=True), Mount("/x", "/x", writable=False))
    assert posture.forwards[0] == Forward("127.0.0.1", (8080, 8080), "127.0.0.1", (80, 80), static=True)
    assert posture.forwards[1].ignore
    assert posture.forwards[2].is_socket
    assert posture.forwards[2].reverse
    assert posture.forward_agent
    assert posture.forward_x11
    assert posture.networks == ('{"lima": "shared"}',)
    assert [(item.mode, item.script) for item in posture.provision] == [
        ("system", "echo hi"), ("data", "text"), ("yq", ".a = 1"), ("ansible", "/p"), ("ansible", ""),
    ]  # fmt: skip
    assert posture.probes == ("#!/bin/sh",)
    assert posture.images == ("https://e.org/a", "/k", "/i", "/b", "/f")
    assert posture.ssh_public_keys
    assert posture.audio == "pa"
    assert posture.copy_to_host == ("/b",)
    assert not posture.proxy_env
    assert posture.env == {"A": "1"}


def test_no_instance_is_an_empty_answer() -> None:
    assert parse_listing(b"") == parse_listing(b"\n") == {}


@pytest.mark.parametrize(
    ("said", "status"),
    [(s.value, s) for s in Status] + [(None, Status.UNKNOWN), ("Paused", Status.UNKNOWN)],
)
def test_every_status(said: Any, status: Status) -> None:
    assert parse_listing(lines(WHOLE | {"status": said}))["dvm-app"].status is status


def test_null_and_missing_are_the_same_as_empty() -> None:
    config = dict.fromkeys(WHOLE["config"])
    null = parse_listing(lines(WHOLE | {"config": {**config, "plain": True}}))["dvm-app"].posture
    missing = parse_listing(lines(WHOLE | {"config": {"plain": True}}))["dvm-app"].posture
    assert null == missing
    assert null is not None
    assert (null.mounts, null.forwards, null.networks) == ((), (), ())
    # Lima hands proxy variables on by default.
    assert null.proxy_env


def test_a_configuration_lima_can_not_read_has_no_posture() -> None:
    broken = {"name": "dvm-x", "status": "", "dir": "/l/dvm-x", "vmType": "", "arch": "", "errors": []}
    instance = parse_listing(lines(broken))["dvm-x"]
    assert (instance.status, instance.posture, instance.cpus) == (Status.UNKNOWN, None, None)


def test_never_started() -> None:
    stopped = {name: value for name, value in WHOLE.items() if name != "sshLocalPort"} | {"status": "Stopped"}
    assert parse_listing(lines(stopped))["dvm-app"].never_started
    assert not parse_listing(lines(WHOLE | {"status": "Stopped"}))["dvm-app"].never_started


def test_a_line_separator_in_a_string_is_no_end_of_line() -> None:
    raw = json.dumps(WHOLE | {"name": "a\u2028b"}, ensure_ascii=False).encode()
    assert list(parse_listing(raw)) == ["a\u2028b"]


def test_a_flood_of_newlines_takes_no_more_memory_than_it_has() -> None:
    import tracemalloc

    flood = b"\n" * (4 << 20)
    tracemalloc.start()
    try:
        assert parse_listing(flood) == {}
        assert tracemalloc.get_traced_memory()[1] < len(flood) * 2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "answer",
    [
        b"hello",
        b"[]",
        b"{}",
        b"null",
        b'{"name": 1, "dir": "/"}',
        b'{"name": "x"}',
        b"\xff\xfe",
        b"[" * 100_000,
        lines(WHOLE | {"cpus": "2"}),
        lines(WHOLE | {"config": []})[:-1] + b"x",
        lines(WHOLE | {"config": "x"}),
        lines(WHOLE | {"config": {"mounts": ["x"]}}),
        lines(WHOLE | {"config": {"portForwards": [{"guestPortRange": []}, 1]}}),
    ],
)
def test_what_is_not_the_format_is_an_error_that_shows_where(answer: bytes) -> None:
    with pytest.raises(LimaError) as caught:
        parse_listing(answer)
    assert "Line 1" in caught.value.detail


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(WHOLE["config"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), json_values))
def test_no_answer_is_a_crash(changes: dict[str, Any]) -> None:
    try:
        parse_listing(lines(WHOLE | changes))
    except LimaError:
        pass


@given(st.binary(max_size=200))
def test_no_bytes_are_a_crash(answer: bytes) -> None:
    try:
        parse_listing(answer)
    except LimaError:
        pass
