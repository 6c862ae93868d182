"""`dvm check` and `dvm explain`."""

from __future__ import annotations

import os
import stat

import jsonschema
import pytest
from pydantic import TypeAdapter

from dvm.checks.registry import all_checks
from dvm.views.documents import ChecksDocument
from tests.conftest import Dvm

SCHEMA = TypeAdapter(ChecksDocument).json_schema()


@pytest.fixture
def one(dvm: Dvm) -> Dvm:
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\n')
    dvm.script("a.sh", "echo a")
    return dvm


def test_all_is_well(one: Dvm) -> None:
    result = one.run("check")
    assert (result.code, result.out, result.err) == (0, "Security checks: nothing found.\n", "")
    assert one.run("check", "--json").json == {"checks": [], "errors": []}
    assert one.calls(changing=True) == []


@pytest.mark.parametrize("arguments", [(), ("--offline",), ("app",), ("vm.app", "--strict")])
def test_a_denial(one: Dvm, arguments: tuple[str, ...]) -> None:
    (one.config / "a.sh").chmod(0o777)
    result = one.run("check", *arguments)
    assert result.code == 3
    assert "DVM102" in result.out
    assert f"chmod go-w {one.config / 'a.sh'}" in result.out
    found = one.run("check", "--json", *arguments)
    assert found.code == 3
    jsonschema.validate(found.json, SCHEMA)
    assert [item["code"] for item in found.json["checks"]] == ["DVM102"]
    planned = one.run("plan", "--json", *(word for word in arguments if word != "app")).json
    assert found.json["checks"] == planned["checks"]


def test_offline_needs_no_lima(one: Dvm) -> None:
    assert one.run("check", "--offline", DVM_LIMACTL="/nowhere", PATH="/nowhere").code == 0
    assert one.calls() == []
    assert one.run("check", DVM_LIMACTL="/nowhere", PATH="/nowhere").code == 1


def test_a_name_that_is_not_there(one: Dvm) -> None:
    result = one.run("check", "ap")
    assert result.code == 64
    assert "app" in result.err


def test_a_manifest_with_mistakes_is_still_looked_at(one: Dvm) -> None:
    path = one.manifest("[vm.app]\ncpu = 2\n")
    result = one.run("check", "--json")
    assert (result.code, result.json["checks"], len(result.json["errors"])) == (1, [], 1)
    assert "cpu" in result.err
    path.chmod(0o666)
    result = one.run("check", "--json")
    assert result.code == 3
    assert [item["code"] for item in result.json["checks"]] == ["DVM102"]
    assert "cpu" in result.err


def test_a_manifest_that_is_a_pipe(one: Dvm) -> None:
    path = one.config / "dvm.toml"
    path.unlink()
    os.mkfifo(path, 0o600)
    result = one.run("check", "--json")
    assert result.code == 3
    assert [item["code"] for item in result.json["checks"]] == ["DVM104"]


def test_a_limactl_that_others_can_change_is_never_run(one: Dvm) -> None:
    limactl = one.place / "limactl"
    limactl.chmod(0o777)
    for command in (("check",), ("plan",), ("apply", "-y"), ("sync", "app")):
        result = one.run(*command)
        assert result.code == 3, command
        assert "DVM109" in result.out + result.err
        assert one.calls() == [], command
    assert [item["code"] for item in one.run("check", "--json").json["checks"]] == ["DVM109"]


def test_explain_a_code(dvm: Dvm) -> None:
    for code, check in all_checks().items():
        if code in {"DVM102", "DVM301"}:
            result = dvm.run("explain", code.lower())
            assert result.code == 0
            assert check.title in result.out
            for text in (check.why, check.remedy):
                assert " ".join(text.split()) in " ".join(result.out.split())


def test_explain_lists_all(dvm: Dvm) -> None:
    result = dvm.run("explain")
    assert result.code == 0
    for code, check in all_checks().items():
        assert f"{code}  {check.severity}  {check.title}" in result.out


def test_explain_names_the_nearest_code(dvm: Dvm) -> None:
    result = dvm.run("explain", "DVM1O2")
    assert result.code == 64
    assert "DVM102" in result.err
    assert dvm.run("explain", "\x1b[31mDVM1").code == 64
    assert "\x1b" not in dvm.run("explain", "\x1b[31mDVM1").err


def test_a_check_changes_nothing(one: Dvm) -> None:
    def all_files() -> dict[str, tuple[int, int]]:
        ours = [path for path in one.place.rglob("*") if path != one.record]
        return {str(path): (stat.S_IMODE(path.lstat().st_mode), path.lstat().st_mtime_ns) for path in ours}

    before = all_files()
    assert one.run("check").code == 0
    after = all_files()
    assert {name: after[name] for name in before if not (one.place / name).is_dir()} == {
        name: facts for name, facts in before.items() if not (one.place / name).is_dir()
    }
