"""Files that are not TOML: one place each, and no traceback whatever the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.manifest.conftest import Config


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("version = 1\ncpus 4\n", 'dvm.toml:2:6 not TOML: a key is followed by "=" and a value'),
        ("version = 1\n[vm.app\n", 'dvm.toml:2:8 not TOML: a [table] ends with "]"'),
        ("version = 1\nx = [1,\n", "dvm.toml:3:1 not TOML: a value is expected here"),
        ("version = 1\nx = [1\n", 'dvm.toml:3:1 not TOML: this list has no "]" at its end'),
        ('"é" = "ü\n', "dvm.toml:1:9 not TOML: this string has no quote at the end of its line"),
        ("version = 1\r\nx = yes\r\n", "dvm.toml:2:5 not TOML: write true or false in lower case, without quotes"),
        ("version = 1\rx = 1", "dvm.toml:1:12 not TOML: one statement a line"),
        ("version = 1\x00", "dvm.toml:1:12 not TOML: one statement a line"),
        ("version = 1\n[a]\n[a]\n", "dvm.toml:3:3 not TOML: this table is declared a second time"),
        ("a = 1\na = 2\n", "dvm.toml:2:6 not TOML: this key has a value already"),
        (b"version = 1\n\xc3\xa9 = \xff\n", "dvm.toml:2:5 not UTF-8: byte 0xff stands for no character"),
        (b"\xef\xbb\xbf\xff", "dvm.toml:1:1 not UTF-8"),
        ("x = 2023-02-29", "dvm.toml:1:5 not TOML: invalid date or datetime"),
        ("x = " + "[" * 10_000, "dvm.toml not readable as TOML: lists or tables are nested too deeply"),
        ("x = " + "{a=" * 10_000, "dvm.toml not readable as TOML: lists or tables are nested too deeply"),
        ("y = 1\nx = " + "1" * 5000, "dvm.toml:2:5 a number has more digits than DVM reads"),
    ],
)
def test_place_and_words(config: Config, content: str | bytes, line: str) -> None:
    config.write("dvm.toml", content)
    found = config.lines()
    assert len(found) == 1
    assert found[0].startswith(line)
    assert found[0].isprintable()


def test_mistakes_in_the_other_files_are_told_too(config: Config) -> None:
    """What depends on dvm.toml is not guessed at: the VMs it declares, the defaults it has."""
    config.write("vms/app/vm.toml", "auto_ports = true\nnope = 1\ndepends_on = ['db']\nuser = 'root'\n")
    assert config.lines("[vm.db\n") == [
        'dvm.toml:2:7 not TOML: a [table] ends with "]"',
        "vms/app/vm.toml:2:1 vm.app.nope: there is no such key",
    ]


@pytest.mark.parametrize(
    "value", ["inf", "-nan", "0x" + "f" * 5000, "1e400", "1979-05-27T07:32:00.999999-07:00", "07:32:00"]
)
def test_odd_values_anywhere(config: Config, value: str) -> None:
    for key in ("cpus", "memory", "ports", "setup", "depends_on", "running", "template", "nope", "timeout"):
        assert config.mistakes(f"[vm.app]\n{key} = {value}")
        assert config.mistakes(f"[vm.app]\n{key} = [{value}]")
        assert config.mistakes(f"[vm.app]\nsetup = [{{ script = 'x', {key} = {value} }}]")
    assert config.mistakes(f"vm = {value}")
    assert config.mistakes(f"x.{'y.' * 2000}z = {value}")
