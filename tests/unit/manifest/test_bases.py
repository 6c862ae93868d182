"""Bases in the manifest: what a VM has from them, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dvm.errors import ManifestError
from dvm.lima.guest_calls import setup
from dvm.manifest.bases import REFUSED
from dvm.manifest.layers import JOINED, Layer, Layers
from dvm.manifest.load import load_readable
from dvm.manifest.mistakes import Document, KeyPlace
from dvm.model.intent import Setup
from dvm.model.plan import ScriptRun
from dvm.model.units import GIB

if TYPE_CHECKING:
    from dvm.model.manifest import DesiredVM, Manifest
    from tests.unit.manifest.conftest import Config

CHAIN = """
[defaults]
memory = "3GiB"
disk = "40GiB"
user = "dev"
setup = ["setup/defaults.sh"]
env = { WHOSE = "defaults" }
[base.debian]
template = "template:debian"
disk = "50GiB"
setup = ["setup/debian.sh"]
env = { WHOSE = "debian", LOW = "1" }
[base.node]
base = "debian"
user = "node"
setup = ["setup/node.sh"]
env = { WHOSE = "node", MIDDLE = "2" }
[vm.app]
base = "node"
user = "me"
ports = ["3000"]
setup = ["setup/app.sh"]
env = { WHOSE = "app" }
[vm.web]
base = "node"
[vm.plain]
"""


@pytest.fixture
def scripts(config: Config) -> None:
    for name in ("defaults", "debian", "node", "app", "none"):
        config.write(f"setup/{name}.sh", f"echo {name}\n")


def names(vm: DesiredVM) -> list[str]:
    return [script.entry.script.removeprefix("setup/").removesuffix(".sh") for script in vm.scripts]


@pytest.mark.usefixtures("scripts")
def test_keys_come_from_the_nearest_table_that_has_them(config: Config) -> None:
    vms = config.load(CHAIN).vms
    app, web, plain = vms["app"], vms["web"], vms["plain"]
    assert (app.config.user, web.config.user, plain.config.user) == ("me", "node", "dev")
    assert (app.config.template, plain.config.template) == ("template:debian", "template:fedora")
    assert {vm.config.memory for vm in vms.values()} == {3 * GIB}
    assert (app.config.disk, plain.config.disk) == (50 * GIB, 40 * GIB)
    assert app.base is not None
    assert app.base.base is not None
    assert (app.base.address, app.base.base.address, app.base.base.base) == ("base.node", "base.debian", None)
    assert app.base is web.base, "a base is made once"
    assert plain.base is None


@pytest.mark.usefixtures("scripts")
def test_setup_is_joined_and_the_defaults_have_no_part_in_it(config: Config) -> None:
    manifest = config.load(CHAIN)
    vms = manifest.vms
    assert names(vms["app"]) == ["debian", "node", "app"]
    assert [script.base for script in vms["app"].scripts] == ["debian", "node", ""]
    assert names(vms["web"]) == ["debian", "node"]
    assert names(vms["plain"]) == ["defaults"]
    assert names(manifest.bases["node"]) == ["debian", "node"]
    without = config.load('[defaults]\nsetup = ["setup/defaults.sh"]\n[base.bare]\n[vm.app]\nbase = "bare"\n')
    assert (names(without.vms["app"]), names(without.bases["bare"])) == (["defaults"], [])
    assert without.vms["app"].scripts[0].base == "", "what the defaults list is the VM's own"


@pytest.mark.usefixtures("scripts")
def test_variables_of_a_base_and_of_a_vm(config: Config) -> None:
    vms = config.load(CHAIN).vms
    debian, node, app = (dict(script.env) for script in vms["app"].scripts)
    assert debian == {"WHOSE": "debian", "LOW": "1"}
    assert node == {"WHOSE": "node", "LOW": "1", "MIDDLE": "2"}
    assert app == {"WHOSE": "app", "LOW": "1", "MIDDLE": "2"}
    assert [dict(script.env) for script in vms["web"].scripts] == [debian, node], "as in every VM of the base"


@pytest.mark.usefixtures("scripts")
def test_a_script_of_a_base_does_not_learn_for_whom_it_runs(config: Config) -> None:
    app = config.load(CHAIN).vms["app"]

    def given(number: int) -> set[str]:
        argv = setup(Setup(app, ScriptRun(app.scripts[number], "never ran")), "r1")
        return {word.partition("=")[0] for word in argv if word.startswith("DVM_")}

    assert given(0) == given(1) == {"DVM_USER", "DVM_SUBUID_COUNT", "DVM_SUBGID_COUNT"}
    assert given(2) >= {"DVM_NAME", "DVM_VM", "DVM_LIMA_NAME", "DVM_CODE_DIR", "DVM_PORTS", "DVM_USER"}


def test_paths_are_relative_to_the_file_that_names_them(config: Config) -> None:
    config.write("setup/a.sh", "echo base\n")
    config.write("vms/app/setup/a.sh", "echo own\n")
    config.write("vms/app/vm.toml", 'base = "node"\nsetup = ["setup/a.sh"]\n')
    app = config.load('[base.node]\nsetup = ["setup/a.sh"]\n').vms["app"]
    assert [script.file.content for script in app.scripts] == [b"echo base\n", b"echo own\n"]
    assert [script.key for script in app.scripts] == ["setup/a.sh", "vms/app/setup/a.sh"]


def test_a_script_that_a_base_lists_too(config: Config) -> None:
    config.write("setup/a.sh", "true\n")
    text = '[base.node]\nsetup = ["setup/a.sh"]\n[vm.app]\nbase = "node"\nsetup = ["setup/a.sh"]\n'
    assert config.lines(text) == ["dvm.toml:6:10 vm.app.setup[0]: its base lists this script already"]


@pytest.mark.parametrize("key", REFUSED)
def test_keys_that_a_base_does_not_have(config: Config, key: str) -> None:
    values = {"running": "true", "protect": "true", "depends_on": "[]", "ports": "[]", "reach": "[]"}
    mistake = config.only(f"[base.node]\n{key} = {values[key]}\n[vm.app]\nbase = 'node'\n")
    assert mistake.summary == f"base.node.{key}: a base has no such key"
    assert "[vm.NAME]" in mistake.detail


def test_what_the_defaults_say_of_those_keys_is_for_vms(config: Config) -> None:
    manifest = config.load('[defaults]\nports = ["80:80"]\nprotect = true\n[base.node]\n[vm.app]\nbase = "node"\n')
    assert (manifest.vms["app"].config.ports, manifest.bases["node"].config.ports) == (
        manifest.vms["app"].config.ports,
        (),
    )
    assert manifest.vms["app"].config.protect
    assert not manifest.bases["node"].config.protect


def test_a_base_of_the_defaults_is_for_vms(config: Config) -> None:
    manifest = config.load('[defaults]\nbase = "node"\n[base.node]\n[vm.app]\n')
    assert manifest.vms["app"].base is manifest.bases["node"]
    assert manifest.bases["node"].base is None


def test_unknown_bases(config: Config) -> None:
    found = config.mistakes(
        '[base.node]\nbase = "debain"\n[base.debian]\n[vm.app]\nbase = "nodee"\n[vm.b]\nbase = "x"\n'
    )
    assert [mistake.summary for mistake in found] == [
        "base.node.base: there is no base debain",
        "vm.app.base: there is no base nodee",
        "vm.b.base: there is no base x",
    ]
    assert [mistake.detail for mistake in found] == [
        'Did you mean "debian"?',
        'Did you mean "node"?',
        "A base is declared as [base.x].",
    ]


def test_bases_in_a_circle(config: Config) -> None:
    text = '[base.b]\nbase = "a"\n[base.a]\nbase = "b"\n[base.own]\nbase = "own"\n[vm.app]\nbase = "a"\n'
    assert config.lines(text) == [
        "dvm.toml:5:8 base.a.base: base.a -> base.b -> base.a is a circle",
        "dvm.toml:7:8 base.own.base: base.own -> base.own is a circle",
    ]


def test_a_mistake_in_a_base_is_told_once_and_leaves_its_vms_unread(config: Config) -> None:
    config.write(
        "dvm.toml",
        'version = 1\n[base.low]\ncpus = "x"\nnope = 1\n[base.node]\nbase = "low"\nsetup = ["gone.sh"]\n'
        '[vm.a]\nbase = "node"\n[vm.b]\nbase = "node"\n[vm.c]\n',
    )
    found, error = load_readable(config.manifest, host_cores=4, lima_home=Path("/l"))
    assert isinstance(error, ManifestError)
    assert [mistake.summary.split(":")[0] for mistake in error.diagnostics] == [
        "base.low.cpus",
        "base.low.nope",
        "base.node.setup[0]",
    ]
    assert found.unread == {"a", "b"}
    assert [*found.vms] == ["c"]
    assert not found.bases


def test_a_base_that_is_missing_a_script_leaves_all_its_vms_unread(config: Config) -> None:
    config.write("dvm.toml", 'version = 1\n[base.n]\nsetup = ["g.sh"]\n[vm.a]\nbase = "n"\n[vm.b]\nbase = "n"\n')
    found, _ = load_readable(config.manifest, host_cores=4, lima_home=Path("/l"))
    assert found.unread == {"a", "b"}


def test_names_of_bases(config: Config) -> None:
    assert "a base's name has lower-case letters" in config.only('[base."A b"]\n').summary
    long = "n" * 70
    assert "longer than the" in config.only(f"[base.{long}]\n").summary
    config.load(f"[base.{long}]\nimage = false\n")


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("base = 3\n", "base: expected tables such as [base.node], found a whole number"),
        ("[base]\nnode = 1\n", "base.node: expected a table of a base's keys, found a whole number"),
        ("[vm.app]\nbase = 3\n", 'vm.app.base: expected the name of a base, as in "node", found a whole number'),
        ("[base.n]\nimage = 1\n", "base.n.image: expected true or false, found a whole number"),
        ("[vm.app]\nimage = true\n", "vm.app.image: there is no such key"),
        ("[base.n]\nsteup = []\n", "base.n.steup: there is no such key"),
    ],
)
def test_values_that_bases_do_not_take(config: Config, text: str, summary: str) -> None:
    assert config.only(text).summary == summary


def test_base_is_a_table_of_dvm_toml(config: Config) -> None:
    config.write("vms/app/vm.toml", "[base.node]\n")
    assert config.only("").summary == "base does not belong in a vm.toml"


@pytest.mark.usefixtures("scripts")
def test_places(config: Config) -> None:
    app = config.load(CHAIN).vms["app"]
    lines = {
        key: app.locations[key].line for key in ("setup[0]", "setup[1]", "setup[2]", "disk", "memory", "user", "ports")
    }
    text = ("version = 1\n" + CHAIN).splitlines()

    def line(start: str, after: str) -> int:
        return next(at for at, each in enumerate(text, 1) if each.startswith(start) and at > text.index(after))

    assert lines == {
        "setup[0]": line("setup", "[base.debian]"),
        "setup[1]": line("setup", "[base.node]"),
        "setup[2]": line("setup", "[vm.app]"),
        "disk": line("disk", "[base.debian]"),
        "memory": line("memory", "[defaults]"),
        "user": line("user", "[vm.app]"),
        "ports": line("ports", "[vm.app]"),
    }


def test_every_joined_list_is_joined(tmp_path: Path) -> None:
    place = KeyPlace(Document(tmp_path, "", {}), ())
    for key in JOINED:
        layers = Layers(
            Layer({key: ["c"]}, place), Layer({key: ["no"]}, place), (Layer({key: ["a", "b"]}, place, "x"),)
        )
        assert layers.body()[key] == ["a", "b", "c"]
        assert [layers.origin((key, at))[1] for at in range(3)] == [(key, 0), (key, 1), (key, 0)]
        assert [layers.seen(layers.bases[0], (key, at)) for at in range(2)] == [(key, 0), (key, 1)]
        assert layers.seen(layers.own, (key, 0)) == (key, 2)
        assert layers.seen(layers.defaults, (key, 0)) is None


def test_a_base_without_vms_is_read_all_the_same(config: Config) -> None:
    found: Manifest = config.load("[base.node]\ncpus = 3\n")
    assert found.bases["node"].cpus == 3
    assert found.bases["node"].image
