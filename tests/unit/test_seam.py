"""Files below LIMA_HOME go through `dvm.lima.home`, processes through `dvm.lima.machine`: nothing has a way of its own.

The walk sees modules, not paths. In rooms that have no files of their own it allows none at all; the modules named here
have some, and why. In them, and in rooms that have many (the state directory, what a user names), what is said to be
LIMA_HOME's is not touched.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dvm

PACKAGE = Path(dvm.__file__).parent
ROOMS = ("checks", "diff", "execute", "lima", "observe", "plan", "views")
OTHERS = {
    "checks/scripts/disk.py": "a guest's files, as a review of its scripts imagines them",
    "checks/scripts/effects/filework.py": "a guest's files, as a review of its scripts imagines them",
    "checks/scripts/statements.py": "a guest's files, as a review of its scripts imagines them",
    "execute/declaring.py": "the manifest's files",
    "execute/egress.py": "Python and the wrapper of QEMU, which are DVM's own",
    "lima/archive.py": "archives that users name",
    "lima/client.py": "limactl, and its working directory",
    "lima/environment.py": "programs on PATH",
    "lima/fields/releases.py": "DVM's own tables",
    "lima/guest_programs.py": "DVM's own guest programs",
    "lima/home.py": "the seam",
    "lima/machine.py": "the seam",
    "lima/process.py": "limactl",
    "lima/programs.py": "programs on PATH, and what is beside limactl",
    "lima/ssh/master.py": "DVM's own connections",
    "lima/ssh/place.py": "DVM's own connections",
    "lima/ssh/root.py": "DVM's own connections",
    "observe/fetch.py": "an address on the network",
    "observe/owners.py": "the manifest's files",
    "observe/surroundings.py": "programs on PATH, and what is beside limactl",
    "views/schema.py": "the schemas of this repository",
}
MANY = ("state", "manifest", "cli")
MODULES = {"fcntl", "pathlib", "shutil", "tempfile"}
CALLS = frozenset(
    [
        "chmod",
        "copy",
        "copytree",
        "disk_usage",
        "exists",
        "glob",
        "is_dir",
        "is_file",
        "is_symlink",
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
        "read_evidence",
        "read_text",
        "readlink",
        "realpath",
        "remove",
        "rename",
        "replace",
        "resolve",
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
        "which",
        "write_atomically",
        "write_bytes",
        "write_text",
    ]
)
# `os.replace` and `Path.replace` have a name that structs and texts use too.
SHARED = {"replace", "remove", "copy", "move", "resolve", "walk"}
CHANGES = {"discard", "discard_directory", "locked", "move", "open_up", "remove", "write"}
LIMAS = re.compile(r"\blima_home\b|\.dir\b|\bhome\.(path|of)\b")
# psutil has a contract of its own (pyproject.toml).
LOOKS_AT_PROCESSES = {
    "cli/guest/reentry.py": "imports nothing, and becomes ssh on this host alone",
    "lima/machine.py": "the seam",
    "lima/process.py": "what DVM started itself",
    "lima/ssh/place.py": "sessions of other DVMs",
    "state/inflight.py": "what a DVM that was killed had started",
}


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls that do something to files but by a Home."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in {"open", "read_evidence", "write_atomically"}:
            yield node
        elif isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            owner = ast.unparse(node.func.value)
            known = owner == "home" or owner.endswith((".home", "._home"))
            if not known and (node.func.attr not in SHARED or owner in {"os", "shutil", "os.path"}):
                yield node


def around(tree: ast.Module) -> Iterator[str]:
    """What a module does to files but by a Home."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module == "dvm.files":
            yield from (each.name for each in node.names if each.name in CALLS)
    yield from map(ast.unparse, calls(tree))


def limas(tree: ast.Module) -> list[str]:
    """What a module does to what is said to be below LIMA_HOME."""
    return [text for text in map(ast.unparse, calls(tree)) if LIMAS.search(text)]


def changes(tree: ast.Module) -> Iterator[str]:
    """What a module changes below LIMA_HOME."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CHANGES and re.search(r"\bhome$", ast.unparse(node.value)):
            yield ast.unparse(node)


def processes(tree: ast.Module) -> Iterator[str]:
    """How a module looks at processes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"/proc(/|$)", node.value):
            yield node.value
        elif isinstance(node, ast.Attribute) and node.attr in {"kill", "killpg", "getpgid", "getsid"}:
            yield ast.unparse(node)


def modules(*rooms: str) -> list[str]:
    return [str(path.relative_to(PACKAGE)) for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))]


def parsed(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text())


@pytest.mark.parametrize("module", modules(*ROOMS))
def test_nothing_goes_round_it(module: str) -> None:
    found = list(around(parsed(module)))
    assert bool(found) == (module in OTHERS), found


@pytest.mark.parametrize("room", [*ROOMS, *MANY])
def test_what_is_lima_s_is_not_touched_elsewhere(room: str) -> None:
    assert {module: found for module in modules(room) if (found := limas(parsed(module)))} == {}


@pytest.mark.parametrize("room", ["checks", "diff", "observe", "plan", "views"])
def test_planning_changes_nothing_there(room: str) -> None:
    assert {module: found for module in modules(room) if (found := list(changes(parsed(module))))} == {}


def test_processes_are_looked_at_in_one_place() -> None:
    # What checks say of /proc is about guests.
    found = {each for each in modules(*ROOMS, *MANY) if not each.startswith("checks/") and [*processes(parsed(each))]}
    assert found == LOOKS_AT_PROCESSES.keys()


@pytest.mark.parametrize(
    "line",
    [
        "import shutil",
        "x.unlink()",
        "os.replace(a, b)",
        "open(x)",
        "from dvm.files import write_atomically",
        "x.is_dir()",
    ],
)
def test_what_would_go_round_it_is_found(line: str) -> None:
    assert list(around(ast.parse(line)))


@pytest.mark.parametrize("line", ["home.read(x)", "self.context.home.exists(x)", "replace(a, b)", "import os"])
def test_what_does_not_is_not(line: str) -> None:
    assert not list(around(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["(instance.dir / 'x').stat()", "os.listdir(host.lima_home)", "open(home.of(x))", "os.scandir(home.path)"]
)
def test_a_look_at_what_is_lima_s_is_found(line: str) -> None:
    assert limas(ast.parse(line))


@pytest.mark.parametrize("line", ["home.write(x, y)", "machine.home.remove(x)", "with job.context.home.locked(x): ..."])
def test_a_change_there_is_found(line: str) -> None:
    assert list(changes(ast.parse(line)))


@pytest.mark.parametrize("line", ["os.kill(pid, 0)", "open('/proc/1/stat')", "Path('/proc') / x"])
def test_a_look_at_a_process_is_found(line: str) -> None:
    assert list(processes(ast.parse(line)))
