"""What a plan was made from, as plain JSON values, and what of it has changed since."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import to_builtins
from msgspec.structs import asdict

from dvm import __version__
from dvm.lima.guest_calls import abbreviated
from dvm.model.evidence import Role
from dvm.model.names import address
from dvm.model.units import format_size
from dvm.plan.bases import is_build, without_builds
from dvm.text import visible
from dvm.views.plan_json import plan_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dvm.cli.host import Host
    from dvm.cli.planning import Planned
    from dvm.model.evidence import FileEvidence
    from dvm.model.instance import Instance
    from dvm.views.documents import StepDocument

Document = dict[str, Any]


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


def digest(document: Document) -> str:
    """Return the SHA-256 of a document, in hex."""
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
        **{name: digest({"": value}) for name, value in posture.items()},
    }


def differences(then: Document, now: Document) -> Iterator[str]:
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
            yield f"{address(name)}: its instance {'was not there, and is now' if before is None else 'is gone'}."
            continue
        for key in sorted({*before, *after}):
            was, is_ = before.get(key), after.get(key)
            if was == is_:
                continue
            told = key in {"status", "cpus", "memory", "disk", "protected", "directory", "arch", "vm_type", "booted"}
            if key in {"memory", "disk"}:
                was, is_ = (format_size(size) if isinstance(size, int) else size for size in (was, is_))
            because = ": something was applied to it meanwhile" if key == "receipt" else ""
            yield f"{address(name)}: {key} " + (f"was {was}, is {is_}." if told else f"changed{because}.")
