"""Errors and warnings for people: what, where, why, what to do. For standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.diagnostics import Diagnostic, Severity
from dvm.errors import DvmError, ManifestError, of_host
from dvm.text import visible
from dvm.views.styles import PLAIN, Ink, prose
from dvm.views.typed import completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dvm.diagnostics import Location

REPORT_AT = "the project's issue tracker, with what `dvm version` prints"

_EXCERPT = 72  # columns of a source line that are shown


def render_diagnostic(
    diagnostic: Diagnostic,
    *,
    ink: Ink = PLAIN,
    sources: Mapping[Path, bytes | str] | None = None,
    option: str = "",
) -> str:
    """Return one diagnostic: `Error: …`, its place, the source line where `sources` has it, the detail.

    `sources` has the text of files by the path that locations name them by. `option` is what the commands in the detail
    need to work on the same manifest, with a blank in front. Ends with a newline.
    """
    is_error = diagnostic.severity is Severity.ERROR
    heading = ink.red("Error:") if is_error else ink.yellow("Warning:")
    summary = visible(diagnostic.summary)
    if diagnostic.address and diagnostic.location is None and not diagnostic.summary.startswith(diagnostic.address):
        summary = f"{visible(diagnostic.address)}: {summary}"
    lines = [f"{ink.bold(heading)} {ink.bold(summary)}", ""]
    if diagnostic.location is not None:
        lines += [*_place(diagnostic.location, sources or {}, ink), ""]
    if diagnostic.detail:
        lines += [*prose(completed(diagnostic.detail, option), "  "), ""]
    return "\n".join(lines)


def render_diagnostics(
    diagnostics: Iterable[Diagnostic],
    *,
    ink: Ink = PLAIN,
    sources: Mapping[Path, bytes | str] | None = None,
    option: str = "",
) -> str:
    """Return diagnostics one below the other, an empty line between them."""
    return "\n".join(render_diagnostic(each, ink=ink, sources=sources, option=option) for each in diagnostics)


def render_error(
    error: BaseException,
    *,
    ink: Ink = PLAIN,
    sources: Mapping[Path, bytes | str] | None = None,
    verbose: bool = False,
    option: str = "",
) -> str:
    """Return an exception for standard error; a traceback only if `verbose` (DVM_VERBOSE) asks for it.

    `option` is what its commands need to work on the same manifest, with a blank in front.
    """
    if isinstance(error, ManifestError):
        text = render_diagnostics(error.diagnostics, ink=ink, sources=sources, option=option)
        # One mistake needs no counting.
        return text if len(error.diagnostics) == 1 else f"{text}\n{error.summary}\n"
    if isinstance(error, DvmError):
        lines = [ink.bold(ink.red("Error:")) + " " + ink.bold(visible(error.summary)), ""]
        if error.detail:
            lines += [*prose(error.detail, "  "), ""]
        if error.remedy:
            lines += [*_unwrapped(completed(error.remedy, option), "  "), ""]
        return "\n".join(lines)
    if (known := of_host(error)) is not None:
        return "\n".join([render_error(known, ink=ink), *(_trace(error) if verbose else [])])
    return _bug(error, ink, verbose=verbose)


def _bug(error: BaseException, ink: Ink, *, verbose: bool) -> str:
    heading = ink.bold(ink.red("Error:")) + " " + ink.bold("This is a bug in DVM.")
    lines = [heading, "", *prose(f"{type(error).__name__}: {error}", "  "), ""]
    lines += [
        f"  Please report it to {REPORT_AT}.",
        "  Nothing more is done; `dvm plan` shows what is left to do.",
        "",
    ]
    if verbose:
        lines += _trace(error)
    else:
        lines += ["  DVM_VERBOSE=1 shows where in DVM it happened.", ""]
    return "\n".join(lines)


def _trace(error: BaseException) -> list[str]:
    import traceback

    trace = "".join(traceback.format_exception(error))
    return [*(f"  {visible(line)}" for line in trace.rstrip().split("\n")), ""]


def place_text(location: Location) -> str:
    """Return `PATH:3:7`, as editors and terminals know it."""
    text = visible(str(location.path))
    if location.line is not None:
        text += f":{location.line}"
        if location.column is not None:
            text += f":{location.column}"
    return text


def _place(location: Location, sources: Mapping[Path, bytes | str], ink: Ink) -> list[str]:
    source = _source_line(sources.get(location.path), location.line)
    if source is None:
        return [f"  at {place_text(location)}"]
    lines = [f"  at {place_text(location)}"]
    excerpt, caret = _excerpt(source, location.column)
    number = f"  {location.line}: "
    lines.append(ink.dim(number) + excerpt)
    if caret is not None:
        lines.append(" " * (len(number) + caret) + ink.red("^"))
    return lines


def _source_line(source: bytes | str | None, number: int | None) -> str | None:
    if source is None or number is None:
        return None
    text = source.decode("utf-8", "backslashreplace") if isinstance(source, bytes) else source
    # Not splitlines(): a form feed or U+2028 is no new line to TOML or Bash, and the numbers would be off.
    lines = text.split("\n")
    return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None


def _excerpt(line: str, column: int | None) -> tuple[str, int | None]:
    """Return what is shown of a source line, and under which of its columns the caret goes."""
    from dvm.views.masking import mask

    before = _shown(line[: column - 1]) if column is not None else ""
    shown = _shown(line)
    masked = mask(shown)
    if masked != shown:
        # A secret stood there: its place may be told, its length may not.
        common = masked.startswith(before)
        return masked[:_EXCERPT], len(before) if column is not None and common and len(before) < _EXCERPT else None
    if column is None or column > len(line) + 1:
        return shown[:_EXCERPT], None
    start = max(0, len(before) - _EXCERPT // 2) if len(shown) > _EXCERPT else 0
    return shown[start : start + _EXCERPT], len(before) - start


def _shown(text: str) -> str:
    return visible(text.replace("\t", "    "))


def _unwrapped(text: str, indent: str) -> list[str]:
    # People copy commands out of remedies: the terminal may wrap them, we must not.
    return [(indent + visible(line.rstrip())).rstrip() for line in text.strip("\n").split("\n")]
