"""Fields about what runs in the guest and with which settings."""

from __future__ import annotations

import re
from typing import Any

from dvm.lima.fields.field import Decider, Field, Json, only, truth

_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,3}")
_ARCHIVE = re.compile(
    r"https://github\.com/containerd/nerdctl/releases/download/v[0-9][0-9A-Za-z.-]*/nerdctl-full-[0-9][0-9A-Za-z.-]*\.tar\.gz"
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ARCHIVE_KEYS = {"location", "arch", "digest"}


def _zone(value: Any, _: Json) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, str) and _ZONE.fullmatch(value) is not None


def _lima_archives(value: Any, _: Json) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(map(_lima_archive, value))


def _lima_archive(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() <= _ARCHIVE_KEYS
        and _ARCHIVE.fullmatch(str(entry.get("location"))) is not None
        and _DIGEST.fullmatch(str(entry.get("digest"))) is not None
    )


GUEST = (
    Field(
        path="provision[]",
        decider=Decider.TEMPLATE,
        code="DVM306",
        inside=(
            "mode",
            "skipDefaultDependencyResolution",
            "script",
            "file.url",
            "file.digest",
            "playbook",
            "content",
            "overwrite",
            "owner",
            "path",
            "permissions",
            "expression",
            "format",
        ),
        why="It runs as root at each boot. A playbook runs on the host and is denied always.",
    ),
    Field(
        path="probes[]",
        decider=Decider.TEMPLATE,
        code="DVM306",
        inside=("mode", "description", "script", "file.url", "file.digest", "hint"),
        why="It runs at each start as the login user, who may use sudo.",
    ),
    Field(
        path="upgradePackages",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="At each boot root installs whatever the package servers have then.",
    ),
    Field(
        path="containerd.system",
        decider=Decider.DVM,
        passes=only(False),
        values="false",
        adoptable=True,
        reset="false",
        why="With it Lima copies archives of `containerd.archives` into the guest, and root installs them.",
    ),
    Field(
        path="containerd.user",
        decider=Decider.DVM,
        passes=only(False),
        values="false",
        adoptable=True,
        reset="false",
        why="As containerd.system.",
    ),
    Field(
        path="containerd.archives[]",
        decider=Decider.LIMA,
        inside=("location", "arch", "digest"),
        passes=_lima_archives,
        values="nerdctl's releases, each with its digest",
        why="Lima copies whatever file of the host's is named there into the guest.",
    ),
    Field(
        path="guestInstallPrefix",
        decider=Decider.TEMPLATE,
        passes=only("/usr/local"),
        values="/usr/local",
        why="Lima's guest agent runs from there as root.",
    ),
    Field(
        path="message",
        decider=Decider.DVM,
        why="DVM's mark of a create; text that Lima prints at a start, and nothing reads.",
    ),
    Field(
        path="env{}",
        decider=Decider.TEMPLATE,
        secret=True,
        why="Variables such as BASH_ENV run code as root at each boot.",
    ),
    Field(
        path="param{}",
        decider=Decider.TEMPLATE,
        secret=True,
        why="Lima puts the values into the template's provision scripts.",
    ),
    Field(
        path="caCerts.removeDefaults",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="The guest would trust only the authorities that are named here.",
    ),
    Field(
        path="caCerts.files[]",
        decider=Decider.DVM,
        code="DVM312",
        why="None: Lima puts the text of a host file into the guest.",
    ),
    Field(
        path="caCerts.certs[]",
        decider=Decider.TEMPLATE,
        why="Who has the key of such an authority reads and changes what the guest downloads.",
    ),
    Field(
        path="plain",
        decider=Decider.DVM,
        passes=truth,
        values="true, false",
        why="The manifest's `isolation`; a difference is drift, and DVM303 judges what it opens.",
    ),
    Field(
        path="timezone",
        decider=Decider.LIMA,
        passes=_zone,
        values="a time zone's name",
        why="The host's zone. Anything but a plain name would become part of the guest's cloud-init file.",
    ),
)
