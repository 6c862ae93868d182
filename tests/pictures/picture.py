"""The picture of a plan in README.md and docs, made from a real run: `python -m tests.pictures.picture` (make pictures)."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pexpect
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.conftest import ROOT, Dvm
from tests.places import short_place

PLAN = ROOT / "docs" / "images" / "plan.svg"
COLUMNS = 84

_BEFORE = """\
version = 1

[vm.app]
template = "template:debian-13"
cpus = 2
memory = "4GiB"
ports = ["3000:3000"]
setup = ["setup/base.sh", "setup/node.sh"]
"""
_AFTER = _BEFORE.replace("cpus = 2", "cpus = 4")
_SCRIPT = """\
#!/usr/bin/env bash
set -Eeuo pipefail
sudo apt-get update -q
sudo apt-get install -y -q {packages}
"""
_PIPED = "curl -fsSL https://tools.example/install | sh\n"

# Light enough on black, dark enough not to shine: what terminals have by default is neither.
_THEME = TerminalTheme(
    (24, 27, 32),
    (214, 218, 224),
    [
        (60, 65, 73), (240, 113, 120), (126, 201, 131), (232, 190, 104),
        (110, 168, 254), (199, 146, 234), (102, 204, 204), (214, 218, 224),
    ],
)  # fmt: skip

# Rich's own frame asks another host for a font. Text is placed by columns, so that any fixed font will do.
_FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 16px; font-weight: 600; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def plan_on_a_terminal(dvm: Dvm) -> str:
    """Apply a manifest, change it and a script, and return what `dvm plan` prints on a terminal, colours included."""
    dvm.script("setup/base.sh", "sudo apt-get install -y -q 'git=1:2.47.*'")
    script = dvm.write("setup/node.sh", _SCRIPT.format(packages="'nodejs=18.20.*' 'npm=9.2.*'"), 0o700)
    dvm.write("dvm.toml", _BEFORE)
    done = dvm.run("apply", "-y")
    assert done.code == 0, done.out + done.err
    script.write_text(_SCRIPT.format(packages="'nodejs=20.19.*' 'npm=9.2.*'") + _PIPED, encoding="utf-8")
    dvm.write("dvm.toml", _AFTER)
    # The one thing that differs from machine to machine.
    return on_a_terminal(dvm, "plan").replace(str(dvm.config), "/home/me/.config/dvm")


def on_a_terminal(dvm: Dvm, *arguments: str) -> str:
    """Return what `dvm ARGUMENTS…` prints on a terminal of COLUMNS columns."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "dvm", *arguments],
        env={**dvm.environment, "TERM": "xterm-256color"},
        cwd=str(dvm.place),
        dimensions=(200, COLUMNS),
        encoding="utf-8",
        timeout=120,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert isinstance(child.before, str)
    return child.before.replace("\r\n", "\n")


def picture(command: str, printed: str) -> str:
    """Return a terminal with a command and what it printed, as SVG: the same text gives the same bytes."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, file=nowhere, width=COLUMNS, force_terminal=True, color_system="truecolor")
        console.print(Text.assemble(("$ ", "dim"), (command, "bold")))
        console.print(Text.from_ansi(printed.rstrip("\n")))
        frame = _FRAME.replace("{label}", f"What {command} prints on a terminal")
        svg = console.export_svg(title="", theme=_THEME, code_format=frame, unique_id="dvm")
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE).rstrip("\n") + "\n"


def main() -> None:
    """Write the picture into docs/images."""
    with short_place() as place:
        svg = picture("dvm plan", plan_on_a_terminal(Dvm(place)))
    PLAN.parent.mkdir(exist_ok=True)
    PLAN.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
