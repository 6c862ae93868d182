"""start, stop, Broken and its fixing, clone and rename by hand, rm; and adopting what plain limactl made."""

from __future__ import annotations

import os
import signal
import time

from tests.e2e.real_dvm import TEMPLATE, RealDvm


def test_a_vm_s_life(real: RealDvm) -> None:
    text = 'cpus = 1\nsetup = ["a.sh"]\nrunning = false\n'
    real.vm(text)
    real.script("a.sh", "echo a | sudo tee -a /runs")
    with real.step("running = false: created and never booted; no change is left"):
        real.converge()
        assert "sshLocalPort" not in real.instances()["dvm-app"]
    by_hand(real)
    with real.step("start: the first one does what waited for it"):
        real.vm("cpus = 1\n" + 'setup = ["a.sh"]\n')
        assert real.run("start", "app", timeout=900).code == 0
        assert real.guest("cat /runs") == "a\n"
        assert real.settled()
    with real.step("start again: it is running already"):
        assert "running already" in real.run("start", "app").out
    broken(real)
    with real.step("sync has nothing to do"):
        assert real.run("sync", "app", timeout=900).code == 0
        assert real.guest("cat /runs") == "a\n"
    removal(real)


def by_hand(real: RealDvm) -> None:
    """A clone and a renamed instance carry a receipt that tells of another: it is not believed."""
    receipt = real.receipt_path().read_bytes()
    with real.step("limactl clone: the receipt that came along is not believed"):
        cloned = real.limactl("clone", "--tty=false", "dvm-app", "dvm-copy")
        assert cloned.code == 0, cloned.err
        assert real.receipt_path("copy").read_bytes() == receipt
        assert "dvm-copy" in real.run("plan").out
        row = next(line for line in real.run("ls").out.splitlines() if line.startswith("copy"))
        assert "unmanaged" in row
        for command in (("rm", "copy", "--yes"), ("start", "copy"), ("stop", "copy"), ("ssh", "copy", "true")):
            assert real.run(*command).code == 1
        assert real.apply("--prune")[0] == 0
        assert "dvm-copy" in real.instances()
    with real.step("limactl rename: neither is the one that moved"):
        renamed = real.limactl("rename", "--tty=false", "dvm-copy", "dvm-moved")
        assert renamed.code == 0, renamed.err
        assert real.receipt_path("moved").read_bytes() == receipt
        real.manifest(real.small("cpus = 1\nrunning = false\n") + real.small("cpus = 1\nrunning = false\n", "moved"))
        denied = real.run("plan")
        assert (denied.code, "DVM311" in denied.out) == (3, True), denied.out
        assert real.apply("moved")[0] == 3
        assert real.apply("--prune")[0] == 3
        assert "dvm-moved" in real.instances()
        assert real.limactl("delete", "dvm-moved").code == 0
    with real.step("limactl rename of the managed one and back: it is ours again"):
        assert real.limactl("rename", "--tty=false", "dvm-app", "dvm-away").code == 0
        real.vm('cpus = 1\nsetup = ["a.sh"]\nrunning = false\n')
        assert "1 to add" in real.run("plan").out
        assert real.limactl("rename", "--tty=false", "dvm-away", "dvm-app").code == 0
        assert real.settled()


def broken(real: RealDvm) -> None:
    with real.step("the host agent is killed: Broken, and the plan says what fixes it"):
        real.guest("sync")  # what comes is a power cut: a file of a few seconds ago would be empty after it
        agent = real.instances()["dvm-app"]["hostAgentPID"]
        assert isinstance(agent, int)
        assert f"{agent}" in {str(process) for process in real.processes()}
        os.kill(agent, signal.SIGKILL)
        end = time.monotonic() + 60
        while real.instances()["dvm-app"]["status"] != "Broken" and time.monotonic() < end:
            time.sleep(0.5)
        planned = real.run("plan", "--detailed-exitcode")
        assert planned.code == 2, planned.out + planned.err
        assert "Broken" in planned.out
        steps = {step["action"]: step["argv"] for step in real.run("plan", "--json").json["steps"]}
        assert ("--force" in steps["stop"], "start" in steps) == (True, True), steps
        assert "Broken" in real.run("ls").out
    with real.step("no way in while it is Broken"):
        refused = real.run("ssh", "app", "true")
        assert (refused.code, "DVM310" in refused.err) == (3, True), refused.err
    with real.step("apply fixes it: stop by force, start; no script runs again"):
        real.converge()
        assert real.instances()["dvm-app"]["status"] == "Running"
        assert real.guest("cat /runs") == "a\n"


def removal(real: RealDvm) -> None:
    before = "# mine\nversion = 1\n\n[settings]\nparallelism = 2\n\n"
    stanza = real.small('cpus = 1\nsetup = ["a.sh"]\n')
    real.write("dvm.toml", f"{before}# the app\n{stanza}")
    with real.step("rm looks for work that would be lost, and refuses"):
        real.user("git init -q -b topic site && touch site/new && echo x >loose")
        refused = real.run("rm", "app", "--yes", "--config", timeout=300)
        said = refused.out + refused.err
        assert refused.code == 1, said
        for text in ("/home/developer/code/app/site", "topic", "uncommitted", "code/app: files", "--discard-work"):
            assert text in said, said
        assert "dvm-app" in real.instances()
        assert stanza in (real.config / "dvm.toml").read_text()
    with real.step("stop, and a plan that would boot it again"):
        assert real.run("stop", "app", timeout=600).code == 0
        assert real.instances()["dvm-app"]["status"] == "Stopped"
        planned = real.run("plan", "--detailed-exitcode")
        assert (planned.code, "boots" in planned.out) == (2, True), planned.out
    with real.step("rm of a stopped one: refused, since nobody can look for work in it"):
        refused = real.run("rm", "app", "--yes", "--config", timeout=300)
        assert (refused.code, "can't look for work" in " ".join((refused.out + refused.err).split())) == (1, True), (
            refused.out
        )
    with real.step("rm --discard-work: gone, its stanza too, the rest of the file as it was"):
        removed = real.run("rm", "app", "--yes", "--config", "--discard-work", timeout=600)
        assert removed.code == 0, removed.out + removed.err
        assert real.instances() == {}
        assert (real.config / "dvm.toml").read_text().rstrip() == before.rstrip()


def test_what_plain_limactl_made_is_adopted(real: RealDvm) -> None:
    assert TEMPLATE is not None
    real.manifest("")
    flags = ("--tty=false", "--plain", "--mount-none", "--containerd=none", "--cpus=1", "--memory=1", "--disk=4")
    with real.step("limactl create with the agent forwarded: no import without approval"):
        made = real.limactl("create", *flags, "--set=.ssh.forwardAgent=true", "--name=dvm-legacy", TEMPLATE)
        assert made.code == 0, made.err
        denied = real.run("import", "dvm-legacy")
        assert (denied.code, "ssh.forwardAgent" in denied.err) == (64, True), denied.out + denied.err
        assert not real.receipt_path("legacy").exists()
    with real.step("import: forwarding taken out, vm.toml and receipt written; a plan has nothing to change"):
        adopted = real.run("import", "dvm-legacy", "-y", timeout=600)
        assert adopted.code == 0, adopted.out + adopted.err
        ssh = real.config_of("legacy")["ssh"]
        assert isinstance(ssh, dict)
        assert not ssh.get("forwardAgent")
        assert "proxy_env = true" in (real.config / "vms" / "legacy" / "vm.toml").read_text(), "Lima's default"
        assert real.receipt_path("legacy").stat().st_mode & 0o777 == 0o600
        assert real.settled()
    with real.step("declared as running: booted, bootstrapped, and a VM like others"):
        path = real.config / "vms" / "legacy" / "vm.toml"
        path.write_text(path.read_text().replace("running = false", "running = true"))
        real.converge()
        assert real.user("id -un; pwd", "legacy") == "developer\n/home/developer/code/legacy\n"
    with real.step("rm --config takes the declaration away, and leaves the template that is nobody else's copy"):
        assert real.run("rm", "legacy", "--yes", "--config", timeout=600).code == 0
        assert [each.name for each in (real.config / "vms" / "legacy").iterdir()] == ["lima.yaml"]
        assert real.instances() == {}
