"""An editor's TOML server (taplo) checks manifests by our schemas, with the rules of .taplo.toml and no network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Dvm

TAPLO = shutil.which("taplo", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(TAPLO is None, reason="taplo is not installed: it has no wheel for this platform")

GOOD = (
    'cpus = 4\nmemory = "8GiB"\ndisk = "1.5TiB"',
    'setup = ["setup/a.sh", { script = "setup/b.sh", as = "root", run = "once", timeout = "1h" }]',
    'ports = ["3000:80", "5173"]\nisolation = "standard"\nauto_ports = true',
    f'template = "https://example.org/x.yaml"\ntemplate_sha256 = "{"0" * 64}"',
)
BAD = {
    "mounts = []": "'mounts' was unexpected",
    "memory = 8": '8 is not of type "string"',
    'memory = "8GB"': '"8GB" does not match',
    "ports = [3000]": '3000 is not of type "string"',
    'isolation = "lax"': '"lax" is not one of ["strict","standard"]',
    "cpus = 0": "0 is less than the minimum of 1",
    'setup = [{ as = "root" }]': "is not valid under any of the schemas",
}


@pytest.fixture
def repository(dvm: Dvm) -> Dvm:
    """A repository of somebody's own that took the schemas and the rules."""
    shutil.copytree(ROOT / "schemas", dvm.config / "schemas")
    shutil.copy(ROOT / ".taplo.toml", dvm.config)
    dvm.script("setup/a.sh", "true")
    dvm.script("setup/b.sh", "true")
    return dvm


def checked(directory: Path) -> subprocess.CompletedProcess[str]:
    assert TAPLO is not None
    return subprocess.run(
        [TAPLO, "check", "--colors", "never"],
        cwd=directory,
        # Nothing of the network is wanted: whoever asks for it meets a door that is shut.
        env={"HOME": str(directory), "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_our_own_examples_are_all_found_and_pass() -> None:
    done = checked(ROOT)
    assert done.returncode == 0, done.stderr
    files = len([*ROOT.glob("examples/*/dvm.toml"), *ROOT.glob("examples/*/vms/*/vm.toml")])
    found = re.search(r"total=(\d+) excluded=(\d+)", done.stderr)
    assert found is not None
    assert int(found[1]) - int(found[2]) == files, "environments and builds hold copies, which are left out"


@pytest.mark.parametrize("body", GOOD)
def test_it_passes_what_the_reader_takes(repository: Dvm, body: str) -> None:
    repository.manifest(f"[vm.app]\n{body}\n")
    # Left stopped, so that both may declare the same ports.
    repository.write("vms/web/vm.toml", f"running = false\n{body.replace('setup/', '../../setup/')}\n")
    assert repository.run("validate").code == 0
    done = checked(repository.config)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("body", "said"), BAD.items())
def test_it_marks_what_the_reader_refuses_and_says_why(repository: Dvm, body: str, said: str) -> None:
    repository.manifest(f"[vm.app]\n{body}\n")
    repository.write("vms/web/vm.toml", f"{body}\n")
    assert repository.run("validate").code == 1
    done = checked(repository.config)
    assert done.returncode == 1
    for file in ("dvm.toml", "vms/web/vm.toml"):
        marked = [part for part in done.stderr.split("\n\n") if f"/{file}:" in part]
        assert any(said in part for part in marked), done.stderr


def test_it_marks_a_name_that_no_vm_can_have_and_a_table_that_is_not_known(repository: Dvm) -> None:
    repository.manifest("[vm.App]\n[setings]\n")
    said = checked(repository.config).stderr
    assert '"App" does not match' in said
    assert "'setings' was unexpected" in said
