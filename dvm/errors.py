"""Errors as data: what, where, why, what to do, and the exit code. Views render them."""

from __future__ import annotations

import errno
import os
from enum import IntEnum
from typing import TYPE_CHECKING

from dvm.model.names import NAME_RULE, is_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dvm.diagnostics import Diagnostic
    from dvm.model.evidence import FileEvidence


class ExitCode(IntEnum):
    """The exit codes people script against."""

    DONE = 0
    FAILED = 1
    CHANGES = 2
    REFUSED = 3
    LOCKED_OR_STALE = 4
    USAGE = 64
    INTERRUPTED = 130


class DvmError(Exception):
    """A failure a user is told about: one line of what, then why and what to do."""

    exit_code = ExitCode.FAILED

    def __init__(self, summary: str, *, detail: str = "", remedy: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail
        self.remedy = remedy


def shortage(error: BaseException) -> str:
    """Return what the host has run out of, as a sentence, where an error says that; else nothing."""
    if isinstance(error, MemoryError):
        return "This host has no memory left for DVM."
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return "This host lets DVM start no more threads or processes."
    number = error.errno if isinstance(error, OSError) else None
    return {
        errno.EMFILE: "DVM may open no more files.",
        errno.ENFILE: "This host can open no more files.",
        errno.ENOMEM: "This host has no memory left for DVM.",
        errno.EAGAIN: "This host lets DVM start no more threads or processes.",
        errno.ENOSPC: "A disk is full.",
        errno.EDQUOT: "Your disk quota is used up.",
    }.get(number or 0, "")


_SHORT = "End what you can spare, or raise the limit (`ulimit -a` shows them), and run the command again."


def of_host(error: BaseException) -> DvmError | None:
    """Return an exception as an error of this host: it has run out of something, or refuses a file. None: it is a bug.

    An OSError that names no file is a bug too: the code that made the call knows what it was about, and did not say so.
    """
    named = error.filename if isinstance(error, OSError) else None
    file = os.fsdecode(named) if isinstance(named, str | bytes) else ""
    if short := shortage(error):
        return DvmError(short, detail=f"{str(error)[:200]}{f': {file}' if file else ''}", remedy=_SHORT)
    if not isinstance(error, OSError) or not file or not error.strerror:
        return None
    return DvmError(
        f"{file}: {error.strerror}.",
        detail="DVM needs it, and this host does not allow that. Nothing more is done.",
        remedy="See who owns it and its directory, and what they may do, and run the command again.",
    )


class UsageError(DvmError):
    """The command line makes no sense as given."""

    exit_code = ExitCode.USAGE


class RelativePathError(UsageError):
    """A variable holds a path relative to the current directory; `what` is what it would name another of."""

    def __init__(self, variable: str, what: str = "file") -> None:
        super().__init__(
            f"${variable} is a relative path.",
            detail=f"It would name another {what} in each directory: a cloned repository could bring its own.",
            remedy=f"Set {variable} to an absolute path.",
        )


class UnknownVMError(UsageError):
    """A VM is named that is not among those there are; the nearest name is offered."""

    def __init__(self, name: str, known: Iterable[str], *, place: str = "") -> None:
        import difflib

        names = sorted(known)
        near = difflib.get_close_matches(name, names, 1)
        where = f" in {place}" if place else ""
        there = f"There {'are' if len(names) > 1 else 'is'} {', '.join(names)}." if names else "There is none at all."
        declare = f"{'Name one of these, or declare' if names else 'Declare'} it with `dvm new {name}`."
        if not is_name(name):
            declare = f"{NAME_RULE[0].upper()}{NAME_RULE[1:]}."
        super().__init__(
            f'There is no VM "{name}"{where}.',
            detail=there,
            remedy=f'Did you mean "{near[0]}"?' if near else declare,
        )


class UnknownBaseError(UsageError):
    """A base is named that the manifest does not declare; the nearest name is offered."""

    def __init__(self, name: str, known: Iterable[str], *, place: str) -> None:
        import difflib

        names = sorted(known)
        near = difflib.get_close_matches(name, names, 1)
        super().__init__(
            f'There is no base "{name}" in {place}.',
            detail=f"There {'are' if len(names) > 1 else 'is'} {', '.join(names)}."
            if names
            else "There is none at all.",
            remedy=f'Did you mean "{near[0]}"?' if near else f"A base is declared as [base.{name}].",
        )


class ElsewhereError(DvmError):
    """A VM is named that belongs to another manifest, at the path `manifest`."""

    def __init__(self, name: str, manifest: str) -> None:
        import shlex

        super().__init__(
            f"vm.{name} is managed by {manifest}.",
            detail="A VM belongs to the manifest that made it, and no other manifest changes it.",
            remedy=f"Name its manifest: -f {shlex.quote(manifest)}",
        )


class ManifestError(DvmError):
    """The manifest has mistakes; every one of them is in `diagnostics`.

    `files` are the files that were read so far: security checks look at them whatever the mistakes. `refused`: one of
    them must not be read at all.
    """

    def __init__(
        self,
        diagnostics: Sequence[Diagnostic],
        files: Sequence[FileEvidence] = (),
        refused: UnreadableFileError | None = None,
    ) -> None:
        count = len(diagnostics)
        super().__init__(f"The manifest has {count} {'mistake' if count == 1 else 'mistakes'}.")
        self.diagnostics = tuple(diagnostics)
        self.files = tuple(files)
        self.refused = refused


class UnreadableFileError(DvmError):
    """A file DVM cannot do without was not read; `evidence` says why.

    `refused`: the reason is one that a security check stands for (a FIFO, a looping link, a file too large).
    """

    def __init__(
        self,
        summary: str,
        evidence: FileEvidence,
        *,
        detail: str = "",
        remedy: str = "",
        refused: bool = False,
    ) -> None:
        super().__init__(summary, detail=detail, remedy=remedy)
        self.evidence = evidence
        self.exit_code = ExitCode.REFUSED if refused else ExitCode.FAILED


class RefusedError(DvmError):
    """A security check blocks it."""

    exit_code = ExitCode.REFUSED


class LockedError(DvmError):
    """Another apply holds the VM."""

    exit_code = ExitCode.LOCKED_OR_STALE


class StaleError(DvmError):
    """A saved plan no longer fits what is there."""

    exit_code = ExitCode.LOCKED_OR_STALE


class InterruptedError_(DvmError):  # noqa: N801, N818 - Python has the plain name
    """The user asked to stop."""

    exit_code = ExitCode.INTERRUPTED


class LimaError(DvmError):
    """limactl is missing, too old, failed, or answered with what is not its format."""


class RefusesRootError(LimaError):
    """limactl runs for no root, so it can't be asked anything."""

    def __init__(self) -> None:
        super().__init__("limactl refuses to run as root.", remedy="Use DVM as your own user.")
