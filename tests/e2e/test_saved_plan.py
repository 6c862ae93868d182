"""A saved plan, done once, and refused as stale whatever changed since. Nothing boots."""

from __future__ import annotations

from tests.e2e.real_dvm import RealDvm

STOPPED = 'cpus = 1\nsetup = ["a.sh"]\nrunning = false\n'


def test_a_saved_plan_is_done_once(real: RealDvm) -> None:
    real.vm(STOPPED)
    real.script("a.sh", "echo a")
    file = str(real.place / "the.plan")

    def save(*flags: str) -> None:
        saved = real.run("plan", "--out", file, *flags)
        assert (saved.code, "Saved." in saved.err) == (0, True), saved.out + saved.err

    def stale(*texts: str) -> None:
        before = real.instances()
        refused = real.run("apply", file)
        said = " ".join(refused.err.split())
        assert (refused.code, "Saved plan is stale" in said) == (4, True), said
        for text in texts:
            assert text in said
        assert real.instances() == before

    with real.step("plan --out, apply FILE: done without asking"):
        save()
        assert real.run("apply", file, timeout=600).code == 0
        assert real.settled()
    with real.step("the same file again: refused"):
        stale("vm.app: its instance was not there, and is now")
    with real.step("a manifest that changed: refused"):
        real.vm(STOPPED.replace("cpus = 1", "cpus = 2"))
        save()
        real.vm(STOPPED.replace("cpus = 1", "cpus = 3"))
        stale("dvm.toml")
    with real.step("a script that changed: refused"):
        save()
        real.script("a.sh", "echo swapped")
        stale("a.sh")
    with real.step("an instance that changed: refused"):
        save()
        assert real.limactl("edit", "--tty=false", "--memory=2", "dvm-app").code == 0
        stale("vm.app")
    with real.step("a receipt that changed: refused"):
        save()
        path = real.receipt_path()
        path.write_text(path.read_text().replace('"created_by": "', '"created_by": "not '))
        stale("vm.app: receipt changed: something was applied to it meanwhile.")
    with real.step("Lima's host-wide configuration that changed: refused"):
        save()
        config = real.lima_home / "_config" / "default.yaml"
        config.write_text("cpus: 1\n")
        config.chmod(0o600)
        stale("default.yaml")
        config.unlink()
    with real.step("a new plan of what is there now: done"):
        save()
        assert real.run("apply", file, timeout=600).code == 0
