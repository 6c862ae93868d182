"""Nothing that one test made the checks remember is there for the next: it would answer for code that has changed."""

from __future__ import annotations

import os
import sys

import pytest

if "MUTANT_UNDER_TEST" in os.environ:
    # mutmut puts calls of its own between any two, so that code within code would end at Python's own limit.
    sys.setrecursionlimit(10 * sys.getrecursionlimit())


@pytest.fixture(autouse=True)
def forgetful() -> None:
    # mutmut runs the tests once, and then again in copies of that very process for each mutant.
    for name, module in list(sys.modules.items()):
        if name.startswith(("dvm.checks.scripts", "dvm.checks.secrets")):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()
