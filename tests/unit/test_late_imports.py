"""Modules are imported at the top of files. Where one is imported late, this table says why."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = Path(__file__).parents[2]

DISPATCH: Final = "names what runs, and imports that alone"
WAITING: Final = "imports what takes time while limactl works"
EACH_ITS_OWN: Final = "serves every command, each of which needs a part"
SELDOM: Final = "on the way of every plan or session, for what few of them have"
PROXY: Final = "starts with each connection of a guest"

LATE: Final = {
    "dvm/__main__.py": DISPATCH,
    "dvm/cli/line/app.py": DISPATCH,
    "dvm/cli/run.py": DISPATCH,
    "dvm/cli/line/completion.py": DISPATCH,
    "dvm/cli/guest/reentry.py": "opens a session of a running VM before anything else is imported",
    "dvm/cli/commands/ls.py": WAITING,
    "dvm/cli/commands/plan.py": WAITING,
    "dvm/cli/commands/status.py": WAITING,
    "dvm/cli/guest/entrance.py": WAITING,
    "dvm/cli/commands/ssh.py": SELDOM,
    "dvm/cli/host.py": EACH_ITS_OWN,
    "dvm/cli/plan_output.py": EACH_ITS_OWN,
    "dvm/cli/planning.py": SELDOM,
    "dvm/cli/overview.py": SELDOM,
    "dvm/cli/manifest.py": SELDOM,
    "dvm/cli/examining.py": "finds out whether the manifest can be read at all",
    "dvm/errors.py": SELDOM,
    "dvm/bounded_yaml.py": SELDOM,
    "dvm/model/guest_network.py": SELDOM,
    "dvm/diff/attributes.py": SELDOM,
    "dvm/diff/compare.py": SELDOM,
    "dvm/plan/build.py": SELDOM,
    "dvm/plan/ordering.py": SELDOM,
    "dvm/views/diagnostics.py": SELDOM,
    "dvm/views/script_diff.py": SELDOM,
    "dvm/checks/limactl.py": SELDOM,
    "dvm/checks/sweep.py": SELDOM,
    "dvm/checks/files/template_source.py": SELDOM,
    "dvm/checks/files/unpinned_image.py": SELDOM,
    "dvm/checks/secrets/secret_in_manifest.py": SELDOM,
    "dvm/checks/secrets/secret_in_script.py": SELDOM,
    "dvm/checks/scripts/effects/downloads.py": "a client of a forge both downloads and clones",
    "dvm/manifest/bases.py": SELDOM,
    "dvm/manifest/declarations.py": SELDOM,
    "dvm/manifest/load.py": SELDOM,
    "dvm/manifest/locate.py": SELDOM,
    "dvm/manifest/mistakes.py": SELDOM,
    "dvm/manifest/relations.py": SELDOM,
    "dvm/manifest/tables.py": SELDOM,
    "dvm/manifest/wording.py": SELDOM,
    "dvm/lima/client.py": SELDOM,
    "dvm/lima/environment.py": SELDOM,
    "dvm/lima/machine.py": SELDOM,
    "dvm/lima/ssh/connection.py": SELDOM,
    "dvm/observe/egress.py": SELDOM,
    "dvm/observe/lima_config.py": SELDOM,
    "dvm/state/directory.py": SELDOM,
    "dvm/state/kept_work.py": SELDOM,
    "dvm/state/marks.py": SELDOM,
    "dvm/state/unfinished.py": SELDOM,
    "dvm/egress/connector.py": PROXY,
    "dvm/egress/holder.py": "a proxy whose VM reaches no other one needs none of it",
    "dvm/egress/listener.py": PROXY,
    "dvm/egress/wrapper.py": PROXY,
}
"""Files that import late, and why."""


def late_imports(text: str) -> Iterator[int]:
    """Return the lines of the imports inside functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom))


def _files() -> Iterator[str]:
    for path in sorted((_ROOT / "dvm").rglob("*.py")):
        name = str(path.relative_to(_ROOT))
        if not name.startswith("dvm/simulator/"):
            yield name


@pytest.mark.parametrize("name", sorted({*_files(), *LATE}))
def test_a_file_imports_late_where_the_table_says_why(name: str) -> None:
    lines = sorted(set(late_imports((_ROOT / name).read_text())))
    if name in LATE:
        assert lines, "it imports nothing late: take it out of the table"
    else:
        assert not lines, f"{name}:{lines}: import at the top, or say in the table why not"


def test_late_imports_are_found() -> None:
    text = "import os\nclass A:\n    def f(self):\n        if os:\n            from a import b\n        import c\n"
    assert sorted(late_imports(text)) == [5, 6]
