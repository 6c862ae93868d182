"""msgspec works a type out at its first use, in which a second thread must not meet it: `dvm.model.table.decoder`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dvm
from dvm.lima.home import Home
from dvm.state.receipts import write_receipt
from tests import factories

PACKAGE = Path(dvm.__file__).parent
ONE_THREAD = {"cli/saved.py", "model/lock.py"}
"""They convert before and after VMs are worked on, never meanwhile."""


def offences(text: str) -> list[str]:
    """What decodes into a type that no `decoder` worked out before."""
    tree = ast.parse(text)
    ready = {
        ast.unparse(call.args[0])
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.Expr)
        for call in ast.walk(statement)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "decoder"
    }
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    typed = [call for call in calls if any(word.arg == "type" for word in call.keywords)]
    found = [ast.unparse(call) for call in typed if ast.unparse(call.func).endswith((".decode", "convert"))]
    found += [
        ast.unparse(call)
        for call in calls
        if ast.unparse(call.func) in {"convert", "msgspec.convert"} and ast.unparse(call.args[1]) not in ready
    ]
    return found


def test_each_type_is_worked_out_before_it_is_used() -> None:
    found = {
        name: calls
        for path in sorted(PACKAGE.rglob("*.py"))
        if (name := str(path.relative_to(PACKAGE))) not in ONE_THREAD
        and (calls := offences(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("msgspec.json.decode(x, type=T)", 1),
        ("msgspec.convert(x, T)", 1),
        ("D = decoder(T)\nconvert(x, T)", 0),
        ("decoder(T)\ndef f(): return convert(x, T), convert(x, U)", 1),
        ("def f(): decoder(T); return convert(x, T)", 1),
    ],
)
def test_the_search_finds_them(text: str, count: int) -> None:
    assert len(offences(text)) == count


READING = """
import os, sys, threading
from pathlib import Path
from dvm.lima.home import Home
from dvm.state.receipts import read_receipt

def read():
    found, problem = read_receipt(Home(Path(sys.argv[1])), Path(sys.argv[1]), "dvm-app")
    assert found is not None, problem

sys.setswitchinterval(1e-6)
for _ in range(40):
    if not (child := os.fork()):
        threads = [threading.Thread(target=read) for _ in range(3)]
        [each.start() for each in threads]
        [each.join() for each in threads]
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_threads_that_read_their_first_receipts_at_once_read_them(tmp_path: Path) -> None:
    write_receipt(Home(tmp_path), tmp_path, factories.receipt(factories.desired("app")))
    done = subprocess.run([sys.executable, "-c", READING, str(tmp_path)], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
