"""Every mistake at once, each at its place and in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dvm.errors import ManifestError
from dvm.manifest import wording
from dvm.manifest.bodies import keys_of
from dvm.manifest.declarations import KEYS
from dvm.manifest.load import load
from dvm.manifest.mistakes import show
from dvm.model.settings import Settings
from dvm.model.timeouts import Timeouts
from dvm.model.vm import VM, SetupEntry

if TYPE_CHECKING:
    from tests.unit.manifest.conftest import Config

TEN = """\
[settings]
paralelism = 4
[defaults]
memory = "4GB"
[vm.app]
cpus = "four"
mounts = ["~/code"]
ports = ["3000", "é", "3000:22"]
setup = ["base.sh", { script = "base.sh", run = "sometimes" }]
depends_on = ["dbb"]
[vm.db]
isolation = 'strikt'
"""


def test_ten_mistakes(config: Config) -> None:
    config.write("base.sh", "")
    assert config.lines(TEN) == [
        "dvm.toml:3:1 settings.paralelism: there is no such key",
        "dvm.toml:5:10 defaults.memory: write GiB instead of GB: Lima counts in powers of 1024",
        "dvm.toml:7:8 vm.app.cpus: expected a whole number from 1 to 1024, found a string",
        "dvm.toml:8:1 vm.app.mounts: there is no such key",
        'dvm.toml:9:18 vm.app.ports[1]: a port is "HOST:GUEST" or "PORT", as in "3000:80" or "5173"',
        "dvm.toml:9:23 vm.app.ports[2]: guest port 22 is Lima's own ssh and can't be forwarded",
        'dvm.toml:10:21 vm.app.setup[1]: the script "base.sh" is listed twice',
        'dvm.toml:10:49 vm.app.setup[1].run: expected "on-change", "always" or "once"',
        "dvm.toml:11:15 vm.app.depends_on[0]: there is no VM dbb",
        'dvm.toml:13:13 vm.db.isolation: expected "strict" or "standard"',
    ]


def test_guesses(config: Config) -> None:
    config.write("base.sh", "")
    details = {mistake.summary.split(":")[0]: mistake.detail for mistake in config.mistakes(TEN)}
    assert details["settings.paralelism"] == 'Did you mean "parallelism"?'
    assert details["vm.app.depends_on[0]"] == 'Did you mean "db"?'
    assert details["vm.db.isolation"] == 'Did you mean "strict"?'
    assert "dvm cp" in details["vm.app.mounts"]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("memroy", "memory"),
        ("dependsOn", "depends_on"),
        ("depends-on", "depends_on"),
        ("CPUs", "cpus"),
        ("ram", "memory"),
    ],
)
def test_nearest_key(config: Config, key: str, meant: str) -> None:
    assert config.only(f"[vm.app]\n{key} = 1").detail == f'Did you mean "{meant}"?'


def test_no_guess_is_better_than_a_wild_one(config: Config) -> None:
    assert config.only("[vm.app]\nzzzzzz = 1").detail == ""


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("mounts", "dvm cp"),
        ("mount", "dvm cp"),
        ("mountType", "dvm cp"),
        ("limactl_args", "of its own"),
        ("extra_args", "of its own"),
        ("lima", "of its own"),
        ("lima_yaml", "of its own"),
        ("ssh_agent", "dvm key"),
        ("forwardAgent", "dvm key"),
        ("provision", "setup"),
        ("containerd", "rootless"),
        ("images", "template"),
        ("networks", "user-mode"),
        ("copyToHost", "dvm cp"),
        ("port-forwards", "HOST:GUEST"),
        ("portForwards", "HOST:GUEST"),
        ("hooks", "setup script"),
    ],
)
def test_keys_that_people_ask_for(config: Config, key: str, advice: str) -> None:
    for table in ("[vm.app]\n", "[defaults]\n", ""):
        assert advice in config.only(f"{table}{key} = []").detail


def test_a_mistake_in_the_defaults_is_told_once(config: Config) -> None:
    assert config.lines('[defaults]\ncpus = 0\nsetup = ["gone.sh"]\n[vm.a]\n[vm.b]\n[vm.c]\nmemory = 1') == [
        "dvm.toml:3:8 defaults.cpus: expected a whole number from 1 to 1024",
        f"dvm.toml:4:10 defaults.setup[0]: {config.path}/gone.sh does not exist",
        'dvm.toml:8:10 vm.c.memory: a size needs a unit, as in "1GiB"',
    ]


def test_mistakes_in_defaults_that_nobody_uses(config: Config) -> None:
    assert config.lines("[defaults]\ncpus = 0\nnope = 1\n[vm.a]\ncpus = 1") == [
        "dvm.toml:3:8 defaults.cpus: expected a whole number from 1 to 1024",
        "dvm.toml:4:1 defaults.nope: there is no such key",
    ]


def test_contradictions_are_told_where_the_key_stands(config: Config) -> None:
    found = config.lines(
        '[defaults]\nauto_ports = true\n[vm.a]\nisolation = "standard"\n[vm.b]\nuser = "root"\nnope = 1'
    )
    assert [line.split(": ")[0] for line in found] == [
        "dvm.toml:3:14 defaults.auto_ports",
        "dvm.toml:7:8 vm.b.user",
        "dvm.toml:8:1 vm.b.nope",
    ]


def test_defaults_that_only_together_with_a_vm_make_sense(config: Config) -> None:
    assert config.load('[defaults]\nauto_ports = true\n[vm.a]\nisolation = "standard"').vms["a"].config.auto_ports


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("version = 2", "dvm.toml:1:11 version: this DVM reads version 1 of the manifest"),
        ('version = "1"', "dvm.toml:1:11 version: this DVM reads version 1 of the manifest, found a string"),
        ("version = true", "dvm.toml:1:11 version: this DVM reads version 1 of the manifest, found a boolean"),
        ("", "dvm.toml:1:1 version is missing"),
        ("version = 1\nvm = 3", "dvm.toml:2:6 vm: expected tables such as [vm.app], found a whole number"),
        ("version = 1\nsettings = []", "dvm.toml:2:12 settings: expected a table, [settings], found a list"),
        ("version = 1\n[vm]\napp = 2024-01-01", "dvm.toml:3:7 vm.app: expected a table of a VM's keys, found a date or a time"),
        ("version = 1\n[[vm.app]]", "dvm.toml:2:6 vm.app: expected a table of a VM's keys, found a list"),
        ("version = 1\nmemory = '1GiB'", "dvm.toml:2:1 memory: there is no such key"),
        ("version = 1\n[vm.app]\nsetup = [{as = 'root'}]", "dvm.toml:3:10 vm.app.setup[0].script is missing: give it the path of a script"),
        ("version = 1\n[vm.app]\nsetup = ['']", "dvm.toml:3:10 vm.app.setup[0]: expected the path of a script"),
        ("version = 1\n[vm.app]\nsetup = [3]", 'dvm.toml:3:10 vm.app.setup[0]: expected the path of a script, or a table as in { script = "setup/base.sh", as = "root" }, found a whole number'),
        ("version = 1\n[vm.app]\nsetup = 'a.sh'", 'dvm.toml:3:9 vm.app.setup: expected a list of scripts, as in ["setup/base.sh"], found a string'),
        ("version = 1\n[vm.app]\ncpus = nan", "dvm.toml:3:8 vm.app.cpus: expected a whole number from 1 to 1024, found a decimal number"),
        ("version = 1\n[vm.app]\ncpus = true", "dvm.toml:3:8 vm.app.cpus: expected a whole number from 1 to 1024, found a boolean"),
        ("version = 1\n[vm.app]\nsudo = 1", "dvm.toml:3:8 vm.app.sudo: expected true or false, found a whole number"),
        ("version = 1\n[vm.app]\nsudo = 'yes'", "dvm.toml:3:8 vm.app.sudo: expected true or false, found a string"),
        ("version = 1\n[vm.app]\nmemory = '1MiB'", 'dvm.toml:3:10 vm.app.memory: expected a size of at least 256MiB, as in "8GiB"'),
        ("version = 1\n[vm.app]\nmemory = '" + "9" * 400 + "GiB'", 'dvm.toml:3:10 vm.app.memory: a size is text such as "8GiB"'),
        ("version = 1\n[vm.app]\nports = ['" + "9" * 5000 + "']", 'dvm.toml:3:10 vm.app.ports[0]: a port is text such as "3000:80" or "5173"'),
        ("version = 1\n[vm.app]\nsetup = [{ script = 's', as_ = 'root' }]", None),
        ('version = 1\n[vm."\\u001b[31m"]', None),
    ],
)  # fmt: skip
def test_one_mistake(config: Config, text: str, line: str | None) -> None:
    config.write("s", "")
    config.write("dvm.toml", text)
    found = config.lines()
    assert len(found) == 1
    assert line is None or found == [line]
    assert found[0].isprintable()


def test_version_that_is_newer_and_older(config: Config) -> None:
    config.write("dvm.toml", "version = 2")
    assert config.only().detail == "A newer DVM reads this one."
    config.write("dvm.toml", "version = 0")
    assert config.only().detail == "Write: version = 1"


def test_the_body_alone_belongs_into_a_vm_file(config: Config) -> None:
    config.write("vms/app/vm.toml", "version = 1\n[vm.app]\ncpus = 1\n")
    assert config.lines("") == [
        "vms/app/vm.toml:1:1 version does not belong in a vm.toml",
        "vms/app/vm.toml:2:2 vm does not belong in a vm.toml",
    ]


def test_a_vm_in_two_files(config: Config) -> None:
    config.write("vms/app/vm.toml", "cpuss = 1")
    assert config.lines("[vm.app]\nnope = 1") == [
        "dvm.toml:3:1 vm.app.nope: there is no such key",
        f"vms/app/vm.toml vm.app is declared in {config.path}/dvm.toml too",
        "vms/app/vm.toml:1:1 vm.app.cpuss: there is no such key",
    ]


def test_each_diagnostic_names_its_vm(config: Config) -> None:
    assert {mistake.address for mistake in config.mistakes("[vm.a]\nx = 1\n[vm.b]\ny = 1\n[defaults]\nz = 1")} == {
        "vm.a", "vm.b", None,
    }  # fmt: skip


def test_no_value_is_repeated(config: Config) -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ"
    table = "\n".join(f'{key} = "{secret}"' for key in VM.model_fields)
    keys = [key for key in keys_of(SetupEntry) if key != "script"]
    entry = ", ".join(f'"{key}" = "{secret}"' for key in keys)
    config.write("s.sh", "")
    found = config.mistakes(
        f'[vm.a]\n{table}\n[vm.b]\nsetup = [{{ script = "s.sh", {entry} }}]\nports = ["{secret}"]\n'
    )
    assert len(found) > 20
    assert secret not in repr(found)


def test_every_key_has_words_for_what_it_takes() -> None:
    keys = {key for table in (Settings, VM, SetupEntry, Timeouts) for key in keys_of(table)} | set(KEYS)
    assert [key for key in keys if wording.expected((key,)) == "a table"] == []
    assert [key for key in ("ports", "setup", "depends_on") if wording.expected((key, 0)) == "something else"] == [
        "ports"
    ]


def test_show() -> None:
    assert show(("vm", "app", "setup", 1, "run")) == "vm.app.setup[1].run"
    assert show(("vm", "my app", "é", "", "\x1b")) == 'vm."my app"."é".""."\\x1b"'


def test_the_file_of_one_vm_is_told_from_a_manifest(config: Config) -> None:
    config.write("vms/web/vm.toml", 'template = "template:fedora"\n')
    with pytest.raises(ManifestError) as caught:
        load(config.path / "vms" / "web" / "vm.toml", host_cores=8, lima_home=Path("/l"))
    first = caught.value.diagnostics[0]
    assert first.summary == "version is missing"
    assert first.detail == f"This is the file of one VM; the manifest is {config.path / 'dvm.toml'}."


def test_a_vm_without_its_prefix_is_told_how_it_is_declared(config: Config) -> None:
    mistake = config.only("[web]\ncpus = 2\n")
    assert (mistake.summary, mistake.detail) == ("web: there is no such key", "A VM is declared as [vm.web].")
