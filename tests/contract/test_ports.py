"""Port rules as `list --json` shows them: every one whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.subject import Lima

LOOPBACK = {"guestIPMustBeZero": False, "guestIP": "127.0.0.1", "hostIP": "127.0.0.1", "proto": "any"}


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (
            {"guestPort": 80, "hostPort": 8080},
            {
                **LOOPBACK,
                "guestPort": 80,
                "guestPortRange": [80, 80],
                "hostPort": 8080,
                "hostPortRange": [8080, 8080],
            },
        ),
        (
            {"guestPort": 80},
            {**LOOPBACK, "guestPort": 80, "guestPortRange": [80, 80], "hostPortRange": [80, 80]},
        ),
        ({}, {**LOOPBACK, "guestPortRange": [1, 65535], "hostPortRange": [1, 65535]}),
        (
            {"guestPortRange": [1, 3], "hostPortRange": [11, 13], "proto": "tcp", "static": True},
            {**LOOPBACK, "guestPortRange": [1, 3], "hostPortRange": [11, 13], "proto": "tcp", "static": True},
        ),
        (
            {
                "guestIP": "0.0.0.0",
                "guestIPMustBeZero": False,
                "guestPortRange": [1, 65535],
                "proto": "any",
                "ignore": True,
            },
            {
                **LOOPBACK,
                "guestIP": "0.0.0.0",
                "guestPortRange": [1, 65535],
                "hostPortRange": [1, 65535],
                "ignore": True,
            },
        ),
        (
            {"guestIP": "0.0.0.0", "guestPort": 5},
            {
                **LOOPBACK,
                "guestIPMustBeZero": True,
                "guestIP": "0.0.0.0",
                "guestPort": 5,
                "guestPortRange": [5, 5],
                "hostPortRange": [5, 5],
            },
        ),
        (
            {"guestIPMustBeZero": True, "guestPort": 5, "hostIP": "0.0.0.0"},
            {
                **LOOPBACK,
                "guestIPMustBeZero": True,
                "guestIP": "0.0.0.0",
                "hostIP": "0.0.0.0",
                "guestPort": 5,
                "guestPortRange": [5, 5],
                "hostPortRange": [5, 5],
            },
        ),
        (
            {"guestSocket": "/run/x.sock", "hostSocket": "x.sock"},
            {
                **LOOPBACK,
                "guestPortRange": [1, 65535],
                "guestSocket": "/run/x.sock",
                "hostPortRange": [0, 0],
                "hostSocket": "HOME/a/sock/x.sock",
            },
        ),
        (
            {"guestSocket": "/run/{{.UID}}.sock", "hostSocket": "/tmp/{{.Name}}.sock", "reverse": True},
            {
                **LOOPBACK,
                "guestPortRange": [1, 65535],
                "guestSocket": "/run/UID.sock",
                "hostPortRange": [0, 0],
                "hostSocket": "/tmp/a.sock",
                "reverse": True,
            },
        ),
        (
            {"guestPort": "80", "hostPort": "8080", "static": False},
            {
                **LOOPBACK,
                "guestPort": 80,
                "guestPortRange": [80, 80],
                "hostPort": 8080,
                "hostPortRange": [8080, 8080],
            },
        ),
    ],
)
def test_a_rule_is_shown_whole(lima: Lima, rule: dict[str, Any], shown: dict[str, Any]) -> None:
    lima.create("a", f"--set=.portForwards = [{json.dumps(rule)}]")
    config = lima.config("a")
    uid = str(config["user"]["uid"])
    expected = json.loads(json.dumps(shown).replace("HOME", str(lima.home)).replace("UID", uid))
    assert config["portForwards"] == [expected]


def test_the_rule_that_forwards_all_the_rest_is_not_shown(lima: Lima) -> None:
    lima.create("a")
    assert "portForwards" not in lima.config("a")
