"""git between host and guest by `dvm://` addresses: the host's own git, `git-remote-dvm`, and git in the guest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Dvm
from tests.places import base

COMMIT = ("-c", "user.name=Tester", "-c", "user.email=t@example.org", "commit", "-q", "--allow-empty", "-m")


class Git:
    """The host's git, with a home of its own and git-remote-dvm on PATH."""

    seconds = 60.0

    def __init__(self, dvm: Dvm) -> None:
        self.dvm = dvm
        programs = dvm.place / "bin"
        programs.mkdir(mode=0o700)
        helper = programs / "git-remote-dvm"
        helper.write_text(
            f"#!{sys.executable} -I\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
            f"sys.pycache_prefix = {str(base().parent / 'pycache')!r}\nsys.dont_write_bytecode = False\n"
            "from dvm.cli.remote import main\nmain()\n"
        )
        helper.chmod(0o755)
        self.environment = dvm.environment | {
            "PATH": f"{programs}:/usr/bin:/bin",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def run(self, *arguments: str, code: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["git", *arguments],
            env=self.environment | environment,
            cwd=self.dvm.place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=self.seconds,
        )
        assert code is None or done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def says(self, *arguments: str) -> str:
        return self.run(*arguments).stdout.strip()


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    return dvm


@pytest.fixture
def git(app: Dvm) -> Git:
    return Git(app)


def guest(app: Dvm, path: str = "home/developer/code/app") -> Path:
    """Return where the guest's directory is kept."""
    return app.lima_home / "dvm-app" / "guest-files" / path


def make(app: Dvm, name: str) -> Path:
    """Make a repository with a commit in the guest."""
    place = guest(app) / name
    place.mkdir(parents=True)
    for words in (["init", "-q", "-b", "main"], [*COMMIT, "first"]):
        assert subprocess.run(["git", *words], cwd=place, check=False).returncode == 0
    return place


def test_clone_fetch_push_and_ls_remote(app: Dvm, git: Git) -> None:
    place = make(app, "project")
    cloned = git.run("clone", "dvm://app/project")
    assert cloned.stdout == ""
    assert git.says("-C", "project", "log", "--format=%s") == "first"
    subprocess.run(["git", *COMMIT, "second"], cwd=place, check=True)
    git.run("-C", "project", "fetch")
    assert git.says("-C", "project", "log", "--format=%s", "origin/main") == "second\nfirst"
    assert git.says("ls-remote", "dvm://app/project", "refs/heads/*").endswith("refs/heads/main")
    git.run("-C", "project", "checkout", "-q", "-b", "mine")
    git.run("-C", "project", *COMMIT, "third")
    git.run("-C", "project", "push", "-q", "origin", "mine")
    assert subprocess.check_output(["git", "log", "-1", "--format=%s", "mine"], cwd=place, text=True) == "third\n"
    refused = git.run("-C", "project", "push", "origin", "+mine:main", code=1)
    assert "refusing to update checked out branch" in refused.stderr
    assert "git-upload-pack" in (app.state / "journal.jsonl").read_text()


def test_version_2_is_spoken_and_shallow_and_partial_clones_work(app: Dvm, git: Git) -> None:
    place = make(app, "project")
    (place / "file").write_text("text\n" * 100)
    subprocess.run(["git", "add", "file"], cwd=place, check=True)
    subprocess.run(["git", *COMMIT, "second"], cwd=place, check=True)
    shallow = git.run("clone", "--depth", "1", "dvm://app/project", "shallow", GIT_TRACE_PACKET="1")
    assert "version 2" in shallow.stderr
    assert git.says("-C", "shallow", "log", "--format=%s") == "second"
    git.run("-C", "shallow", "fetch", "-q", "--unshallow")
    assert git.says("-C", "shallow", "log", "--format=%s") == "second\nfirst"
    partial = git.run("clone", "-q", "--filter=blob:none", "--no-checkout", "dvm://app/project", "partial")
    assert "ignoring" not in partial.stderr
    assert "?" in git.says("-C", "partial", "rev-list", "--objects", "--missing=print", "--all")
    assert git.says("-C", "partial", "show", "HEAD:file").startswith("text"), "fetched when it is needed"


@pytest.mark.parametrize(
    "url",
    [
        "dvm://app/my project",
        "dvm://app/my%20project",
        "dvm://app/~/code/app/my project",
        "dvm://app//home/developer/code/app/my project",
        "dvm://app/my project/",
        "dvm://vm.app/my project",
    ],
)
def test_ways_to_name_a_repository(app: Dvm, git: Git, url: str) -> None:
    make(app, "my project")
    assert "refs/heads/main" in git.says("ls-remote", url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("dvm://app", "names no repository in a VM"),
        ("dvm://app/", "names no repository in a VM"),
        ("dvm:///x", "names no repository in a VM"),
        ("dvm::app/x", "names no repository in a VM"),
        ("dvm://app/-x", 'its name begins with "-"'),
        ("dvm://app/%2dx", 'its name begins with "-"'),
        ("dvm://app/x%1b[2J", "its name has to be text"),
        ("dvm://app/x%ff", "its name has to be text"),
        ("dvm://App/x", "can't be the name of a VM"),
        ("dvm://-oProxyCommand=x/x", "can't be the name of a VM"),
        ("dvm://nosuch/x", 'There is no VM "nosuch". There is app. Name one of these'),
        ("dvm://app/nosuch", "does not appear to be a git repository"),
    ],
)
def test_what_names_none_is_said_in_a_sentence(git: Git, url: str, said: str) -> None:
    done = git.run("ls-remote", url, code=128)
    (line,) = [line for line in done.stderr.splitlines() if said in line]
    assert line.startswith(("dvm: ", "fatal: "))
    assert "\x1b" not in done.stderr
    assert done.stdout == ""


def test_a_vm_that_is_stopped_booting_or_denied(app: Dvm, git: Git) -> None:
    make(app, "project")
    events = app.lima_home / "dvm-app" / "ha.stdout.log"
    whole = events.read_text()
    events.write_text('{"status":{"sshLocalPort":1}}\n')
    assert "vm.app is booting: its ssh does not answer yet. Run the same command again in a moment" in (
        git.run("fetch", "dvm://app/project", code=128).stderr
    )
    events.write_text(whole)
    (app.lima_home / "_config").mkdir(exist_ok=True)
    override = app.lima_home / "_config" / "override.yaml"
    override.write_text("ssh:\n  forwardAgent: true\n")
    override.chmod(0o600)
    denied = git.run("ls-remote", "dvm://app/project", code=128).stderr
    assert "dvm: vm.app did not pass the security checks: DVM304. Take" in denied
    override.unlink()
    assert app.run("stop", "app").code == 0
    stopped = git.run("clone", "dvm://app/project", code=128).stderr
    assert "dvm: vm.app is Stopped. Run: dvm start app" in stopped
    assert not (app.place / "project").exists()


def test_what_is_not_offered_is_refused(app: Dvm, git: Git) -> None:
    make(app, "project")
    refused = git.run("archive", "--remote=dvm://app/project", "HEAD", code=None)
    assert refused.returncode != 0
    other = git.run("ls-remote", "--upload-pack=touch x; git-upload-pack", "dvm://app/project")
    assert "setting remote service path not supported" in other.stderr
    assert not list(guest(app).rglob("x"))
    alone = subprocess.run(
        [sys.executable, "-m", "dvm.cli.remote"], env=git.environment, capture_output=True, text=True, check=False
    )
    assert (alone.returncode, alone.stdout) == (64, "")
    assert "git clone dvm://VM/REPOSITORY" in alone.stderr


def test_nothing_of_the_host_s_git_environment_reaches_the_guest(app: Dvm, git: Git) -> None:
    make(app, "project")
    git.run("clone", "-q", "dvm://app/project")
    app.forget()
    git.run(
        "-C", "project", "fetch", GIT_DIR=str(app.place / "project" / ".git"), GIT_SSH_COMMAND="false", GIT_TRACE="0"
    )
    sessions = [call for call in app.calls() if call[0] == "ssh"]
    assert len(sessions) == 1
    assert "GIT_" not in "".join(sessions[0]).partition("dvm-git")[0].partition("p=/run")[0]
    assert sessions[0][-1].endswith("$p developer /home/developer/code/app upload-pack project")


def test_a_manifest_named_in_the_environment_is_honoured(app: Dvm, git: Git) -> None:
    make(app, "project")
    there = app.config / "dvm.toml"
    other = app.place / "other"
    other.mkdir(mode=0o700)
    there.rename(other / "dvm.toml")
    assert "refs/heads/main" in git.run("ls-remote", "dvm://app/project", DVM_MANIFEST=str(other / "dvm.toml")).stdout


def stage(app: Dvm, text: str) -> None:
    """Put a program in the place of the guest's git."""
    program = app.lima_home / "dvm-app" / "guest-git"
    program.write_text(f"#!{sys.executable} -I\nimport os, sys, time\n{text}")
    program.chmod(0o755)


PACKETS = """
sys.excepthook = lambda *_: os._exit(1)
def packet(data):
    os.write(1, b"%04x" % (len(data) + 4) + data)
def flush():
    os.write(1, b"0000")
OID = b"1234567890123456789012345678901234567890"
"""
CAPABILITIES = 'packet(b"version 2\\n"); packet(b"ls-refs=unborn\\n"); packet(b"fetch=shallow\\n"); flush()\n'


@pytest.mark.parametrize(
    "body",
    [
        'packet(b"ERR \\x1b[2Jgone\\x9b1m\\n"); flush()',
        CAPABILITIES + 'packet(b"\\x02\\x1b]0;owned\\x07\\n"); packet(b"\\x1b[31mbad line\\n"); flush()',
        CAPABILITIES + 'packet(OID + b" refs/heads/\\xc2\\x9b31m\\n"); flush()',
        CAPABILITIES + 'packet(OID + b" refs/heads/\\xe2\\x80\\xaemoc\\n"); flush()',
        'os.write(2, b"\\x1b[2Jhello\\x9b\\n")',
        'packet(b"packfile\\n"); packet(b"\\x01\\x1b[2J")',
        'os.write(1, b"\\x1b[2J" * 100)',
        'packet(OID + b" HEAD\\0\\x1b[2J\\n"); flush()',
    ],
)
def test_a_guest_s_git_never_drives_the_terminal(app: Dvm, git: Git, body: str) -> None:
    stage(app, PACKETS + body + "\n")
    for command in (["ls-remote"], ["clone"], ["fetch"]):
        done = git.run(*command, "dvm://app/project", code=None)
        shown = done.stdout + done.stderr
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown), repr(shown)


def test_progress_of_the_guest_s_git_is_shown_without_escapes(app: Dvm, git: Git) -> None:
    make(app, "project")
    stage(
        app,
        'import subprocess\nservice = sys.argv.index("upload-pack")\n'
        'process = subprocess.Popen(["git", *sys.argv[1:]], stdout=subprocess.PIPE, bufsize=0)\n'
        "data = process.stdout.read(1)\n"
        "while data:\n"
        '    os.write(1, data)\n'
        "    data = os.read(process.stdout.fileno(), 65536)\n"
        '    at = data.find(b"packfile\\n")\n'
        "    if at >= 0:\n"
        '        text = b"\\x02\\x1b[31mEvil\\x1b[0m 50%\\r"\n'
        '        data = data[:at + 9] + b"%04x" % (len(text) + 4) + text + data[at + 9:]\n',
    )  # fmt: skip
    done = git.run("clone", "--progress", "dvm://app/project")
    assert "remote: ?[31mEvil?[0m 50%" in done.stderr
    assert git.says("-C", "project", "log", "--format=%s") == "first"


def test_an_old_git_in_the_guest_is_said_to_be_old(app: Dvm, git: Git) -> None:
    stage(app, PACKETS + 'packet(OID + b" HEAD\\0multi_ack side-band-64k\\n"); flush()\n')
    done = git.run("ls-remote", "dvm://app/project", code=128)
    assert (
        "it does not speak version 2. It has to be git 2.18 or later: `dvm ssh app -- git --version` shows"
        in done.stderr
    )


def test_the_journal_has_the_sessions(app: Dvm, git: Git) -> None:
    make(app, "project")
    git.run("ls-remote", "dvm://app/project")
    entries = [json.loads(line) for line in (app.state / "journal.jsonl").read_text().splitlines()]
    assert [entry["kind"] for entry in entries if entry["event"] == "session"] == ["git-upload-pack"]
    assert os.environ.get("GIT_DIR") is None


def test_status_shows_the_work_in_a_guest_as_its_word(app: Dvm) -> None:
    none = app.run("status", "app", "--work")
    assert "work       no git repository in the code directory (the guest's word)" in none.out
    upstream = make(app, "upstream")
    place = guest(app) / "project"
    for words in (["clone", "-q", str(upstream), str(place)], ["-C", str(place), *COMMIT, "ahead"]):
        assert subprocess.run(["git", *words], check=False).returncode == 0
    (place / "a\x1b[2J").write_text("x")
    subprocess.run(["git", *COMMIT, "behind"], cwd=upstream, check=True)
    subprocess.run(["git", "fetch", "-q"], cwd=place, check=True)
    shown = app.run("status", "app", "--work")
    assert (
        "work       project: main, 1 ahead and 1 behind origin/main, 1 changed file (the guest's word)\n" in shown.out
    )
    assert "work       upstream: main, no upstream, clean (the guest's word)\n" in shown.out
    work = app.run("status", "app", "--work", "--json").json["work"]
    assert (work["voucher"], work["error"]) == ("guest", None)
    assert work["repositories"][0] == {
        "path": "project",
        "branch": "main",
        "upstream": "origin/main",
        "ahead": 1,
        "behind": 1,
        "changed": 1,
        "stashed": 0,
    }
    assert app.run("status", "app", "--json").json["work"] is None
    assert app.run("stop", "app").code == 0
    stopped = app.run("status", "app", "--work")
    assert (stopped.code, "work       not known: vm.app is Stopped." in stopped.out) == (1, True)


def test_a_guest_that_answers_something_else_about_its_work(app: Dvm) -> None:
    (app.lima_home / "dvm-app" / "guest-hostile.json").write_text(json.dumps({"replaced": {"bash": "print"}}))
    result = app.run("status", "app", "--work")
    assert (result.code, "did not prove that dvm-work ran to its end" in " ".join(result.out.split())) == (1, True)


def test_a_repository_that_is_not_there_can_be_made(app: Dvm, git: Git) -> None:
    make(app, "project")
    git.run("clone", "-q", "dvm://app/project")
    missing = git.run("-C", "project", "push", "dvm://app/new one", "main", code=128)
    said = "shows the repositories in its code directory. This makes one: dvm ssh app -- git init 'new one'\n"
    assert said in missing.stderr
    assert app.run("ssh", "app", "--", "git", "init", "new one").code == 0
    git.run("-C", "project", "push", "dvm://app/new one", "main:other")
