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

from tests.conftest import SIMULATOR, Dvm, Ended, program
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


def limactl(dvm: Dvm, rule: dict[str, object]) -> Ended[bytes]:
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps([rule]))
    return Ended(
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
        _until(lambda: client.record.exists() and client.record.read_text().endswith("\n"))
        (pid,) = (json.loads(line)["pid"] for line in client.record.read_text().splitlines())
        assert _runs(pid)
        hanging.send_signal(number)
        assert hanging.wait(30) == -number
    _until(lambda: not _runs(pid))


def look(dvm: Dvm, *words: str, **environment: str) -> dict[str, object]:
    """Let limactl answer, and return what the record has of it."""
    dvm.forget()
    asked = dvm.environment | environment
    done = subprocess.run([asked["DVM_LIMACTL"], *words], env=asked, cwd=dvm.place, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    (line,) = dvm.record.read_text().splitlines()
    return {"code": done.returncode, "out": done.stdout, **json.loads(line)}


def test_a_process_answers_what_leaves_nothing_in_it_again_and_each_call_is_its_own(client: Dvm) -> None:
    first = look(client, "list", "--json", ONE="1")
    assert (first["code"], first["out"], first["cwd"]) == (0, b"", str(client.place))
    assert look(client, "create", "--tty=false", "--name=a", "template:fedora")["pid"] == first["pid"]
    client.place = client.place / "other"
    client.place.mkdir()
    second = look(client, "list", "a", "--format={{.Name}}", LIMA_HOME=str(client.lima_home), TWO="2")
    assert (second["pid"], second["out"], second["cwd"]) == (first["pid"], b"a\n", str(client.place))
    names = [set(json.dumps(each["env_names"]).replace('"', "").strip("[]").split(", ")) for each in (first, second)]
    assert (names[0] - names[1], names[1] - names[0]) == ({"ONE"}, {"TWO"})
    missing = look(client, "list", "--json", "b", LIMA_HOME=str(client.place))
    assert (missing["pid"], missing["code"], missing["out"]) == (first["pid"], 1, b"")


def test_what_may_leave_something_in_a_process_has_one_of_its_own(client: Dvm) -> None:
    assert look(client, "create", "--tty=false", "--name=a", "template:fedora")["code"] == 0
    faults = client.place / "faults.json"
    faults.write_text("[]")
    seen = [
        look(client, "start", "--tty=false", "a"),
        look(client, "list", "--json"),
        look(client, "list", "--json", DVM_SIM_FAULTS=str(faults)),
        look(client, "stop", "--tty=false", "a"),
        look(client, "nonsense"),
    ]
    assert [each["code"] for each in seen] == [0, 0, 0, 0, 1]
    assert seen[1]["pid"] == seen[3]["pid"]
    assert len({each["pid"] for each in seen}) == 4


def test_a_process_that_ends_in_a_call_answers_no_other(client: Dvm) -> None:
    words = [client.environment["DVM_LIMACTL"], "template", "yq", "-", "@json"]
    with subprocess.Popen(words, env=client.environment, stdin=subprocess.PIPE) as waiting:
        _until(lambda: client.record.exists() and client.record.read_text().endswith("\n"))
        pid = json.loads(client.record.read_text())["pid"]
        assert look(client, "list", "--json")["pid"] != pid, "it waits for its input"
        waiting.kill()
        _until(lambda: not _runs(pid))
    assert look(client, "list", "--json")["code"] == 0

    for _ in range(3):
        pid = int(str(look(client, "list", "--json")["pid"]))
        os.kill(pid, signal.SIGKILL)
        while _runs(pid):
            time.sleep(0.02)
    assert look(client, "list", "--json")["code"] == 0, "ended while it waits"

    reader, writer = os.pipe()
    os.close(reader)
    broken = subprocess.run([*words[:1], "--version"], env=client.environment, stdout=writer, check=False)
    os.close(writer)
    assert broken.returncode == -signal.SIGPIPE
    assert look(client, "list", "--json")["code"] == 0


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


def test_callers_that_go_at_any_moment_end_no_other_call(client: Dvm) -> None:
    words = [client.environment["DVM_LIMACTL"], "list", "--json"]
    for moment in range(30):
        gone = subprocess.Popen(
            words, env=client.environment, cwd=client.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(moment / 5000)
        gone.kill()
        gone.wait()
        done = subprocess.run(words, env=client.environment, cwd=client.place, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
