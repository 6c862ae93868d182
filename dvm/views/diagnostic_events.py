"""Errors, warnings and findings as the keys of `diagnostic` events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.diagnostics import Diagnostic, Severity
from dvm.errors import DvmError, ManifestError, of_host
from dvm.model.check import Outcome
from dvm.text import visible
from dvm.views.plan_json import check_json, diagnostic_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.execute.hooks import StepFailure
    from dvm.model.check import CheckResult


def diagnostics_of(diagnostics: Iterable[Diagnostic], checks: Iterable[CheckResult]) -> Iterator[dict[str, Any]]:
    """Yield the keys of an event for each diagnostic and for each check that did not pass."""
    for diagnostic in diagnostics:
        yield _keys(diagnostic)
    for check in checks:
        if check.status is not Outcome.PASS:
            yield _of_check(check)


def diagnostics_of_error(error: BaseException) -> Iterator[dict[str, Any]]:
    """Yield the keys of an event for each thing an error has to tell."""
    if isinstance(error, ManifestError):
        yield from map(_keys, error.diagnostics)
    elif (known := error if isinstance(error, DvmError) else of_host(error)) is not None:
        yield _keys(_error(known.summary, known.detail, known.remedy))
    else:
        yield _keys(_error("This is a bug in DVM.", f"{type(error).__name__}: {error}"))


def diagnostics_of_failure(failure: StepFailure) -> Iterator[dict[str, Any]]:
    """Yield the keys of an event for why a step failed, and for each check that stopped it."""
    if failure.diagnostic is not None:
        yield _keys(failure.diagnostic)
    yield _keys(_error(failure.summary, failure.remedy, address=failure.step.address))
    yield from map(_of_check, failure.checks)


def _error(summary: str, *details: str, address: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.ERROR, summary, "\n".join(filter(None, details)), address=address)


def _keys(diagnostic: Diagnostic, check: CheckResult | None = None) -> dict[str, Any]:
    is_error = diagnostic.severity is Severity.ERROR
    return {
        "@level": "error" if is_error else "warn",
        "@message": f"{'Error' if is_error else 'Warning'}: {visible(diagnostic.summary)}",
        "diagnostic": diagnostic_json(diagnostic),
        "check": None if check is None else check_json(check),
    }


def _of_check(check: CheckResult) -> dict[str, Any]:
    severity = Severity.ERROR if check.denies else Severity.WARNING
    summary = f"{check.code}: {check.summary}: {check.subject}"
    if check.status is Outcome.WAIVED:
        summary += " (waived)"
    detail = "\n".join(filter(None, (check.detail, check.remedy)))
    return _keys(Diagnostic(severity, summary, detail, check.location), check)
