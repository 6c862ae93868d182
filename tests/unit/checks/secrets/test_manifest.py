"""DVM401: secrets in manifests."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from dvm.checks.secrets import CHECKS, find_in_mapping, review, review_manifest
from dvm.model.evidence import Role
from tests import factories

TOKEN = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"
PATH = Path("/c/dvm.toml")
GOOD = f"""
version = 1
[vm.app]
template = "https://example.org/t.yaml"
template_sha256 = "{"0123456789abcdef" * 4}"
setup = [{{ script = "setup/token.sh", sha256 = "{"0123456789abcdef" * 4}" }}]
"""
BAD = f"""
version = 1
[vm.app]
template = "https://me:kX9vTq2mWz@example.org/t.yaml"
setup = ["setup/{TOKEN}.sh"]
[vm.app.env]
api_key = "kX9vTq2mWz"
token_file = "/run/token"
"""


def _review(text: str) -> list[str]:
    file = factories.evidence("/c/dvm.toml", text.encode(), Role.MANIFEST)
    results = review(replace(factories.manifest(), files=(file,)))
    assert {result.code for result in results} <= {"DVM401"}
    assert all(result.denies for result in results)
    for result in results:
        shown = f"{result.subject} {result.summary} {result.detail} {result.remedy}"
        assert "kX9vTq2mWz" not in shown
        assert TOKEN not in shown
    return [f"{result.location.line if result.location else None} {result.detail}" for result in results]


def test_a_manifest_with_secrets_is_caught() -> None:
    assert _review(BAD) == [
        "4 The value of vm.app.template looks like a password in an URL.",
        "5 The value of vm.app.setup[0] looks like a GitHub token.",
        "7 The value of vm.app.env.api_key looks like a secret by the name of its key.",
    ]


def test_a_manifest_without_secrets_passes() -> None:
    assert _review(GOOD) == []


def test_a_token_in_a_comment_is_caught() -> None:
    assert _review(f"version = 1 # {TOKEN}\n") == ["1 This line holds a GitHub token."]


def test_a_manifest_that_is_no_toml_is_looked_at_all_the_same() -> None:
    assert _review(f"version = \n# {TOKEN}\n") == ["2 This line holds a GitHub token."]


def test_a_token_in_a_key_is_not_printed() -> None:
    assert _review(f'version = 1\n[vm.app]\n"{TOKEN}" = "{TOKEN}"\n') == [
        "3 The value of vm.app.[secret] looks like a GitHub token."
    ]


def test_files_of_other_roles_are_not_the_manifests() -> None:
    file = factories.evidence("/c/base.sh", TOKEN.encode())
    assert review(replace(factories.manifest(), files=(file,))) == []


def test_parsed_values_alone() -> None:
    values = tomllib.loads(BAD)
    assert [path for path, _ in find_in_mapping(values)] == [
        ("vm", "app", "template"),
        ("vm", "app", "setup", 0),
        ("vm", "app", "env", "api_key"),
    ]
    results = review_manifest(values, PATH)
    assert [result.code for result in results] == ["DVM401"] * 3
    assert all(result.location is not None and result.location.line is None for result in results)
    assert review_manifest(tomllib.loads(GOOD), PATH) == []


def test_depth_does_no_harm() -> None:
    value: object = "x"
    for _ in range(5000):
        value = [value]
    assert list(find_in_mapping({"a": value})) == []


def test_the_family() -> None:
    assert [check.code for check in CHECKS] == ["DVM401", "DVM402"]
