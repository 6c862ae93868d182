"""`limactl template copy`: the text of a template, on standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dvm.simulator.log import refuse
from dvm.simulator.templates import read_template

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Print the template.

    Raises:
        Refused: there is none of that name; or it is more than the simulator does.
    """
    if call.line.arg(0, "") != "copy" or call.line.arg(2, "-") != "-":
        refuse("the simulator only copies a template to standard output")
    sys.stdout.write(read_template(call.line.arg(1, "")))
    return 0
