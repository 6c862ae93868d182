"""A real limactl with a LIMA_HOME of its own, and DVM on it. Whatever is left at the end is deleted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Dvm, Result

LIMACTL = shutil.which(os.environ.get("DVM_TEST_LIMACTL", "limactl"))
TEMPLATE = os.environ.get("DVM_E2E_TEMPLATE")


def why_not() -> str | None:
    """Return why no real VM can be booted here, in a word."""
    if LIMACTL is None:
        return "there is no limactl on PATH"
    if os.geteuid() == 0:
        return "limactl refuses to run as root"
    if TEMPLATE is None:
        return "DVM_E2E_TEMPLATE names no template"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not()
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


class RealDvm(Dvm):
    """DVM on the real limactl."""

    def __post_init__(self) -> None:
        super().__post_init__()
        assert LIMACTL is not None
        passed = {name: value for name, value in os.environ.items() if name.startswith("QEMU_SYSTEM_")}
        home = {"HOME": os.environ["HOME"], "USER": os.environ.get("USER", ""), "PATH": os.environ["PATH"]}
        self.environment |= {**passed, **home, "DVM_LIMACTL": LIMACTL}

    def vm(self, text: str, name: str = "app") -> None:
        """Declare one small VM of the test template."""
        small = f'template = "{TEMPLATE}"\nmemory = "1GiB"\ndisk = "4GiB"\n'
        self.manifest(f"[vm.{name}]\n{small}{text}")

    def limactl(self, *arguments: str, stdin: str = "") -> Result:
        assert LIMACTL is not None
        done = subprocess.run(
            [LIMACTL, *arguments], input=stdin, env=self.environment, capture_output=True, text=True,
            check=False, cwd=self.place, timeout=300,
        )  # fmt: skip
        return Result(done.returncode, done.stdout, done.stderr)

    def guest(self, script: str, name: str = "app") -> str:
        """Run a line of shell as the login user and return what it printed."""
        done = self.limactl("shell", "--tty=false", "--workdir", "/", f"dvm-{name}", "sh", "-c", script)
        assert done.code == 0, done.err
        return done.out

    def instances(self) -> dict[str, dict[str, object]]:
        lines = self.limactl("list", "--json").out.splitlines()
        return {value["name"]: value for value in map(json.loads, lines)}


@pytest.fixture
def real(place: Path) -> Iterator[RealDvm]:
    """DVM on the real limactl; its instances are deleted at the end."""
    dvm = RealDvm(place)
    try:
        yield dvm
    finally:
        for name in dvm.instances():
            dvm.limactl("unprotect", name)
            dvm.limactl("stop", "--force", name)
            dvm.limactl("delete", "--force", name)
