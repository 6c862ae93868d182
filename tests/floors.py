"""Prints the lowest version of each dependency, as pip takes constraints: `python -m tests.floors >constraints.txt`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FLOOR = re.compile(r"([\w.-]+)>=([\w.]+)")


def floors() -> list[str]:
    """Return `name==version` for each dependency of DVM.

    Raises:
        ValueError: a dependency has another form than `name>=version`, and so no floor to test.
    """
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    found = [_FLOOR.fullmatch(dependency) for dependency in listed]
    if None in found:
        raise ValueError(f"Not name>=version: {listed[found.index(None)]}")
    return [f"{each[1]}=={each[2]}" for each in found if each]


if __name__ == "__main__":
    print("\n".join(floors()))  # noqa: T201
