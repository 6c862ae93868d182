"""Whose a VM is: the manifest that its receipt names."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from dvm.model.owner import Owner, Ownership, ownership
from dvm.observe.owners import Owners, owner_at
from tests import factories

MANIFEST = Path("/home/jane/dvm/dvm.toml")


@pytest.mark.parametrize(
    ("owner", "expected", "free"),
    [
        (None, Ownership.UNKNOWN, True),
        (Owner(MANIFEST), Ownership.OURS, False),
        # Our own path, even while the file is being written anew.
        (Owner(MANIFEST, gone=True), Ownership.OURS, False),
        (Owner(Path("/other/dvm.toml")), Ownership.OTHERS, False),
        (Owner(Path("/other/dvm.toml"), gone=True), Ownership.GONE, True),
    ],
)
def test_what_a_vm_is_to_a_manifest(owner: Owner | None, expected: Ownership, *, free: bool) -> None:
    found = ownership(factories.instance(factories.desired(), owner=owner), MANIFEST)
    assert found is expected
    assert found.free is free


def test_a_manifest_that_is_there_is_known_by_its_path_without_links(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.touch()
    link = tmp_path / "link.toml"
    link.symlink_to(real)
    assert owner_at(str(link)) == Owner(real)
    assert not owner_at(str(real)).gone


@pytest.mark.parametrize("name", ["missing.toml", "file/dvm.toml", "to-nothing"])
def test_a_manifest_that_is_surely_not_there_is_gone(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "to-nothing").symlink_to(tmp_path / "nothing")
    named = str(tmp_path / name)
    assert owner_at(named) == Owner(Path(named), gone=True)


@pytest.mark.parametrize("name", ["loop", "x" * 300, "a\0b"])
def test_a_manifest_that_cannot_be_looked_at_is_somebodys(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    named = f"{tmp_path}/{name}"
    assert owner_at(named) == Owner(Path(named))


def test_each_manifest_is_looked_at_once(tmp_path: Path) -> None:
    manifest = tmp_path / "dvm.toml"
    manifest.touch()
    owners = Owners()
    receipt = factories.receipt(factories.desired(), manifest=str(manifest))
    assert owners.of(receipt) == Owner(manifest)
    manifest.unlink()
    assert owners.of(receipt) == Owner(manifest)
    assert Owners().of(receipt) == Owner(manifest, gone=True)
    assert owners.of(replace(receipt, manifest=None)) is None
