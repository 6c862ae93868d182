"""A place that DVM needs and that the host does not give is named, and is no bug of DVM's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Dvm


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["ssh", "app", "--", "true"], "ssh"),
        (["apply", "-y"], "journal.jsonl"),
        (["apply", "-y"], "app"),
        (["plan"], "app"),
        (["ls"], "app"),
        (["logs", "app"], "app"),
        (["backup", "app"], "backups"),
        (["rm", "app", "-y"], "locks"),
    ],
)
def test_something_else_is_where_a_file_or_directory_of_dvm_s_belongs(dvm: Dvm, words: list[str], name: str) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    place = dvm.state / name
    if place.is_dir():
        place.rename(place.with_name("before"))
        place.write_text("")
    else:
        place.unlink(missing_ok=True)
        place.mkdir()
    dvm.manifest("[vm.app]\ncpus = 3\n")
    result = dvm.run(*words)
    assert result.code in {0, 1, 3}
    assert result.code == 0 or str(place) in result.err, result.err


def test_what_must_not_be_read_of_one_vm_keeps_no_other_from_its_session(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    dvm.write("vms/odd/vm.toml", "running = false\n")
    assert dvm.run("apply", "-y").code == 0
    odd = dvm.config / "vms" / "odd" / "vm.toml"
    odd.unlink()
    odd.mkdir()
    for command in (("ls",), ("status", "app"), ("ssh", "app", "--", "true"), ("stop", "app")):
        done = dvm.run(*command)
        assert done.code == 0, done.err
        assert "Warning: The manifest has 1 mistake" in done.err
    assert dvm.run("plan", "--json").code == 3
    assert "is not a regular file" in dvm.run("apply", "-y").err
    assert [row["name"] for row in dvm.run("ls", "--json").json["vms"] if row["management"] == "managed"] == [
        "app",
        "odd",
    ]
    assert dvm.run("rm", "odd", "--yes", "--config").code == 3, (
        "a declaration is taken away from what can be read whole"
    )
    for name in ("app", "odd"):
        gone = dvm.run("rm", name, "--yes", "--discard-work")
        assert gone.code == 0, gone.err
        assert "Warning: The manifest has 1 mistake" in gone.err
