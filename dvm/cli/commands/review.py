"""`dvm review`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dvm.cli.asking import ask
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.cli.plan_options import plan_options
from dvm.cli.planning import Planner
from dvm.cli.reviewing import (
    companions_of,
    demand_trusted,
    known_templates,
    scripts_of,
    unreviewed,
    unreviewed_companions,
    unreviewed_provisioning,
)
from dvm.diagnostics import Severity
from dvm.errors import ExitCode
from dvm.manifest.lock import is_old_form, read_lock, write_lock
from dvm.model.lock import Lock
from dvm.text import visible
from dvm.views.diagnostics import render_diagnostics
from dvm.views.review import question, render_script
from dvm.views.styles import Ink, plural, use_colour

if TYPE_CHECKING:
    from dvm.model.template import ProvisionRecord


def review(
    manifest: opt.ManifestPath = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Approve every script without being asked.")] = False,
) -> int:
    """Show each script whose current text is not approved, ask, and write dvm.lock beside the manifest.

    Setup scripts, their companion files, and what the templates make the guests do.

    Exit codes: 0 all are approved, 1 some are not, 3 a file can be changed by others.

    Example: dvm review
    """
    host = Host()
    host.demand_no_dry_run("review")
    planned = Planner(host, manifest, plan_options(None, None, offline=True)).plan()
    read, before = read_lock(planned.manifest.path)
    demand_trusted(planned.checks, before)
    ink = Ink(use_colour(sys.stdout, os.environ))
    approved, files, refused = dict(read.scripts), dict(read.files), 0
    each_of = (
        *((each, approved) for each in unreviewed(planned, read, host.home)),
        *((each, files) for each in unreviewed_companions(planned, read)),
    )
    for script, digests in each_of:
        sys.stdout.write(render_script(script, ink=ink))
        if yes or _agrees(question(script)):
            digests[script.key] = script.sha256
        else:
            refused += 1
        sys.stdout.write("\n")
    templates: dict[str, list[ProvisionRecord]] = {key: list(read.records(key)) for key in read.templates}
    for key, record, shown in unreviewed_provisioning(planned, read):
        sys.stdout.write(render_script(shown, ink=ink))
        if yes or _agrees(question(shown)):
            templates.setdefault(key, []).append(record)
        else:
            refused += 1
        sys.stdout.write("\n")
    known, companions = scripts_of(planned.manifest), companions_of(planned.manifest)
    new = Lock(
        scripts={key: digest for key, digest in approved.items() if key in known},
        files={key: digest for key, digest in files.items() if key in companions},
        templates=known_templates(planned, templates),
    )
    what = plural(len(new.scripts) + sum(map(len, new.templates.values())), "script")
    if new.files:
        what += f" and {plural(len(new.files), 'companion file')}"
    unread = tuple(each for each in planned.plan.diagnostics if each not in planned.manifest.warnings)
    sys.stdout.write(render_diagnostics(unread, ink=ink))
    if new != read or is_old_form(before, read):
        place = write_lock(planned.manifest.path, new, before)
        sys.stdout.write(f"Wrote {visible(str(place))}: {what} approved.\n")
        gone = {*read.scripts} - {*new.scripts} | {*read.files} - {*new.files} | {*read.templates} - {*new.templates}
        for key in sorted(gone):
            sys.stdout.write(f"{visible(key)} left it: no VM of this manifest has it.\n")
    elif not refused:
        and_templates = "" if unread else ", and all that the templates bring"
        sys.stdout.write(f"Nothing to review: dvm.lock has the current text of every setup script{and_templates}.\n")
    if refused:
        sys.stdout.write(f"{plural(refused, 'script')} not approved; `dvm review` asks again.\n")
    failed = any(each.severity is Severity.ERROR for each in unread)
    return ExitCode.FAILED if refused or failed else ExitCode.DONE


def _agrees(question: str) -> bool:
    return ask(question, detail="Nothing was written.", remedy="Give --yes to approve every script that is shown.")
