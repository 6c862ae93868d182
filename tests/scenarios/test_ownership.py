"""Two manifests on one Lima: each leaves the other's VMs alone, and takes over those of one that is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dvm


class Two:
    """Two manifests with a Lima and a state directory between them; `mine` is the default one."""

    def __init__(self, dvm: Dvm) -> None:
        self.dvm = dvm
        self.other = dvm.place / "o" / "dvm.toml"
        self.other.parent.mkdir(mode=0o700)
        self.declare("[vm.work]\n")
        dvm.manifest("[vm.app]\n")

    def declare(self, text: str) -> None:
        self.other.write_text(f"version = 1\n{text}")
        self.other.chmod(0o600)

    def rewrite(self, vm: str, **changes: object) -> None:
        path = self.dvm.lima_home / f"dvm-{vm}" / "dvm.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
        path.chmod(0o600)


@pytest.fixture
def two(dvm: Dvm) -> Two:
    found = Two(dvm)
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("apply", "-y", "-f", str(found.other)).code == 0
    dvm.forget()
    return found


def names(dvm: Dvm) -> list[str]:
    return sorted(path.name for path in dvm.lima_home.glob("dvm-*"))


def test_a_receipt_says_whose_the_vm_is(two: Two) -> None:
    assert two.dvm.receipt("app")["manifest"] == str(two.dvm.config / "dvm.toml")
    assert two.dvm.receipt("work")["manifest"] == str(two.other)


def test_another_manifests_vm_is_shown_and_never_changed(two: Two) -> None:
    dvm = two.dvm
    planned = dvm.run("plan", "--detailed-exitcode")
    assert planned.code == 0
    assert f"vm.work  managed by {two.other}" in planned.out
    assert "Orphans" not in planned.out
    document = dvm.run("plan", "--json").json
    assert document["orphans"] == []
    assert document["elsewhere"] == [{"name": "work", "instance": "dvm-work", "manifest": str(two.other)}]
    rows = {row["name"]: row for row in dvm.run("ls", "--json").json["vms"]}
    assert (rows["work"]["management"], rows["work"]["manifest"]) == ("other", str(two.other))
    assert rows["app"]["management"] == "managed"
    assert f"vm.work is managed by {two.other}" in dvm.run("ls").out
    assert f"(managed by {two.other})" in dvm.run("status", "work").out
    dvm.forget()
    assert dvm.run("apply", "-y", "--prune").code == 0
    assert dvm.run("apply", "-y", "--prune", "work").code == 1
    assert dvm.run("rm", "work", "--yes", "--discard-work").code == 1
    assert dvm.run("stop", "work").code == 1
    assert dvm.run("start", "work").code == 1
    assert dvm.calls(changing=True) == []
    assert dvm.run("stop", "--all").code == 0
    assert [call[-1] for call in dvm.calls(changing=True)] == ["dvm-app"]
    dvm.forget()
    assert dvm.run("apply", "-y", "--destroy", "--discard-work").code == 0
    assert {call[-1] for call in dvm.calls(changing=True)} == {"dvm-app"}
    assert names(dvm) == ["dvm-work"]
    assert dvm.run("rm", "work", "--yes", "--discard-work", "-f", str(two.other)).code == 0
    assert names(dvm) == []


def test_a_vm_that_both_declare_is_an_error_that_names_both(two: Two) -> None:
    dvm = two.dvm
    dvm.manifest("[vm.app]\n[vm.work]\n")
    for command in (("plan",), ("apply", "-y"), ("sync", "work"), ("apply", "-y", "--destroy", "work")):
        result = dvm.run(*command)
        assert result.code == 1, command
        said = " ".join((result.out + result.err).split())
        assert f"vm.work is managed by {two.other}, and {dvm.config}/dvm.toml declares it too." in said
    assert dvm.calls(changing=True) == []
    # What is not about it goes on.
    assert dvm.run("sync", "app").code == 0
    two.other.rename(two.other.with_suffix(".old"))
    assert "this manifest takes it over" in " ".join(dvm.run("plan", "work").out.split()), "as the error says"


def test_a_manifest_that_moved_takes_its_vms_along(two: Two) -> None:
    dvm = two.dvm
    moved = dvm.place / "n" / "dvm.toml"
    two.other.parent.rename(moved.parent)
    planned = dvm.run("plan", "-f", str(moved))
    assert planned.code == 0
    assert f"{two.other} made it, and is gone: this manifest takes it over." in " ".join(planned.out.split())
    assert f'manifest = "{two.other}" -> "{moved}"' in planned.out
    assert dvm.calls(changing=True) == []
    assert dvm.run("apply", "-y", "-f", str(moved)).code == 0
    assert dvm.receipt("work")["manifest"] == str(moved)
    assert dvm.run("plan", "--detailed-exitcode", "-f", str(moved)).code == 0
    assert dvm.calls(changing=True) == [], "nothing of the instance changed"


def test_a_link_to_the_same_manifest_is_the_same_manifest(two: Two) -> None:
    link = two.dvm.place / "link.toml"
    link.symlink_to(two.other)
    assert two.dvm.run("plan", "--detailed-exitcode", "-f", str(link)).code == 0
    assert two.dvm.run("apply", "-y", "-f", str(link)).code == 0
    assert two.dvm.receipt("work")["manifest"] == str(two.other)


def test_orphans_of_a_manifest_that_is_gone_are_destroyed_only_when_named(two: Two) -> None:
    dvm = two.dvm
    two.other.unlink()
    planned = dvm.run("plan", "--prune")
    assert "dvm apply --prune work" in planned.out
    assert dvm.run("plan", "--json").json["strays"][0]["manifest"] == str(two.other)
    for command in (("apply", "-y", "--prune", "--discard-work"), ("stop", "--all"), ("start", "--all")):
        dvm.run(*command)
        assert all(call[-1] != "dvm-work" for call in dvm.calls(changing=True))
    assert dvm.run("apply", "-y", "--prune", "--discard-work", "work").code == 0
    assert names(dvm) == ["dvm-app"]


@pytest.mark.parametrize("declared", [True, False])
def test_an_older_receipt_is_taken_over_by_who_declares_the_vm(two: Two, declared: bool) -> None:
    dvm = two.dvm
    two.rewrite("work", manifest=None)
    if not declared:
        assert dvm.run("apply", "-y", "--prune", "--discard-work").code == 0
        assert "made by a manifest that is not known" in dvm.run("plan").out
        assert names(dvm) == ["dvm-app", "dvm-work"]
        assert dvm.run("rm", "work", "--yes", "--discard-work").code == 0
        return
    planned = dvm.run("plan", "-f", str(two.other))
    assert "this manifest takes it over" in " ".join(planned.out.split())
    assert dvm.run("apply", "-y", "-f", str(two.other)).code == 0
    assert dvm.receipt("work")["manifest"] == str(two.other)


def test_its_own_orphan_is_pruned_as_before(two: Two) -> None:
    dvm = two.dvm
    dvm.manifest("[vm.fresh]\nrunning = false\n")
    assert "vm.app" in dvm.run("plan").out
    assert dvm.run("apply", "-y", "--prune", "--discard-work").code == 0
    assert names(dvm) == ["dvm-fresh", "dvm-work"]


def test_what_a_create_of_another_manifest_left_is_not_ours(two: Two) -> None:
    dvm = two.dvm
    two.declare("[vm.work]\n[vm.half]\n")
    mark = "Made by dvm for vm.half (00)"
    dvm.limactl("create", "--tty=false", "--name=dvm-half", f'--set=.message = "{mark}"', "template:fedora")
    note = {"mark": mark, "lima_home": str(dvm.lima_home), "manifest": str(two.other)}
    place: Path = dvm.state / "half" / "creating.json"
    place.parent.mkdir(mode=0o700)
    place.write_text(json.dumps(note))
    assert dvm.run("plan", "--json").json["unmanaged"] == ["dvm-half"]
    assert dvm.run("apply", "-y", "--prune").code == 0
    assert "dvm-half" in names(dvm)
    assert dvm.run("plan", "--json", "-f", str(two.other)).json["resource_changes"][0]["action_reason"] == (
        "remains_of_create"
    )


def test_a_receipt_that_others_may_write_to_is_put_right_by_what_is_advised(two: Two) -> None:
    dvm = two.dvm
    receipt = dvm.lima_home / "dvm-app" / "dvm.json"
    receipt.chmod(0o660)
    advice = f"If nobody else wrote to it: chmod go-w {receipt}"
    for words, code in ((["plan"], 3), (["apply", "-y"], 3), (["ssh", "app", "true"], 1), (["rm", "app", "--yes"], 1)):
        result = dvm.run(*words)
        assert (result.code, advice in result.out + result.err) == (code, True), words
        assert "limactl delete" not in result.out + result.err
    receipt.chmod(0o640)
    assert dvm.run("ssh", "app", "true").code == 0
