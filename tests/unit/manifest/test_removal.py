"""Taking one VM out of a TOML text: the others mean the same, and no other byte moves."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from dvm.manifest.removal import CannotRemoveError, without_vm

STANZAS = """\
# head
version = 1

# about app
# more
[vm.app]  # x
cpus = 2
ports = [
  "80", # c
]
# still app

# banner

# about db
[vm.db]
cpus = 1
[vm."app".extra]
x = 1
# to web
[vm.web]
[[vm.app.setup]]
script = "a"

"""
LEFT = """\
# head
version = 1

# banner

# about db
[vm.db]
cpus = 1
# to web
[vm.web]
"""


def test_stanzas_go_with_the_comments_above_them() -> None:
    assert without_vm(STANZAS.encode(), "app").decode() == LEFT


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('vm.app.cpus = 1\nvm.db.cpus = 2\nvm."app".memory = "1GiB" # c\n', "vm.db.cpus = 2\n"),
        ("vm = { app = {cpus = 1}, db = {cpus = 2} }\n", "vm = { db = {cpus = 2} }\n"),
        ("vm = { db = {cpus = 2}, app = {cpus = 1} }\n", "vm = { db = {cpus = 2} }\n"),
        ("vm = { app = {cpus = 1} }", "vm = {  }"),
        ("vm = {app.cpus = 1, db.cpus = 1, app.disk = 'x'}", "vm = {db.cpus = 1}"),
        ("[vm]\napp.cpus = 1 # gone\n# stays\ndb = {}\n", "[vm]\n# stays\ndb = {}\n"),
        ("[vm.app]", ""),
        ("\ufeff[vm.app]\r\ncpus = 1\r\n\r\n[vm.db]\r\n", "\ufeff[vm.db]\r\n"),
        ("[vm.db]\n[vm.app]\n# c\n\n\n", "[vm.db]\n"),
        ("[vm.db]\nx = '''\n[vm.app]\n'''\n", "[vm.db]\nx = '''\n[vm.app]\n'''\n"),
        ("[vm.apps]\n[vm.ap]\n", "[vm.apps]\n[vm.ap]\n"),
    ],
)
def test_every_way_to_write_it(text: str, left: str) -> None:
    assert without_vm(text.encode(), "app").decode() == left


def test_what_is_not_toml_is_left() -> None:
    with pytest.raises((CannotRemoveError, ValueError)):
        without_vm(b"[vm.app\n", "app")


names = st.sampled_from(["app", "db", "a-b", "web"])
scalars = st.one_of(st.integers(-9, 9), st.booleans(), st.text(alphabet="ab#[]=\n\"' é", max_size=6))
bodies = st.dictionaries(
    st.sampled_from(["cpus", "ports", "x"]),
    st.one_of(
        scalars, st.lists(scalars, max_size=3), st.dictionaries(st.sampled_from(["p", "q"]), scalars, max_size=2)
    ),
    max_size=3,
)
gaps = st.sampled_from(["", "\n", "# c\n", "\n# [vm.app]\n\n", "   \n"])


@st.composite
def texts(draw: Any) -> tuple[str, dict[str, Any]]:
    """A manifest in one of several ways of writing it, with comments and blank lines thrown in."""
    vms = draw(st.dictionaries(names, bodies, max_size=4))
    text = "version = 1\n"
    for name, body in vms.items():
        text += draw(gaps)
        text += tomli_w.dumps({"vm": {name: body}}) if body else f"[vm.{name}]\n"
    return text, vms


@given(texts(), names)
def test_the_rest_means_the_same_and_keeps_its_bytes(case: tuple[str, dict[str, Any]], name: str) -> None:
    text, vms = case
    after = without_vm(text.encode(), name).decode()
    left = tomllib.loads(after)
    assert left.get("vm", {}) == {other: body for other, body in vms.items() if other != name}
    assert left["version"] == 1
    # What is left is the old text with whole lines taken out, in the same order.
    rest = iter(text.splitlines(keepends=True))
    assert all(line in rest for line in after.splitlines(keepends=True))
