"""Names of options, variables and settings that say by themselves that they turn a check of identity off.

`--insecure-skip-tls-verify`, `VAULT_SKIP_VERIFY=1`, `ssl_verify: false`: of any program, known or not.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

OFF = r"(0|no|off|false|never|none|disabled?)"
ON = r"(1|yes|on|true|enabled?)"
_LONGEST_NAME = 64
# Names in small letters, without what separates their words: whom a check looks at, how, and that it does not.
_WHOM_ = r"(?:ssl|tls|cert|x509|gpg|pgp|hostkey|peer(?!dep)|signature|sigs|unauthorized)"
_HOW_ = r"(?:verif|check|valid|strict|reject)"
_WHOM = pattern(_WHOM_)
_HOW = pattern(_HOW_)
_BOTH = pattern(r"requiresigs|^securehttp$|(?:check|verify)hostname")
_NOT = pattern(rf"(?:no|skip|disabled?|ignore|bypass)(?={_WHOM_}|{_HOW_})")
_UNSAFE = pattern(
    r"(?:skip|disabled?|bypass)(?:connection|server|remote)?verif"
    r"|insecure(?:skip[a-z]*|tls|ssl|connections?|registr(?:y|ies)|repositor(?:y|ies)|protocol|hosts?|https?|policy)?$"
    r"|allow(?:untrusted|unauthenticated|unsigned|invalidcert|selfsigned)"
    r"|ignorehttps?errors|dangerousaccept|skipcertificate"
    r"|trustservercert|trustallcert|acceptinvalidcert|acceptanycert|acceptallcert"
)
# Settings; as options these build a program without TLS.
_WITHOUT = frozenset({"disabletls", "disablessl"})
_SEPARATORS = str.maketrans("", "", "-_.:/")
_OFF = pattern(OFF, re.IGNORECASE)
_ON = pattern(ON, re.IGNORECASE)
_OPTION = pattern(r"--?([A-Za-z][\w.-]+)(?:=(.*))?", re.DOTALL)
_PAIR = pattern(r"(?:-[A-Za-z]{1,2})?([A-Za-z_][\w./:-]+)=(.*)", re.DOTALL)
_NAME = pattern(r"-{0,2}[A-Za-z_][\w./:-]+")
_HINT = pattern(r"disable|secure|verif|check|valid|strict|reject|insecure|ignore|trust|allow|require", re.IGNORECASE)
_LINE = pattern(r"^(?![ \t]*(?:#|;|//)).+$", re.MULTILINE)
_SETTING = pattern(
    rf"(?<![\w.-])(?:-D)?([A-Za-z_][\w.-]{{3,63}})[\"']?\s{{0,4}}(?:=>|:=|[=:,(]|\s)\s{{0,4}}[\"'&]{{0,2}}({OFF}|{ON})\b",
    re.IGNORECASE,
)
_FLAG = pattern(r"(?<![^\s\"'`(=])--?([A-Za-z][\w-]{5,63})(?=[\s\"'`;)]|$)")
_PROSE = pattern(r".*\.(md|txt|rst|adoc|html?|log)", re.IGNORECASE)


def turns_off(name: str, value: str | None = None) -> bool:
    """Whether a name with this value turns a check off; None: it has no value, and is on."""
    if len(name) > _LONGEST_NAME:
        return False
    letters = name.translate(_SEPARATORS).lower()
    if letters in _WITHOUT and value is not None:
        return _ON.fullmatch(value) is not None
    if _skips(letters):
        return value is None or (bool(value) and not _OFF.fullmatch(value))
    return value is not None and _OFF.fullmatch(value) is not None and _looks(letters)


def _looks(letters: str) -> bool:
    """Whether a name is a check's: it says whom it looks at, and how, one behind the other."""
    return _followed(letters, _WHOM, _HOW) or _followed(letters, _HOW, _WHOM) or _BOTH.search(letters) is not None


def _followed(letters: str, first: re.Pattern[str], second: re.Pattern[str]) -> bool:
    found = first.search(letters)
    return found is not None and second.search(letters, found.end()) is not None


def _skips(letters: str) -> bool:
    """Whether a name says that a check is left out: `no-check-certificate`, `SSL_NO_VERIFY`, `insecure`."""
    for found in _NOT.finditer(letters):
        after = letters[found.end() :]
        if _looks(after) or (_HOW.match(after) and _WHOM.search(letters[: found.start()])):
            return True
        if _WHOM.match(after) and "error" in after:
            return True
    return _UNSAFE.search(letters) is not None


def option_by_name(texts: Sequence[str]) -> str | None:
    """Return the words of a command that turn a check off by what they are called."""
    for text, following in pairwise((*texts, "")):
        if not _HINT.search(text[: 2 * _LONGEST_NAME]):
            continue
        name, value = _named(text)
        if value is None and _is_a_switch(following):
            # `NAME VALUE`, as `git config` has it.
            if turns_off(name or text, following) and _NAME.fullmatch(text):
                return f"{text} {following}"
        elif name and turns_off(name, value):
            return text
    return None


def _named(text: str) -> tuple[str, str | None]:
    """Return the name and the value of an option or of `NAME=VALUE`, no name where it is neither."""
    found = _OPTION.fullmatch(text) or _PAIR.fullmatch(text)
    return ("", None) if found is None else (found[1], found[2])


def _is_a_switch(text: str) -> bool:
    return (_OFF.fullmatch(text) or _ON.fullmatch(text)) is not None


def setting_by_name(text: str, file: str = "") -> str | None:
    """Return the piece of a file, or of code, that turns a check off by what it is called."""
    if not _HINT.search(text) or _PROSE.fullmatch(file):
        return None
    for line in _LINE.finditer(text):
        if not _HINT.search(line[0]):
            continue
        for match in _SETTING.finditer(line[0]):
            if turns_off(match[1], match[2]):
                return match[0].strip()
        for match in _FLAG.finditer(line[0]):
            if turns_off(match[1]):
                return match[0].strip()
    return None
