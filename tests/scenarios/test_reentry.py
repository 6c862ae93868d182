"""The short way back into a guest: it is open only while everything is as it was when a session was verified."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import dvm.cli
from tests.conftest import Dvm

# Everything counts as settled: nothing here is a minute old.
_SETTLED = (
    "import dvm.cli.guest.reentry_note as note; note.SETTLED_SECONDS = -1e6; from dvm.__main__ import main; main()"
)
_AUDIT = """
import json, os, sys
seen = []
def hear(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        seen.append(os.fsdecode(arguments[0]))
    if event == "os.exec":
        with open(os.environ["SEEN"], "w") as file:
            json.dump(seen, file)
sys.addaudithook(hear)
"""


def python(app: Dvm, program: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        env=app.environment | more,
        cwd=app.place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    """A VM whose last session noted the way in."""
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    python(dvm, _SETTLED, "ssh", "app", "--", "true")
    assert note(dvm).stat().st_mode & 0o777 == 0o600
    dvm.forget()
    return dvm


def note(app: Dvm) -> Path:
    return app.state / "app" / "entry"


def looked(app: Dvm) -> bool:
    """Whether the calls since the last `forget` had a look at Lima among them."""
    return "list" in [call[0] for call in app.calls()]


def test_a_session_where_nothing_changed_is_one_call_of_ssh(app: Dvm) -> None:
    result = app.run("ssh", "app", "--", "echo", "a b", "it's", '"', "", "$HOME;", "--", "-x")
    assert (result.code, result.out, result.err) == (0, "a b it's \"  $HOME; -- -x\n", "")
    assert [call[0] for call in app.calls()] == ["ssh"]
    assert app.run("ssh", "app", "false").code == 1
    assert app.run("ssh", "app", "echo one; echo two").out == "one\ntwo\n"
    assert app.run("ssh", "app", "kill -9 $$").code == 128 + signal.SIGKILL
    assert not looked(app)
    entries = [json.loads(line) for line in (app.state / "journal.jsonl").read_text().splitlines()]
    long, *short = [entry for entry in entries if entry["event"] == "session"]
    assert len(short) == 4
    assert all({**entry, "time": 0, "pid": 0} == {**long, "time": 0, "pid": 0} for entry in short)
    assert all(len(entry["time"]) == len(long["time"]) for entry in short)


def test_the_note_has_every_file_of_dvm_itself(app: Dvm) -> None:
    package = Path(dvm.cli.__file__).parents[1]
    noted = {line.split("\t")[1] for line in note(app).read_text().splitlines() if line.count("\t") == 2}
    assert {str(file) for file in package.rglob("*.py")} <= noted


def test_the_words_of_both_ways_are_the_same(app: Dvm) -> None:
    for words in (["ssh", "app", "--", "ls", "-l"], ["ssh", "app", "ls"], ["ssh", "app", "a b"], ["sh", "app"]):
        note(app).touch()
        app.run(*words)
        (short,) = app.calls()
        app.forget()
        kept = note(app).read_bytes()
        note(app).unlink()
        app.run(*words)
        long = app.calls()[-1]
        app.forget()
        note(app).write_bytes(kept)
        note(app).chmod(0o600)
        assert [word.replace("'", "") for word in short] == [word.replace("'", "") for word in long]


def _write(place: Callable[[Dvm], Path], text: str = "# another\n") -> Callable[[Dvm], object]:
    return lambda app: place(app).write_text((place(app).read_text() if place(app).exists() else "") + text)


def _another_directory(place: Path) -> None:
    """Put another directory in its place, with all that was in it."""
    before = place.rename(place.with_name("before"))
    place.mkdir(mode=0o700)
    for each in before.iterdir():
        each.rename(place / each.name)
    before.rmdir()


CHANGES: dict[str, Callable[[Dvm], object]] = {
    "the manifest": _write(lambda app: app.config / "dvm.toml"),
    "Lima's override.yaml": _write(lambda app: app.lima_home / "_config" / "override.yaml", "cpus: 4\n"),
    "Lima's key": lambda app: os.utime(app.lima_home / "_config" / "user"),
    "who may write to _config": lambda app: (app.lima_home / "_config").chmod(0o755),
    "the instance's lima.yaml": _write(lambda app: app.lima_home / "dvm-app" / "lima.yaml"),
    "the instance's times alone": lambda app: os.utime(app.lima_home / "dvm-app" / "lima.yaml", (0, 0)),
    "the receipt": lambda app: os.utime(app.lima_home / "dvm-app" / "dvm.json"),
    "a file in the instance's directory": lambda app: (app.lima_home / "dvm-app" / "new").touch(),
    "the directory of sockets": lambda app: _another_directory(app.state / "ssh"),
    "the note is another DVM's": lambda app: note(app).write_text(
        note(app).read_text().replace(str(Path(dvm.cli.__file__).parent), "/opt/dvm/cli", 1)
    ),
    "the note is open to others": lambda app: note(app).chmod(0o640),
    "the note is cut short": lambda app: note(app).write_bytes(note(app).read_bytes()[:-2]),
    "the note is another version's": lambda app: note(app).write_bytes(note(app).read_bytes().replace(b"1", b"2", 1)),
    "the note is garbage": lambda app: note(app).write_bytes(b"\0\xff\n\t\t\t\n"),
    "the note is empty": lambda app: note(app).write_bytes(b""),
    "the note is a link": lambda app: note(app).symlink_to(note(app).rename(app.place / "e")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_of_anything_has_it_looked_at(app: Dvm, change: Callable[[Dvm], object]) -> None:
    assert app.run("ssh", "app", "true").code == 0
    assert not looked(app)
    change(app)
    assert app.run("ssh", "app", "true").code == 0
    assert looked(app)


@pytest.mark.parametrize("variable", ["HOME", "LANG", "DVM_ANYTHING", "LIMA_HOME", "HTTPS_PROXY", "QEMU_SYSTEM_X86_64"])
def test_another_environment_has_it_looked_at(app: Dvm, variable: str) -> None:
    app.run_bytes("ssh", "app", "true", environment={variable: app.environment.get(variable, "") + "/"})
    assert "ssh" not in [call[0] for call in app.calls()] or looked(app)


def test_another_terminal_has_not(app: Dvm) -> None:
    assert app.run("ssh", "app", "true", TERM="vt100", COLORTERM="truecolor", SSH_AUTH_SOCK="/x", OLDPWD="/").code == 0
    assert not looked(app)


def test_what_is_denied_is_denied_all_the_same(app: Dvm) -> None:
    (app.lima_home / "_config" / "override.yaml").write_text("ssh:\n  forwardAgent: true\n")
    result = app.run("ssh", "app", "true")
    assert (result.code, result.out) == (3, "")
    assert "DVM304" in result.err
    assert not [call for call in app.calls() if call[0] == "ssh"]


def test_a_state_directory_that_others_can_write_to_is_not_believed(app: Dvm) -> None:
    app.state.chmod(0o777)
    assert app.run("ssh", "app", "true").code == 3
    assert not [call for call in app.calls() if call[0] == "ssh"]


def test_a_vm_that_was_stopped_or_started_again_is_looked_at(app: Dvm) -> None:
    assert app.run("stop", "app").code == 0
    app.forget()
    assert app.run("ssh", "app", "true").code == 1
    assert looked(app)
    assert app.run("start", "app").code == 0
    app.forget()
    assert app.run("ssh", "app", "true").code == 0
    assert looked(app)


def test_a_connection_that_is_gone_is_made_by_the_long_way(app: Dvm) -> None:
    for path in (app.state / "ssh").iterdir():
        if path.is_socket():
            path.unlink()
    assert app.run("ssh", "app", "true").code == 0
    assert looked(app)


def test_variables_and_a_manifest_of_its_own_go_the_long_way(app: Dvm) -> None:
    assert app.run("ssh", "app", "--env", "HOME", "--", "true").code == 0
    assert looked(app)
    app.forget()
    assert app.run("ssh", "-f", "c/dvm.toml", "app", "true").code in {0, 1, 64}
    assert looked(app) or not app.calls()


def test_only_what_is_settled_is_noted(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("ssh", "app", "true").code == 0
    assert not note(dvm).exists(), "the VM was made a moment ago"


def test_all_that_a_look_reads_is_noted(app: Dvm) -> None:
    """Each file and directory that Python opens for a whole look is one of those that are noted, or DVM's own."""
    note(app).unlink()
    python(app, _AUDIT + _SETTLED, "ssh", "app", "--", "true", SEEN=str(app.place / "seen.json"))
    lines = [line.split("\t") for line in note(app).read_text().splitlines() if line.count("\t") == 2]
    names = {Path(what).name for kind, what, _ in lines if kind in {"file", "place"}}
    own = (str(app.state), str(app.place / "seen.json"), "/proc/", "/dev/null", sys.prefix, sys.base_prefix)
    opened = {path for path in json.loads((app.place / "seen.json").read_text()) if not path.endswith((".py", ".pyc"))}
    unknown = {path for path in opened if not path.startswith(own) and Path(path).name not in names and path != "/"}
    # The state directory's own parts, opened one below the other.
    parts = {*app.state.parts, "app", "ssh", "journal.jsonl", "manifest", "work"}
    # What is not there is known by the times of the directory.
    assert str(app.lima_home / "_config") in {what for kind, what, _ in lines if kind == "file"}
    parts |= {"base.yaml", "default.yaml", "override.yaml"}
    assert {
        path for path in unknown if path not in parts and not path.startswith(("ha.", "dvm-app", "r", "s"))
    } == set()
