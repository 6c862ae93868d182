"""What `list` prints, in every state that needs no boot."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.subject import Lima


def test_there_is_a_version(lima: Lima) -> None:
    assert lima.ok("--version").out.startswith("limactl version 2.")


def test_the_templates_have_names_a_line_and_building_blocks_are_not_told(lima: Lima) -> None:
    names = lima.ok("create", "--list-templates").out.split()
    assert {"debian-13", "fedora", "default"} <= {*names}
    assert not any(name.startswith("_") or name.endswith(".yaml") for name in names)


def test_a_template_is_copied_by_its_name(lima: Lima) -> None:
    for name in ("debian-13", "debian-13.yaml", "ubuntu-24.04"):
        assert "minimumLimaVersion:" in lima.ok("template", "copy", "--verbatim", f"template:{name}", "-").out
    for name, said in (
        ("nosuch", "template `nosuch.yaml` not found"),
        ("debian-13.yml", "template `debian-13.yml` not found"),
        ("debian-1.9", "template `debian-1.9.yaml` not found"),
        ("a/../debian-13", "template name `a/../debian-13` must not contain `..`"),
    ):
        answer = lima.run("template", "copy", "--verbatim", f"template:{name}", "-")
        assert (answer.code, answer.out) == (1, "")
        assert said in answer.err


def test_no_instance_is_no_line_and_no_error(lima: Lima) -> None:
    answer = lima.ok("list", "--json")
    assert answer.out == ""
    assert "No instance found. Run `limactl create` to create an instance." in answer.err
    assert lima.ok("list", "-q").out == ""


def test_a_name_that_is_not_there(lima: Lima) -> None:
    lima.create("a", "--plain")
    answer = lima.run("list", "--json", "a", "nosuch")
    assert answer.code == 1
    assert [line["name"] for line in answer.lines()] == ["a"]
    assert "No instance matching nosuch found." in answer.err
    assert 'level=fatal msg="unmatched instances"' in answer.err
    only = lima.run("list", "--json", "nosuch")
    assert (only.code, only.out) == (1, "")


def test_the_whole_line(lima: Lima) -> None:
    lima.create(
        "a",
        "--plain",
        "--mount-none",
        "--cpus=2",
        "--memory=1.5",
        "--disk=4",
        '--set=.message = "by {{.Name}}"',
    )
    line = lima.line("a")
    home = str(lima.home)
    config = line.pop("config")
    assert line.pop("limaVersion").startswith("v2.")
    assert line.pop("HostOS") in {"linux", "darwin"}
    assert line.pop("HostArch") in {"x86_64", "aarch64"}
    assert line == {
        "name": "a",
        "hostname": "lima-a",
        "status": "Stopped",
        "dir": f"{home}/a",
        "vmType": "qemu",
        "arch": "x86_64",
        "cpus": 2,
        "memory": 1610612736,
        "disk": 4 << 30,
        "message": "by a",
        "sshConfigFile": f"{home}/a/ssh.config",
        "sshAddress": "127.0.0.1",
        "protected": False,
        "LimaHome": home,
        "IdentityFile": f"{home}/_config/user",
    }
    assert _without_host_parts(config) == {
        "vmType": "qemu",
        "os": "Linux",
        "arch": "x86_64",
        "images": [{"location": str(lima.template.with_name("image")), "arch": "x86_64"}],
        "cpus": 2,
        "memory": "1.5GiB",
        "disk": "4GiB",
        "mountInotify": False,
        "ssh": {
            "localPort": 0,
            "loadDotSSHPubKeys": False,
            "forwardAgent": False,
            "forwardX11": False,
            "forwardX11Trusted": False,
        },
        "firmware": {"legacyBIOS": False},
        "audio": {"device": "", "interface": ""},
        "video": {"display": "none"},
        "upgradePackages": False,
        "containerd": {"system": False, "user": False},
        "guestInstallPrefix": "/usr/local",
        "message": "by {{.Name}}",
        "hostResolver": {"enabled": True, "ipv6": False},
        "propagateProxyEnv": True,
        "caCerts": {"removeDefaults": False},
        "plain": True,
        "timezone": "",
        "nestedVirtualization": False,
        "tpm": False,
    }


def _without_host_parts(config: dict[str, Any]) -> dict[str, Any]:
    user = config.pop("user")
    assert user["home"] == f"/home/{user['name']}.guest"
    assert user["passwordlessSudo"] is True
    assert isinstance(user["uid"], int)
    assert all(archive["location"] for archive in config["containerd"].pop("archives"))
    return config


def test_keys_come_in_limas_order(lima: Lima) -> None:
    lima.create("a")
    keys = list(lima.line("a"))
    assert keys[:4] == ["name", "hostname", "status", "dir"]
    assert keys[-4:] == ["HostOS", "HostArch", "LimaHome", "IdentityFile"]


def test_names_only(lima: Lima) -> None:
    lima.create("b", "--plain")
    lima.create("a", "--plain")
    assert lima.ok("list", "-q").out == "a\nb\n"
    assert lima.ok("ls", "--quiet", "b").out == "b\n"


def _as_shown(path: Path) -> str:
    """Return a path as the table has it: with ~ where it is below the home directory."""
    home = os.environ.get("HOME", "")
    return f"~/{path.relative_to(home)}" if home and path.is_relative_to(home) else str(path)


def test_the_table(lima: Lima) -> None:
    lima.create("a", "--plain", "--cpus=2", "--memory=1", "--disk=4")
    head, row = lima.ok("list").out.splitlines()
    assert head.split() == ["NAME", "STATUS", "SSH", "VMTYPE", "ARCH", "CPUS", "MEMORY", "DISK", "DIR"]
    assert row.split() == [
        "a",
        "Stopped",
        "127.0.0.1:0",
        "qemu",
        "x86_64",
        "2",
        "1GiB",
        "4GiB",
        _as_shown(lima.home / "a"),
    ]
    assert head.index("STATUS") == row.index("Stopped")
    assert lima.ok("list", "--format", "{{.Name}} {{.Status}}").out == "a Stopped\n"


def test_a_directory_without_lima_yaml_is_broken(lima: Lima) -> None:
    lima.create("a", "--plain")
    (lima.home / "zz").mkdir()
    (lima.home / ".hidden").mkdir()
    (lima.home / "file").touch()
    answer = lima.ok("list", "--json")
    broken = answer.lines()[1]
    assert [line["name"] for line in answer.lines()] == ["a", "zz"]
    assert (broken["status"], broken["hostname"], broken["vmType"]) == ("Broken", "", "")
    assert "config" not in broken
    assert broken["dir"] == str(lima.home / "zz")
    assert f"does not look like a valid Lima directory: stat {lima.home}/zz/lima.yaml: no such file" in answer.err
    assert f'instance `zz` has errors" errors="[open {lima.home}/zz/lima.yaml: no such file or directory]' in answer.err


def test_a_lima_yaml_that_is_no_yaml_has_no_status(lima: Lima) -> None:
    lima.create("a", "--plain")
    (lima.home / "a" / "lima.yaml").write_text("cpus: {{{\n")
    answer = lima.ok("list", "--json")
    (line,) = answer.lines()
    assert line["status"] == ""
    assert line["errors"] == []
    assert not {"config", "cpus", "memory", "disk", "sshConfigFile", "sshAddress"} & set(line)
    assert "instance `a` has errors" in answer.err
    assert "failed to unmarshal YAML (main file" in answer.err


def test_a_lima_yaml_that_lima_refuses_has_no_status(lima: Lima) -> None:
    lima.create("a", "--plain")
    (lima.home / "a" / "lima.yaml").write_text("cpus: 2\n")
    answer = lima.ok("list", "--json")
    assert answer.lines()[0]["status"] == ""
    assert "field `images` must be set" in answer.err


def test_a_message_that_is_no_template_breaks_the_instance(lima: Lima) -> None:
    lima.create("a", "--plain")
    lima.edit("a", '--set=.message = "see {{.NoSuchThing}}"')
    answer = lima.ok("list", "--json")
    assert answer.lines()[0]["status"] == "Broken"
    assert "message" not in answer.lines()[0]
    assert "cannot execute template" in answer.err


def test_logs_can_be_json(lima: Lima) -> None:
    answer = lima.run("--log-format", "json", "stop", "nosuch")
    logged = json.loads(answer.err)
    assert (answer.code, logged["level"]) == (1, "fatal")
    assert logged["msg"] == f"open {lima.home}/nosuch/lima.yaml: no such file or directory"


def test_formats_exclude_each_other(lima: Lima) -> None:
    assert "option --json conflicts with option --format" in lima.refused("list", "--json", "--format", "table")


def test_names_alone_are_no_other_format(lima: Lima) -> None:
    lima.create("a")
    for flags in (("--json",), ("--format", "json"), ("--format", "{{.Name}}")):
        assert "option --quiet can only be used with '--format table'" in lima.refused("list", "-q", *flags)
