"""DVM402: a secret in a setup script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dvm.checks.base import Check
from dvm.checks.scripts.issue import Issue, code, finder
from dvm.checks.scripts.values import Place
from dvm.checks.secrets.shapes import hits
from dvm.checks.secrets.telling import is_telling, looks_secret
from dvm.model.check import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Command, Program
    from dvm.checks.subjects import ScriptSubject

_OPTION = re.compile(r"--?([A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z_][\w.-]{0,80})=(.{4,})", re.DOTALL)
_LINE = re.compile(
    r"^[ \t]*(?:export\s+|set\s+)?[\"']?([A-Za-z_][\w.-]{0,80})[\"']?[ \t]*(?:[=:]|=>)[ \t]*[\"']?([^\n\"']{4,512})",
    re.MULTILINE,
)
_SQL = re.compile(r"\b(?:password|identified\s+by)\s+'([^'\n]{4,200})'", re.IGNORECASE)
_NETRC = re.compile(r"\bpassword\s+(\S{4,200})")
_HEADER = re.compile(
    r"(?:authorization|x-api-key|private-token|x-auth-token|cookie)\s*:\s*(?:basic\s+|token\s+|bearer\s+)?(\S{8,})",
    re.IGNORECASE,
)
_USER = re.compile(r"[^:\s]{1,64}:([^\s:]{4,200})")
# Programs that take a password where no name tells it.
_SHORT = {"sshpass": "-p", "redis-cli": "-a", "mysql": "-p", "mariadb": "-p", "mysqladmin": "-p", "smbclient": "-U"}
_BY_NAME = "a secret by its name"


def issues(program: Program) -> Iterator[Issue]:
    """Yield each secret: tokens anywhere in the text, comments too, and literal values of telling names."""
    text = program.text
    for hit in hits(text):
        line = text.count("\n", 0, hit.start) + 1
        column = hit.start - text.rfind("\n", 0, hit.start)
        yield Issue(Place(line, column, *program.around(line)), f"This line holds {hit.shape}.")
    for assignment in program.assignments:
        if is_telling(assignment.name) and looks_secret(assignment.value.text, assignment.name):
            yield Issue(assignment.place, f"`{code(assignment.name)}` gets {_BY_NAME}.")
    for command in program.commands:
        name = _in_command(command)
        if name:
            yield Issue(command.place, f"`{code(command.name)}` is given {_BY_NAME}: {code(name)}.")
    for file in program.written:
        name = _in_file(file.content.text)
        if name:
            yield Issue(file.place, f"`{code(file.name)}` gets {_BY_NAME}: {code(name)}.")


def _in_command(command: Command) -> str:
    texts = command.texts
    for index, text in enumerate(texts):
        following = texts[index + 1] if index + 1 < len(texts) else ""
        found = _in_word(text, following) or _in_header(command.name, texts[index - 1] if index else "", text)
        if found:
            return found
    short = _SHORT.get(command.name)
    if short is not None:
        for text, following in zip(texts, (*texts[1:], ""), strict=False):
            value = following if text == short else text.removeprefix(short)
            if text.startswith(short) and text != value and looks_secret(value):
                return short
    stdin = "" if command.stdin is None else command.stdin.text
    if command.name in {"chpasswd", "passwd"}:
        match = _USER.match(stdin) if command.name == "chpasswd" else re.match(r"(\S{4,})", stdin)
        if match is not None and looks_secret(match[1]):
            return "the password it reads"
    for sql in (*texts, stdin) if command.name in {"psql", "mysql", "mariadb", "sqlplus", "mongosh"} else ():
        match = _SQL.search(sql)
        if match is not None and looks_secret(match[1]):
            return "a password in SQL"
    return ""


def _in_word(text: str, following: str) -> str:
    option = _OPTION.fullmatch(text)
    if option is not None and is_telling(option[1]):
        value = following if option[2] is None else option[2]
        if not value.startswith("-") and looks_secret(value, option[1]):
            return f"--{option[1]}"
    pair = _PAIR.fullmatch(text)
    if pair is not None and is_telling(pair[1]) and looks_secret(pair[2], pair[1]):
        return pair[1]
    return ""


def _in_header(program: str, before: str, text: str) -> str:
    header = _HEADER.match(text)
    if header is not None and looks_secret(header[1]):
        return "a header"
    if program in {"curl", "wget", "http"} and before in {"-u", "--user", "--auth", "-a"}:
        user = _USER.fullmatch(text)
        if user is not None and looks_secret(user[1]):
            return before
    return ""


def _in_file(content: str) -> str:
    for match in _LINE.finditer(content):
        if is_telling(match[1]) and looks_secret(match[2].rstrip(" ,;"), match[1]):
            return match[1]
    netrc = _NETRC.search(content) if "machine" in content else None
    return "password" if netrc is not None and looks_secret(netrc[1]) else ""


CHECK: Check[ScriptSubject] = Check(
    code="DVM402",
    severity=Weight.DENY,
    title="Secret in a setup script",
    why=(
        "Setup scripts live in a dotfiles repository, and DVM keeps what ran in receipts and shows it in diffs. A secret "
        "in one is in every clone, in its history, and in every VM that runs it."
    ),
    remedy=(
        "Revoke it, for it has been written down, and take it out. Sign in to tools inside the VM, keep secrets there "
        "with sops or age, or hand one over for one command: dvm ssh VM --env NAME -- CMD."
    ),
    find=finder(issues),
)
