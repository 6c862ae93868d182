"""DVM112: a template whose image comes from the network without a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.bounded_yaml import load_yaml
from dvm.checks.base import Check, Finding
from dvm.checks.wording import shown
from dvm.diagnostics import Location
from dvm.model.check import Weight
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.checks.subjects import FileSubject


def _find(subject: FileSubject) -> Iterator[Finding]:
    file = subject.file
    for place in _unpinned(file.content) if file.content is not None else ():
        detail = f"{shown(file.path)} takes the image {visible(place)} without a digest."
        yield Finding(shown(file.path), detail, Location(file.path))


def _unpinned(content: bytes) -> Iterator[str]:
    import yaml

    try:
        value = load_yaml(content)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return  # DVM111 reports it
    images = value.get("images") if isinstance(value, dict) else None
    for image in images if isinstance(images, list) else ():
        for entry in (image, *_parts(image)):
            place = entry.get("location") if isinstance(entry, dict) else None
            if isinstance(place, str) and "://" in place and not entry.get("digest"):
                yield place


def _parts(image: object) -> Iterator[Any]:
    if isinstance(image, dict):
        yield from (image[key] for key in ("kernel", "initrd") if key in image)


CHECK: Check[FileSubject] = Check(
    code="DVM112",
    severity=Weight.WARN,
    title="Image without a digest",
    why=(
        "The image is the whole guest. Without a digest Lima takes what the address serves that day, and the same "
        "template makes another VM tomorrow."
    ),
    remedy="Name the image of one release, and write its digest (digest: sha256:…) beside its location.",
    find=_find,
)
