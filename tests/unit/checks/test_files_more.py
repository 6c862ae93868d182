"""DVM106 and DVM108, which compare a file with a digest; and limactl before its first call."""

from __future__ import annotations

import msgspec.structs
import pytest

from dvm.checks.files.changed_since_shown import CHECK as CHANGED
from dvm.checks.files.changed_since_shown import ShownFile
from dvm.checks.files.not_reviewed import CHECK as NOT_REVIEWED
from dvm.checks.files.not_reviewed import ReviewedFile
from dvm.checks.gate import ChecksRefusedError
from dvm.checks.limactl import demand_trusted
from dvm.model.evidence import Role, Unreadable
from tests.unit.checks.samples import ME, STRANGER, file

GONE = msgspec.structs.replace(file(), content=None, sha256=None, problem=Unreadable.MISSING)
OTHER = "0" * 64


def test_changed_since_shown() -> None:
    same = file()
    assert same.sha256 is not None
    assert CHANGED.run(ShownFile(same, same.sha256)) == []
    assert CHANGED.run(ShownFile(GONE, "")) == []
    for subject, words in (
        (ShownFile(same, OTHER), (same.sha256, OTHER)),
        (ShownFile(GONE, OTHER), ("not there", OTHER)),
        (ShownFile(same, ""), (same.sha256, "not there")),
    ):
        (result,) = CHANGED.run(subject)
        assert result.denies
        assert all(word in result.detail for word in words)
        assert result.location is not None
        assert result.location.path == subject.file.path


def test_not_reviewed() -> None:
    same = file()
    assert NOT_REVIEWED.run(ReviewedFile(same, same.sha256)) == []
    for subject, words in (
        (ReviewedFile(same, None), ("not in dvm.lock",)),
        (ReviewedFile(same, OTHER), (str(same.sha256), OTHER)),
        (ReviewedFile(GONE, OTHER), ("unreadable", OTHER)),
        (ReviewedFile(GONE, None), ("not in dvm.lock",)),
    ):
        (result,) = NOT_REVIEWED.run(subject)
        assert result.denies
        assert all(word in result.detail for word in words)
        assert "dvm review" in result.remedy


def test_limactl_before_its_first_call() -> None:
    good = file(Role.LIMACTL, "/usr/bin/limactl", owner=0, mode=0o755)
    demand_trusted(good, ME)
    for bad in (msgspec.structs.replace(good, mode=0o775), msgspec.structs.replace(good, owner=STRANGER)):
        with pytest.raises(ChecksRefusedError, match="DVM109"):
            demand_trusted(bad, ME)
