from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from dvm.model.plan import Plan, PlanOptions, StepAction
from dvm.views.apply_human import LiveApply
from dvm.views.apply_json import JsonApply
from dvm.views.apply_plain import PlainApply
from dvm.views.hooks import hooks_for
from dvm.views.streams import steady
from dvm.views.styles import use_colour
from dvm.views.tally import DESTROY, Command
from tests.factories import desired, instance, script
from tests.unit.views.samples import WHEN, failure, findings, new_vm, plan_of

if TYPE_CHECKING:
    from dvm.execute.hooks import Hooks, StepFailure

TERMINAL = {"TERM": "xterm-256color"}


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def go(hooks: Hooks, plan: Plan, failing: StepAction | None = None) -> None:
    """An apply of one VM after the other, whose steps take a second more each."""
    failures: list[StepFailure] = []
    hooks.apply_started(plan)
    for number, step in enumerate(plan.steps, 1):
        if failures:
            hooks.step_skipped(step, failures[0].step.id)
            continue
        hooks.step_started(step)
        if step.action is failing:
            failures.append(without_checks(failure(step, "setup/base.sh")))
            hooks.step_failed(step, number, failures[-1])
        else:
            hooks.step_ended(step, number)
    hooks.apply_ended(plan, tuple(failures))


def without_checks(found: Any) -> Any:
    found.checks, found.diagnostic = (), None
    return found


@pytest.mark.parametrize(
    ("failing", "end"),
    [
        (None, "Start complete! VMs: 1 started. Scripts run: 1.\n"),
        (StepAction.SETUP, "Start incomplete. VMs: 0 started.\n1 step failed. Type it again.\n"),
    ],
)
def test_another_command_ends_in_words_of_its_own(failing: StepAction | None, end: str) -> None:
    out = io.StringIO()
    command = Command("Start", "started", go_on="Type it again.", after_plan=False)
    go(PlainApply(out, io.StringIO(), command=command), new_vm(), failing)
    assert out.getvalue().startswith("vm.app: ")
    assert out.getvalue().endswith(f"\n\n{end}")


def test_events_of_another_command_say_so_too() -> None:
    vm, out = desired(), io.StringIO()
    plan = plan_of([vm], instance(vm), options=PlanOptions(targets=("app",), destroy=True))
    go(JsonApply(out, command=DESTROY), plan)
    end = json.loads(out.getvalue().splitlines()[-1])
    assert (end["@message"], end["changes"]["operation"]) == ("Destroy complete! VMs: 1 destroyed.", "apply")


def test_plain_lines() -> None:
    out, err = io.StringIO(), io.StringIO()
    go(PlainApply(out, err), new_vm())
    assert err.getvalue() == ""
    assert (
        out.getvalue()
        == """
vm.app: Creating...
vm.app: Creation complete after 1s
vm.app: Checking its configuration...
vm.app: Check of its configuration complete after 2s
vm.app: Starting...
vm.app: Start complete after 3s
vm.app: Bootstrapping...
vm.app: Bootstrap complete after 4s
vm.app: Running setup/base.sh...
vm.app: `dvm logs -f app` follows its output, --stream shows it here
vm.app: setup/base.sh complete after 5s

Apply complete! VMs: 1 added, 0 changed, 0 destroyed. Scripts run: 1.
"""
    )


def test_a_step_that_goes_on_is_told_every_ten_seconds() -> None:
    out = io.StringIO()
    view, step = PlainApply(out, out), new_vm().steps[0]
    for second in range(35):
        view.step_progress(step, second + 0.3, "noise")
    assert out.getvalue() == "".join(f"vm.app: Still creating... [{s}s elapsed]\n" for s in (10, 20, 30))


def test_a_failure_is_told_at_the_end_with_its_log_and_remedy() -> None:
    out, err = io.StringIO(), io.StringIO()
    go(PlainApply(out, err), new_vm(), StepAction.START)
    assert out.getvalue().endswith("""\
vm.app: Start failed after 3s

Apply incomplete. VMs: 0 added, 0 changed, 0 destroyed. Scripts run: 0.
1 step failed, 2 steps not run. `dvm plan` shows what is left, `dvm apply` does it.
""")
    assert (
        err.getvalue()
        == """\
Error: vm.app: setup/base.sh ended with status 1.

  step         vm.app/start
  exit status  1
  log          /s/setup/base.sh.log
  its last lines:
    | setup/base.sh
    | the end

  Fix setup/base.sh.

"""
    )


def test_what_depends_on_a_failure_says_so_once() -> None:
    out = io.StringIO()
    view, steps = PlainApply(out, out), new_vm().steps
    for step in steps:
        view.step_skipped(step, "vm.db")
    assert out.getvalue() == "vm.app: Going no further (vm.db failed)\n"


def test_a_replacement_counts_on_both_sides_once_it_is_whole() -> None:
    vm = desired("app", disk="20GiB")
    plan = plan_of([vm], instance(vm, disk=30 << 30), options=PlanOptions(replace=("app",), discard_work=True))
    out, err = io.StringIO(), io.StringIO()
    go(PlainApply(out, err), plan)
    assert "VMs: 1 added, 0 changed, 1 destroyed." in out.getvalue()
    out = io.StringIO()
    go(PlainApply(out, err), plan, StepAction.START)
    assert "VMs: 0 added, 0 changed, 1 destroyed." in out.getvalue()


def test_a_terminal_gets_lines_that_stay_and_its_cursor_back() -> None:
    out, err = Screen(), io.StringIO()
    view = LiveApply(out, err, environment={**TERMINAL, "COLUMNS": "80", "LINES": "24"})
    go(view, new_vm(), StepAction.SETUP)
    text = out.getvalue()
    assert "vm.app: created in 1.0s\n" in text
    assert "vm.app: setup/base.sh failed after 5.0s\n" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")
    assert "Apply incomplete." in text
    assert "Error: vm.app" in err.getvalue()


def test_a_running_step_has_a_line_with_state_and_time() -> None:
    out = Screen()
    now = [100.0]
    view = LiveApply(out, out, environment={**TERMINAL, "COLUMNS": "50", "LINES": "24"}, clock=lambda: now[0])
    plan = new_vm()
    view.apply_started(plan)
    view.step_started(plan.steps[0])
    now[0] = 172.0
    view.step_progress(plan.steps[0], 72, "50%\x1b[2J")
    assert view._live is not None
    view._live.refresh()
    view.apply_ended(plan, ())
    assert "vm.app   1m12s  creating" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()


@pytest.mark.parametrize(
    ("environment", "live"),
    [
        (TERMINAL, True),
        ({"TERM": "dumb"}, False),
        ({}, False),
        ({**TERMINAL, "DVM_IN_AUTOMATION": "1"}, False),
        ({**TERMINAL, "NO_COLOR": "1"}, True),
    ],
)
def test_which_view(environment: dict[str, str], *, live: bool) -> None:
    assert isinstance(hooks_for(Screen(), environment, err=io.StringIO()), LiveApply) is live
    assert not isinstance(hooks_for(io.StringIO(), environment, err=io.StringIO()), LiveApply)


def test_colour_is_for_terminals_that_want_it() -> None:
    assert use_colour(Screen(), TERMINAL)
    assert use_colour(Screen(), {**TERMINAL, "NO_COLOR": ""})
    assert not use_colour(io.StringIO(), TERMINAL)
    for setting in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"DVM_IN_AUTOMATION": "1"}):
        assert not use_colour(Screen(), TERMINAL | setting)


def test_no_colour_in_a_live_display_without_colour() -> None:
    out = Screen()
    environment = {**TERMINAL, "NO_COLOR": "1", "COLUMNS": "80", "LINES": "24"}
    go(hooks_for(out, environment, err=io.StringIO()), new_vm())
    assert "\x1b[3" not in out.getvalue()
    assert "\x1b[1m" not in out.getvalue()


class Gone(io.StringIO):
    encoding = "ascii"

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_an_apply_goes_on_when_nobody_reads() -> None:
    for hooks in (hooks_for(Gone(), {}, err=Gone()), JsonApply(Gone())):
        go(hooks, new_vm(), StepAction.SETUP)


def test_what_an_encoding_lacks_is_escaped() -> None:
    raw = io.BytesIO()
    stream = steady(io.TextIOWrapper(raw, encoding="ascii", newline="\n"))
    stream.write("é…\n")
    stream.flush()
    assert raw.getvalue() == b"\\xe9\\u2026\n"


def events(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_events_of_an_apply() -> None:
    out = io.StringIO()
    plan = new_vm()
    view = JsonApply(out, clock=lambda: WHEN)
    view.planned(plan, findings()[1:])
    go(view, plan, StepAction.SETUP)
    found = events(out)
    steps = ["apply_start", "apply_complete"] * 4 + ["apply_start", "apply_errored", "diagnostic"]
    start = ["version", "planned_change", "diagnostic", "diagnostic", "change_summary"]
    assert [event["type"] for event in found] == [*start, *steps, "change_summary"]
    assert {event["@timestamp"] for event in found} == {"2026-01-31T12:00:00.123Z"}
    assert found[-1]["changes"] == {
        "operation": "apply", "add": 0, "change": 0, "replace": 0, "destroy": 0, "setup": 0,
    }  # fmt: skip
    assert found[-1]["complete"] is False
    assert found[-3]["exit_status"] == 1
    assert found[-3]["hook"]["script"] == "setup/base.sh"


def test_an_error_is_an_event_too() -> None:
    out = io.StringIO()
    JsonApply(out).error(RuntimeError("x"))
    assert [event["type"] for event in events(out)] == ["version", "diagnostic"]
    assert events(out)[1]["diagnostic"]["detail"] == "RuntimeError: x"


def test_an_apply_with_nothing_to_do_is_complete() -> None:
    vm = desired("app", script("setup/base.sh"))
    out = io.StringIO()
    go(PlainApply(out, out), plan_of([vm], instance(vm)))
    assert "Apply complete! VMs: 0 added, 0 changed, 0 destroyed. Scripts run: 0." in out.getvalue()
