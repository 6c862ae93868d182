"""YAML within limits: a small text can ask for much time and memory, so it is counted before it is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1 << 20
MAX_VALUES = 20_000
"""Keys and values together; what an alias stands for counts each time."""
MAX_DEPTH = 100
MAX_ALIASES = 100
# Without libyaml the reader is slower by a factor of ten.
_MAX_BYTES_WITHOUT_C = MAX_BYTES // 16
# YAML 1.1 reads 1:30:00 as a number, in a time that grows with the square of its length.
_LONGEST_NUMBER = 1000
_NUMBER = re.compile(r"[-+]?[0-9][0-9a-fA-Fox_:.]*")


class YamlLimitError(ValueError):
    """The text goes beyond a limit; the message is a clause that names it."""


def load_yaml(content: bytes) -> Any:  # noqa: ANN401 - a text can hold any value
    """Return the value of a YAML text.

    Raises:
        YamlLimitError: it goes beyond a limit. yaml.YAMLError, ValueError, TypeError: it is not YAML.
    """
    return load_with_nodes(content)[0]


def load_with_nodes(content: bytes, *, tags: bool = True) -> tuple[Any, Any]:
    """Return the value of a YAML text, and PyYAML's root node of it; without `tags` a tag is an error.

    Raises:
        YamlLimitError: it goes beyond a limit. yaml.YAMLError, ValueError, TypeError: it is not YAML.
    """
    import yaml

    fast = hasattr(yaml, "CSafeLoader")
    most = MAX_BYTES if fast else _MAX_BYTES_WITHOUT_C
    if len(content) > most:
        raise YamlLimitError(f"it is larger than {most} bytes")
    text = content.decode()
    loader: Any = yaml.CSafeLoader if fast else yaml.SafeLoader
    _demand_bounded(yaml.parse(text, Loader=loader), tags=tags)
    reader = loader(text)
    try:
        root = reader.get_single_node()
        return (None if root is None else reader.construct_document(root)), root
    finally:
        reader.dispose()


def _demand_bounded(events: Iterator[Any], *, tags: bool) -> None:  # noqa: C901 - one kind of event a case
    """Count what the parser reports, and stop it at the first limit."""
    import yaml

    sizes: dict[str, int] = {}
    # Of each open list or table: its anchor, and how many values there were before it.
    open_: list[tuple[str | None, int]] = []
    values = aliases = 0
    for event in events:
        if getattr(event, "tag", None) is not None and not tags:
            # Lima ignores a tag, where PyYAML makes something else of what follows it.
            raise ValueError("there is a tag (`!…`) in it")
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            # Not known: the anchor is one of a list or table that is still open, or does not exist.
            values += sizes.get(event.anchor or "", MAX_VALUES)
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
            if len(event.value) > _LONGEST_NUMBER and _NUMBER.fullmatch(event.value):
                raise YamlLimitError(f"a number in it has more than {_LONGEST_NUMBER} characters")
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, values))
            values += 1
            if len(open_) > MAX_DEPTH:
                raise YamlLimitError(f"it is nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor is not None:
                sizes[anchor] = values - before
        if aliases > MAX_ALIASES:
            raise YamlLimitError(f"it has more than {MAX_ALIASES} aliases")
        if values > MAX_VALUES:
            raise YamlLimitError(f"it has more than {MAX_VALUES} keys and values")
