"""`limactl copy`: files between host and guest; the guest's are kept under `guest-files` in the instance's
directory.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.simulator.commands.shell import SSH_FAILED, running_machine

if TYPE_CHECKING:
    from dvm.simulator.call import Call
    from dvm.simulator.guest.machine import Machine

_CLOSED = ("/root", "/etc", "/usr", "/var", "/opt")


class _CopyError(Exception):
    def __init__(self, *lines: str, code: int = 1) -> None:
        super().__init__("\n".join(f"/usr/bin/scp: {line}" for line in lines))
        self.code = code


def run(call: Call) -> int:
    """Copy each source to the target and return scp's exit status."""
    *sources, target = call.line.args
    for source in sources:
        try:
            code = _copy(call, source, target)
        except _CopyError as error:
            sys.stderr.write(f"{error}\n")
            return error.code
        if code:
            return code
    return 0


def _copy(call: Call, source: str, target: str) -> int:
    from_guest, to_guest = _guest_side(call, source), _guest_side(call, target)
    if from_guest is SSH_FAILED or to_guest is SSH_FAILED:
        return SSH_FAILED
    origin = _place(from_guest, source)
    if not origin.exists():
        side = "remote" if from_guest else "local"
        raise _CopyError(f'stat {side} "{_path(source)}": No such file or directory', code=SSH_FAILED)
    guest_path = _path(target)
    if to_guest and guest_path.startswith(_CLOSED):
        raise _CopyError(
            f'dest open "{guest_path}": Permission denied',
            f"failed to upload file {_path(source)} to {guest_path}",
        )
    if origin.is_dir() and not call.line.flag("recursive"):
        raise _CopyError(
            f'local "{_path(source)}" is not a regular file',
            f"failed to upload file {_path(source)} to {guest_path}",
        )
    _write(origin, _place(to_guest, target), into=target.endswith("/"), name=Path(_path(source)).name)
    return 0


def _write(origin: Path, target: Path, *, into: bool, name: str) -> None:
    if into or target.is_dir():
        target /= name
    target.parent.mkdir(parents=True, exist_ok=True)
    if origin.is_dir():
        shutil.copytree(origin, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(origin, target)


def _guest_side(call: Call, spec: str) -> Machine | int | None:
    name, colon, _ = spec.partition(":")
    if not colon or "/" in name:
        return None
    return running_machine(call, name) or SSH_FAILED


def _path(spec: str) -> str:
    name, colon, path = spec.partition(":")
    return path if colon and "/" not in name else spec


def _place(side: Machine | int | None, spec: str) -> Path:
    if side is None or isinstance(side, int):
        return Path(spec)
    return side.file(_path(spec), side.user_home(str(side.login.get("name"))))
