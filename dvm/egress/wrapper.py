"""QEMU for a VM whose egress is limited: the one network device leads to DVM's proxy, or QEMU is not started.

`QEMU_SYSTEM_…` names a program that starts it, with the user's own QEMU in front of what Lima adds. All are one
process, so the command line that the kernel shows of it is the one made here.
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PID_FILE = "-pidfile"
_PROBES = frozenset({"-M", "none", "-accel", "-netdev", "-machine", "-cpu", "help", "--version", "-version"})
_MACHINES = frozenset({"-M", "-machine"})
_FAILED = 1


def main(qemu: str, *words: str) -> None:
    """Become QEMU, with its network shut, or as it is where Lima only asks what it can do.

    Raises:
        NetworkError: the network can't be shut. PolicyError: there is no policy for this VM. OSError: it can't run.
    """
    from dvm.egress.netdev import NetworkError, shut
    from dvm.egress.policy import read_policy

    if not os.path.isabs(qemu):  # noqa: PTH117
        raise NetworkError("QEMU is not named by its path")
    changed = list(words)
    if not _is_probe(words):
        directory = _directory(words)
        changed = shut(words, directory, read_policy(directory))
    os.execv(qemu, [qemu, *changed])  # noqa: S606


def _is_probe(words: Sequence[str]) -> bool:
    """Whether Lima asks QEMU for its version, or what it has: nothing runs then."""
    if not words or not ({"help", "--version", "-version"} & set(words)):
        return False
    machine = False
    for word in words:
        # The name of a machine is the only word of which there are many.
        if word not in _PROBES and not (machine and "=" not in word and not word.startswith("-")):
            return False
        machine = word in _MACHINES
    return True


def _directory(words: Sequence[str]) -> str:
    from dvm.egress.netdev import NetworkError

    files = [following for word, following in pairwise(words) if word == _PID_FILE]
    if len(files) != 1 or not os.path.isabs(files[0]):  # noqa: PTH117
        raise NetworkError("it does not say which VM it is: -pidfile is missing")
    return os.path.dirname(files[0])  # noqa: PTH120


def console() -> None:
    """Run as a program."""
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    from dvm.egress.netdev import NetworkError
    from dvm.egress.policy import PolicyError

    try:
        main(*sys.argv[1:])
    except TypeError:
        sys.stderr.write("dvm-qemu: name QEMU by its path.\n")
    except (NetworkError, PolicyError) as error:
        sys.stderr.write(f"dvm-qemu: QEMU was not started: {error}.\n")
    except OSError as error:
        sys.stderr.write(f"dvm-qemu: QEMU was not started: {error.strerror}: {error.filename}.\n")
    sys.exit(_FAILED)


if __name__ == "__main__":
    console()
