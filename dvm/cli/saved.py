"""A saved plan: what `dvm plan --out` showed, with all it was made from, and whether that still holds.

The file decides nothing that was not decided when it was made: `dvm apply FILE` plans again, with the options that are
in it, and goes on only where the outcome and everything behind it are the same. What was shown is in it to be shown
again; nothing in it is ever run.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from dvm.checks.files import review
from dvm.checks.gate import ChecksRefusedError
from dvm.checks.subjects import FileSubject
from dvm.cli.plan_basis import Document, abbreviated_steps, describe, differences, digest
from dvm.errors import DvmError, StaleError, UsageError
from dvm.files import read_evidence, write_atomically
from dvm.model.evidence import Role, Unreadable
from dvm.model.plan import PlanOptions
from dvm.text import visible
from dvm.views.plan_human import render_plan
from dvm.views.plan_json import plan_json
from dvm.views.styles import PLAIN

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.cli.planning import Planned
    from dvm.model.evidence import FileEvidence

FORMAT = "1.1"
SUFFIX = ".plan"
_KIND = "dvm saved plan"
_MAX_BYTES = 64 << 20
_PLAN_AGAIN = "Look at a new plan (`dvm plan --out FILE`) and apply that."


class ShownPlan(Struct, frozen=True):
    """A saved plan as it was shown: for people, without colours, and as the document of `dvm plan --json`.

    The document's calls have DVM's own guest programs abbreviated.
    """

    text: str
    document: Document
    verbose: str = ""
    """The text with every attribute."""


class SavedPlan(Struct, frozen=True):
    """A saved plan as read: who may be asked `stale` whether it still holds."""

    path: Path
    document: Document

    @property
    def options(self) -> PlanOptions:
        """What the plan was asked for."""
        options = self.document["options"]
        lists = {name: tuple(options[name]) for name in ("targets", "replace", "rebuild")}
        return PlanOptions(**{**options, **lists})

    @property
    def strict(self) -> bool:
        """Whether warnings of checks were to stop it."""
        return bool(self.document["strict"])

    @property
    def busy(self) -> list[str]:
        """The names of the VMs that its steps work on."""
        addresses = {str(step["address"]) for step in self.document["plan"]["steps"]}
        # Bases have locks of their own, which are taken when they are built and cloned.
        return sorted(each.removeprefix("vm.") for each in addresses if not each.startswith("base."))

    @property
    def shown(self) -> ShownPlan:
        """What was shown when it was saved."""
        return msgspec.convert(self.document["shown"], ShownPlan)

    def demand_fresh(self, now: Planned, host: Host) -> None:
        """Let the plan pass only if what was planned now is what was saved.

        Raises:
            StaleError: it is not; it says what changed.
        """
        changed = list(differences(self.document, describe(now, host, strict=self.strict)))
        if changed:
            raise StaleError(
                "Saved plan is stale.",
                detail="\n".join(["What it was made from changed, so nothing was done:", *changed]),
                remedy=_PLAN_AGAIN,
            )


def save(planned: Planned, host: Host, path: Path, *, strict: bool, verbose: bool = False) -> None:
    """Write the plan to `path`, whole or not at all, mode 0600.

    Raises:
        UsageError: something else is there. DvmError: it could not be written. ChecksRefusedError: others can put
            another file in its place.
    """
    _demand_free(path)
    described = describe(planned, host, strict=strict)
    shown = _shown(planned, verbose=verbose)
    body = {"kind": _KIND, "format_version": FORMAT, **described, "shown": asdict(shown)}
    text = json.dumps({**body, "sha256": digest(body)}, indent=1, sort_keys=True)
    try:
        write_atomically(path, f"{text}\n".encode())
    except OSError as error:
        raise DvmError(
            f"The plan can't be saved: {error.strerror}.", detail=f"It was to be {path}.", remedy="Name another place."
        ) from error
    try:
        _demand_trust(read_evidence(path, Role.PLAN, limit=_MAX_BYTES))
    except ChecksRefusedError:
        # An apply would refuse it: others could write another one in its place.
        path.unlink(missing_ok=True)
        raise


def _shown(planned: Planned, *, verbose: bool) -> ShownPlan:
    document = plan_json(planned.plan, planned.checks, timestamp=datetime.now(UTC))
    whole, folded = (
        render_plan(planned.plan, planned.checks, ink=PLAIN, option=planned.option, verbose=each)
        for each in (True, False)
    )
    steps = abbreviated_steps(document["steps"])
    return ShownPlan(whole if verbose else folded, {**document, "steps": steps}, whole)


def _demand_free(path: Path) -> None:
    """See that a plan takes the place of nothing but an older one: a word too few makes a script of `--out`."""
    there = read_evidence(path, Role.PLAN, limit=_MAX_BYTES)
    if there.problem is Unreadable.MISSING:
        return
    try:
        free = there.content is not None and json.loads(there.content)["kind"] == _KIND
    except (ValueError, KeyError, TypeError, RecursionError):
        free = False
    if not free:
        raise UsageError(
            f"There is something else at {visible(str(path))}.",
            detail="A plan is saved over an older plan, and over nothing else. Nothing was written.",
            remedy="Name another file, such as vms.plan, or take that one away.",
        )


def read_saved_plan(path: Path, manifest: Path) -> SavedPlan:
    """Return the saved plan at `path`, which must be one of the manifest that the command works on.

    Raises:
        ChecksRefusedError: others could have written it. DvmError: it is no saved plan, or one of another DVM.
        UsageError: it is of another manifest.
    """
    saved = _read(path)
    document = saved.document
    if document["manifest"]["path"] != str(manifest):
        # A plan file that came with a cloned repository must not bring a manifest along.
        raise UsageError(
            "The saved plan is of another manifest.",
            detail=f"It was made from {document['manifest']['path']}; this command works on {manifest}.",
            remedy="Name its manifest with -f, if that is the one you mean.",
        )
    return saved


def read_to_show(path: Path) -> ShownPlan:
    """Return what was shown when the plan at `path` was saved, of whatever manifest it is.

    Raises:
        ChecksRefusedError: others could have written it. DvmError: it is no saved plan, or one of another DVM.
    """
    return _read(path).shown


def _read(path: Path) -> SavedPlan:
    file = read_evidence(path, Role.PLAN, limit=_MAX_BYTES)
    _demand_trust(file)
    if file.content is None:
        raise DvmError(f"The saved plan {path} {file.problem}.", detail=file.reason, remedy=_PLAN_AGAIN)
    saved = SavedPlan(path, _parse(path, file.content))
    _try_out(saved)
    return saved


def _demand_trust(file: FileEvidence) -> None:
    if file.problem in {Unreadable.MISSING, Unreadable.TOO_LARGE}:
        return
    denying = [result for result in review(FileSubject(file, os.geteuid())) if result.denies]
    if denying:
        raise ChecksRefusedError(denying)


def _parse(path: Path, content: bytes) -> Document:
    try:
        document = json.loads(content)
        kind, version = document["kind"], str(document["format_version"])
    except (ValueError, KeyError, TypeError, RecursionError):
        kind, version, document = "", "", {}
    if kind != _KIND:
        raise DvmError(f"{path} is not a saved plan.", detail="`dvm plan --out FILE` writes one.", remedy=_PLAN_AGAIN)
    if version != FORMAT:
        raise DvmError(
            f"The saved plan {path} has format {visible(version)[:20]}, this DVM reads {FORMAT}.",
            detail="Another version of DVM made it.",
            remedy=_PLAN_AGAIN,
        )
    if document.pop("sha256", None) != digest(document):
        raise DvmError(
            f"The saved plan {path} is damaged.",
            detail="It is not as DVM wrote it: its own SHA-256 does not fit.",
            remedy=_PLAN_AGAIN,
        )
    whole: Document = document
    return whole


def _try_out(saved: SavedPlan) -> None:
    try:
        _ = (saved.options, saved.strict, saved.busy, saved.shown, str(saved.document["manifest"]["path"]))
        list(differences(saved.document, saved.document))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DvmError(f"The saved plan {saved.path} is damaged.", remedy=_PLAN_AGAIN) from error
