"""`dvm verify`."""

from __future__ import annotations

import os
import sys

from dvm.cli.guest.entrance import named
from dvm.cli.guest.verifying import verify_walls
from dvm.cli.host import Host
from dvm.cli.line import options as opt
from dvm.errors import ExitCode
from dvm.model.names import address
from dvm.views.at_work import at_work
from dvm.views.json_text import render_json
from dvm.views.styles import Ink, use_colour
from dvm.views.walls import render_walls, walls_json


def verify(vm: opt.VM, manifest: opt.ManifestPath = None, json: opt.Json = False) -> int:
    """Try the walls around a VM that runs, from both sides, and show what was seen.

    From inside as root, as DVM_USER and as a process in a container would; from the host what its processes listen on.
    Each line says who vouches for it: what the guest says is its own word. Ends with 3 if a wall that the manifest
    promises was not seen to hold.

    Example: dvm verify app
    """
    name = named(vm)
    with at_work(f"Trying the walls around {address(name)}...", os.environ):
        checks = verify_walls(Host(), name, manifest)
    if json:
        sys.stdout.write(render_json(walls_json(checks)))
    else:
        sys.stdout.write(render_walls(name, checks, ink=Ink(use_colour(sys.stdout, os.environ))))
    return ExitCode.REFUSED if any(check.fails for check in checks) else ExitCode.DONE
