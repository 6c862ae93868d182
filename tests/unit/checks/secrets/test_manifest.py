"""DVM401: secrets in manifests."""

from __future__ import annotations

import tomllib
from pathlib import Path

from msgspec.structs import replace

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
        assert result.subject == "/c/dvm.toml"
        assert result.location is not None
        assert result.location.path == PATH
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


def test_a_telling_key_with_a_value_that_is_none_passes() -> None:
    assert _review('version = 1\n[vm.app.env]\napi_key = "changeme"\ndb_password = "op://vault/db"\n') == []
    assert _review('version = 1\n[vm.app.env]\nsome_credential = "some_credential"\n') == []


def test_a_token_in_a_comment_is_caught() -> None:
    assert _review(f"version = 1 # {TOKEN}\n") == ["1 This line holds a GitHub token."]
    assert _review(f"version = 1\n# {TOKEN} {TOKEN}\n") == ["2 This line holds a GitHub token."]


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
    for result in results:
        assert result.denies
        assert result.location is not None
        assert (result.subject, result.location.path) == ("/c/dvm.toml", PATH)
        assert (result.summary, result.remedy) == (CHECKS[0].title, CHECKS[0].remedy)
    located = review_manifest(values, PATH, BAD)
    assert [result.location.line for result in located if result.location] == [4, 5, 7]
    assert review_manifest(tomllib.loads(GOOD), PATH) == []


def test_a_private_key_in_a_value_is_caught_and_a_mark_in_front_of_the_text_is_no_part_of_it() -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\\n" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3\\n" * 2
    (found,) = _review(f'\ufeffversion = 1\n[vm.app]\nnote = "{key}-----END OPENSSH PRIVATE KEY-----"\n')
    assert found == "3 The value of vm.app.note looks like a private key."
    # Under a table without a telling key of its own, and beside one that is too deep to follow.
    deep: object = TOKEN
    for _ in range(70):
        deep = {"x": deep}
    assert list(find_in_mapping({"a": deep, "b": TOKEN, "c": ["plain"]})) == [(("b",), "a GitHub token")]


def test_bytes_that_are_no_text_hide_no_token() -> None:
    file = factories.evidence("/c/dvm.toml", b"\xff\n# " + TOKEN.encode(), Role.MANIFEST)
    (result,) = review(replace(factories.manifest(), files=(file,)))
    assert result.detail == "This line holds a GitHub token."


def test_depth_does_no_harm() -> None:
    value: object = "x"
    for _ in range(5000):
        value = [value]
    assert list(find_in_mapping({"a": value})) == []


def test_the_family() -> None:
    assert [check.code for check in CHECKS] == ["DVM401", "DVM402"]
