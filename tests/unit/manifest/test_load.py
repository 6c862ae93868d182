"""Good manifests, and files that are none."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dvm.errors import DvmError, ExitCode, ManifestError, UnreadableFileError
from dvm.manifest.load import default_cores
from dvm.model.choices import Isolation, Run, RunAs
from dvm.model.evidence import Role, Unreadable
from dvm.model.units import GIB

if TYPE_CHECKING:
    from tests.unit.manifest.conftest import Config

EXAMPLE = """
[settings]
parallelism = 2
[defaults]
memory = "4GiB"
setup = ["setup/base.sh"]
[vm.db]
running = false
[vm.app]
template = "template:debian"
cpus = 4
memory = "8GiB"
disk = "60GiB"
vm_type = "vz"
arch = "aarch64"
user = "dev"
sudo = true
ports = ["3000:80", "5173"]
isolation = "standard"
auto_ports = true
setup = ["setup/base.sh", { script = "setup/node.sh", run = "once", as = "root", timeout = "15m" }]
protect = true
depends_on = ["db"]
proxy_env = true
"""


def test_a_whole_manifest(config: Config) -> None:
    config.write("setup/base.sh", "set -e\n")
    config.write("setup/node.sh", "#!/usr/bin/env bash\n")
    config.write("vms/web/vm.toml", 'memory = "1GiB"\nsetup = ["own.sh"]\n')
    config.write("vms/web/own.sh", "#!/bin/bash -e\n")
    config.write("vms/stray/readme", "")
    config.write("vms/readme", "")
    found = config.load(EXAMPLE)
    assert list(found.vms) == ["app", "db", "web"]
    assert (found.settings.parallelism, found.settings.require_review) == (2, False)
    app, db, web = found.vms.values()
    assert (app.cpus, db.cpus) == (4, 6)
    assert [vm.config.memory for vm in (app, db, web)] == [8 * GIB, 4 * GIB, GIB]
    assert (app.config.isolation, app.config.user, app.config.arch) == (Isolation.STANDARD, "dev", "aarch64")
    assert [str(port) for port in app.config.ports] == ["3000:80", "5173:5173"]
    assert [script.file.path for script in app.scripts] == [
        config.path / "setup/base.sh",
        config.path / "setup/node.sh",
    ]
    assert [(s.entry.run, s.entry.as_) for s in app.scripts] == [
        (Run.ON_CHANGE, RunAs.ADMIN),
        (Run.ONCE, RunAs.ROOT),
    ]
    assert app.scripts[0].file is db.scripts[0].file  # read once
    assert app.scripts[0].sha256 == hashlib.sha256(b"set -e\n").hexdigest()
    assert [script.file.path for script in web.scripts] == [config.path / "vms/web/own.sh"]
    assert [file.role for file in found.files] == [Role.MANIFEST] * 2 + [Role.SCRIPT] * 3
    assert len(found.sha256) == 64


def test_defaults_from_a_vm_file_have_the_paths_of_the_manifest(config: Config) -> None:
    config.write("base.sh", "")
    config.write("vms/web/vm.toml", "")
    assert config.load('[defaults]\nsetup = ["base.sh"]').vms["web"].scripts[0].file.path == config.path / "base.sh"


def test_home_and_absolute_paths(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write("home/a.sh", "")
    other = config.write("other/b.sh", "")
    monkeypatch.setenv("HOME", str(config.path / "home"))
    found = config.load(f'[vm.app]\nsetup = ["~/a.sh", "{other}", "other/../other/b.sh"]')
    paths = [script.file.path for script in found.vms["app"].scripts]
    assert paths[:2] == [config.path / "home" / "a.sh", other]
    assert [script.file.problem for script in found.vms["app"].scripts] == [None] * 3


def test_template_that_is_a_file(config: Config) -> None:
    config.write("vms/app/lima.yaml", "images: []\n")
    config.write("vms/app/vm.toml", 'template = "./lima.yaml"')
    app = config.load("").vms["app"]
    assert app.template_file is not None
    assert app.template_file.role is Role.TEMPLATE
    assert app.template_sha256 == hashlib.sha256(b"images: []\n").hexdigest()


def test_links_as_stow_makes_them(config: Config) -> None:
    config.write("dotfiles/vms/app/vm.toml", 'setup = ["s.sh"]')
    config.write("dotfiles/vms/app/s.sh", "")
    (config.path / "vms").symlink_to("dotfiles/vms")
    script = config.load("").vms["app"].scripts[0].file
    assert script.path == config.path / "vms/app/s.sh"
    assert script.resolved == config.path / "dotfiles/vms/app/s.sh"


@pytest.mark.parametrize(("host", "vm"), [(1, 2), (2, 2), (3, 2), (4, 3), (5, 3), (8, 6), (16, 14)])
def test_default_cores(host: int, vm: int) -> None:
    assert default_cores(host) == vm


def test_empty_manifest_has_no_vms(config: Config) -> None:
    assert config.load("").vms == {}


@pytest.mark.parametrize("text", ["version = 1\r\n[vm.app]\r\ncpus = 2\r\n", "\ufeffversion = 1\n[vm.app]\ncpus = 2\n"])
def test_line_ends_and_byte_order_marks(config: Config, text: str) -> None:
    config.write("dvm.toml", text)
    assert config.load().vms["app"].cpus == 2


def test_no_manifest(config: Config) -> None:
    with pytest.raises(UnreadableFileError, match="no manifest at") as caught:
        config.load()
    assert str(config.manifest) in caught.value.summary
    assert "dvm new app" in caught.value.remedy
    assert caught.value.exit_code is ExitCode.FAILED
    assert caught.value.evidence.problem is Unreadable.MISSING


@pytest.mark.parametrize("name", ["dvm.toml", "vms/app/vm.toml"])
def test_files_that_security_checks_refuse(config: Config, name: str) -> None:
    config.write("dvm.toml", "version = 1\n")
    path = config.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for problem in (Unreadable.NOT_REGULAR, Unreadable.DANGLING, Unreadable.LOOP, Unreadable.TOO_LARGE):
        path.unlink(missing_ok=True)
        match problem:
            case Unreadable.NOT_REGULAR:
                os.mkfifo(path)
            case Unreadable.DANGLING:
                path.symlink_to("nothing")
            case Unreadable.LOOP:
                path.symlink_to(path.name)
            case _:
                path.write_bytes(b"#" * (1 << 21))
        with pytest.raises(UnreadableFileError) as caught:
            config.load()
        assert caught.value.evidence.problem is problem
        assert caught.value.evidence.path == path
        assert caught.value.exit_code is ExitCode.REFUSED


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_manifest_that_may_not_be_read(config: Config) -> None:
    config.write("dvm.toml", "version = 1\n").chmod(0)
    with pytest.raises(UnreadableFileError, match="may not be read") as caught:
        config.load()
    assert caught.value.exit_code is ExitCode.FAILED


def test_vms_that_is_a_link_to_nothing_is_not_no_vms(config: Config) -> None:
    (config.path / "vms").symlink_to("gone")
    assert config.lines("") == ["vms vms is a link to nothing"]


def test_vms_that_is_a_file(config: Config) -> None:
    config.write("vms", "")
    assert config.lines("") == ["vms vms can't be listed: Not a directory"]


def test_scripts_that_checks_refuse_are_kept_for_them(config: Config) -> None:
    os.mkfifo(config.path / "fifo.sh")
    (config.path / "gone.sh").symlink_to("nowhere")
    config.write("large.sh", b"#" * (1 << 21))
    config.write("bytes.sh", b"\xff\x00")
    found = config.load('[vm.app]\nsetup = ["fifo.sh", "gone.sh", "large.sh", "bytes.sh"]').vms["app"].scripts
    problems = [script.file.problem for script in found]
    assert problems == [Unreadable.NOT_REGULAR, Unreadable.DANGLING, Unreadable.TOO_LARGE, None]


def test_mistakes_carry_the_files_for_the_checks(config: Config) -> None:
    config.write("a.sh", "")
    with pytest.raises(ManifestError) as caught:
        config.load('[vm.app]\nsetup = ["a.sh"]\nnope = 1')
    assert [file.path.name for file in caught.value.files] == ["dvm.toml", "a.sh"]
    assert isinstance(caught.value, DvmError)


def test_a_good_manifest_needs_neither_tree_sitter_nor_difflib(config: Config) -> None:
    config.write("a.sh", "")
    config.write("dvm.toml", 'version = 1\n[vm.app]\nsetup = ["a.sh"]\n')
    code = (
        "import sys; from pathlib import Path; from dvm.manifest.load import load\n"
        f"load(Path({str(config.manifest)!r}), host_cores=4, lima_home=Path('/l'))\n"
        "print([name for name in sys.modules if 'tree_sitter' in name or name == 'difflib'])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
