"""The executable: `dvm-sim-limactl`, or `python -m dvm.simulator`."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time

from dvm.simulator.call import Call
from dvm.simulator.command_line import CommandLine
from dvm.simulator.faults import find_fault
from dvm.simulator.home import Home
from dvm.simulator.log import Refused, Reporter
from dvm.simulator.record import record
from dvm.simulator.version import VERSION

_USAGE = "Lima: Linux virtual machines (simulated)\n\nUsage:\n  limactl [command]\n"


def main() -> None:
    """Answer one call and exit as limactl would."""
    started = time.monotonic()
    argv = sys.argv[1:]
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    reporter = Reporter()
    try:
        code = _answer(argv, reporter, started)
    except Refused as refusal:
        sys.stdout.flush()
        reporter.fatal(refusal.message)
        code = refusal.exit_code
    except KeyboardInterrupt:
        code = 130
    sys.stdout.flush()
    os._exit(code) if code < 0 else sys.exit(code)


def _answer(argv: list[str], reporter: Reporter, started: float) -> int:
    try:
        line = CommandLine(argv)
    except Refused:
        record("", argv)
        raise
    record(line.command, argv)
    reporter.form = line.value("log-format", "text")
    reporter.level = {"warn": "warning"}.get(level := line.value("log-level", "info"), level)
    return find_fault(argv).around(lambda: _run(line, reporter, started))


def _run(line: CommandLine, reporter: Reporter, started: float) -> int:
    if not line.command or line.flag("help"):
        version = line.flag("version") and not line.flag("help")
        sys.stdout.write(f"limactl version {VERSION}\n" if version else _USAGE)
        return 0
    line.check()
    module = importlib.import_module(f"dvm.simulator.commands.{line.command.replace('-', '_')}")
    code: int = module.run(Call(line, Home(), reporter, started))
    return code


if __name__ == "__main__":
    main()
