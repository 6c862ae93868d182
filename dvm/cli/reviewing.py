"""Which setup scripts somebody has to approve again, and what is known of each."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from dvm.checks.files import review
from dvm.checks.gate import ChecksRefusedError
from dvm.checks.subjects import FileSubject
from dvm.model.file_names import template_key
from dvm.model.lock import LockedEntry
from dvm.model.names import PREFIX
from dvm.state.receipts import read_receipt
from dvm.text import is_text, visible
from dvm.views.provisioning import target
from dvm.views.review import Unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dvm.checks.gate import Verdict
    from dvm.cli.planning import Planned
    from dvm.lima.home import Home
    from dvm.model.check import CheckResult
    from dvm.model.evidence import FileEvidence
    from dvm.model.lock import Lock
    from dvm.model.manifest import Companion, Manifest, Script
    from dvm.model.template import ProvisionRecord, Template


def demand_trusted(verdict: Verdict, lock: FileEvidence | None) -> None:
    """Refuse where a file can be changed by others: what is approved would not be what stays there.

    Raises:
        ChecksRefusedError: it can.
    """
    results = [*verdict, *(review(FileSubject(lock, os.geteuid())) if lock is not None else ())]
    of_files = [
        result
        for result in dict.fromkeys(results)
        if result.denies and result.code.startswith("DVM1") and result.code != "DVM108"
    ]
    if of_files:
        raise ChecksRefusedError(of_files)


def scripts_of(manifest: Manifest) -> dict[str, Script]:
    """Return every setup script of the manifest by its name in dvm.lock, sorted."""
    found = {script.name: script for vm in manifest.vms.values() for script in vm.scripts}
    return dict(sorted(found.items()))


def companions_of(manifest: Manifest) -> dict[str, Companion]:
    """Return every companion file of the manifest by its name in dvm.lock, sorted."""
    found = {each.key: each for vm in manifest.vms.values() for script in vm.scripts for each in script.files}
    return dict(sorted(found.items()))


def unreviewed_companions(planned: Planned, lock: Lock) -> Iterator[Unreviewed]:
    """Yield each companion file that is not the one that was approved: whole where it is text."""
    for key, each in companions_of(planned.manifest).items():
        content = each.file.content
        approved = lock.files.get(key)
        if approved == each.sha256 or content is None:
            continue
        yield Unreviewed(
            key,
            content.decode() if is_text(content) else None,
            each.sha256,
            tuple(_users_of_companion(planned.manifest, key)),
            approved,
            checks=_about(planned, each.file),
            what=f"A companion file of {len(content)} bytes." + ("" if is_text(content) else " It is no text."),
        )


def _users_of_companion(manifest: Manifest, key: str) -> Iterator[str]:
    for vm in manifest.vms.values():
        for script in vm.scripts:
            yield from (
                f"{vm.address} for {script.entry.script} as $DVM_FILES/{each.name}"
                for each in script.files
                if each.key == key
            )


def _about(planned: Planned, file: FileEvidence) -> list[CheckResult]:
    return [
        result
        for result in planned.checks
        if result.code != "DVM108" and result.location and result.location.path == file.path
    ]


def unreviewed(planned: Planned, lock: Lock, home: Home) -> Iterator[Unreviewed]:
    """Yield each script whose text is not the one that was approved."""
    manifest = planned.manifest
    texts: Mapping[str, str] | None = None
    for key, script in scripts_of(manifest).items():
        approved = lock.scripts.get(key)
        if approved == script.sha256 or script.file.content is None:
            continue
        if approved is not None and texts is None:
            texts = _texts_that_ran(home)
        yield Unreviewed(
            key,
            script.file.content.decode("utf-8", "backslashreplace"),
            script.sha256,
            tuple(_users(manifest, script)),
            approved,
            texts.get(approved) if approved and texts else None,
            _about(planned, script.file),
        )


def unreviewed_provisioning(planned: Planned, lock: Lock) -> Iterator[tuple[str, ProvisionRecord, Unreviewed]]:
    """Yield what the templates bring that nobody has approved, each with its template's name in dvm.lock."""
    for key, (template, vms) in templates_of(planned).items():
        approved = lock.records(key)
        told: set[ProvisionRecord] = set()
        for each in template.provisioning:
            if each.record in approved or each.record in told:
                continue
            told.add(each.record)
            name = f"{template.locator} {each.place}"
            yield (
                key,
                each.record,
                Unreviewed(
                    f"{key} {each.place}",
                    each.content.decode("utf-8", "backslashreplace"),
                    each.record.sha256,
                    tuple(f"{vm} as {each.record.as_} at each boot" for vm in vms),
                    checks=[
                        result
                        for result in planned.checks
                        if result.code != "DVM108" and result.subject == visible(name)
                    ],
                    what=_what(each.record),
                ),
            )


def templates_of(planned: Planned) -> dict[str, tuple[Template, list[str]]]:
    """Return every template that was read by its name in dvm.lock, with the addresses of the VMs that name it."""
    found: dict[str, tuple[Template, list[str]]] = {}
    for change in planned.plan.made:
        if change.template is not None and change.desired is not None:
            key = template_key(change.desired, planned.manifest.path)
            found.setdefault(key, (change.template, []))[1].append(change.address)
    return dict(sorted(found.items()))


def known_templates(
    planned: Planned, approved: Mapping[str, Sequence[ProvisionRecord]]
) -> dict[str, tuple[LockedEntry, ...]]:
    """Return what was approved of the templates that VMs name, as they are now.

    Of one that could not be read all is kept: nobody has seen what it says today.
    """
    named = {template_key(vm, planned.manifest.path) for vm in planned.manifest.vms.values()}
    read = templates_of(planned)
    found: dict[str, tuple[LockedEntry, ...]] = {}
    for key in sorted(named):
        records = tuple(approved.get(key, ()))
        if key in read:
            records = tuple(dict.fromkeys(record for record in read[key][0].records if record in records))
        if records:
            found[key] = tuple(map(LockedEntry.of, records))
    return found


def _what(record: ProvisionRecord) -> str:
    where = target(record)
    return f"Lima's mode is {record.mode}: it {where}." if where else f"Lima's mode is {record.mode}."


def _users(manifest: Manifest, wanted: Script) -> Iterator[str]:
    for vm in manifest.vms.values():
        for script in vm.scripts:
            if script.name == wanted.name:
                yield f"{vm.address} as {script.entry.as_}"


def _texts_that_ran(home: Home) -> dict[str, str]:
    """Return the texts in our receipts by their SHA-256, reckoned here: a receipt's word is not taken for it."""
    texts: dict[str, str] = {}
    for name in home.names(home.path) if home.is_directory(home.path) else []:
        receipt, _ = read_receipt(home, home.of(name), name) if name.startswith(PREFIX) else (None, "")
        for record in receipt.setup if receipt is not None else ():
            texts[hashlib.sha256(record.content.encode("utf-8", "surrogatepass")).hexdigest()] = record.content
    return texts
