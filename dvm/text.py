"""Text that others wrote, made safe to print."""

from __future__ import annotations

import unicodedata

# Cc and Cf hold escapes and bidirectional marks, Cs lone surrogates, Co private use (terminal fonts),
# Zl and Zp the separators that some terminals treat as a newline.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

ERASE_LINE = "\r\x1b[K"
"""Takes back the line of a terminal that the cursor is in."""


def is_text(content: bytes) -> bool:
    """Whether bytes are text that can be shown: UTF-8 without a NUL."""
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def visible(text: str, *, keep: str = "") -> str:
    r"""Return `text` with every character that could drive a terminal written out, as `\x1b` or `\u202e`.

    Guests, limactl and file names are not trusted to print what they mean. Characters in `keep`
    (for instance a newline, when the text is shown line by line) stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character in keep or unicodedata.category(character) not in _HIDDEN else _escape(character)
        for character in text
    )


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    if code <= 0xFFFF:  # noqa: PLR2004
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
