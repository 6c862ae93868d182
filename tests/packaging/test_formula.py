"""The Homebrew formula has each package that DVM needs, by the digest that the lock file pins."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.packaging.formula import Pinned, Resource, formula, needed, pinned, resource

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = pinned((ROOT / "requirements.lock").read_text(encoding="utf-8"))


def test_all_that_dvm_needs_is_in_the_lock_and_no_tool_of_its_tests() -> None:
    names = needed(PROJECT["dependencies"], requires)
    assert {"pydantic-core", "typer", "h11", "shellingham", "deepdiff"} <= set(names)
    assert not {"pytest", "mypy", "ruff", "colorama", "dvm"} & set(names)
    assert set(names) <= set(LOCK)
    assert all(len(LOCK[name].hashes) > 1 for name in names)


def test_a_file_counts_by_the_digest_that_the_lock_has() -> None:
    package = Pinned("x", "1", frozenset({"a" * 64, "b" * 64}))
    wheel = {"filename": "x-1-py3-none-any.whl", "url": "../w", "hashes": {"sha256": "a" * 64}}
    source = {"filename": "x-1.tar.gz", "url": "https://files.example/x", "hashes": {"sha256": "b" * 64}}
    other = {"filename": "x-2.tar.gz", "url": "https://files.example/y", "hashes": {"sha256": "c" * 64}}
    page = "https://index.example/simple/x/"
    assert resource(package, [other, wheel, source], page) == Resource("x", "https://files.example/x", "b" * 64)
    assert resource(package, [wheel], page).url == "https://index.example/simple/w"
    with pytest.raises(SystemExit, match="the index has no source"):
        resource(package, [other], page)


def test_the_text_is_ruby(tmp_path: Path) -> None:
    own = Resource("dvm", "https://example.org/dvm-0.1.0.tar.gz", "0" * 64)
    text = formula(PROJECT, own, "https://example.org/", [Resource("typer", "https://files.example/t", "1" * 64)])
    assert text.startswith("# Made from DVM's lock file")
    assert '  resource "typer" do\n    url "https://files.example/t"\n    sha256 "' + "1" * 64 in text
    assert 'license "Apache-2.0"' in text
    ruby = shutil.which("ruby")
    if ruby is not None:
        (tmp_path / "dvm.rb").write_text(text)
        subprocess.run([ruby, "-c", tmp_path / "dvm.rb"], check=True)
