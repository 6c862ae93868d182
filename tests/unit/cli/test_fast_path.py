"""What a command line without an option means is what typer makes of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from dvm.cli.commands import COMMANDS
from dvm.cli.line.app import app
from dvm.cli.line.fast_path import meaning

PLAIN = tuple(each.name for each in COMMANDS if each.fast)
WORDS = st.sampled_from(
    ["app", "vm.app", "db", "--", "", " ", "a b", "-", "-x", "--json", "--help", "plan", "x=y", "é", "@f", "*"]
)


@contextmanager
def recorded() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Have the commands say what they are called with instead of running."""
    calls: list[tuple[str, dict[str, Any]]] = []
    before: dict[str, Callable[..., int]] = {}

    def recorder(name: str, function: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(function)
        def record(**arguments: Any) -> int:
            # typer hands over the defaults as well, and nothing for a list that nobody gave.
            calls.append((name, {key: value for key, value in arguments.items() if value not in (None, (), [], False)}))
            return 0

        return record

    for name in PLAIN:
        module = import_module(f"dvm.cli.commands.{name}")
        before[name] = getattr(module, name)
        setattr(module, name, recorder(name, before[name]))
    try:
        yield calls
    finally:
        for name, function in before.items():
            setattr(import_module(f"dvm.cli.commands.{name}"), name, function)


def by_typer(words: list[str]) -> tuple[str, dict[str, Any]] | None:
    with recorded() as calls:
        try:
            app(words, standalone_mode=False, prog_name="dvm")
        except typer.TyperException:
            return None
    (call,) = calls
    call[1].pop("format_", None)
    return call


@given(st.sampled_from(PLAIN), st.lists(WORDS, max_size=5))
def test_as_typer_has_it(command: str, words: list[str]) -> None:
    found = meaning([command, *words])
    if found is not None:
        with recorded() as calls:
            assert found.run() == 0
        assert calls == [by_typer([command, *words])]


@pytest.mark.parametrize(
    ("line", "command", "arguments"),
    [
        ("", "ls", {}),
        ("ls", "ls", {}),
        ("version", "version", {}),
        ("plan", "plan", {"vms": None}),
        ("plan app db", "plan", {"vms": ["app", "db"]}),
        ("sh app", "sh", {"vm": "app"}),
        ("status vm.app", "status", {"vms": ["vm.app"]}),
        ("--version", "version", {}),
        ("ssh app", "ssh", {"vm": "app", "command": None}),
        ("ssh app -- ls -la --json", "ssh", {"vm": "app", "command": ["ls", "-la", "--json"]}),
        ("ssh app -- -- x", "ssh", {"vm": "app", "command": ["--", "x"]}),
    ],
)
def test_what_is_meant(line: str, command: str, arguments: dict[str, Any]) -> None:
    assert meaning(line.split()) == (command, arguments)


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "plan --json",
        "plan -f x",
        "ls app",
        "version now",
        "sh",
        "sh a b",
        "ssh",
        "ssh -x app",
        "apply",
        "nope",
    ],
)
def test_what_typer_is_asked(line: str) -> None:
    assert meaning(line.split()) is None
