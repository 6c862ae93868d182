"""The words that keys of the manifest choose between. Plain enums: what asks for them needs no pydantic."""

from __future__ import annotations

from enum import StrEnum


class Isolation(StrEnum):
    """How a VM is kept apart: `strict` is Lima's plain mode, `standard` has the guest agent."""

    STRICT = "strict"
    STANDARD = "standard"


class Run(StrEnum):
    """When a setup script runs again."""

    ON_CHANGE = "on-change"
    ALWAYS = "always"
    ONCE = "once"


class RunAs(StrEnum):
    """Who a setup script runs as: Lima's login user (with sudo), root, or DVM_USER."""

    ADMIN = "admin"
    ROOT = "root"
    USER = "user"


class Firewall(StrEnum):
    """What a firewall in the guest holds."""

    OFF = "off"
    """Nothing: there is none."""
    LOOPBACK = "loopback"
    """DVM_USER and its containers: they do not get to the host's loopback."""
    EGRESS = "egress"
    """Everybody: they get to the proxy alone."""
