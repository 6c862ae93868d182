"""Each QEMU is started by DVM's wrapper, or not at all."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from dvm.lima.environment import child_environment, shut_environment
from dvm.lima.programs import QEMU_VARIABLES


@pytest.fixture
def qemu(tmp_path: Path) -> Path:
    program = tmp_path / "a b" / "qemu-system-x86_64"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$0" "$@"\n')
    program.chmod(0o755)
    return program


def test_every_variable_is_one_program_which_knows_its_qemu(qemu: Path, tmp_path: Path) -> None:
    environment = child_environment({"PATH": "/usr/bin:/bin", "QEMU_SYSTEM_X86_64": str(qemu)})
    shut = shut_environment(environment, tmp_path / "w w")
    for variable in QEMU_VARIABLES:
        # Lima asks what it can do by the first word alone.
        (program,) = shlex.split(shut[variable])
        assert Path(program).stat().st_mode & 0o777 == 0o700
    (program,) = shlex.split(shut["QEMU_SYSTEM_X86_64"])
    done = subprocess.run([program, "-M", "none", "-accel", "help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{qemu} -M none -accel help\n")
    done = subprocess.run([program, "-nodefaults"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert {name: value for name, value in shut.items() if name not in QEMU_VARIABLES} == {
        name: value for name, value in environment.items() if name not in QEMU_VARIABLES
    }


def test_one_that_is_not_there_is_not_looked_for_by_lima(qemu: Path, tmp_path: Path) -> None:
    shut = shut_environment(child_environment({"PATH": str(qemu.parent)}), tmp_path / "w")
    (found,), (missing,) = shlex.split(shut["QEMU_SYSTEM_X86_64"]), shlex.split(shut["QEMU_SYSTEM_S390X"])
    assert str(qemu) in subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    assert subprocess.run([missing, "--version"], capture_output=True, check=False).returncode == 1
