"""Setup scripts are Bash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dvm.manifest.scripts import is_bash

if TYPE_CHECKING:
    from tests.unit.manifest.conftest import Config


@pytest.mark.parametrize(
    "line",
    [
        "",
        "set -e",
        "# !/bin/sh",
        "#!/bin/bash",
        "#! /bin/bash",
        "#!/bin/bash -eu",
        "#!/usr/bin/bash",
        "#!/opt/homebrew/bin/bash",
        "#!/usr/bin/env bash",
        "#!/usr/bin/env -S bash -e",
        "#!/usr/bin/env -Sbash",
        "#!/usr/bin/env -i A=b bash",
        "#!/bin/bash\r",
    ],
)
def test_bash(line: str) -> None:
    assert is_bash(f"{line}\necho\n".encode())


@pytest.mark.parametrize(
    "line",
    [
        "#!",
        "#!/bin/sh",
        "#!/usr/bin/python3",
        "#!/usr/bin/env python3",
        "#!/usr/bin/env",
        "#!/usr/bin/env sh bash",
        "#!/bin/bashful",
        "#!/bin/sh /bin/bash",
        "\ufeff#!/bin/sh",
    ],
)
def test_not_bash(line: str) -> None:
    assert not is_bash(f"{line}\necho\n".encode())


def test_other_interpreters_are_mistakes_at_the_entry(config: Config) -> None:
    config.write("a.py", "#!/usr/bin/env python3\n")
    found = config.mistakes('[vm.app]\nsetup = ["a.py", { script = "./a.py" }]')
    assert [str(mistake.location).rpartition("toml:")[2] for mistake in found] == ["3:10", "3:18", "3:29"]
    assert "Write it in Bash" in found[0].detail


def test_missing_scripts_and_templates(config: Config) -> None:
    config.write("vms/web/vm.toml", 'template = "x.yaml"\nsetup = ["b.sh"]\n')
    assert config.lines('[vm.app]\nsetup = ["a.sh", { script = "a\\u0000.sh" }]') == [
        f"dvm.toml:3:10 vm.app.setup[0]: {config.path}/a.sh does not exist",
        "dvm.toml:3:29 vm.app.setup[1].script: a path has no NUL in it",
        f"vms/web/vm.toml:1:12 vm.web.template: {config.path}/vms/web/x.yaml does not exist",
        f"vms/web/vm.toml:2:10 vm.web.setup[0]: {config.path}/vms/web/b.sh does not exist",
    ]
