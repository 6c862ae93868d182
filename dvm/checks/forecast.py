"""What its template and Lima's `_config` would make of an instance that does not exist yet.

After a create the effective configuration is read and checked in any case. This look ahead spares the user a
create that is refused at its end and, worse, a replacement that destroys the old instance first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from dvm.checks.instances import CHECKS
from dvm.checks.instances.forwards import HIGHEST_PORT, LOOPBACK, UNSPECIFIED, read_forward
from dvm.checks.instances.host_data import disk_name
from dvm.checks.posture import posture
from dvm.checks.subjects import InstanceSubject
from dvm.lima.fields.field import Decider
from dvm.lima.fields.parts import parts_of
from dvm.lima.fields.table import row
from dvm.lima.listing import audio_of, locations_of, script_of, vnc_of
from dvm.model.choices import Isolation
from dvm.model.instance import Forward, Instance, Mount, Part, Posture, Provision, Status
from dvm.model.lima_config import LimaConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dvm.model.check import CheckResult
    from dvm.model.manifest import DesiredVM
    from dvm.model.template import Template

Yaml = dict[str, Any]
NOTHING: Mapping[str, Any] = {}
# What these say of an instance that is not there yet is no news: there is no receipt, and it was not booted.
_OF_RECEIPTS = frozenset({"DVM310", "DVM311", "DVM313", "DVM315"})
_NOT_IN_PLAIN = frozenset({"timezone", "containerd.system", "containerd.user"})
ReadT = TypeVar("ReadT")


def forecast(desired: DesiredVM, lima_config: LimaConfig, lima_home: Path) -> list[CheckResult]:
    """Return what would be wrong with a new instance on account of `_config`."""
    if not lima_config.parsed:
        return []
    instance = Instance(
        name=desired.instance,
        status=Status.STOPPED,
        dir=lima_home / desired.instance,
        posture=_posture(desired, lima_config),
        parts=_parts(desired, lima_config),
    )
    because = "The VM is not there yet; Lima would merge this into it."
    return [
        replace(result, detail=f"{result.detail} {because}")
        for result in posture(InstanceSubject(instance, desired, lima_config), fixed=False)
        # What DVM sets itself, and that there is no receipt yet, is no news.
        if result.location is not None and result.location.path in lima_config.parsed
    ]


def _beyond_templates(template: Template) -> dict[str, Part]:
    """Return what a template says that none may say, and that DVM does not set otherwise in each instance."""
    nothing: dict[str, Part] = {}
    parts = _lenient(parts_of, _set(template.declared), nothing)
    rows = {path: row(part.field) for path, part in parts.items()}
    return {
        path: part
        for path, part in parts.items()
        if (field := rows[path]) is None or not (field.declarable or field.decider is Decider.DVM)
    }


def _set(value: Any) -> Any:  # noqa: ANN401 - any YAML
    """Return a value without what is null, which sets nothing: template:default has many of these."""
    if isinstance(value, dict):
        found = {key: _set(each) for key, each in value.items()}
        return {key: each for key, each in found.items() if each is not None and each != {}}
    return [_set(each) for each in value] if isinstance(value, list) else value


def _parts(desired: DesiredVM, lima_config: LimaConfig) -> dict[str, Part]:
    """Return what nobody would have declared; plain mode takes some of it away."""
    strict = desired.config.isolation is Isolation.STRICT
    nothing: dict[str, Part] = {}
    files = [_lenient(parts_of, value, nothing) for value in lima_config.parsed.values()]
    found = {path: part for parts in files for path, part in parts.items()}
    return {path: part for path, part in found.items() if not (strict and part.field in _NOT_IN_PLAIN)}


def forecast_template(desired: DesiredVM, template: Template, lima_home: Path) -> list[CheckResult]:
    """Return what would be wrong with a new instance on account of its template, whatever `_config` adds to it.

    What DVM sets in each instance (mounts, forwards, ssh and others) replaces the template's, and is not looked at.
    """
    nothing = LimaConfig()
    instance = Instance(
        name=desired.instance,
        status=Status.STOPPED,
        dir=lima_home / desired.instance,
        posture=_posture(desired, nothing, template.declared),
        parts=_beyond_templates(template),
    )
    subject = InstanceSubject(instance, desired, nothing, template.locator)
    return [result for check in CHECKS if check.code not in _OF_RECEIPTS for result in check.run(subject)]


def _posture(desired: DesiredVM, lima_config: LimaConfig, template: Mapping[str, Any] = NOTHING) -> Posture:
    override, base, default = (_file(lima_config, f"{name}.yaml") for name in ("override", "base", "default"))
    config = desired.config
    # Lists add up; of plain values DVM sets its own in the instance, and only override.yaml's are stronger.
    plain = _flag(override.get("plain"), otherwise=config.isolation is Isolation.STRICT)
    ssh = override.get("ssh")
    ssh = ssh if isinstance(ssh, dict) else {}
    forwards = (*_forwards(override), *_declared(desired), *_forwards(default))
    # Of base.yaml DVM's own settings replace all but these lists.
    files = (override, template, base, default)
    nothing: tuple[str, ...] = ()
    provision = [entry for file in files for entry in _entries(file, "provision")]
    return Posture(
        plain=plain,
        mounts=() if plain else tuple(_mount(e) for f in (default, override) for e in _entries(f, "mounts")),
        forwards=tuple(rule for rule in forwards if rule.static or not plain),
        forward_agent=ssh.get("forwardAgent") is True,
        forward_x11=ssh.get("forwardX11") is True or ssh.get("forwardX11Trusted") is True,
        networks=tuple(
            json.dumps(e, default=str) for f in (default, base, template, override) for e in _entries(f, "networks")
        ),
        provision=tuple(Provision(str(e.get("mode") or "system"), str(script_of(e) or "")) for e in provision),
        probes=tuple(str(entry.get("script") or "") for f in files for entry in _entries(f, "probes")),
        copy_to_host=tuple(str(entry.get("host") or "") for f in files for entry in _entries(f, "copyToHost")),
        proxy_env=_flag(override.get("propagateProxyEnv"), otherwise=config.proxy_env),
        env={
            str(name): str(value) for f in (default, template, override) for name, value in _mapping(f, "env").items()
        },
        disks=tuple(disk_name(entry) for f in files for entry in _list(f, "additionalDisks")),
        ca_files=tuple(
            str(path) for f in (default, base, template, override) for path in _list(_mapping(f, "caCerts"), "files")
        ),
        images=tuple(place for file in files for place in _lenient(locations_of, file, nothing)),
        ssh_public_keys=ssh.get("loadDotSSHPubKeys") is True,
        audio=_lenient(audio_of, _mapping(override, "audio"), ""),
        vnc=_lenient(
            vnc_of, {**_mapping(default, "video"), **_mapping(template, "video"), **_mapping(override, "video")}, ""
        ),
    )


def _lenient(read: Callable[[Yaml], ReadT], value: Mapping[str, Any], otherwise: ReadT) -> ReadT:
    try:
        return read(dict(value))
    except (TypeError, AttributeError):
        return otherwise  # Lima does not take it


def _declared(desired: DesiredVM) -> list[Forward]:
    strict = desired.config.isolation is Isolation.STRICT
    rules = [
        Forward(LOOPBACK, (port.host, port.host), LOOPBACK, (port.guest, port.guest), static=True)
        for port in desired.config.ports
    ]
    if not strict and not desired.config.auto_ports:
        rules.append(Forward(LOOPBACK, (1, HIGHEST_PORT), UNSPECIFIED, (1, HIGHEST_PORT), ignore=True))
    return rules


def _file(lima_config: LimaConfig, name: str) -> Mapping[str, Any]:
    return next((value for path, value in lima_config.parsed.items() if path.name == name), {})


def _list(file: Mapping[str, Any], key: str) -> list[Any]:
    value = file.get(key)
    return value if isinstance(value, list) else []


def _entries(file: Mapping[str, Any], key: str) -> list[Yaml]:
    return [entry for entry in _list(file, key) if isinstance(entry, dict)]


def _mapping(file: Mapping[str, Any], key: str) -> Yaml:
    value = file.get(key)
    return value if isinstance(value, dict) else {}


def _forwards(file: Mapping[str, Any]) -> list[Forward]:
    read = (read_forward(entry) for entry in _entries(file, "portForwards"))
    return [rule for rule in read if rule is not None]


def _mount(entry: Yaml) -> Mount:
    location = str(entry.get("location") or "")
    return Mount(location, str(entry.get("mountPoint") or location), entry.get("writable") is True)


def _flag(value: object, *, otherwise: bool) -> bool:
    return value if isinstance(value, bool) else otherwise
