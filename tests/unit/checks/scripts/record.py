"""What the review finds in every script of the corpora and in every case: code, place and outcome, in `findings.txt`.

`python -m tests.unit.checks.scripts.record` writes it anew; its difference is read like any code.
A finding stands as `LINE:COLUMN CODE`, with ` warn` or ` waived` behind where it denies nothing.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from dvm.checks.scripts.read import read
from dvm.model.check import Outcome, Weight
from tests.unit.checks.scripts import cases
from tests.unit.checks.scripts.reviewing import CORPUS, STRICT, reviewed

if TYPE_CHECKING:
    from dvm.checks.scripts.values import Place
    from dvm.model.check import CheckResult

_LONGEST = 240
PLACE = Path(__file__).with_name("findings.txt")
HEAD = """\
What the review finds in each script; `python -m tests.unit.checks.scripts.record` writes this anew.
Cases, behind `>`, begin with `set -Eeuo pipefail` in line 1, which is not shown; those behind `=` are whole.
"""


def scripts() -> dict[str, str]:
    """Every script by how it is called in the record: files by their path, cases by their text."""
    found = {
        str(path.relative_to(CORPUS).with_suffix("")): path.read_text(encoding="utf-8")
        for path in sorted(CORPUS.rglob("*.sh"))
    }
    found |= {_name(">", text): STRICT + text for text in cases.every()}
    return found | {_name("=", text): text for text in cases.whole()}


def _name(mark: str, text: str) -> str:
    lines: list[str] = []
    for line, same in groupby(text.removesuffix("\n").split("\n")):
        times = len(list(same))
        shown = "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in line)
        cut = (
            shown
            if len(shown) <= _LONGEST
            else f"{shown[:_LONGEST]} (… {len(shown)} characters, {crc32(line.encode()):08x})"
        )
        lines.append(f"{mark} {cut}".rstrip() + (f" (… {times} times)" if times > 1 else ""))
    return "\n".join(lines)


def told(text: str) -> str:
    """What is said of one script."""
    said = [_finding(result) for result in reviewed(text)]
    # `show` stands for whatever a script runs: its words as they are read.
    read_ = [command for command in read(text.encode()).commands if command.name == "show"]
    said += [f"  {_place(command.place)} show {' '.join(map(repr, command.texts))}" for command in read_]
    return "\n".join(said) or "  nothing"


def _place(place: Place) -> str:
    return f"{place.line}:{place.column}"


def _finding(result: CheckResult) -> str:
    where = result.location
    assert "None" not in result.detail
    place = "nowhere" if where is None else f"{where.line}:{where.column}"
    outcome = " waived" if result.status is not Outcome.FAIL else "" if result.severity is Weight.DENY else " warn"
    return f"  {place} {result.code}{outcome}"


def recorded() -> dict[str, str]:
    """What the record holds, by script."""
    _, *entries = PLACE.read_text(encoding="utf-8").split("\n\n")
    held: dict[str, str] = {}
    for entry in entries:
        lines = entry.removesuffix("\n").split("\n")
        first = next(index for index, line in enumerate(lines) if line.startswith("  "))
        held["\n".join(lines[:first])] = "\n".join(lines[first:])
    return held


def main() -> None:
    """Write the record."""
    entries = [f"{name}\n{told(text)}" for name, text in scripts().items()]
    PLACE.write_text("\n\n".join((HEAD.rstrip("\n"), *entries)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
