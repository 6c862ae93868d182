"""The part that DVM's scripts for archives play: the code directories out as one tar, and in again.

A test stages a hostile guest by files in the instance's directory: `guest-archive.tar` is sent as it is, whatever was
asked for, and may be a named pipe; `guest-archive.json` has the `bytes` and the `sha256` that the guest then claims.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from typing import TYPE_CHECKING

from dvm.simulator.guest.process import write_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.guest.process import Process

NOT_WHOLE = 90
NOT_THERE = 95
ARE_THERE = 96
STAGED_TAR = "guest-archive.tar"
STAGED_CLAIM = "guest-archive.json"
_MOST_TOLD = 20


def archive(process: Process, args: list[str]) -> int:
    """`dvm-archive DVM_USER CODE_ROOT`: a tar of all that is below it on stdout."""
    user, root = args
    process.become(user)
    staged = process.machine.dir / STAGED_TAR
    digest, size = hashlib.sha256(), 0
    if staged.exists():
        with staged.open("rb") as file:
            while chunk := file.read(1 << 16):
                digest.update(chunk)
                size += len(chunk)
                write_bytes(1, chunk)
    else:
        place = process.machine.file(root, "/")
        if not process.machine.is_directory(root):
            process.say_error(f"dvm: there is no directory {root} in the guest that {user} may enter")
            return NOT_THERE
        place.mkdir(parents=True, exist_ok=True)
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w", format=tarfile.GNU_FORMAT) as tar:
            tar.add(place, ".", filter=_without_restores)
        digest.update(data.getvalue())
        size = len(data.getvalue())
        write_bytes(1, data.getvalue())
    claim = {"bytes": size, "sha256": digest.hexdigest()}
    if (process.machine.dir / STAGED_CLAIM).exists():
        claim |= json.loads((process.machine.dir / STAGED_CLAIM).read_text())
    process.detail = f"{claim['bytes']} {claim['sha256']}"
    return 0


def _without_restores(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if member.name.startswith("./.dvm-restore.") else member


def restore(process: Process, args: list[str]) -> int:
    """`dvm-restore DVM_USER CODE_ROOT ID BYTES SHA256 REPLACE`: what a tar on stdin has, below the code root."""
    user, root, restore_id, size, sha256, replaces = args
    process.become(user)
    if restore_id in process.machine.memory.get("restored", []):
        process.say_error("dvm: this restore had already ended")
        return 0
    if not process.machine.is_directory(root):
        process.say_error(f"dvm: there is no directory {root} in the guest")
        return NOT_THERE
    data = process.read(int(size))
    if hashlib.sha256(data).hexdigest() != sha256:
        process.say_error("dvm: the archive did not arrive whole")
        return NOT_WHOLE
    code = process.machine.file(root, "/")
    code.mkdir(parents=True, exist_ok=True)
    for old in code.glob(".dvm-restore.*"):
        shutil.rmtree(old)
    place = code / f".dvm-restore.{restore_id}"
    place.mkdir(mode=0o700)
    try:
        if not _extract(data, place):
            process.say_error("tar: a name that leads out of the directory")
            return 1
        there = sorted(_there(place, code))
        if there and replaces != "1":
            for name in there[:_MOST_TOLD]:
                process.answer("file", "".join("?" if ord(each) < ord(" ") else each for each in name))
            process.answer("there", str(len(there)))
            return ARE_THERE
        _move(place, code)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    with process.machine.remembering() as memory:
        memory.setdefault("restored", []).append(restore_id)
    return 0


def _extract(data: bytes, place: Path) -> bool:
    links = []
    with tarfile.open(fileobj=io.BytesIO(data), encoding="utf-8", errors="surrogateescape") as tar:
        # The argument `filter` came with Python 3.11.4; before it, nothing is filtered, and this says nothing.
        tar.extraction_filter = lambda member, _path: member
        for member in tar:
            if member.name.startswith("/") or ".." in member.name.split("/"):
                return False
            if member.issym():
                links.append((place / member.name, member.linkname))
            else:
                tar.extract(member, place)
    for where, target in links:
        where.symlink_to(target)
    return True


def _there(place: Path, code: Path) -> list[str]:
    """Return the names of what is there and is another one than what was extracted."""
    found = []
    for new in place.rglob("*"):
        name = new.relative_to(place)
        old = code / name
        if os.path.lexists(old) and _kind(old) != _kind(new):
            found.append(str(name))
    return found


def _kind(path: Path) -> tuple[str, bytes]:
    """Return what makes a file, a link or a directory the same as another."""
    if path.is_symlink():
        return "link", os.fsencode(path.readlink())
    if path.is_dir():
        return "directory", b""
    return "file", path.read_bytes()


def _move(place: Path, code: Path) -> None:
    for entry in sorted(place.iterdir()):
        target = code / entry.name
        both = all(each.is_dir() and not each.is_symlink() for each in (entry, target))
        if both:
            _move(entry, target)
            continue
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        elif os.path.lexists(target):
            target.unlink()
        entry.rename(target)
