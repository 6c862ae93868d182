"""What may leave a VM: declared, put in force, found where it is not."""

from __future__ import annotations

import fcntl
import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from dvm.checks.instances.egress_not_in_force import foreseen
from dvm.egress.policy import setup_runs
from tests import factories as make
from tests.conftest import ROOT, Dvm

NOT_DECLARED = "egress of vm.app does not allow it"
DRIVER = ROOT / "dvm" / "simulator" / "driver.py"


@pytest.fixture
def held(dvm: Dvm) -> Dvm:
    """With a QEMU of the user's own, which stands in for the simulator's."""
    qemu = dvm.place / "my qemu"
    qemu.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {DRIVER} "$@"\n')
    qemu.chmod(0o755)
    named = shlex.quote(str(qemu))
    dvm.environment |= {"QEMU_SYSTEM_X86_64": named, "QEMU_SYSTEM_AARCH64": named}
    return dvm


def policy(dvm: Dvm, vm: str = "app") -> dict[str, Any]:
    path = dvm.lima_home / f"dvm-{vm}" / "dvm-egress.json"
    assert path.stat().st_mode & 0o777 == 0o600
    value: dict[str, Any] = json.loads(path.read_text())
    return value


def words(dvm: Dvm, vm: str = "app") -> list[str]:
    """The command line of the VM's driver, as the kernel shows it."""
    number = (dvm.lima_home / f"dvm-{vm}" / "qemu.pid").read_text().strip()
    return Path(f"/proc/{number}/cmdline").read_text().split("\0")


def network(dvm: Dvm, vm: str = "app") -> str:
    found = words(dvm, vm)
    return found[found.index("-netdev") + 1]


def config(dvm: Dvm, vm: str = "app") -> dict[str, Any]:
    (line,) = dvm.limactl("list", "--json", f"dvm-{vm}").out.splitlines()
    value: dict[str, Any] = json.loads(line)["config"]
    return value


pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the test reads /proc")


def test_a_vm_is_shut_from_its_first_boot(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = ["git.example.com", "*.Example.NET"]\nsetup_egress = ["mirror.example.org"]\n')
    planned = held.run("plan")
    assert planned.code == 0, planned.err
    assert "Its egress is held on the host" in planned.out
    done = held.run("apply", "-y")
    assert done.code == 0, done.out + done.err
    assert policy(held)["names"] == ["*.example.net", "git.example.com"]
    assert policy(held)["setup_names"] == ["mirror.example.org"]
    assert ",restrict=on,ipv6=off,guestfwd=tcp:192.168.5.100:3128-cmd:" in network(held)
    assert config(held)["env"]["https_proxy"] == "http://192.168.5.100:3128"
    assert held.run("plan", "--detailed-exitcode").code == 0
    assert held.run("ssh", "app", "--", "true").code == 0


def test_a_change_of_the_list_is_at_once_and_none_or_open_too(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = ["a.example.com"]\n')
    assert held.run("apply", "-y").code == 0
    process = (held.lima_home / "dvm-app" / "qemu.pid").read_text()
    held.manifest('[vm.app]\negress = ["b.example.com"]\n')
    planned = held.run("plan")
    assert '- "a.example.com"' in planned.out
    assert "restarts" not in planned.out
    # The policy still allows what is no longer declared.
    refused = held.run("ssh", "app", "--", "true")
    assert (refused.code, "DVM315" in refused.err, "a.example.com" in refused.err) == (3, True, True)
    held.forget()
    assert held.run("apply", "-y").code == 0
    assert not any(call[0] in {"stop", "start", "edit"} for call in held.calls(changing=True))
    assert policy(held)["names"] == ["b.example.com"]
    assert (held.lima_home / "dvm-app" / "qemu.pid").read_text() == process
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("apply", "-y").code == 0
    assert policy(held)["names"] == []
    held.manifest("[vm.app]\n")
    opened = held.run("plan")
    assert '~ egress = "none" -> "open"  # restarts' in opened.out
    assert held.run("apply", "-y").code == 0
    assert not (held.lima_home / "dvm-app" / "dvm-egress.json").exists()
    assert "restrict" not in network(held)
    assert "https_proxy" not in (config(held).get("env") or {})
    assert held.run("plan", "--detailed-exitcode").code == 0
    held.manifest('[vm.app]\negress = "none"\n')
    assert "# restarts" in held.run("plan").out
    assert held.run("ssh", "app", "--", "true").code == 3
    assert held.run("apply", "-y").code == 0
    assert "restrict=on" in network(held)
    assert held.run("plan", "--detailed-exitcode").code == 0


def test_a_start_by_hand_is_found_before_the_next_contact(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = ["a.example.com"]\n')
    assert held.run("apply", "-y").code == 0
    assert held.run("stop", "app").code == 0
    assert held.limactl("start", "dvm-app").code == 0
    for command in (("ssh", "app", "--", "true"), ("cp", str(held.config / "dvm.toml"), "app:"), ("key", "app")):
        refused = held.run(*command)
        assert (refused.code, "DVM315" in refused.err) == (3, True), refused.err
    assert "egress" in held.run("ls").out
    planned = held.run("plan")
    assert planned.code == 0
    assert '~ egress = "open" -> ["a.example.com"]  # restarts' in planned.out
    assert held.run("apply", "-y").code == 0
    assert held.run("ssh", "app", "--", "true").code == 0
    assert "restrict=on" in network(held)


def test_start_shuts_the_network_and_writes_a_policy_that_is_gone(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = ["a.example.com"]\n')
    assert held.run("apply", "-y").code == 0
    assert held.run("stop", "app").code == 0
    (held.lima_home / "dvm-app" / "dvm-egress.json").unlink()
    assert held.run("start", "app").code == 0
    assert "restrict=on" in network(held)
    assert policy(held)["names"] == ["a.example.com"]


def test_a_start_that_opens_or_shuts_leaves_the_rest_to_an_apply(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("apply", "-y").code == 0
    assert held.run("stop", "app").code == 0
    held.manifest("[vm.app]\n")
    assert held.run("start", "app").code == 0
    assert held.run("ssh", "app", "--", "true").code == 0
    assert held.run("apply", "-y").code == 0
    assert "https_proxy" not in (config(held).get("env") or {})
    assert held.run("plan", "--detailed-exitcode").code == 0
    assert held.run("stop", "app").code == 0
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("start", "app").code == 0
    assert "restrict=on" in network(held)
    assert held.run("apply", "-y").code == 0
    assert config(held)["env"]["https_proxy"] == "http://192.168.5.100:3128"
    assert held.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("spoil", ["gone", "others", "wider", "mode"])
def test_a_policy_that_changed_on_disk_is_found_and_repaired(held: Dvm, spoil: str) -> None:
    held.manifest('[vm.app]\negress = ["a.example.com"]\n')
    assert held.run("apply", "-y").code == 0
    path = held.lima_home / "dvm-app" / "dvm-egress.json"
    if spoil == "gone":
        path.unlink()
    elif spoil == "others":
        path.write_text(path.read_text().replace("dvm-app", "dvm-other"))
    elif spoil == "wider":
        path.write_text(path.read_text().replace('"a.example.com"', '"a.example.com", "evil.example.com"'))
    else:
        path.chmod(0o644)
    refused = held.run("ssh", "app", "--", "true")
    assert (refused.code, "DVM315" in refused.err) == (3, True), refused.err
    assert held.run("plan", "--detailed-exitcode").code == 2
    done = held.run("apply", "-y")
    assert done.code == 0, done.out + done.err
    assert policy(held)["names"] == ["a.example.com"]
    assert held.run("ssh", "app", "--", "true").code == 0
    assert held.run("plan", "--detailed-exitcode").code == 0


def test_another_vm_is_reached_by_a_forward_of_its_own(held: Dvm) -> None:
    held.manifest(
        '[vm.db]\nports = ["15432:5432"]\n[vm.app]\negress = "none"\ndepends_on = ["db"]\nreach = ["db:5432"]\n'
    )
    done = held.run("apply", "-y")
    assert done.code == 0, done.out + done.err
    assert policy(held)["reach"] == [{"vm": "db", "port": 5432, "host_port": 15432}]
    assert ",guestfwd=tcp:192.168.5.101:5432-cmd:" in network(held)
    assert network(held).endswith(" 15432")
    held.manifest('[vm.db]\nports = ["15432:5432"]\n[vm.app]\negress = "none"\ndepends_on = ["db"]\n')
    assert "# restarts" in held.run("plan").out
    assert held.run("apply", "-y").code == 0
    assert "192.168.5.101" not in network(held)


def test_setup_names_count_while_setup_runs(held: Dvm) -> None:
    held.script("setup/a.sh", "true")
    held.manifest('[vm.app]\negress = "none"\nsetup_egress = ["a.example.com"]\nsetup = ["setup/a.sh"]\n')
    assert held.run("apply", "-y").code == 0
    directory = held.lima_home / "dvm-app"
    assert not setup_runs(str(directory))
    mark = directory / "dvm-egress.setup"
    assert mark.stat().st_mode & 0o777 == 0o600
    with mark.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert setup_runs(str(directory))


def noted(dvm: Dvm, *entries: tuple[str, int, str, str]) -> None:
    """What the proxy of the VM would have noted; a clone's log has its source's entries, too."""
    log = dvm.lima_home / "dvm-app" / "dvm-egress.log"
    keys = ("name", "port", "verdict", "why")
    lines = [
        json.dumps({"time": "2099-01-01T00:00:00Z", "instance": instance, **dict(zip(keys, entry, strict=True))})
        for entry in entries
        for instance in ("dvm-app", "dvm-source")
    ]
    log.write_text("\n".join(["{damaged", *lines, ""]))


def test_a_script_that_fails_for_a_name_says_which_and_what_to_declare(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("apply", "-y").code == 0
    noted(held, ("mirror.example.org", 443, "denied", NOT_DECLARED), ("10.0.0.1", 443, "denied", "it is an address"))
    held.script("setup/a.sh", "# sim: exit 7")
    held.manifest('[vm.app]\negress = "none"\nsetup = ["setup/a.sh"]\n')
    failed = held.run("apply", "-y")
    said = " ".join((failed.out + failed.err).split())
    assert failed.code == 1
    assert "Its egress policy denied 10.0.0.1:443, mirror.example.org:443." in said
    assert 'setup_egress = ["mirror.example.org"]' in said


def test_without_a_rule_nothing_is_noted(held: Dvm) -> None:
    held.manifest("[vm.app]\n")
    assert held.run("apply", "-y").code == 0
    assert 'vm.app has egress = "open"' in held.run("egress", "app").out


def test_egress_shows_what_was_asked_for_and_proposes_names(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = ["a.example.com"]\n')
    assert held.run("apply", "-y").code == 0
    assert "asked for nothing" in held.run("egress", "app").out
    noted(
        held,
        ("a.example.com", 443, "allowed", ""),
        ("a.example.com", 443, "allowed", ""),
        ("b.example.com", 8443, "denied", NOT_DECLARED),
        ("evil\x1b[2Jname", 0, "denied", "it is not a host name"),
        ("", 0, "denied", "it is no HTTP request"),
        ("a.example.com", 443, "denied", "its TLS server name is another one: c.example.com"),
    )
    shown = held.run("egress", "app")
    assert "allowed  a.example.com:443  2 times" in shown.out
    assert "denied   b.example.com:8443  1 time" in shown.out
    assert "\x1b" not in shown.out
    assert "denied   (no host name)  1 time" in shown.out
    assert "its log begins" not in shown.out
    log = held.lima_home / "dvm-app" / "dvm-egress.log"
    (log.parent / f"{log.name}.1").write_text(
        json.dumps({"time": "2099-01-01T00:00:00Z", "instance": "dvm-app"}) + "\n"
    )
    assert "since 2099-01-01T00:00:00+00:00, where its log begins" in held.run("egress", "app").out
    assert json.loads(held.run("egress", "app", "--json").out)["since"] == "2099-01-01T00:00:00+00:00"
    (log.parent / f"{log.name}.1").unlink()
    assert "name:0" not in shown.out
    document = held.run("egress", "app", "--json").json
    assert document["allowed"] == [{"name": "a.example.com", "port": 443, "count": 2}]
    assert {"name": "b.example.com", "port": 8443, "count": 1} in document["denied"]
    assert document["since"].endswith("+00:00")
    proposed = held.run("egress", "app", "--propose")
    assert 'egress = ["a.example.com", "b.example.com:8443"]' in proposed.out
    assert "c.example.com" not in proposed.out, "a proposal is made of what was asked for"
    assert f"# vm.app, in {held.config / 'dvm.toml'}:" in proposed.out
    assert held.run("egress", "app", "--propose", "--json").code == 64
    assert held.run("egress", "nope").code != 0
    own = held.config / "vms" / "app" / "vm.toml"
    own.parent.mkdir(parents=True)
    own.write_text('egress = ["a.example.com"]\n')
    held.manifest("")
    assert f"# vm.app, in {own}:" in held.run("egress", "app", "--propose").out
    own.unlink()
    # As it is typed, the manifest takes it.
    held.manifest("[vm.app]\n" + proposed.out)
    assert held.run("validate").code == 0
    assert held.run("status", "app").out.count("held by the host") == 1


def test_another_manifest_s_word_lets_nobody_in(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("apply", "-y").code == 0
    other = held.place / "o" / "dvm.toml"
    other.parent.mkdir(mode=0o700)
    other.write_text("version = 1\n[vm.app]\n")
    other.chmod(0o600)
    assert held.run("ssh", "app", "true", "-f", str(other)).code == 0
    # Booted by hand, without its wall.
    assert held.limactl("stop", "dvm-app").code == 0
    assert held.limactl("start", "--tty=false", "dvm-app").code == 0
    for words in (["ssh", "app", "true"], ["cp", "app:x", "."], ["key", "app"], ["backup", "app", "x.tar"]):
        refused = held.run(*words, "-f", str(other))
        assert (refused.code, "DVM315" in refused.err) == (3, True), words
        assert f"Name its manifest, and apply that: -f {held.config / 'dvm.toml'}\n" in refused.err
    tried = held.run("verify", "app", "-f", str(other))
    assert (tried.code, "1 wall does not hold: egress." in tried.out) == (3, True)
    proposed = held.run("egress", "app", "--propose", "-f", str(other)).out
    assert "is denied" not in proposed


def test_a_proposal_tells_setup_egress_from_egress(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = ["*.example.com"]\nsetup_egress = ["mirror.example.org"]\n')
    assert held.run("apply", "-y").code == 0
    noted(held, ("mirror.example.org", 443, "denied", NOT_DECLARED))
    proposed = held.run("egress", "app", "--propose").out
    assert '\negress = ["*.example.com", "mirror.example.org"]\n' in proposed
    assert "counts only while setup scripts run: mirror.example.org" in proposed
    assert "# setup_egress = " not in proposed
    noted(held, ("mirror.example.org", 443, "denied", NOT_DECLARED), ("new.example.net", 80, "denied", NOT_DECLARED))
    proposed = held.run("egress", "app", "--propose").out
    assert '\negress = ["*.example.com", "mirror.example.org", "new.example.net"]\n' in proposed
    assert '# setup_egress = ["mirror.example.org", "new.example.net"]' in proposed
    # Declared by now, as a whole domain; another port of it is not.
    noted(held, ("a.example.com", 443, "denied", NOT_DECLARED))
    assert "is declared by now" in held.run("egress", "app", "--propose").out
    noted(held, ("localhost.", 80, "denied", NOT_DECLARED))
    assert "Nothing was denied to vm.app that a name" in held.run("egress", "app", "--propose").out
    noted(held, ("a.example.com", 8443, "denied", NOT_DECLARED))
    assert '"a.example.com:8443"]' in held.run("egress", "app", "--propose").out


def test_a_wrapper_that_others_can_change_is_not_started(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("apply", "-y").code == 0
    (held.place / "my qemu").chmod(0o777)
    refused = held.run("plan")
    assert (refused.code, "DVM109" in refused.err) == (3, True)


def test_a_guest_whose_user_has_sudo_holds_no_rule() -> None:
    def said(**config: Any) -> list[str]:
        return [each.code for each in foreseen(make.desired("app", egress="none", **config))]

    assert said(vm_type="vz", sudo=True) == ["DVM315"]
    assert said(vm_type="vz") == []
    assert said(vm_type="qemu", sudo=True) == [], "on QEMU the host holds it"


def test_the_guest_is_told_of_the_proxy_and_forgets_it_again(held: Dvm) -> None:
    held.script("setup/a.sh", "true")
    text = 'ports = ["15432:5432"]\n[vm.app]\ndepends_on = ["db"]\nreach = ["db:5432"]\nsetup = ["setup/a.sh"]\n'
    held.manifest(f'[vm.db]\n{text}egress = "none"\n')
    assert held.run("apply", "-y").code == 0
    assert held.run("plan", "--detailed-exitcode").code == 0
    made = held.receipt("app")["bootstrap"]
    assert (made["firewall"], made["proxied"], made["reach"]) == (
        "off", True, {"DVM_REACH_DB_5432": "192.168.5.101:5432"},
    )  # fmt: skip
    env = held.run("ssh", "app", "env").out
    assert "https_proxy=http://192.168.5.100:3128\n" in env
    assert "DVM_REACH_DB_5432=192.168.5.101:5432\n" in env
    assert "192.168.5.101" in next(line for line in env.splitlines() if line.startswith("NO_PROXY="))
    assert held.runs("app")[0]["env"]["HTTP_PROXY"] == "http://192.168.5.100:3128"
    assert held.run("verify", "app").code == 0, held.run("verify", "app").out
    assert "proxy" not in held.run("ssh", "db", "env").out.lower()
    held.manifest(f"[vm.db]\n{text}")
    assert held.run("apply", "-y").code == 0
    assert held.run("plan", "--detailed-exitcode").code == 0
    env = held.run("ssh", "app", "env").out
    assert "proxy" not in env.lower()
    assert "DVM_REACH_DB_5432=192.168.5.2:15432\n" in env


def test_an_egress_wall_that_is_gone_is_found_by_verify(held: Dvm) -> None:
    held.manifest('[vm.app]\negress = "none"\n')
    assert held.run("apply", "-y").code == 0
    walls = held.run("verify", "app", "--json").json["checks"]
    assert {(row["voucher"], row["holds"]) for row in walls if row["wall"] == "egress"} == {
        ("host", True), ("guest", True),
    }  # fmt: skip
    stage = held.lima_home / "dvm-app" / "guest-walls.json"
    stage.write_text(json.dumps({"outside root": ["1.1.1.1 open"], "names user": ["192.168.5.3 answered"]}))
    result = held.run("verify", "app")
    assert (result.code, "1 wall does not hold: egress." in result.out) == (3, True)
    stage.unlink()
    # Started by hand: the network is open, and nobody goes in.
    held.limactl("stop", "dvm-app")
    held.limactl("start", "--tty=false", "dvm-app")
    result = held.run("verify", "app")
    assert (result.code, "DVM315" in result.out) == (3, True)


def test_what_may_leave_a_base_is_no_rule_for_its_clones(held: Dvm) -> None:
    held.manifest(
        '[base.n]\negress = ["x.org"]\nsetup_egress = ["m.org"]\n'
        '[vm.free]\nbase = "n"\negress = "open"\n'
        '[vm.app]\nbase = "n"\negress = ["y.org"]\n'
    )
    applied = held.run("apply", "-y")
    assert applied.code == 0, applied.out + applied.err
    assert [call[0] for call in held.calls(changing=True)].count("clone") == 2
    assert not (held.lima_home / "dvm-free" / "dvm-egress.json").exists()
    assert "restrict" not in network(held, "free")
    assert "env" not in config(held, "free") or not config(held, "free")["env"]
    assert policy(held)["names"] == ["y.org"]
    assert held.run("plan").out.startswith("No changes.")
