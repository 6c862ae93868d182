from __future__ import annotations

import io
import os
import pty
import termios
from typing import Any

import pytest
from msgspec.structs import replace

from dvm.model.instance import Status
from dvm.model.plan import Plan, PlanOptions
from dvm.plan.build import build_plan
from dvm.state.unfinished import Unfinished
from dvm.views.approval import PROMPT, approves
from dvm.views.dry_run import command_line, step_lines
from dvm.views.ls import Row, ls_json, render_ls, rows
from dvm.views.plan_human import render_plan
from dvm.views.plan_markdown import render_markdown
from dvm.views.styles import columns
from tests.factories import desired, instance, manifest, observed, receipt, record, script
from tests.unit.views.samples import NEW, OLD, drifted, findings, new_vm, plan_of


def table(*, only_config: bool = False) -> str:
    app, web, new = desired("app", ports=["3000:3000", "80:8080"]), desired("web"), desired("new")
    gone, mine = desired("gone"), desired("mine")
    there = observed(
        instance(app, cpus=2),
        instance(web, status=Status.STOPPED),
        instance(gone),
        instance(mine, receipt=None),
    )
    plan = build_plan(manifest(app, web, new), there, PlanOptions(), Unfinished())
    return render_ls(rows(plan, there, only_config=only_config))


def test_ls() -> None:
    assert (
        table()
        == """\
NAME  STATE        CPUS  MEMORY  DISK   MANAGED    PORTS         DRIFT
app   Running      2     2GiB    30GiB  managed    80:8080,3000  cpus
gone  Running      4     2GiB    30GiB  orphan     -             -
mine  Running      4     2GiB    30GiB  unmanaged  -             -
new   not created  4     2GiB    30GiB  new        -             -
web   Stopped      4     2GiB    30GiB  managed    -             running
"""
    )


def test_ls_only_config() -> None:
    assert [line.split()[0] for line in table(only_config=True).splitlines()] == ["NAME", "app", "new", "web"]


def test_ls_of_nothing_and_as_json() -> None:
    assert render_ls(()) == "No VMs. `dvm new NAME` declares one.\n"
    vm = desired("app")
    there = observed(instance(vm))
    plan = build_plan(manifest(vm), there, PlanOptions(), Unfinished())
    assert ls_json(rows(plan, there)) == {
        "vms": [
            {
                "name": "app", "instance": "dvm-app", "state": "Running", "cpus": 4, "memory": "2GiB",
                "disk": "30GiB", "ports": [], "management": "managed", "declared": True, "drift": [],
                "manifest": "/c/dvm.toml", "created": None,
            }
        ]
    }  # fmt: skip


def dry_run(plan: Plan, *, in_full: bool = False) -> list[str]:
    return [line for step in plan.steps for line in step_lines(step, plan, in_full=in_full)]


def test_dry_run_shows_calls_and_scripts_in_order() -> None:
    plan = new_vm()
    digest = plan.changes[0].scripts[0].script.sha256
    lines = dry_run(plan)
    assert lines[0].startswith("limactl create --")
    assert lines[-2] == f"# vm.app: setup script setup/base.sh as admin, sha256 {digest}: never ran"
    assert " bash -c '<dvm-setup>' dvm-setup " in lines[-1]
    assert len(lines) == len(plan.steps) + 1


def test_dry_run_in_full_is_one_line_a_call() -> None:
    plan = new_vm()
    lines = dry_run(plan, in_full=True)
    assert len(lines) == len(plan.steps) + 1
    assert "$'" in lines[-1]


def test_calls_are_quoted_for_a_shell() -> None:
    assert command_line(("limactl", "stop", "dvm-a b")) == "limactl stop 'dvm-a b'"
    assert command_line(("x", "\x1b'")) == "x $'\\x1b\\''"


@pytest.mark.parametrize(("discard", "said"), [(False, "what follows is not done"), (True, "not looked for")])
def test_dry_run_says_whether_work_is_looked_for(discard: bool, said: str) -> None:
    vm = desired("app")
    plan = build_plan(
        manifest(vm), observed(instance(vm)), PlanOptions(destroy=True, discard_work=discard), Unfinished()
    )
    assert next(line for line in dry_run(plan) if line.startswith("#")).count(said) == 1


def test_only_yes_approves() -> None:
    assert approves("yes\n")
    assert approves("yes\r\n")
    assert not any(map(approves, ("", "y", "YES\n", "yes please", "ye\x1bs")))
    assert "Only 'yes' will be accepted to approve." in PROMPT
    assert PROMPT.endswith("Enter a value: ")


def test_markdown() -> None:
    assert (
        render_markdown(drifted(), findings("setup/node.sh")[:1])
        == """\
### DVM plan

**Plan: 0 to add, 1 to change, 0 to destroy, 1 script to run.**

|  | VM | What | Why |
| --- | --- | --- | --- |
| `~` | `vm.app` | update in place: restarts, runs setup | it differs from the manifest |

#### `vm.app`

```diff
- cpus = 2
+ cpus = 4  # restarts
```

- restarts: `Lima changes cpus of a stopped VM only`

- runs `setup/node.sh` as admin: `changed`

```diff
# setup/node.sh
@@ -1,2 +1,2 @@
 set -Eeuo pipefail
-dnf -y install nodejs-20
+dnf -y install nodejs-22
```

#### Security checks

|  | Check | Where | What |
| --- | --- | --- | --- |
| **deny** | DVM202 | `setup/node.sh:4` | Remote code `setup/node.sh` |
"""
    )


def test_markdown_shows_lists_element_by_element() -> None:
    old, new = desired("app", ports=["80", "3000"]), desired("app", ports=["3000", "5173:80"])
    text = render_markdown(plan_of([new], instance(old)))
    assert '```diff\n  ports = [  # restarts\n+   "5173:80"\n-   "80:80"\n  ]\n```' in text


def test_markdown_shows_what_waits_and_what_is_left_stopped() -> None:
    vm = desired("app", script("a.sh", NEW), running=False, sudo=True)
    ran = record(vm.scripts[0], sha256="0" * 64, content=OLD)
    there = instance(desired("app"), status=Status.STOPPED, receipt=receipt(desired("app"), setup=(ran,)))
    text = render_markdown(plan_of([vm], there), option=" -f /c/x.toml")
    assert "| `!` | `vm.app` | nothing until its next start | what differs waits for its next start |" in text
    assert "This waits for its next start: `dvm start app -f /c/x.toml`." in text
    assert "- sudo = false\n+ sudo = true" in text
    assert "- runs `a.sh` as admin: `changed`" in text
    assert "+dnf -y install nodejs-22" in text
    fresh = instance(vm, status=Status.STOPPED, receipt=receipt(vm, bootstrap=None, setup=()))
    text = render_markdown(plan_of([vm], fresh))
    assert "No changes" in text
    assert "- `vm.app: It is left stopped (running = false): bootstrap and 1 setup script wait" in text


def test_a_replacement_of_a_protected_vm_says_what_comes_first() -> None:
    vm = desired("app", protect=True, disk="10GiB")
    plan = plan_of([vm], instance(desired("app", protect=True, disk="30GiB"), protected=True))
    for text in (render_plan(plan), render_markdown(plan)):
        first, takes = text.index("set protect = false in the manifest and apply that first"), text.index("--replace")
        assert first < takes
    assert "protect = false" not in render_plan(plan_of([desired("app", disk="10GiB")], instance(desired("app"))))


def _wide(name: str, **changes: Any) -> Row:
    ports = ("3000:3000", "5173:5173", "8080:80", "9229:9229")
    row = Row(name, f"dvm-{name}", "Running", 4, "8GiB", "60GiB", ports, "managed", True, ("cpus", "memory", "setup"))
    return replace(row, **changes)


@pytest.mark.parametrize("width", [72, 80, 100, 200])
def test_a_table_fits_the_terminal_and_cuts_what_is_widest(width: int) -> None:
    table = [_wide("a-rather-long-name-for-a-vm-of-mine"), _wide("db", ports=(), drift=())]
    lines = render_ls(table, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == 3
    whole = render_ls(table).splitlines()
    assert ("\N{HORIZONTAL ELLIPSIS}" in lines[1]) is (width < len(whole[1]))
    assert "Running  4     8GiB    60GiB  managed" in lines[1], "what is short stays whole"
    assert lines[2].startswith("db "), "and so does a short name"


def test_a_terminal_that_is_too_narrow_gets_the_least_and_a_pipe_all() -> None:
    (_, line) = render_ls([_wide("a-rather-long-name-for-a-vm-of-mine")], width=20).splitlines()
    assert line.startswith("a-rather-lo\N{HORIZONTAL ELLIPSIS} ")
    (_, line) = render_ls([_wide("a-rather-long-name-for-a-vm-of-mine")]).splitlines()
    assert line.endswith("3000,5173,8080:80,9229  cpus,memory,setup")


def test_what_is_no_terminal_has_no_columns() -> None:
    assert columns(io.StringIO()) is None
    ours, theirs = pty.openpty()
    try:
        termios.tcsetwinsize(theirs, (24, 80))
        with os.fdopen(theirs, "w") as stream:
            assert columns(stream) == 80
            termios.tcsetwinsize(ours, (0, 0))
            assert columns(stream) is None
    finally:
        os.close(ours)
