"""The way to a value in a manifest."""

from __future__ import annotations

from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys, and indexes into lists from 0."""
