"""Every change in place, replace and prune, on a VM that boots; each ends with "No changes."."""

from __future__ import annotations

from tests.e2e.conftest import RealDvm
from tests.e2e.test_main_job import apply, settled

STRICT = 'cpus = 1\nports = ["18490:9000"]\n'


def converge(real: RealDvm, text: str, *flags: str) -> str:
    real.vm(text)
    code, said = apply(real, *flags)
    assert code == 0
    assert settled(real)
    return said


def as_user(real: RealDvm, command: str) -> str:
    return real.guest(f"sudo -n -u developer -- sh -c '{command}'")


def test_each_change_in_place_converges(real: RealDvm) -> None:
    converge(real, STRICT)
    boot = real.guest("cat /proc/sys/kernel/random/boot_id")

    said = converge(real, STRICT + "sudo = true\nsubuid_count = 100000\n")
    assert "bootstrap" in said.lower()
    assert as_user(real, "sudo -n id -un") == "root\n"
    assert real.guest("grep ^developer: /etc/subuid").split(":")[2] == "100000\n"
    converge(real, STRICT + "protect = true\n")
    assert real.instances()["dvm-app"]["protected"] is True
    assert as_user(real, "sudo -n true 2>/dev/null || echo no") == "no\n"
    assert real.run("apply", "-y", "--replace", "app").code == 1
    converge(real, STRICT)
    assert real.guest("cat /proc/sys/kernel/random/boot_id") == boot, "none of these needs a restart"

    standard = STRICT.replace("9000", "9001") + 'isolation = "standard"\n'
    real.vm(standard)
    manifest = (real.config / "dvm.toml").read_text().replace('"1GiB"', '"1536MiB"').replace('"4GiB"', '"5GiB"')
    real.write("dvm.toml", manifest)
    code, said = apply(real)
    assert code == 0
    assert "restarts" in said
    assert settled(real)
    there = real.instances()["dvm-app"]
    assert (there["memory"], there["disk"]) == (1536 << 20, 5 << 30)
    assert int(real.guest("df --output=size -B1 / | tail -1")) > 4 << 30, "the file system grew with the disk"
    # Not plain, and still nothing undeclared on the host: the guest listens on an undeclared and the declared port.
    serve = "sudo systemd-run -q python3 -m http.server -d /var/empty --bind 0.0.0.0"
    real.guest(f"sudo mkdir -p /var/empty; {serve} 9001; {serve} 9777; sleep 8")
    assert answers(18490)
    assert not answers(9777)
    assert not answers(9001)

    smaller = real.run("plan", "--detailed-exitcode")
    assert smaller.code == 0
    real.vm(standard + "running = false\n")
    real.write(
        "dvm.toml", (real.config / "dvm.toml").read_text().replace('"1GiB"', '"1536MiB"').replace('"4GiB"', '"5GiB"')
    )
    assert apply(real)[0] == 0
    assert real.instances()["dvm-app"]["status"] == "Stopped"
    assert settled(real)


def answers(port: int) -> bool:
    """Whether a web server answers on this port of the host's loopback."""
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def test_replace_guards_work_and_prune_takes_what_left_the_manifest(real: RealDvm) -> None:
    converge(real, STRICT)
    as_user(
        real,
        "cd ~/code/app && git init -q -b main site && cd site && git config user.email a@b && git config user.name a"
        " && touch one && git add one && git commit -qm one && touch two",
    )
    code, said = apply(real, "--replace", "app")
    assert code == 1
    for text in ("/home/developer/code/app/site", "main", "uncommitted", "unpushed", "--discard-work"):
        assert text in said
    assert as_user(real, "ls ~/code/app/site") == "one\ntwo\n"
    converge(real, STRICT, "--replace", "app", "--discard-work")
    assert as_user(real, "ls ~/code/app") == "", "it is another disk"
    real.manifest("")
    assert apply(real)[0] == 0
    assert "dvm-app" in real.instances()
    assert apply(real, "--prune")[0] == 0
    assert real.instances() == {}
