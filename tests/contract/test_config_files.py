"""How `_config/default.yaml` and `_config/override.yaml` reach into every instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.contract.subject import Lima


def test_mount_none_does_not_promise_that_there_are_no_mounts(lima: Lima) -> None:
    lima.configure("default", "mounts: [{location: /srv, writable: true}]")
    lima.create("a", "--mount-none")
    (mount,) = lima.config("a")["mounts"]
    assert mount == {
        "location": "/srv",
        "mountPoint": "/srv",
        "writable": True,
        "sshfs": {"cache": True, "followSymlinks": False, "sftpDriver": ""},
        "9p": {"securityModel": "none", "protocolVersion": "9p2000.L", "msize": "128KiB", "cache": "mmap"},
    }


def test_they_reach_an_instance_that_is_there_already(lima: Lima) -> None:
    lima.create("a", "--mount-none")
    assert "mounts" not in lima.config("a")
    lima.configure("override", "mounts: [{location: /srv}]\nssh: {forwardAgent: true}")
    config = lima.config("a")
    assert config["mounts"][0]["location"] == "/srv"
    assert config["ssh"]["forwardAgent"] is True
    (lima.home / "_config" / "override.yaml").unlink()
    assert "mounts" not in lima.config("a")


def test_mounts_are_one_where_they_meet(lima: Lima) -> None:
    lima.configure("default", "mounts: [{location: /srv}, {location: /mnt/d, mountPoint: /data}]")
    lima.configure("override", "mounts: [{location: /srv, writable: true}, {location: /mnt/o}]")
    lima.create("a", '--set=.mounts = [{"location": "/mnt/y"}, {"location": "/mnt/z", "mountPoint": "/data"}]')
    found = [(m["location"], m["mountPoint"], m["writable"]) for m in lima.config("a")["mounts"]]
    assert found == [
        ("/srv", "/srv", True),
        ("/mnt/d", "/data", False),
        ("/mnt/y", "/mnt/y", False),
        ("/mnt/o", "/mnt/o", False),
    ]


def test_a_mount_of_the_home_is_written_out(lima: Lima) -> None:
    lima.configure("default", 'mounts: [{location: "~/x"}, {location: "{{.Dir}}/y"}]')
    lima.create("a")
    home, own = (mount["location"] for mount in lima.config("a")["mounts"])
    assert home.startswith("/")
    assert home.endswith("/x")
    assert own == f"{lima.home}/a/y"


def test_port_rules_come_from_override_instance_and_default(lima: Lima) -> None:
    lima.configure("default", "portForwards: [{guestPort: 3, hostIP: 0.0.0.0}]")
    lima.configure("override", "portForwards: [{guestPort: 1, static: true}]")
    lima.create("a", '--set=.portForwards = [{"guestPort": 2}]')
    rules = lima.config("a")["portForwards"]
    assert [(rule["guestPort"], rule["hostIP"]) for rule in rules] == [
        (1, "127.0.0.1"),
        (2, "127.0.0.1"),
        (3, "0.0.0.0"),
    ]


def test_probes_come_from_all_three(lima: Lima) -> None:
    lima.configure("base", 'probes: [{script: "#!/bin/sh\\necho {{.Name}}"}]')
    lima.configure("default", 'probes: [{script: "#!d", description: "D", hint: "h"}]')
    lima.configure("override", 'probes: [{script: "#!o"}]')
    lima.create("a", "--plain")
    assert lima.config("a")["probes"] == [
        {"mode": "readiness", "description": "user probe 1/3", "script": "#!o"},
        {"mode": "readiness", "description": "user probe 2/3", "script": "#!/bin/sh\necho a"},
        {"mode": "readiness", "description": "D", "script": "#!d", "hint": "h"},
    ]


def test_lists_come_from_override_instance_and_default(lima: Lima) -> None:
    lima.configure("default", 'provision: [{script: "echo d"}]\ncopyToHost: [{guest: /d, host: "{{.Dir}}/d"}]')
    lima.configure(
        "override",
        'provision: [{mode: user, script: "echo {{.Name}} {{.User}}"}]\ncopyToHost: [{guest: /o, host: /o}]',
    )
    lima.create("a", '--set=.provision = [{"mode": "boot", "script": "echo y"}]')
    config = lima.config("a")
    user = config["user"]["name"]
    assert config["provision"] == [
        {"mode": "user", "script": f"echo a {user}"},
        {"mode": "boot", "script": "echo y"},
        {"mode": "system", "script": "echo d"},
    ]
    assert config["copyToHost"] == [
        {"guest": "/o", "host": "/o"},
        {"guest": "/d", "host": f"{lima.home}/a/d"},
    ]


def test_networks_come_from_default_instance_and_override(lima: Lima) -> None:
    lima.configure("default", "networks: [{lima: user-v2, interface: eth9, metric: 7}]")
    lima.configure("override", "networks: [{lima: user-v2, interface: eth9, metric: 8}, {socket: /nosuch/o.sock}]")
    lima.create("a", '--set=.networks = [{"lima": "user-v2"}]')
    line = lima.line("a")
    networks = line["config"]["networks"]
    assert [(n.get("lima"), n.get("socket"), n["interface"], n["metric"]) for n in networks] == [
        ("user-v2", None, "eth9", 8),
        ("user-v2", None, "lima1", 100),
        (None, "/nosuch/o.sock", "lima2", 100),
    ]
    assert all(n["macAddress"].startswith("52:55:55:") for n in networks)
    assert line["network"] == networks


@pytest.mark.parametrize(
    ("default", "own", "override", "expected"),
    [
        ("cpus: 1", "", "", {"cpus": 1}),
        ("cpus: 1", ".cpus = 2", "", {"cpus": 2}),
        ("cpus: 1", ".cpus = 2", "cpus: 3", {"cpus": 3}),
        ("", "", "propagateProxyEnv: false", {"propagateProxyEnv": False}),
        ("propagateProxyEnv: false", ".propagateProxyEnv = true", "", {"propagateProxyEnv": True}),
        ("plain: true", "", "", {"plain": True}),
        ("plain: true", ".plain = false", "", {"plain": False}),
        ("", ".plain = true", "plain: false", {"plain": False}),
        (
            "env: {A: d, B: d, C: d}",
            '.env = {"B": "y", "C": "y"}',
            "env: {C: o}",
            {"env": {"A": "d", "B": "y", "C": "o"}},
        ),
        ("message: d", '.message = "y"', "message: o", {"message": "y"}),
        ("timezone: UTC", "", "timezone: Europe/Vienna", {"timezone": "Europe/Vienna"}),
    ],
)
def test_the_highest_wins(lima: Lima, default: str, own: str, override: str, expected: dict[str, object]) -> None:
    lima.configure("default", default)
    lima.configure("override", override)
    lima.create("a", *([f"--set={own}"] if own else []))
    config = lima.config("a")
    assert {key: config[key] for key in expected} == expected


def test_a_message_comes_from_the_instance_alone(lima: Lima) -> None:
    lima.configure("override", "message: o")
    lima.configure("default", "message: d")
    lima.create("a")
    assert "message" not in lima.line("a")
    assert "message" not in lima.config("a")


def test_plain_takes_away_what_config_files_bring(lima: Lima) -> None:
    lima.configure(
        "override",
        "mounts: [{location: /srv}]\n"
        "portForwards: [{guestPort: 1}, {guestPort: 2, hostIP: 0.0.0.0, static: true}]\n"
        "containerd: {user: true}\nssh: {forwardAgent: true, forwardX11: true}\n"
        "networks: [{lima: user-v2}]\nprovision: [{script: echo}]\ncopyToHost: [{guest: /g, host: /h}]\n",
    )
    lima.create("a", "--plain", '--set=.mounts = [{"location": "/mnt/x"}] | .portForwards = [{"guestPort": 3}]')
    config = lima.config("a")
    assert "mounts" not in config
    assert [(rule["guestPort"], rule["hostIP"]) for rule in config["portForwards"]] == [(2, "0.0.0.0")]
    assert config["containerd"]["user"] is False
    assert config["timezone"] == ""
    assert (config["ssh"]["forwardAgent"], config["ssh"]["forwardX11"]) == (True, True)
    assert [network["lima"] for network in config["networks"]] == ["user-v2"]
    assert len(config["provision"]) == len(config["copyToHost"]) == 1
    assert "/mnt/x" in lima.lima_yaml("a")


def test_a_config_file_that_is_no_yaml_breaks_every_instance(lima: Lima) -> None:
    lima.create("a")
    lima.configure("override", "cpus: [")
    answer = lima.ok("list", "--json")
    assert answer.lines()[0]["status"] == ""
    assert "failed to unmarshal YAML (override file" in answer.err


def test_a_config_file_that_forbids_a_create(lima: Lima) -> None:
    lima.configure("override", "portForwards: [{guestPort: 22}]")
    assert "must not be 22" in lima.refused("create", "--name=a", "--tty=false", lima.template)
    assert not (lima.home / "a").exists()
