"""What holds between VMs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.manifest.conftest import Config


def vms(**needs: str) -> str:
    return "".join(
        f"[vm.{name}]\ndepends_on = [{', '.join(repr(n) for n in need.split())}]\n" for name, need in needs.items()
    )


def test_a_circle_is_named_in_full(config: Config) -> None:
    assert config.lines(vms(c="a", a="b", b="c", d="a")) == [
        "dvm.toml:5:15 vm.a.depends_on[0]: vm.a -> vm.b -> vm.c -> vm.a is a circle"
    ]


def test_every_circle(config: Config) -> None:
    assert len(config.mistakes(vms(a="b", b="a", c="d", d="c"))) == 2


def test_itself(config: Config) -> None:
    assert config.lines(vms(a="a")) == ["dvm.toml:3:15 vm.a.depends_on[0]: vm.a can't depend on itself"]


def test_names_that_are_not_there_are_not_guessed_wildly(config: Config) -> None:
    assert [mistake.detail for mistake in config.mistakes(vms(database="databse zzz"))] == ["", ""]
    assert config.mistakes(vms(database="", app="databse"))[0].detail == 'Did you mean "database"?'


def test_vms_of_a_file_that_is_no_toml_are_there_all_the_same(config: Config) -> None:
    config.write("vms/db/vm.toml", "=")
    assert [line.split(" ")[0] for line in config.lines(vms(app="db gone"))] == ["vms/db/vm.toml:1:1"]


def test_host_port_of_two_running_vms(config: Config) -> None:
    text = '[vm.a]\nports = ["3000:1"]\n[vm.b]\nports = ["4000", "3000:2"]\nnope = 1\n'
    assert config.lines(text) == [
        "dvm.toml:5:18 vm.b.ports[1]: host port 3000 is vm.a's already",
        "dvm.toml:6:1 vm.b.nope: there is no such key",
    ]
    config.load('[vm.a]\nports = ["3000"]\nrunning = false\n[vm.b]\nports = ["3000"]\n')
    config.load('[vm.a]\nports = ["3000:1"]\n[vm.b]\nports = ["3001:1"]\n')


def test_a_port_from_the_defaults_is_told_once(config: Config) -> None:
    lines = config.lines('[defaults]\nports = ["3000"]\n[vm.a]\n[vm.b]\n[vm.c]\n')
    assert lines == ["dvm.toml:3:10 defaults.ports[0]: host port 3000 is vm.a's already"]


@pytest.mark.parametrize("name", ["App", "a_b", "a--b", "a-", "1a", "é"])
def test_names(config: Config, name: str) -> None:
    assert "a VM's name has lower-case letters" in config.only(f'[vm."{name}"]').summary


def test_name_longer_than_the_path_of_a_socket_allows(config: Config) -> None:
    room = 107 - len("/l/dvm-/ssh.sock.1234567890123456")
    config.load(f"[vm.{'a' * room}]")
    found = config.only(f"[vm.{'a' * (room + 1)}]")
    assert f"longer than the {room} characters" in found.summary
    assert str(found.location).endswith(":2:5")


def test_what_is_reached_is_declared_there_and_is_up_first(config: Config) -> None:
    db = '[vm.db]\nports = ["15432:5432"]\n'
    assert (
        config.load(f'{db}[vm.app]\ndepends_on = ["db"]\nreach = ["db:5432"]').vms["app"].config.reach[0].port == 5432
    )
    assert config.lines(f'{db}[vm.app]\nreach = ["db:5432"]') == [
        'dvm.toml:5:10 vm.app.reach[0]: "db:5432" needs "db" in depends_on: it must be up first'
    ]
    found = config.only(f'{db}[vm.app]\ndepends_on = ["db"]\nreach = ["db:15432"]')
    assert str(found.location).endswith("dvm.toml:6:10")
    assert found.summary == "vm.app.reach[0]: vm.db declares no guest port 15432"
    assert 'Did you mean "db:5432"?' in found.detail
    found = config.only(f'{db}[vm.app]\ndepends_on = ["db"]\nreach = ["db:80"]')
    assert found.detail == 'Declare it there, as in ports = ["80"].'


def test_two_letters_that_changed_places_are_recognised(config: Config) -> None:
    assert config.only('[vm.db]\n[vm.app]\ndepends_on = ["bd"]').detail == 'Did you mean "db"?'


def test_a_disk_has_a_size_that_a_disk_can_have(config: Config) -> None:
    config.load('[vm.a]\ndisk = "1024TiB"')
    assert "a size from 1GiB to 1024TiB" in config.only('[vm.a]\ndisk = "1025TiB"').summary


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("run", "It belongs in an entry of setup, as in"),
        ("timeout", "It belongs in an entry of setup, as in"),
        ("files", "It belongs in an entry of setup, as in"),
        ("ssh_forward_agent", "A forwarded agent lets"),
        ("nfs-mounts", "Host files stay on the host"),
        ("extraArguments", "Extra limactl arguments"),
        ("runing", 'Did you mean "running"?'),
    ],
)
def test_a_key_that_belongs_elsewhere_or_nowhere_is_said_to(config: Config, key: str, said: str) -> None:
    assert said in config.only(f'[vm.app]\n{key} = "x"').detail


def test_who_is_reached_is_another_vm_that_is_there(config: Config) -> None:
    found = config.mistakes(
        '[vm.data]\nports = ["5432"]\n[vm.app]\ndepends_on = ["data"]\nreach = ["dta:5432", "app:1"]'
    )
    assert [each.summary for each in found] == [
        'vm.app.reach[0]: "dta:5432" needs "dta" in depends_on: it must be up first',
        "vm.app.reach[0]: there is no VM dta",
        'vm.app.reach[1]: "app:1" needs "app" in depends_on: it must be up first',
        "vm.app.reach[1]: vm.app can't reach itself this way",
    ]
    assert found[1].detail == 'Did you mean "data:5432"?'
