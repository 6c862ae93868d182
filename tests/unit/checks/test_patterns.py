"""Patterns that are compiled late."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

import dvm.checks
from dvm.checks.patterns import _Lazy, pattern


def test_a_pattern_is_one_that_re_made() -> None:
    late, now = pattern(r"a(b+)", re.IGNORECASE), re.compile(r"a(b+)", re.IGNORECASE)
    for text in ("abb", "xABx", "", "b"):
        for method in ("match", "fullmatch", "search"):
            found, wanted = getattr(late, method)(text), getattr(now, method)(text)
            assert (found and found.span()) == (wanted and wanted.span())
    assert late.sub("-", "xabx") == "x-x"
    assert [match[1] for match in late.finditer("ab abb")] == ["b", "bb"]
    assert (late.pattern, late.flags, late.groups) == (now.pattern, now.flags, now.groups)


def test_a_mistake_shows_at_first_use() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.match("")


def _patterns(value: Any) -> list[_Lazy]:
    if isinstance(value, _Lazy):
        return [value]
    if isinstance(value, dict):
        return [found for each in (*value.keys(), *value.values()) for found in _patterns(each)]
    if isinstance(value, list | tuple):
        return [found for each in value for found in _patterns(each)]
    return []


def test_none_of_the_checks_has_such_a_mistake() -> None:
    names = [module.name for module in pkgutil.walk_packages(dvm.checks.__path__, "dvm.checks.")]
    found = [
        each for name in names for value in vars(importlib.import_module(name)).values() for each in _patterns(value)
    ]
    assert len(found) > 100
    for each in found:
        assert each.pattern
