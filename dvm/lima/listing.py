"""`limactl list --json` read into instances, in our units.

The format (measured on Lima 2.2.0): one JSON object a line; memory and disk in bytes at the top level; `config` is the
effective configuration; empty maps and lists may be missing or null; a `config` is missing where lima.yaml could not
be read, and the status is then "" or "Broken".
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from dvm.errors import LimaError
from dvm.lima.fields.parts import parts_of
from dvm.model.instance import Forward, Instance, Mount, Part, Posture, Provision, Status
from dvm.text import visible

Json = dict[str, Any]
_SCRIPT_KEYS = ("script", "content", "expression", "playbook")
_STATUSES = {status.value: status for status in Status}


def parse_listing(answer: bytes) -> dict[str, Instance]:
    """Return the instances by name.

    Raises:
        LimaError: a line is no JSON object, or lacks what every Lima says (name, dir).
    """
    instances: dict[str, Instance] = {}
    # Not splitlines(): a raw U+2028 inside a JSON string is no end of line. Nor split(): a flood of newlines would
    # become a list that is many times larger.
    for number, line in enumerate(io.BytesIO(answer), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            instance = _instance(value)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
            excerpt = visible(line[:80].decode("utf-8", "replace"))
            raise LimaError(
                "`limactl list --json` answered with what is not its format.",
                detail=f"Line {number} begins {excerpt!r} ({type(error).__name__}).",
                remedy="Run it by hand; DVM reads what Lima 2.0 and later print.",
            ) from error
        instances[instance.name] = instance
    return instances


def parse_configuration(answer: bytes) -> dict[str, Part]:
    """Return the parts of a configuration, printed as JSON, that somebody has to vouch for.

    Raises:
        LimaError: it is no configuration.
    """
    try:
        return parts_of({**json.loads(answer)})
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise LimaError(
            "`limactl template yq` answered with what is not its format.",
            detail=type(error).__name__,
            remedy="Run it by hand; DVM reads what Lima 2.0 and later print.",
        ) from error


def _instance(value: Json) -> Instance:
    config: Json = value.get("config") or {}
    return Instance(
        name=_text(value["name"]),
        # A status of a later Lima is nothing we know how to change.
        status=_STATUSES.get(value.get("status") or "", Status.UNKNOWN),
        dir=Path(_text(value["dir"])),
        vm_type=_text(value.get("vmType")),
        arch=_text(value.get("arch")),
        cpus=_number(value.get("cpus")),
        memory=_number(value.get("memory")),
        disk=_number(value.get("disk")),
        ssh_port=_number(value.get("sshLocalPort")),
        ssh_address=_text(value.get("sshAddress")),
        identity=Path(key) if (key := _text(value.get("IdentityFile"))) else None,
        agent_pid=_number(value.get("hostAgentPID")),
        driver_pid=_number(value.get("driverPID")),
        protected=value.get("protected") is True,
        login_user=_text((config.get("user") or {}).get("name")),
        message=_text(config.get("message") or value.get("message")),
        lima_version=_text(value.get("limaVersion")),
        posture=_posture(config) if config else None,
        parts=parts_of(config),
    )


def _posture(config: Json) -> Posture:
    ssh: Json = config.get("ssh") or {}
    return Posture(
        plain=config.get("plain") is True,
        mounts=tuple(_mount(mount) for mount in config.get("mounts") or ()),
        forwards=tuple(_forward(rule) for rule in config.get("portForwards") or ()),
        forward_agent=ssh.get("forwardAgent") is True,
        forward_x11=ssh.get("forwardX11") is True or ssh.get("forwardX11Trusted") is True,
        networks=tuple(json.dumps(network, sort_keys=True) for network in config.get("networks") or ()),
        provision=tuple(
            Provision(_text(item.get("mode")), _text(script_of(item))) for item in config.get("provision") or ()
        ),
        probes=tuple(_text(probe.get("script")) for probe in config.get("probes") or ()),
        copy_to_host=tuple(_text(item.get("host")) for item in config.get("copyToHost") or ()),
        # Lima's own default is to hand them on.
        proxy_env=config.get("propagateProxyEnv") is not False,
        env={_text(name): _text(setting) for name, setting in (config.get("env") or {}).items()},
        disks=tuple(_text(disk.get("name")) for disk in config.get("additionalDisks") or ()),
        ca_files=tuple(_text(path) for path in (config.get("caCerts") or {}).get("files") or ()),
        images=locations_of(config),
        ssh_public_keys=ssh.get("loadDotSSHPubKeys") is True,
        audio=audio_of(config.get("audio") or {}),
        vnc=vnc_of(config.get("video") or {}),
    )


def script_of(entry: Json) -> object:
    """Return what an entry of `provision` or `probes` runs or writes, whichever of its keys has it; else None."""
    return next((entry[key] for key in _SCRIPT_KEYS if entry.get(key)), None)


def image_locations(image: Json) -> tuple[str, ...]:
    """Return the places that an entry of Lima's `images` or `firmware.images` has content of the VM's taken from."""
    parts = (image, image.get("kernel") or {}, image.get("initrd") or {})
    return tuple(_text(part["location"]) for part in parts if part.get("location"))


def locations_of(config: Json) -> tuple[str, ...]:
    """Return them of all its images and its firmware."""
    images = (*(config.get("images") or ()), *((config.get("firmware") or {}).get("images") or ()))
    return tuple(place for image in images for place in image_locations(image))


def audio_of(audio: Json) -> str:
    """Return the sound device by Lima's `audio`; empty: there is none."""
    device = _text(audio.get("device"))
    return "" if device == "none" else device


def vnc_of(video: Json) -> str:
    """Return where a VNC server listens, by Lima's `video`; empty: there is none.

    Lima hands `display` to QEMU as it is, so `vnc=0.0.0.0:0` is one too (source: Lima 2.2, driver/qemu).
    """
    display = _text(video.get("display"))
    if display == "vnc":
        return _text((video.get("vnc") or {}).get("display")) or "127.0.0.1:0"
    return display.removeprefix("vnc=") if display.startswith("vnc=") else ""


def _mount(mount: Json) -> Mount:
    location = _text(mount.get("location"))
    return Mount(location, _text(mount.get("mountPoint")) or location, mount.get("writable") is True)


def _forward(rule: Json) -> Forward:
    guest_range = rule.get("guestPortRange") or [rule.get("guestPort") or 1, rule.get("guestPort") or 65535]
    host_range = rule.get("hostPortRange") or [rule.get("hostPort") or 1, rule.get("hostPort") or 65535]
    return Forward(
        host_ip=_text(rule.get("hostIP")),
        host_ports=(int(host_range[0]), int(host_range[1])),
        guest_ip=_text(rule.get("guestIP")),
        guest_ports=(int(guest_range[0]), int(guest_range[1])),
        proto=_text(rule.get("proto")) or "any",
        static=rule.get("static") is True,
        ignore=rule.get("ignore") is True,
        reverse=rule.get("reverse") is True,
        guest_ip_must_be_zero=rule.get("guestIPMustBeZero") is True,
        host_socket=_text(rule.get("hostSocket")),
        guest_socket=_text(rule.get("guestSocket")),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"expected a string, got {type(value).__name__}")
    return value


def _number(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a number, got {type(value).__name__}")
    return value
