"""limactl's words for each intent; what a create, a clone and an edit set is in tests/contract and tests/scenarios."""

from __future__ import annotations

import pytest

from dvm.lima.calls import clone, create, shown, words
from dvm.lima.guest_calls import abbreviated, restore, setup
from dvm.model import intent as to
from dvm.model.plan import ScriptRun, StepAction
from tests.factories import desired, script

VM = desired("app", script("setup/a.sh"))
ROOT = ("limactl", "shell", "--tty=false", "--workdir", "/", "dvm-app", "sudo", "-n", "bash", "-c")


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        (to.Clean("dvm-app"), "delete --tty=false --force dvm-app"),
        (to.Delete("dvm-app"), "delete --tty=false --force dvm-app"),
        (to.Verify("dvm-app"), "list --json dvm-app"),
        (to.Rename("dvm-app", "dvm-web"), "rename --tty=false dvm-app dvm-web"),
        (to.Protect("dvm-app"), "protect --tty=false dvm-app"),
        (to.Unprotect("dvm-app"), "unprotect --tty=false dvm-app"),
        (to.Stop("dvm-app"), "stop --tty=false dvm-app"),
        (to.Stop("dvm-app", force=True), "stop --tty=false --force dvm-app"),
        (to.Start("dvm-app", 600), "start --tty=false --timeout=600s dvm-app"),
    ],
)
def test_limactl_by_itself(intent: to.Settled, said: str) -> None:
    assert words(intent) == shown(intent) == ("limactl", *said.split())


@pytest.mark.parametrize(
    ("intent", "name", "arguments"),
    [
        (to.Guard("dvm-app", ("me",), 5), "guard", ("5", "", "me", "/home/me/code")),
        (to.Guard("dvm-app", (), 5, everywhere=True), "guard", ("5", "/home")),
        (to.Guard("dvm-app", ("me",), 5, all_files=True), "guard", ("--all-files", "5", "", "me", "/home/me/code")),
        (to.Guard("dvm-app", ("me",), 5, kept="/k"), "guard", ("--kept", "/k", "5", "", "me", "/home/me/code")),
        (to.MoveCode("dvm-app", "me", "a", "b"), "move", ("me", "/home/me/code/a", "/home/me/code/b")),
        (to.Renew("dvm-app"), "renew", ()),
        (to.Seal("dvm-app"), "seal", ()),
        (to.BackUp("dvm-app", "me"), "archive", ("me", "/home/me/code")),
        (to.Bootstrap(VM), "bootstrap", ("developer", "0", "65536", "65536", "/home/developer/code/app")),
    ],
)
def test_programs_in_the_guest(intent: to.Settled, name: str, arguments: tuple[str, ...]) -> None:
    assert abbreviated(words(intent)) == (*ROOT, f"<dvm-{name}>", f"dvm-{name}", *arguments)


@pytest.mark.parametrize(
    "intent", [to.TakeOver(), to.TakeTemplate(), to.Declare(), to.Egress(), to.Rename("a", "b", begun=True)]
)
def test_what_limactl_has_no_part_in(intent: to.Settled) -> None:
    assert words(intent) == shown(intent) == ()


def test_what_is_only_known_when_the_step_runs() -> None:
    """It is a word of its own, or a whole value: what fills it in makes the words anew, and replaces nothing in them."""
    made, copied = to.Create(VM), to.Clone(VM, desired("low"))
    assert '.message = "@mark@"' in next(word for word in shown(made) if word.startswith("--set="))
    assert create(made, "dvm-create:1") == tuple(word.replace("@mark@", "dvm-create:1") for word in shown(made))
    assert clone(copied, "dvm-create:1") == tuple(word.replace("@mark@", "dvm-create:1") for word in shown(copied))
    run, back = to.Setup(VM, ScriptRun(VM.scripts[0], "never ran")), to.Restore("dvm-app", "me")
    assert shown(run) == setup(run, "@run-id@")
    assert shown(back)[-5:] == restore(back, "@restore-id@", "@bytes@", "@sha256@")[-5:]
    assert shown(back)[-5:] == ("/home/me/code", "@restore-id@", "@bytes@", "@sha256@", "1")


def test_each_action_is_that_of_one_intent() -> None:
    assert sorted(each.action for each in to._Intent.__subclasses__()) == sorted(StepAction)
