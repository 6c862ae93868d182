"""Fields about what lies between guest and host: mounts, ports, networks, names, and the way in."""

from __future__ import annotations

import os
import pwd
import re
from functools import cache
from typing import Any

from dvm.lima.fields.field import Decider, Field, Json, only, truth

_PROVEN_NAME = re.compile(r"[a-z_][a-z0-9_-]*")
# What Lima calls the login user where the host user's name can't be one in the guest.
_FALLBACK = "lima"
_FIRST_UID = 1000


@cache
def _host_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _login_name(value: Any, _: Json) -> bool:  # noqa: ANN401 - any JSON value
    name = _host_user()
    good = _PROVEN_NAME.fullmatch(name) is not None and name != "admin"
    # limactl refuses to run as root; what stands in for it has no such user.
    return bool(value == _FALLBACK if not good or os.getuid() == 0 else value == name)


def _login_home(value: Any, config: Json) -> bool:  # noqa: ANN401
    name = (config.get("user") or {}).get("name")
    return value in (f"/home/{name}.guest", f"/home/{name}.linux")


def _login_uid(value: Any, _: Json) -> bool:  # noqa: ANN401
    # limactl refuses to run as root; what stands in for it gives that user the first ordinary uid.
    return isinstance(value, int) and not isinstance(value, bool) and value == (os.getuid() or _FIRST_UID)


REACH = (
    Field(
        path="mounts[]",
        decider=Decider.DVM,
        code="DVM301",
        inside=(
            "location",
            "mountPoint",
            "writable",
            "sshfs.cache",
            "sshfs.followSymlinks",
            "sshfs.sftpDriver",
            "9p.securityModel",
            "9p.protocolVersion",
            "9p.msize",
            "9p.cache",
            "virtiofs.queueSize",
        ),
        why="None: a mount gives the guest files of the host's.",
    ),
    Field(path="mountTypesUnsupported[]", decider=Decider.HARMLESS, why="It only takes ways of mounting away."),
    Field(path="mountType", decider=Decider.HARMLESS, why="How mounts are made; there are none."),
    Field(
        path="mountInotify",
        decider=Decider.HARMLESS,
        why="Whether the guest hears of changes in mounts; there are none.",
    ),
    Field(
        path="ssh.localPort",
        decider=Decider.TEMPLATE,
        passes=only(0),
        values="0: a free one at each start",
        why="A port that is known beforehand can be taken by another user's program, which ssh then talks to.",
    ),
    Field(
        path="ssh.loadDotSSHPubKeys", decider=Decider.DVM, code="DVM312", why="False: keys in ~/.ssh tell who you are."
    ),
    Field(path="ssh.forwardAgent", decider=Decider.DVM, code="DVM304", why="False: guest root would sign in as you."),
    Field(
        path="ssh.forwardX11",
        decider=Decider.DVM,
        code="DVM304",
        why="False: the guest would see your screen and keys.",
    ),
    Field(path="ssh.forwardX11Trusted", decider=Decider.DVM, code="DVM304", why="False: as ssh.forwardX11."),
    Field(
        path="ssh.overVsock",
        decider=Decider.HARMLESS,
        passes=truth,
        values="true, false",
        why="By which of two ways, both the VM's own, Lima reaches the guest's sshd.",
    ),
    Field(
        path="portForwards[]",
        decider=Decider.DVM,
        code="DVM303",
        inside=(
            "guestIPMustBeZero",
            "guestIP",
            "guestPort",
            "guestPortRange[]",
            "guestSocket",
            "hostIP",
            "hostPort",
            "hostPortRange[]",
            "hostSocket",
            "proto",
            "reverse",
            "ignore",
            "static",
        ),
        why="The manifest's `ports` and nothing else; DVM302 and DVM309 judge addresses and sockets.",
    ),
    Field(
        path="copyToHost[]",
        decider=Decider.DVM,
        code="DVM307",
        inside=("guest", "host", "deleteOnStop"),
        why="None: the guest would decide the content of a file on the host.",
    ),
    Field(
        path="networks[]",
        decider=Decider.DVM,
        code="DVM305",
        inside=("lima", "socket", "vzNAT", "macAddress", "interface", "metric"),
        why="None beside the user-mode network: another one reaches other machines.",
    ),
    Field(
        path="dns[]",
        decider=Decider.TEMPLATE,
        why="Who answers the guest's questions for names decides where it connects to.",
    ),
    Field(
        path="hostResolver.enabled",
        decider=Decider.TEMPLATE,
        passes=only(True),
        values="true",
        why="Without it the guest asks the servers under `dns`.",
    ),
    Field(
        path="hostResolver.ipv6",
        decider=Decider.HARMLESS,
        passes=truth,
        values="true, false",
        why="Whether answers may hold IPv6 addresses.",
    ),
    Field(
        path="hostResolver.hosts{}",
        decider=Decider.TEMPLATE,
        why="A name that leads elsewhere: downloads and `git push` of the guest follow it.",
    ),
    Field(
        path="propagateProxyEnv",
        decider=Decider.DVM,
        code="DVM308",
        why="The manifest's `proxy_env`: proxy variables may hold a password.",
    ),
    Field(
        path="user.name",
        decider=Decider.LIMA,
        passes=_login_name,
        values="the host user's name, or lima where that can't be one in a guest",
        or_template=True,
        why="The login user, who may use sudo.",
    ),
    Field(
        path="user.comment",
        decider=Decider.HARMLESS,
        why="The login user's full name; Lima quotes it where it writes it.",
    ),
    Field(
        path="user.home",
        decider=Decider.LIMA,
        passes=_login_home,
        values="/home/NAME.guest, /home/NAME.linux",
        or_template=True,
        why="Lima writes the keys that may sign in below it.",
    ),
    Field(
        path="user.shell",
        decider=Decider.LIMA,
        passes=only("/bin/bash"),
        values="/bin/bash",
        or_template=True,
        why="It runs at each contact, and decides what a command does.",
    ),
    Field(
        path="user.uid",
        decider=Decider.LIMA,
        passes=_login_uid,
        values="the host user's uid",
        or_template=True,
        why="0 would make the login user root.",
    ),
    Field(
        path="user.passwordlessSudo",
        decider=Decider.LIMA,
        passes=only(True),
        values="true",
        why="Without it DVM can't set the guest up.",
    ),
)
