"""`limactl info`: where Lima keeps things, and which templates there are."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from dvm.simulator.effective import host_arch, host_os
from dvm.simulator.templates import NAMES
from dvm.simulator.validation import VM_TYPES
from dvm.simulator.version import VERSION

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Print a JSON object; a part of what the real one has."""
    known = {
        "version": f"v{VERSION}",
        "templates": [{"name": name, "location": f"template:{name}"} for name in NAMES],
        "limaHome": str(call.home.path),
        "vmTypes": list(VM_TYPES.get(host_os(), ())),
        "hostOS": host_os(),
        "hostArch": host_arch(),
        "identityFile": str(call.home.config / "user"),
    }
    sys.stdout.write(json.dumps(known, indent=4) + "\n")
    return 0
