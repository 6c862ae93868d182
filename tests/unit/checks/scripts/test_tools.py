"""Every record of a program shows what it says by its own examples."""

from __future__ import annotations

import pytest

from dvm.checks.scripts.effects.tools import TOOLS
from tests.unit.checks.scripts.reviewing import STRICT, codes

EXAMPLES = [(text, code) for tool in TOOLS for text, code in tool.examples]


@pytest.mark.parametrize(("text", "code"), EXAMPLES)
def test_an_example_of_a_record(text: str, code: str) -> None:
    found = codes(f"{STRICT}{text}\n")
    assert code in found if code else found == set()


def test_every_record_has_an_example() -> None:
    assert [tool.names for tool in TOOLS if not tool.examples] == []
