"""`apply --stream`, the hint at `dvm logs -f`, and `dvm logs --journal`."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Dvm

HINT = "`dvm logs -f {}` follows its output, --stream shows it here"


@pytest.fixture
def two(dvm: Dvm) -> Dvm:
    dvm.manifest('[defaults]\nsetup = ["a.sh", "b.sh"]\n[vm.app]\n[vm.db]\n')
    dvm.script("a.sh", "# sim: print \\x1b[31mone\\ntwo")
    dvm.script("b.sh", "# sim: print three")
    return dvm


def test_each_line_has_its_vm_in_front(two: Dvm) -> None:
    for command in (("apply", "-y", "--stream", "app"), ("sync", "--stream", "db")):
        result = two.run(*command)
        assert result.code == 0, result.err
        lines = result.out.splitlines()
        name = command[-1]
        at = lines.index(f"vm.{name}: Running a.sh...")
        assert lines[at + 1 : at + 3] == [f"vm.{name} | \\x1b[31mone", f"vm.{name} | two"]
        assert f"vm.{name} | three" in lines
        assert "logs -f" not in result.out


def test_without_it_the_command_that_follows_is_named_once(two: Dvm) -> None:
    result = two.run("apply", "-y")
    assert result.out.count("follows its output") == 1
    assert "| two" not in result.out
    assert any(HINT.format(name) in result.out for name in ("app", "db"))


def test_with_json_each_line_is_an_event(two: Dvm) -> None:
    result = two.run("apply", "-y", "--json", "--stream", "app")
    events = [json.loads(line) for line in result.out.splitlines()]
    assert [each["line"] for each in events if each["type"] == "apply_output"] == ["\\x1b[31mone", "two", "three"]
    plain = two.run("apply", "-y", "--json", "db")
    assert "apply_output" not in plain.out


def test_the_guest_s_journal(two: Dvm) -> None:
    assert two.run("apply", "-y", "app").code == 0
    none = two.run("logs", "app", "--journal")
    assert (none.code, "has no journal" in none.err) == (1, True)
    (two.lima_home / "dvm-app" / "guest-journal").write_text("ssh: \x1b[2Jup\ncron: ran\n")
    assert two.run("logs", "app", "--journal").out == "ssh: \\x1b[2Jup\ncron: ran\n"
    assert two.run("logs", "app", "--journal", "-n", "1").out == "cron: ran\n"
    assert two.run("logs", "--journal", "app", "ssh").out == "ssh: \\x1b[2Jup\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("app", "ssh"),
        ("app", "--journal", "-f"),
        ("app", "--journal", "--setup"),
        ("app", "--journal", "--", "--root=/"),
        ("app", "--journal", "a b"),
        ("app", "--journal", "-n", "0"),
        ("app", "--manifest", "dvm.toml"),
    ],
)
def test_what_is_refused_before_the_guest_is_asked(two: Dvm, arguments: tuple[str, ...]) -> None:
    assert two.run("logs", *arguments).code == 64
    assert two.calls() == []
