"""Saved plans: `dvm plan --out FILE`, `dvm apply FILE`, and all that makes one stale."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Dvm, Result

MANIFEST = '[vm.app]\ncpus = 2\nsetup = ["a.sh"]\n[vm.db]\n'


@pytest.fixture
def two(dvm: Dvm) -> Dvm:
    dvm.manifest(MANIFEST)
    dvm.script("a.sh", "echo a # a word that no saved plan has")
    return dvm


def save(dvm: Dvm, *flags: str) -> str:
    path = dvm.place / "p.plan"
    result = dvm.run("plan", "--out", str(path), *flags)
    assert (result.code, "Saved." in result.err) == (0, True), result.out + result.err
    return str(path)


def stale(dvm: Dvm, path: str, *texts: str) -> Result:
    dvm.forget()
    result = dvm.run("apply", path)
    assert result.code == 4, result.out + result.err
    for text in ("Saved plan is stale", *texts):
        assert text in " ".join(result.err.split())
    assert dvm.calls(changing=True) == []
    return result


def test_it_is_private_and_applied_once_without_asking(two: Dvm) -> None:
    path = save(two)
    text = Path(path).read_text()
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert "a word that" not in text
    assert two.run("apply", path).code == 0
    assert len(two.runs("app")) == 1
    assert two.run("plan", "--detailed-exitcode").code == 0
    stale(two, path, "vm.app: its instance was not there, and is now", "vm.db")


def change_manifest(dvm: Dvm) -> None:
    dvm.manifest(MANIFEST.replace("cpus = 2", "cpus = 3"))


def change_script(dvm: Dvm) -> None:
    dvm.script("a.sh", "echo swapped")


def make_instance(dvm: Dvm) -> None:
    assert dvm.run("apply", "-y", "db").code == 0


def change_lima(dvm: Dvm) -> None:
    path = dvm.lima_home / "_config" / "default.yaml"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text("cpus: 1\n")
    path.chmod(0o600)


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (change_manifest, ("dvm.toml", "manifest")),
        (change_script, ("DVM106", "a.sh", "changed since it was shown")),
        (make_instance, ("vm.db", "is now")),
        (change_lima, ("default.yaml",)),
    ],
)
def test_what_changed_is_named(two: Dvm, change: Callable[[Dvm], None], texts: tuple[str, ...]) -> None:
    path = save(two)
    change(two)
    stale(two, path, *texts)


def test_an_instance_or_a_receipt_that_changed_is_named(two: Dvm) -> None:
    assert two.run("apply", "-y").code == 0
    change_script(two)
    path = save(two)
    assert two.limactl("stop", "dvm-app").code == 0
    stale(two, path, "vm.app: status was Running, is Stopped.")
    assert two.limactl("start", "dvm-app").code == 0  # on another ssh port, which does not count
    receipt = two.receipt("app")
    changed = {**receipt, "created_by": "another"}
    place = two.lima_home / "dvm-app" / "dvm.json"
    whole = place.read_text()
    place.write_text(json.dumps(changed))
    stale(two, path, "vm.app: receipt changed: something was applied to it meanwhile.")
    place.write_text(whole)
    assert two.run("apply", path, "--json").code == 0
    assert len(two.runs("app")) == 2


def test_options_are_saved_with_it(two: Dvm) -> None:
    assert two.run("apply", "-y").code == 0
    path = save(two, "--replace", "db", "--discard-work", "db")
    before = two.receipt("app")
    two.forget()
    assert two.run("apply", path).code == 0
    assert [call[0] for call in two.calls(changing=True)][:2] == ["delete", "create"]
    assert two.receipt("app") == before
    assert two.run("apply", path, "--prune").code == 64
    assert two.run("apply", path, "app").code == 64


def test_damage_is_told(two: Dvm) -> None:
    path = save(two)
    whole = Path(path).read_text()
    newer = json.dumps({**json.loads(whole), "format_version": "9.0"})
    tampered = whole.replace('"destroy": false', '"destroy": true')
    assert tampered != whole
    lacking = json.dumps({"kind": "dvm saved plan", "format_version": "1.1"})
    for text, said in [
        ("", "not a saved plan"),
        ("{{{", "not a saved plan"),
        ("[" * 10000, "not a saved plan"),
        ('{"vm": 1}', "not a saved plan"),
        (newer, "format 9.0"),
        (tampered, "damaged"),
        (lacking, "damaged"),
        (whole[:-50], "not a saved plan"),
    ]:
        Path(path).write_text(text)
        result = two.run("apply", path)
        assert (result.code, said in result.err) == (1, True), result.err
    assert two.run("apply", str(two.place / "none.plan")).code == 1
    assert two.calls(changing=True) == []


def test_a_file_others_could_have_written_is_refused(two: Dvm) -> None:
    path = save(two)
    Path(path).chmod(0o666)
    result = two.run("apply", path)
    assert (result.code, "DVM102" in result.err) == (3, True)
    Path(path).chmod(0o600)
    two.place.chmod(0o777)
    result = two.run("apply", path)
    assert (result.code, "DVM103" in result.err) == (3, True)
    two.place.chmod(0o700)
    Path(path).unlink()
    os.mkfifo(path, 0o600)
    assert two.run("apply", path).code == 3


def test_a_plan_is_not_saved_where_an_apply_would_refuse_it(two: Dvm) -> None:
    shared = two.place / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    refused = two.run("plan", "--out", str(shared / "a.plan"))
    assert (refused.code, "DVM103" in refused.err, "Saved" in refused.err) == (3, True, False), refused.err
    assert list(shared.iterdir()) == []


@pytest.mark.parametrize(
    "options", [("--out", ""), ("--json", "--format", "markdown"), ("--offline", "--out", "a.plan")]
)
def test_what_can_not_go_together_is_wrong_usage(two: Dvm, options: tuple[str, ...]) -> None:
    assert two.run("plan", *options).code == 64


def test_a_plan_of_another_manifest_brings_it_not_along(two: Dvm) -> None:
    other = two.place / "repo"
    other.mkdir(mode=0o700)
    (other / "dvm.toml").write_text("version = 1\n[vm.evil]\n")
    (other / "dvm.toml").chmod(0o600)
    path = two.place / "app"
    assert two.run("plan", "-f", str(other / "dvm.toml"), "--out", str(path)).code == 0
    result = two.run("apply", str(path))
    assert (result.code, "another manifest" in result.err) == (64, True), result.err
    assert two.calls(changing=True) == []
    assert two.run("apply", "-f", str(other / "dvm.toml"), "./app").code == 0


def test_what_cannot_be_applied_is_not_saved(two: Dvm) -> None:
    path = two.place / "p.plan"
    assert two.run("plan", "--offline", "--out", str(path)).code == 64
    (two.config / "a.sh").chmod(0o666)
    result = two.run("plan", "--out", str(path))
    assert (result.code, "Not saved" in result.err) == (3, True)
    assert not path.exists()
    (two.config / "a.sh").chmod(0o700)
    result = two.run("plan", "--out", str(two.place / "no" / "p.plan"))
    assert (result.code, "can't be saved" in result.err) == (1, True)


def test_a_script_swapped_while_the_user_thinks_is_never_run(two: Dvm) -> None:
    """The same bytes are read again under the lock; the plan that was approved is another one then."""
    import pexpect

    child = pexpect.spawn(sys.executable, ["-m", "dvm", "apply"], env=two.environment, cwd=str(two.place), timeout=60)
    child.expect("approve")
    change_script(two)
    child.sendline("yes")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 4
    assert two.calls(changing=True) == []


def test_a_size_that_changed_is_told_as_a_size(two: Dvm) -> None:
    assert two.run("apply", "-y").code == 0
    two.manifest(MANIFEST.replace("cpus = 2", "cpus = 3"))
    path = save(two)
    assert two.limactl("stop", "dvm-db").code == 0
    assert two.limactl("edit", "--tty=false", '--set=.memory = "7GiB"', "dvm-db").code == 0
    stale(two, path, "vm.db: memory was", "is 7GiB")


@pytest.mark.parametrize("name", ["c/dvm.toml", "c/a.sh", "notes", "."])
def test_it_takes_the_place_of_nothing_but_an_older_one(two: Dvm, name: str) -> None:
    (two.place / "notes").write_text('{"kind": "my notes"}')
    there = two.place / name
    before = there.read_bytes() if there.is_file() else b""
    refused = two.run("plan", "--out", str(there))
    assert (refused.code, "There is something else at" in refused.err) == (64, True)
    assert not there.is_file() or there.read_bytes() == before
    path = save(two)
    assert save(two) == path


def test_a_name_is_a_vm_whatever_lies_in_the_current_directory(two: Dvm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two.place)
    (two.place / "app").write_text("built here")
    assert two.run("apply", "-y", "app").code == 0
    assert (two.lima_home / "dvm-app").exists()
    assert not (two.lima_home / "dvm-db").exists()


def test_the_commands_it_prints_name_the_manifest(two: Dvm) -> None:
    other = two.write("other place/dvm.toml", "version = 1\n[vm.app]\n[vm.db]\n")
    assert two.run("apply", "-y", "-f", str(other)).code == 0
    other.write_text('version = 1\n[vm.app]\ndisk = "20GiB"\n')
    result = two.run("plan", "-f", str(other), "--out", str(two.place / "p.plan"))
    option = f" -f '{other}'"
    assert f"dvm apply --replace app{option}\n" in result.out
    assert f"p.plan{option}\n" in result.err
    assert f"dvm apply --prune{option}\n" in result.out
    assert "dvm apply --prune\n" not in two.run("plan").out


def test_show_prints_what_was_shown_again(two: Dvm) -> None:
    path = two.place / "p.plan"
    shown = two.run("plan", "--out", str(path)).out
    document = two.run("plan", "--json").json
    two.manifest("[vm.other]\n")  # it shows the file, whatever became of the manifest
    two.forget()
    again = two.run("show", str(path))
    assert (again.code, again.out, again.err) == (0, shown, "")
    as_json = two.run("show", str(path), "--json").json
    for key in set(document) - {"timestamp", "steps"}:
        assert as_json[key] == document[key], key
    assert [step["id"] for step in as_json["steps"]] == [step["id"] for step in document["steps"]]
    assert two.calls() == []


def test_show_takes_no_other_file(two: Dvm) -> None:
    path = Path(save(two))
    assert two.run("show", str(two.place / "none.plan")).code == 1
    other = two.place / "notes.plan"
    other.write_text("{}")
    other.chmod(0o600)
    assert "is not a saved plan" in " ".join(two.run("show", str(other)).err.split())
    text = path.read_text()
    path.write_text(text.replace("vm.app", "vm.\\u001b"))
    assert "is damaged" in two.run("show", str(path)).err
    path.write_text(text)
    path.chmod(0o666)
    assert two.run("show", str(path)).code == 3


def test_show_prints_every_attribute_on_demand(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("plan", "--out", "p.plan").code == 0
    assert "by default or inherited: --verbose shows them" in dvm.run("show", "p.plan").out
    verbose = dvm.run("show", "--verbose", "p.plan").out
    assert "+ subgid_count     = 65536" in verbose
    assert verbose == dvm.run("plan", "--verbose").out
    assert "+ subgid_count     = 65536" in dvm.run("apply", "-y", "--verbose").out


def test_a_saved_plan_whose_name_could_be_a_vm_s_is_named_with_a_slash(two: Dvm) -> None:
    (two.place / "p").write_text("")
    result = two.run("apply", "p")
    assert result.code == 64
    assert 'There is no VM "p"' in result.err
    assert "dvm apply ./p\n" in result.err
    assert "./q" not in two.run("apply", "q").err
