"""Variables of the manifest for setup scripts."""

from __future__ import annotations

import pytest

from dvm.manifest.bodies import read_body
from dvm.model.vm import VM
from tests.conftest import Dvm


def test_each_script_gets_its_variables_and_runs_again_when_they_change(dvm: Dvm) -> None:
    dvm.script("a.sh", "echo a")
    dvm.script("b.sh", "echo b")
    head = '[vm.app]\nsetup = ["a.sh", { script = "b.sh", env = { CHANNEL = "lts" } }]\n'
    dvm.manifest(head + 'env = { CHANNEL = "beta", ODD = "a b=\\"c\\" $x;\\n" }\n')
    plan = dvm.run("plan")
    assert '+ CHANNEL = "beta"' in plan.out
    assert '+ CHANNEL = "lts"' in plan.out
    assert dvm.run("apply", "-y").code == 0
    first, second = dvm.runs("app")
    assert (first["env"]["CHANNEL"], first["env"]["ODD"]) == ("beta", 'a b="c" $x;\n')
    assert (second["env"]["CHANNEL"], second["env"]["DVM_NAME"]) == ("lts", "app")
    assert dvm.run("plan").out.strip() == "No changes. Your VMs match the manifest."

    dvm.manifest(head + 'env = { CHANNEL = "stable", NEW = "1" }\n')
    plan = dvm.run("plan")
    assert "its variables changed" in plan.out
    for line in ('~ CHANNEL = "beta" -> "stable"', '+ NEW = "1"', "- ODD = "):
        assert line in plan.out
    scripts = dvm.run("plan", "--json").json["resource_changes"][0]["scripts"]
    assert [each["env"] for each in scripts] == [{"CHANNEL": "stable", "NEW": "1"}, {"CHANNEL": "lts", "NEW": "1"}]
    assert dvm.run("apply", "-y").code == 0
    assert [run["env"]["NEW"] for run in dvm.runs("app")[2:]] == ["1", "1"]
    assert dvm.run("apply", "-y").out.startswith("No changes.")


def test_a_secret_in_a_variable_is_refused(dvm: Dvm) -> None:
    dvm.script("a.sh", "echo a")
    dvm.manifest('[vm.app]\nsetup = ["a.sh"]\nenv = { API_TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789" }\n')
    result = dvm.run("apply", "-y")
    assert (result.code, "DVM401" in result.err) == (3, True)


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "IFS",
        "BASH_ENV",
        "BASHOPTS",
        "LD_PRELOAD",
        "DVM_NAME",
        "HOME",
        "lower",
        "A-B",
        "1A",
        "",
        "É",
        "SUDO_USER",
        "EPOCHSECONDS",
        "SRANDOM",
        "TEXTDOMAINDIR",
        "LOCALDOMAIN",
    ],
)
def test_names_that_are_refused(name: str) -> None:
    found = read_body(VM, {"env": {name: "x", "FINE": "y"}})
    assert [error["loc"] for error in found.errors] == [("env", name, "[key]")]
    assert found.value.env == {"FINE": "y"}


def test_a_wrong_name_is_reported_where_it_stands(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nenv = { A = "x", PATH = "/evil" }\n[vm.web]\nenv = { B = 1 }\n')
    result = dvm.run("validate")
    assert "dvm.toml:3:18 " in result.err.replace("\n", " ") + result.out
    assert "vm.app.env.PATH: PATH changes how Bash" in " ".join((result.err + result.out).split())
    assert 'vm.web.env.B: expected text, as in "22", found a whole number' in " ".join(
        (result.err + result.out).split()
    )
