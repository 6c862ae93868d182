"""Setup scripts in which a review found nothing. A plan that is only shown does not read them once more.

An apply keeps that there is nothing to say of these bytes and these companion files, as this code of the checks reads
them. What is applied is reviewed anew: a verdict that goes by what was kept can't be approved.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import json

from dvm.kept import code_in, opened, sealed

if TYPE_CHECKING:
    from dvm.model.manifest import Script

_MOST_SCRIPTS = 4096


class KeptReviews:
    """The scripts that are known to be clean, and those found so since. `content` is the file's, or nothing.

    Where they are not to be used, every script is reviewed, and what is found clean is noted.
    """

    def __init__(self, content: bytes = b"", code: str = "", *, use: bool = True) -> None:
        self.code = code
        self.use = use
        self.used = False
        """Whether a script was taken for clean by what was known."""
        self._known = frozenset(opened(content, code, list[str]) or ())
        self._clean: set[str] = set()

    @property
    def changed(self) -> bool:
        """Whether one was found clean that the content does not have."""
        return not self._clean <= self._known

    def is_clean(self, script: Script) -> bool:
        """Whether a review of this script found nothing."""
        key = _key(script)
        if not self.use or key not in self._known:
            return False
        self._clean.add(key)
        self.used = True
        return True

    def add(self, script: Script) -> None:
        """Note that a review of this script found nothing."""
        if script.file.content is not None:
            self._clean.add(_key(script))

    def content(self) -> bytes:
        """Return the content of a file with the scripts of this run, and of others while there is room."""
        both = self._known | self._clean
        kept = both if len(both) <= _MOST_SCRIPTS else self._clean
        return sealed(self.code, sorted(kept))


def reviewing_code() -> str:
    """Return what tells the code of the checks from every other version of it; empty where that can't be seen."""
    return code_in(Path(__file__).resolve().parent)


def _key(script: Script) -> str:
    return hashlib.sha256(json.encode([script.sha256, sorted(script.digests.items())])).hexdigest()
