"""limactl at work while DVM reads the manifest, and imports what that takes."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dvm.errors import DvmError
from dvm.manifest.paths import manifest_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dvm.cli.host import Host
    from dvm.lima.client import Look


@contextmanager
def prefetch(host: Host, manifest: Path | None, *names: str, version: bool = True) -> Iterator[Callable[[], Look]]:
    """Begin a look at Lima; the block gets it by a call. Leaving the block ends what was not waited for.

    Whatever stands against it (there is no limactl, others can change it) is raised by that call and not here: a
    mistake in the manifest is told first.

    Raises:
        UsageError: `manifest`, or the variable that counts without it, is no place for one. Nothing was started.
    """
    manifest_path(manifest, host.environment)
    begun: list[Look] = []
    with suppress(DvmError):  # told again by the call
        begun.append(host.lima.look(*names, version=version))

    def look() -> Look:
        return begun[0] if begun else host.lima.look(*names, version=version)

    try:
        yield look
    finally:
        for each in begun:
            each.drop()
