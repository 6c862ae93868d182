"""Fields about the virtual machine itself: its driver, its size, its devices, the images it is made of."""

from __future__ import annotations

import re
from typing import Any

from dvm.lima.fields.field import Decider, Field, Json, only, truth

_FILE = ("location", "arch", "digest")
_VERSION = re.compile(r"v?[0-9]+(\.[0-9]+)*([-+][0-9A-Za-z.+-]*)?")


def _version(value: Any, _: Json) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


MACHINE = (
    Field(
        path="base[]",
        decider=Decider.DENIED,
        inside=("url", "digest"),
        why="Lima puts bases into the template at create; one that is left names text that nobody has seen.",
    ),
    Field(
        path="minimumLimaVersion",
        decider=Decider.HARMLESS,
        passes=_version,
        values="a version",
        why="It only makes an older Lima refuse the instance.",
    ),
    Field(
        path="vmType",
        decider=Decider.HARMLESS,
        passes=only("qemu", "vz", "wsl2"),
        values="qemu, vz, wsl2: the drivers built into limactl",
        why="Each of them runs a virtual machine. For another name Lima runs a program of that name on the host.",
        editable=False,
    ),
    Field(
        path="vmOpts.qemu.minimumVersion",
        decider=Decider.HARMLESS,
        passes=_version,
        values="a version",
        why="It only makes an older QEMU refuse the instance.",
    ),
    Field(
        path="vmOpts.qemu.cpuType{}",
        decider=Decider.TEMPLATE,
        why="Lima hands the text to QEMU as it is.",
    ),
    Field(
        path="vmOpts.vz.rosetta.enabled",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="It mounts a translator of the host's into the guest.",
    ),
    Field(
        path="vmOpts.vz.rosetta.binfmt",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="It has the guest run foreign programs by a translator of the host's.",
    ),
    Field(
        path="vmOpts.vz.diskImageFormat",
        decider=Decider.HARMLESS,
        passes=only("raw", "asif"),
        values="raw, asif",
        why="How the VM's own disk lies on the host.",
    ),
    Field(
        path="os",
        decider=Decider.HARMLESS,
        passes=only("Linux"),
        values="Linux",
        why="DVM's guest programs and checks are made for Linux.",
        editable=False,
    ),
    Field(
        path="osOpts",
        decider=Decider.DENIED,
        inside=("Windows.virtioWin[].location", "Windows.virtioWin[].arch", "Windows.virtioWin[].digest"),
        why="For Windows, Lima attaches a file of the host's as a disk; for Linux there is nothing to set.",
    ),
    Field(
        path="arch",
        decider=Decider.HARMLESS,
        passes=only("x86_64", "aarch64", "armv7l", "ppc64le", "riscv64", "s390x"),
        values="Lima's architectures",
        why="The processor that is emulated. What the manifest says is compared with it.",
        editable=False,
    ),
    Field(
        path="images[]",
        decider=Decider.TEMPLATE,
        inside=(
            *_FILE,
            *(f"kernel.{key}" for key in (*_FILE, "cmdline")),
            *(f"initrd.{key}" for key in _FILE),
            "variant",
        ),
        code="DVM312",
        editable=False,
        why="The system that boots. Only the template says which; Lima reads local files among them.",
    ),
    Field(
        path="cpuType{}",
        decider=Decider.TEMPLATE,
        why="Lima hands the text to QEMU as it is (the older name of vmOpts.qemu.cpuType).",
    ),
    Field(path="cpus", decider=Decider.DVM, why="The manifest's `cpus`; a difference is drift."),
    Field(path="memory", decider=Decider.DVM, why="The manifest's `memory`; a difference is drift."),
    Field(path="disk", decider=Decider.DVM, why="The manifest's `disk`; a difference is drift."),
    Field(
        path="additionalDisks[]",
        decider=Decider.DVM,
        inside=("name", "format", "fsType", "fsArgs[]"),
        code="DVM312",
        why="None: a disk that outlives the VM carries what another one wrote.",
    ),
    Field(
        path="rosetta.enabled",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="It mounts a translator of the host's into the guest (the older name of vmOpts.vz.rosetta).",
    ),
    Field(
        path="rosetta.binfmt",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="It has the guest run foreign programs by a translator of the host's.",
    ),
    Field(
        path="nestedVirtualization",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="Virtual machines inside the guest open more of the host's kernel to it.",
    ),
    Field(
        path="firmware.legacyBIOS",
        decider=Decider.HARMLESS,
        passes=truth,
        values="true, false",
        why="Which of the two firmwares that come with the driver starts the guest.",
    ),
    Field(
        path="firmware.images[]",
        decider=Decider.TEMPLATE,
        inside=(*_FILE, "vmType"),
        code="DVM312",
        editable=False,
        why="The code that runs before the system. Only the template says which.",
    ),
    Field(
        path="tpm",
        decider=Decider.TEMPLATE,
        passes=only(False),
        values="false",
        why="Lima starts one more program on the host for it.",
    ),
    Field(
        path="audio.device",
        decider=Decider.DVM,
        code="DVM312",
        why="None: a sound device has a microphone, and may be a file of the host's.",
    ),
    Field(
        path="audio.interface",
        decider=Decider.HARMLESS,
        why="How a sound device looks in the guest; there is none.",
    ),
    Field(
        path="video.display",
        decider=Decider.TEMPLATE,
        passes=only("none"),
        values="none",
        why="A window or a VNC server on the host; Lima hands the text to QEMU as it is. DVM302 judges the address.",
    ),
    Field(
        path="video.vnc.display",
        decider=Decider.TEMPLATE,
        why="Where a VNC server of the VM's screen listens. DVM302 judges the address.",
    ),
)
