"""`limactl protect`: guards an instance from `delete` and `factory-reset`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.simulator.instance import Instance, NoInstanceError
from dvm.simulator.log import refuse, tick

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Protect each named instance."""
    return each(call, protect=True)


def each(call: Call, *, protect: bool) -> int:
    """Protect or unprotect each named instance; those that are not there are reported in the end.

    Raises:
        Refused: one is not there.
    """
    complaints = []
    for name in call.line.args:
        try:
            instance = Instance(call.home, name, call.reporter)
        except NoInstanceError as error:
            complaints.append(f"failed to inspect instance {tick(name)}: {error}")
            continue
        if instance.protected == protect:
            already = "is already protected" if protect else "isn't protected"
            call.reporter.warning(f"Instance {tick(name)} {already}. Skipping.")
            continue
        mark = instance.dir / "protected"
        if protect:
            mark.touch(mode=0o400)
        else:
            mark.unlink()
        call.reporter.info(f"{'Protected' if protect else 'Unprotected'} {tick(name)}")
    if complaints:
        refuse("\n".join(complaints))
    return 0
