from __future__ import annotations

import platform
import shlex
from pathlib import Path

import pytest

from dvm.errors import RefusedError
from dvm.lima.environment import PASSED, child_environment
from dvm.lima.programs import (
    PROGRAM_VARIABLES,
    QEMU_VARIABLES,
    directories_beside,
    helpers,
    missing_helpers,
    qemu_of_this_host,
)


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


@pytest.mark.parametrize("name", ["gzip", "xz", "zstd", "bzip2", "scp", "swtpm", "qemu-system-aarch64", "limactl"])
def test_what_unpacks_images_counts_as_well(programs: Path, name: str) -> None:
    assert name in missing_helpers({"PATH": f"{programs}/b"})
    (programs / "b" / name).touch(0o755)
    assert f"b/{name}" in names(programs)


def test_what_variables_name_comes_first(programs: Path) -> None:
    assert names(programs, SSH=f"{programs}/b/other-ssh")[0] == "b/other-ssh"
    # Lima's host agent starts the one on PATH all the same, for forwards and checks of readiness.
    assert names(programs, SSH="other-ssh")[:2] == ["b/other-ssh", "a/ssh"]
    assert names(programs, QEMU_SYSTEM_X86_64=f"{programs}/b/other-ssh")[0] == "b/other-ssh"


@pytest.mark.parametrize("variable", PROGRAM_VARIABLES)
@pytest.mark.parametrize(
    "value",
    [
        "{}/b/other-ssh -A",
        "{}/b/other-ssh -drive file=/home/me/key",
        "ssh -A",
        "other-ssh\t-R 1:h:2",
        "'open",
        "./other-ssh",
        "b/other-ssh",
        "nosuch",
        "{}/b/nosuch",
        "{}/b",
        "'{}/b/other-ssh' ''",
        "~/ssh",
    ],
)
def test_a_program_variable_holds_one_program_and_no_arguments(programs: Path, variable: str, value: str) -> None:
    environment = {"PATH": f"{programs}/b", variable: value.format(programs)}
    for judge in (helpers, child_environment, missing_helpers):
        with pytest.raises(RefusedError, match=f"{variable} can't be used") as caught:
            judge(environment)
        assert f"Unset {variable}" in caught.value.remedy


@pytest.mark.parametrize("variable", PROGRAM_VARIABLES)
def test_a_path_with_blanks_is_quoted_for_lima(programs: Path, variable: str) -> None:
    strange = programs / "b" / "my 'ssh' $x;y"
    strange.touch(0o755)
    for value in (str(strange), shlex.quote(str(strange))):
        environment = {"PATH": "/usr/bin", variable: value}
        assert helpers(environment)[0] == strange
        assert shlex.split(child_environment(environment)[variable])[0] == str(strange)


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_is_none(programs: Path, value: str) -> None:
    assert names(programs, SSH=value)[0] == "a/ssh"
    assert child_environment({"SSH": value})["SSH"].startswith("ssh -o ")


def test_directories_beside_limactl_are_those_of_both_its_places(tmp_path: Path) -> None:
    real, link = tmp_path / "cellar" / "bin" / "limactl", tmp_path / "bin" / "limactl"
    for path in (real, link):
        path.parent.mkdir(parents=True)
    real.touch()
    link.symlink_to(real)
    found = {str(path.relative_to(tmp_path)) for path in directories_beside(link)}
    assert found == {f"{prefix}{name}/lima" for prefix in ("", "cellar/") for name in ("share", "libexec", "lib")}


def test_the_current_directory_has_no_say(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(programs / "a")
    assert helpers({"PATH": ".:"}) == []
    assert names(programs, PATH="ssh:.") == []


@pytest.mark.parametrize(("machine", "name"), [("arm64", "aarch64"), ("aarch64", "aarch64"), ("riscv64", "riscv64")])
def test_qemu_is_called_after_the_machine(monkeypatch: pytest.MonkeyPatch, machine: str, name: str) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert qemu_of_this_host({}) == f"qemu-system-{name}"


@pytest.mark.parametrize(
    "name",
    [
        "LIMA_DRIVERS_PATH",
        "LIMA_SSH_PORT_FORWARDER",
        "LIMACTL",
        "LIMA_SHELLENV_ALLOW",
        "LIMA_SSH_OVER_VSOCK",
        "SSH_AUTH_SOCK",
        "LD_PRELOAD",
        "DYLD_INSERT_LIBRARIES",
        "BASH_ENV",
        "EDITOR",
        "PAGER",
        "QEMU_SYSTEM_EVIL",
        "QEMU_AUDIO_DRV",
        "LC_EVIL",
        "DVM_SIM_EVIL",
        "GITHUB_TOKEN",
    ],
)
def test_a_variable_that_is_not_on_the_list_stays_out(name: str) -> None:
    assert name not in child_environment({name: "/x", "HOME": "/h"})


def test_the_documentation_names_every_variable_that_limactl_gets() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "environment.md").read_text()
    passed = {name for name in PASSED if not name.startswith(("DVM_SIM_", "LC_"))}
    assert not [name for name in (*passed, *QEMU_VARIABLES, "SSH", "PATH", "LC_ALL") if f"`{name}`" not in page]
