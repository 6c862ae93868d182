"""git in the guest: this machine's own, in the directory that stands for the guest's disk.

It serves what DVM's script for git serves, and does what a user of the guest types. A test stages a hostile guest by an
executable `guest-git` in the instance's directory, which then runs in place of git's services.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from dvm.simulator.guest.sessions import NO_USER

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.guest.process import Process

STAGED_GIT = "guest-git"
NO_GIT = 127
_SIGNALLED = 128


def serve(process: Process, args: list[str]) -> int:
    """`dvm-git DVM_USER DIRECTORY SERVICE REPOSITORY`."""
    user, directory, service, repository = args
    if not process.machine.has_user(user) or user == "root":
        process.say_error(f"dvm: there is no user {user} in this guest")
        return NO_USER
    process.become(user)
    process.cwd = directory
    place = process.home + repository[1:] if repository.startswith("~/") else repository
    words = [service, "--", str(process.machine.file(place, directory))]
    if service == "upload-pack":
        process.env["GIT_PROTOCOL"] = "version=2"
        words = ["-c", "uploadpack.allowFilter=true", *words]
    staged = process.machine.dir / STAGED_GIT
    return _run(process, str(staged) if staged.exists() else None, words)


def git(process: Process, args: list[str]) -> int:
    """`git ARGUMENTS...`, as somebody in the guest types it; paths are relative ones."""
    return _run(process, None, args)


def work(process: Process, args: list[str]) -> int:
    """`dvm-work DVM_USER CODE_DIR`: the repositories there, by this machine's git."""
    user, root = args
    process.become(user)
    top = process.machine.file(root, "/")
    for place in sorted({path.parent for path in top.rglob(".git")} | {path.parent for path in top.glob("*/HEAD")}):
        bare = not (place / ".git").exists()
        words = ["symbolic-ref", "--short", "HEAD"] if bare else ["status", "--porcelain=v2", "--branch"]
        said = _asked(process, place, words)
        head = {line.split(" ")[1]: line.split(" ")[2:] for line in said.splitlines() if line.startswith("# ")}
        branch = said.strip() if bare else " ".join(head.get("branch.head", []))
        ahead, behind = (word[1:] for word in head.get("branch.ab", ["+", "-"]))
        changed = 0 if bare else sum(not line.startswith("#") for line in said.splitlines())
        stashed = len(_asked(process, place, ["stash", "list"]).splitlines()) if not bare else 0
        upstream = " ".join(head.get("branch.upstream", []))
        path = str(place.relative_to(top))
        process.answer("repository", path, branch, upstream, ahead, behind, str(changed), str(stashed))
    return 0


def _asked(process: Process, place: Path, words: list[str]) -> str:
    readable, writable = os.pipe()
    before = os.dup(1)
    os.dup2(writable, 1)
    os.close(writable)
    try:
        _run(process, None, ["-C", str(place), *words])
    finally:
        os.dup2(before, 1)
        os.close(before)
    with os.fdopen(readable, "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")


def _run(process: Process, program: str | None, words: list[str]) -> int:
    program = program or shutil.which("git", path="/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin")
    if program is None:
        process.say_error("bash: line 1: git: command not found")
        return NO_GIT
    home = _directory(process, process.home)
    environment = process.env | {
        "HOME": str(home),
        "PATH": f"{os.path.dirname(program)}:/usr/bin:/bin",  # noqa: PTH120
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(process.machine.dir),
        "LC_ALL": "C",
    }
    directory = _directory(process, process.cwd)
    child = os.fork()
    if child == 0:
        try:
            os.chdir(directory)
            os.execve(program, [program, *words], environment)  # noqa: S606
        finally:
            os._exit(NO_GIT)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else _SIGNALLED - code


def _directory(process: Process, path: str) -> Path:
    place = process.machine.file(path, "/")
    place.mkdir(parents=True, exist_ok=True)
    return place
