"""The part that DVM's scripts for sessions play: a command as DVM_USER, variables for it, files in and out, a key.

A test stages a hostile guest by a file in the instance's directory: `guest-pack.tar` is sent as it is, whatever was
asked for; `guest-key` is printed as the public key. Either may be a named pipe.
"""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import tarfile
import time
from typing import TYPE_CHECKING

from dvm.simulator.guest.process import write_all, write_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.guest.process import Process

NO_USER = 92
NO_VARIABLES = 93
IS_DIRECTORY = 94
NOT_THERE = 95
_PATIENCE = 30.0
STAGED_TAR = "guest-pack.tar"
STAGED_KEY = "guest-key"
SILENT_ROOT = "guest-silent-root"
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdvmSimulatedKeyThatOpensNothingAtAll0000000"


def enter(process: Process, args: list[str]) -> int:
    """`dvm-enter DVM_USER DIRECTORY ENV_ID COLORTERM [COMMAND...]`."""
    user, directory, env_id, colour, *command = args
    if not process.machine.has_user(user) or user == "root":
        process.say_error(f"dvm: there is no user {user} in this guest")
        return NO_USER
    process.become(user)
    process.env |= {
        **process.machine.memory["environment"],
        "LANG": "C.UTF-8",
        **({"COLORTERM": colour} if colour else {}),
    }
    if env_id and not _take_variables(process, env_id):
        process.say_error("dvm: the variables did not arrive in the guest")
        return NO_VARIABLES
    process.cwd = directory if process.machine.is_directory(directory) else process.home
    status = process.run(command or ["bash", "-l"])
    return 128 + process.signal if process.signal else status


def env(process: Process, args: list[str]) -> int:
    """`dvm-env ENV_ID`: what stdin has goes into a pipe of that name; it is never in a file."""
    pipe = _pipe(process, args[0])
    data = process.read_all()
    os.mkfifo(pipe, 0o600)
    try:
        with pipe.open("wb") as file:
            file.write(data)
    finally:
        pipe.unlink(missing_ok=True)
    return 0


def admit(process: Process, args: list[str]) -> int:
    """`dvm-admit KEY_TYPE KEY`: that key signs in as root until stdin ends."""
    key = " ".join(args)
    with process.machine.remembering() as memory:
        memory["admitted"].append(key)
    write_all(1, "ready\n")
    process.read_all()
    with process.machine.remembering() as memory:
        memory["admitted"].remove(key)
    return 0


def leave(process: Process, _args: list[str]) -> int:
    """`dvm-leave`: a program that stdin has behind a line, which is printed. A test has root's shell end before it."""
    number = process.read_all().partition(b"\n")[0].decode()
    if not (process.machine.dir / SILENT_ROOT).exists():
        write_all(1, f"{number}\n")
    return 0


def pack(process: Process, args: list[str]) -> int:
    """`dvm-pack DVM_USER DIRECTORY RECURSIVE PATH`: a tar on stdout."""
    user, directory, recursive, path = args
    process.become(user)
    staged = process.machine.dir / STAGED_TAR
    if staged.exists():
        process.detail = _pass_on(staged)
        return 0
    place = process.machine.file(_expanded(process, path), directory)
    if place.is_dir() and recursive != "1":
        process.say_error(f"dvm: {path} is a directory; give -r to copy it")
        return IS_DIRECTORY
    if not place.exists():
        process.say_error(f"dvm: there is no file {path} in the guest")
        return NOT_THERE
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.add(place, "." if place.is_dir() else f"./{place.name}")
    write_bytes(1, data.getvalue())
    process.detail = hashlib.sha256(data.getvalue()).hexdigest()
    return 0


def unpack(process: Process, args: list[str]) -> int:
    """`dvm-unpack DVM_USER DIRECTORY KIND NAME PATH`: a tar on stdin, all of it called x."""
    user, directory, kind, name, path = args
    process.become(user)
    place = process.machine.file(_expanded(process, path or "."), directory)
    code = process.machine.file(directory, "/")
    if place.is_dir() or place == code:
        place /= name
    elif path.endswith("/"):
        process.say_error(f"dvm: there is no directory {path} in the guest")
        return NOT_THERE
    elif kind == "file" and not process.machine.is_directory(posixpath.join(directory, _parent(process, path))):
        process.say_error(f"dvm: there is no directory {posixpath.dirname(path)} in the guest")
        return NOT_THERE
    place.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(process.read_all())) as archive:
        for member in archive:
            rest = member.name.split("/")[1:]
            if kind == "file":
                archive.makefile(member, str(place))
            elif member.isdir():
                place.joinpath(*rest).mkdir(exist_ok=True)
            elif member.issym():
                place.joinpath(*rest).symlink_to(member.linkname)
            else:
                archive.makefile(member, str(place.joinpath(*rest)))
            if not member.issym():
                place.joinpath(*rest).chmod(member.mode)
    return 0


def key(process: Process, args: list[str]) -> int:
    """`dvm-key DVM_USER NAME`: answers `key` and the public half of a key, made once."""
    user, name = args
    staged = process.machine.dir / STAGED_KEY
    with process.machine.remembering() as memory:
        memory["touched"].append("key")
    if staged.exists():
        write_all(1, "key\t")
        _pass_on(staged)
    else:
        process.answer("key", f"{_KEY} {user}@{name}")
    return 0


def sshd(process: Process, args: list[str]) -> int:
    """`dvm-sshd DVM_USER PUBLIC_KEY`: the simulator has no sshd; it says what it would greet with."""
    process.say(f"SSH-2.0-simulated for {args[0]}\r\n")
    return 0


def _pass_on(staged: Path) -> str:
    """Print what a test staged, as it comes, and return its SHA-256: a named pipe may have no end."""
    digest = hashlib.sha256()
    with staged.open("rb") as file:
        while chunk := file.read(1 << 16):
            digest.update(chunk)
            write_bytes(1, chunk)
    return digest.hexdigest()


def _expanded(process: Process, path: str) -> str:
    return process.home + path[1:] if path == "~" or path.startswith("~/") else path


def _parent(process: Process, path: str) -> str:
    return posixpath.dirname(_expanded(process, path))


def _pipe(process: Process, env_id: str) -> Path:
    return process.machine.dir / f"guest-env.{env_id}"


def _take_variables(process: Process, env_id: str) -> bool:
    pipe, end = _pipe(process, env_id), time.monotonic() + _PATIENCE
    while not pipe.exists():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    with pipe.open("rb") as file:
        data = file.read().decode("utf-8", "surrogateescape")
    process.env |= dict(record.split("=", 1) for record in data.split("\0") if record)
    return True
