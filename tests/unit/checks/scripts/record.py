"""What the review says of every script of the corpora and of every case, word for word, in `findings.txt`.

`python -m tests.unit.checks.scripts.record` writes it anew; its difference is read like any code, for it is what a user
reads. A finding stands as `LINE:COLUMN CODE DETAIL`; its severity, title and remedy where they are not those of its code.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from dvm.checks.registry import all_checks
from dvm.checks.scripts.read import read
from dvm.model.check import Outcome
from tests.unit.checks.scripts import cases
from tests.unit.checks.scripts.reviewing import CORPUS, STRICT, reviewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.scripts.values import Place
    from dvm.model.check import CheckResult

_LONGEST = 240
PLACE = Path(__file__).with_name("findings.txt")
HEAD = """\
What the review says of each script; `python -m tests.unit.checks.scripts.record` writes this anew.
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
    check = all_checks()[result.code]
    where = result.location
    place = "nowhere" if where is None else f"{where.line}:{where.column}"
    lines = [f"  {place} {result.code} {result.detail}"]
    if (result.status, result.severity) != (Outcome.FAIL, check.severity):
        lines.append(f"    {result.status}, {result.severity}")
    if result.remedy != check.remedy:
        lines.append(f"    -> {result.remedy}")
    if (result.summary, result.subject, None if where is None else str(where.path)) != (
        check.title,
        *("/c/base.sh",) * 2,
    ):
        lines.append(f"    {result.summary} in {result.subject}, {where}")
    return "\n".join(lines)


def _codes() -> Iterator[str]:
    for code, check in all_checks().items():
        if code.startswith("DVM2") or code == "DVM402":
            yield f"{code} {check.severity}: {check.title}\n    -> {check.remedy}"


def recorded() -> dict[str, str]:
    """What the record holds, by script."""
    _, *entries = PLACE.read_text(encoding="utf-8").split("\n\n")
    held: dict[str, str] = {}
    for entry in entries:
        lines = entry.removesuffix("\n").split("\n")
        first = next(index for index, line in enumerate(lines) if line.startswith("  "))
        held["\n".join(lines[:first])] = "\n".join(lines[first:])
    return held


def head() -> str:
    """The codes, each with what all its findings have in common."""
    return "\n".join((HEAD, *_codes()))


def main() -> None:
    """Write the record."""
    entries = [f"{name}\n{told(text)}" for name, text in scripts().items()]
    PLACE.write_text("\n\n".join((head().replace("\n\n", "\n"), *entries)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
