"""docs/security-model.md names tests that exist, codes that exist, and every code there is."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from dvm.checks.registry import all_checks
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "security-model.md").read_text(encoding="utf-8")


def table(after: str, before: str, head: str) -> list[list[str]]:
    """Return the rows of the table between two headings; `head` begins the row of its own names."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in PAGE.partition(after)[2].partition(before)[0].splitlines()
        if line.startswith("| ") and not line.startswith(head)
    ]


PROMISES = table("## What DVM promises", "## Boundaries", "| promise")
THREATS = table("## Threats", "## What remains", "| threat")
ROWS = [*([promise, promise, *rest] for promise, *rest in PROMISES), *THREATS]
# The seed's table, and what Lima adds.
SEED = [
    "host file exposure", "config tampering", "setup script tampering", "unclear provisioning", "unmanaged `dvm-*` instance",
    "repo-controlled provisioning", "guest-root compromise", "package supply chain", "Docker root access",
]  # fmt: skip
RESIDUAL = [
    "192.168.5.2",
    "An allowed name is a way out",
    "clock",
    "Guest root",
    "lifecycle scripts",
    "Docker group",
    "hypervisor",
    "compromised limactl",
]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_has_a_defence_checks_that_exist_who_holds_it_and_a_proof(row: list[str]) -> None:
    threat, defence, codes, held, proof = row
    assert threat
    assert defence
    assert held.startswith(("host", "guest", "refused"))
    assert set(codes.split()) <= {*all_checks(), "none"}
    assert proof.split()
    for test in proof.split():
        path, _, name = test.partition("::")
        assert path.startswith("tests/")
        assert name in names_in(path) if name else names_in(path), test


def test_every_code_is_on_the_page_and_no_other() -> None:
    assert set(re.findall(r"DVM\d{3}", PAGE)) == set(all_checks())


def test_no_threat_of_the_seed_is_missing_and_no_residual_risk_is_hidden() -> None:
    assert set(SEED) <= {row[0] for row in THREATS}
    remains = PAGE.partition("## What remains")[2].partition("## Before")[0]
    assert [word for word in RESIDUAL if word not in remains] == []
