"""Takes secrets out of text that is shown as it is: source lines, diffs, the tail of a log."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def mask(text: str) -> str:
    """Return `text` with everything in it that the secret checks know as a secret made unreadable."""
    return _masker()(text)


@cache
def _masker() -> Callable[[str], str]:
    # Late: the secret checks' patterns cost time, and a plan without changes shows no such text.
    try:
        found = import_module("dvm.checks.secrets.mask")
    except ModuleNotFoundError:
        found = import_module("dvm.checks.secrets")
    masker: Callable[[str], str] | None = getattr(found, "mask", None)
    return masker if callable(masker) else _as_it_is


def _as_it_is(text: str) -> str:
    return text
