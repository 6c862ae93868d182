"""What a guest is known by: taken out of a base before it is cloned, and made anew in each clone."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from dvm.simulator.guest.machine import IDENTITY

if TYPE_CHECKING:
    from dvm.simulator.guest.process import Process

USAGE = 64


def seal(process: Process, args: list[str]) -> int:
    """`dvm-seal`: answers what the guest was known by, and forgets it. A test says that it does not (`unsealed`)."""
    if args:
        process.say_error("dvm-seal takes no arguments")
        return USAGE
    with process.machine.remembering() as memory:
        _answer(process, memory)
        memory["sealed"] = True
        if not (process.machine.dir / "unsealed").exists():
            memory["identity"] = {}
    return 0


def renew(process: Process, args: list[str]) -> int:
    """`dvm-renew`: makes anew what is older than this boot, and answers what the guest is known by then."""
    if args:
        process.say_error("dvm-renew takes no arguments")
        return USAGE
    with process.machine.remembering() as memory:
        if memory["identity"].get("boot") != memory["boot"] and not (process.machine.dir / "stubborn").exists():
            memory["identity"] = {"boot": memory["boot"], **{kind: secrets.token_hex(32) for kind in IDENTITY}}
        _answer(process, memory)
    return 0


def _answer(process: Process, memory: dict[str, Any]) -> None:
    for kind in IDENTITY:
        if kind in memory["identity"]:
            process.answer("identity", kind, memory["identity"][kind])
