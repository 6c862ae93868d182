"""What steps are called while they run, and when they have ended."""

from __future__ import annotations

from typing import NamedTuple

from dvm.model.plan import Step, StepAction
from dvm.model.units import format_duration
from dvm.text import visible


class Words(NamedTuple):
    """`Creating` / `Creation`, as in "Creation complete", / `created`."""

    doing: str
    noun: str
    done: str


_WORDS = {
    StepAction.GUARD: Words("Looking for unsaved work", "Look for unsaved work", "no unsaved work"),
    StepAction.CLEAN: Words("Clearing a half-made instance", "Clearing", "cleared"),
    StepAction.CREATE: Words("Creating", "Creation", "created"),
    StepAction.CLONE: Words("Cloning its base", "Clone", "cloned"),
    StepAction.VERIFY: Words("Checking its configuration", "Check of its configuration", "configuration checked"),
    StepAction.TAKE_OVER: Words("Taking it over", "Taking it over", "taken over"),
    StepAction.TAKE_TEMPLATE: Words("Taking its changed template", "Taking its changed template", "template taken"),
    StepAction.DECLARE: Words("Renaming it in the manifest", "Renaming in the manifest", "renamed in the manifest"),
    StepAction.RENAME: Words("Renaming the instance", "Renaming of the instance", "instance renamed"),
    StepAction.MOVE_CODE: Words("Moving the code directory", "Move of the code directory", "code directory moved"),
    StepAction.UNPROTECT: Words("Taking protection away", "Taking protection away", "unprotected"),
    StepAction.STOP: Words("Stopping", "Stop", "stopped"),
    StepAction.EDIT: Words("Editing", "Edit", "edited"),
    StepAction.EGRESS: Words("Writing its egress policy", "Egress policy", "egress policy written"),
    StepAction.START: Words("Starting", "Start", "started"),
    StepAction.RENEW: Words("Making machine-id and host keys", "New machine-id and host keys", "identity made anew"),
    StepAction.SEAL: Words("Sealing", "Seal", "sealed"),
    StepAction.BOOTSTRAP: Words("Bootstrapping", "Bootstrap", "bootstrapped"),
    StepAction.PROTECT: Words("Protecting", "Protection", "protected"),
    StepAction.BACKUP: Words("Archiving its work", "Archive of its work", "work archived"),
    StepAction.RESTORE: Words("Putting its work back", "Return of its work", "work put back"),
    StepAction.DELETE: Words("Destroying", "Destruction", "destroyed"),
}


def words(step: Step) -> Words:
    """Return the words for a step, a setup script's with its path."""
    if step.action is StepAction.SETUP:
        path = visible(step.script.script.entry.script) if step.script else "setup"
        return Words(f"Running {path}", path, f"{path} ran")
    return _WORDS[step.action]


def lowered(text: str) -> str:
    """Return `text` for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def whole_seconds(seconds: float) -> str:
    """Return `0s`, `42s`, `1m30s`."""
    return format_duration(int(seconds))


def short_seconds(seconds: float) -> str:
    """Return `0.3s`, `12.0s`, `1m30s`."""
    return f"{seconds:.1f}s" if seconds < 60 else whole_seconds(seconds)  # noqa: PLR2004 - a minute
