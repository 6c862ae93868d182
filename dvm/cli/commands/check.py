"""`dvm check`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.checks.files import review
from dvm.checks.gate import ChecksRefusedError
from dvm.checks.subjects import FileSubject
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import manifest_option, plan_options
from dvm.cli.planning import Planner
from dvm.diagnostics import Diagnostic, Location, Severity
from dvm.errors import DvmError, ExitCode, ManifestError, UnreadableFileError
from dvm.views.checks_human import render_checks
from dvm.views.json_text import render_json
from dvm.views.plan_json import checks_json
from dvm.views.styles import Ink, use_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.model.check import CheckResult


def check(
    vms: opt.Targets = None,
    manifest: opt.ManifestPath = None,
    json: opt.Json = False,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Look at files and templates only, at no instance: for CI of a dotfiles repo."),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let a warning deny, too.")] = False,
) -> int:
    """Run the security checks alone: files, setup scripts, instances, secrets. Changes nothing.

    Exit codes: 0 nothing denies, 1 failed, 3 a check denies.

    Example: dvm check --strict app
    """
    planner = Planner(Host(), manifest, plan_options(vms, None, offline=offline), strict=strict)
    option = manifest_option(manifest)
    try:
        results: Sequence[CheckResult] = planner.plan().checks
    except ChecksRefusedError as error:
        results = error.checks
    except (ManifestError, UnreadableFileError) as error:
        _tell_of_files(error, json=json, option=option)
        raise
    _show(results, json=json, option=option)
    return ExitCode.REFUSED if any(result.denies for result in results) else ExitCode.DONE


def _tell_of_files(error: DvmError, *, json: bool, option: str) -> None:
    """Show what is wrong with the files of a manifest that can't be read; the error then says the rest."""
    files = error.files if isinstance(error, ManifestError) else ()
    files = (error.evidence,) if isinstance(error, UnreadableFileError) else files
    results = [result for file in files for result in review(FileSubject(file, os.geteuid()))]
    if any(result.denies for result in results):
        error.exit_code = ExitCode.REFUSED
    mistakes = error.diagnostics if isinstance(error, ManifestError) else ()
    if isinstance(error, UnreadableFileError):
        mistakes = (Diagnostic(Severity.ERROR, error.summary, error.detail, Location(error.evidence.path)),)
    if json or results:
        _show(results, json=json, option=option, mistakes=mistakes)


def _show(results: Sequence[CheckResult], *, json: bool, option: str, mistakes: Sequence[Diagnostic] = ()) -> None:
    if json:
        sys.stdout.write(render_json(checks_json(results, mistakes)))
        return
    sys.stdout.write(render_checks(results, ink=Ink(use_colour(sys.stdout, os.environ)), option=option))
