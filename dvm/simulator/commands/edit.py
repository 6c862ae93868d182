"""`limactl edit`: changes the lima.yaml of an instance that does not run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dvm.simulator.changes import apply_changes, has_changes
from dvm.simulator.commands.start import boot
from dvm.simulator.home import write_whole
from dvm.simulator.instance import (
    LIMA_YAML,
    ConfigError,
    Instance,
    NoInstanceError,
    inspect_or_refuse,
    load_config,
)
from dvm.simulator.log import refuse, tick
from dvm.simulator.sizes import parse_size
from dvm.simulator.validation import problems, vm_type_problem
from dvm.simulator.yaml_text import BadYamlError, dump_yaml, load_yaml

if TYPE_CHECKING:
    from dvm.simulator.call import Call

REJECTED = "lima.REJECTED.yaml"
"""Where Lima leaves a refused configuration: in the current directory of the caller."""


class Edited(NamedTuple):
    """The text of a lima.yaml before and after; the same where nothing changes."""

    before: str
    after: str


def run(call: Call) -> int:
    """Edit the instance. It need not be sound: a Broken one whose VM runs is edited as well."""
    name = call.line.arg()
    if call.line.flag("yes"):
        call.reporter.warning(
            "--yes flag is deprecated (--tty=false is still supported and works in the same way. "
            "Also consider using --start)"
        )
    try:
        instance = Instance(call.home, name, call.reporter)
    except NoInstanceError:
        refuse(f"instance {tick(name)} not found")
    if instance.status == "Running":
        refuse("cannot edit a running instance")
    if not has_changes(call.line):
        call.reporter.info("Aborting, as requested by saving the file with empty content")
        return 0
    edited = change(call, instance)
    if edited.after == edited.before:
        call.reporter.info("Aborting, no changes made to the instance")
        return 0
    save(call, instance, edited)
    call.reporter.info(f"Instance {tick(name)} configuration edited")
    if call.line.flag("start"):
        boot(call, inspect_or_refuse(call.home, name, call.reporter))
    return 0


def change(call: Call, instance: Instance) -> Edited:
    """Return the instance's lima.yaml before and after the flags of the command line.

    Raises:
        Refused: it is no YAML, or a flag cannot be applied.
    """
    try:
        before = load_yaml(instance.text)
    except BadYamlError as error:
        refuse(f"bad file '': yaml: {error}")
    after = apply_changes(before, call.line, call.reporter)
    return Edited(instance.text, instance.text if after == before else dump_yaml(after))


def save(call: Call, instance: Instance, edited: Edited) -> None:
    """Write the changed lima.yaml, unless Lima would refuse it.

    Raises:
        Refused: it would; the text is then in the current directory, as `lima.REJECTED.yaml`.
    """
    try:
        config = load_config(call.home, edited.after, instance.dir, call.reporter)
    except ConfigError as error:
        refuse(str(error))
    found = problems(config)
    unsupported = vm_type_problem(config)
    if unsupported and not found:
        refuse(unsupported)
    if not found and (shrunk := _shrunk(call, instance, edited)):
        found = [shrunk]
    if found:
        _reject(edited.after, "\n".join(found))
    with call.home.lock():
        write_whole(instance.dir / LIMA_YAML, edited.after)


def _shrunk(call: Call, instance: Instance, edited: Edited) -> str:
    wanted = (load_yaml(edited.after) or {}).get("disk")
    if wanted is None:
        return ""
    try:
        now = load_config(call.home, edited.before, instance.dir, call.reporter)["disk"]
    except ConfigError as error:
        return str(error)
    if parse_size(str(wanted)) < parse_size(now):
        return f"field `disk`: shrinking the disk ({now} --> {wanted}) is not supported"
    return ""


def _reject(text: str, complaint: str) -> None:
    try:
        Path(REJECTED).write_text(text, encoding="utf-8")
    except OSError as error:
        reason = f"open {REJECTED}: {(error.strerror or '').lower()}"
        tried = f"attempted to save the buffer as {tick(REJECTED)} but failed: {reason}"
        refuse(f"the YAML is invalid, {tried}\n{complaint}")
    refuse(f"the YAML is invalid, saved the buffer as {tick(REJECTED)}: {complaint}")
