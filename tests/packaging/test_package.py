"""The wheel and the sdist hold what they should, and the wheel works where there is nothing else of ours."""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT, Dvm

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@dataclass
class Built:
    """What a build left in its directory."""

    wheel: Path
    sdist: Path


def build(source: Path, target: Path, *kinds: str) -> None:
    """Build with the backend that the lock file pins, in this environment: nothing is fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(target)]
    for kind in kinds:
        command += ["--target", kind]
    # An editable DVM of PYTHONPATH is none of the build's business.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    target = tmp_path_factory.mktemp("dist")
    build(ROOT, target, "wheel", "sdist")
    (wheel,), (sdist,) = target.glob("*.whl"), target.glob("*.tar.gz")
    return Built(wheel, sdist)


def files_below(directory: Path) -> set[str]:
    paths = (path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(directory).as_posix() for path in paths}


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def metadata(wheel: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_the_wheel_holds_the_package_with_its_data_and_the_examples_and_nothing_else(built: Built) -> None:
    found = names(built.wheel)
    package = {f"dvm/{name}" for name in files_below(ROOT / "dvm")}
    examples = {f"dvm/examples/{name}" for name in files_below(ROOT / "examples")}
    data = f"dvm-{PROJECT['version']}.data/data/share/man/man1"
    manual = {f"{data}/{name}" for name in files_below(ROOT / "docs" / "man")}
    assert {name for name in found if ".dist-info/" not in name} == package | examples | manual
    assert found >= {
        "dvm/py.typed",
        "dvm/lima/guest/setup.sh",
        "dvm/lima/guest/bootstrap.sh",
        "dvm/examples/first/dvm.toml",
    }
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in found)


def test_the_metadata_is_that_of_the_project(built: Built) -> None:
    about = metadata(built.wheel)
    assert (about["Name"], about["Version"], about["Requires-Python"]) == ("dvm", PROJECT["version"], ">=3.11")
    assert (about["License-Expression"], about.get_all("License-File")) == ("Apache-2.0", ["LICENSE"])
    needs = [text for text in about.get_all("Requires-Dist") or [] if "extra ==" not in text]
    assert sorted(text.split(">=")[0] for text in needs) == sorted(
        text.split(">=")[0] for text in PROJECT["dependencies"]
    )
    assert "Typing :: Typed" in (about.get_all("Classifier") or [])
    assert not any(text.startswith("License ::") for text in about.get_all("Classifier") or []), (
        "the expression says it"
    )


def test_the_sdist_holds_all_that_is_checked_in(built: Built) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    with tarfile.open(built.sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {name for name in listed if name and (ROOT / name).exists()} - held == set()


def test_the_sdist_builds_the_same_wheel_to_the_byte(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        # Python 3.11.0 to 3.11.3 have no filters; what is unpacked here was packed by this test.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
        archive.extractall(tmp_path)
    (source,) = tmp_path.iterdir()
    build(source, tmp_path / "again", "wheel")
    (wheel,) = (tmp_path / "again").iterdir()
    assert wheel.read_bytes() == built.wheel.read_bytes()


@pytest.fixture
def installed(built: Built, dvm: Dvm) -> Iterator[Path]:
    """The wheel in an environment of its own; what it needs is lent by this one, so that nothing is fetched."""
    home = dvm.place / "venv"
    venv.create(home, symlinks=True, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--disable-pip-version-check", str(built.wheel)], check=True)
    (site,) = (home / "lib").glob("python*/site-packages")
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("\n".join(sorted(lent)) + "\n", encoding="utf-8")
    yield home / "bin"
    shutil.rmtree(home)


def test_the_wheel_runs_the_demo_where_there_is_no_checkout(installed: Path, dvm: Dvm) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(dvm.place), "TMPDIR": str(dvm.place), "LANG": "C.UTF-8"}

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=dvm.place, env=environment, capture_output=True, text=True, check=False, timeout=180
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    where = run(str(installed / "python"), "-c", "import dvm; print(dvm.__file__)")
    assert where.startswith(str(installed.parent)), "the installed one, not the checkout's"
    assert PROJECT["version"] in run(str(installed / "dvm"), "version")
    assert run(str(installed / "dvm"), "demo").endswith("No changes. Your VMs match the manifest.\n")
    assert (installed / "dvm-sim-limactl").is_file()
