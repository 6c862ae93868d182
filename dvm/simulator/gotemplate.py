"""The plain `{{.Field}}` of Go's text templates, in the fields where Lima expands them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTION = re.compile(r"{{-?\s*(.*?)\s*-?}}", re.DOTALL)
_FIELD = re.compile(r"(?:\.\w+)+")


class BadTemplateError(Exception):
    """The template names a field that is not there, or is never closed."""


def expand(text: str, data: Mapping[str, Any]) -> str:
    """Return the text with its fields filled in; a missing one is `<no value>`; other actions stay as they
    are.
    """

    def fill(match: re.Match[str]) -> str:
        if not _FIELD.fullmatch(match[1]):
            return match[0]
        value = _lookup(data, match[1])
        return "<no value>" if value is None else str(value)

    return _ACTION.sub(fill, text)


def expand_message(text: str, data: Mapping[str, Any]) -> str:
    """Return `message` as `list` shows it at the top level.

    Raises:
        BadTemplateError: with Lima's message; such an instance is Broken.
    """
    if "{{" in _ACTION.sub("", text):
        raise BadTemplateError(f"message `{text}` is not a valid template: template: format:1: unclosed action")
    for match in _ACTION.finditer(text):
        if _lookup(data, match[1]) is None:
            raise BadTemplateError(
                f"cannot execute template `{text}`: template: format:1:{match.start() + 3}: "
                f'executing "format" at <{match[1]}>: '
                f"can't evaluate field {match[1].lstrip('.')} in type store.FormatData"
            )
    return expand(text, data)


def _lookup(data: Mapping[str, Any], dotted: str) -> Any:  # noqa: ANN401
    node: Any = data
    for key in dotted.lstrip(".").split("."):
        node = node.get(key) if isinstance(node, dict) else None
    return node
