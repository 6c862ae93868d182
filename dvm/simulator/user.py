"""The login user that Lima makes in each guest after the host's user."""

from __future__ import annotations

import os
import pwd
import re
from typing import Any

_VALID = re.compile(r"[a-z_][a-z0-9_-]*")


def login_user() -> dict[str, Any]:
    """Return the fields of `user` in lima.yaml as Lima fills them: the host user's name, comment and uid.

    The real limactl refuses to run as root; the simulator, whose guests are files, calls that user `lima`.
    """
    uid = os.getuid()
    try:
        entry = pwd.getpwuid(uid)
        name, comment = entry.pw_name, entry.pw_gecos.split(",")[0]
    except KeyError:
        name, comment = os.environ.get("USER", ""), ""
    if uid == 0 or not _VALID.fullmatch(name):
        name, comment, uid = "lima", "", uid or 1000
    return {
        "name": name,
        "comment": comment,
        "home": f"/home/{name}.guest",
        "shell": "/bin/bash",
        "uid": uid,
        "passwordlessSudo": True,
    }
