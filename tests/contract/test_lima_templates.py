"""No false alarm: what Lima's own templates declare is theirs, and what reaches onto the host is foreseen."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.real_dvm import LIMACTL, RealDvm

PREFIXES = ("default", "ubuntu", "debian", "fedora", "alpine", "archlinux", "docker", "podman", "almalinux", "rocky")
MORE = ("opensuse", "centos-stream", "oraclelinux", "apptainer", "buildkit", "faasd")
COPIES_TO_HOST = ("k3s", "k8s", "k0s", "experimental/rke2", "experimental/u7s")

pytestmark = pytest.mark.real


def templates() -> list[str]:
    """Return the names of Lima's templates that are to pass, without their aliases by release."""
    if LIMACTL is None:
        return []
    place = Path(LIMACTL).resolve().parent.parent / "share" / "lima" / "templates"
    names = sorted(path.stem for path in place.glob("*.yaml"))
    return [name for name in names if name.startswith((*PREFIXES, *MORE))]


@pytest.fixture
def real(place: Any) -> Iterator[RealDvm]:
    if LIMACTL is None or os.geteuid() == 0:
        pytest.skip("no limactl on PATH, or root, which it refuses")
    dvm = RealDvm(place)
    image = dvm.place / "image"
    with image.open("wb") as stream:
        stream.truncate(1 << 20)
    try:
        yield dvm
    finally:
        dvm.limactl("delete", "--force", "dvm-app")


@pytest.mark.parametrize("name", templates())
def test_it_plans_and_is_created_without_a_deny(real: RealDvm, name: str) -> None:
    real.manifest(f'[vm.app]\ntemplate = "template:{name}"\nrunning = false\n')
    planned = real.run("plan")
    assert planned.code == 0, planned.out + planned.err
    copied = real.limactl("template", "copy", "--embed-all", f"template:{name}", "-")
    assert copied.code == 0, copied.err
    # As text: of a script in quotes, Lima's own `--set` changes empty lines.
    images = f"images:\n- location: {real.place / 'image'}\n  arch: x86_64\n"
    real.write("t.yaml", re.sub(r"^images:\n(?:[-# ].*\n|\n)*", lambda _: images, copied.out, flags=re.MULTILINE))
    real.manifest('[vm.app]\ntemplate = "./t.yaml"\nrunning = false\n')
    result = real.run("apply", "-y")
    assert result.code == 0, result.out + result.err
    again = real.run("plan", "--detailed-exitcode")
    assert (again.code, "DVM3" in again.out) == (0, False), again.out


@pytest.mark.parametrize("name", COPIES_TO_HOST)
def test_what_copies_to_the_host_is_refused_at_plan(real: RealDvm, name: str) -> None:
    real.manifest(f'[vm.app]\ntemplate = "template:{name}"\nrunning = false\n')
    planned = real.run("plan")
    assert (planned.code, "DVM307" in planned.out) == (3, True), planned.out + planned.err
