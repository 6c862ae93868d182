"""What changed in a setup script since it last ran, as a unified diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dvm.model.plan import ScriptRun

LONGEST = 60
"""Lines of a diff that are shown; the rest is counted."""

_CONTEXT = 3


def script_text(run: ScriptRun) -> str | None:
    """Return the script as it was read, or None where there is nothing to read (a check says so)."""
    content = run.script.file.content
    return None if content is None else content.decode("utf-8", "backslashreplace")


def has_diff(run: ScriptRun) -> bool:
    """Return whether the script differs from what ran last under its name."""
    # An empty text is that of a receipt that has none, not of a script.
    return bool(run.previous) and script_text(run) not in (None, run.previous)


def diff_lines(run: ScriptRun, *, longest: int | None = LONGEST) -> tuple[list[str], str]:
    r"""Return the lines of the diff, safe to print and without secrets, and a line on what was left out.

    Each line begins with ` `, `+`, `-`, `@` or `\`. No file names: the caller has said whose diff it is.
    """
    new = script_text(run)
    if not run.previous or new is None:
        return [], ""
    lines = _readable(list(_unified(run.previous, new)))
    if longest is None or len(lines) <= longest:
        return lines, ""
    rest = lines[longest:]
    added = sum(line.startswith("+") for line in rest)
    removed = sum(line.startswith("-") for line in rest)
    return lines[:longest], f"{len(rest)} more lines, {added} added and {removed} removed"


def text_diff(old: str, new: str) -> list[str]:
    """Return all lines of the diff of two texts, as `diff_lines` does."""
    return _readable(list(_unified(old, new)))


def _unified(old: str, new: str) -> Iterator[str]:
    import difflib

    lines = difflib.unified_diff(_split(old), _split(new), n=_CONTEXT, lineterm="")
    for number, line in enumerate(lines):
        if number < 2:  # noqa: PLR2004 - the two lines with file names
            continue
        yield line.removesuffix("\n")
        if not line.endswith("\n") and not line.startswith("@@"):
            yield "\\ No newline at the end"


def _split(text: str) -> list[str]:
    # Not splitlines(): Bash knows one newline only; what Unicode calls a line separator has to show.
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _readable(lines: Sequence[str]) -> list[str]:
    from dvm.views.masking import mask

    # One text for the mask, which may know secrets of more than one line. It keeps newlines.
    masked = mask("\n".join(lines)).split("\n")
    shown = [visible(line.replace("\t", "    ")) for line in masked]
    gone = {line[1:] for line in shown if line.startswith("-")}
    if any(line.startswith("+") and line[1:] in gone for line in shown):
        # Two different lines that look the same: tabs against blanks. Then the tabs have to be seen.
        return [visible(line) for line in masked]
    return shown
