"""What takes a boot: in the simulator at once, with the real limactl half a minute each.

The real one needs `DVM_E2E_TEMPLATE`, the path of a template that boots.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import make_lima

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.subject import Answer, Lima

BOOT = 300.0


@pytest.fixture(
    scope="module",
    params=["simulator", pytest.param("real", marks=[pytest.mark.real, pytest.mark.e2e, pytest.mark.slow])],
)
def booted(request: pytest.FixtureRequest) -> Iterator[Lima]:
    """A limactl with a running, plain instance `a` and one never started, `b`."""
    real = request.param == "real"
    if real and not os.environ.get("DVM_E2E_TEMPLATE"):
        pytest.skip("DVM_E2E_TEMPLATE names no template that boots")
    with make_lima(real) as lima:
        if real:
            lima.template = Path(os.environ["DVM_E2E_TEMPLATE"])
        lima.create("a", "--plain", "--mount-none", "--cpus=2", "--memory=1", "--disk=4")
        lima.create("b", "--plain", "--mount-none", "--cpus=1", "--memory=1", "--disk=4")
        started = lima.ok("start", "--tty=false", "--timeout=5m", "a", timeout=BOOT)
        assert "READY. Run `ssh -F" in started.err
        assert "SSH Local Port: " in started.err
        yield lima
        lima.run("stop", "-f", "a")


def in_guest(lima: Lima, *command: str, stdin: str | None = None) -> Answer:
    return lima.run("shell", "--workdir", "/", "a", "--", *command, stdin=stdin)


def test_a_running_one_has_a_port_and_two_processes(booted: Lima) -> None:
    line = booted.line("a")
    assert line["status"] == "Running"
    assert line["sshLocalPort"] > 0
    assert line["hostAgentPID"] > 0
    assert line["driverPID"] > 0
    assert f"Port {line['sshLocalPort']}" in Path(line["sshConfigFile"]).read_text()
    assert '"running":true' in (booted.home / "a" / "ha.stdout.log").read_text()


def test_when_it_was_booted_is_told_by_its_host_agent_s_file(booted: Lima) -> None:
    # Nothing of Lima's own writes into its configuration from then on, or DVM313 would speak of every VM.
    booted.ok("list", "--json")
    booted.ok("shell", "--workdir", "/", "a", "true")
    began = (booted.home / "a" / "ha.pid").stat().st_ctime
    for path in (booted.home / "a" / "lima.yaml", booted.home / "_config"):
        assert not path.exists() or path.stat().st_ctime <= began
    assert not (booted.home / "b" / "ha.pid").exists()


def test_a_first_start_writes_networks_yaml(booted: Lima) -> None:
    assert (booted.home / "_config" / "networks.yaml").is_file()


def test_starting_again_does_nothing(booted: Lima) -> None:
    port = booted.line("a")["sshLocalPort"]
    err = booted.ok("start", "--tty=false", "a").err
    assert "The instance `a` is already running. Run `limactl shell a` to open the shell." in err
    assert booted.line("a")["sshLocalPort"] == port


def test_what_a_running_one_refuses(booted: Lima) -> None:
    assert "cannot edit a running instance" in booted.refused("edit", "--tty=false", "a", "--cpus=1")
    assert "expected status `Stopped`, got `Running`" in booted.refused("delete", "--tty=false", "a")
    assert "instance `a` already exists" in booted.refused("create", "--tty=false", "--name=a", booted.template)
    assert "cannot clone a running instance" in booted.refused("clone", "--tty=false", "a", "c")
    assert "cannot rename a running instance" in booted.refused("rename", "--tty=false", "a", "c")


@pytest.mark.parametrize(
    ("command", "code", "out"),
    [
        (("true",), 0, ""),
        (("false",), 1, ""),
        (("sh", "-c", "exit 7"), 7, ""),
        (("sh", "-c", "kill -9 $$"), 255, ""),
        (("bash", "-c", "echo one; echo two"), 0, "one\ntwo\n"),
        (("bash", "-c", 'printf "[%s]" "$@"', "name", "a", "b c", "$HOME"), 0, "[a][b c][$HOME]"),
        (("bash", "-c", "false && echo no || echo yes"), 0, "yes\n"),
        (
            ("printf", "[%s]\\n", "a", "b c", "$HOME", "*", "it's", "a;b"),
            0,
            "[a]\n[b c]\n[$HOME]\n[*]\n[it's]\n[a;b]\n",
        ),
        (("pwd",), 0, "/\n"),
        (("echo", "-n", "x", "y"), 0, "x y"),
        (("sudo", "whoami"), 0, "root\n"),
        (("sudo", "-n", "--", "id", "-u"), 0, "0\n"),
        (("env", "A=b", "sh", "-c", "echo $A"), 0, "b\n"),
        (("test", "-d", "/nosuch"), 1, ""),
    ],
)
def test_a_command_in_the_guest(booted: Lima, command: tuple[str, ...], code: int, out: str) -> None:
    answer = in_guest(booted, *command)
    assert (answer.code, answer.out) == (code, out)


def test_a_command_that_is_not_there(booted: Lima) -> None:
    answer = in_guest(booted, "nosuchcmd")
    assert (answer.code, answer.out) == (127, "")
    assert "nosuchcmd: command not found" in answer.err


def test_stdin_is_passed(booted: Lima) -> None:
    text = "".join(f"line {number}\n" for number in range(2000))
    assert in_guest(booted, "cat", stdin=text).out == text
    answer = in_guest(booted, "bash", "-s", "--", "x y", stdin='echo "$1"\nexit 5\n')
    assert (answer.code, answer.out) == (5, "x y\n")


def test_the_login_user(booted: Lima) -> None:
    user = booted.config("a")["user"]
    assert in_guest(booted, "whoami").out == f"{user['name']}\n"
    assert in_guest(booted, "id", "-u").out == f"{user['uid']}\n"
    assert booted.ok("shell", "a", "pwd").out == f"/home/{user['name']}.guest\n"
    assert in_guest(booted, "hostname").out == "lima-a\n"


def test_a_working_directory_that_is_not_there(booted: Lima) -> None:
    answer = booted.run("shell", "--workdir", "/nonexistent", "a", "pwd")
    assert (answer.code, answer.out) == (1, "")
    assert "cd: /nonexistent: No such file or directory" in answer.err


def test_files_go_in_and_out(booted: Lima) -> None:
    source, back = booted.cwd / "in.txt", booted.cwd / "out.txt"
    source.write_text("hello\n")
    booted.ok("copy", source, "a:/tmp/x")
    assert in_guest(booted, "cat", "/tmp/x").out == "hello\n"
    booted.ok("copy", "a:/tmp/x", back)
    assert back.read_text() == "hello\n"
    assert booted.run("copy", source, "a:/root/x").code != 0
    assert booted.run("copy", "/nonexistent", "a:/tmp/").code != 0


def test_a_killed_host_agent_leaves_a_broken_instance(booted: Lima) -> None:
    if booted.real:
        os.kill(booted.line("a")["hostAgentPID"], signal.SIGKILL)
    else:
        booted.ok("sim", "break-hostagent", "a")
    line = booted.line("a")
    end = time.monotonic() + 30
    while "hostAgentPID" in line and time.monotonic() < end:  # until the system has buried it
        time.sleep(0.2)
        line = booted.line("a")
    assert line["status"] == "Broken"
    assert line["errors"] == []
    assert "hostAgentPID" not in line
    assert "expected status `Running`, got `Broken` (maybe use `limactl stop -f`?)" in booted.refused("stop", "a")
    assert "driver is running but host agent is not" in booted.refused("start", "--tty=false", "a")
    assert "expected status `Stopped`, got `Broken`" in booted.refused("delete", "--tty=false", "a")
    assert in_guest(booted, "echo", "still here").out == "still here\n"
    assert "configuration edited" in booted.edit("a", "--cpus=1").err
    booted.ok("stop", "-f", "a")
    assert booted.line("a")["status"] == "Stopped"


def test_a_stopped_one_keeps_its_port_until_the_next_start(booted: Lima) -> None:
    booted.run("stop", "-f", "a")
    port = booted.line("a")["sshLocalPort"]
    assert port > 0
    booted.ok("start", "--tty=false", "--timeout=5m", "a", timeout=BOOT)
    assert booted.line("a")["sshLocalPort"] != port


def test_a_clean_stop(booted: Lima) -> None:
    if booted.line("a")["status"] != "Running":
        booted.ok("start", "--tty=false", "--timeout=5m", "a", timeout=BOOT)
    err = booted.ok("stop", "a", timeout=BOOT).err
    assert "Sending SIGINT to hostagent process" in err
    assert "The instance a has shut down" in err
    line = booted.line("a")
    assert line["status"] == "Stopped"
    assert not {"hostAgentPID", "driverPID"} & set(line)
    assert "expected status `Running`, got `Stopped`" in booted.refused("stop", "a")
    assert "instance `a` is stopped" in booted.refused("shell", "a", "true")


def test_a_start_that_runs_out_of_time_goes_on_booting(booted: Lima) -> None:
    booted.env["DVM_SIM_DELAY"] = "60"
    err = booted.refused("start", "--tty=false", "--timeout=1s", "b")
    assert "did not receive an event with the `running` status" in err
    # Until QEMU's own pid is written it can list as Broken.
    end = time.monotonic() + 60
    while booted.line("b")["status"] != "Running" and time.monotonic() < end:
        time.sleep(0.5)
    assert booted.line("b")["status"] == "Running"
    answer = booted.run("shell", "--workdir", "/", "b", "true")
    assert answer.code == 255
    del booted.env["DVM_SIM_DELAY"]
    booted.ok("stop", "-f", "b")
    assert booted.line("b")["status"] == "Stopped"
