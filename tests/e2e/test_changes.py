"""Every change in place, replace and prune, on a VM that boots twice."""

from __future__ import annotations

import urllib.error
import urllib.request

from tests.e2e.real_dvm import RealDvm

STRICT = 'cpus = 1\nports = ["18490:9000"]\n'


def test_each_change_in_place_converges(real: RealDvm) -> None:
    with real.step("first apply, strict"):
        real.vm(STRICT)
        real.converge()
    boot = real.boot_id()
    with real.step("sudo and subordinate ids"):
        real.vm(STRICT + "sudo = true\nsubuid_count = 100000\n")
        assert "bootstrap" in real.converge().lower()
        assert real.user("sudo -n id -un") == "root\n"
        assert real.guest("grep ^developer: /etc/subuid").split(":")[2] == "100000\n"
    with real.step("no sudo again, protect: refuses a replace"):
        real.vm(STRICT + "protect = true\n")
        real.converge()
        assert real.instances()["dvm-app"]["protected"] is True
        assert real.user("sudo -n true 2>/dev/null || echo no") == "no\n"
        assert real.run("apply", "-y", "--replace", "app").code == 1
    with real.step("another user"):
        real.vm(STRICT + 'user = "second"\n')
        real.converge()
        assert real.user("id -un; pwd") == "second\n/home/second/code/app\n"
    assert real.boot_id() == boot, "none of these needs a restart"

    standard = 'cpus = 1\nports = ["18490:9001"]\nmemory = "1536MiB"\ndisk = "5GiB"\nuser = "second"\n'
    with real.step("memory, larger disk, port, strict to standard: one restart"):
        real.vm(standard + 'isolation = "standard"\n')
        assert "restarts" in real.converge()
        there = real.instances()["dvm-app"]
        assert (there["memory"], there["disk"]) == (1536 << 20, 5 << 30)
        assert int(real.guest("df --output=size -B1 / | tail -1")) > 4 << 30, "the file system grew with the disk"
    with real.step("standard: nothing undeclared on the host"):
        # The guest listens on an undeclared and the declared port.
        serve = "sudo systemd-run -q python3 -m http.server -d /var/empty --bind 0.0.0.0"
        real.guest(f"sudo mkdir -p /var/empty; {serve} 9001; {serve} 9777; sleep 8")
        assert answers(18490)
        assert not answers(9777)
        assert not answers(9001)
    with real.step("a smaller disk is told of, and left: it takes a replace"):
        real.vm(standard.replace("5GiB", "4GiB") + 'isolation = "standard"\n')
        smaller = real.run("plan", "--detailed-exitcode")
        assert (smaller.code, "--replace app" in smaller.out) == (2, True), smaller.out
        assert "5GiB -> 4GiB" in " ".join(smaller.out.replace('"', "").split())
    with real.step("replace is refused: repository, branch and what would be lost are named"):
        real.user(
            "git init -q -b main site && cd site && git config user.email a@b && git config user.name a"
            " && touch one && git add one && git commit -qm one && touch two"
        )
        code, said = real.apply("--replace", "app")
        assert code == 1
        for text in ("/home/second/code/app/site", "main", "uncommitted", "unpushed", "--discard-work"):
            assert text in said
        assert real.user("ls site") == "one\ntwo\n"
    with real.step("running = false: stopped"):
        real.vm(standard + 'isolation = "standard"\nrunning = false\n')
        real.converge()
        assert real.instances()["dvm-app"]["status"] == "Stopped"
    with real.step("standard to strict, while it is stopped"):
        real.vm(standard + "running = false\n")
        real.converge()
        config = real.config_of()
        assert config["plain"] is True
        assert isinstance(config["portForwards"], list)
        assert [(rule["hostPort"], rule["static"]) for rule in config["portForwards"]] == [(18490, True)]
    with real.step("replace of a stopped one: refused, since nobody can look for work in it"):
        real.vm(standard.replace("5GiB", "4GiB") + "running = false\n")
        assert "can't look for work" in " ".join(real.apply("--replace", "app")[1].split())
        disk = real.lima_home / "dvm-app" / "disk"
        inode = disk.stat().st_ino
    with real.step("--discard-work: replaced, with the smaller disk"):
        real.converge("--replace", "app", "--discard-work")
        assert disk.stat().st_ino != inode, "it is another disk"
        assert real.instances()["dvm-app"]["disk"] == 4 << 30
        assert "sshLocalPort" not in real.instances()["dvm-app"]
    with real.step("an orphan is left alone, then pruned"):
        real.manifest("")
        assert real.apply()[0] == 0
        assert "dvm-app" in real.instances()
        assert real.apply("--prune")[0] == 0
        assert real.instances() == {}


def answers(port: int) -> bool:
    """Whether a web server answers on this port of the host's loopback."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False
