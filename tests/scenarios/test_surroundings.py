"""What a command finds around it: streams that are closed, output with no room, a directory that is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Dvm


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    return dvm


def shell(dvm: Dvm, line: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a line of Bash in which `$DVM` is the command."""
    done = subprocess.run(
        ["bash", "-c", line],
        env=dvm.environment | {"DVM": f"{sys.executable} -m dvm"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=cwd or dvm.place,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "bug in DVM" not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("$DVM plan >&-", 0, ""),
        ("$DVM ls >&-", 0, ""),
        ("$DVM --help >&-", 0, ""),
        ("$DVM new other >&- && test -s c/vms/other/vm.toml", 0, ""),
        ("$DVM nosuch 2>&-", 64, ""),
        ("$DVM plan <&- >&- 2>&-", 0, ""),
        ("$DVM apply <&-", 64, "There is no terminal to ask on."),
        ("$DVM apply -y >/dev/null && $DVM rm app <&-", 64, "There is no terminal to ask on."),
        ("$DVM apply -y >/dev/null && $DVM ssh app -- echo x >&-", 0, ""),
    ],
)
def test_closed_streams(app: Dvm, line: str, code: int, said: str) -> None:
    done = shell(app, line)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_a_file_that_is_opened_gets_no_closed_stream(app: Dvm) -> None:
    """With 1 closed, the journal would be opened as 1 and get what is printed."""
    assert shell(app, "$DVM apply -y >&- 2>&-").returncode == 0
    assert all(line.startswith("{") for line in (app.state / "journal.jsonl").read_text().splitlines())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", ["plan", "plan --json", "ls", "check", "--help", "version", "validate"])
def test_output_with_no_room(app: Dvm, words: str) -> None:
    for buffered in ("", "1"):
        done = shell(app, f"PYTHONUNBUFFERED={buffered} $DVM {words} >/dev/full")
        assert done.returncode == 1
        assert done.stderr.startswith("Error: The output can't be written: No space left on device.")


@pytest.mark.parametrize("words", ["plan -f x.toml", "plan --out q.plan", "apply x.plan", "cp app:notes.txt ."])
def test_a_directory_that_is_gone(app: Dvm, words: str) -> None:
    assert app.run("apply", "-y").code == 0
    gone = app.place / "gone"
    gone.mkdir()
    done = shell(app, f"rmdir ../gone; $DVM {words}", gone)
    assert done.returncode == 1
    assert "The current directory is not there any more." in done.stderr


@pytest.mark.parametrize("name", ["LIMA_HOME", "DVM_STATE_DIR", "DVM_CONFIG_DIR", "DVM_MANIFEST"])
@pytest.mark.parametrize("words", ["plan", "apply -y", "ls", "stop app"])
def test_no_variable_is_relative(app: Dvm, name: str, words: str) -> None:
    done = shell(app, f"{name}=rel $DVM {words}")
    assert (done.returncode, f"${name} is a relative path." in done.stderr) == (64, True)
    assert not (app.place / "rel").exists()
    assert app.calls(changing=True) == []
