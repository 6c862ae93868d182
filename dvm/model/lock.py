"""dvm.lock: which setup scripts somebody has read and agreed to."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from dvm.model.fields import Declared, Digest

if TYPE_CHECKING:
    from pathlib import Path

LOCK_FILE = "dvm.lock"


class Lock(Declared):
    """The content of dvm.lock."""

    version: Literal[1] = Field(1, description="Version of this format.")
    scripts: dict[str, Digest] = Field(
        {}, description="SHA-256 of the text that was approved, by the script's path relative to dvm.lock."
    )


def lock_key(script: Path, manifest: Path) -> str:
    """Return a setup script's name in dvm.lock: relative to it, or to the home directory, else absolute.

    Two spellings of one file may get two names; each then has to be agreed to.
    """
    named, base = str(script), str(manifest.parent)
    if ".." not in script.parts:
        named = posixpath.normpath(named)
    if named.startswith(f"{base}/"):
        return named.removeprefix(f"{base}/")
    home = os.path.expanduser("~")  # noqa: PTH111 - the one that the manifest's "~" stands for
    return f"~/{named.removeprefix(f'{home}/')}" if named.startswith(f"{home}/") else named
