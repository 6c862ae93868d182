from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from dvm.observe.groups import Group, SystemAccounts, trusted_groups

ME = 501


class Database:
    def __init__(self, **groups: tuple[int, set[str]]) -> None:
        self.groups: Mapping[str, Group] = {name: Group(gid, frozenset(who)) for name, (gid, who) in groups.items()}

    def user(self, uid: int) -> str | None:
        return {ME: "me", 0: "root"}.get(uid)

    def group(self, name: str) -> Group | None:
        return self.groups.get(name)


@pytest.mark.parametrize(
    ("system", "groups", "trusted"),
    [
        ("Darwin", {"admin": (80, {"me", "other"}), "staff": (20, {"me"})}, {80}),
        ("Linux", {"admin": (80, {"me", "other"})}, set()),
        ("Linux", {"me": (1000, {"me"})}, {1000}),
        ("Linux", {"me": (1000, set())}, {1000}),
        ("Linux", {"me": (1000, {"me", "root"})}, {1000}),
        ("Linux", {"me": (1000, {"me", "other"})}, set()),
        ("Linux", {"users": (100, {"me"})}, set()),
        ("Linux", {"root": (0, {"root"}), "me": (1000, {"me"})}, {0, 1000}),
        ("Linux", {"root": (0, {"other"})}, set()),
        ("Linux", {}, set()),
    ],
)
def test_groups_that_count_as_the_user(system: str, groups: dict[str, tuple[int, set[str]]], trusted: set[int]) -> None:
    assert trusted_groups(ME, Database(**groups), system) == trusted


def test_a_user_without_a_name_has_none_of_that_name() -> None:
    assert trusted_groups(7, Database(me=(1000, {"me"})), "Linux") == frozenset()


def test_the_system_s_own() -> None:
    accounts = SystemAccounts()
    assert accounts.user(0) == "root"
    assert accounts.user(3_999_999) is None
    root = accounts.group("root") or accounts.group("wheel")
    assert root is not None
    assert (root.gid, "root" in root.members) == (0, True)
    assert accounts.group("no-such-group") is None
    assert trusted_groups(os.geteuid(), accounts, "Linux") is not None
