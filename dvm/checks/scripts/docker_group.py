"""DVM206: a user who gets into the docker group is root in the guest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.patterns import pattern
from dvm.checks.scripts.effects.options import names_of, take_apart
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Command, Program
    from dvm.checks.subjects import ScriptSubject

_GROUP = pattern(r"(.*,)?docker(,.*)?")
_SOCKET = pattern(r"(/var)?/run/docker\.sock")
_OPEN_MODE = pattern(r"0?[0-7]{2}[2367]|.*[oa]*\+.*w.*")
_PORT = pattern(r"(?:-H[ =]?|--host[ =]|\"hosts\".*?\"|system service.* )tcp://")
_SOCKET_MODE = pattern(r"SocketMode\s*=\s*0?[0-7]{2}[2367]")
_SOCKET_GROUP = pattern(r"SocketGroup\s*=\s*(?!root\b|docker\b)\S+")
_JOINS = pattern(
    r"^[ \t]*-?[ \t]*(?:(?:Supplementary)?Groups?[ \t]*=|groups:|m[ \t]+\S+[ \t])[^\n]*\bdocker\b", re.MULTILINE
)
_ANSIBLE = pattern(r".*\bgroups=[\w,]*\bdocker\b.*", re.DOTALL)
_DAEMON = pattern(r"docker")
_USER_TOOLS = frozenset({"usermod", "useradd", "adduser", "addgroup", "gpasswd", "groupmems", "groupadd", "groupmod"})
_VALUES = names_of(
    """
    -G --groups -a --add -M --members -g --group --gid -U --users -A --ingroup -d -s --shell -u --uid -c
    --home -D
    """
)


def issues(program: Program) -> Iterator[Issue]:
    """Yield each command that lets a user at the Docker daemon."""
    for command in program.commands:
        if _joins(command):
            yield Issue(command.place, f"`{code(command.text)}` puts a user into the docker group.")
        elif command.name in {"chmod", "chown", "chgrp", "setfacl"} and _opens_socket(command):
            yield Issue(command.place, f"`{code(command.text)}` opens the Docker daemon's socket to a user.")
        elif command.name in {"socat", "nc", "ncat"} and "docker.sock" in command.text:
            yield Issue(command.place, f"`{code(command.text)}` passes the Docker daemon's socket on.")
        elif command.name in {"dockerd", "podman"} and _listens(" ".join(command.texts)):
            yield Issue(
                command.place, f"`{code(command.text)}` opens the Docker daemon to everyone who reaches its port."
            )
        elif command.name in {"sed", "perl"} and "/etc/group" in command.texts and "docker" in " ".join(command.texts):
            yield Issue(command.place, f"`{code(command.text)}` edits the docker group.")
    yield from _files(program)


def _joins(command: Command) -> bool:
    if command.name == "ansible":
        return any(map(_ANSIBLE.fullmatch, command.texts))
    return command.name in _USER_TOOLS and (_adds(command) or _may_add(command))


def _files(program: Program) -> Iterator[Issue]:
    for file in program.written:
        if file.name in {"/etc/group", "/etc/gshadow"} and re.search(
            r"^docker:[^:\n]*:[^:\n]*:\S", file.content.text, re.MULTILINE
        ):
            yield Issue(file.place, "This writes members of the docker group.")
        elif _JOINS.search(file.content.text):
            yield Issue(file.place, "This puts a user or a service into the docker group.")
        elif _DAEMON.search(file.name) and any(map(_is_open, file.content.text.split("\n"))):
            yield Issue(file.place, "This opens the Docker daemon to other users, or to everyone who reaches its port.")


def _listens(words: str) -> bool:
    return _PORT.search(words) is not None and "--tlsverify" not in words


def _is_open(line: str) -> bool:
    settings = (_SOCKET_MODE, _SOCKET_GROUP)
    return _listens(line) or any(setting.fullmatch(line.strip()) for setting in settings)


def _may_add(command: Command) -> bool:
    """Whether the group is one that only the run knows, and Docker's by all that is to be seen."""
    groups = take_apart(command.args, _VALUES - ({"-a"} if command.name == "usermod" else set()))
    asked = [*groups.values("-G", "--groups", "-g", "--gid"), *groups.operands]
    return any(value.holes for value in asked) and re.search(r"dock(er)?\b", command.text) is not None


def _adds(command: Command) -> bool:
    appends = command.name in {"usermod", "groupmod"}
    line = take_apart(command.args, _VALUES - ({"-a"} if appends else set()))
    operands = [operand.text for operand in line.operands]
    if command.name in {"usermod", "useradd"}:
        return any(_GROUP.fullmatch(value.text) for value in line.values("-G", "--groups", "-g", "--gid"))
    if command.name == "gpasswd":
        return line.has("-a", "--add", "-M", "--members") and "docker" in operands
    if command.name == "groupmems":
        return line.has("-a", "--add") and any(value.text == "docker" for value in line.values("-g", "--group"))
    if command.name in {"groupadd", "groupmod"}:
        return line.has("-U", "--users") and "docker" in operands
    grouped = any(value.text == "docker" for value in line.values("-G", "--ingroup"))
    return grouped or (len(operands) > 1 and operands[-1] == "docker")


def _opens_socket(command: Command) -> bool:
    if not any(_SOCKET.fullmatch(text) for text in command.texts):
        return False
    operands = take_apart(command.args).operands
    if command.name == "chmod":
        return bool(operands) and _OPEN_MODE.fullmatch(operands[0].text) is not None
    return bool(operands) and not operands[0].text.startswith("root")


CHECK: Check[ScriptSubject] = Check(
    code="DVM206",
    severity=Weight.WARN,
    title="Docker group",
    why=(
        "Access to the Docker daemon is root in the guest: one `docker run -v /:/host` reads and "
        "changes everything there. DVM_USER in the docker group makes `sudo = false` mean nothing."
    ),
    remedy="Use rootless Podman or rootless Docker; the VM has subordinate ids for it (subuid_count, subgid_count).",
    find=finder(issues),
)
