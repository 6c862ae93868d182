"""What a page shows is found in what was printed, wherever the paths in it made a line wrap, and nothing else is."""

from __future__ import annotations

import pytest

from tests.docs.blocks import matches

SHOWN = "Error: Stale.\n\n  Changed: …/setup.sh (setup\n  script) changed: …\n…"


@pytest.mark.parametrize(
    "path",
    ["/s", "/home/u/.config/dvm/vms/app", "/srv/" + 3 * "long/" + "path"],
)
@pytest.mark.parametrize("gap", [" (setup\n  script)", "\n  (setup script)", " (setup script)"])
def test_a_sentence_may_wrap_elsewhere(path: str, gap: str) -> None:
    assert matches(SHOWN, f"Error: Stale.\n\n  Changed: {path}/setup.sh{gap} changed: then, now.\n\n  Look.")


@pytest.mark.parametrize(
    "printed",
    [
        "Error: Stale.\n\n  Changed: /s/setup.sh (setup\n  script) removed: then, now.\n",
        "Error: Stale.\n\n  Changed: /s/other.sh\n  (setup script) changed: then, now.\n",
        "Error: Stale.\n  Changed: /s/setup.sh (setup script)\n    changed: then.\n",
        "Error: Fresh.\n\n  Changed: /s/setup.sh (setup\n  script) changed: then, now.\n",
        "",
    ],
)
def test_other_words_are_not_what_was_shown(printed: str) -> None:
    assert not matches(SHOWN, printed)


def test_lines_of_different_paragraphs_stay_apart() -> None:
    assert matches("+ a\n    b = 1", "+ a\n    b = 1\n")
    assert not matches("+ a\n    b = 1", "+ a b = 1\n")
    assert not matches("a\n\nb", "a\nb\n")
