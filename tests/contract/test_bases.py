"""How `_config/base.yaml` and a template's own `base` are merged into an instance, once, when it is created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.subject import QUIET

if TYPE_CHECKING:
    from tests.contract.subject import Lima


def own(lima: Lima) -> dict[str, Any]:
    """Return the instance's own lima.yaml, parsed."""
    import yaml

    found: dict[str, Any] = yaml.safe_load(lima.lima_yaml("a"))
    return found


def with_template(lima: Lima, text: str) -> None:
    lima.template.write_text(f"{lima.template.read_text()}{text}")


def test_what_the_template_has_comes_first(lima: Lima) -> None:
    lima.configure(
        "base",
        "cpus: 3\nssh: {forwardAgent: true, localPort: 5}\n"
        "portForwards: [{guestPort: 80, hostPort: 8080}]\nmountTypesUnsupported: [9p, virtiofs]\n"
        "provision: [{mode: system, script: base}]\ncopyToHost: [{guest: /a, host: /x}]\n",
    )
    with_template(
        lima,
        "ssh: {localPort: 0}\nportForwards: [{guestPort: 81, hostPort: 8081}]\nmountTypesUnsupported: [9p]\n"
        "provision: [{mode: system, script: own}]\nmemory:\n",
    )
    lima.create("a")
    there = own(lima)
    assert there["cpus"] == 3
    assert there["ssh"] == {"localPort": 0, "forwardAgent": True}
    assert [rule["guestPort"] for rule in there["portForwards"]] == [81, 80]
    assert there["mountTypesUnsupported"] == ["9p", "virtiofs"]
    assert [step["script"] for step in there["provision"]] == ["base", "own"], "scripts of a base run before"
    assert there["copyToHost"] == [{"guest": "/a", "host": "/x"}]
    assert "base" not in there


def test_mount_none_takes_the_mounts_of_a_base_away(lima: Lima) -> None:
    lima.configure("base", "mounts: [{location: /srv}]\n")
    lima.create("a", "--mount-none")
    assert own(lima)["mounts"] is None
    assert "mounts" not in lima.config("a")


def test_a_null_of_the_template_s_own_stays(lima: Lima) -> None:
    lima.configure("base", "mounts: [{location: /srv}]\nmemory: 3GiB\n")
    with_template(lima, "mounts:\nmemory:\n")
    lima.create("a")
    assert own(lima)["mounts"] is None
    assert own(lima)["memory"] is None


def test_entries_of_the_same_place_become_one(lima: Lima) -> None:
    lima.configure(
        "base",
        "mounts:\n- location: /srv\n  writable: true\n- location: /opt\n  mountPoint: '*'\n  9p: {cache: none}\n"
        "networks: [{lima: user-v2, interface: lima0, metric: 5}]\nadditionalDisks: [{name: data, format: true}]\n",
    )
    with_template(
        lima,
        "mounts: [{location: /srv}, {location: /mnt/d}]\nnetworks: [{lima: user-v2, interface: lima0}]\n"
        "additionalDisks: [data]\n",
    )
    lima.create("a")
    there = own(lima)
    assert [(mount["location"], mount.get("writable"), mount["9p"]) for mount in there["mounts"]] == [
        ("/srv", True, {"cache": "none"}),
        ("/mnt/d", None, {"cache": "none"}),
    ]
    assert there["networks"] == [{"lima": "user-v2", "interface": "lima0", "metric": 5}]
    assert there["additionalDisks"] == [{"name": "data", "format": True}]


def test_a_base_may_have_a_base(lima: Lima) -> None:
    lima.configure("base", "base: second.yaml\ncpus: 3\n")
    missing = f"open {lima.home}/_config/second.yaml: no such file or directory"
    assert missing in lima.refused("create", "--name=a", *QUIET, lima.template)
    lima.configure("second", "cpus: 9\nmemory: 3GiB\n")
    lima.create("a")
    assert (own(lima)["cpus"], own(lima)["memory"]) == (3, "3GiB")
    lima.ok("delete", "a")
    lima.configure("second", "base: base.yaml\n")
    assert "base template loop detected" in lima.refused("create", "--name=a", *QUIET, lima.template)


def test_it_is_merged_for_a_template_on_standard_input_too(lima: Lima) -> None:
    lima.configure("base", "cpus: 3\n")
    lima.ok("create", "--name=a", *QUIET, "-", stdin=lima.template.read_text())
    assert own(lima)["cpus"] == 3


def test_a_later_change_reaches_no_instance(lima: Lima) -> None:
    lima.configure("base", "cpus: 3\n")
    lima.create("a")
    lima.configure("base", "cpus: 1\nmounts: [{location: /srv}]\n")
    lima.edit("a", "--memory=3")
    config = lima.config("a")
    assert (config["cpus"], config.get("mounts")) == (3, None)
    lima.ok("clone", "--tty=false", "a", "b")
    assert lima.line("b")["cpus"] == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "failed to unmarshal YAML ({home}/_config/base.yaml)"),
        ("cpus: {a: b}\n", "failed to unmarshal YAML ({home}/_config/base.yaml)"),
        ("minimumLimaVersion: 9.1.0\n", "template requires Lima version `9.1.0`; this is only `v"),
    ],
)
def test_a_base_that_cannot_be_used_makes_nothing(lima: Lima, text: str, why: str) -> None:
    lima.configure("base", text)
    assert why.format(home=lima.home) in lima.refused("create", "--name=a", *QUIET, lima.template)
    assert not (lima.home / "a").exists()


@pytest.mark.parametrize("text", ["", "# only\n"])
def test_a_base_with_nothing_in_it_adds_nothing(lima: Lima, text: str) -> None:
    lima.configure("base", text)
    lima.create("a", "--cpus=2")
    assert own(lima)["cpus"] == 2


def test_the_higher_of_two_least_versions_counts(lima: Lima) -> None:
    lima.configure("base", "minimumLimaVersion: 2.1.0\n")
    with_template(lima, "minimumLimaVersion: 2.0.0\n")
    lima.create("a")
    assert own(lima)["minimumLimaVersion"] == "2.1.0"
