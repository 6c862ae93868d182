from __future__ import annotations

import pytest

from dvm.errors import of_host, shortage
from dvm.views.diagnostics import render_error
from dvm.views.typed import completed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dvm start app", "dvm start app -f m.toml"),
        (
            "`dvm review` shows it; `dvm explain DVM101` too.",
            "`dvm review -f m.toml` shows it; `dvm explain DVM101` too.",
        ),
        ("Without --config: dvm rm app --yes", "Without --config: dvm rm app --yes -f m.toml"),
        ("Use `dvm ssh app -- make -j 2`.", "Use `dvm ssh app -f m.toml -- make -j 2`."),
        ("`dvm rm b -f other.toml`", "`dvm rm b -f other.toml`"),
        ("`limactl delete dvm-app`, or say so to dvm.", "`limactl delete dvm-app`, or say so to dvm."),
    ],
)
def test_commands_name_the_manifest(text: str, expected: str) -> None:
    assert completed(text, " -f m.toml") == expected
    assert completed(text, "") == text


def test_what_a_host_runs_out_of_is_no_bug() -> None:
    assert "memory" in shortage(MemoryError())
    assert "threads" in shortage(RuntimeError("can't start new thread"))
    assert "files" in shortage(OSError(24, "Too many open files"))
    assert shortage(RuntimeError("something else")) == ""
    assert shortage(OSError(2, "No such file")) == ""


@pytest.mark.parametrize(
    ("error", "summary"),
    [
        (PermissionError(13, "Permission denied", "/state/ssh"), "/state/ssh: Permission denied."),
        (NotADirectoryError(20, "Not a directory", b"/state/ssh/x"), "/state/ssh/x: Not a directory."),
        (OSError(30, "Read-only file system", "/a", None, "/b"), "/a: Read-only file system."),
        (OSError(28, "No space left on device", "/a"), "A disk is full."),
        (MemoryError(), "This host has no memory left for DVM."),
    ],
)
def test_what_the_host_refuses_is_no_bug(error: BaseException, summary: str) -> None:
    with pytest.raises(type(error)):
        raise error
    known = of_host(error)
    assert known is not None
    assert (known.summary, known.exit_code) == (summary, 1)
    assert known.remedy
    assert "bug" not in render_error(error)
    assert "Traceback" not in render_error(error)
    assert "Traceback" in render_error(error, verbose=True)


@pytest.mark.parametrize(
    "error", [KeyError("x"), OSError(13, "Permission denied"), OSError(9, "Bad file descriptor", 7), OSError("odd")]
)
def test_what_names_no_file_is_a_bug(error: BaseException) -> None:
    assert of_host(error) is None
    assert "This is a bug in DVM." in render_error(error)
