"""The log of a VM's egress, which its proxy writes: what was asked for since a moment, and what came of it."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dvm.egress.log import ALLOWED, DENIED, OPENED
from dvm.egress.names import DEFAULT_PORTS, matching, parse_name, parse_rule
from dvm.egress.place import LOG_FILE
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from dvm.lima.home import Home

_MAX_BYTES = 4 << 20
_SHOWN = 260


class RequestedName(Struct, frozen=True, order=True):
    """A port of a name that was asked for, and how often."""

    name: str
    port: int
    count: int

    @property
    def shown(self) -> str:
        """As people read it: a request that names no host, or no port, has neither."""
        name = visible(self.name)[:_SHOWN] or "(no host name)"
        return f"{name}:{self.port}" if self.port else name

    @property
    def rule(self) -> str | None:
        """What would allow it in a manifest; None: nothing can, as of an address, `localhost` or what is no name."""
        try:
            name = parse_name(self.name)
            # What a guest asks for need not be what a manifest takes.
            return str(parse_rule(name if self.port in DEFAULT_PORTS else f"{name}:{self.port}"))
        except ValueError:
            return None


class EgressLog(Struct, frozen=True):
    """What was allowed and denied, each port of a name once, in order."""

    allowed: tuple[RequestedName, ...] = ()
    denied: tuple[RequestedName, ...] = ()
    proposed: tuple[str, ...] = ()
    """The rules that would allow what was denied for want of one."""
    begins: float | None = None
    """Since when the log is whole, in seconds since the epoch, where entries that are older made room; else None."""

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of the proposed rules that these names, as a manifest has them, do not allow."""
        rules = tuple(map(parse_rule, names))
        return tuple(
            each
            for each, wanted in ((each, parse_rule(each)) for each in self.proposed)
            if not all(matching(rules, wanted.host, port) for port in wanted.ports)
        )


def read_log(home: Home, directory: Path, instance: str, since: float) -> EgressLog:
    """Return what the proxy of an instance noted since a moment, in seconds since the epoch."""
    counts: dict[str, dict[tuple[str, int], int]] = {OPENED: {}, ALLOWED: {}, DENIED: {}}
    proposed: dict[str, None] = {}
    for entry in _entries(home, directory, instance, since):
        verdict, name, port = entry["verdict"], str(entry["name"]), int(entry["port"])
        of = counts.get(verdict)
        if of is None:
            continue
        of[name, port] = of.get((name, port), 0) + 1
        rule = RequestedName(name, port, 1).rule
        if verdict == DENIED and rule is not None and str(entry["why"]).endswith("does not allow it"):
            proposed[rule] = None
    # What is open, or was when its VM ended, has no second entry; what was opened before the log begins has no first.
    opened, ended = counts[OPENED], counts[ALLOWED]
    let_through = {key: max(opened.get(key, 0), ended.get(key, 0)) for key in opened.keys() | ended.keys()}
    allowed, denied = (
        tuple(sorted(RequestedName(*key, count) for key, count in found.items()))
        for found in (let_through, counts[DENIED])
    )
    return EgressLog(allowed, denied, tuple(sorted(proposed)), _begins(home, directory))


def _begins(home: Home, directory: Path) -> float | None:
    """Return the moment of the first entry, where there were so many that older ones may be gone."""
    for line in _lines(home, directory / f"{LOG_FILE}.1"):
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            return _moment(json.loads(line))
    return None


def _moment(entry: dict[str, Any]) -> float:
    return datetime.strptime(entry["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def _entries(home: Home, directory: Path, instance: str, since: float) -> Iterator[dict[str, Any]]:
    for name in (f"{LOG_FILE}.1", LOG_FILE):
        for line in _lines(home, directory / name):
            try:
                entry = json.loads(line)
                moment = _moment(entry)
                # A clone brings its source's log along.
                if entry["instance"] != instance or moment < int(since):
                    continue
                int(entry["port"]), entry["verdict"], entry["name"], entry["why"]
            except (ValueError, KeyError, TypeError, RecursionError):
                # A damaged line.
                continue
            yield entry


def _lines(home: Home, path: Path) -> list[bytes]:
    try:
        content, about = home.read(path, _MAX_BYTES)
    except OSError:
        return []
    return content.splitlines() if about.st_uid == os.geteuid() else []
