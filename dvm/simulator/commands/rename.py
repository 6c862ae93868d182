"""`limactl rename`: moves the files of a stopped instance one after the other, those that Lima does not know too."""

from __future__ import annotations

import os
import shutil
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from dvm.simulator.commands.clone import make_second
from dvm.simulator.log import refuse

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.call import Call

_LEFT_OUT = ("protected", "swtpm", "*.pid", "*.sock", "*.tmp")
_EMPTIED = "vz-identifier"


def run(call: Call) -> int:
    """Rename an instance.

    Raises:
        Refused: it is not there or runs, the new one is there, or a directory in it holds something.
    """
    return make_second(call, "rename", _move)


def _move(old: Path, new: Path) -> None:
    """Move what is in a directory, in order of name, until something can't be moved; else the directory goes."""
    new.mkdir(0o700)
    for entry in sorted(os.listdir(old)):  # noqa: PTH208
        source, target = old / entry, new / entry
        left_out = any(fnmatch(entry, pattern) for pattern in _LEFT_OUT)
        if source.is_dir() and not source.is_symlink():
            if not left_out:
                target.mkdir(0o000)
            for inner in sorted(os.listdir(source))[:1]:  # noqa: PTH208
                # The directory that was just made has no right at all; one that is left out is not there.
                why = "no such file or directory" if left_out else "permission denied"
                refuse(f"rename {source / inner} {target / inner}: {why}")
        elif left_out:
            continue
        elif entry == _EMPTIED:
            target.touch()
        else:
            source.rename(target)
    shutil.rmtree(old)
