"""What the schemas of files show as examples; a test holds each to its schema and the manifests to the reader."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dvm.model.choices import RunAs
from dvm.model.lock import Lock
from dvm.model.receipt import Bootstrap, Receipt, SetupRecord

_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_BEGUN = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
_ENDED = datetime(2026, 1, 31, 12, 1, 30, tzinfo=UTC)

_VM_BODY: dict[str, Any] = {
    "template": "template:fedora",
    "memory": "8GiB",
    "ports": ["3000:3000"],
    "setup": ["setup/base.sh", {"script": "setup/node.sh", "as": "user", "files": ["setup/files/npmrc"]}],
    "depends_on": ["db"],
}

VM_FILES: list[dict[str, Any]] = [_VM_BODY]

MANIFESTS: list[dict[str, Any]] = [
    {
        "version": 1,
        "settings": {"parallelism": 2, "require_review": True},
        "defaults": {"memory": "4GiB"},
        "base": {"node": {"setup": ["setup/node.sh"], "env": {"NODE_VERSION": "22.11.0"}}},
        "vm": {"app": _VM_BODY, "web": {"base": "node", "ports": ["5173"]}, "db": {"disk": "20GiB", "protect": True}},
    }
]

LOCKS = [Lock(scripts={"setup/base.sh": _DIGEST}, files={"setup/files/npmrc": _DIGEST})]

RECEIPTS = [
    Receipt(
        vm="app",
        instance="dvm-app",
        template="template:fedora",
        depends_on=("db",),
        created=_BEGUN,
        created_by="0.1.0",
        manifest="/home/me/.config/dvm/dvm.toml",
        applied=_ENDED,
        bootstrap=Bootstrap(user="developer", sudo=False, subuid_count=65536, subgid_count=65536, ended=_BEGUN),
        users=("developer",),
        setup=(
            SetupRecord(
                path="setup/base.sh",
                sha256=_DIGEST,
                as_=RunAs.ADMIN,
                files={"npmrc": _DIGEST},
                run_id="5f0c7f4e9a1b4d0c8e6a2b3c4d5e6f70",
                started=_BEGUN,
                ended=_ENDED,
                exit_status=0,
                content="test",
            ),
        ),
    )
]
