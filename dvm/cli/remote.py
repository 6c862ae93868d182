"""`git-remote-dvm`: git starts it for `dvm://VM/REPOSITORY` (gitremote-helpers(7)).

git asks what it can do, and has it connect to a service of the guest's git. What goes into the guest is read by ssh
itself; what comes out passes through a screen. Nothing of ours goes to standard output, which is git's.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shlex
import sys
from typing import TYPE_CHECKING

from dvm.cli.guest.entrance import enter
from dvm.cli.host import Host
from dvm.cli.run import interruptible
from dvm.errors import DvmError, ExitCode, UnknownVMError, UsageError, of_host
from dvm.git.address import parse_url
from dvm.git.relay import pass_on
from dvm.git.screen import Screen, ScreenedLines, Service
from dvm.state.journal import end_sessions
from dvm.text import visible

if TYPE_CHECKING:
    from dvm.git.address import Address

_MOST_LINE = 1024
_GIT_REFUSED = 128
_BETWEEN_COLLECTIONS = 50_000
_ARGUMENTS = 3


def main() -> None:
    """Answer git, and end with ssh's exit status."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    try:
        with interruptible():
            code = _run(sys.argv)
    except BrokenPipeError:
        code = ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - the last place that can
        code = _tell(error)
    end_sessions(code)
    # git has gone, or has all of it: standard output is not to be flushed.
    sys.stderr.flush()
    os._exit(code)


def _run(argv: list[str]) -> int:
    if len(argv) != _ARGUMENTS:
        raise UsageError("git-remote-dvm is started by git.", remedy="Use it so: git clone dvm://VM/REPOSITORY")
    address = parse_url(argv[2])
    while (line := _line()) not in {"", "\n"}:
        command, _, argument = line.rstrip("\n").partition(" ")
        if command == "capabilities":
            os.write(1, b"connect\n\n")
        elif command == "connect" and argument in set(Service):
            return _connect(address, Service(argument))
        else:
            raise UsageError(
                f'git asks for "{visible(line.strip())}", which dvm:// addresses do not have.',
                remedy="They have clone, fetch, push and ls-remote; for the rest, run git in the VM by `dvm ssh`.",
            )
    return ExitCode.DONE


def _line() -> str:
    """Read one line, and nothing behind it: that is the guest's."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _MOST_LINE and (byte := os.read(0, 1)):
        line += byte
    return line.decode("utf-8", "replace")


def _connect(address: Address, service: Service) -> int:
    host = Host()
    entrance = enter(host, address.vm, None, str(service))
    guest = entrance.guest
    said = ScreenedLines()

    def errors(chunk: bytes) -> None:
        _say(said.feed(chunk))

    screen = Screen(service, address.vm)
    with entrance.connection.relaying(guest.git(service, address.path), stdin=0, errors=errors) as piped:
        # ssh alone reads from git now: git is to see when it ends.
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        came = True
        with contextlib.suppress(BrokenPipeError):
            os.write(1, b"\n")
            came = pass_on(piped.file.fileno(), 1, screen)
        os.dup2(null, 1)
    _say(said.end())
    completed = piped.completed
    if not came and completed is not None and completed.status == _GIT_REFUSED:
        init = shlex.join(("dvm", "ssh", guest.vm, "--", "git", "init", address.path))
        home = address.path.startswith("~/")
        make = "" if home else f" This makes one: {init}"
        _say(f"dvm: `dvm status {guest.vm} --work` shows the repositories in its code directory.{make}\n")
    return ExitCode.FAILED if completed is None or completed.status else ExitCode.DONE


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _tell(error: BaseException) -> int:
    """Say in one line what does not work, and what to do: git's own lines follow."""
    if not isinstance(error, DvmError):
        known = of_host(error)
        sys.stderr.write(f"dvm: {visible(known.summary if known else f'A bug in DVM: {error!r}')}\n")
        return ExitCode.FAILED
    remedy = " ".join(error.remedy.split())
    if isinstance(error, UnknownVMError):
        remedy = f"{error.detail} {remedy}"  # which names the ones there are
    command = remedy.startswith("dvm ")
    said = f"{error.summary}{f' Run: {remedy}' if command else f' {remedy}' if remedy else ''}"
    sys.stderr.write(f"dvm: {visible(said)}\n")
    return error.exit_code


if __name__ == "__main__":
    main()
