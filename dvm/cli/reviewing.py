"""Which setup scripts somebody has to agree to anew, and what is known of each."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from dvm.model.lock import lock_key
from dvm.views.review import Unreviewed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from dvm.checks.gate import Verdict
    from dvm.cli.planning import Planned
    from dvm.model.evidence import FileEvidence
    from dvm.model.lock import Lock
    from dvm.model.manifest import Manifest, Script


def demand_trusted(verdict: Verdict, lock: FileEvidence | None) -> None:
    """Refuse where a file can be changed by others: what is agreed to would not be what stays there.

    Raises:
        ChecksRefusedError: it can.
    """
    from dvm.checks.files import review
    from dvm.checks.gate import ChecksRefusedError
    from dvm.checks.subjects import FileSubject

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
    found = {lock_key(script.file.path, manifest.path): script for vm in manifest.vms.values() for script in vm.scripts}
    return dict(sorted(found.items()))


def unreviewed(planned: Planned, lock: Lock, lima_home: Path) -> Iterator[Unreviewed]:
    """Yield each script whose text is not the one that was agreed to."""
    manifest = planned.manifest
    texts: Mapping[str, str] | None = None
    for key, script in scripts_of(manifest).items():
        agreed = lock.scripts.get(key)
        if agreed == script.sha256 or script.file.content is None:
            continue
        if agreed is not None and texts is None:
            texts = _texts_that_ran(lima_home)
        yield Unreviewed(
            key,
            script.file.content.decode("utf-8", "backslashreplace"),
            script.sha256,
            tuple(_users(manifest, script)),
            agreed,
            texts.get(agreed) if agreed and texts else None,
            [
                result
                for result in planned.checks
                if result.code != "DVM108" and result.location and result.location.path == script.file.path
            ],
        )


def _users(manifest: Manifest, wanted: Script) -> Iterator[str]:
    for vm in manifest.vms.values():
        for script in vm.scripts:
            if script.file.path == wanted.file.path:
                yield f"{vm.address} as {script.entry.as_}"


def _texts_that_ran(lima_home: Path) -> dict[str, str]:
    """Return the texts in our receipts by their SHA-256, reckoned here: a receipt's word is not taken for it."""
    from dvm.model.names import PREFIX
    from dvm.state.receipts import read_receipt

    texts: dict[str, str] = {}
    for name in sorted(os.listdir(lima_home)) if lima_home.is_dir() else []:  # noqa: PTH208 - names are enough
        receipt, _ = read_receipt(lima_home / name, name) if name.startswith(PREFIX) else (None, "")
        for record in receipt.setup if receipt is not None else ():
            texts[hashlib.sha256(record.content.encode("utf-8", "surrogatepass")).hexdigest()] = record.content
    return texts
