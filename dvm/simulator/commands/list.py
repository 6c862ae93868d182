"""`limactl list`: the instances, as JSON lines, names, a table or a template's text."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.effective import host_arch, host_os
from dvm.simulator.instance import Instance, NoInstanceError
from dvm.simulator.log import refuse, tick
from dvm.simulator.sizes import format_size
from dvm.simulator.timing import pay_for_list

if TYPE_CHECKING:
    from dvm.simulator.call import Call

_HEAD = ("NAME", "STATUS", "SSH", "VMTYPE", "ARCH", "CPUS", "MEMORY", "DISK", "DIR")
_NO_SUCH_FILE = 2
_FIELD = re.compile(r"{{\s*\.(\w+)\s*}}")


def run(call: Call) -> int:
    """Print the instances that are asked for, all of them where none is named."""
    form = "json" if call.line.flag("json") else call.line.value("format", "table")
    if call.line.flag("json") and "format" in call.line.values:
        refuse("option --json conflicts with option --format")
    if call.line.flag("quiet") and form != "table":
        refuse("option --quiet can only be used with '--format table'")
    there = call.home.names()
    _warn_of_strays(call, there)
    if not there and not call.line.args:
        call.reporter.warning("No instance found. Run `limactl create` to create an instance.")
        return 0
    names = [name for name in call.line.args if name in there] if call.line.args else there
    unmatched = [name for name in call.line.args if name not in there]
    for name in unmatched:
        call.reporter.warning(f"No instance matching {name} found.")
    if call.line.flag("quiet"):
        sys.stdout.write("".join(f"{name}\n" for name in names))
    else:
        _print([_line(call, name) for name in names], form)
        pay_for_list(len(names), call.started)
    if unmatched:
        refuse("unmatched instances")
    return 0


def _warn_of_strays(call: Call, names: list[str]) -> None:
    for name in names:
        file = call.home.path / name / "lima.yaml"
        if not file.exists():
            missing = f"stat {file}: no such file or directory"
            call.reporter.warning(
                f"The directory {tick(call.home.path)} does not look like a valid Lima directory: {missing}"
            )
            return


def _line(call: Call, name: str) -> dict[str, Any]:
    try:
        instance = Instance(call.home, name, call.reporter)
    except NoInstanceError as error:
        directory = call.home.path / name
        line: dict[str, Any] = {
            "name": name,
            "hostname": "",
            "status": "Broken",
            "dir": str(directory),
            "vmType": "",
            "arch": "",
        }
        file = str(directory / "lima.yaml")
        line |= {
            "errors": [{"Op": "open", "Path": file, "Err": _NO_SUCH_FILE}],
            "protected": False,
            "limaVersion": "",
        }
        complaints = [str(error)]
    else:
        line, complaints = instance.line(), instance.errors
    if complaints:
        call.reporter.warning(f"instance {tick(name)} has errors", errors=f"[{' '.join(complaints)}]")
    identity = str(call.home.config / "user")
    return line | {
        "HostOS": host_os(),
        "HostArch": host_arch(),
        "LimaHome": str(call.home.path),
        "IdentityFile": identity,
    }


def _print(lines: list[dict[str, Any]], form: str) -> None:
    if form == "json":
        for line in lines:
            sys.stdout.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n")
    elif form == "table":
        _print_table([_HEAD, *(_row(line) for line in lines)])
    elif _FIELD.search(form):
        for line in lines:
            fields = {key.lower(): value for key, value in line.items()}
            sys.stdout.write(_FIELD.sub(lambda match: str(fields.get(match[1].lower(), "")), form) + "\n")  # noqa: B023
    else:
        refuse(f"the simulator does not know this format: {form}")


def _row(line: dict[str, Any]) -> tuple[str, ...]:
    directory = line["dir"]
    user_home = str(Path.home())
    if directory.startswith(user_home):
        directory = directory.replace(user_home, "~", 1)
    ssh = f"{line.get('sshAddress', '')}:{line.get('sshLocalPort', 0)}"
    sizes = (format_size(line.get("memory", 0)), format_size(line.get("disk", 0)))
    known = (line["name"], line["status"], ssh, line["vmType"], line["arch"], str(line.get("cpus", 0)))
    return (*known, *sizes, directory)


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) + 4 for column in range(len(_HEAD) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        sys.stdout.write("".join(cells) + row[-1] + "\n")
