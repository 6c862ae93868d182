"""Guests that answer what they were not asked, or nothing: no apply says that it is complete, no `rm` destroys."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.conftest import Dvm, Result

OLD = "0123456789abcdef0123456789abcdef"
REPLAYED = {
    "dvm-guard": f"git\t{'0' * 40}\ndvm-guard {OLD} 0\n",
    "dvm-bootstrap": f"dvm-bootstrap {OLD} 0\n",
    "dvm-setup": f"dvm-setup {OLD} 0\n",
    "dvm-outcome": f"ended\t0\ndvm-outcome {OLD} 0\n",
    "dvm-key": f"key\tssh-ed25519 {'A' * 68} developer@app\ndvm-key {OLD} 0\n",
}
QUICK = '[settings]\ntimeouts = { read = "5s", start = "5s", guest = "2s" }\n'
VM = '[vm.app]\nsetup = ["a.sh"]\n'


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest(VM)
    dvm.script("a.sh", "echo a")
    assert dvm.run("apply", "-y").code == 0
    dvm.script("a.sh", "echo other")
    return dvm


def hostile(dvm: Dvm, **facts: Any) -> None:
    place = dvm.lima_home / "dvm-app"
    (place / "guest-hostile.json").write_text(json.dumps(facts))
    (place / "guest-answers.json").write_text(json.dumps(REPLAYED))


def said(result: Result) -> str:
    return " ".join((result.out + result.err).split())


def nothing_is_destroyed(dvm: Dvm) -> str:
    dvm.forget()
    refused = dvm.run("rm", "app", "--yes")
    assert refused.code == 1, said(refused)
    assert "--discard-work" in refused.err
    assert not [call for call in dvm.calls(changing=True) if call[0] in {"delete", "stop"}]
    assert (dvm.lima_home / "dvm-app" / "lima.yaml").exists()
    return said(refused)


def nothing_is_believed(dvm: Dvm) -> str:
    failed = dvm.run("apply", "-y")
    assert failed.code == 1, said(failed)
    assert "Apply complete" not in failed.out
    script = dvm.receipt("app")["setup"][0]
    assert script.get("exit_status") != 0, "no receipt says that the script ran"
    return said(failed)


def it_was_the_guest(dvm: Dvm) -> None:
    """Once it answers as it should, the script runs, once, and all is well."""
    (dvm.lima_home / "dvm-app" / "guest-hostile.json").unlink()
    assert dvm.run("apply", "-y").code == 0
    assert [run["status"] for run in dvm.runs("app")] == [0, 0]
    assert dvm.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("how", ["nothing", "print", "replay", "echo"])
@pytest.mark.parametrize("program", ["sudo", "bash"])
def test_a_program_on_the_way_to_root(app: Dvm, program: str, how: str) -> None:
    hostile(app, replaced={program: how})
    for text in (nothing_is_destroyed(app), nothing_is_believed(app)):
        assert "did not prove that dvm-" in text
        assert "/etc/profile.d" in text
    key = app.run("key", "app")
    assert (key.code, key.out) == (1, "")
    it_was_the_guest(app)


@pytest.mark.parametrize("program", ["sh", "cat", "sha256sum", "find"])
def test_a_tool_that_the_programs_rest_on(app: Dvm, program: str) -> None:
    hostile(app, replaced={program: "nothing"})
    for text in (nothing_is_destroyed(app), nothing_is_believed(app)):
        assert "ended with status 1" in text
        assert f"the {program} of this guest does not work" in text
    it_was_the_guest(app)


def test_a_git_that_answers_falsely(app: Dvm) -> None:
    hostile(app, replaced={"git": "nothing"})
    assert "the git of the guest answers falsely" in nothing_is_destroyed(app)
    replaced = app.run("apply", "-y", "--replace", "app")
    assert (replaced.code, "answers falsely" in said(replaced)) == (1, True)
    assert (app.lima_home / "dvm-app" / "lima.yaml").exists()
    it_was_the_guest(app)


def test_a_profile_that_ends_the_login_shell(app: Dvm) -> None:
    hostile(app, profile="exit")
    assert "it answers nothing" in nothing_is_destroyed(app)
    assert "it answers nothing" in nothing_is_believed(app)
    it_was_the_guest(app)


def test_a_profile_that_prints(app: Dvm) -> None:
    hostile(app, profile="print")
    assert "'Welcome to this guest', which DVM does not know" in nothing_is_destroyed(app)
    # The script did run, and nobody says so: the guest is asked, and it does not run twice.
    assert "'Welcome to this guest', which DVM does not know" in nothing_is_believed(app)
    it_was_the_guest(app)


@pytest.mark.parametrize("cut", [0, 10, 50])
def test_an_answer_that_is_cut_short(app: Dvm, cut: int) -> None:
    hostile(app, cut=cut)
    nothing_is_destroyed(app)
    nothing_is_believed(app)
    it_was_the_guest(app)


def test_answers_without_end(app: Dvm) -> None:
    hostile(app, endless=True)
    begun = time.monotonic()
    assert "says more than any such program does" in nothing_is_destroyed(app)
    assert "says more than any such program does" in nothing_is_believed(app)
    assert time.monotonic() - begun < 40, "and neither waits for its time limit"
    key = app.run("key", "app")
    assert (key.code, "says more than any such program does" in said(key)) == (1, True)


def test_a_call_that_never_ends(app: Dvm) -> None:
    app.manifest(QUICK + VM.replace('"a.sh"', '{ script = "a.sh", timeout = "2s" }'))
    hostile(app, stuck=True)
    assert "took longer than 2 s" in nothing_is_destroyed(app)
    assert "took longer than 2 s" in nothing_is_believed(app)


def test_a_first_bootstrap_that_proves_nothing(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    rule = [{"match": ["dvm-bootstrap"], "do": "garbage"}]
    faults = dvm.place / "faults.json"
    faults.write_text(json.dumps(rule))
    failed = dvm.run("apply", "-y", DVM_SIM_FAULTS=str(faults))
    assert (failed.code, "did not prove that dvm-bootstrap ran" in said(failed)) == (1, True)
    assert dvm.receipt("app").get("bootstrap") is None
    assert "\x1b" not in failed.out + failed.err
    assert dvm.run("apply", "-y").code == 0


def test_an_outcome_that_differs_from_what_the_run_said(app: Dvm) -> None:
    """The second call is the one that counts: its number was in no guest while the script ran."""
    faults = app.place / "faults.json"
    for fault in ({"do": "garbage"}, {"do": "fail"}, {"do": "hang"}):
        app.manifest(QUICK + VM)
        faults.write_text(json.dumps([{"match": ["dvm-outcome"], **fault}]))
        failed = app.run("apply", "-y", DVM_SIM_FAULTS=str(faults))
        assert failed.code == 1, said(failed)
        assert app.receipt("app")["setup"][0].get("ended") is None
    assert app.run("apply", "-y").code == 0
    assert [run["status"] for run in app.runs("app")] == [0, 0], "asked about, not run again"
