"""What a VM asked for and what came of it: `dvm egress`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dvm.text import visible
from dvm.views.styles import PLAIN, Ink
from dvm.views.values import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.state.egress_log import EgressLog, RequestedName


def egress_json(log: EgressLog, since: float | None) -> dict[str, Any]:
    """Return the document of `dvm egress --json`; `since` in seconds since the epoch, None: not known."""
    return {
        "since": _moment(_whole_since(log, since)),
        "allowed": _entries(log.allowed),
        "denied": _entries(log.denied),
    }


def render_egress(vm: str, log: EgressLog, since: float | None, *, ink: Ink = PLAIN) -> str:
    """Return the log for people. Ends with a newline."""
    return "".join(f"{line}\n" for line in _lines(vm, log, since, ink))


def render_proposal(
    vm: str, egress: str | Sequence[str], setup_egress: Sequence[str], log: EgressLog, place: str
) -> str:
    """Return the TOML lines that would allow what was denied, below what is declared now. It grants nothing."""
    if not log.proposed:
        return f"# Nothing was denied to vm.{vm} that a name in egress would allow.\n"
    if egress == "open":
        return f'# vm.{vm} has egress = "open": nothing is denied.\n'
    names = () if isinstance(egress, str) else tuple(egress)
    new, unknown = log.lacking(names), log.lacking((*names, *setup_egress))
    if not new:
        return f"# What was denied to vm.{vm} is declared by now. `dvm apply {vm}` puts it in force.\n"
    lines = [
        f"# vm.{vm}, in {visible(place)}: a proposal, which grants nothing until it is declared and applied.",
        f"egress = [{', '.join(map(quote, (*names, *new)))}]",
    ]
    if len(unknown) < len(new):
        only = ", ".join(name for name in new if name not in unknown)
        lines.append(f"# In setup_egress already, which counts only while setup scripts run: {only}")
    if unknown:
        lines += [
            "# Or, for what only setup scripts need:",
            f"# setup_egress = [{', '.join(map(quote, (*setup_egress, *unknown)))}]",
        ]
    return "".join(f"{line}\n" for line in lines)


def _lines(vm: str, log: EgressLog, since: float | None, ink: Ink) -> Iterator[str]:
    begin = _whole_since(log, since)
    when = "in its log" if begin is None else f"since {_moment(begin)}"
    if begin != since:
        when += ", where its log begins (older entries made room)"
    if not log.allowed and not log.denied:
        yield f"vm.{vm} asked for nothing {when}."
        return
    yield f"vm.{vm}, {when}:"
    for mark, entries in ((ink.green("allowed"), log.allowed), (ink.red("denied "), log.denied)):
        for each in entries:
            times = "1 time" if each.count == 1 else f"{each.count} times"
            yield f"  {mark}  {each.shown}  {times}"
    if log.proposed:
        yield f"`dvm egress {vm} --propose` prints what would allow what was denied."


def _whole_since(log: EgressLog, since: float | None) -> float | None:
    """Return the moment since which nothing is missing."""
    return since if log.begins is None or (since is not None and since >= log.begins) else log.begins


def _entries(asked: Sequence[RequestedName]) -> list[dict[str, Any]]:
    return [{"name": each.name, "port": each.port, "count": each.count} for each in asked]


def _moment(since: float | None) -> str | None:
    return None if since is None else datetime.fromtimestamp(int(since), UTC).isoformat()
