"""A saved plan: what `dvm plan --out` showed, with all it was made from, and whether that still holds.

The file decides nothing that was not decided when it was made: `dvm apply FILE` plans again, with the options that are
in it, and goes on only where the outcome and everything behind it are the same. What was shown is in it to be shown
again; nothing in it is ever run.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from dvm import __version__
from dvm.checks.files import review
from dvm.checks.gate import ChecksRefusedError
from dvm.checks.subjects import FileSubject
from dvm.errors import DvmError, StaleError, UsageError
from dvm.files import read_evidence, write_atomically
from dvm.lima.guest_calls import abbreviated
from dvm.model.evidence import Role, Unreadable
from dvm.model.plan import PlanOptions
from dvm.model.units import format_size
from dvm.plan.bases import is_build, without_builds
from dvm.text import visible
from dvm.views.plan_human import render_plan
from dvm.views.plan_json import plan_json
from dvm.views.styles import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.cli.planning import Planned
    from dvm.model.evidence import FileEvidence
    from dvm.model.instance import Instance
    from dvm.views.documents import StepDocument

FORMAT = "1.1"
SUFFIX = ".plan"
_KIND = "dvm saved plan"
_MAX_BYTES = 64 << 20
_PLAN_AGAIN = "Look at a new plan (`dvm plan --out FILE`) and apply that."

Document = dict[str, Any]


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
        changed = list(_differences(self.document, describe(now, host, strict=self.strict)))
        if changed:
            raise StaleError(
                "Saved plan is stale.",
                detail="\n".join(["What it was made from changed, so nothing was done:", *changed]),
                remedy=_PLAN_AGAIN,
            )


def describe(planned: Planned, host: Host, *, strict: bool) -> Document:
    """Return a plan with everything it was made from, in plain JSON values; no secret and no script is in it."""
    plan = without_builds(planned.plan)
    shown = plan_json(plan, (), timestamp=datetime.now(UTC))
    steps = abbreviated_steps(shown["steps"])
    builds = {change.instance: change for change in planned.plan.changes if is_build(change)}
    config = host.lima_config()
    return {
        "dvm_version": __version__,
        "limactl": {"path": str(host.lima.executable), "version": planned.plan.limactl_version},
        "lima_home": str(host.lima_home),
        "manifest": {"path": str(planned.manifest.path), "sha256": planned.manifest.sha256},
        "files": file_facts((*planned.manifest.files, *config.files)),
        "vms": {change.name: _state(change.observed) for change in plan.changes},
        "builds": sorted(builds),
        "templates": {
            change.address: [[record.mode, record.sha256] for record in change.template.records]
            for change in plan.made
            if change.template is not None
        },
        "options": asdict(planned.plan.options),
        "strict": strict,
        "plan": {"summary": shown["summary"], "resource_changes": shown["resource_changes"], "steps": steps},
    }


def abbreviated_steps(steps: Sequence[StepDocument]) -> list[Document]:
    """Return steps of a plan's document without the texts of DVM's own programs."""
    return [{**step, "argv": list(abbreviated(step["argv"]))} for step in steps]


def save(planned: Planned, host: Host, path: Path, *, strict: bool, verbose: bool = False) -> None:
    """Write the plan to `path`, whole or not at all, mode 0600.

    Raises:
        UsageError: something else is there. DvmError: it could not be written.
    """
    _demand_free(path)
    described = describe(planned, host, strict=strict)
    shown = _shown(planned, verbose=verbose)
    body = {"kind": _KIND, "format_version": FORMAT, **described, "shown": asdict(shown)}
    text = json.dumps({**body, "sha256": _digest(body)}, indent=1, sort_keys=True)
    try:
        write_atomically(path, f"{text}\n".encode())
    except OSError as error:
        raise DvmError(
            f"The plan can't be saved: {error.strerror}.", detail=f"It was to be {path}.", remedy="Name another place."
        ) from error


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
    if document.pop("sha256", None) != _digest(document):
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
        list(_differences(saved.document, saved.document))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DvmError(f"The saved plan {saved.path} is damaged.", remedy=_PLAN_AGAIN) from error


def _digest(document: Document) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def file_facts(files: tuple[FileEvidence, ...]) -> Document:
    """Return what a plan depends on of each file, by path."""
    return {
        str(file.path): {"role": str(file.role), "sha256": file.sha256 or "", "problem": str(file.problem or "")}
        for file in files
    }


def _state(instance: Instance | None) -> Document | None:
    """Return what a plan depends on of an instance; ports and process ids change by themselves."""
    if instance is None:
        return None
    posture = to_builtins(instance.posture) if instance.posture else {}
    receipt = instance.receipt
    return {
        "status": str(instance.status) or "unknown",
        "booted": not instance.never_started,
        "vm_type": instance.vm_type,
        "arch": instance.arch,
        "cpus": instance.cpus,
        "memory": instance.memory,
        "disk": instance.disk,
        "protected": instance.protected,
        "directory": str(instance.dir),
        "receipt": hashlib.sha256(msgspec.json.encode(receipt)).hexdigest() if receipt else "none",
        # Its variables may hold secrets: what is in a posture is told by its digest alone.
        **{name: _digest({"": value}) for name, value in posture.items()},
    }


def _differences(then: Document, now: Document) -> Iterator[str]:
    """Yield a line for everything that changed; for a plan that came out another way where nothing else did."""
    found = False
    for line in (
        *_of_tools(then, now),
        *changed_files(then["files"], now["files"]),
        *_of_templates(then, now),
        *_of_vms(then["vms"], now["vms"]),
    ):
        found = True
        yield visible(line)
    if not found and json.loads(json.dumps(now["plan"])) != then["plan"]:
        yield "The plan made now is not the saved one."
    for instance in sorted({*now["builds"]} - {*then["builds"]}):
        yield f"{visible(instance)} was there, and would be built now."


def _of_tools(then: Document, now: Document) -> Iterator[str]:
    if then["dvm_version"] != now["dvm_version"]:
        yield f"DVM was {then['dvm_version']}, is {now['dvm_version']}."
    for name in ("path", "version"):
        if then["limactl"][name] != now["limactl"][name]:
            yield f"limactl's {name} was {then['limactl'][name]}, is {now['limactl'][name]}."
    if then["lima_home"] != now["lima_home"]:
        yield f"LIMA_HOME was {then['lima_home']}, is {now['lima_home']}."


def changed_files(then: Mapping[str, Document], now: Mapping[str, Document]) -> Iterator[str]:
    """Yield a line for each file whose facts differ; names are as they are, not yet made safe to print."""
    for path in sorted({*then, *now}):
        before, after = then.get(path), now.get(path)
        if before == after:
            continue
        role = (after or before or {})["role"]
        code = "DVM106: " if role in {Role.SCRIPT, Role.COMPANION, Role.TEMPLATE} else ""
        if before is None:
            yield f"{code}{path} ({role}) was not part of it."
        elif after is None:
            yield f"{code}{path} ({role}) is no longer part of it."
        else:
            was, is_ = (str(each["sha256"])[:12] or each["problem"] for each in (before, after))
            yield f"{code}{path} ({role}) changed since it was shown: SHA-256 {was}… then, {is_}… now."


def _of_templates(then: Document, now: Document) -> Iterator[str]:
    before, after = then["templates"], json.loads(json.dumps(now["templates"]))
    for name in sorted({*before} & {*after}):
        if before[name] != after[name]:
            yield f"DVM106: what the template of {name} makes the guest do changed since it was shown."


def _of_vms(then: Mapping[str, Document | None], now: Mapping[str, Document | None]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        before, after = then.get(name), now.get(name)
        if before == after:
            continue
        if before is None or after is None:
            yield f"vm.{name}: its instance {'was not there, and is now' if before is None else 'is gone'}."
            continue
        for key in sorted({*before, *after}):
            was, is_ = before.get(key), after.get(key)
            if was == is_:
                continue
            told = key in {"status", "cpus", "memory", "disk", "protected", "directory", "arch", "vm_type", "booted"}
            if key in {"memory", "disk"}:
                was, is_ = (format_size(size) if isinstance(size, int) else size for size in (was, is_))
            because = ": something was applied to it meanwhile" if key == "receipt" else ""
            yield f"vm.{name}: {key} " + (f"was {was}, is {is_}." if told else f"changed{because}.")
