"""A template as `limactl template copy --embed-all` prints it, read into the model.

Measured on Lima 2.2.0: its bases are merged in, `file` of provision and probes is replaced by the text (base64 under
the tag !!binary where it has tabs), `_config` is left out, and `{{.User}}` and the like stay as they are written.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import yaml

from dvm.bounded_yaml import load_yaml
from dvm.errors import LimaError
from dvm.model.template import PROBE, RUNS_AS, Provisioning, ProvisionRecord, Template
from dvm.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.model.template import Mode

_TEXT_KEYS = {"data": "content", "yq": "expression"}


class _UnclearError(Exception):
    """The text is nothing of which DVM can say what Lima would do; the message is a clause."""


def parse_template(locator: str, answer: bytes, content: bytes | None = None) -> Template:
    """Return the template that limactl printed; `content` is what went in on standard input.

    Raises:
        LimaError: it can't be read, or has Lima do what DVM does not know.
    """
    try:
        declared = _read(answer)
        provisioning = (*_entries(declared, "provision"), *_entries(declared, "probes"))
    except _UnclearError as error:
        raise LimaError(
            f"DVM can't say what the template {visible(locator)} makes Lima do: {error}.",
            detail="What can't be shown is not run.",
            remedy="Write what you need of it into a template file of your own, and name that.",
        ) from error
    return Template(locator, provisioning, declared, content)


def _read(answer: bytes) -> dict[str, Any]:
    try:
        value = load_yaml(answer)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise _UnclearError(visible(said)) from error
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _UnclearError("it is no table")
    return value


def _entries(declared: dict[str, Any], key: str) -> Iterator[Provisioning]:
    entries = declared.get(key)
    if not isinstance(entries, list | None):
        raise _UnclearError(f"`{key}` is no list")
    for index, entry in enumerate(entries or ()):
        place = f"{key}[{index}]"
        if not isinstance(entry, dict):
            raise _UnclearError(f"`{place}` is no table")
        mode = entry.get("mode")
        yield _provisioning(place, entry, PROBE if key == "probes" else "system" if mode in (None, "") else mode)


def _provisioning(place: str, entry: dict[str, Any], mode: object) -> Provisioning:
    known: Mode | None = next((each for each in RUNS_AS if each == mode), None)
    if known is None:
        raise _UnclearError(f"`{place}` has the mode {visible(str(mode))}, which DVM does not know")
    if entry.get("file") or entry.get("playbook"):
        raise _UnclearError(f"`{place}` names a file that limactl did not put in")
    content = _bytes(place, entry.get(_TEXT_KEYS.get(known, "script")))
    record = ProvisionRecord(
        mode=known,
        as_=RUNS_AS[known],
        sha256=hashlib.sha256(content).hexdigest(),
        path=_text(place, entry, "path"),
        owner=_text(place, entry, "owner"),
        permissions=_text(place, entry, "permissions"),
    )
    return Provisioning(place, record, content)


def _bytes(place: str, value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str | None):
        raise _UnclearError(f"the text of `{place}` is none")
    try:
        return (value or "").encode()
    except UnicodeEncodeError as error:
        raise _UnclearError(f"the text of `{place}` is not Unicode") from error


def _text(place: str, entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise _UnclearError(f"`{place}.{key}` is no text")
    return "" if value is None else str(value)
