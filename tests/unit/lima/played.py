"""A guest program run for real, on this machine's Bash, as the call to a guest runs it."""

from __future__ import annotations

import shutil
import subprocess

from dvm.lima.guest_call import Ending, GuestCall
from dvm.lima.guest_calls import as_root
from dvm.lima.process import Completed


def prepared(name: str, *arguments: str, payload: bytes = b"") -> tuple[GuestCall, list[str]]:
    """Return a call, and what of it runs in the guest."""
    call = GuestCall(as_root("dvm-app", name, *arguments), payload)
    return call, list(call.argv[call.argv.index("bash") :])


def ended(call: GuestCall, status: int, out: bytes, err: bytes = b"") -> Ending:
    """Return how a call ended whose output is known."""
    heard = call.heard()
    heard.output(out)
    heard.errors(err)
    return heard.ended(Completed(call.argv, status, 0.0, tail=tuple(err.decode().splitlines())))


def play(
    name: str, *arguments: str, payload: bytes = b"", path: str = "/usr/bin:/bin", bash: str = "", seconds: float = 60
) -> Ending:
    """Run a program to its end."""
    call, argv = prepared(name, *arguments, payload=payload)
    argv[0] = bash or str(shutil.which("bash"))
    done = subprocess.run(argv, input=call.stdin, env={"PATH": path}, capture_output=True, check=False, timeout=seconds)
    return ended(call, done.returncode, done.stdout, done.stderr)
