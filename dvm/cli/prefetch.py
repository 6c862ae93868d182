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

    A command begins one before it imports what takes time; the same look inside that block is the one that it gets.
    What is wrong (there is no limactl, others can change it) is raised by that call and not here: a mistake in the
    manifest is shown first.

    Raises:
        UsageError: `manifest`, or the variable that counts without it, is no place for one. Nothing was started.
    """
    manifest_path(manifest, host.environment)
    key: tuple[str | bool, ...] = (*names, version)
    if (begun := host.looks.pop(key, None)) is not None:
        yield begun
        return
    looks: list[Look] = []
    with suppress(DvmError):  # raised again by the call
        looks.append(host.lima.look(*names, version=version))

    def look() -> Look:
        return looks[0] if looks else host.lima.look(*names, version=version)

    host.looks[key] = look
    try:
        yield look
    finally:
        host.looks.pop(key, None)
        for each in looks:
            each.drop()
