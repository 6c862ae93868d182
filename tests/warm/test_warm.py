"""A program that is up already is the program: what a test sees of a run is what it sees of a process of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SIMULATOR, Dvm, program
from tests.warm.program import COMPILER


@pytest.fixture(params=["compiled", "python"])
def client(dvm: Dvm, request: pytest.FixtureRequest) -> Dvm:
    """DVM with each of the executables that a program that is up can have as its limactl."""
    if request.param == "python":
        program(SIMULATOR).write_executable(dvm.place / "limactl", compiler=None)
    elif COMPILER is None:
        pytest.skip("there is no C compiler")
    return dvm


@pytest.mark.parametrize("word", ["", "a\nb", "é", os.fsdecode(b"\xff"), "--x=" + "y" * 100_000])
def test_any_word_arrives(client: Dvm, word: str) -> None:
    said = client.place / "said"
    with said.open("w") as stream:
        stream.write("first\n")
        stream.flush()
        subprocess.run(
            [client.environment["DVM_LIMACTL"], "list", word, "last"],
            env=client.environment | {"EMPTY": "", "WORD": word},
            cwd=client.place,
            stdout=stream,
            stderr=stream,
            check=False,
        )
    assert client.calls() == [["list", word, "last"]]
    assert said.read_text().startswith("first\n"), "both go on in one open file"


@pytest.fixture
def both(place: Path) -> tuple[Dvm, Dvm]:
    (place / "warm").mkdir(mode=0o700)
    (place / "cold").mkdir(mode=0o700)
    return Dvm(place / "warm"), Dvm(place / "cold", cold=True)


@pytest.mark.parametrize(
    "words",
    ["", "version", "--help", "plan --help", "plan --offline", "plan --json --offline", "plam", "plan --nonsense",
     "explain DVM201", "ls", "apply -y", "ssh app -- sh -c 'exit 7'", "ssh app -- sh -c 'kill -9 $$'"],
)  # fmt: skip
def test_it_says_the_same_and_ends_alike(both: tuple[Dvm, Dvm], words: str) -> None:
    seen = []
    for dvm in both:
        dvm.manifest("[vm.app]\n")
        if words.startswith("ssh"):
            assert dvm.run("apply", "-y").code == 0
        done = dvm.run(*shlex.split(words))
        text = re.sub(r"\b\d+s\b", "SECONDS", done.out + done.err)
        text = re.sub(r"\b20\d\d-[-\d]+T[\d:.]+(Z|\+00:00)", "TIME", text)
        seen.append((done.code, text.replace(str(dvm.place), "PLACE")))
    assert seen[0] == seen[1]


def limactl(dvm: Dvm, rule: dict[str, object]) -> subprocess.Popen[bytes]:
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([rule]))
    return subprocess.Popen(
        [dvm.environment["DVM_LIMACTL"], "list", "--json"],
        env=dvm.environment | {"DVM_SIM_FAULTS": str(faults)},
        cwd=dvm.place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_what_ends_a_run_ends_its_executable(client: Dvm) -> None:
    with limactl(client, {"do": "kill-self"}) as killed:
        assert killed.wait(30) == -signal.SIGKILL
    with limactl(client, {"do": "fail", "exit": 9, "stderr": "no\n"}) as failed:
        assert failed.stderr is not None
        assert (failed.wait(30), failed.stderr.read()) == (9, b"no\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_what_ends_an_executable_ends_its_run(client: Dvm, number: signal.Signals) -> None:
    with limactl(client, {"do": "hang"}) as hanging:
        _until(client.record.exists)
        (pid,) = (json.loads(line)["pid"] for line in client.record.read_text().splitlines())
        assert _runs(pid)
        hanging.send_signal(number)
        assert hanging.wait(30) == -number
    _until(lambda: not _runs(pid))


def test_a_run_that_takes_too_long_is_ended(dvm: Dvm) -> None:
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([{"do": "hang"}]))
    dvm.manifest("[vm.app]\n")
    with pytest.raises(subprocess.TimeoutExpired):
        dvm.run("plan", timeout=0.5, DVM_SIM_FAULTS=str(faults))


def test_a_variable_that_is_read_at_the_start_gets_a_process_of_its_own(dvm: Dvm) -> None:
    """C.UTF-8 is what the warm one started with."""
    dvm.manifest('[vm.app]\ntemplate = "é"\n')
    warm = dvm.run("plan", "--offline")
    assert "é" in warm.out + warm.err
    ascii_ = dvm.run("plan", "--offline", LANG="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert "é" not in ascii_.out + ascii_.err
    assert r"\xe9" in ascii_.out + ascii_.err


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("not in 12 s")
