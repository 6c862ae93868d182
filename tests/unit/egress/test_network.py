"""The wrapper of QEMU, and what the kernel's word on a command line is held to."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.egress.names import parse_rule
from dvm.egress.netdev import NetworkError, is_shut, launch, rules, shut
from dvm.egress.place import POLICY_FILE
from dvm.egress.policy import Policy, Reached, render

POLICY = Policy("dvm-app", "app", (parse_rule("allowed.test"),), reached=(Reached("db", 5432, 15432),))
NETDEV = "user,id=net0,net=192.168.5.0/24,dhcpstart=192.168.5.15,hostfwd=tcp:127.0.0.1:60022-:22"


def line(directory: Path | str, *networks: str) -> list[str]:
    words = ["-m", "2048", "-device", "virtio-net-pci,netdev=net0", "-name", "lima-dvm-app"]
    for network in networks:
        words += ["-netdev", network]
    return [*words, "-pidfile", f"{directory}/qemu.pid"]


def test_exactly_one_word_changes() -> None:
    words = line("/l/dvm-app", NETDEV)
    made = shut(words, "/l/dvm-app", POLICY)
    changed = [(old, new) for old, new in zip(words, made, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0][1].startswith(f"{NETDEV},restrict=on,ipv6=off,guestfwd=tcp:192.168.5.100:3128-cmd:")
    assert ",guestfwd=tcp:192.168.5.101:5432-cmd:" in changed[0][1]
    assert is_shut(made, "/l/dvm-app", POLICY)
    assert not is_shut(words, "/l/dvm-app", POLICY)


@pytest.mark.parametrize(
    "words",
    [
        line("/l/dvm-app"),
        line("/l/dvm-app", NETDEV, NETDEV),
        line("/l/dvm-app", NETDEV, "socket,id=net1,fd=3"),
        line("/l/dvm-app", "socket,id=net0,fd=3"),
        line("/l/dvm-app", NETDEV.replace("192.168.5.0", "10.0.2.0")),
        line("/l/dvm-app", NETDEV + ",restrict=off"),
        line("/l/dvm-app", NETDEV + ",norestrict"),
        line("/l/dvm-app", NETDEV + ",ipv6=on"),
        line("/l/dvm-app", NETDEV + ",ipv6-host=fec0::9"),
        line("/l/dvm-app", NETDEV + ",not-known-yet=on"),
        line("/l/dvm-app", NETDEV + ",net=192.168.5.0/24"),
        line("/l/dvm-app", NETDEV + ",hostfwd=udp:127.0.0.1:1-:1"),
        line("/l/dvm-app", NETDEV.replace("127.0.0.1", "0.0.0.0")),
        line("/l/dvm-app", NETDEV + ",guestfwd=tcp:192.168.5.100:1-cmd:sh"),
        [*line("/l/dvm-app", NETDEV), "-nic", "user"],
        [*line("/l/dvm-app", NETDEV), "--nic", "user"],
        [*line("/l/dvm-app", NETDEV), "-net", "nic"],
        [*line("/l/dvm-app", NETDEV), "--netdev", "user,id=net1"],
        [*line("/l/dvm-app", NETDEV), "-readconfig", "/x"],
        [*line("/l/dvm-app"), "-netdev"],
    ],
)
def test_networks_that_are_not_shut(words: list[str]) -> None:
    with pytest.raises(NetworkError):
        shut(words, "/l/dvm-app", POLICY)
    assert not is_shut(words, "/l/dvm-app", POLICY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",restrict=on", ""),
        (",restrict=on", ",restrict=on,restrict=off"),
        (",restrict=on", ",restrict=off"),
        (",ipv6=off", ""),
        (",ipv6=off", ",ipv6=on"),
        (",dhcpstart", ",ipv6=on,dhcpstart"),
        (",dhcpstart", ",norestrict,dhcpstart"),
        ("guestfwd=tcp:192.168.5.100:3128-cmd:", "guestfwd=tcp:192.168.5.100:3128-cmd:sh "),
        ("connector.py", "other.py"),
        (" 15432", " 22"),
        (",guestfwd=tcp:192.168.5.101", ",guestfwd=tcp:192.168.5.102:1-tcp:127.0.0.1:1,guestfwd=tcp:192.168.5.101"),
    ],
)
def test_what_the_kernel_shows_is_held_to_the_policy(old: str, new: str) -> None:
    made = shut(line("/l/dvm-app", NETDEV), "/l/dvm-app", POLICY)
    spoiled = [word.replace(old, new) for word in made]
    assert spoiled != made
    assert not is_shut(spoiled, "/l/dvm-app", POLICY)
    assert not is_shut(made, "/l/dvm-other", POLICY)
    assert not is_shut(made, "/l/dvm-app", POLICY._replace(reached=()))


@given(st.text(alphabet="ab ,'\"\\$;=", min_size=1, max_size=20))
def test_any_path_arrives_as_it_is(name: str) -> None:
    """QEMU splits at commas, and its network library the command as a shell does."""
    directory = f"/l/{name}"
    (option,) = [rule for rule in rules(directory, POLICY._replace(reached=())) if rule.startswith("guestfwd")]
    assert shlex.split(option.partition("-cmd:")[2]) == launch("connector.py", directory, "proxy")
    assert is_shut(shut(line(directory, NETDEV), directory, POLICY), directory, POLICY)


@pytest.fixture
def qemu(tmp_path: Path) -> Path:
    """A stand-in that prints its command line, each word in a line of its own, below a path with blanks and a comma."""
    place = tmp_path / "my qemu, really"
    place.mkdir()
    program = place / "qemu-system-x86_64"
    program.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n')
    program.chmod(0o755)
    return program


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(launch("wrapper.py", *words), capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize(
    "probe",
    [
        ("-M", "none", "-accel", "help"),
        ("-M", "none", "-netdev", "help"),
        ("-machine", "help"),
        ("-cpu", "help", "-machine", "q35"),
        ("--version",),
    ],
)
def test_probes_pass_through(qemu: Path, probe: tuple[str, ...]) -> None:
    done = run(str(qemu), *probe)
    assert (done.returncode, done.stdout.splitlines()) == (0, list(probe))


def test_a_vm_with_a_policy_starts_with_its_network_shut(qemu: Path, tmp_path: Path) -> None:
    directory = tmp_path / "l, l" / "dvm-app"
    directory.mkdir(parents=True)
    words = line(directory, NETDEV)
    refused = run(str(qemu), *words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("dvm-qemu: QEMU was not started: ")
    path = directory / POLICY_FILE
    path.touch(0o600)
    path.write_bytes(render(POLICY))
    done = run(str(qemu), *words)
    assert done.returncode == 0, done.stderr
    assert is_shut(done.stdout.splitlines(), str(directory), POLICY)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-netdev", NETDEV),
        ("-netdev", NETDEV, "-machine", "help"),
        ("-m", "1", "-nodefaults"),
        ("-cpu", "help", "-drive", "file=/etc/shadow"),
        ("-machine", "help", "-pidfile", "/l/dvm-app/qemu.pid"),
    ],
)
def test_all_else_is_refused(qemu: Path, words: tuple[str, ...]) -> None:
    done = run(str(qemu), *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "not started" in done.stderr
    assert "Traceback" not in done.stderr


def test_qemu_is_named_by_its_path() -> None:
    assert run("qemu-system-x86_64", "--version").returncode == 1
    assert run().returncode == 1


def test_it_keeps_its_process(qemu: Path) -> None:
    qemu.write_text("#!/bin/sh\necho $$\n")
    process = subprocess.Popen(launch("wrapper.py", str(qemu), "--version"), stdout=subprocess.PIPE, text=True)
    said, _ = process.communicate(timeout=30)
    assert int(said) == process.pid
    assert sys.executable == launch("wrapper.py")[0]
    assert Path(launch("wrapper.py")[3]).is_absolute()
