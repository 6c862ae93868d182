"""The main job on a VM that boots."""

from __future__ import annotations

import time

from tests.e2e.conftest import TEMPLATE, RealDvm

SLOW = 600


def apply(real: RealDvm, *flags: str) -> tuple[int, str]:
    begun = time.monotonic()
    result = real.run("apply", "-y", *flags, timeout=SLOW)
    print(f"apply {' '.join(flags)}: status {result.code} after {time.monotonic() - begun:.0f} s")  # noqa: T201
    print(result.out[-2000:], result.err)  # noqa: T201
    return result.code, result.out + result.err


def settled(real: RealDvm) -> bool:
    result = real.run("plan", "--detailed-exitcode")
    return (result.code, result.out.splitlines()[-1]) == (0, "No changes. Your VMs match the manifest.")


def test_from_a_manifest_to_a_provisioned_vm_and_through_its_changes(real: RealDvm) -> None:
    real.vm(
        'cpus = 1\nports = ["18480:8080"]\n'
        'setup = ["setup/a.sh", { script = "setup/b.sh", as = "user" }, { script = "setup/c.sh", as = "root" }]\n'
    )
    real.script("setup/a.sh", "cat >/dev/null", "env | sort | sudo tee /a-env >/dev/null", "echo the last line of a")
    real.script("setup/b.sh", 'id -un >"$HOME/b-mark"', "if sudo -n true 2>/dev/null; then exit 9; fi")
    real.script("setup/c.sh", "id -un >/c-mark", "echo c >>/c-runs")

    code, _ = apply(real)
    assert code == 0
    assert "the last line of a" in (real.state / "app" / "setup.log").read_text()
    assert settled(real)
    env = dict(line.split("=", 1) for line in real.guest("cat /a-env").splitlines())
    assert {name: value for name, value in env.items() if name.startswith("DVM_")} == {
        "DVM_NAME": "app", "DVM_VM": "vm.app", "DVM_LIMA_NAME": "dvm-app", "DVM_USER": "developer",
        "DVM_CODE_DIR": "/home/developer/code/app", "DVM_PORTS": "18480:8080",
        "DVM_SUBUID_COUNT": "65536", "DVM_SUBGID_COUNT": "65536",
    }  # fmt: skip
    assert set(env) - set(real.environment) >= {"LOGNAME", "SHELL"}
    assert real.guest("sudo cat /home/developer/b-mark; cat /c-mark") == "developer\nroot\n"
    assert real.guest("stat -c %U /home/developer/code/app") == "developer\n"
    assert "developer:" in real.guest("cat /etc/subuid")
    assert real.guest("grep -c ^developer: /etc/subuid /etc/subgid").split() == ["/etc/subuid:1", "/etc/subgid:1"]
    assert real.guest("sudo ls /run/dvm") == "setup.lock\n"

    # cpus, a port and one script change; a script fails, is mended, and those before it do not run again.
    real.vm(
        'cpus = 2\nports = ["18481:8080"]\n'
        'setup = ["setup/a.sh", { script = "setup/b.sh", as = "user" }, { script = "setup/c.sh", as = "root" }]\n'
    )
    real.script("setup/b.sh", 'echo changed >>"$HOME/b-mark"', "exit 7")
    planned = real.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    for text in ("1 -> 2", "restarts", "+echo changed", "2 scripts to run."):
        assert text in planned.out
    code, said = apply(real)
    assert code == 1
    for text in ("setup/b.sh", "status 7", str(real.state / "app" / "setup.log")):
        assert text in said
    assert real.guest("nproc") == "2\n"
    real.script("setup/b.sh", 'echo mended >>"$HOME/b-mark"')
    code, said = apply(real)
    assert code == 0
    assert "setup/a.sh" not in said.split("Plan:")[1]
    assert real.guest("sudo cat /home/developer/b-mark") == "developer\nchanged\nmended\n"
    assert real.guest("cat /c-runs") == "c\nc\n"
    assert settled(real)


def test_a_mount_in_lima_s_override_is_found_before_the_first_boot(real: RealDvm) -> None:
    override = real.lima_home / "_config" / "override.yaml"
    override.parent.mkdir(mode=0o700)
    override.write_text("mounts:\n- location: /srv\n  writable: true\n")
    override.chmod(0o600)
    real.vm('isolation = "standard"\n')
    code, said = apply(real)
    assert code == 3
    for text in ("DVM301", "/srv", str(override)):
        assert text in said
    there = real.instances()["dvm-app"]
    assert there["status"] == "Stopped"
    assert "sshLocalPort" not in there, "it was never booted"
    real.vm("running = false\n")
    assert apply(real)[0] == 0
    config = real.instances()["dvm-app"]["config"]
    assert isinstance(config, dict)
    assert config["plain"] is True
    assert not config.get("mounts")
    assert settled(real)


def test_somebody_else_s_instance_is_shown_and_never_touched(real: RealDvm) -> None:
    assert TEMPLATE is not None
    made = real.limactl("create", "--tty=false", "--name=dvm-other", "--plain", TEMPLATE)
    assert made.code == 0, made.err
    before = (real.lima_home / "dvm-other" / "lima.yaml").read_bytes()
    real.manifest("")
    for flags in ([], ["--prune"], ["--destroy", "--discard-work"]):
        assert "dvm-other" in real.run("plan", *flags).out
        assert apply(real, *flags)[0] == 0
    assert (real.lima_home / "dvm-other" / "lima.yaml").read_bytes() == before
    assert set(real.instances()) == {"dvm-other"}
