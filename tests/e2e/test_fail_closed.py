"""What DVM does not know, it does not trust: a guest without proof, configuration nobody declared, a port that is not there,
another manifest's VM."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess

from tests.conftest import Result
from tests.e2e.real_dvm import RealDvm

PORT = 18530
VM = f'cpus = 1\nports = ["{PORT}:9000"]\nsetup = ["a.sh"]\n'
BY_HAND = '.provision += [{"mode": "system", "script": "#!/bin/sh\\necho by hand >>/by-hand\\n"}]'


def said(result: Result) -> str:
    return " ".join((result.out + result.err).split())


def test_what_is_not_known_is_not_trusted(real: RealDvm) -> None:
    real.vm(VM)
    real.script("a.sh", "echo a | sudo tee -a /runs")
    with real.step("first apply"):
        real.converge()
    two_manifests(real)
    a_profile_that_ends_the_shell(real)
    a_git_that_lies(real)
    configuration(real)
    dead_ports(real)


def two_manifests(real: RealDvm) -> None:
    other = real.place / "o" / "dvm.toml"
    other.parent.mkdir(mode=0o700)
    other.write_text(f"version = 1\n{real.small('running = false', 'work')}\n")
    other.chmod(0o600)
    with real.step("another manifest's VM: shown, and left alone by --prune and stop --all"):
        assert real.run("apply", "-y", "-f", str(other)).code == 0
        planned = real.run("plan", "--detailed-exitcode")
        assert (planned.code, f"vm.work  managed by {other}" in planned.out) == (0, True), said(planned)
        assert real.apply("--prune")[0] == 0
        assert real.run("rm", "work", "--yes", "--discard-work").code == 1
        assert real.run("start", "work").code == 1
        assert set(real.instances()) == {"dvm-app", "dvm-work"}
    with real.step("declared in both: an error that names both"):
        real.manifest(real.small(VM) + real.small("running = false\n", "work"))
        both = real.run("plan")
        assert both.code == 1
        assert f"vm.work is managed by {other}, and {real.config}/dvm.toml declares it too." in said(both)
        real.vm(VM)
    with real.step("the other manifest is gone: only --prune with its name takes the VM away"):
        shutil.rmtree(other.parent)
        assert real.apply("--prune")[0] == 0
        assert "dvm-work" in real.instances()
        assert real.apply("--prune", "work")[0] == 0
        assert set(real.instances()) == {"dvm-app"}


def a_profile_that_ends_the_shell(real: RealDvm) -> None:
    real.user("git init -q -b main site && touch site/new")
    real.root("echo 'exit 0' >/etc/profile.d/zz.sh")
    real.script("a.sh", "echo b | sudo tee -a /runs")
    with real.step("the guest's profile ends each login shell: no apply is complete, no rm destroys"):
        code, text = real.apply()
        assert (code, "did not prove that dvm-setup ran to its end" in " ".join(text.split())) == (1, True), text
        refused = real.run("rm", "app", "--yes")
        assert (refused.code, "did not prove that dvm-guard ran to its end" in said(refused)) == (1, True), said(
            refused
        )
        assert real.instances()["dvm-app"]["status"] == "Running"
        assert real.past_profiles("cat /runs") == "a\n"
    with real.step("without that profile the script runs, once"):
        real.past_profiles("rm /etc/profile.d/zz.sh")
        real.converge()
        assert real.root("cat /runs") == "a\nb\n"


def a_git_that_lies(real: RealDvm) -> None:
    with real.step("the guest's git is replaced by true: rm refuses"):
        git = real.root("readlink -f $(command -v git)").strip()
        real.root(f"mv {git} {git}.real && ln -s $(command -v true) {git}")
        refused = real.run("rm", "app", "--yes")
        assert (refused.code, "the git of the guest answers falsely" in said(refused)) == (1, True), said(refused)
        assert "dvm-app" in real.instances()
        real.root(f"mv {git}.real {git}")


def configuration(real: RealDvm) -> None:
    override = real.lima_home / "_config" / "override.yaml"
    with real.step("a field that nobody declared, in _config/override.yaml: denied, with the file"):
        override.write_text("hostResolver:\n  hosts:\n    example.test: 192.168.5.2\n")
        override.chmod(0o600)
        for command in (("plan",), ("ssh", "app", "--", "true"), ("cp", "app:site", str(real.place / "copy"))):
            denied = real.run(*command)
            assert denied.code == 3, said(denied)
            assert "DVM314" in denied.out + denied.err
            assert str(override) in said(denied).replace(" ", "")
        override.unlink()
        assert real.settled()
        assert real.user("echo in") == "in\n"
    with real.step("a script put in by limactl edit: drift, no start, taken out by the next apply"):
        assert real.run("stop", "app").code == 0
        edited = real.limactl("edit", "--tty=false", f"--set={BY_HAND}", "dvm-app")
        assert edited.code == 0, edited.err
        planned = real.run("plan", "--detailed-exitcode")
        assert (planned.code, "by hand" in planned.out) == (2, True), said(planned)
        started = real.run("start", "app")
        assert (started.code, "DVM306" in started.out + started.err) == (3, True), said(started)
        assert real.instances()["dvm-app"]["status"] == "Stopped"
        real.converge()
        assert real.root("test -e /by-hand || echo never ran") == "never ran\n"


def dead_ports(real: RealDvm) -> None:
    with real.step("a forward that ended: plan, ls and status show it, the next apply brings it back"):
        config = real.lima_home / "dvm-app" / "ssh.config"
        forward = f"127.0.0.1:{PORT}:127.0.0.1:9000"
        subprocess.run(
            ["ssh", "-F", str(config), "-O", "cancel", "-L", forward, "lima-dvm-app"],
            env=real.environment, capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        planned = real.run("plan", "--detailed-exitcode")
        assert (planned.code, "DVM316" in planned.out) == (2, True), said(planned)
        assert "forwards" in real.run("ls").out
        assert f"Port {PORT}" in said(real.run("status", "app"))
        boot = real.boot_id()
        real.converge()
        assert real.boot_id() != boot
    with real.step("a port that another process has: denied before anything is done, and so is the start"):
        assert real.run("stop", "app").code == 0
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", PORT))
            taken.listen()
            for command in (("plan",), ("apply", "-y"), ("start", "app")):
                denied = real.run(*command)
                assert (denied.code, "DVM316" in denied.out + denied.err) == (3, True), said(denied)
            assert f"process {os.getpid()}" in said(real.run("plan"))
        real.vm(VM + "running = false\n")
        assert real.settled()
