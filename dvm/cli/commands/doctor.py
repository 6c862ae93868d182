"""`dvm doctor`."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from dvm.cli.examining import examine
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import ExitCode
from dvm.text import visible
from dvm.views.json_text import render_json
from dvm.views.styles import WIDTH, Ink, use_colour

if TYPE_CHECKING:
    from dvm.cli.examining import Examined

_INDENT = 20


def doctor(manifest: opt.ManifestPath = None, json: opt.Json = False) -> int:
    """Look at what DVM needs of this host: Lima, its driver, ssh, the state directory, the manifest, memory and disk.

    Changes nothing. Each line that is not ok says what to do; it ends with 1 if one is an error.

    Example: dvm doctor
    """
    findings = list(examine(Host(), manifest))
    if json:
        sys.stdout.write(render_json({"findings": [asdict(finding) for finding in findings]}))
    else:
        _show(findings)
    return ExitCode.FAILED if any(finding.state == "error" for finding in findings) else ExitCode.DONE


def _show(findings: list[Examined]) -> None:
    ink = Ink(use_colour(sys.stdout, os.environ))
    paint = {"ok": ink.green, "warning": ink.yellow, "error": ink.red}
    for finding in findings:
        state = paint[finding.state](f"{finding.state:<8}")
        # A path is not broken. A remedy may have a line to copy, and stays as it is.
        first, *more = [part for line in finding.found.split("\n") for part in _wrapped(visible(line))]
        more.extend(visible(line) for line in (finding.remedy.split("\n") if finding.remedy else ()))
        sys.stdout.write(f"{state} {finding.what:<10} {first}\n")
        sys.stdout.write("".join(f"{'':<{_INDENT}}{line}\n" for line in more))


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH - _INDENT, break_long_words=False, break_on_hyphens=False) or [""]
