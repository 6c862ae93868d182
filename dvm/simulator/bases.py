"""How templates are put together at `create`: the one given, `_config/base.yaml`, and those that `base` names.

Lima merges them once, into the text that becomes the instance's lima.yaml; later changes of a base reach no instance.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dvm.simulator.fields import WrongTypeError, conform
from dvm.simulator.log import refuse
from dvm.simulator.templates import read_template, template_name
from dvm.simulator.version import numbers
from dvm.simulator.yaml_text import BadYamlError, load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FIRST_FROM_BASE = frozenset({"base", "provision", "probes"})
_VERSION = "minimumLimaVersion"


def embed_bases(document: dict[str, Any], where: Path, default: Path | None = None) -> dict[str, Any]:
    """Return the template with its bases folded in, the template's own values first.

    `where`: the directory that relative bases are looked for in; `default`: a base that comes before those it names.

    Raises:
        Refused: a base is not there, is no YAML, has a value of the wrong type, or comes around to itself.
    """
    return _combined(_embed(document, where, default, set()))


def _embed(document: dict[str, Any], where: Path, default: Path | None, seen: set[str]) -> dict[str, Any]:
    own = {key: value for key, value in document.items() if key != "base"}
    for locator in (*((str(default),) if default else ()), *_bases(document.get("base"))):
        path = locator if template_name(locator) else str(where / locator)
        if path in seen:
            refuse(f"base template loop detected: template `{path}` already included")
        seen.add(path)
        base = _embed(_read(path), where if template_name(locator) else Path(path).parent, None, seen)
        own = _under(own, base)
    return own


def _read(path: str) -> dict[str, Any]:
    try:
        found = load_yaml(read_template(path)) or {}
        conform(found, [])
    except (BadYamlError, WrongTypeError) as error:
        refuse(f"failed to unmarshal YAML ({path}): {error}")
    return dict(found)


def _bases(value: object) -> Iterator[str]:
    for entry in value if isinstance(value, list) else [value] if value else []:
        yield entry["url"] if isinstance(entry, dict) else str(entry)


def _under(own: dict[str, Any], base: dict[str, Any], *, top: bool = True) -> dict[str, Any]:
    merged = dict(own)
    for key, value in base.items():
        if key not in own:
            merged[key] = value
            continue
        mine = own[key]
        if isinstance(mine, dict) and isinstance(value, dict):
            merged[key] = _under(mine, value, top=False)
        elif isinstance(mine, list) and isinstance(value, list):
            merged[key] = _lists(key, mine, value)
        elif top and key == _VERSION and numbers(value) > numbers(mine):
            merged[key] = value
    return merged  # a null of the template's own stays, and what the base has there is lost


def _lists(key: str, mine: list[Any], base: list[Any]) -> list[Any]:
    if key == "dns" and mine:
        return mine
    if key in _FIRST_FROM_BASE:
        return [*base, *mine]
    if key == "mountTypesUnsupported":
        return list(dict.fromkeys([*mine, *base]))
    return [*mine, *base]


def _combined(document: dict[str, Any]) -> dict[str, Any]:
    """Return the template with entries that share a name, a mount point or an interface made one, the first's values
    first; `*` stands for every entry before it.
    """
    names: dict[str, Callable[[dict[str, Any]], Any]] = {
        "additionalDisks": lambda disk: disk.get("name"),
        "mounts": lambda mount: mount.get("mountPoint", mount.get("location")),
        "networks": lambda network: network.get("interface"),
    }
    changed = {
        key: _one_each(document[key], name) for key, name in names.items() if isinstance(document.get(key), list)
    }
    return {key: changed.get(key, value) for key, value in document.items()}


def _one_each(entries: list[Any], name: Callable[[dict[str, Any]], Any]) -> list[Any]:
    kept: list[Any] = []
    for entry in entries:
        full = {"name": entry} if isinstance(entry, str) else entry
        called = name(full)
        same = [i for i, other in enumerate(kept) if called and called in {"*", name(_full(other))}]
        for index in same:
            kept[index] = _under(_full(kept[index]), full, top=False)
        if not same and called != "*":
            kept.append(entry)
    return kept


def _full(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - a disk can be given by its name alone
    return {"name": entry} if isinstance(entry, str) else entry
