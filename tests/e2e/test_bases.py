"""A base is built once and cloned; `dvm run` makes a VM of it for one command, and leaves nothing."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.real_dvm import TEMPLATE, RealDvm

BASE = (
    f'[defaults]\ntemplate = "{TEMPLATE}"\ncpus = 1\nmemory = "1GiB"\ndisk = "4GiB"\n[base.node]\nsetup = ["base.sh"]\n'
)
IDENTITY = "cat /etc/machine-id; cut -d' ' -f1,2 /etc/ssh/ssh_host_*.pub; hostname"


def bases(real: RealDvm) -> list[str]:
    return [name for name in real.instances() if name.startswith("dvm-base.")]


def left(real: RealDvm) -> set[str]:
    """Return what there is beside the VM and its base: instances, state directories, ssh's files."""
    found = set(real.instances()) | {path.name for path in real.state.iterdir()}
    return found | {path.name for path in (real.state / "ssh").glob("*")}


def test_a_base_its_clones_and_throwaway_vms(real: RealDvm) -> None:
    real.script("base.sh", "echo base | sudo tee -a /runs")
    real.script("app.sh", "echo app | sudo tee -a /runs")
    real.manifest(f'{BASE}[vm.app]\nbase = "node"\nsetup = ["app.sh"]\n')
    with real.step("the base is built, and the VM cloned from it: each script ran once"):
        assert "base.node, which is built first" in real.run("plan").out
        real.converge()
        (base,) = bases(real)
        assert real.instances()[base]["status"] == "Stopped"
        assert real.root("cat /runs") == "base\napp\n"
        assert "node" in real.run("ls").out
    assert real.user("whoami") == "developer\n"
    own = real.root(IDENTITY)
    before = left(real)
    with real.step("run --base: another machine, the exit status, nothing left of it"):
        made = real.run("run", "--base", "node", "--", "sh", "-c", f"cat /runs; {IDENTITY}; exit 7")
        assert made.code == 7, made.err
        runs, *identity = made.out.splitlines()
        assert runs == "base"
        assert len(identity) == len(own.splitlines())
        assert not set(identity) & set(own.splitlines())
        assert left(real) == before
    with real.step("run with work that would be lost, without a terminal: kept, and named"):
        kept = real.run("run", "--base", "node", "--name", "try", "--", "sh", "-c", "echo work >left; exit 3")
        assert kept.code == 3, kept.err
        assert "vm.try is kept" in " ".join(kept.err.split())
        row = next(line for line in real.run("ls").out.splitlines() if line.startswith("try "))
        assert "ephemeral" in row
        assert real.settled(), "a throwaway VM is no orphan"
        assert real.user("cat left", "try") == "work\n"
    with real.step("rm --ephemeral refuses, and with --discard-work leaves nothing"):
        assert real.run("rm", "--ephemeral", "--yes").code == 1
        assert "dvm-try" in real.instances()
        gone = real.run("rm", "--ephemeral", "--yes", "--discard-work")
        assert gone.code == 0, gone.out + gone.err
        assert left(real) == before
    with real.step("a base that was written to is not used: the plan says so"):
        disk = next(path for path in (real.lima_home / base).iterdir() if path.name in {"disk", "diffdisk"})
        touched(disk)
        real.manifest(f'{BASE}[vm.app]\nbase = "node"\nsetup = ["app.sh"]\n[vm.web]\nbase = "node"\n')
        assert "base.node, which is built first" in real.run("plan").out
        real.manifest(f'{BASE}[vm.app]\nbase = "node"\nsetup = ["app.sh"]\n')
    with real.step("a base that nothing needs is an orphan, and --prune takes it away"):
        real.manifest(f'{BASE.partition("[base.node]")[0]}[vm.app]\nsetup = ["base.sh", "app.sh"]\n')
        assert real.apply("--prune")[0] == 0
        assert set(real.instances()) == {"dvm-app"}
        assert real.root("cat /runs") == "base\napp\n", "the scripts are the same, by whatever way they ran"


def touched(disk: Path) -> None:
    """Write the first byte of a file once more."""
    with disk.open("r+b") as file:
        byte = file.read(1)
        file.seek(0)
        file.write(byte)
