"""What is ours, and what is realistic, raises no denial."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, Dvm

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/dvm.toml"))
REALISTIC = sorted((ROOT / "tests" / "corpus" / "realistic").glob("*.sh"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_our_examples_pass_even_strictly(dvm: Dvm, example: Path) -> None:
    for path in (path for path in example.rglob("*") if path.is_file()):
        dvm.write(str(path.relative_to(example)), path.read_text(encoding="utf-8"))
    result = dvm.run("check", "--offline", "--strict")
    assert (result.code, result.out) == (0, "Security checks: nothing found.\n"), result.out


def test_realistic_setup_scripts_are_not_denied(dvm: Dvm) -> None:
    assert len(REALISTIC) >= 10
    for path in REALISTIC:
        dvm.write(path.name, path.read_text(encoding="utf-8"))
    names = ", ".join(f'"{path.name}"' for path in REALISTIC)
    dvm.manifest(f"[vm.app]\nsetup = [{names}]\n")
    result = dvm.run("check", "--json")
    assert [item for item in result.json["checks"] if item["severity"] == "deny" and item["status"] == "fail"] == []
    assert result.code == 0
