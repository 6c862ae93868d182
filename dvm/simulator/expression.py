r"""The part of the yq language that `--set` needs, on a parsed lima.yaml.

Understood, joined by ` | `: `PATH = VALUE`, `PATH |= VALUE`, `PATH += VALUE`, `del(PATH)`; a PATH is `.a.b`,
`.a["b c"]`, `.a."b"`, `.list[0]` or `.list[]`; a VALUE is JSON or another PATH. What is beyond that is
refused loudly, never guessed at. As in yq, `\u00e9` in a string stays those six characters.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from dvm.simulator.log import refuse

if TYPE_CHECKING:
    from typing import TypeAlias

    _Path: TypeAlias = list[str | int | None]

_STEP = re.compile(r'\.([A-Za-z_][\w-]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\."((?:[^"\\]|\\.)*)"|\.?\[(\d*)\]')
_OPERATOR = re.compile(r"\s*(\|=|\+=|=)\s*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NOT_YQ = re.compile(r"(?<!\\)((?:\\\\)*)\\u")


def apply_expression(document: Any, expression: str) -> Any:  # noqa: ANN401 - YAML can be anything
    """Return a changed copy of the document.

    Raises:
        Refused: the expression is none, or is beyond what the simulator understands.
    """
    document = copy.deepcopy(document)
    for term in split_pipe(expression):
        document = _apply(document, term)
    return document


def split_pipe(expression: str) -> list[str]:
    """Return the parts between `|`, but for those in strings and the `|` of `|=`."""
    terms, start, position = [], 0, 0
    while position < len(expression):
        quoted = _STRING.match(expression, position)
        if quoted:
            position = quoted.end()
        elif expression[position] == "|" and expression[position + 1 : position + 2] != "=":
            terms.append(expression[start:position].strip())
            start = position = position + 1
        else:
            position += 1
    return [*terms, expression[start:].strip()]


def _apply(document: Any, term: str) -> Any:  # noqa: ANN401
    if term.startswith("del(") and term.endswith(")"):
        path, rest = _path(term[4:-1].strip(), term)
        if rest:
            _beyond(term)
        _delete(document, path)
        return document
    path, rest = _path(term, term)
    operator = _OPERATOR.match(rest)
    if operator is None:
        return _get(document, path) if not rest else _beyond(term)
    value = _value(document, rest[operator.end() :], term)
    if operator[1] == "+=":
        value = _sum(_get(document, path), value, term)
    return _set(document, path, value) if path else value


def _path(text: str, term: str) -> tuple[_Path, str]:
    if not text.startswith("."):
        _beyond(term)
    steps: _Path = []
    position = 0
    while match := _STEP.match(text, position):
        key, bracketed, dotted, index = match.groups()
        if index is not None:
            steps.append(int(index) if index else None)
        else:
            quoted = bracketed if bracketed is not None else dotted
            steps.append(key if key is not None else _unquoted(f'"{quoted}"'))
        position = match.end()
    return steps, text[max(position, 1) if not steps else position :].strip()


def _value(document: Any, text: str, term: str) -> Any:  # noqa: ANN401
    if text.startswith("."):
        path, rest = _path(text, term)
        return copy.deepcopy(_get(document, path)) if not rest else _beyond(term)
    try:
        return json.loads(_STRING.sub(lambda match: _NOT_YQ.sub(r"\1\\\\u", match[0]), text), strict=False)
    except json.JSONDecodeError:
        if text.count('"') % 2:
            opening = text.index('"')
            column = len(term) - len(text) + opening + 1
            refuse(f"1:{column}: lexer: invalid input text {json.dumps(text[opening:])}")
        return _beyond(term)


def _unquoted(text: str) -> str:
    unquoted: str = json.loads(_NOT_YQ.sub(r"\1\\\\u", text), strict=False)
    return unquoted


def _sum(old: Any, new: Any, term: str) -> Any:  # noqa: ANN401
    if old is None:
        return new
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *new]
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **new}
    if isinstance(old, str) and isinstance(new, str):
        return old + new
    return _beyond(term)


def _get(node: Any, path: _Path) -> Any:  # noqa: ANN401
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int):
            node = node[step] if step < len(node) else None
        else:
            return None
    return node


def _set(node: Any, path: _Path, value: Any) -> Any:  # noqa: ANN401
    """Set it, making maps and lists where there is nothing; where there is a scalar, yq changes nothing."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, str):
        node = {} if node is None else node
        if isinstance(node, dict):
            node[step] = _set(node.get(step), rest, value)
    elif step is None:
        if isinstance(node, list):
            node[:] = [_set(item, rest, copy.deepcopy(value)) for item in node]
    else:
        node = [] if node is None else node
        if isinstance(node, list):
            node.extend([None] * (step + 1 - len(node)))
            node[step] = _set(node[step], rest, value)
    return node


def _delete(document: Any, path: _Path) -> None:  # noqa: ANN401
    node, last = _get(document, path[:-1]), path[-1] if path else None
    if isinstance(node, dict) and isinstance(last, str):
        node.pop(last, None)
    elif isinstance(node, list) and isinstance(last, int) and last < len(node):
        del node[last]


def _beyond(term: str) -> Any:  # noqa: ANN401 - never returns; stands where a value is wanted
    refuse(f"the simulator does not understand this part of the yq expression: {term}")
