"""The parts of an effective configuration that do not pass by themselves: somebody has to vouch for each."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from dvm.lima.fields.table import FieldNode, tree
from dvm.model.instance import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dvm.lima.fields.field import Field

Json = dict[str, Any]
# A list of images can be long, and is only ever compared.
_DIGEST_ONLY = frozenset({"images[]", "firmware.images[]"})


def parts_of(config: Json) -> dict[str, Part]:
    """Return what does not pass by itself, by its path; what the table does not know has no field.

    Lists are judged as a whole, mappings with free keys entry by entry (`env.NAME`).
    """
    found: dict[str, Part] = {}
    for path, row, value in _walk("", config, tree(), config):
        found[path] = _part(path, row, value, config)
    return found


def _walk(path: str, value: Any, node: FieldNode, config: Json) -> Iterator[tuple[str, Field | None, Any]]:  # noqa: ANN401
    row = node.field
    if value is None:
        return
    if row is not None and node.free:
        if not isinstance(value, dict):
            yield path, None, value
            return
        yield from ((_joined(path, key), row, each) for key, each in value.items() if not row.accepts(each, config))
    elif row is not None:
        if not row.accepts(value, config):
            yield path, row, value
        yield from _unknown(path, value, node)
    elif isinstance(value, dict):
        for key, each in value.items():
            below = node.below.get(key)
            if below is not None:
                yield from _walk(_joined(path, key), each, below, config)
            elif each is not None:
                yield _joined(path, key), None, each
    else:
        yield path, None, value


def _unknown(path: str, value: Any, node: FieldNode) -> Iterator[tuple[str, None, Any]]:  # noqa: ANN401
    """Yield what an entry has that the table does not know; a list's entries are looked at one by one."""
    if isinstance(value, list):
        for each in value:
            yield from _unknown(path, each, node)
    elif isinstance(value, dict):
        for key, each in value.items():
            below = node.below.get(key)
            if below is not None:
                yield from _unknown(_joined(path, key), each, below)
            elif each is not None:
                yield _joined(path, key), None, each


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _part(path: str, row: Field | None, value: Any, config: Json) -> Part:  # noqa: ANN401
    pattern = "" if row is None else row.path
    compared = _with_arch(value, config.get("arch")) if pattern in _DIGEST_ONLY else value
    digest = digest_of(compared)
    return Part(path, pattern, digest, "" if pattern in _DIGEST_ONLY else _text(value))


def digest_of(value: Any) -> str:  # noqa: ANN401
    """Return the SHA-256 of a value, without what is empty below it."""
    return hashlib.sha256(_text(_pruned(value)).encode()).hexdigest()


def _text(value: Any) -> str:  # noqa: ANN401
    # Keys as text, so that they can be put in order; a YAML file of the user's may have dates and numbers there.
    return json.dumps(_keyed(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _keyed(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(key): _keyed(each) for key, each in value.items()}
    return [_keyed(each) for each in value] if isinstance(value, list) else value


def _pruned(value: Any) -> Any:  # noqa: ANN401
    """Return a value without what is empty or false below it: a later Lima may fill in more of that."""
    if isinstance(value, dict):
        return {key: _pruned(each) for key, each in value.items() if each not in (None, False, "", [], {})}
    return [_pruned(each) for each in value] if isinstance(value, list) else value


def _with_arch(images: Any, arch: object) -> Any:  # noqa: ANN401
    """Return images without an architecture that is the VM's own: Lima fills it in, and the manifest may choose it."""
    if not isinstance(images, list):
        return images
    return [_without_arch(image, arch) for image in images]


def _without_arch(image: Any, arch: object) -> Any:  # noqa: ANN401
    if not isinstance(image, dict):
        return image
    own = image.get("arch") or arch
    kept = {key: _without_arch(each, own) if isinstance(each, dict) else each for key, each in image.items()}
    if own == arch:
        kept.pop("arch", None)
    return kept
