"""The results as Markdown and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.cases import MIB, SIDE_BY_SIDE, Measured, Results
from tests.bench.terraform import terraform_version
from tests.bench.timing import Series, Spread

_PACKAGES = ("pydantic", "typer", "msgspec", "tree-sitter", "deepdiff")


def machine() -> dict[str, str]:
    """Return what the numbers were measured on."""
    cpu = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), cpu)
    except OSError:
        pass
    found = {
        "processor": f"{cpu}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "dvm": version("dvm"),
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "limactl": "stand-in: the simulator's answers, in the time that limactl 2.2.0 was measured at",
        "terraform": terraform_version() or "none on PATH: not compared",
        "load": f"{os.getloadavg()[0]:.1f} processes want a processor",
    }
    return {key: value for key, value in found.items() if value}


def table(results: Results) -> list[tuple[str, str, str, str, str]]:
    """Return the rows of the targets: what, must, aim, measured, and the verdict in a word."""
    starts = {each.name: each.first for each in results.starts}
    at_100 = results.plans.get(100)
    small = results.plans[min(results.plans)]
    rows = [
        _row("`dvm plan`, 1 VM, less what limactl takes", 170, 120, "ms", _scaled(small.less, 1e3)),
        _row("the same with a changed attribute and script", 250, 160, "ms", _scaled(results.changed.less, 1e3)),
        *([_row("`dvm plan` / `limactl list --json`, 100 VMs", 2.0, 1.3, "", at_100.ratio)] if at_100 else []),
        _row("DVM's own cost a VM beyond the first", 1, 0.3, "ms", _scaled(results.each_vm, 1e3)),
        _row("`dvm --help`", 120, 60, "ms", _wall(starts["dvm --help"])),
        _row("`dvm version`", 120, 60, "ms", _wall(starts["dvm version"])),
        _row("`dvm ssh` / `limactl shell`, connection up", 1.0, 0.5, "", results.session.ratio),
    ]
    if results.apply is not None:
        rows.append(_row(f"{SIDE_BY_SIDE} VMs side by side / one alone", 1.3, 1.1, "", results.apply.ratio))
    proxy, peak, held = results.proxy, results.peak / MIB, results.proxy.memory / MIB
    return [
        *rows,
        _row(f"peak memory, plan of {max(results.plans):,} VMs", 120, 70, "MiB", Spread(peak, peak, peak)),
        _row("a connection by the proxy, on the host", 60, 20, "ms", _scaled(proxy.latency, 1e3)),
        _row("the proxy's memory at 64 connections", 300, 100, "MiB", Spread(held, held, held)),
        _row("a download by the proxy / a direct one: rate", 0.5, 0.9, "", proxy.throughput, more=True),
    ]


def markdown(results: Results, about: dict[str, str]) -> str:
    """Return the tables."""
    return "\n".join(_markdown(results, about)) + "\n"


def document(results: Results, about: dict[str, str]) -> dict[str, Any]:
    """Return everything that was measured, each run of it; seconds and bytes."""
    pairs = [
        *results.starts,
        *results.plans.values(),
        results.changed,
        results.session,
        *([results.apply] if results.apply else []),
    ]
    return {
        "machine": about,
        "targets": [
            dict(zip(("what", "must", "aim", "measured", "verdict"), row, strict=True)) for row in table(results)
        ],
        "pairs": [
            {"command": each.name, "beside": each.beside, "runs": _runs(each.first), "runs_beside": _runs(each.second)}
            for each in pairs
        ],
        "plan_by_vms": {str(count): _runs(each.first) for count, each in results.plans.items()},
        "terraform_by_resources": {str(count): _runs(each) for count, each in results.terraform.items()},
        "proxy": asdict(results.proxy),
        "instructions": results.instructions,
    }


def _markdown(results: Results, about: dict[str, str]) -> Iterator[str]:
    yield "| | must | aim | measured: median (least - most) | |"
    yield "|---|---|---|---|---|"
    yield from (f"| {' | '.join(row)} |" for row in table(results))
    yield ""
    runs = len(results.session.first.runs)
    yield f"Of {runs} runs each, in turns with what they are compared to."
    yield ""
    yield "| command | on the clock | on a processor | compared to | on the clock | on a processor |"
    yield "|---|---|---|---|---|---|"
    yield from (_pair(each.name, each) for each in results.starts)
    yield from (_pair(f"dvm plan, {count:,} VMs", each) for count, each in results.plans.items())
    yield _pair("dvm plan, one changed attribute and script", results.changed)
    yield _pair(results.session.name, results.session)
    if results.apply is not None:
        yield _pair(results.apply.name, results.apply)
    yield ""
    if results.terraform:
        yield "| | `dvm plan` | `limactl list --json` | `terraform plan` |"
        yield "|---|---|---|---|"
        for count, each in results.plans.items():
            peer = _ms(Spread.of(results.terraform[count].wall)) if count in results.terraform else "-"
            yield f"| {count:,} | {_ms(Spread.of(each.first.wall))} | {_ms(Spread.of(each.second.wall))} | {peer} |"
        yield ""
    if results.instructions:
        yield "Instructions of the processor, which do not depend on what else it does:"
        yield ""
        yield "| command | million |"
        yield "|---|---|"
        yield from (f"| {_code(name)} | {count / 1e6:,.0f} |" for name, count in results.instructions.items())
        yield ""
    yield "| measured on | |"
    yield "|---|---|"
    yield from (f"| {key} | {value} |" for key, value in about.items())


def _row(
    what: str, must: float, aim: float, unit: str, measured: Spread, *, more: bool = False
) -> tuple[str, str, str, str, str]:
    """Return a row; `more`: the targets are the least, not the most."""
    digits = 0 if unit == "MiB" or measured.median > 20 else 2
    shown = f"{measured.median:.{digits}f} {unit}".strip()
    if measured.least != measured.most:
        shown += f" ({measured.least:.{digits}f} - {measured.most:.{digits}f})"
    sign = -1 if more else 1
    reached = [sign * measured.median <= sign * limit for limit in (aim, must)]
    verdict = "aim met" if reached[0] else "must met" if reached[1] else "missed"
    return what, f"{must:g} {unit}".strip(), f"{aim:g} {unit}".strip(), shown, verdict


def _pair(name: str, each: Measured) -> str:
    cells = [_ms(Spread.of(values)) for values in (each.first.wall, each.first.cpu, each.second.wall, each.second.cpu)]
    return f"| {_code(name)} | {cells[0]} | {cells[1]} | {_code(each.beside)} | {cells[2]} | {cells[3]} |"


def _ms(spread: Spread) -> str:
    return f"{spread.median * 1e3:,.0f} ms ({spread.least * 1e3:,.0f} - {spread.most * 1e3:,.0f})"


def _wall(series: Series) -> Spread:
    return _scaled(Spread.of(series.wall), 1e3)


def _scaled(spread: Spread, factor: float) -> Spread:
    return Spread(spread.median * factor, spread.least * factor, spread.most * factor)


def _runs(series: Series) -> list[dict[str, float]]:
    return [{"wall": run.wall, "cpu": run.cpu, "peak": run.peak} for run in series.runs]


def _code(name: str) -> str:
    """Return a case's name with its command as code: `dvm plan`, 10 VMs."""
    command, comma, rest = name.partition(",")
    return f"`{command}`{comma}{rest}"
