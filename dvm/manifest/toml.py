"""TOML texts, read once each: the manifest's reader and the look for secrets in it want the same values."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT = 4096


@lru_cache(maxsize=_KEPT)
def parse(text: str) -> Mapping[str, object]:
    """Return what a text says. All who ask get the same tables: they are not to be changed.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML. RecursionError: it is nested too deeply.
        ValueError: a number has more digits than Python reads.
    """
    return tomllib.loads(text)
