"""Disk images: what Lima's `create` says while it fetches one, and what makes it fail.

A local image must be there, fit its digest and be no larger than the disk. One on the network is taken as
there.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.log import refuse, tick
from dvm.simulator.sizes import format_size, parse_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dvm.simulator.instance import Instance
    from dvm.simulator.log import Reporter

_QCOW2 = b"QFI\xfb"
_NETWORK_IMAGE = 1 << 30


def ensure_disk(instance: Instance, reporter: Reporter) -> None:
    """Make the instance's disk from its image, where it has none yet.

    Raises:
        Refused: no image for its architecture can be had, or the disk is too small for it. What was made of
            the instance until then stays behind, as with Lima.
    """
    config = instance.config
    disk = instance.dir / "disk"
    if config is None or disk.exists():
        return
    images = [image for image in config["images"] if image["arch"] == config["arch"]]
    if not images:
        refuse(f"unsupported arch: {tick(config['arch'])}")
    complaints = []
    for image in images:
        problem = _fetch("image", image, reporter) or next(
            (
                problem
                for part in ("kernel", "initrd")
                if part in image and (problem := _fetch(part, image[part], reporter))
            ),
            "",
        )
        if not problem:
            size, wanted = _size(image["location"]), parse_size(config["disk"])
            reporter.info(f"Resize instance {instance.name}'s disk from {format_size(size)} to {format_size(wanted)}")
            if wanted < size:
                refuse("disk shrinking is not supported")
            disk.touch(mode=0o644)
            break
        complaints.append(problem)
    else:
        refuse("\n".join(complaints))
    if config["containerd"]["user"] or config["containerd"]["system"]:
        _fetch("nerdctl archive", config["containerd"]["archives"][0], reporter)


def _fetch(what: str, file: Mapping[str, Any], reporter: Reporter) -> str:
    location, digest = file["location"], file.get("digest", "")
    reporter.info(f"Attempting to download the {what}", arch=file.get("arch", ""), digest=digest, location=location)
    if "://" in location:
        reporter.info(f"Downloaded the {what} from {tick(location)}")
        return ""
    problem = ""
    try:
        if digest:
            with Path(location).expanduser().open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest != f"sha256:{found}":
                problem = f"expected digest {tick(digest)}, got {tick('sha256:' + found)}"
        else:
            Path(location).expanduser().stat()
    except OSError as error:
        problem = f"failed to open source {location}: open {location}: {(error.strerror or '').lower()}"
    if problem:
        return f"failed to download {tick(location)}: {problem}"
    reporter.info(f"Downloaded the {what} from {tick(location)}")
    return ""


def _size(location: str) -> int:
    if "://" in location:
        return _NETWORK_IMAGE
    path = Path(location).expanduser()
    with path.open("rb") as stream:
        head = stream.read(32)
    return int.from_bytes(head[24:32], "big") if head.startswith(_QCOW2) else path.stat().st_size
