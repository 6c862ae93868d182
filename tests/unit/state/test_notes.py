"""Notes in the state directory that a kill, a full disk or a hand left in any form: none is believed, none is a bug."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dvm.lima.home import Home
from dvm.state.directory import StateDirectory
from dvm.state.ephemeral import forget_ephemeral, read_ephemeral
from dvm.state.inflight import running_call
from dvm.state.leftovers import clear_failed_deletion, read_leftovers
from dvm.state.marks import read_marks, source_of
from dvm.state.renames import read_renames

LIMA, MANIFEST = Path("/l"), Path("/c/dvm.toml")
OURS = f'"lima_home": "{LIMA}", "manifest": "{MANIFEST}"'
READERS: dict[str, Callable[[StateDirectory], object]] = {
    "call.json": lambda state: running_call(state, "app"),
    "creating.json": lambda state: read_marks(state, LIMA, MANIFEST) or source_of(state, "app"),
    "deleting.json": lambda state: read_leftovers(state, Home(LIMA), {}, {}, MANIFEST),
    "deleting.json ": lambda state: clear_failed_deletion(state, "app", Home(LIMA), LIMA / "dvm-app"),
    "ephemeral.json": lambda state: read_ephemeral(state, LIMA, MANIFEST),
    "creating.json ": lambda state: forget_ephemeral(state, "app", logs=True, lima_home=LIMA),
    "renaming.json": lambda state: read_renames(state, Home(LIMA), MANIFEST),
}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "null",
            "[]",
            "3",
            '"x"',
            "{",
            "{}",
            "[" * 100_000,
            '{"a":' * 100_000,
            "\udce9",
            '{"pid": 1e999, "argv": []}',
        ),
        *('{"pid": NaN, "argv": ["a"]}', '{"pid": true, "argv": ["a"]}', '{"pid": "1", "argv": ["a"]}'),
        '{"pid": 9999999999999999999999, "argv": ["a"]}',
        f"{{{OURS}}}x",
        '{"lima_home": "/l", "manifest": "\\u0000", "mark": 1e999, "files": 3}',
    ],
)
@pytest.mark.parametrize("name", READERS)
def test_what_is_no_note_says_nothing(tmp_path: Path, name: str, text: str) -> None:
    state = StateDirectory(tmp_path / "s")
    place = state.make(state.of_vm("app")) / name.strip()
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    READERS[name](state)
    if name in {"call.json", "renaming.json", "deleting.json"}:
        assert not READERS[name](state)


@pytest.mark.parametrize("name", list(READERS))
def test_neither_a_pipe_nor_a_link_is_a_note(tmp_path: Path, name: str) -> None:
    state = StateDirectory(tmp_path / "s")
    place = state.make(state.of_vm("app")) / name.strip()
    os.mkfifo(place)
    assert not READERS[name](state)
    place.unlink(missing_ok=True)
    state.make(state.of_vm("app"))
    (tmp_path / "elsewhere").write_text(f'{{{OURS}, "mark": "x", "pid": {os.getpid()}, "argv": []}}\n')
    place.symlink_to(tmp_path / "elsewhere")
    assert not READERS[name](state)
