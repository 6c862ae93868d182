"""What only the simulator can be asked for without a network or a boot."""

from __future__ import annotations

import ast
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dvm.simulator

if TYPE_CHECKING:
    from tests.unit.simulator.conftest import Sim


def test_starting_what_is_not_there_makes_it(sim: Sim) -> None:
    err = sim.ok("start", "--tty=false", "nosuch").err
    assert "Creating an instance `nosuch` from template:default (Not from template:nosuch)" in err
    assert "This form is deprecated. Use `limactl create --name=nosuch template:default` instead" in err
    line = sim.line("nosuch")
    assert line["status"] == "Running"
    assert line["config"]["mounts"][0]["location"] == str(Path.home())
    assert line["config"]["containerd"]["user"] is True


def test_builtin_templates(sim: Sim) -> None:
    sim.ok("create", "--tty=false", "--name=a", "template:debian")
    sim.ok("create", "--tty=false", "template://alpine")
    assert sim.ok("list", "-q").out == "a\nalpine\n"
    assert "template `frob.yaml` not found" in sim.refused("create", "--tty=false", "--name=b", "template:frob")
    assert "fedora" in sim.ok("create", "--list-templates").out.split()


def test_a_template_with_a_base(sim: Sim) -> None:
    template = sim.cwd / "t.yaml"
    template.write_text("base: template:fedora\ncpus: 3\nmounts: [{location: /srv}]\n")
    sim.ok("create", "--tty=false", "--name=a", template)
    config = sim.config("a")
    assert config["cpus"] == 3
    assert [mount["location"] for mount in config["mounts"]] == ["/srv", str(Path.home())]
    assert len(config["images"]) == 2
    assert "base" not in sim.lima_yaml("a")


def test_what_is_beyond_the_simulator_is_said(sim: Sim) -> None:
    for expression in (".a |= map(.x)", "with(.a; .b = 1)", ".a = .b + .c", ".a = env(HOME)", "del(.a, .b)"):
        err = sim.refused("create", "--tty=false", "--name=a", f"--set={expression}", "template:fedora")
        assert "the simulator does not understand this part of the yq expression" in err
    assert "the simulator downloads nothing" in sim.refused("create", "--name=a", "https://example.com/t.yaml")


@pytest.mark.parametrize(
    ("action", "status"), [("break", "Broken"), ("break-hostagent", "Broken"), ("poweroff", "Stopped")]
)
def test_accidents(running: Sim, action: str, status: str) -> None:
    running.ok("sim", action, "a")
    assert running.line("a")["status"] == status
    running.ok("stop", "-f", "a")
    running.ok("start", "--tty=false", "a")
    assert running.line("a")["status"] == "Running"


def test_a_forced_status(running: Sim) -> None:
    running.ok("sim", "status", "a", "Installing")
    assert running.line("a")["status"] == "Installing"
    assert "the simulator has no action `frob`" in running.refused("sim", "frob", "a")


def test_a_guest_that_shuts_itself_down(running: Sim) -> None:
    assert running.run("shell", "a", "sudo", "poweroff").code == 255
    assert running.line("a")["status"] == "Stopped"


def test_a_host_agent_s_process_id_is_nobodys(running: Sim) -> None:
    line = running.line("a")
    assert line["hostAgentPID"] > 4194304


def test_slow_calls(sim: Sim) -> None:
    sim.env["DVM_SIM_DELAY"] = "0.3"
    for call in (
        ("create", "--tty=false", "--name=a", "template:fedora"),
        ("start", "a"),
        ("shell", "a", "true"),
        ("stop", "a"),
    ):
        begin = time.monotonic()
        sim.ok(*call)
        assert time.monotonic() - begin >= 0.3
    sim.env["DVM_SIM_DELAY"] = "60"
    begin = time.monotonic()
    sim.ok("list", "-q")
    assert time.monotonic() - begin < 60


def test_a_create_killed_half_way_leaves_an_instance_behind(sim: Sim) -> None:
    sim.env["DVM_SIM_DELAY"] = "30"
    call = sim.popen("create", "--tty=false", "--name=a", "template:fedora")
    while not (sim.home / "a" / "lima-version").exists():
        assert call.poll() is None
    call.kill()
    call.communicate()
    assert sim.line("a")["status"] == "Stopped"
    assert not (sim.home / "a" / "disk").exists()


def test_a_start_killed_half_way_goes_on_booting(running: Sim) -> None:
    running.ok("stop", "a")
    running.env["DVM_SIM_DELAY"] = "1"
    call = running.popen("start", "--tty=false", "a")
    while running.line("a")["status"] != "Running":
        assert call.poll() is None
    call.kill()
    call.communicate()
    del running.env["DVM_SIM_DELAY"]
    assert running.run("shell", "a", "true").code == 255
    time.sleep(1)
    assert running.run("shell", "a", "true").code == 0


def test_a_list_that_costs_what_the_real_one_does(running: Sim) -> None:
    running.env["DVM_SIM_LIST_COST"] = "real"
    assert running.line("a")["name"] == "a"


def test_vm_types_of_another_system(sim: Sim) -> None:
    args = ("create", "--tty=false", "--name=a", "--vm-type=vz", "template:fedora")
    sim.env["DVM_SIM_OS"] = "linux"
    assert "unknown or unsupported VM type: vz" in sim.refused(*args)
    sim.env["DVM_SIM_OS"] = "darwin"
    sim.ok(*args)
    assert sim.line("a")["vmType"] == "vz"


def test_it_knows_nothing_of_dvm() -> None:
    """An independent witness imports nothing from the rest of DVM."""
    for file in Path(dvm.simulator.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name.startswith("dvm")]
            assert all(name.startswith("dvm.simulator") for name in ours), f"{file} imports {ours}"
