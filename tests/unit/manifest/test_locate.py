"""Places in a manifest that has no mistakes, for checks that find something later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dvm.manifest.locate import locate

if TYPE_CHECKING:
    from dvm.model.key_path import KeyPath
    from tests.unit.manifest.conftest import Config

DVM = 'version = 1\n[defaults]\nsetup = ["a.sh"]\n[vm.app]\ncpus = 2\nsetup = ["a.sh", { script = "b.sh" }]\n[vm.db]\n'


@pytest.fixture
def written(config: Config) -> Config:
    config.write("dvm.toml", DVM)
    config.write("vms/web/vm.toml", "\ufeffports = ['1', '2']\n")
    for name in ("a.sh", "b.sh"):
        config.write(name, "")
    return config


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("version",), "dvm.toml:1:11"),
        (("vm", "app"), "dvm.toml:4:5"),
        (("vm", "app", "setup", 1), "dvm.toml:6:18"),
        (("vm", "app", "setup", 1, "script"), "dvm.toml:6:29"),
        (("vm", "db", "setup", 0), "dvm.toml:3:10"),
        (("vm", "web"), "vms/web/vm.toml"),
        (("vm", "web", "ports", 1), "vms/web/vm.toml:1:15"),
        (("vm", "web", "setup"), "dvm.toml:3:9"),
    ],
)
def test_locate(written: Config, path: KeyPath, place: str) -> None:
    assert str(locate(written.manifest, path)).removeprefix(f"{written.path}/") == place


def test_locate_a_key(written: Config) -> None:
    location = locate(written.manifest, ("vm", "app", "setup"), "key")
    assert location is not None
    assert (location.line, location.column) == (6, 1)


@pytest.mark.parametrize("path", [("vm", "gone"), ("vm", "app", "user"), ("nope",), ("vm", "a\0b", "cpus")])
def test_no_such_place(written: Config, path: KeyPath) -> None:
    assert locate(written.manifest, path) is None


def test_no_such_file(config: Config) -> None:
    assert locate(config.manifest, ("version",)) is None


def test_lazy_locations(written: Config) -> None:
    vms = written.load().vms
    places = {
        name: {key: str(at).removeprefix(f"{written.path}/") for key, at in vm.locations.items()}
        for name, vm in vms.items()
    }
    assert places["app"][""] == "dvm.toml:4:5"
    assert places["app"]["setup[1]"] == "dvm.toml:6:18"
    assert places["app"]["setup[1].script"] == "dvm.toml:6:29"
    assert places["db"] == {"": "dvm.toml:7:5", "setup": "dvm.toml:3:9", "setup[0]": "dvm.toml:3:10"}
    assert places["web"][""] == "vms/web/vm.toml"
    assert len(vms["db"].locations) == 3
    assert "user" not in vms["app"].locations
