"""The fields that each release of Lima knows, by the schema that it prints: lima-VERSION.txt, a path a line."""

from __future__ import annotations

from importlib.resources import files

_PREFIX, _ENDING = "lima-", ".txt"


def versions() -> tuple[str, ...]:
    """Return the releases that a list is kept of."""
    names = (entry.name for entry in files(__package__).iterdir())
    return tuple(
        sorted(
            name[len(_PREFIX) : -len(_ENDING)] for name in names if name.startswith(_PREFIX) and name.endswith(_ENDING)
        )
    )


def fields_of(version: str) -> set[str] | None:
    """Return the paths that a release knows, None: no list is kept of it."""
    if version not in versions():
        return None
    text = (files(__package__) / f"{_PREFIX}{version}{_ENDING}").read_text(encoding="utf-8")
    return {line for line in text.splitlines() if line}
