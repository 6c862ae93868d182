"""`--replace VM --keep-work`: at no moment does the work exist nowhere."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dvm, Result

VM = '[vm.app]\nsetup = ["a.sh"]\n'
REPLACE = ("apply", "-y", "--replace", "app", "--keep-work")


@pytest.fixture
def app(dvm: Dvm) -> Dvm:
    dvm.manifest(VM)
    dvm.script("a.sh", "echo a")
    assert dvm.run("apply", "-y").code == 0
    root = code(dvm)
    (root / "app" / "work").write_text("mine")
    (root / "app" / "out").symlink_to("/etc/passwd")
    dvm.forget()
    return dvm


def code(dvm: Dvm, user: str = "developer") -> Path:
    path = dvm.lima_home / "dvm-app" / "guest-files" / "home" / user / "code"
    (path / "app").mkdir(parents=True, exist_ok=True)
    return path


def kept(dvm: Dvm) -> list[str]:
    return sorted(path.name for path in (dvm.state / "app").glob("work.tar*"))


def faults(dvm: Dvm, *rules: dict[str, Any]) -> dict[str, Any]:
    (dvm.place / "faults.json").write_text(json.dumps(rules))
    return {"DVM_SIM_FAULTS": str(dvm.place / "faults.json")}


def staged(dvm: Dvm, *places: str) -> None:
    work = [{"kind": "files", "path": place, "detail": "1 file"} for place in places]
    (dvm.lima_home / "dvm-app" / "guest-work.json").write_text(json.dumps(work))


def ids(result: Result) -> list[str]:
    return [step["action"] for step in result.json["steps"]]


def said(result: Result) -> str:
    return " ".join((result.out + result.err).split())


def there(dvm: Dvm) -> bool:
    root = dvm.lima_home / "dvm-app" / "guest-files" / "home" / "developer" / "code" / "app"
    return (root / "work").exists() and (root / "work").read_text() == "mine"


def test_the_new_vm_has_the_work(app: Dvm) -> None:
    staged(app, "/home/developer/code/app")
    made = app.receipt("app")["created"]
    planned = app.run("plan", "--replace", "app", "--keep-work", "--json")
    steps = ["guard", "backup", "delete", "create", "verify", "start", "bootstrap", "setup", "restore"]
    assert ids(planned) == steps
    (change,) = planned.json["resource_changes"]
    assert (change["keeps_work"], change["restores_work"]) == (True, True)
    shown = app.run("plan", "--replace", "app", "--keep-work")
    assert "the code directories are kept" in said(shown)
    assert "archived before it is destroyed" in said(shown)

    done = app.run(*REPLACE)
    assert done.code == 0, done.out + done.err
    assert "Apply complete! VMs: 1 added, 0 changed, 1 destroyed." in done.out
    assert there(app)
    assert (code(app) / "app" / "out").readlink() == Path("/etc/passwd")
    assert kept(app) == []
    assert app.receipt("app")["created"] >= made
    assert app.run("plan", "--detailed-exitcode").code == 0


def test_work_elsewhere_is_not_kept(app: Dvm) -> None:
    staged(app, "/home/developer/code/app", "/home/developer/code-of-mine")
    refused = app.run("apply", "-y", "--replace", "app")
    assert (refused.code, "--keep-work" in refused.err) == (1, True)
    # The simulator's guard looks below the code root; adopted VMs and links are another matter.
    (app.lima_home / "dvm-app" / "guest-work.json").write_text(
        json.dumps([{"kind": "files", "path": "", "detail": "1 file"}])
    )
    refused = app.run(*REPLACE)
    assert refused.code == 1
    assert "It is not in the code directory" in said(refused)
    assert not [call for call in app.calls() if call[0] == "delete"]
    assert app.run(*REPLACE, "--discard-work").code == 0
    assert there(app)


@pytest.mark.parametrize(
    "facts",
    [
        {"replaced": {"tar": "nothing"}},
        {"replaced": {"sudo": "nothing"}},
        {"replaced": {"sudo": "print"}},
        {"replaced": {"bash": "echo"}},
        {"cut": 30},
    ],
)
def test_a_guest_that_proves_nothing_loses_nothing(app: Dvm, facts: dict[str, Any]) -> None:
    (app.lima_home / "dvm-app" / "guest-hostile.json").write_text(json.dumps(facts))
    for flags in ((), ("--discard-work",)):
        refused = app.run(*REPLACE, *flags)
        assert refused.code == 1, said(refused)
        assert not [call for call in app.calls() if call[0] in {"delete", "stop"}]
        assert (there(app), kept(app)) == (True, [])


@pytest.mark.parametrize(
    ("data", "claim"),
    [
        (b"", {}),
        (b"Welcome to this guest\n" * 1000, {}),
        (None, {"sha256": "0" * 64}),
        (None, {"bytes": 7}),
        (None, {"bytes": "x"}),
    ],
)
def test_an_archive_that_is_none_destroys_nothing(app: Dvm, data: bytes | None, claim: dict[str, Any]) -> None:
    place = app.lima_home / "dvm-app"
    if data is not None:
        (place / "guest-archive.tar").write_bytes(data)
    (place / "guest-archive.json").write_text(json.dumps(claim))
    refused = app.run(*REPLACE)
    assert refused.code == 1, said(refused)
    assert not [call for call in app.calls() if call[0] in {"delete", "stop"}]
    assert (there(app), kept(app)) == (True, [])
    assert not list((app.state / "app").glob(".dvm-*"))


@pytest.mark.parametrize("at", ["delete", "create", "start", "dvm-bootstrap", "dvm-setup", "dvm-restore"])
def test_whatever_fails_the_next_apply_puts_it_back(app: Dvm, at: str) -> None:
    match = ["shell", at] if at.startswith("dvm-") else [at]
    failed = app.run(*REPLACE, **faults(app, {"match": match, "nth": 1, "do": "fail"}))
    assert failed.code == 1, said(failed)
    assert kept(app) == ["work.tar", "work.tar.json"]
    for name in kept(app):
        assert stat.S_IMODE((app.state / "app" / name).stat().st_mode) == 0o600
    planned = app.run("plan", "--json")
    if at == "delete":
        assert ids(planned) == [], "the VM is as it was, and has its work"
        again = app.run(*REPLACE)
    else:
        assert ids(planned)[-1] == "restore"
        assert "The code directories of the VM that was replaced" in said(app.run("plan"))
        again = app.run("apply", "-y")
    assert again.code == 0, said(again)
    assert (there(app), kept(app)) == (True, [])
    assert app.run("plan", "--detailed-exitcode").code == 0


def test_what_was_kept_wins_over_what_setup_made(app: Dvm) -> None:
    app.run(*REPLACE, **faults(app, {"match": ["shell", "dvm-restore"], "nth": 1, "do": "fail"}))
    (code(app) / "app" / "work").write_text("made by setup")
    assert app.run("apply", "-y").code == 0
    assert there(app)


def test_another_replacement_waits_for_the_first(app: Dvm) -> None:
    app.run(*REPLACE, **faults(app, {"match": ["shell", "dvm-restore"], "nth": 1, "do": "fail"}))
    refused = app.run(*REPLACE)
    assert (refused.code, "still lacks the work of its last replacement" in said(refused)) == (1, True)
    assert kept(app) != []
    # To lose the new VM is no reason to lose the work.
    assert app.run("apply", "-y", "--replace", "app", "--discard-work").code == 0
    assert (there(app), kept(app)) == (True, [])


def test_an_archive_of_a_vm_that_was_not_replaced_never_comes_back(app: Dvm) -> None:
    app.run(*REPLACE, **faults(app, {"match": ["delete"], "nth": 1, "do": "fail"}))
    assert kept(app) != []
    assert app.run("rm", "app", "--yes", "--discard-work").code == 0
    assert kept(app) == []
    assert app.run("apply", "-y").code == 0
    assert not there(app)


@pytest.mark.parametrize("changes", [False, True])
def test_an_archive_that_is_of_no_use_goes_with_the_next_apply(app: Dvm, changes: bool) -> None:
    app.run(*REPLACE, **faults(app, {"match": ["delete"], "nth": 1, "do": "fail"}))
    (code(app) / "app" / "work").write_text("newer")
    if changes:
        app.script("a.sh", "echo other")
    assert app.run("apply", "-y").code == 0
    assert kept(app) == []
    assert (code(app) / "app" / "work").read_text() == "newer"


@pytest.mark.parametrize("name", ["work.tar", "work.tar.tmp"])
@pytest.mark.parametrize("changes", [False, True])
def test_what_a_kill_left_of_an_archive_goes_with_the_next_apply(app: Dvm, name: str, changes: bool) -> None:
    (app.state / "app" / name).write_bytes(b"a part")
    assert app.run("plan").code == 0
    assert kept(app) == [name], "a plan changes nothing"
    if changes:
        app.script("a.sh", "echo changed")
    assert app.run("apply", "-y").code == 0
    assert kept(app) == []
    assert there(app)


def test_another_user_gets_the_work(app: Dvm) -> None:
    app.manifest(VM + 'user = "coder"\n')
    assert app.run(*REPLACE).code == 0
    assert (code(app, "coder") / "app" / "work").read_text() == "mine"


def test_work_that_nobody_declares_any_more_is_named(app: Dvm) -> None:
    app.run(*REPLACE, **faults(app, {"match": ["create"], "nth": 1, "do": "fail"}))
    app.manifest("[vm.other]\n")
    planned = app.run("plan")
    place = app.state / "app" / "work.tar"
    assert f"dvm restore {place} VM" in said(planned)
    assert app.run("apply", "-y").code == 0
    restored = app.run("restore", str(place), "other")
    assert restored.code == 0, said(restored)
    other = app.lima_home / "dvm-other" / "guest-files" / "home" / "developer" / "code" / "app" / "work"
    assert other.read_text() == "mine"


def test_it_is_refused_where_work_could_not_come_back(app: Dvm) -> None:
    assert app.run("apply", "-y", "--keep-work").code == 64
    app.manifest(VM + "running = false\n")
    refused = app.run(*REPLACE)
    assert (refused.code, "left stopped" in said(refused)) == (1, True)
    app.manifest(VM)
    assert app.run("stop", "app").code == 0
    refused = app.run(*REPLACE, "--discard-work")
    assert (refused.code, "can't be archived" in said(refused), "dvm start app" in said(refused)) == (1, True, True)
    assert there(app)


def test_a_vm_that_nobody_was_in_has_nothing_to_keep(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\nrunning = false\n")
    assert dvm.run("apply", "-y").code == 0
    dvm.manifest("[vm.app]\n")
    planned = dvm.run("plan", "--replace", "app", "--keep-work", "--json")
    assert "backup" not in ids(planned)
    assert "restore" not in ids(planned)
    assert dvm.run(*REPLACE).code == 0


def test_a_saved_plan_and_a_dry_run_keep_it_too(app: Dvm) -> None:
    dry = app.run("apply", "--replace", "app", "--keep-work", DVM_DRY_RUN="1")
    assert "dvm-archive developer /home/developer/code" in dry.out
    assert "dvm-restore developer /home/developer/code @restore-id@ @bytes@ @sha256@ 1" in dry.out
    assert kept(app) == []
    assert app.run("plan", "--replace", "app", "--keep-work", "--out", "a.plan").code == 0
    assert app.run("apply", "a.plan", "--keep-work").code == 64
    assert app.run("apply", "a.plan").code == 0
    assert there(app)


def test_a_vm_that_lacks_its_work_is_not_renamed(app: Dvm) -> None:
    app.run(*REPLACE, **faults(app, {"match": ["shell", "dvm-restore"], "nth": 1, "do": "fail"}))
    refused = app.run("mv", "app", "next")
    assert (refused.code, "The work of vm.app" in said(refused)) == (1, True)
    assert app.run("apply", "-y").code == 0
    assert "The work of vm.app" not in said(app.run("mv", "app", "next"))


def without_its_vm(app: Dvm) -> bytes:
    """Replace it, with a create that fails: the work is in the archive alone."""
    failed = app.run(*REPLACE, **faults(app, {"match": ["create"], "do": "fail", "exit": 1, "stderr": "boom"}))
    assert failed.code == 1
    assert kept(app) == ["work.tar", "work.tar.json"]
    return (app.state / "app" / "work.tar").read_bytes()


@pytest.mark.parametrize("declared", ["", "[defaults]\negress = 3\n", '[defaults]\nsetup = ["not-there.sh"]\n'])
def test_a_throwaway_vm_of_that_name_does_not_take_the_work_along(app: Dvm, declared: str) -> None:
    work = without_its_vm(app)
    app.manifest(declared)
    for options in ((), ("--discard-work",)):
        refused = app.run("run", "--name", "app", *options, "--", "true")
        assert refused.code != 0
        assert (app.state / "app" / "work.tar").read_bytes() == work
    app.manifest(VM)
    assert app.run("apply", "-y").code == 0
    assert there(app)


def test_what_a_throwaway_vm_did_not_write_stays(dvm: Dvm) -> None:
    dvm.manifest("")
    directory = dvm.state / "one"
    directory.mkdir(mode=0o700, parents=True)
    dvm.state.chmod(0o700)
    (directory / "notes").write_text("mine")
    assert dvm.run("run", "--name", "one", "--", "true").code == 0
    assert sorted(path.name for path in directory.iterdir()) == ["lock", "notes"]


def test_work_of_another_manifest_s_vm_is_not_written_over(app: Dvm) -> None:
    """The state directory is one for all; VMs of one name may be under several LIMA_HOMEs."""
    work = without_its_vm(app)
    other = app.place / "l2"
    other.mkdir(mode=0o700)
    environment: dict[str, Any] = {"LIMA_HOME": str(other)}
    manifest = app.write("other.toml", f"version = 1\n{VM}")
    assert app.run("apply", "-y", "-f", str(manifest), **environment).code == 0
    refused = app.run(*REPLACE, "-f", str(manifest), **environment)
    assert refused.code == 1
    assert "the work of another VM of that name" in said(refused)
    assert (app.state / "app" / "work.tar").read_bytes() == work
    assert (other / "dvm-app" / "lima.yaml").exists()
