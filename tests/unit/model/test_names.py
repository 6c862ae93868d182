from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.model.names import NAME_PATTERN, address, instance_name, is_name, longest_name, vm_name


@pytest.mark.parametrize("name", ["a", "app", "my-app", "a1", "a-1-b"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "A", "1a", "-a", "a-", "a--b", "a_b", "a.b", "a b", "a\n", "ä", "dvm/x"])
def test_no_names(name: str) -> None:
    assert not is_name(name)


@given(st.from_regex(NAME_PATTERN, fullmatch=True))
def test_a_name_comes_back_from_its_instance(name: str) -> None:
    assert vm_name(instance_name(name)) == name
    assert address(name) == f"vm.{name}"


@given(st.text())
def test_a_name_is_one_for_lima_too(text: str) -> None:
    lima = r"[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*"
    assert not is_name(text) or re.fullmatch(lima, instance_name(text))


def test_other_instances_have_no_vm() -> None:
    assert [vm_name(name) for name in ("default", "dvm-", "dvm-App", "xdvm-a")] == [None] * 4


def test_longest_name_leaves_room_for_the_socket() -> None:
    home = "/home/tester/.lima"
    socket = f"{home}/dvm-{'x' * longest_name(home)}/ssh.sock.1234567890123456"
    assert len(socket) == 107
