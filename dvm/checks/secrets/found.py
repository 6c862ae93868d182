"""Secrets by name in what a script does: in its words, in what commands read, and in files it writes."""

from __future__ import annotations

import itertools
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.checks.patterns import pattern
from dvm.checks.secrets.telling import is_telling, looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.program import Command

_OPTION = pattern(r"--?([A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)
_PAIR = pattern(r"([A-Za-z_][\w.-]{0,80})=(.{4,})", re.DOTALL)
_LINE = pattern(
    r"(?:^[ \t]*(?:Environment=|ENV\s)|^|[{,;]|/:|\bexport\s|\bset\s)[ \t]*[\"']?([A-Za-z_][\w.-]{0,80})[\"']?[ \t]*"
    r"(?:[=:]|=>)[ \t]*"
    r"(?:\"([^\n\"]{4,512})\"|'([^\n']{4,512})'|([^\n\"',;{}\[]{4,512}))",
    re.MULTILINE,
)
# An entry of an array, or a constant, of PHP, Python or Ruby: `['name' => 'value'`, `x["name"] = "value"`.
_ENTRY = pattern(
    r"(?:[\[(]\s{0,8}[\"']([A-Za-z_][\w.-]{0,80})[\"']\s{0,8}(?:=>|\]\s{0,8}=)|"
    r"\bdefine\(\s{0,8}[\"']([A-Za-z_][\w.-]{0,80})[\"']\s{0,8},)\s{0,8}(?:\"([^\n\"]{4,512})\"|'([^\n']{4,512})')"
)
# Maven's own encryption puts braces around.
_XML = pattern(r"<([A-Za-z_][\w.:-]{0,80})>\s*([^<>{\s][^<>\n]{3,511})</\1>")
_SQL = pattern(r"\b(?:password|identified\s+by)\s+'([^'\n]{4,200})'", re.IGNORECASE)
# `requirepass VALUE`, `Server=…;Password=VALUE;`, "auth": of Docker, `name["KEY"] = "VALUE"`, `?KEY=VALUE&…`.
_DIRECTIVE = pattern(r"^[ \t]*(?:requirepass|masterauth|bindpw|rootpw)[ \t]+(\S{4,200})[ \t]*$", re.MULTILINE)
_CONNECTION = pattern(r";\s*(?:password|pwd)\s*=\s*([^;\"'\n]{4,200})", re.IGNORECASE)
_DOCKER_AUTH = pattern(r"\"auth\"\s*:\s*\"([A-Za-z0-9+/=]{8,400})\"")
_IN_CODE = pattern(r"(?<![\w.-])([A-Za-z_][\w.-]{0,80})[\"']?\]?[ \t]*(?:=>|[=:])[ \t]*[\"']([^\"'\n]{4,512})[\"']")
_PART = pattern(
    r"(?:^|[?&{,;])\s*[\"']?([A-Za-z_][\w.-]{0,80})[\"']?\s*[=:]\s*(?!//)(?:\"([^\n\"]{4,512})\"|([^\s\"'&,;{}]{4,512}))"
)
_COOKIE = pattern(r"[\w.-]{1,80}=([A-Za-z0-9+/_.%=-]{16,4000})")
_SENT = pattern(r"assword[^\n]{0,80}?\bsend\s+(?:--\s+)?\"([^\"\\\n]{4,200})")
_NETRC = pattern(r"\bpassword\s+(\S{4,200})")
_PGPASS = pattern(r"^(?:[^:\n]+:){4}([^:\s]{4,200})$", re.MULTILINE)
_FORMATS = (
    ("", _DIRECTIVE, "password"),
    (";", _CONNECTION, "Password"),
    ('"auths"', _DOCKER_AUTH, "auth"),
    ("machine", _NETRC, "password"),
)
"""Formats of their own: a word that is in each, the value, and its name."""
_HEADER = pattern(
    r"(?:authorization|x-api-key|private-token|x-auth-token|cookie)\s*:\s*(?:basic\s+|token\s+|bearer\s+)?(\S{8,})",
    re.IGNORECASE,
)
_USER = pattern(r"[^:\s]{1,64}:([^\s:]{4,200})")
_CREDENTIALS = pattern(r"-[a-zA-Z#]*u|--user|--auth|-a")
_FIRST = pattern(r"(\S{4,})")
# Programs that take a password where no name tells it.
_ALSO = {"gh": ("secret", "--body"), "glab": ("variable", "--value"), "gcloud": ("secrets", "--data")}
"""Options that take a secret's value, by the program and the word that says so."""
_SMB = pattern(r"[^%\s]{1,64}%(\S{4,200})")
_SMB_TOOLS = frozenset({"smbclient", "smbget", "rpcclient", "net", "mount.cifs"})
_EDITED = pattern(r"s([/|,#!@])(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1|(?:^|[0-9$/])[aic]\\*\s*(\S.*)", re.DOTALL)
_SHORT = {
    **dict.fromkeys(("sshpass", "mysql", "mariadb", "mysqladmin", "mysqldump", "7z", "7za"), "-p"),
    **dict.fromkeys(("zip", "unzip", "mosquitto_pub", "mosquitto_sub"), "-P"),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami"), "-w"),
    "redis-cli": "-a",
    "ssh-keygen": "-N",
    "keytool": "-storepass",
}
_LAST = {
    **dict.fromkeys(("htpasswd", "mosquitto_passwd"), pattern(r"-\w*b\w*")),
    "rabbitmqctl": pattern(r"add_user|change_password"),
}
"""Programs whose last word is a password, where another word says so."""
_TAKES_DATA = frozenset({"curl", "wget", "http", "https", "xh", "mount", "mount.cifs"})
"""What is given `KEY=VALUE` and JSON in its words."""
_INTERPRETERS = frozenset({"python", "python3", "node", "ruby", "perl", "php"})
_SQL_CLIENTS = frozenset({"psql", "mysql", "mariadb", "sqlplus", "mongosh"})
_PASSWORD_READERS = {
    "chpasswd": _USER,
    **dict.fromkeys(("passwd", "kinit", "vncpasswd", "secret-tool", "pass", "gopass"), _FIRST),
}
# What reads a password on its standard input where an option says so.
_BY_OPTION = {"sudo": "-S", "docker": "--password-stdin", "podman": "--password-stdin", "cryptsetup": "-"}
_READ_SETTINGS = frozenset({"kubectl", "oc", "docker", "podman", "helm", "git", "nmcli", "aws", "az", "gh"})
"""What reads settings on its standard input."""
_LOGINS = frozenset({"docker", "podman", "nerdctl", "helm", "az", "oc"})
"""Programs whose `login` takes a password with -p."""
_ALWAYS = frozenset(
    {
        *("openssl", "expect"),
        *_LAST,
        *_TAKES_DATA,
        *_INTERPRETERS,
        *_BY_OPTION,
        *_READ_SETTINGS,
        *_LOGINS,
        *_ALSO,
        *_SMB_TOOLS,
        *_SHORT,
        *_SQL_CLIENTS,
        *_PASSWORD_READERS,
    }
)
# Without one of these no name tells anything; most commands are done with here.
_HINT = pattern(r"psk|bindpw|rootpw|masterauth|pass|secret|token|key|cred|pwd|auth|cookie", re.IGNORECASE)
_SET = pattern(r"set|add|put|create")


class Found(Struct, frozen=True):
    """A secret: what names it, which may be shown, and the value, which may not."""

    name: str
    value: str


def in_command(command: Command) -> Iterator[Found]:
    """Yield the secrets that a command is given in its words or on its standard input."""
    if command.name not in _ALWAYS and not any(map(_HINT.search, command.texts)):
        return
    for before, text in pairwise(("", *command.texts)):
        yield from _in_word(command.name, before, text, command.texts)
    yield from _in_setting(command.texts)
    if command.name in {"sed", "gsed"}:
        yield from _in_edits(command.texts)
    if command.name == "openssl" and command.texts[:1] == ("passwd",) and not command.texts[-1].startswith("-"):
        yield from _if_secret("passwd", command.texts[-1])
    yield from _in_stdin(command, "" if command.stdin is None else command.stdin.text)
    last = _LAST.get(command.name)
    if last is not None and any(map(last.fullmatch, command.texts)):
        yield from _if_secret("its password", command.texts[-1])


def _in_stdin(command: Command, stdin: str) -> Iterator[Found]:
    for text in (*command.texts, stdin) if command.name in _INTERPRETERS else ():
        for match in _IN_CODE.finditer(text) if _HINT.search(text) else ():
            yield from _if_telling(match[1], match[2])
    for text in (*command.texts, stdin) if command.name == "expect" else ():
        yield from _matched(_SENT.search(text), "the password it sends")
    if "\n" in stdin.strip() and command.name in _READ_SETTINGS:
        yield from in_file("", stdin)
    reader = _PASSWORD_READERS.get(command.name)
    if reader is not None:
        yield from _matched(reader.match(stdin), "the password it reads")
    if _BY_OPTION.get(command.name) in command.texts and " " not in stdin.strip():
        yield from _matched(_FIRST.match(stdin), "the password it reads")
    if command.name in _SQL_CLIENTS:
        for text in (*command.texts, stdin):
            yield from _matched(_SQL.search(text), "a password in SQL")


def _in_edits(texts: tuple[str, ...]) -> Iterator[Found]:
    for text in texts:
        for match in _EDITED.finditer(text):
            yield from in_file("", match[2] or match[3] or "")


def in_file(name: str, content: str) -> Iterator[Found]:
    """Yield the secrets in the text of a file: `KEY=VALUE`, `key: value`, JSON, XML, .netrc, .pgpass."""
    if not _HINT.search(content) and not _HINT.search(name):
        return
    for match in _LINE.finditer(content):
        yield from _if_telling(match[1], (match[2] or match[3] or match[4]).strip())
    for match in _ENTRY.finditer(content):
        yield from _if_telling(match[1] or match[2], match[3] or match[4])
    for match in _XML.finditer(content) if "</" in content else ():
        yield from _if_telling(match[1], match[2])
    for match in _PGPASS.finditer(content) if name.endswith("pgpass") else ():
        yield from _matched(match, "password")
    yield from itertools.chain.from_iterable(
        _matched(rule.search(content), what) for word, rule, what in _FORMATS if word in content
    )


def _in_word(program: str, before: str, text: str, words: tuple[str, ...]) -> Iterator[Found]:
    option = _OPTION.fullmatch(text)
    if option is not None and option[2] is not None and is_telling(option[1]) and looks_secret(option[2], option[1]):
        yield Found(f"--{option[1]}", option[2])
    named = _OPTION.fullmatch(before)
    if named is not None and named[2] is None and is_telling(named[1]) and not text.startswith("-"):
        yield from _if_secret(before, text)
    pair = _PAIR.fullmatch(text)
    if pair is not None:
        yield from _if_telling(pair[1], pair[2])
    inner = None if option is None or option[2] is None else _PAIR.fullmatch(option[2])
    if inner is not None:
        yield from _if_telling(inner[1], inner[2])
    if text.startswith("pass:"):
        yield from _if_secret("pass:", text.removeprefix("pass:"))
    yield from _matched(_HEADER.search(text), "a header")
    if program in {"curl", "wget", "http"} and _CREDENTIALS.fullmatch(before):
        yield from _matched(_USER.fullmatch(text), before)
    if before == "-p" and program in _LOGINS and "login" in words:
        yield from _if_secret(before, text)
    if before == "-k" and program == "openssl":
        yield from _if_secret(before, text)
    yield from _by_program(program, before, text, words)


def _by_program(program: str, before: str, text: str, words: tuple[str, ...]) -> Iterator[Found]:
    """Options that only this program reads a secret by."""
    if program in _TAKES_DATA:
        for match in _PART.finditer(text) if _HINT.search(text) else ():
            yield from _if_telling(match[1], match[2] or match[3])
        if before in {"-b", "--cookie"}:
            yield from _matched(_COOKIE.fullmatch(text), before)
    also = _ALSO.get(program)
    if also is not None and also[0] in words and (before == also[1] or text.startswith(f"{also[1]}=")):
        yield from _if_secret(also[1], text.removeprefix(f"{also[1]}="))
    if before == "-U" and program in _SMB_TOOLS:
        yield from _matched(_SMB.fullmatch(text), before)
    short = "password" if program == "nmcli" else _SHORT.get(program)
    if short is not None and (before == short or (text.startswith(short) and text != short)):
        yield from _if_secret(short, text if before == short else text.removeprefix(short))


def _in_setting(texts: tuple[str, ...]) -> Iterator[Found]:
    """`npm config set NAME VALUE`."""
    if len(texts) > 2 and any(_SET.fullmatch(text) for text in texts[:3]) and is_telling(texts[-2]):  # noqa: PLR2004
        yield from _if_secret(texts[-2].rpartition(":")[2], texts[-1])


def _if_secret(name: str, value: str) -> Iterator[Found]:
    if looks_secret(value, name):
        yield Found(name, value)


def _if_telling(name: str, value: str) -> Iterator[Found]:
    if is_telling(name):
        yield from _if_secret(name, value)


def _matched(match: re.Match[str] | None, name: str) -> Iterator[Found]:
    if match is not None and looks_secret(match[1]):
        yield Found(name, match[1])
