"""Another name for a VM in a TOML text."""

from __future__ import annotations

import tomllib

import pytest

from dvm.manifest.renaming import CannotRenameError, with_renamed_vm


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[vm.db]\ncpus = 2 # db\n", "[vm.pg]\ncpus = 2 # db\n"),
        ("# db\n[ vm . 'db' ]\n[vm.\"db\".env]\nA = 'db'\n", "# db\n[ vm . 'pg' ]\n[vm.\"pg\".env]\nA = 'db'\n"),
        ("vm.db.cpus = 2\r\nvm.dba.cpus = 2\r\n", "vm.pg.cpus = 2\r\nvm.dba.cpus = 2\r\n"),
        ("vm = { db = { cpus = 2 }, a = { depends_on = ['db'] } }\n", "vm = { pg = { cpus = 2 }, a = { depends_on = ['pg'] } }\n"),
        ("[vm]\ndb = {}\n", "[vm]\npg = {}\n"),
        ("[vm]\ndb.cpus = 2\n", "[vm]\npg.cpus = 2\n"),
        ("[vm.a]\ndepends_on = [\n  'x', # db\n  \"db\",\n]\n", "[vm.a]\ndepends_on = [\n  'x', # db\n  \"pg\",\n]\n"),
        ("[vm.a]\nreach = ['db:5432', 'dba:1']\n", "[vm.a]\nreach = ['pg:5432', 'dba:1']\n"),
        ("[defaults]\ndepends_on = ['db']\n[vm.db]\n", "[defaults]\ndepends_on = ['pg']\n[vm.pg]\n"),
        ("\ufeff[vm.db]\n", "\ufeff[vm.pg]\n"),
        ("[vm.a]\nports = ['80']\n", "[vm.a]\nports = ['80']\n"),
        ("[base.db]\ncpus = 2\n[vm.a]\nbase = 'db'\n", "[base.db]\ncpus = 2\n[vm.a]\nbase = 'db'\n"),
        ("[vm.a.env]\ndepends_on = 'db'\n[vm.b]\n", "[vm.a.env]\ndepends_on = 'db'\n[vm.b]\n"),
    ],
)  # fmt: skip
def test_the_name_changes_and_no_other_byte(before: str, after: str) -> None:
    assert with_renamed_vm(before.encode(), "db", "pg") == after.encode()
    assert tomllib.loads(after.lstrip("\ufeff"))


def test_a_vm_s_own_file_has_its_keys_at_the_top() -> None:
    text = b"cpus = 2\ndepends_on = ['db', 'x']\nreach = ['db:1']\n"
    assert with_renamed_vm(text, "db", "pg", body=True) == text.replace(b"'db", b"'pg")
    assert with_renamed_vm(b"vm = 1\n", "db", "pg", body=True) == b"vm = 1\n"


@pytest.mark.parametrize("text", ["[vm.a]\ndepends_on = ['\\u0064b']\n".replace("'", '"'), '[vm."\\u0064b"]\n'])
def test_what_is_spelled_in_another_way_is_refused(text: str) -> None:
    try:
        assert tomllib.loads(with_renamed_vm(text.encode(), "db", "pg").decode()) != tomllib.loads(text)
    except CannotRenameError:
        pass
