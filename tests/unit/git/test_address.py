"""Addresses of repositories in guests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.errors import UsageError
from dvm.git.address import Address, address, parse_url


@pytest.mark.parametrize(
    ("url", "vm", "path"),
    [
        ("dvm://app/project", "app", "project"),
        ("dvm://app/a/b.git", "app", "a/b.git"),
        ("dvm://app//srv/x", "app", "/srv/x"),
        ("dvm://app/~/x", "app", "~/x"),
        ("dvm://app/a%20b", "app", "a b"),
        ("dvm://app/100%", "app", "100%"),
        ("dvm://app/a%00b", "app", "a%00b"),
        ("dvm://app/%C3%BC", "app", "ü"),
        ("dvm://app/./-x", "app", "./-x"),
    ],
)
def test_urls(url: str, vm: str, path: str) -> None:
    assert parse_url(url) == Address(vm, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "app/x",
        "dvm:app/x",
        "dvm://app",
        "dvm:///x",
        "dvm://app/-x",
        "dvm://app/%2Dx",
        "dvm://app/a%0ab",
        "DVM://a/b",
    ],
)
def test_no_urls(url: str) -> None:
    with pytest.raises(UsageError):
        parse_url(url)


@given(st.text(min_size=1, max_size=50))
def test_a_url_of_an_address_is_that_address(path: str) -> None:
    try:
        there = address("app", path)
    except UsageError:
        return
    assert parse_url(there.url) == there
    assert not there.path.startswith("-")
    assert there.path.isprintable() or any(each.isspace() for each in there.path)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("project", "project"),
        ("/home/developer/code/app/project/", "project"),
        ("~/code/app/a/b", "a/b"),
        ("~/code/app", "~/code/app"),
        ("~/notes", "~/notes"),
        ("/srv/x", "/srv/x"),
        ("/home/developer/code/app2/x", "/home/developer/code/app2/x"),
    ],
)
def test_one_repository_has_one_name(path: str, named: str) -> None:
    assert address("app", path).below("/home/developer/code/app").path == named


def test_the_line_for_the_guest_s_git() -> None:
    assert address("app", "my project").inside("fsck") == "dvm ssh app -- git -C 'my project' fsck"
    assert address("app", "~/notes").inside("fsck") == "dvm ssh app -- git -C ../../notes fsck"
    assert address("app", "my project").typed == "'dvm://app/my project'"
