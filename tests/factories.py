"""Small, whole examples of the model, for tests that vary one thing."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dvm.model.evidence import FileEvidence, Kind, Role
from dvm.model.guest_network import guest_network
from dvm.model.instance import Forward, Instance, Observed, Posture, Status
from dvm.model.manifest import DesiredVM, Manifest, Script
from dvm.model.owner import Owner
from dvm.model.receipt import BOOTSTRAP_VERSION, Bootstrap, Receipt, SetupRecord
from dvm.model.settings import Settings
from dvm.model.vm import VM, SetupEntry

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CATCH_ALL = Forward("127.0.0.1", (1, 65535), "0.0.0.0", (1, 65535), ignore=True)


def evidence(path: str, content: bytes = b"", role: Role = Role.SCRIPT) -> FileEvidence:
    digest = hashlib.sha256(content).hexdigest()
    return FileEvidence(role, Path(path), Path(path), (), Kind.REGULAR, os.geteuid(), 0o600, content, digest)


def script(name: str, text: str = "true\n", **entry: Any) -> Script:
    return Script(SetupEntry.model_validate({"script": name, **entry}), evidence(f"/c/{name}", text.encode()))


def desired(name: str = "app", *scripts: Script, cpus: int = 4, **config: Any) -> DesiredVM:
    body = VM.model_validate(config).model_copy(update={"setup": tuple(item.entry for item in scripts)})
    return DesiredVM(name, body, body.cpus or cpus, tuple(scripts))


def manifest(*vms: DesiredVM) -> Manifest:
    by_name = {vm.name: vm for vm in sorted(vms, key=lambda vm: vm.name)}
    return Manifest(Path("/c/dvm.toml"), Settings(), by_name, (evidence("/c/dvm.toml", b"x", Role.MANIFEST),))


def record(item: Script, **changes: Any) -> SetupRecord:
    facts: dict[str, Any] = {
        "path": item.entry.script,
        "sha256": item.sha256,
        "as_": item.entry.as_,
        "run_id": "r1",
        "started": NOW,
        "ended": NOW,
        "exit_status": 0,
        "content": (item.file.content or b"").decode(),
    }
    return SetupRecord(**(facts | changes))


def receipt(vm: DesiredVM, **changes: Any) -> Receipt:
    config = vm.config
    made = Bootstrap(
        user=config.user,
        sudo=config.sudo,
        subuid_count=config.subuid_count,
        subgid_count=config.subgid_count,
        version=BOOTSTRAP_VERSION,
        host_loopback=config.host_loopback,
        firewall=guest_network(vm).firewall,
        firewall_tool="nft",
        proxied=vm.limited,
        reach=dict(guest_network(vm).reach),
        ended=NOW,
    )
    facts: dict[str, Any] = {
        "vm": vm.name,
        "instance": vm.instance,
        "template": config.template,
        "template_sha256": vm.template_sha256,
        "depends_on": config.depends_on,
        "created": NOW,
        "created_by": "0.1.0",
        "manifest": "/c/dvm.toml",
        "applied": NOW,
        "bootstrap": made,
        "users": (config.user,),
        "setup": tuple(record(item) for item in vm.scripts),
    }
    return Receipt(**(facts | changes))


def instance(vm: DesiredVM, **changes: Any) -> Instance:
    """The instance that matches `vm` in every way, but for `changes`."""
    config = vm.config
    strict = config.isolation == "strict"
    forwards = [
        Forward("127.0.0.1", (port.host, port.host), "127.0.0.1", (port.guest, port.guest), static=True)
        for port in sorted(config.ports)
    ]
    if not strict and not config.auto_ports:
        forwards.append(CATCH_ALL)
    facts: dict[str, Any] = {
        "name": vm.instance,
        "status": Status.RUNNING if config.running else Status.STOPPED,
        "dir": Path("/l") / vm.instance,
        "vm_type": "qemu",
        "arch": "x86_64",
        "cpus": vm.cpus,
        "memory": config.memory,
        "disk": config.disk,
        "ssh_port": 2222,
        "protected": config.protect,
        "login_user": "me",
        "posture": Posture(plain=strict, forwards=tuple(forwards), proxy_env=config.proxy_env),
        "receipt": receipt(vm),
        "owner": Owner(Path("/c/dvm.toml")),
    }
    return Instance(**(facts | changes))


def observed(*instances: Instance) -> Observed:
    return Observed(Path("/l"), "2.2.0", {item.name: item for item in sorted(instances, key=lambda i: i.name)})
