"""What a template brings is part of plan, review and dvm.lock; what apply would refuse, plan says."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dvm.model.names import longest_name
from tests.conftest import ROOT, Dvm

LOCK = json.loads((ROOT / "schemas" / "lock.schema.json").read_text())
PLAN = json.loads((ROOT / "schemas" / "plan.schema.json").read_text())
DOCKER = '[vm.app]\ntemplate = "template:docker"\n'
REVIEWED = f"[settings]\nrequire_review = true\n{DOCKER}"


def looks_at_templates(dvm: Dvm) -> list[list[str]]:
    return [call for call in dvm.calls() if call[0] in {"template", "info"}]


def provisioning(dvm: Dvm, *arguments: str) -> list[dict[str, Any]]:
    document = dvm.run("plan", "--json", *arguments).json
    jsonschema.validate(document, PLAN)
    found: list[dict[str, Any]] = document["resource_changes"][0]["provisioning"]
    return found


def test_a_plan_shows_what_the_template_runs_and_what_it_does_not_count(dvm: Dvm) -> None:
    dvm.manifest(DOCKER)
    shown = dvm.run("plan")
    assert shown.code == 0, shown
    assert "runs from template:docker: 3 scripts and 1 file, at each boot:" in shown.out
    assert "provision[0]  system     as root   sha256 " in shown.out
    assert "writes {{.Home}}/.config/engine/daemon.json for {{.User}}" in shown.out
    assert "warn DVM202 Remote code run unverified: template:docker provision[0]:3" in shown.out
    assert shown.out.splitlines()[-2:] == [
        "Beside setup scripts, the new VM gets 3 scripts and 1 file from its template.",
        "Plan: 1 to add, 0 to change, 0 to destroy, 0 scripts to run.",
    ]
    for arguments in ((), ("--offline",)):
        assert [(each["place"], each["mode"], each["as"]) for each in provisioning(dvm, *arguments)] == [
            ("provision[0]", "system", "root"),
            ("provision[1]", "yq", "root"),
            ("provision[2]", "user", "admin"),
            ("probes[0]", "probe", "admin"),
        ]
    markdown = dvm.run("plan", "--format", "markdown").out
    assert "- runs `from template:docker: 3 scripts and 1 file, at each boot`:" in markdown
    assert "provision[2] user as admin" in markdown
    assert dvm.run("plan", "--strict").code == 3, "a warning like any other"
    assert "provision[0]" in dvm.run("apply", DVM_DRY_RUN="1").out


def test_the_digest_is_that_of_the_text_as_written(dvm: Dvm) -> None:
    text = "#!/bin/sh\nset -eu\necho {{.User}} of {{.Name}}\n"
    dvm.write("t.yaml", "base: template:fedora\nprovision:\n- script: |\n    " + text.replace("\n", "\n    ") + "\n")
    dvm.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    assert [each["sha256"] for each in provisioning(dvm)] == [hashlib.sha256(text.encode()).hexdigest()]


def test_it_is_in_the_receipt_and_a_plan_without_changes_does_not_ask_again(dvm: Dvm) -> None:
    dvm.manifest(DOCKER)
    shown = [{"mode": each["mode"], "as": each["as"], "sha256": each["sha256"]} for each in provisioning(dvm)]
    assert dvm.run("apply", "-y").code == 0
    receipt = dvm.receipt("app")
    assert [{key: each[key] for key in ("mode", "as", "sha256")} for each in receipt["provisioning"]] == shown
    dvm.forget()
    again = dvm.run("plan")
    assert again.out.splitlines()[-1] == "No changes. Your VMs match the manifest."
    assert looks_at_templates(dvm) == []


def test_a_template_that_another_lima_changed_shows_and_replaces_nothing(dvm: Dvm) -> None:
    dvm.manifest(DOCKER)
    assert dvm.run("apply", "-y").code == 0
    place = dvm.lima_home / "dvm-app" / "dvm.json"
    receipt = json.loads(place.read_text())
    receipt["provisioned_by"] = "2.1.0"
    place.write_text(json.dumps(receipt))
    assert "brings other scripts" not in dvm.run("plan").out, "it says what it said"
    receipt["provisioning"][0]["sha256"] = "0" * 64
    place.write_text(json.dumps(receipt))
    planned = dvm.run("plan", "--detailed-exitcode")
    assert planned.code == 0
    assert "vm.app: template:docker brings other scripts since Lima 2.1.0." in planned.out
    assert planned.out.splitlines()[-1] == "No changes. Your VMs match the manifest."


def test_many_vms_of_one_template_cost_one_call(dvm: Dvm) -> None:
    dvm.manifest("".join(f'[vm.app{number}]\ntemplate = "template:docker"\n' for number in range(3)))
    assert dvm.run("plan").code == 0
    assert looks_at_templates(dvm) == [["template", "copy", "--embed-all", "template:docker", "-"]]


def test_nothing_of_a_template_runs_that_nobody_agreed_to(dvm: Dvm) -> None:
    dvm.manifest(REVIEWED)
    for command in (("plan",), ("plan", "--offline"), ("check",), ("apply", "-y"), ("sync", "app")):
        result = dvm.run(*command)
        assert result.code == 3, command
        assert "DVM108" in result.out + result.err
    assert dvm.calls(changing=True) == []
    shown = dvm.run("review", "--yes")
    assert shown.code == 0, shown
    assert "template:docker provision[0] is new" in shown.out
    assert "| command -v engine || curl" in shown.out
    assert "Runs in vm.app as admin at each boot." in shown.out
    assert "Lima's mode is yq: it writes {{.Home}}/.config/engine/daemon.json for {{.User}}." in shown.out
    lock = tomllib.loads((dvm.config / "dvm.lock").read_text())
    jsonschema.validate(lock, LOCK)
    assert [(each["mode"], each["as"]) for each in lock["templates"]["template:docker"]] == [
        ("system", "root"),
        ("yq", "root"),
        ("user", "admin"),
        ("probe", "admin"),
    ]
    assert "Nothing to review" in dvm.run("review").out
    assert dvm.run("apply", "-y").code == 0


@pytest.mark.parametrize(("key", "value"), [("as", '"admin"'), ("sha256", f'"{"0" * 64}"'), ("path", '"/etc/sudoers"')])
def test_what_was_agreed_to_is_the_whole_of_an_entry(dvm: Dvm, key: str, value: str) -> None:
    dvm.manifest(REVIEWED)
    dvm.run("review", "--yes")
    place = dvm.config / "dvm.lock"
    lines = place.read_text().splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith(f"{key} ="))
    lines[at] = f"{key} = {value}"
    place.write_text("\n".join(lines) + "\n")
    refused = dvm.run("plan", "--json")
    assert [check["code"] for check in refused.json["checks"] if check["severity"] == "deny"] == ["DVM108"]


def test_review_without_limactl_keeps_what_was_agreed_to(dvm: Dvm) -> None:
    dvm.manifest(REVIEWED)
    dvm.run("review", "--yes")
    before = (dvm.config / "dvm.lock").read_text()
    again = dvm.run("review", "--yes", DVM_LIMACTL="", PATH="/nowhere")
    assert "Not checked: what the templates bring. limactl is not on PATH." in again.out
    assert "all that the templates bring" not in again.out
    assert (dvm.config / "dvm.lock").read_text() == before
    dvm.manifest("[settings]\nrequire_review = true\n[vm.app]\n")
    assert "template:docker left it" in dvm.run("review", "--yes").out


def test_offline_without_limactl_one_line_says_what_was_not_checked(dvm: Dvm) -> None:
    dvm.manifest(DOCKER)
    shown = dvm.run("plan", "--offline", DVM_LIMACTL="", PATH="/nowhere")
    assert shown.code == 0
    assert shown.out.count("Not checked: what the templates bring. limactl is not on PATH.") == 1


@pytest.mark.parametrize("command", [("plan",), ("plan", "--offline"), ("check", "--offline"), ("apply", "-y")])
def test_a_template_that_writes_to_the_host_is_denied_before_anything_is_made(
    dvm: Dvm, command: tuple[str, ...]
) -> None:
    dvm.manifest('[vm.t]\ntemplate = "template:k3s"\nrunning = false\n')
    refused = dvm.run(*command)
    assert refused.code == 3
    assert "DVM307" in refused.out + refused.err
    assert dvm.calls(changing=True) == []


def test_its_remedy_works_as_typed(dvm: Dvm) -> None:
    dvm.manifest('[vm.t]\ntemplate = "template:k3s"\nrunning = false\n')
    said = " ".join(dvm.run("plan").out.split())
    assert "`limactl template copy --embed-all template:k3s own.yaml`, take `copyToHost` out of own.yaml" in said
    import yaml

    own = yaml.safe_load(dvm.limactl("template", "copy", "--embed-all", "template:k3s", "-").out)
    del own["copyToHost"]
    dvm.write("own.yaml", yaml.safe_dump(own))
    dvm.manifest('[vm.t]\ntemplate = "own.yaml"\nrunning = false\n')
    assert dvm.run("apply", "-y").code == 0


@pytest.mark.parametrize(
    ("lines", "code", "key"),
    [
        ("networks: [{lima: user-v2}]\n", "DVM305", "networks"),
        ("additionalDisks: [data]\n", "DVM312", "additionalDisks"),
        ("caCerts: {files: [/etc/x.pem]}\n", "DVM312", "caCerts.files"),
        ("video: {display: 'vnc=0.0.0.0:0'}\n", "DVM302", "video"),
    ],
)
def test_so_is_every_field_of_a_template_that_the_checks_deny(dvm: Dvm, lines: str, code: str, key: str) -> None:
    place = dvm.write("t.yaml", f"base: template:fedora\n{lines}")
    dvm.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    denied = [check for check in dvm.run("plan", "--json").json["checks"] if check["severity"] == "deny"]
    assert [check["code"] for check in denied] == [code]
    assert denied[0]["remedy"] == f"Take `{key}` out of {place}."
    assert dvm.run("apply", "-y").code == 3
    assert dvm.calls(changing=True) == []


def test_what_dvm_sets_itself_a_template_may_say_otherwise(dvm: Dvm) -> None:
    dvm.write(
        "t.yaml",
        "base: template:fedora\nmounts: [{location: /srv, writable: true}]\nssh: {forwardAgent: true}\n"
        "portForwards: [{guestPort: 1, hostPort: 2000, hostIP: 0.0.0.0, static: true}]\n",
    )
    dvm.manifest('[vm.app]\ntemplate = "./t.yaml"\n')
    assert dvm.run("apply", "-y").code == 0


@pytest.mark.parametrize("command", [("plan",), ("plan", "--offline"), ("apply", "-y")])
def test_an_unknown_template_is_known_to_be_one(dvm: Dvm, command: tuple[str, ...]) -> None:
    dvm.manifest('[vm.app]\ntemplate = "template:ubunut"\nrunning = false\n')
    failed = dvm.run(*command)
    assert failed.code == 1
    assert 'Lima has no template "ubunut".' in failed.out
    assert 'Did you mean "template:ubuntu"?' in failed.out
    assert f"{dvm.config / 'dvm.toml'}:3:12" in failed.out
    assert dvm.calls(changing=True) == []


@pytest.mark.parametrize(
    ("lines", "remedy"),
    [
        ('vm_type = "vz"\n', "Leave `vm_type` out for Lima's choice."),
        ('template = "template:macos"\n', "The template template:macos names it; name another template."),
    ],
)
def test_a_driver_that_the_host_has_not_is_an_error(dvm: Dvm, lines: str, remedy: str) -> None:
    dvm.manifest(f"[vm.app]\n{lines}")
    failed = dvm.run("apply", "-y", DVM_SIM_OS="linux")
    assert failed.code in {1, 3}, "what else there is to such a template may be denied as well"
    said = " ".join(failed.out.split())
    assert 'vm.app wants the driver "vz", which this host can not run.' in said
    assert remedy in said
    assert dvm.calls(changing=True) == []
    assert "wants the driver" not in dvm.run("plan", "--offline", DVM_SIM_OS="linux").out, "that is for another host"


def test_more_memory_than_the_host_has_is_an_error(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nmemory = "900TiB"\n')
    failed = dvm.run("apply", "-y")
    assert failed.code == 1
    assert "vm.app wants 900TiB of memory, and this host has less." in failed.out
    assert dvm.calls(changing=True) == []
    assert dvm.run("plan", "--offline").code == 0


def test_more_disk_than_is_free_is_a_warning(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\ndisk = "900TiB"\nrunning = false\n')
    shown = dvm.run("plan")
    assert shown.code == 0
    assert "The new VMs may fill 900TiB, and less is free under" in " ".join(shown.out.split())


@pytest.mark.parametrize(
    ("fit", "why"), [(2, "the name is longer than the 2 characters"), (0, "no name fits: the path of LIMA_HOME is too")]
)
def test_sockets_are_measured_behind_a_link(dvm: Dvm, fit: int, why: str) -> None:
    deep = dvm.place / ("d" * (longest_name(f"{dvm.place}/") - fit))
    deep.mkdir(parents=True, mode=0o700)
    link = Path(dvm.place / "short")
    link.symlink_to(deep)
    dvm.manifest("[vm.app]\nrunning = false\n")
    for command in (("validate",), ("plan",), ("apply", "-y")):
        refused = dvm.run(*command, LIMA_HOME=str(link))
        assert refused.code == 1, command
        said = refused.out + refused.err
        assert f"vm.app: {why}" in said
        assert str(deep) in said
    assert dvm.calls(changing=True) == []
