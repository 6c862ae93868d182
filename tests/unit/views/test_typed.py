from __future__ import annotations

import pytest

from dvm.errors import shortage
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
