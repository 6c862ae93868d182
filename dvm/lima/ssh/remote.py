"""A guest program as the one line of shell that sshd runs.

The program's text is left in the guest once, in a directory of root's that is new at each boot, and run from there by
a name that has its digest: `ps` in the guest shows a path and not our program. A line that finds no such file leaves
it first, so there is nothing to keep in step.
"""

from __future__ import annotations

import hashlib
import shlex
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dvm.lima.guest_programs import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.lima.guest_call import GuestCall

DIRECTORY = "/run/dvm"
_DIGEST_DIGITS = 12
# Whole or not at all: two sessions may do it at once, and what comes in may be cut off. $2 is its size in bytes.
_LEAVE = (
    'umask 022; mkdir -p "${1%/*}" && chmod 0711 "${1%/*}" && cat >"$1.$$" && '
    '[ "$(wc -c <"$1.$$")" -eq "$2" ] && mv -f "$1.$$" "$1"'
)
# What root's own shell files export has no part in a session.
_CLEAN = 'env -i TERM="$TERM" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash --noprofile --norc'


class Invocation(Struct, frozen=True):
    """A guest program (a file of dvm/lima/guest without its ending) and its arguments, to be run as root."""

    program: str
    arguments: tuple[str, ...] = ()


def invocation(name: str, *arguments: str) -> Invocation:
    """Return the call of a guest program."""
    return Invocation(name, arguments)


@cache
def place(name: str) -> str:
    """Return where a guest program is left in the guest."""
    return f"{DIRECTORY}/{name}-{hashlib.sha256(text(name).encode()).hexdigest()[:_DIGEST_DIGITS]}"


def line(called: Invocation, *, by_root: bool = False) -> str:
    """Return the line that runs a guest program as root, with the session's own standard streams.

    It is for the login user's shell, or `by_root` for root's. sshd starts either without a profile: what
    /etc/profile.d does has no part in it.
    """
    sudo = () if by_root else ("sudo", "-n")
    whole = shlex.quote(text(called.program))
    leave = f"printf %s {whole} | {_words(*sudo, 'sh', '-c', _LEAVE)} dvm-leave $p {_size(called.program)}"
    run = _CLEAN if by_root else _words(*sudo, "bash")
    return f"p={place(called.program)}; [ -r $p ] || {leave}; exec {run} $p {_words(*called.arguments)}".rstrip()


def leaving(name: str) -> str:
    """Return the line, for root's shell, that leaves a guest program: it comes in on standard input, behind a line.

    That line is printed when the program is there: a shell whose own files end it or print would not do.
    """
    script = f'IFS= read -r number || exit; {_LEAVE} && echo "$number"'
    return f"exec {_words('sh', '-c', script, 'dvm-leave', place(name), _size(name))}"


def left_line(called: Invocation) -> str:
    """Return the line, for root's shell, that runs a guest program which was left in the guest."""
    return f"{before_arguments(called.program)}{_words(*called.arguments)}"


def before_arguments(name: str) -> str:
    """Return what of that line comes before the arguments, each quoted for a shell.

    It has the form of `leaving`'s: what root's shell does with the one it does with the other.
    """
    path = place(name)
    gone = f"dvm: {path} is gone, which DVM left in this guest. Stop the VM and start it again."
    script = f'[ -r "$1" ] || {{ echo "{gone}" >&2; exit 127; }}; exec {_CLEAN} "$@"'
    return f"exec {_words('sh', '-c', script, 'dvm-session', path)} "


def _size(name: str) -> str:
    return str(len(text(name).encode()))


def proving_line(call: GuestCall) -> str:
    """Return the line that runs a guest program which comes in on standard input, and proves its end."""
    return f"exec {_words(*call.argv[call.argv.index('sudo') :])}"


def _words(*words: str) -> str:
    return " ".join(shlex.quote(word) for word in words)


def abbreviated(argv: Sequence[str]) -> tuple[str, ...]:
    """Return an ssh call with the line for the guest shortened to what it runs, for people."""
    *options, last = argv
    if not last.startswith("p=/"):
        _, mark, called = last.partition(" dvm-session ")
        return (*options, f"<{called.replace(' ', '> ', 1)}") if mark else tuple(argv)
    return (*options, f"<{last[2:].partition(';')[0]}>{last.rpartition(' $p')[2]}")
