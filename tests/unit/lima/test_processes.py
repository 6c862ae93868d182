from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvm.errors import LimaError
from dvm.lima.home import Home
from dvm.lima.machine import Machine
from dvm.lima.processes import Standing, clear_stale, is_own_listener, own_processes, pid_files

MACHINE = Machine(Home(Path("/l")))


@contextmanager
def running(*words: str) -> Iterator[int]:
    """A process that sleeps under this command line."""
    code = "import sys, time; sys.stdout.write('ready'); sys.stdout.flush(); time.sleep(60)"
    process = subprocess.Popen(
        [words[0], "-c", code, *words[1:]], executable=sys.executable, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        assert process.stdout.read(5) == b"ready"
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def agent(directory: Path) -> tuple[str, ...]:
    return ("/opt/bin/limactl", "hostagent", "--pidfile", str(directory / "ha.pid"), "--socket", "x", directory.name)


def qemu(directory: Path) -> tuple[str, ...]:
    return ("/usr/bin/qemu-system-x86_64", "-m", "1024", "-pidfile", str(directory / "qemu.pid"), "-daemonize")


@pytest.fixture
def directory(place: Path) -> Path:
    path = place / "dvm-app"
    path.mkdir()
    return path


def test_an_instance_knows_its_own(directory: Path) -> None:
    with running(*agent(directory)) as first, running(*qemu(directory)) as second:
        (directory / "ha.pid").write_text(f"{first}\n")
        (directory / "qemu.pid").write_text(f"{second}")
        assert {name: p.pid for name, p in own_processes(MACHINE, directory).items()} == {
            "ha.pid": first,
            "qemu.pid": second,
        }
        assert clear_stale(MACHINE, directory) == ()
        assert {path.name for path in directory.iterdir()} == {"ha.pid", "qemu.pid"}


def test_an_instance_of_a_home_behind_a_link_knows_its_own(directory: Path) -> None:
    link = directory.parent / "link"
    link.symlink_to(directory)
    with running(*agent(directory)) as pid:
        (directory / "ha.pid").write_text(str(pid))
        assert own_processes(MACHINE, link)
        assert clear_stale(MACHINE, link) == ()


@pytest.mark.parametrize(
    "words",
    [
        ("sleep", "60"),
        ("tail", "-f", "{dir}/ha.stderr.log"),
        ("vim", "{dir}/ha.pid"),
        ("limactl", "hostagent", "--pidfile", "{dir}2/ha.pid", "other"),
        ("qemu-system-x86_64", "-pidfile", "{dir}x/qemu.pid"),
        ("lima-driver-evil", "--inst-dir", "{dir}/.."),
    ],
)
@pytest.mark.parametrize("name", ["ha.pid", "qemu.pid", "vz.pid", "x.drv.pid"])
def test_a_stranger_s_number_is_taken_out_and_the_stranger_lives(
    directory: Path, words: tuple[str, ...], name: str
) -> None:
    with running(*(word.format(dir=directory) for word in words)) as pid:
        (directory / name).write_text(f"{pid}\n")
        assert [file.path.name for file in clear_stale(MACHINE, directory)] == [name]
        assert list(directory.iterdir()) == []
        assert own_processes(MACHINE, directory) == {}
        os.kill(pid, 0)


@pytest.mark.parametrize("name", ["ha.pid", "vz.pid"])
def test_where_the_vm_runs_in_the_host_agent_it_is_the_driver_too(directory: Path, name: str) -> None:
    with running(*agent(directory)) as pid:
        (directory / name).write_text(str(pid))
        assert clear_stale(MACHINE, directory) == ()


def test_the_host_agent_is_no_driver_of_another_program(directory: Path) -> None:
    with running(*agent(directory)) as pid:
        (directory / "x.drv.pid").write_text(str(pid))
        assert len(clear_stale(MACHINE, directory)) == 1


def test_a_driver_that_is_a_program_of_its_own(directory: Path) -> None:
    with running("/opt/libexec/lima/lima-driver-x", "--inst-dir", str(directory)) as pid:
        (directory / "x.drv.pid").write_text(str(pid))
        assert clear_stale(MACHINE, directory) == ()
    with running("/usr/bin/krunkit", "--device", f"virtio-blk,path={directory}/disk") as pid:
        (directory / "krunkit.pid").write_text(str(pid))
        assert [file.path.name for file in clear_stale(MACHINE, directory)] == ["x.drv.pid"]


@pytest.mark.parametrize("text", ["", "\n", "0", "1", "-1", "abc", "9" * 80, "999999999", "12 13", "\x00", "٣"])
def test_what_names_no_process_is_taken_out(directory: Path, text: str) -> None:
    (directory / "ha.pid").write_text(text)
    assert [file.standing for file in pid_files(MACHINE, directory)] == [Standing.STALE]
    assert len(clear_stale(MACHINE, directory)) == 1


@given(st.binary(max_size=200))
def test_no_bytes_of_a_pid_file_do_harm(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "qemu.pid").write_bytes(data)
        assert len(clear_stale(MACHINE, Path(name))) == 1


def test_a_link_and_a_pipe_are_not_followed(directory: Path) -> None:
    os.mkfifo(directory / "qemu.pid")
    (directory / "ha.pid").symlink_to("/proc/self/stat")
    assert len(clear_stale(MACHINE, directory)) == 2


def test_a_process_that_began_after_the_file_is_neither_killed_nor_forgotten(directory: Path) -> None:
    with running(*agent(directory)) as pid:
        file = directory / "ha.pid"
        file.write_text(str(pid))
        os.utime(file, (time.time() - 3600,) * 2)
        assert [item.standing for item in pid_files(MACHINE, directory)] == [Standing.UNCLEAR]
        assert own_processes(MACHINE, directory) == {}
        with pytest.raises(LimaError, match="began after the file was written"):
            clear_stale(MACHINE, directory)
        assert file.exists()


def test_a_file_that_can_t_be_removed_stops_the_call(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / "ha.pid").write_text("0")

    def unlink(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", unlink)
    with pytest.raises(LimaError, match="can't be removed"):
        clear_stale(MACHINE, directory)


def test_a_directory_that_is_not_there_has_none(directory: Path) -> None:
    shutil.rmtree(directory)
    assert pid_files(MACHINE, directory) == ()


def test_a_listener_is_the_instance_s_own_or_not(directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = theirs.getsockname()[1]
        (directory / "qemu.pid").write_text(str(os.getpid()))
        assert not is_own_listener(MACHINE, directory, port)
    code = (
        "import socket, sys, time\ns = socket.create_server(('127.0.0.1', 0))\n"
        "print(s.getsockname()[1], flush=True)\ntime.sleep(60)"
    )
    # Python finds its own library by the place it is named at.
    words = [f"{Path(sys.executable).parent}/qemu-system-x86_64", "-c", code, "-pidfile", str(directory / "qemu.pid")]
    with subprocess.Popen(words, executable=sys.executable, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        (directory / "qemu.pid").write_text(str(process.pid))
        assert is_own_listener(MACHINE, directory, port)
        assert not is_own_listener(MACHINE, directory, port - 1)
        process.kill()
