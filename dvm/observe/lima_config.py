"""Lima's host-wide files: `$LIMA_HOME/_config`, and the templates that come before Lima's own. Read once."""

from __future__ import annotations

import os
import posixpath
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dvm.bounded_yaml import load_yaml
from dvm.lima.home import changed_at
from dvm.model.evidence import Role, Unreadable
from dvm.model.lima_config import LimaConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dvm.lima.home import Home
    from dvm.model.evidence import FileEvidence
    from dvm.model.manifest import DesiredVM

# `base.yaml` is merged into the template at create, the other two into every instance at every call.
_FILES = ("base.yaml", "default.yaml", "override.yaml")
_MOST_TEMPLATES = 1000


def read_lima_config(home: Home, templates_path: str = "", vms: Iterable[DesiredVM] = ()) -> LimaConfig:
    """Return what is merged into every instance, and what `template:NAME` may stand for.

    `templates_path` is $LIMA_TEMPLATES_PATH; of `vms` the templates are read. Files that do not exist are left out, but
    for one where none does: its evidence has the directories in which somebody could put it.
    """
    config = home.of("_config")
    files = [home.evidence(config / name, Role.LIMA_CONFIG) for name in _FILES]
    found = [file for file in files if file.problem is not Unreadable.MISSING]
    parsed = {file.path: _parse(file.content) for file in found if file.content is not None}
    changed = dict(_changes(home, config))
    # What is relative is so to limactl's working directory, which is DVM's own and has none.
    named = [Path(part) for part in templates_path.split(os.pathsep) if part.startswith("/")]
    directories = [directory for directory in named or [home.of("_templates")] if home.is_directory(directory)]
    return LimaConfig(
        (*(found or files[:1]), *_templates(home, directories)),
        parsed,
        changed,
        tuple(_others(home, config)),
        _templates_of(home, vms, directories) if directories else {},
    )


def _others(home: Home, directory: Path) -> Iterator[FileEvidence]:
    """Yield what else is in `_config`, Lima's private key among it, unread."""
    with suppress(OSError):
        for name in home.names(directory):
            if name not in _FILES and not home.is_directory(directory / name):
                yield home.evidence(directory / name, Role.LIMA_FILE, limit=0)


def _changes(home: Home, directory: Path) -> Iterator[tuple[Path, float]]:
    """Yield when each file that is merged at every call changed, or its directory where it is not there."""
    for path in (directory / name for name in _FILES[1:]):
        moment = changed_at(home, path)
        if moment is not None:
            yield path, moment
            continue
        with suppress(OSError):
            yield directory, home.look(directory).st_mtime


def _templates(home: Home, directories: Iterable[Path]) -> Iterator[FileEvidence]:
    """Yield the files in the directories that Lima looks for templates in before, or instead of, its own.

    A template is a file of any name: `template:a.sh` is a.sh, and only a name without an ending is one of a .yaml.
    """
    for directory in directories:
        paths = [*islice(_below(home, directory), _MOST_TEMPLATES)]
        # One that is not there stands for the directory itself.
        for path in paths or [directory / "default.yaml"]:
            yield home.evidence(path, Role.LIMA_FILE)


def _below(home: Home, directory: Path) -> Iterator[Path]:
    """Yield all that is no directory below one, in order; a link to a directory leads nowhere."""
    names: list[str] = []
    with suppress(OSError):
        names = home.names(directory)
    for place in (directory / name for name in names):
        if not home.is_directory(place):
            yield place
        elif home.is_directory(place, follow=False):
            yield from _below(home, place)


def _templates_of(home: Home, vms: Iterable[DesiredVM], directories: list[Path]) -> dict[str, tuple[FileEvidence, ...]]:
    """Return the files of those directories that Lima would read for each VM, whichever way it comes to them."""
    read: dict[str, FileEvidence | None] = {}
    found: dict[str, tuple[FileEvidence, ...]] = {}
    for vm in vms:
        waiting, seen = [vm.config.template], dict[str, None]()
        if vm.template_file is not None and vm.template_file.content is not None:
            waiting += _locators(vm.template_file.content)
        while waiting and len(seen) < _MOST_TEMPLATES:
            name = _template_file(waiting.pop())
            if not name or name in seen:
                continue
            seen[name] = None
            if name not in read:
                read[name] = _first(home, name, directories)
            file = read[name]
            waiting += _locators(file.content) if file is not None and file.content is not None else []
        files = tuple(file for name in seen if (file := read[name]) is not None)
        if files:
            found[vm.name] = files
    return found


def _first(home: Home, name: str, directories: list[Path]) -> FileEvidence | None:
    for directory in directories:
        file = home.evidence(directory / name, Role.TEMPLATE)
        if file.problem is not Unreadable.MISSING:
            return file
    return None  # Lima's own


def _template_file(locator: str) -> str:
    """Return the name of the file that a locator of Lima's names in a directory of templates; empty: it names none.

    Source: Lima 2.2, templatestore.go and limatmpl/locator.go.
    """
    if not locator.startswith("template:"):
        return ""
    name = locator.removeprefix("template:").partition("#")[0].partition("?")[0]
    if name.startswith("/"):
        name = posixpath.normpath(unquote(name)).lstrip("/")
    if not name or ".." in name:
        return ""
    last = name.rpartition("/")[2]
    ending = last[last.rfind(".") :] if "." in last else ""
    return f"{name}.yaml" if len(ending) <= 1 or ending[1] in "0123456789" else name


def _locators(content: bytes) -> list[str]:
    """Return what a template names as its bases and its scripts' files."""
    value = _parse(content)
    base = value.get("base")
    entries: list[Any] = base if isinstance(base, list) else [base]
    for key in ("provision", "probes"):
        scripts = value.get(key)
        entries += (
            [entry.get("file") for entry in scripts if isinstance(entry, dict)] if isinstance(scripts, list) else []
        )
    named = [entry.get("url") if isinstance(entry, dict) else entry for entry in entries]
    return [locator for locator in named if isinstance(locator, str)]


def _parse(content: bytes) -> dict[str, Any]:
    import yaml

    try:
        value = load_yaml(content)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return {}  # Lima refuses it too, and says so; the check on the effective configuration still holds
    return value if isinstance(value, dict) else {}
