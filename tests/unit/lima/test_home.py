"""What an apply does to files below LIMA_HOME goes through `dvm.lima.home`: no module has a way of its own."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import dvm.execute
from dvm.errors import LimaError
from dvm.lima.home import Home

PLACE = Path(dvm.execute.__file__).parent
# The manifest's files, which are on this machine wherever Lima is.
OTHERS = {"declaring.py"}
MODULES = {"fcntl", "io", "pathlib", "shutil", "tempfile"}
CALLS = frozenset(
    [
        "chmod",
        "copy",
        "copytree",
        "exists",
        "glob",
        "is_dir",
        "is_file",
        "iterdir",
        "lexists",
        "link",
        "listdir",
        "lstat",
        "makedirs",
        "mkdir",
        "move",
        "open",
        "read_bytes",
        "read_text",
        "remove",
        "rename",
        "replace",
        "rglob",
        "rmdir",
        "rmtree",
        "scandir",
        "stat",
        "symlink",
        "symlink_to",
        "touch",
        "truncate",
        "unlink",
        "utime",
        "walk",
        "write_atomically",
        "write_bytes",
        "write_text",
    ]
)
# `os.replace` and `Path.replace` have a name that structs and texts use too.
SHARED = {"replace", "remove", "copy", "move"}


def around(tree: ast.Module) -> Iterator[str]:
    """What a module does to files but by a Home."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module == "dvm.files":
            yield from (each.name for each in node.names if each.name in CALLS)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield "open"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            owner = ast.unparse(node.func.value)
            known = owner == "home" or owner.endswith(".home")
            if not known and (node.func.attr not in SHARED or owner in {"os", "shutil"}):
                yield ast.unparse(node.func)


@pytest.mark.parametrize("path", sorted(PLACE.glob("*.py")), ids=lambda path: path.name)
def test_nothing_goes_round_it(path: Path) -> None:
    found = list(around(ast.parse(path.read_text())))
    assert bool(found) == (path.name in OTHERS), found


@pytest.mark.parametrize(
    "line", ["import shutil", "x.unlink()", "os.replace(a, b)", "open(x)", "from dvm.files import write_atomically"]
)
def test_what_would_go_round_it_is_found(line: str) -> None:
    assert list(around(ast.parse(line)))


def test_only_an_instance_directory_is_removed(tmp_path: Path) -> None:
    home, link = tmp_path / "l", tmp_path / "link"
    for name in ("dvm-app/a", "dvm-db"):
        (home / name).mkdir(parents=True)
    link.symlink_to(home)
    for place in (tmp_path, home, home / "dvm-app" / "a"):
        with pytest.raises(LimaError):
            Home(home).remove(place)
    Home(home).remove(home / "dvm-app")
    # limactl names directories without links.
    Home(link).remove(home / "dvm-db")
    assert list(home.iterdir()) == []


def test_directories_that_hold_anything(tmp_path: Path) -> None:
    (tmp_path / "full" / "x").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "full")
    assert Home(tmp_path).full(tmp_path) == ["full"]
    assert Home(tmp_path).full(tmp_path, links=True) == ["full", "link"]


def test_a_directory_without_rights_gets_those_of_its_owner(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir(mode=0)
    (tmp_path / "file").touch(0o600)
    Home(tmp_path).open_up(tmp_path)
    assert (tmp_path / "sealed").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    home, got = Home(tmp_path), threading.Event()

    def wait() -> None:
        with home.locked(tmp_path / "lock"):
            got.set()

    with home.locked(tmp_path / "lock"):
        other = threading.Thread(target=wait)
        other.start()
        assert not got.wait(0.1)
    other.join()
    assert got.is_set()
