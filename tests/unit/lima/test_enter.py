"""The part of dvm-enter that is DVM_USER's own, run for real on this machine's bash, with a home of its own."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from dvm.lima.guest_programs import text
from tests.places import short_place

pytestmark = pytest.mark.skipif(not (shutil.which("setsid") and shutil.which("timeout")), reason="needs both")
DEBIAN = "case $- in *i*) ;; *) return ;; esac\n"
PROFILE = 'if [ -f "$HOME/.bashrc" ]; then . "$HOME/.bashrc"; fi\nexport FROM_PROFILE=yes\n'


def part(name: str) -> str:
    return text("enter").partition(f"\n{name}='")[2].partition("\n'\n")[0]


class Home:
    """A DVM_USER's home; whoever runs the tests is that user."""

    def __init__(self, place: Path) -> None:
        self.path = place / "home"
        self.code = self.path / "code"
        self.code.mkdir(parents=True)
        self.write(".profile", PROFILE)
        self.write(".bashrc", DEBIAN)

    def write(self, name: str, content: str) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return file

    def tool(self, place: str, name: str = "tool") -> None:
        self.write(f"{place}/{name}", "#!/bin/sh\necho hi from $0\n").chmod(0o755)

    def run(self, *command: str) -> tuple[int, str, str]:
        environment = {
            "HOME": str(self.path),
            "USER": "dev",
            "LOGNAME": "dev",
            "SHELL": "/bin/bash",
            "PATH": os.defpath,
        }
        done = subprocess.run(
            ["bash", "-l", "-c", part("arrive") + part("command"), "dvm-inner", "", str(self.code), *command],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def home(place: Path) -> Home:
    return Home(place)


def test_what_an_installer_put_on_path_in_bashrc_is_found(home: Home) -> None:
    home.tool(".opencode/bin")
    home.write(".bashrc", f"{DEBIAN}export PATH=$HOME/.opencode/bin:$PATH\necho noise; echo more >&2; cat\n")
    expected = (0, f"hi from {home.path}/.opencode/bin/tool\n", "")
    assert home.run("tool") == expected
    assert home.run("tool") == expected, "by what was kept"
    assert home.run("bash", "-c", "tool; pwd; echo $FROM_PROFILE")[1] == f"{expected[1]}{home.code}\nyes\n"


def test_a_changed_bashrc_counts_at_once(home: Home) -> None:
    home.tool(".bun/bin", "bun")
    assert home.run("bun")[0] == 127
    time.sleep(0.01)
    home.write(".bashrc", f"{DEBIAN}PATH=$HOME/.bun/bin:$PATH\n")
    assert home.run("true")[0] == 0
    assert home.run("bun")[0] == 0


def test_what_is_kept_saves_the_question(home: Home) -> None:
    home.write(".bashrc", f"{DEBIAN}echo asked >>$HOME/asked\n")
    for _ in range(3):
        assert home.run("true") == (0, "", "")
    assert (home.path / "asked").read_text() == "asked\n"
    assert home.run("no-such-tool")[0] == 127
    assert (home.path / "asked").read_text() == "asked\nasked\n", "asked again before it is said not to be there"


@pytest.mark.parametrize("kept", ["", "x\n/bin\n", "a[$(touch $HOME/owned)]\n/bin\n", "99999999999\n/bin\n", "1\n/x\n"])
def test_what_was_kept_and_makes_no_sense_is_asked_for_again(home: Home, kept: str) -> None:
    home.write(".cache/dvm/path", kept)
    assert home.run("true") == (0, "", "")
    assert not (home.path / "owned").exists()


BAD = ["exit 3\n", "sleep 60\n", "exec sleep 60\n", "trap '' TERM; while :; do :; done\n", "PATH=\n"]


def twice(bashrc: str) -> list[tuple[tuple[int, str, str], float]]:
    """Run a command twice after this end of .bashrc; return what each gave and how many seconds it took."""
    found = []
    with short_place() as place:
        home = Home(place)
        home.write(".bashrc", DEBIAN + bashrc)
        for _ in range(2):
            begun = time.monotonic()
            found.append((home.run("ls", "-d", "/"), time.monotonic() - begun))
    return found


@pytest.fixture(scope="module")
def after_bad() -> dict[str, list[tuple[tuple[int, str, str], float]]]:
    """What comes after each bad .bashrc: at once, since most of it is five seconds of waiting."""
    with ThreadPoolExecutor(len(BAD)) as pool:
        return dict(zip(BAD, pool.map(twice, BAD), strict=True))


@pytest.mark.parametrize("bashrc", BAD)
def test_a_bashrc_that_does_not_end_well_leaves_the_login_path_in_time(
    after_bad: dict[str, list[tuple[tuple[int, str, str], float]]], bashrc: str
) -> None:
    (first, seconds), (second, fewer) = after_bad[bashrc]
    assert (first, second) == ((0, "/\n", ""), (0, "/\n", ""))
    assert seconds < 20
    assert fewer < 4, "that is kept too"


def test_127_says_where_the_program_is(home: Home) -> None:
    home.tool(".cargo/bin", "rg2")
    code, out, err = home.run("rg2")
    assert (code, out) == (127, "")
    assert "no program rg2 on the PATH of dev" in err
    assert f"there is one at {home.path}/.cargo/bin/rg2" in err
    code, out, err = home.run("nowhere at all")
    assert (code, out, "PATH is /" in err) == (127, "", True)
    assert home.run(f"{home.path}/.cargo/bin/rg2")[0] == 0


def test_no_variable_and_no_function_of_ours_is_left(home: Home) -> None:
    _, out, _ = home.run("bash", "-c", "env; declare -F; set")
    assert "dvm_" not in out
    assert "made=" not in out
    assert home.run("printf", "[%s]", "a b", "$HOME", "--", "it's")[1] == "[a b][$HOME][--][it's]"


def test_a_terminal_that_is_gone_ends_the_command() -> None:
    # Here as in a guest where no sudo leads the session: the kernel tells its leader alone, and the command at its end.
    program = text("enter")
    ending = program[program.index("\ntrap : ") :]
    given = "via=(env) arrive= shell= env_id= directory=/ command='exec \"${@:3}\"'\n"
    shell, terminal = pty.fork()
    if shell == 0:
        os.execvp(
            "bash",
            ["bash", "--noprofile", "--norc", "-c", given + ending, "enter", "sh", "-c", "echo $$; exec sleep 1000"],
        )
    command = int(os.read(terminal, 100))
    os.close(terminal)
    deadline = time.monotonic() + 10
    while runs(command) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = runs(command)
    for process in (command, shell):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    os.waitpid(shell, 0)
    assert not left


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
