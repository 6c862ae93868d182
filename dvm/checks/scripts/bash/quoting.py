"""Bash's quoting, undone."""

from __future__ import annotations

import re

from dvm.checks.patterns import pattern

_ANSI = pattern(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|0?[0-7]{1,3}|c.|.)", re.DOTALL)
_SINGLE = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PLAIN = pattern(r"[^'\"$`\\]*")
_BRACES = pattern(r"\{([^{}]*,[^{}]*)\}")
_MOST_WORDS = 1024
# Of all words together: a text of a mebibyte that doubles would not fit into memory.
_MOST_CHARACTERS = 1 << 18


def unescape_ansi(text: str) -> str:
    r"""Undo the escapes of `$'…'`, `printf` and `echo -e`: `\x63` and `\143` are c."""
    return _ANSI.sub(lambda match: _ansi(match[1]), text) if "\\" in text else text


def _ansi(code: str) -> str:
    if code[0] in "xuU" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"  # noqa: PLR2004
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    if code[0] == "c" and len(code) > 1:
        return chr(ord(code[1]) & 0x1F)
    return _SINGLE.get(code, code if code in "\\'\"?" else "\\" + code)


def braces(text: str) -> list[str] | None:
    """Return the words of a brace expansion (`{curl,-k}`), None where a word is none.

    Of more than 1024 words, or of words that are long together, the rest stays in braces: `braces_left` finds that.
    """
    if "{" not in text or _PLAIN.fullmatch(text) is None or _BRACES.search(text) is None:
        return None
    words = [text]
    while braces_left(words) and _can_grow(words):
        words = [made for word in words for made in _expand(word)]
    return [word for word in words if word]


def _can_grow(words: list[str]) -> bool:
    several = len(words) == 1 or sum(map(_choices, words)) <= _MOST_WORDS
    return several and sum(len(word) * _choices(word) for word in words) <= _MOST_CHARACTERS


def braces_left(words: list[str]) -> bool:
    """Whether braces remain to be expanded in any of these words."""
    return any(_BRACES.search(word) for word in words)


def _choices(word: str) -> int:
    return _BRACES.split(word, maxsplit=1)[1].count(",") + 1


def _expand(word: str) -> list[str]:
    before, inner, behind = _BRACES.split(word, maxsplit=1)
    return [before + choice + behind for choice in inner.split(",")]
