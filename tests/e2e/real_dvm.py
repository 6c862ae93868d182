"""DVM on the real limactl, in directories of its own, and what is needed to leave nothing of it behind."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.conftest import Dvm, Result

LIMACTL = shutil.which(os.environ.get("DVM_TEST_LIMACTL", "limactl"))
TEMPLATE = os.environ.get("DVM_E2E_TEMPLATE")
SETTLED = "No changes. Your VMs match the manifest."
AS_ON_ANOTHER_DRIVER = (
    "import sys\nimport dvm.egress.enforcer as e\ne.enforcer = lambda _: e.Enforcer.GUEST\n"
    "from dvm.__main__ import main\nsys.exit(main())\n"
)
"""DVM that holds egress on QEMU as it does on a driver that can't hold it on the host."""
SLOW = 900.0
"""Seconds that an apply may take: with emulation on a busy machine a boot can need minutes."""
STEPS: list[tuple[str, str, float]] = []
"""Each step that was taken: its test, what it is about, seconds. The summary at the end shows them."""


def why_not() -> str | None:
    """Return why no real VM can be booted here, in a word."""
    if LIMACTL is None:
        return "there is no limactl on PATH"
    if os.geteuid() == 0:
        return "limactl refuses to run as root"
    if TEMPLATE is None:
        return "DVM_E2E_TEMPLATE names no template"
    return None


class RealDvm(Dvm):
    """DVM on the real limactl."""

    def __post_init__(self) -> None:
        super().__post_init__()
        assert LIMACTL is not None
        passed = {name: value for name, value in os.environ.items() if name.startswith("QEMU_SYSTEM_")}
        home = {"HOME": os.environ["HOME"], "USER": os.environ.get("USER", ""), "PATH": os.environ["PATH"]}
        self.environment |= {**passed, **home, "DVM_LIMACTL": LIMACTL}
        # The simulator's ssh gets into no real guest.
        del self.environment["SSH"]
        self.test = ""
        self.egress_in_guest = False

    def run_bytes(
        self,
        *arguments: str,
        stdin: bytes = b"",
        timeout: float = 300,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `dvm ARGUMENTS…` to its end; a guest under emulation takes its time."""
        if not self.egress_in_guest:
            return super().run_bytes(
                *arguments, stdin=stdin, timeout=timeout, environment=environment, directory=directory
            )
        return subprocess.run(
            [sys.executable, "-c", AS_ON_ANOTHER_DRIVER, *arguments],
            input=stdin, env=self.environment | dict(environment or {}), capture_output=True,
            cwd=directory or self.place, check=False, timeout=timeout,
        )  # fmt: skip

    def run(self, *arguments: str, timeout: float = 300, **environment: str) -> Result:
        """Run `dvm ARGUMENTS…` to its end."""
        return super().run(*arguments, timeout=timeout, **environment)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Name what is tried: the time it took is shown at the end, a failure says in which step it was."""
        begun = time.monotonic()
        try:
            yield
        except BaseException as error:
            error.add_note(f"in the step: {what}")
            raise
        STEPS.append((self.test, what, time.monotonic() - begun))

    def vm(self, text: str, name: str = "app") -> None:
        """Declare one small VM of the test template."""
        self.manifest(self.small(text, name))

    def small(self, text: str, name: str = "app") -> str:
        """Return the stanza of a small VM of the test template; its memory and disk may be told in `text`."""
        sizes = {"memory": "1GiB", "disk": "4GiB"}
        rest = "".join(f'{key} = "{value}"\n' for key, value in sizes.items() if f"{key} = " not in text)
        return f'[vm.{name}]\ntemplate = "{TEMPLATE}"\n{rest}{text}'

    def apply(self, *flags: str) -> tuple[int, str]:
        """Run `dvm apply -y` to its end; return its status and what it said."""
        result = self.run("apply", "-y", *flags, timeout=SLOW)
        return result.code, result.out + result.err

    def converge(self, *flags: str) -> str:
        """Run `dvm apply -y`, which must succeed and leave nothing to change; return what it said."""
        code, said = self.apply(*flags)
        assert code == 0, said
        assert self.settled(), self.run("plan").out
        return said

    def settled(self) -> bool:
        """Whether a plan has nothing to change."""
        result = self.run("plan", "--detailed-exitcode")
        return (result.code, result.out.splitlines()[-1:]) == (0, [SETTLED])

    def limactl(self, *arguments: str, stdin: str = "") -> Result:
        """Call limactl by hand."""
        assert LIMACTL is not None
        done = subprocess.run(
            [LIMACTL, *arguments], input=stdin, env=self.environment, capture_output=True, text=True,
            check=False, cwd=self.place, timeout=SLOW,
        )  # fmt: skip
        return Result(done.returncode, done.stdout, done.stderr)

    def guest(self, script: str, name: str = "app") -> str:
        """Run a line of shell as the login user and return what it printed."""
        done = self.limactl("shell", "--tty=false", "--workdir", "/", f"dvm-{name}", "sh", "-c", script)
        assert done.code == 0, done.err
        return done.out

    def root(self, script: str, name: str = "app") -> str:
        """Run a line of shell as the guest's root and return what it printed."""
        done = self.limactl("shell", "--tty=false", "--workdir", "/", f"dvm-{name}", "sudo", "-n", "sh", "-c", script)
        assert done.code == 0, done.err
        return done.out

    def past_profiles(self, script: str, name: str = "app") -> str:
        """Run a line of shell as the guest's root, by ssh and without a login shell; return what it printed."""
        config = self.lima_home / f"dvm-{name}" / "ssh.config"
        done = subprocess.run(
            ["ssh", "-F", str(config), f"lima-dvm-{name}", f"sudo -n sh -c {shlex.quote(script)}"],
            stdin=subprocess.DEVNULL, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def user(self, script: str, name: str = "app") -> str:
        """Run a line of shell as DVM_USER, by `dvm ssh`, and return what it printed."""
        done = self.run("ssh", name, "--", "sh", "-c", script, timeout=300)
        assert done.code == 0, done.err
        return done.out

    def instances(self) -> dict[str, dict[str, object]]:
        """Return limactl's list by name."""
        lines = self.limactl("list", "--json").out.splitlines()
        return {value["name"]: value for value in map(json.loads, lines)}

    def config_of(self, name: str = "app") -> dict[str, object]:
        """Return an instance's effective configuration."""
        config = self.instances()[f"dvm-{name}"]["config"]
        assert isinstance(config, dict)
        return config

    def boot_id(self, name: str = "app") -> str:
        """Return what is another after each boot."""
        return self.guest("cat /proc/sys/kernel/random/boot_id", name)

    def processes(self) -> dict[int, str]:
        """Return the running processes that were started for this place, by id."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,user=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = (line.split(None, 2) for line in listed.splitlines())
        place, own = str(self.place), os.getpid()
        return {int(row[0]): row[2] for row in rows if len(row) == 3 and place in row[2] and int(row[0]) != own}

    def clean_up(self) -> None:
        """Delete every instance, and end what still runs of what was started here, by its id."""
        for name in self.instances():
            self.limactl("unprotect", name)
            self.limactl("stop", "--force", name)
            self.limactl("delete", "--force", name)
        for process in self.processes():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)

    def receipt_path(self, name: str = "app") -> Path:
        """Return where a VM's receipt is."""
        return self.lima_home / f"dvm-{name}" / "dvm.json"
