"""The part that DVM's guest scripts play, recognised by their `$0`: `bash -c TEXT NAME ARGS...`.

The simulator does not run TEXT: it does what the script is for, on the guest's memory.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.simulator.guest import archives, git, identity, sessions
from dvm.simulator.guest.proof import blob_name
from dvm.simulator.guest.setup_run import run_outcome, run_setup
from dvm.simulator.guest.walls import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from dvm.simulator.guest.process import Process

    Script = Callable[[Process, list[str]], int]

USAGE = 64
_BOOTSTRAP_ARGS = 5
_BOTH_THERE = 96
_GUARD_ARGS = 2
_NO_LOG = 94


def bootstrap(process: Process, args: list[str]) -> int:
    """`dvm-bootstrap DVM_USER SUDO SUBUID_COUNT SUBGID_COUNT CODE_DIR`: the user is there from now on."""
    if len(args) != _BOOTSTRAP_ARGS or args[1] not in {"0", "1"}:
        process.say_error("dvm-bootstrap: DVM_USER SUDO(0|1) SUBUID_COUNT SUBGID_COUNT CODE_DIR are wanted")
        return USAGE
    user, sudo, subuid_count, subgid_count, code_dir = args
    if user in {"root", process.machine.login.get("name")}:
        process.say_error(f'dvm: user "{user}" is the guest\'s administrator; choose another name for DVM_USER')
        return 1
    if not re.fullmatch(r"[a-z_][a-z0-9_-]*", user):
        process.say_error(f"useradd: invalid user name '{user}'")
        return 1
    network = _network(process)
    if network is None:
        process.say_error("dvm: what the host asks for did not arrive")
        return 1
    firewall, *rest = network
    tool = process.machine.firewall_tool if firewall != "off" else "off"
    process.answer("firewall", tool, "this guest has neither nft nor iptables" if tool == "none" else "")
    with process.machine.remembering() as memory:
        memory["firewall"] = firewall if tool != "none" else "off"
        memory["holes"] = [record.removeprefix("hole ") for record in rest if record.startswith("hole ")]
        memory["environment"] = dict(
            record.removeprefix("set ").split("=", 1) for record in rest if record.startswith("set ")
        )
        memory["users"][user] = {
            "sudo": sudo == "1",
            "subuid_count": int(subuid_count),
            "subgid_count": int(subgid_count),
            "code_dir": code_dir,
        }
    return 0


def move(process: Process, args: list[str]) -> int:
    """`dvm-move DVM_USER OLD NEW`: the user's code directory, with what is in it, has another name."""
    user, old, new = args
    source, target = process.machine.file(old, "/"), process.machine.file(new, "/")
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    if source.exists() and target.exists():
        process.say_error(f"dvm: {old} and {new} are both there in the guest: move what is to stay, remove the other")
        return _BOTH_THERE
    if source.exists():
        source.rename(target)
    with process.machine.remembering() as memory:
        memory["users"][user]["code_dir"] = new
    return 0


def _network(process: Process) -> list[str] | None:
    """Return the records about the guest's network, up to the empty one; None: they are not whole."""
    found: list[str] = []
    while (record := process.read_record()) is not None:
        if not record:
            return found or None
        found.append(record)
    return None


def guard(process: Process, args: list[str]) -> int:
    """`dvm-guard [--all-files] [--kept ROOT] SINCE HOMES [DVM_USER CODE_ROOT]...`.

    Answers `work` KIND PATH BRANCH DETAIL for each piece of unsaved work below one of these directories and not below
    ROOT, and `git` with the name that it gives to the challenge.

    A test says what there is in `guest-work.json` in the instance's directory: a list of objects with `kind`,
    `path`, `branch` and `detail`, or an object with that list as `work` and `exit`, the status to end with.
    """
    kept = None
    if args[:1] == ["--all-files"]:
        args = args[1:]
    if args[:1] == ["--kept"]:
        kept, args = args[1], args[2:]
    if len(args) < _GUARD_ARGS or len(args) % 2:
        process.say_error("dvm-guard: SINCE HOMES [DVM_USER CODE_ROOT]... are wanted")
        return USAGE
    places = [place for place in (args[1], *args[3::2]) if place]
    try:
        staged = json.loads(process.machine.work.read_text(encoding="utf-8"))
    except FileNotFoundError:
        staged = []
    false = process.machine.hostile.replaces("git")
    process.answer("git", "" if false else blob_name(process.challenge))
    if isinstance(staged, list):
        staged = {"work": staged}
    for piece in staged.get("work", ()):
        where = Path(piece.get("path", ""))
        if where.parts and not any(where.is_relative_to(place) for place in places):
            continue
        if kept is not None and where.is_relative_to(kept):
            continue
        process.answer("work", *(str(piece.get(key, "")) for key in ("kind", "path", "branch", "detail")))
    return int(staged.get("exit", 0))


def journal(process: Process, args: list[str]) -> int:
    """`dvm-journal LINES [UNIT]`: what a test put into `guest-journal` in the instance's directory, a line each.

    A line that begins with `UNIT: ` is that unit's. 94: there is no such file.
    """
    if not 1 <= len(args) <= 2 or not args[0].isdigit():  # noqa: PLR2004 - LINES and UNIT
        process.say_error("dvm-journal: LINES [UNIT] are wanted")
        return USAGE
    try:
        lines = (process.machine.dir / "guest-journal").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return _NO_LOG
    found = [line for line in lines if len(args) == 1 or line.startswith(f"{args[1]}: ")]
    process.say("".join(f"{line}\n" for line in found[-int(args[0]) :]))
    return 0


SCRIPTS: dict[str, Script] = {
    "dvm-bootstrap": bootstrap,
    "dvm-setup": run_setup,
    "dvm-outcome": run_outcome,
    "dvm-seal": identity.seal,
    "dvm-renew": identity.renew,
    "dvm-guard": guard,
    "dvm-move": move,
    "dvm-journal": journal,
    "dvm-enter": sessions.enter,
    "dvm-git": git.serve,
    "dvm-work": git.work,
    "dvm-env": sessions.env,
    "dvm-admit": sessions.admit,
    "dvm-leave": sessions.leave,
    "dvm-pack": sessions.pack,
    "dvm-unpack": sessions.unpack,
    "dvm-archive": archives.archive,
    "dvm-restore": archives.restore,
    "dvm-key": sessions.key,
    "dvm-sshd": sessions.sshd,
    "dvm-verify": verify,
}
"""DVM's scripts by their `$0`. More can be added, here or by a module that imports this."""
