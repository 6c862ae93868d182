"""What the schemas of the JSON show as examples; a test holds each to its schema. Imported by schema.py only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dvm.views.documents import CheckDocument, PlanDocument, ScriptDocument
    from dvm.views.event_documents import Event, HookDocument, ResourceDocument

_OLD = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_NEW = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
_VERSION = "0.1.0"
_LIMACTL = "2.2.0"

_SCRIPT: ScriptDocument = {
    "path": "setup/node.sh",
    "sha256": _NEW,
    "as": "admin",
    "reason": "changed",
    "env": {},
    "files": {"npmrc": _NEW},
}
_ATTRIBUTES: dict[str, Any] = {"template": "template:fedora", "memory": "4GiB", "ports": ["3000:3000"]}
_CHECK: CheckDocument = {
    "code": "DVM204",
    "severity": "warn",
    "status": "fail",
    "subject": "/home/me/.config/dvm/setup/node.sh",
    "summary": "Version not pinned",
    "detail": "dnf takes any version there is of: nodejs.",
    "remedy": "Name the exact version.",
    "location": {"path": "/home/me/.config/dvm/setup/node.sh", "line": 4, "column": None},
}

PLANS: list[PlanDocument] = [
    {
        "format_version": "1.0",
        "dvm_version": _VERSION,
        "limactl_version": _LIMACTL,
        "timestamp": "2026-01-31T12:00:00Z",
        "manifest": {"path": "/home/me/.config/dvm/dvm.toml", "sha256": _OLD},
        "applyable": True,
        "errored": False,
        "summary": {"add": 0, "change": 1, "replace": 0, "destroy": 0, "setup": 1},
        "resource_changes": [
            {
                "address": "vm.app",
                "previous_address": "",
                "name": "app",
                "instance": "dvm-app",
                "change": {
                    "actions": ["update"],
                    "before": {"cpus": 2, **_ATTRIBUTES},
                    "after": {"cpus": 4, **_ATTRIBUTES},
                },
                "action_reason": "drift",
                "restart": True,
                "boots": False,
                "stops": False,
                "bootstraps": False,
                "renews": False,
                "base": None,
                "scripts": [_SCRIPT],
                "provisioning": [],
                "changes": [{"name": "cpus", "old": 2, "new": 4, "effect": "restarts", "elements": []}],
                "withheld": [],
                "waiting": [],
                "waiting_scripts": [],
                "keeps_work": False,
                "restores_work": False,
                "notes": [],
            }
        ],
        "steps": [
            {
                "id": "vm.app/stop",
                "address": "vm.app",
                "action": "stop",
                "needs": [],
                "argv": ["limactl", "stop", "--tty=false", "dvm-app"],
                "script": None,
            },
            {
                "id": "vm.app/edit",
                "address": "vm.app",
                "action": "edit",
                "needs": ["vm.app/stop"],
                "argv": ["limactl", "edit", "--tty=false", "--set=.cpus = 4", "dvm-app"],
                "script": None,
            },
        ],
        "checks": [_CHECK],
        "unmanaged": ["dvm-mine"],
        "orphans": ["old"],
        "ephemerals": [],
        "strays": [],
        "elsewhere": [{"name": "work", "instance": "dvm-work", "manifest": "/home/me/work/dvm.toml"}],
        "diagnostics": [],
    }
]

_RESOURCE: ResourceDocument = {"address": "vm.app", "name": "app", "instance": "dvm-app"}
_START: HookDocument = {"resource": _RESOURCE, "step": "vm.app/start", "action": "start", "script": None}
_SETUP: HookDocument = {
    "resource": _RESOURCE,
    "step": "vm.app/setup",
    "action": "setup",
    "script": "setup/node.sh",
}

EVENTS: list[Event] = [
    {
        "@level": "info",
        "@message": f"DVM {_VERSION}",
        "@timestamp": "2026-01-31T12:00:00.000Z",
        "type": "version",
        "dvm": _VERSION,
        "limactl": _LIMACTL,
        "ui": "1.0",
    },
    {
        "@level": "warn",
        "@message": "DVM204 Version not pinned",
        "@timestamp": "2026-01-31T12:00:00.100Z",
        "type": "diagnostic",
        "diagnostic": {
            "severity": "warning",
            "summary": "DVM204 Version not pinned",
            "detail": _CHECK["detail"],
            "address": None,
            "location": _CHECK["location"],
        },
        "check": _CHECK,
    },
    {
        "@level": "info",
        "@message": "vm.app: update",
        "@timestamp": "2026-01-31T12:00:00.125Z",
        "type": "planned_change",
        "change": {
            "resource": _RESOURCE,
            "actions": ["update"],
            "reason": "drift",
            "restart": True,
            "scripts": [_SCRIPT],
        },
    },
    {
        "@level": "info",
        "@message": "vm.app: start complete after 14s",
        "@timestamp": "2026-01-31T12:00:20.500Z",
        "type": "apply_complete",
        "hook": _START,
        "elapsed_seconds": 14.2,
    },
    {
        "@level": "info",
        "@message": "vm.app: added 42 packages",
        "@timestamp": "2026-01-31T12:01:20.100Z",
        "type": "apply_output",
        "hook": _SETUP,
        "line": "added 42 packages",
    },
    {
        "@level": "error",
        "@message": "vm.app: setup failed after 1m 2s",
        "@timestamp": "2026-01-31T12:01:22.750Z",
        "type": "apply_errored",
        "hook": _SETUP,
        "elapsed_seconds": 62.2,
        "exit_status": 1,
        "log": "/home/me/.local/state/dvm/app/setup.log",
        "tail": ["No match for argument: nodejs-22.99"],
        "refused": False,
        "where": {"path": "setup/node.sh", "line": 12, "text": "grep -q x /etc/passwd", "caller": None},
    },
]
