"""`limactl start`: boots an instance, or, to the surprise of many, makes one of a name that is not there."""

from __future__ import annotations

import os
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from dvm.simulator.agent_log import LOGS, report_taken
from dvm.simulator.commands.create import draft_from_name, draft_from_template, make
from dvm.simulator.driving import spawn
from dvm.simulator.guest.machine import Machine
from dvm.simulator.images import ensure_disk
from dvm.simulator.instance import Instance, inspect
from dvm.simulator.log import refuse, tick
from dvm.simulator.record import append_line
from dvm.simulator.state import FIRST_PID, State
from dvm.simulator.templates import is_instance_name
from dvm.simulator.timing import delay, parse_duration

if TYPE_CHECKING:
    from dvm.simulator.call import Call

DEFAULT_TIMEOUT = 600.0
_PIDS = 900_000


def run(call: Call) -> int:
    """Start the instance and wait until it is ready, or until `--timeout`, after which it goes on booting."""
    instance = _existing(call) or _created(call)
    if instance.errors:
        refuse(f"errors inspecting instance: [{' '.join(instance.errors)}]")
    if instance.status == "Running":
        name = instance.name
        call.reporter.info(
            f"The instance {tick(name)} is already running. Run `limactl shell {name}` to open the shell."
        )
        return 0
    call.home.keep_networks()
    boot(call, instance)
    return 0


def boot(call: Call, instance: Instance) -> None:
    """Boot it.

    Raises:
        Refused: no disk can be made, or it was not ready in time.
    """
    name, directory, config = instance.name, instance.dir, instance.config or {}
    call.reporter.info(f"Starting the instance {tick(name)} with internal VM driver {tick(instance.vm_type)}")
    ensure_disk(instance, call.reporter)
    Machine(instance).wake(instance.state.boots + 1)
    port = _power_on(call, instance)
    call.reporter.info(f"[hostagent] hostagent socket created at {directory / 'ha.sock'}")
    call.reporter.info(f"SSH Local Port: {port}")
    if config.get("plain"):
        static = " Static port forwarding is allowed." if config.get("portForwards") else ""
        call.reporter.info(
            "[hostagent] Running in plain mode. Mounts, dynamic port forwarding, containerd, etc. "
            f"will be ignored. Guest agent will not be running.{static}"
        )
    call.reporter.info("[hostagent] Waiting for the essential requirement 1 of 2: `ssh`")
    timeout = parse_duration(call.line.value("timeout", "")) or DEFAULT_TIMEOUT
    wait = instance.state.ready_at - time.time()
    time.sleep(max(0.0, min(wait, timeout)))
    if wait > timeout:
        refuse("did not receive an event with the `running` status")
    report_taken(instance)
    append_line(directory / "ha.stdout.log", f'{{"status":{{"running":true,"sshLocalPort":{port}}}}}')
    call.reporter.info("[hostagent] The final requirement 1 of 1 is satisfied")
    call.reporter.info(f"READY. Run `ssh -F {tick(directory / 'ssh.config')} lima-{name}` to open the shell.")


def _existing(call: Call) -> Instance | None:
    name = call.line.arg(0, call.line.value("name") or "default")
    if not is_instance_name(name):
        return None
    instance = inspect(call.home, name, call.reporter)
    if instance is None:
        return None
    if instance.errors:
        errors = "\n".join(instance.errors)
        call.reporter.error(f'Instance "{name}" has configuration errors', error=errors)
        if instance.config is None:
            refuse(f'instance "{name}" has configuration errors: {errors}')
    call.reporter.info(f"Using the existing instance {tick(name)}")
    return instance


def _created(call: Call) -> Instance:
    argument = call.line.arg(0, "")
    if not is_instance_name(argument):
        return make(call, draft_from_template(call, argument))
    draft = draft_from_name(call, argument)
    if argument not in {"", "default"}:
        call.reporter.info(
            f"Creating an instance {tick(argument)} from template:default (Not from template:{argument})"
        )
        call.reporter.warning(
            f"This form is deprecated. Use `limactl create --name={argument} template:default` instead"
        )
    return make(call, draft)


def _power_on(call: Call, instance: Instance) -> int:
    """Say that it runs; return the ssh port, which changes at each boot unless the configuration sets one."""
    for log in LOGS:
        (instance.dir / log).unlink(missing_ok=True)
    with call.home.lock():
        state = instance.state = State(instance.dir)
        state.boots += 1
        # A guest writes to its disk.
        for disk in ("disk", "diffdisk"):
            with suppress(FileNotFoundError):
                os.utime(instance.dir / disk)
        spread = zlib.crc32(f"{instance.dir}#{state.boots}".encode()) % _PIDS
        state.host_agent = FIRST_PID + spread
        fixed = ((instance.config or {}).get("ssh") or {}).get("localPort") or 0
        try:
            state.driver, port = spawn(
                instance.dir, fixed or 30_000 + spread % 30_000, fixed=bool(fixed), qemu=_named_qemu(instance)
            )
        except ChildProcessError as error:
            refuse(f"error starting the instance: QEMU has already exited: {error}")
        state.ready_at = time.time() + delay()
        state.status = ""
        state.save()
        (instance.dir / "ssh.config").write_text(_ssh_config(instance, port), encoding="utf-8")
        (instance.dir / "ha.stdout.log").write_text(f'{{"status":{{"sshLocalPort":{port}}}}}\n', encoding="utf-8")
    return port


def _named_qemu(instance: Instance) -> str:
    arch = str((instance.config or {}).get("arch", "")).upper()
    return os.environ.get(f"QEMU_SYSTEM_{arch}", "") if instance.vm_type == "qemu" else ""


def _ssh_config(instance: Instance, port: int) -> str:
    user = (instance.config or {}).get("user", {}).get("name", "")
    options = {
        "IdentityFile": f'"{instance.home.config / "user"}"',
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
        "User": user,
        "ControlMaster": "auto",
        "ControlPath": f'"{instance.dir / "ssh.sock"}"',
        "ControlPersist": "yes",
        "Hostname": "127.0.0.1",
        "Port": port,
    }
    return f"Host lima-{instance.name}\n" + "".join(f"  {key} {value}\n" for key, value in options.items())
