"""What a guest is told of its network by the bootstrap: the host's loopback is shut, and single ports are opened."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Dvm

SETTLED = "No changes. Your VMs match the manifest."


def guest(dvm: Dvm, vm: str = "app") -> dict[str, Any]:
    """Return what the simulated guest remembers."""
    memory: dict[str, Any] = json.loads((dvm.lima_home / f"dvm-{vm}" / "guest.json").read_text())
    return memory


def settled(dvm: Dvm) -> str:
    """Apply, and see that a second time changes nothing; return what was said."""
    result = dvm.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    again = dvm.run("plan", "--detailed-exitcode")
    assert again.code == 0, again.out
    assert SETTLED in again.out
    return result.out


def test_the_host_s_loopback_is_shut_by_default(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    assert "not enforced" not in settled(dvm)
    assert guest(dvm)["firewall"] == "loopback"
    made = dvm.receipt("app")["bootstrap"]
    assert (made["firewall"], made["firewall_tool"], made["firewall_missing"]) == ("loopback", "nft", "")
    status = dvm.run("status", "app")
    assert "closed, by nft in the guest" in status.out
    assert dvm.run("status", "app", "--json").json["host_loopback"] == {
        "open": False, "enforced_by": "guest", "tool": "nft", "why_not": "",
    }  # fmt: skip


def test_it_is_opened_and_shut_without_a_restart(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    settled(dvm)
    dvm.manifest("[vm.app]\nhost_loopback = true\n")
    plan = dvm.run("plan")
    assert "host_loopback" in plan.out
    assert "restarts" not in plan.out
    settled(dvm)
    assert guest(dvm)["firewall"] == "off"
    assert "open" in dvm.run("status", "app").out
    dvm.manifest("[vm.app]\n")
    settled(dvm)
    assert guest(dvm)["firewall"] == "loopback"


def test_a_guest_that_can_have_no_firewall_is_a_warning(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    (dvm.lima_home / "dvm-app" / "guest-firewall").write_text("none")
    dvm.manifest("[vm.app]\nsubuid_count = 1000\n")
    settled(dvm)
    said = " ".join(dvm.run("plan").out.split())
    assert "host_loopback = false is not enforced: this guest has neither nft nor iptables." in said
    assert "not enforced" in dvm.run("status", "app").out
    result = dvm.run("verify", "app")
    assert (result.code, "host loopback" in result.out.splitlines()[-1 if "counted" not in result.out else -2]) == (
        3,
        True,
    )


def test_with_sudo_it_is_not_enforced_and_the_plan_says_so_first(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\nsudo = true\n")
    assert "not enforced: DVM_USER may use sudo" in " ".join(dvm.run("plan").out.split())
    settled(dvm)
    assert guest(dvm)["firewall"] == "off"
    assert dvm.run("verify", "app").code == 0, "nothing is promised that could not be kept"
    dvm.manifest("[vm.app]\n")
    settled(dvm)
    assert guest(dvm)["firewall"] == "loopback"


def test_a_vm_of_an_earlier_bootstrap_gets_it_at_the_next_apply(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    settled(dvm)
    path = dvm.lima_home / "dvm-app" / "dvm.json"
    receipt = json.loads(path.read_text())
    for key in ("version", "firewall", "firewall_tool", "firewall_missing", "reach"):
        del receipt["bootstrap"][key]
    path.write_text(json.dumps(receipt))
    plan = dvm.run("plan")
    assert "bootstraps: this DVM sets up more in the guest than the one that made it: its firewall" in plan.out
    assert "bootstrap" in dvm.run("ls").out
    assert dvm.run("ssh", "app", "true").code == 0, "until then it is entered as before"
    settled(dvm)


@pytest.mark.parametrize("isolation", ["strict", "standard"])
def test_one_port_of_another_vm_is_opened(dvm: Dvm, isolation: str) -> None:
    script = dvm.script("setup/a.sh", "true")
    assert script.exists()
    manifest = (
        '[vm.my-db]\nports = ["{port}:5432"]\n'
        f'[vm.app]\nisolation = "{isolation}"\ndepends_on = ["my-db"]\nreach = ["my-db:5432"]\nsetup = ["setup/a.sh"]\n'
    )
    dvm.manifest(manifest.format(port=15432))
    settled(dvm)
    assert guest(dvm)["holes"] == ["192.168.5.2 15432"]
    assert guest(dvm, "my-db")["holes"] == []
    assert dvm.runs("app")[0]["env"]["DVM_REACH_MY_DB_5432"] == "192.168.5.2:15432"
    env = dvm.run("ssh", "app", "env").out
    assert "DVM_REACH_MY_DB_5432=192.168.5.2:15432\n" in env
    dvm.manifest(manifest.format(port=15433))
    plan = dvm.run("plan")
    assert "15433" in plan.out
    settled(dvm)
    assert guest(dvm)["holes"] == ["192.168.5.2 15433"]
    assert len(dvm.runs("app")) == 1, "a script does not run again because of an address"
    dvm.manifest(
        '[vm.my-db]\nports = ["15433:5432"]\n[vm.app]\nisolation = "{isolation}"\n'.replace("{isolation}", isolation)
    )
    settled(dvm)
    assert guest(dvm)["holes"] == []
    assert "DVM_REACH" not in dvm.run("ssh", "app", "env").out


def test_a_vm_that_is_left_stopped_waits(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    settled(dvm)
    dvm.manifest("[vm.app]\nrunning = false\nhost_loopback = true\n")
    assert dvm.run("apply", "-y").code == 0
    plan = dvm.run("plan", "--detailed-exitcode")
    assert (plan.code, "host_loopback" in plan.out) == (2, True), plan.out
    assert guest(dvm)["firewall"] == "loopback"
    assert dvm.run("start", "app").code == 0
    assert guest(dvm)["firewall"] == "off"


def test_a_guest_that_does_not_say_what_became_of_it_fails_the_step(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\nrunning = false\n")
    assert dvm.run("apply", "-y").code == 0
    (dvm.lima_home / "dvm-app" / "guest-firewall").write_text("off")
    dvm.manifest("[vm.app]\n")
    result = dvm.run("apply", "-y")
    assert result.code == 1
    assert "does not say what became of its firewall" in result.err
