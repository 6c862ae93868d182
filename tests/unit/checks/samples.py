"""Evidence and instances that pass every check, to be spoilt one thing at a time."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dvm.checks.subjects import FileSubject, InstanceSubject
from dvm.lima.fields.drift import vouched
from dvm.lima.fields.parts import parts_of
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.evidence import FileEvidence, Kind, PathPart, Role
from dvm.model.instance import Forward, Posture
from dvm.model.lima_config import LimaConfig
from tests import factories

if TYPE_CHECKING:
    from dvm.model.manifest import DesiredVM

ME, STRANGER = 1000, 4242
OVERRIDE = Path("/l/_config/override.yaml")
DEFAULT = Path("/l/_config/default.yaml")
ESC = "\x1b[2J"


def directory(path: str, uid: int = ME, mode: int = 0o755) -> PathPart:
    return PathPart(Path(path), Kind.DIRECTORY, uid, mode)


def link(path: str, uid: int = ME) -> PathPart:
    return PathPart(Path(path), Kind.SYMLINK, uid, 0o777)


HOME_PARTS = (
    directory("/", 0),
    directory("/home", 0),
    directory("/home/me"),
    directory("/home/me/dvm", mode=0o700),
)


def file(role: Role = Role.SCRIPT, path: str = "/home/me/dvm/base.sh", **changes: Any) -> FileEvidence:
    """A file that passes every check."""
    templates = {Role.TEMPLATE: b"base: template:fedora\n", Role.LIMA_CONFIG: b"cpus: 2\n"}
    content = templates.get(role, b"#!/bin/bash\ntrue\n")
    good = replace(factories.evidence(path, content, role), owner=ME, mode=0o644, parts=HOME_PARTS)
    return replace(good, **changes)


def file_subject(role: Role = Role.SCRIPT, path: str = "/home/me/dvm/base.sh", **changes: Any) -> FileSubject:
    return FileSubject(file(role, path, **changes), ME)


def config(override: dict[str, Any] | None = None, default: dict[str, Any] | None = None) -> LimaConfig:
    """Lima's host-wide files as YAML mappings."""
    parsed = {OVERRIDE: override, DEFAULT: default}
    there = {path: value for path, value in parsed.items() if value is not None}
    return LimaConfig(tuple(file(Role.LIMA_CONFIG, str(path)) for path in there), there)


def standard(**changes: Any) -> DesiredVM:
    return factories.desired(isolation="standard", **changes)


def subject(vm: DesiredVM | None = None, lima_config: LimaConfig | None = None, **posture: Any) -> InstanceSubject:
    """The instance of `vm` as the manifest wants it, but for these parts of its posture."""
    vm = vm or factories.desired()
    instance = factories.instance(vm)
    assert instance.posture is not None
    changed = replace(instance, posture=replace(instance.posture, **posture))
    return InstanceSubject(changed, vm, lima_config or LimaConfig())


def orphan(lima_config: LimaConfig | None = None, **posture: Any) -> InstanceSubject:
    return replace(subject(None, lima_config, **posture), desired=None)


def configured(
    declared: dict[str, Any], found: dict[str, Any], lima_config: LimaConfig | None = None
) -> InstanceSubject:
    """An instance whose receipt vouches for what its template `declared`, and in which Lima has what is `found`."""
    there = subject(None, lima_config)
    receipt = factories.receipt(factories.desired(), configuration=vouched(parts_of(declared)))
    return replace(there, instance=replace(there.instance, receipt=receipt, parts=parts_of(found)))


def forward(host: int | tuple[int, int], guest: int | tuple[int, int] | None = None, **changes: Any) -> Forward:
    guest = host if guest is None else guest
    hosts, guests = (ports if isinstance(ports, tuple) else (ports, ports) for ports in (host, guest))
    return replace(Forward("127.0.0.1", hosts, "127.0.0.1", guests), **changes)


def texts(results: list[CheckResult]) -> str:
    return "\n".join(f"{result.subject}: {result.summary}: {result.detail} {result.remedy}" for result in results)


def plain_posture(subject: InstanceSubject) -> Posture:
    assert subject.instance.posture is not None
    return subject.instance.posture


def denied(
    path: str, code: str = "DVM102", command: str = "Read it, then: chmod go-w", alike: str = "script, 0664"
) -> CheckResult:
    """A denial whose remedy ends in its path."""
    fixes = shlex.quote(path)
    remedy = f"{command} {fixes}"
    return CheckResult(
        code, Weight.DENY, Outcome.FAIL, path, "Title", f"{path} is open.", remedy, fixes=fixes, alike=alike
    )
