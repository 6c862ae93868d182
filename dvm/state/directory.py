"""`$DVM_STATE_DIR`: what is DVM's own on this host, and may be thrown away when nothing runs."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.errors import DvmError, RefusedError, RelativePathError
from dvm.files import make_private
from dvm.model.names import PREFIX, base_address, base_name, is_name
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_WRITABLE_BY_OTHERS = 0o022


class StateDirectory:
    """The state directory and the places in it. Nothing is made before it is needed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> StateDirectory:
        """Return the one the environment names: DVM_STATE_DIR, else the platform's place for state.

        Raises:
            RelativePathError: DVM_STATE_DIR is one.
        """
        named = environment.get("DVM_STATE_DIR")
        if named:
            path = Path(named).expanduser()
            if not path.is_absolute():
                raise RelativePathError("DVM_STATE_DIR", "place")
            return cls(path)
        import platformdirs

        return cls(Path(platformdirs.user_state_dir("dvm", appauthor=False)))

    @property
    def journal(self) -> Path:
        """The append-only journal."""
        return self.path / "journal.jsonl"

    @property
    def working_directory(self) -> Path:
        """Where limactl runs: a refused `limactl edit` leaves a file in its working directory."""
        return self.path / "work"

    @property
    def connections(self) -> Path:
        """Host keys of running VMs, and the sockets of the connections to them."""
        return self.path / "ssh"

    def of_vm(self, vm: str) -> Path:
        """Return the directory of one VM's logs, lock and mark."""
        return self.path / vm

    def of_base(self, name: str) -> Path | None:
        """Return the directory of the built base `base.NAME-KEY`, or of the one of `base.NAME` that was worked on last.

        None: there is none.
        """
        found: list[tuple[float, Path]] = []
        with suppress(OSError):
            for entry in self.path.iterdir():
                title = base_name(PREFIX + entry.name)
                if title is not None and name in {entry.name, base_address(title)}:
                    found.append((max((log.stat().st_mtime for log in entry.glob("*.log")), default=0.0), entry))
        return max(found)[1] if found else None

    def vms(self) -> list[str]:
        """Return the VMs of which there are logs."""
        try:
            entries = [entry for entry in self.path.iterdir() if is_name(entry.name)]
        except OSError:
            return []
        return sorted(entry.name for entry in entries if any(entry.glob("*.log")))

    def make(self, path: Path) -> Path:
        """Make a directory at or under the state directory, for its owner alone, and return it.

        Raises:
            DvmError: it can't be made (a read-only place, a full disk, a file in the way).
            RefusedError: it is there, and somebody else's or open to others.
        """
        try:
            make_private(path)
        except OSError as error:
            raise DvmError(
                f"The state directory can't be made: {error.strerror}.",
                detail=f"It is {path}.",
                remedy="Make it writable, or name another by DVM_STATE_DIR.",
            ) from error
        _demand_private(path)
        return path


def _demand_private(path: Path) -> None:
    # The way to the state directory is looked at before anything else (DVM103); this is what was put in it while
    # it was open to others, and stayed.
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & _WRITABLE_BY_OTHERS:
        raise RefusedError(
            f"{visible(str(path))} in the state directory is not DVM's alone.",
            detail="It has to be a directory of yours that nobody else can write to: locks and marks in it decide "
            "what is done to a VM.",
            remedy="Look what is in it, then move it out of the state directory.",
        )
