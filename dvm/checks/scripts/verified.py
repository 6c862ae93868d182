"""Comparisons: of a file's digest, or a key's fingerprint, with the one that the author wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dvm.checks.patterns import pattern
from dvm.checks.scripts.values import Known, OriginKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dvm.checks.scripts.program import Stored
    from dvm.checks.scripts.shell import Shell
    from dvm.checks.scripts.values import Hole, Value

DIGEST = pattern(r"[0-9a-fA-F]{64,128}")
_FINGERPRINT = pattern(r"(?:[0-9a-fA-F]{4}[ :]*){10}")
EQUAL = frozenset({"=", "==", "!=", "=~"})
SAME_SOURCE = "the checksum it is compared with comes from the network as well"


def compared_words(shell: Shell, words: Sequence[Value]) -> tuple[frozenset[Stored], frozenset[Stored]]:
    """Return the files that the words of the command `test` verify if it succeeds, and if it fails."""
    texts = [word.text for word in words]
    if "-o" in texts:
        return frozenset(), frozenset()
    for index in range(1, len(words) - 1):
        if texts[index] in EQUAL:
            facts = compared(shell, words[index - 1], words[index + 1])
            negative = (texts[index] == "!=") != (texts[0] == "!")
            return (frozenset(), facts) if negative else (facts, frozenset())
    return frozenset(), frozenset()


def compared(shell: Shell, left: Value, right: Value) -> frozenset[Stored]:
    """Return the files that are verified if two texts are alike."""
    found: frozenset[Stored] = frozenset()
    for digest, other in ((left, right), (right, left)):
        key = digest.digest_of
        if key is not None and other.digest_of is None:
            found |= by_digest(shell, key, other)
    return found


def by_digest(shell: Shell, key: str, checksum: Value) -> frozenset[Stored]:
    """Return the file of this key if the checksum is one that the script's author gives."""
    file = shell.disk.by_key(key)
    if file is None:
        return frozenset()
    origin = checksum.origin
    if origin is not None and origin.kind is OriginKind.REMOTE:
        file.doubt = SAME_SOURCE
        return frozenset()
    return frozenset({file}) if is_given(checksum) else frozenset()


def _is_the_authors(hole: Hole) -> bool:
    """Whether a text comes from the manifest, or is a piece of what the script or a companion file says."""
    edited = hole.origin is not None and hole.origin.kind is OriginKind.EDITED
    return edited or hole.known is not Known.NO


def is_given(checksum: Value) -> bool:
    """Whether a checksum is in the script, comes from the manifest, or from a companion file."""
    if checksum.holes:
        return all(_is_the_authors(hole) and hole.digest_of is None for hole in checksum.holes)
    return bool(DIGEST.search(checksum.text) or _FINGERPRINT.search(checksum.text))
