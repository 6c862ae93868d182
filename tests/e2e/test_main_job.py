"""The main job on a VM that boots."""

from __future__ import annotations

from tests.e2e.real_dvm import TEMPLATE, RealDvm

SETUP = 'setup = ["setup/a.sh", { script = "setup/b.sh", as = "user" }, { script = "setup/c.sh", as = "root" }]\n'


def test_from_a_manifest_to_a_provisioned_vm_and_through_its_changes(real: RealDvm) -> None:
    real.vm(f'cpus = 1\nports = ["18480:8080"]\n{SETUP}')
    real.script("setup/a.sh", "cat >/dev/null", "env | sort | sudo tee /a-env >/dev/null", "echo the last line of a")
    real.script("setup/b.sh", 'id -un >"$HOME/b-mark"', "if sudo -n true 2>/dev/null; then exit 9; fi")
    real.script("setup/c.sh", "id -un >/c-mark", "echo c >>/c-runs")

    with real.step("first apply, strict: three scripts, a port"):
        real.converge()
    with real.step("what is in the guest: user, directory, ids, marks, variables"):
        assert "the last line of a" in (real.state / "app" / "setup.log").read_text()
        env = dict(line.split("=", 1) for line in real.guest("cat /a-env").splitlines())
        assert env.pop("DVM_FILES").startswith("/run/dvm/"), "a directory for companion files, though there are none"
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
        assert [name for name in real.guest("sudo ls /run/dvm").split() if name.startswith("script.")] == []
    with real.step("what it was booted with is told when Lima's own files change"):
        assert "DVM313" not in real.run("check").out
        (real.lima_home / "_config" / "default.yaml").write_text("message: hello\n")
        (real.lima_home / "_config" / "default.yaml").chmod(0o600)
        assert "DVM313" in real.run("check").out

    # cpus, a port and one script change; a script fails, is fixed, and those before it do not run again.
    real.vm(f'cpus = 2\nports = ["18481:8080"]\n{SETUP}')
    real.script("setup/b.sh", 'echo changed >>"$HOME/b-mark"', "exit 7")
    with real.step("cpus, a port and a script change: the plan"):
        planned = real.run("plan", "--detailed-exitcode")
        assert planned.code == 2
        for text in ("1 -> 2", "restarts", "+echo changed", "2 scripts to run."):
            assert text in planned.out
    with real.step("the script fails with status 7"):
        code, said = real.apply()
        assert code == 1
        for text in ("setup/b.sh", "status 7", str(real.state / "app" / "setup.log")):
            assert text in said
        assert real.guest("nproc") == "2\n"
    with real.step("fixed, it runs, and the one after it, not the one before"):
        real.script("setup/b.sh", 'echo fixed >>"$HOME/b-mark"')
        said = real.converge()
        assert "setup/a.sh" not in said.split("Plan:")[1]
        assert real.guest("sudo cat /home/developer/b-mark") == "developer\nchanged\nfixed\n"
        assert real.guest("cat /c-runs") == "c\nc\n"


def test_a_mount_in_lima_s_override_is_found_before_the_first_boot(real: RealDvm) -> None:
    override = real.lima_home / "_config" / "override.yaml"
    override.parent.mkdir(mode=0o700)
    override.write_text("mounts:\n- location: /srv\n  writable: true\n")
    override.chmod(0o600)
    with real.step("standard: created, never booted, refused"):
        real.vm('isolation = "standard"\n')
        code, said = real.apply()
        assert code == 3
        for text in ("DVM301", "/srv", str(override)):
            assert text in said
        there = real.instances()["dvm-app"]
        assert there["status"] == "Stopped"
        assert "sshLocalPort" not in there, "it was never booted"
    with real.step("strict: goes through without the mount"):
        real.vm("running = false\n")
        real.converge()
        config = real.config_of()
        assert config["plain"] is True
        assert not config.get("mounts")


def test_somebody_else_s_instance_is_shown_and_never_touched(real: RealDvm) -> None:
    assert TEMPLATE is not None
    made = real.limactl("create", "--tty=false", "--name=dvm-other", "--plain", TEMPLATE)
    assert made.code == 0, made.err
    before = (real.lima_home / "dvm-other" / "lima.yaml").read_bytes()
    real.manifest("")
    for flags in ([], ["--prune"], ["--destroy", "--discard-work"]):
        with real.step(f"apply {' '.join(flags)}".strip()):
            assert "dvm-other" in real.run("plan", *flags).out
            assert real.apply(*flags)[0] == 0
    assert (real.lima_home / "dvm-other" / "lima.yaml").read_bytes() == before
    assert set(real.instances()) == {"dvm-other"}
