"""Plain English: code, comments and documentation use the usual technical words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[2]
_PAGES: Final = ("README.md", "SECURITY.md", "CONTRIBUTING.md")

_INSTEAD: Final = {
    r"(?<![a-z])mend(s|ed|ing)?(?![a-z])": "fix",
    r"\bunless told\b": "default: …",
    r"\bin the way:|\bstands? in the way\b": "blocks",
    r"\bdo what follows\b": "perform these actions",
    r"\bagree(d|s|ing)?[ -]to\b": "approve",
    r"\bbelongs? into\b": "belongs in",
    r"\bmake it so\b": "apply it",
    r"\blest\b": "so that … not",
    r"\blooks? whether\b": "checks whether",
    r"\btells? (us|you|the user|what|why|whether|how|where|which|that|more|about|of|each|every)\b": "shows, says, reports",
    r"\bwhoever\b": "a user who …",
    r"\blies in\b": "is in",
    r"\bstands in (?!for\b)": "is in",
    r"\bas (it stands|they stand)\b": "as it is",
    r"\bfor ever\b": "forever",
    r"\bin one go\b": "at once",
}
"""What is not written, as a pattern in lower case, and what is written instead."""


def _texts() -> Iterator[Path]:
    yield from sorted((_ROOT / "dvm").rglob("*.py"))
    yield from sorted((_ROOT / "docs").rglob("*.md"))
    yield from (_ROOT / name for name in _PAGES)


def _found(text: str) -> Iterator[str]:
    for number, line in enumerate(text.lower().splitlines(), start=1):
        for pattern, instead in _INSTEAD.items():
            if found := re.search(pattern, line):
                yield f"{number}: {found[0]!r}: write {instead!r}"


def test_the_usual_words_are_used() -> None:
    found = [
        f"{path.relative_to(_ROOT)}:{each}" for path in _texts() for each in _found(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "Mended by hand",
        "is_mended = 1",
        "a script agreed to",
        "belongs into it",
        "lest it",
        "tells what",
        "Whoever may",
    ],
)
def test_other_words_are_found(line: str) -> None:
    assert list(_found(line))


@pytest.mark.parametrize("line", ["amend, recommend", "both readers agree", "if you agree", "in the way Lima does"])
def test_words_that_look_like_them_are_not_found(line: str) -> None:
    assert not list(_found(line))
