"""All checks by code, and the page that is made from them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from dvm.checks import files
from dvm.checks.catalogue import render
from dvm.checks.registry import FAMILIES, all_checks, checks_of, explain
from dvm.errors import ExitCode, UsageError
from dvm.model.check import Weight

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "checks.md"
FIXED = {*range(101, 112), *range(301, 313)}
# Those of files that look at more than a file: saved plans report the first, sweep and templates run the others.
RUN_ELSEWHERE = {"DVM106", "DVM108", "DVM110"}


def test_every_code_of_files_and_instances_is_there_and_denies() -> None:
    checks = all_checks()
    assert {f"DVM{number}" for number in FIXED} <= set(checks)
    assert list(checks) == sorted(checks)
    assert all(checks[f"DVM{number}"].severity is Weight.DENY for number in FIXED)


def test_each_family_has_its_own_numbers() -> None:
    first = {"files": "1", "scripts": "2", "instances": "3", "secrets": "4"}
    for name in FAMILIES:
        assert {check.code[3] for check in checks_of(name)} <= {first[name.rpartition(".")[2]]}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_check_that_is_written_is_in_its_family(name: str) -> None:
    """One that is in a file alone would never be run."""
    package = importlib.import_module(name)
    modules = [importlib.import_module(f"{name}.{each.name}") for each in pkgutil.iter_modules(package.__path__)]
    written = {vars(module)["CHECK"].code for module in modules if "CHECK" in vars(module)}
    assert written == {check.code for check in checks_of(name)}


def test_each_check_of_files_is_run() -> None:
    reviewed = {check.code for key, checks in vars(files).items() if key.startswith("_OF_") for check in checks}
    assert not reviewed & RUN_ELSEWHERE
    assert reviewed | RUN_ELSEWHERE == {check.code for check in files.CHECKS}
    # By the text: mutmut puts a function of its own in the place of `review`.
    text = inspect.getsource(files).partition("def review")[2]
    assert [name for name in vars(files) if name.startswith("_OF_") and name not in text] == []


def test_texts_are_whole() -> None:
    for check in all_checks().values():
        assert re.fullmatch(r"DVM[1-4]\d\d", check.code)
        assert not check.title.endswith(".")
        assert len(check.title) <= 60
        assert check.why.endswith(".")
        assert check.remedy.endswith((".", "set -euo pipefail"))


@pytest.mark.parametrize("code", ["DVM301", "dvm301", "301", " DVM301\n"])
def test_explain(code: str) -> None:
    assert explain(code).code == "DVM301"


@pytest.mark.parametrize(
    ("typo", "near"),
    [
        ("DVM3O1", "DVM301"),
        ("DVM31I", "DVM311"),
        ("DMV301", "DVM301"),
        ("DVM1O2", "DVM102"),
        ("3O4", "DVM304"),
    ],
)
def test_explain_names_the_nearest(typo: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        explain(typo)
    assert near in caught.value.remedy
    assert caught.value.exit_code is ExitCode.USAGE


def test_explain_says_so_where_nothing_is_near() -> None:
    with pytest.raises(UsageError) as caught:
        explain("\x1b[2Jbanana")
    assert caught.value.remedy == "`dvm explain` lists them all."
    assert "\x1b" not in caught.value.summary


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "run: python -m dvm.checks.catalogue > docs/reference/checks.md"
    )


def test_the_page_has_every_check() -> None:
    page = render()
    for check in all_checks().values():
        assert f"[{check.code}](#{check.code.lower()})" in page
        assert f'<a id="{check.code.lower()}">' in page
        assert check.why in page
        assert check.remedy in page
