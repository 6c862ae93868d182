"""The manual pages are fresh, and roff understands them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dvm.cli.commands import COMMANDS
from dvm.cli.line.manual import pages, write
from tests.conftest import ROOT

MAN = ROOT / "docs" / "man"


def test_the_pages_are_fresh() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in MAN.iterdir()}
    assert there == pages(), "make them anew: make man"


def test_each_command_has_one_and_the_first_names_them() -> None:
    names = {each.name for each in COMMANDS if not each.hidden}
    assert {path.name for path in MAN.iterdir()} == {"dvm.1", *(f"dvm-{name}.1" for name in names)}
    text = (MAN / "dvm.1").read_text(encoding="utf-8").replace("\\", "")
    assert all(f".B dvm-{name}(1)" in text for name in names)


def test_the_page_of_a_command_that_is_no_more_goes(tmp_path: Path) -> None:
    (tmp_path / "dvm-gone.1").touch()
    (tmp_path / "other.1").touch()
    write(tmp_path)
    assert not (tmp_path / "dvm-gone.1").exists()
    assert (tmp_path / "other.1").exists()


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
@pytest.mark.parametrize("path", sorted(MAN.iterdir()), ids=lambda path: path.name)
def test_roff_has_nothing_to_complain_of(path: Path) -> None:
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", path], capture_output=True, text=True, check=True)
    assert done.stderr == ""
