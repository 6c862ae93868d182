from __future__ import annotations

import platform
from pathlib import Path

import pytest

from dvm.lima.programs import helpers, qemu_of_this_host


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    for name in ("a/ssh", "b/ssh", "b/ssh-keygen", "b/qemu-img", "b/qemu-system-x86_64", "b/other-ssh"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch(0o755)
    return tmp_path


def names(place: Path, **environment: str) -> list[str]:
    path = f"{place}/a:.:{place}/b"
    return [str(found.relative_to(place)) for found in helpers({"PATH": path} | environment)]


def test_the_first_of_each_name_on_path_is_what_limactl_starts(programs: Path) -> None:
    assert names(programs) == ["a/ssh", "b/ssh-keygen", "b/qemu-img", "b/qemu-system-x86_64"]
    (programs / "b" / "qemu-img").unlink()
    assert names(programs) == ["a/ssh", "b/ssh-keygen", "b/qemu-system-x86_64"]
    assert helpers({}) == []


def test_what_variables_name_comes_first(programs: Path) -> None:
    assert names(programs, SSH=f"{programs}/b/other-ssh -F x")[0] == "b/other-ssh"
    assert names(programs, SSH="other-ssh")[0] == "b/other-ssh"
    assert names(programs, SSH="'open")[0] == "a/ssh"
    assert names(programs, QEMU_SYSTEM_X86_64=f"{programs}/b/other-ssh -x")[-1] == "b/other-ssh"


def test_the_current_directory_has_no_say(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(programs / "a")
    assert helpers({"PATH": ".:"}) == []
    assert helpers({"PATH": "", "SSH": "./ssh"}) == []


@pytest.mark.parametrize(("machine", "name"), [("arm64", "aarch64"), ("aarch64", "aarch64"), ("riscv64", "riscv64")])
def test_qemu_is_called_after_the_machine(monkeypatch: pytest.MonkeyPatch, machine: str, name: str) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert qemu_of_this_host({}) == f"qemu-system-{name}"
