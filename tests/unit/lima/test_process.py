from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest

from dvm.errors import LimaError
from dvm.lima.environment import child_environment
from dvm.lima.process import Runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A "limactl" that is sh: the first argument is a program for it."""
    program = tmp_path / "limactl"
    program.write_text('#!/bin/sh\nexec sh -c "$@"\n')
    program.chmod(0o755)
    return Runner(program, os.environ | {"SSH_AUTH_SOCK": "/agent", "AWS_SECRET": "x"}, tmp_path / "work")


def test_an_answer_and_what_was_said_beside_it(runner: Runner) -> None:
    done = runner.capture(("limactl", "echo out; echo err >&2; exit 3"), timeout=10)
    assert (done.stdout, done.tail, done.status) == (b"out\n", ("err",), 3)


def test_what_changes_runs_in_a_directory_of_our_own_and_a_look_makes_none(runner: Runner) -> None:
    assert runner.capture(("limactl", "pwd"), timeout=10).stdout.decode().strip() == "/"
    assert not runner.directory.exists()
    said = bytearray()
    runner.stream(("limactl", "pwd"), timeout=10, sink=said.extend)
    assert said.decode().strip() == str(runner.directory)


def test_arguments_are_no_shell_text(runner: Runner) -> None:
    done = runner.capture(("limactl", 'printf "[%s]" "$0" "$@"', "a b", "$HOME", "x;y", "it's"), timeout=10)
    assert done.stdout == b"[a b][$HOME][x;y][it's]"


def test_a_call_that_hangs_is_ended_with_all_it_started(runner: Runner, tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(LimaError, match="gave no answer in"):
        runner.capture(("limactl", f"(sleep 1.5; touch {tmp_path}/late) & sleep 60"), timeout=0.3)
    assert time.monotonic() - begun < 5
    time.sleep(1.5)
    assert not (tmp_path / "late").exists()


def test_a_streamed_call_that_hangs_says_so(runner: Runner) -> None:
    done = runner.stream(("limactl", "echo begun; sleep 60"), timeout=0.3, sink=lambda _chunk: None)
    assert done.timed_out
    assert done.tail == ("begun",)


def test_standard_input_stays_open_until_the_call_ends(runner: Runner) -> None:
    # head reads its 3 bytes; the read that follows must see neither more bytes nor the end.
    program = 'head -c 3; if timeout 0.5 cat >/dev/null; then echo " ended"; else echo " open"; fi'
    done = runner.stream(("limactl", program), timeout=10, sink=lambda _chunk: None, stdin=b"abc", lifeline=True)
    assert done.tail == ("abc open",)


def test_without_a_lifeline_standard_input_ends(runner: Runner) -> None:
    done = runner.stream(("limactl", "cat; echo ended"), timeout=10, sink=lambda _chunk: None, stdin=b"abc\n")
    assert done.tail == ("abc", "ended")


def test_a_call_need_not_read_what_it_is_given(runner: Runner) -> None:
    done = runner.stream(("limactl", "exit 4"), timeout=10, sink=lambda _chunk: None, stdin=b"x" * 1_000_000)
    assert done.status == 4


def test_a_large_input_and_a_large_output_do_not_block_each_other(runner: Runner) -> None:
    size = 0

    def sink(chunk: bytes) -> None:
        nonlocal size
        size += len(chunk)

    done = runner.stream(("limactl", "head -c 3000000"), timeout=30, sink=sink, stdin=b"x" * 3_000_000)
    assert (done.status, size) == (0, 3_000_000)


def test_too_much_is_refused(runner: Runner) -> None:
    with pytest.raises(LimaError, match="more than 64 MiB"):
        runner.capture(("limactl", "yes | head -c 70000000"), timeout=60)


def test_a_sink_that_fails_ends_the_call(runner: Runner) -> None:
    def full(_chunk: bytes) -> None:
        raise OSError(28, "No space left on device")

    begun = time.monotonic()
    with pytest.raises(OSError, match="No space left"):
        runner.stream(("limactl", "echo x; sleep 60"), timeout=60, sink=full)
    assert time.monotonic() - begun < 10


def test_a_call_that_leaves_a_process_behind_is_not_waited_for(runner: Runner) -> None:
    begun = time.monotonic()
    assert runner.capture(("limactl", "echo x; sleep 20 &"), timeout=30).stdout == b"x\n"
    assert time.monotonic() - begun < 10


def test_death_by_a_signal_is_a_negative_status(runner: Runner) -> None:
    assert runner.capture(("limactl", "kill -9 $$"), timeout=10).status == -9


def test_cancel_ends_what_runs_and_what_comes(runner: Runner) -> None:
    threading.Timer(0.3, runner.cancellation.cancel).start()
    begun = time.monotonic()
    assert runner.stream(("limactl", "sleep 60"), timeout=60, sink=lambda _chunk: None).status != 0
    assert runner.stream(("limactl", "sleep 60"), timeout=60, sink=lambda _chunk: None).status != 0
    assert time.monotonic() - begun < 10


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LimaError, match="could not be started"):
        Runner(tmp_path / "none", {}, tmp_path).capture(("limactl",), timeout=1)


def test_the_environment_is_what_limactl_needs_and_no_more(runner: Runner) -> None:
    said = runner.capture(("limactl", "env"), timeout=10).stdout.decode()
    assert "SSH_AUTH_SOCK" not in said
    assert "AWS_SECRET" not in said
    assert "ForwardAgent=no" in said


@pytest.mark.parametrize("how", ["another file", "other bytes", "gone"])
def test_a_limactl_that_is_replaced_while_dvm_runs_is_not_run(runner: Runner, tmp_path: Path, how: str) -> None:
    assert runner.capture(("limactl", "echo first"), timeout=10).stdout == b"first\n"
    if how == "another file":
        planted = tmp_path / "planted"
        planted.write_bytes(runner.executable.read_bytes())
        planted.chmod(0o755)
        planted.replace(runner.executable)
    elif how == "other bytes":
        runner.executable.write_text(f"#!/bin/sh\ntouch {tmp_path}/owned\n")
    else:
        runner.executable.unlink()
    said: list[bytes] = []
    for call in (
        lambda: runner.capture(("limactl", "true"), timeout=10),
        lambda: runner.stream(("limactl", "true"), timeout=10, sink=said.append),
        lambda: runner.leave(("limactl", "true"), b""),
        lambda: runner.replace(("limactl", "true")),
    ):
        with pytest.raises(LimaError, match="was replaced while DVM ran"):
            call()
    assert not (tmp_path / "owned").exists()


def test_what_is_relative_in_path_is_not_passed_on() -> None:
    assert child_environment({"PATH": ".:/usr/bin:bin::/bin"})["PATH"] == "/usr/bin:/bin"
    assert "PATH" not in child_environment({})


def test_a_ssh_of_the_users_never_forwards_an_agent() -> None:
    assert child_environment({"SSH": "/bin/sh"})["SSH"].startswith("/bin/sh -o ForwardAgent=no")
    assert child_environment({})["SSH"].startswith("ssh -o ForwardAgent=no")


def test_options_stand_before_the_command(tmp_path: Path) -> None:
    program = tmp_path / "limactl"
    program.write_text('#!/bin/sh\nprintf "[%s]" "$@"\n')
    program.chmod(0o755)
    runner = Runner(program, os.environ, tmp_path / "work")
    runner.options = ("--log-level=debug",)
    assert runner.capture(("limactl", "list", "--json"), timeout=10).stdout == b"[--log-level=debug][list][--json]"


def test_every_directory_it_makes_is_private(runner: Runner, tmp_path: Path) -> None:
    runner.directory = tmp_path / "state" / "dvm" / "work"
    runner.stream(("limactl", "true"), timeout=10, sink=lambda _chunk: None)
    made = (tmp_path / "state", tmp_path / "state" / "dvm", runner.directory)
    assert [stat.S_IMODE(place.stat().st_mode) for place in made] == [0o700] * 3
