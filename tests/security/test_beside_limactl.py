"""DVM109: what limactl starts and reads, and the PATH that it gets."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.conftest import Dvm


@pytest.fixture
def made(dvm: Dvm) -> Dvm:
    """A VM, by a limactl in a prefix of its own, with what Lima has beside it."""
    prefix = dvm.place / "p"
    for name in ("bin", "share/lima/templates", "libexec/lima"):
        (prefix / name).mkdir(parents=True, mode=0o755)
    limactl = prefix / "bin" / "limactl"
    Path(dvm.environment["DVM_LIMACTL"]).rename(limactl)
    dvm.environment["DVM_LIMACTL"] = str(limactl)
    (prefix / "share/lima/templates/x.yaml").write_text("base: []\n")
    (prefix / "share/lima/lima-guestagent.Linux-x86_64.gz").write_bytes(b"x")
    (prefix / "libexec/lima/limactl-url-x").write_text("#!/bin/sh\n")
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.forget()
    return dvm


COMMANDS = (["plan"], ["ls"], ["ssh", "app", "true"], ["stop", "app"], ["apply", "-y"])


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("p/share/lima", 0o777),
        ("p/share/lima/templates", 0o1777),
        ("p/share/lima/templates/x.yaml", 0o666),
        ("p/share/lima/lima-guestagent.Linux-x86_64.gz", 0o646),
        ("p/libexec/lima", 0o777),
        ("p/libexec", 0o777),
        ("p/libexec/lima/limactl-url-x", 0o757),
    ],
)
def test_what_lies_beside_limactl(made: Dvm, name: str, mode: int) -> None:
    path = made.place / name
    path.chmod(mode)
    for command in COMMANDS:
        result = made.run(*command)
        assert result.code == 3, command
        assert "DVM109" in result.out + result.err
        assert str(path) in result.out + result.err
    assert made.calls() == [], "limactl was not even asked"


def test_a_driver_put_there_later_in_a_directory_that_is_not_there_yet(made: Dvm) -> None:
    (made.place / "p/lib").mkdir()
    assert made.run("plan").code == 0
    made.forget()
    (made.place / "p/lib").chmod(0o777)
    assert made.run("plan").code == 3
    assert made.calls() == []


def test_a_link_that_leads_to_where_others_can_write(made: Dvm) -> None:
    out = made.place / "out"
    out.mkdir()
    (out / "lima-driver-x").write_text("#!/bin/sh\n")
    (out / "lima-driver-x").chmod(0o755)
    (made.place / "p/libexec/lima/lima-driver-x").symlink_to(out / "lima-driver-x")
    assert made.run("plan").code == 0
    out.chmod(0o777)
    result = made.run("plan")
    assert (result.code, "DVM109" in result.out + result.err) == (3, True)


def test_a_directory_on_path_that_others_can_write_to_is_left_out(made: Dvm) -> None:
    open_ = made.place / "bin"
    open_.mkdir()
    open_.chmod(0o777)
    made.environment["PATH"] = f"{open_}:{made.environment['PATH']}"
    plan = made.run("plan", "--json")
    assert plan.code == 0
    (warned,) = [check for check in plan.json["checks"] if check["code"] == "DVM109"]
    assert warned["severity"] == "warn"
    assert str(open_) in warned["detail"]
    assert "limactl gets a PATH without it" in warned["detail"]
    assert "DVM109" in made.run("doctor").out
    # What comes there after the look is not started.
    for name in ("ssh", "ssh-keygen", "qemu-img", "gzip", "xz", "zstd", "bzip2"):
        (open_ / name).write_text(f"#!/bin/sh\ntouch {made.place}/owned\n")
        (open_ / name).chmod(0o755)
    assert made.run("stop", "app").code == 0
    assert made.run("apply", "-y").code == 0
    assert not (made.place / "owned").exists()


def test_limactl_gets_safe_directories_only(made: Dvm) -> None:
    seen = made.place / "seen"
    limactl = Path(made.environment["DVM_LIMACTL"])
    inner = limactl.with_name("inner")
    limactl.rename(inner)
    limactl.write_text(f'#!/bin/sh\nprintf "%s\\n" "$PATH" >>{seen}\nexec {inner} "$@"\n')
    limactl.chmod(0o755)
    open_, own, closed = (made.place / name for name in ("open", "own", "open/closed"))
    for directory in (open_, own, closed):
        directory.mkdir()
    open_.chmod(0o777)
    made.environment["PATH"] = f"rel:{open_}:{own}:{closed}:{made.place}/none::{made.environment['PATH']}"
    assert made.run("ls").code == 0
    assert set(seen.read_text().split()) == {f"{own}:/usr/bin:/bin"}


def test_a_program_of_a_safe_directory_that_others_can_change(made: Dvm) -> None:
    own = made.place / "own"
    own.mkdir()
    for name in ("ssh", "gzip", "xz", "zstd", "bzip2", "qemu-system-x86_64"):
        program = own / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        made.environment["PATH"] = f"{own}:/usr/bin:/bin"
        assert made.run("ls").code == 0
        program.chmod(0o757)
        assert made.run("ls").code == 3, name
        program.unlink()


def test_a_program_that_is_in_no_safe_directory_says_why_it_is_not_started(made: Dvm) -> None:
    open_ = made.place / "open"
    open_.mkdir()
    (open_ / "swtpm").write_text("#!/bin/sh\n")
    (open_ / "swtpm").chmod(0o755)
    open_.chmod(0o777)
    made.environment["PATH"] = f"/usr/bin:/bin:{open_}"
    result = made.run("ls")
    assert result.code == 3
    assert str(open_ / "swtpm") in result.err


@pytest.mark.parametrize("value", ["ssh -A", "/usr/bin/ssh -o ForwardAgent=yes", "'/usr/bin/ssh", "./ssh"])
def test_ssh_with_arguments_is_refused(made: Dvm, value: str) -> None:
    for command in COMMANDS:
        result = made.run(*command, SSH=value)
        assert result.code == 3
        assert "Unset SSH" in result.err
    assert made.calls() == []


def test_images_that_others_could_have_put_there_make_no_vm(made: Dvm) -> None:
    """Lima believes the digest that is written beside an image that it has downloaded."""
    made.manifest("[vm.app]\n[vm.new]\n")
    cache = made.place / "cache"
    images = cache / "lima" / "download" / "by-url-sha256"
    there = str(cache)
    cache.mkdir(mode=0o1777)
    cache.chmod(0o1777)
    refused = made.run("apply", "-y", XDG_CACHE_HOME=there)
    assert (refused.code, "DVM109" in refused.out, str(images) in refused.out) == (3, True, True), refused.out
    assert "compares a digest with a file beside the image" in " ".join(refused.out.split())
    assert made.run("ssh", "app", "true", XDG_CACHE_HOME=there).code == 0, "nothing is made from them"
    assert made.run("plan", "app", XDG_CACHE_HOME=there).code == 0
    cache.chmod(0o700)
    one = images / "0a1b"
    one.mkdir(parents=True, mode=0o700)
    assert made.run("plan", XDG_CACHE_HOME=there).code == 0
    one.chmod(0o777)
    assert str(one) in made.run("plan", XDG_CACHE_HOME=there).out
    one.rmdir()
    one.symlink_to(made.place)
    assert made.run("plan", XDG_CACHE_HOME=there).code == 0
    (made.place / "open").mkdir()
    (made.place / "open").chmod(0o777)
    one.unlink()
    one.symlink_to(made.place / "open")
    assert "DVM109" in made.run("plan", XDG_CACHE_HOME=there).out
    one.unlink()
    applied = made.run("apply", "-y", XDG_CACHE_HOME=there)
    assert applied.code == 0, applied.out


def test_qemu_with_arguments_is_refused(made: Dvm) -> None:
    result = made.run("plan", QEMU_SYSTEM_X86_64="/bin/true -drive file=/etc/shadow")
    assert result.code == 3
    assert "no arguments" in result.err
    assert made.run("plan", QEMU_SYSTEM_X86_64="/bin/true").code == 0
    other = made.place / "my qemu"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    assert made.run("plan", QEMU_SYSTEM_X86_64=str(other)).code == 0
    other.chmod(0o777)
    assert made.run("plan", QEMU_SYSTEM_X86_64=str(other)).code == 3


def test_a_driver_directory_named_by_a_variable_is_not_passed_on(made: Dvm) -> None:
    seen = made.place / "seen"
    limactl = Path(made.environment["DVM_LIMACTL"])
    inner = limactl.with_name("inner")
    limactl.rename(inner)
    limactl.write_text(f'#!/bin/sh\nenv >>{seen}\nexec {inner} "$@"\n')
    limactl.chmod(0o755)
    assert made.run("ls", LIMA_DRIVERS_PATH="/tmp", LD_PRELOAD="", SSH_AUTH_SOCK="/a").code == 0
    assert not {"LIMA_DRIVERS_PATH", "LD_PRELOAD", "SSH_AUTH_SOCK"} & {
        line.split("=")[0] for line in seen.read_text().splitlines()
    }


def test_a_group_of_the_user_s_own_may_write_as_linuxbrew_has_it(made: Dvm) -> None:
    from dvm.observe.groups import SystemAccounts, trusted_groups

    groups = trusted_groups(os.geteuid(), SystemAccounts(), "Linux")
    bin_ = made.place / "p" / "bin"
    if bin_.stat().st_gid not in groups:
        pytest.skip("this user has no group of its own")
    for path in (bin_, made.place / "p", made.place / "p/share/lima"):
        path.chmod(0o775)
    assert made.run("plan").code == 0
    # Only what limactl is: setup scripts and manifests are held to the stricter rule.
    made.config.chmod(0o770)
    assert "DVM103" in made.run("plan").out
    assert stat.S_IMODE(bin_.stat().st_mode) == 0o775
