"""Which setup scripts run, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.diff.compare import differing_elements
from dvm.model.choices import Run
from dvm.model.plan import ElementChange, ScriptRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dvm.model.manifest import DesiredVM, Script
    from dvm.model.receipt import Receipt, SetupRecord


def scripts_to_run(vm: DesiredVM, receipt: Receipt | None, *, rerun: bool = False) -> tuple[ScriptRun, ...]:
    """Return the scripts that have to run, in order, each with its reason.

    A script that is new, changed, or did not end well runs, and so do those after it, since they may build on it.
    `once` never runs again after it ended well, not even then; `always` runs every time and pulls nothing after it.
    """
    made = receipt.bootstrap if receipt else None
    other_user = made is not None and made.user != vm.config.user
    runs: list[ScriptRun] = []
    cause: str | None = None
    for script in vm.scripts:
        record = receipt.record(script) if receipt else None
        due = receipt is not None and receipt.is_due(script)
        own = _own_reason(script, record, due=due, other_user=other_user, rerun=rerun)
        if own is not None:
            runs.append(_run(script, own, record))
            cause = cause or script.entry.script
        elif script.entry.run is Run.ON_CHANGE and cause is not None:
            runs.append(_run(script, f"runs after {cause}", record))
        elif script.entry.run is Run.ALWAYS:
            runs.append(_run(script, "runs every time", record))
    return tuple(runs)


def _own_reason(  # noqa: C901, PLR0911 - one reason a line
    script: Script, record: SetupRecord | None, *, due: bool, other_user: bool, rerun: bool
) -> str | None:
    if record is None:
        return "never ran"
    if record.ended is None:
        return "was cut off"
    if not record.succeeded:
        return f"failed with status {record.exit_status}"
    if script.entry.run is not Run.ON_CHANGE:
        return None
    if record.sha256 != script.sha256:
        return "changed"
    if record.env != script.env:
        return "its variables changed"
    if record.files != script.digests:
        return "its files changed"
    if record.as_ is not script.entry.as_:
        return f"ran as {record.as_}, now runs as {script.entry.as_}"
    if other_user:
        return "DVM_USER is another"
    if due:
        return "an apply that was cut off left it to be done"
    return "asked for" if rerun else None


def _run(script: Script, reason: str, record: SetupRecord | None) -> ScriptRun:
    if record is None:
        return _first_run(script, reason)
    now = (script.sha256, script.entry.as_, script.env, script.digests)
    same = (record.sha256, record.as_, record.env, record.files) == now
    # The guest remembers runs that ended well. One that we did not see end well, since it was cut off or since limactl
    # failed on the way back, keeps its id while it is the same run: should it have ended well, it is not run again.
    run_id = record.run_id if not record.succeeded and same else None
    env = tuple(differing_elements(record.env, dict(script.env)))
    files = tuple(differing_elements(record.files, script.digests))
    return ScriptRun(script, reason, record.content, env, files, run_id)


def _first_run(script: Script, reason: str) -> ScriptRun:
    return ScriptRun(script, reason, env=_all_new(script.env), files=_all_new(script.digests))


def _all_new(values: Mapping[str, str]) -> tuple[ElementChange, ...]:
    return tuple(ElementChange(name, None, values[name]) for name in sorted(values))


def without_record(scripts: Sequence[Script]) -> tuple[ScriptRun, ...]:
    """Return a first run of every script, for a VM that is about to be made."""
    return tuple(_first_run(script, "never ran") for script in scripts)
