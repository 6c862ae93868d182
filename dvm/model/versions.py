"""Versions of Lima as limactl says them."""

from __future__ import annotations


def is_released(version: str) -> bool:
    """Whether it is a number, and not what a build from HEAD says: `HEAD-7482867`, or a commit's digest alone."""
    return version[:1].isdigit() and "." in version.removesuffix(".m")
