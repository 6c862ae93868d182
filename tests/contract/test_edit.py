"""What `edit` changes, refuses and leaves behind; what `--set` understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.contract.subject import Lima

EDITED = "Instance `a` configuration edited"
UNCHANGED = "Aborting, no changes made to the instance"


def test_flags(lima: Lima) -> None:
    lima.create("a", "--cpus=2", "--memory=2", "--disk=4")
    assert EDITED in lima.edit("a", "--cpus=1", "--memory=1.5", "--disk=8").err
    line = lima.line("a")
    assert (line["cpus"], line["memory"], line["disk"]) == (1, 1610612736, 8 << 30)


def test_no_change_and_no_flag(lima: Lima) -> None:
    lima.create("a", "--cpus=2")
    before = lima.lima_yaml("a")
    assert UNCHANGED in lima.edit("a", "--cpus=2").err
    assert "Aborting, as requested by saving the file with empty content" in lima.edit("a").err
    assert lima.lima_yaml("a") == before


def test_a_missing_one(lima: Lima) -> None:
    assert "instance `nosuch` not found" in lima.refused("edit", "--tty=false", "nosuch", "--cpus=1")


@pytest.mark.parametrize("flag", ["--port-forward=1:2", "--plain", "--arch=x86_64", "--containerd=none", "--name=b"])
def test_flags_that_only_create_has(lima: Lima, flag: str) -> None:
    assert f"unknown flag: {flag.partition('=')[0]}" in lima.refused("edit", "--tty=false", "a", flag)


def test_a_smaller_disk_is_refused_and_left_in_the_current_directory(lima: Lima) -> None:
    lima.create("a", "--disk=4")
    before = lima.lima_yaml("a")
    err = lima.refused("edit", "--tty=false", "a", "--disk=2")
    assert "the YAML is invalid, saved the buffer as `lima.REJECTED.yaml`: " in err
    assert "field `disk`: shrinking the disk (4GiB --> 2GiB) is not supported" in err
    assert "disk: 2GiB" in (lima.cwd / "lima.REJECTED.yaml").read_text()
    assert lima.lima_yaml("a") == before


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (
            '.portForwards = [{"guestPort": 22, "hostPort": 2222}]',
            "field `portForwards[0].guestPort` must not be 22",
        ),
        (
            '.portForwards = [{"guestPort": 1, "hostPort": 99999}]',
            "field `portForwards[0].hostPort` must be < 65536",
        ),
        ('.portForwards = [{"guestPort": -1}]', "field `portForwards[0].guestPort` must be > 0"),
        (
            '.portForwards = [{"guestPortRange": [1, 5], "hostPortRange": [1, 4]}]',
            "field `portForwards[0].hostPortRange` must specify the same number of ports",
        ),
        ('.portForwards = [{"proto": "x"}]', "field `portForwards[0].proto` must be `tcp`, `udp`, or `any`"),
        (
            '.portForwards = [{"guestPort": 80, "reverse": true}]',
            "field `portForwards[0].reverse` must be false",
        ),
        ('.mounts = [{"location": "rel"}]', "field `mounts[0].location` must be an absolute path, got `rel`"),
        ('.mounts = [{"location": "/etc"}]', "field `mounts[0].mountPoint` must not be a system path"),
        (".images = []", "field `images` must be set"),
        (
            '.copyToHost = [{"guest": "rel"}]',
            "field `CopyToHost[0].guest` must be an absolute path, but is `rel`",
        ),
        ('.provision = [{"mode": "frob", "script": "x"}]', "field `provision[0].mode` must one of `system`"),
        ('.provision = [{"mode": "system"}]', "field `provision[0].script` must not be empty"),
        ('.probes = [{"script": "true"}]', "field `probe[0].script` must start with a '#!' line"),
        ('.probes = [{"mode": "odd", "script": "#!/bin/sh"}]', "field `probe[0].mode` can only be `readiness`"),
        (".ssh.localPort = 22", "field `ssh.localPort` must not be 22"),
        ('.memory = "foo"', "field `memory` has an invalid value: invalid size: 'foo'"),
        ('.dns = ["1.1.1.1"]', "field `dns` must be empty when field `HostResolver.Enabled` is true"),
        (".networks = [{}]", "field `networks[0].lima` or  field `networks[0].socket must be set"),
        (".user.passwordlessSudo = false", "`user.passwordlessSudo: false` requires `plain: true`"),
    ],
)
def test_what_lima_forbids(standing: Lima, expression: str, why: str) -> None:
    before = standing.lima_yaml("a")
    err = standing.refused("edit", "--tty=false", "a", f"--set={expression}")
    assert "saved the buffer as `lima.REJECTED.yaml`" in err
    assert why in err
    assert standing.lima_yaml("a") == before


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ('.cpus = "x"', "cannot unmarshal string into Go struct field LimaYAML"),
        ('.plain = "true"', "cannot unmarshal string into Go struct field LimaYAML"),
        ('.networks = "x"', "string was used where sequence is expected"),
        (". = 5", "was used where mapping is expected"),
        ('.foo = "bar', "lexer: invalid input text"),
        ('.vmType = "frob"', "vmType `frob` is not a registered driver"),
    ],
)
def test_what_is_refused_and_not_left_behind(standing: Lima, expression: str, why: str) -> None:
    (standing.cwd / "lima.REJECTED.yaml").unlink(missing_ok=True)
    before = standing.lima_yaml("a")
    assert why in standing.refused("edit", "--tty=false", "a", f"--set={expression}")
    assert not (standing.cwd / "lima.REJECTED.yaml").exists()
    assert standing.lima_yaml("a") == before


@pytest.mark.parametrize(
    ("expressions", "changed"),
    [
        (['.message = "it\'s \\"so\\" \\\\ é"'], {"message": 'it\'s "so" \\ é'}),
        ([".cpus = 3", ".cpus = 4"], {"cpus": 4}),
        ([".cpus = 3 | .cpus = 4"], {"cpus": 4}),
        (
            ['.env = {"A": "1"}', '.env.B = "x y"', '.env["C.d"] = ""'],
            {"env": {"A": "1", "B": "x y", "C.d": ""}},
        ),
        (['.env += {"A": "1"} | .env += {"B": "true"}'], {"env": {"A": "1", "B": "true"}}),
        (['.message = "x|y" | .message += "=z"'], {"message": "x|y=z"}),
        (['.message = "two\nlines"'], {"message": "two\nlines"}),
        ([".ssh.forwardAgent = false"], {"ssh": {"forwardAgent": False}}),
        (
            ['.portForwards += [{"guestPort": 1}] | .portForwards += [{"guestPort": 2}]'],
            {"portForwards": [{"guestPort": 1}, {"guestPort": 2}]},
        ),
        (
            ['.portForwards = [{"guestPort": 1}, {"guestPort": 2}] | del(.portForwards[0])'],
            {"portForwards": [{"guestPort": 2}]},
        ),
        ([".cpus = 3 | del(.cpus) | .memory = null"], {"memory": None}),
        ([".mounts = []"], {"mounts": []}),
        (['.memory = "4GiB" | .user.comment = .memory'], {"memory": "4GiB", "user": {"comment": "4GiB"}}),
        ([".a.b[0].c = 5"], {"a": {"b": [{"c": 5}]}}),
        (['.images[].variant = "v" | del(.images[0].variant) | .message = "x"'], {"message": "x"}),
        (['.message = "\\u00e9"'], {"message": "\\u00e9"}),
    ],
)
def test_what_set_understands(standing: Lima, expressions: list[str], changed: dict[str, object]) -> None:
    text = standing.lima_yaml("a")
    standing.edit("a", *(f"--set={expression}" for expression in expressions))
    after = standing.lima_yaml("a")
    (standing.home / "a" / "lima.yaml").write_text(text)
    assert yaml.safe_load(after) == yaml.safe_load(text) | changed


def test_a_scalar_has_no_keys(lima: Lima) -> None:
    lima.create("a", "--cpus=2")
    assert UNCHANGED in lima.edit("a", "--set=.cpus.x = 5").err


def test_values_of_another_type_that_lima_takes(lima: Lima) -> None:
    lima.create("a")
    lima.edit("a", '--set=.cpus = "3" | .message = 12 | .env = {"a": 2}')
    config = lima.config("a")
    assert (config["cpus"], config["message"], config["env"]) == (3, "12", {"a": "2"})


def test_an_unknown_key_is_only_warned_of(lima: Lima) -> None:
    lima.create("a")
    err = lima.edit("a", "--set=.nosuch = 1").err
    assert "Non-strict YAML detected; please check for typos" in err
    assert 'unknown field \\"nosuch\\"' in err
    assert "nosuch: 1\n" in lima.lima_yaml("a")
    assert "nosuch" not in lima.config("a")


def test_networks_by_flag_are_added_once(lima: Lima) -> None:
    lima.create("a")
    lima.edit("a", "--network=lima:user-v2", "--network=lima:user-v2")
    assert lima.lima_yaml("a").endswith("networks:\n- lima: user-v2\n")
    assert UNCHANGED in lima.edit("a", "--network=lima:user-v2").err


def test_mounts_by_flag(lima: Lima) -> None:
    lima.create("a")
    lima.edit("a", "--mount-only=/srv:w")
    lima.edit("a", "--mount=/mnt/b,/mnt/c")
    assert [mount["location"] for mount in lima.config("a")["mounts"]] == ["/mnt/c", "/mnt/b", "/srv"]
    assert [mount["writable"] for mount in lima.config("a")["mounts"]] == [False, False, True]
    lima.edit("a", "--mount-none")
    assert "mounts" not in lima.config("a")
    assert "mounts: null\n" in lima.lima_yaml("a")


def test_one_that_is_no_yaml(lima: Lima) -> None:
    lima.create("a")
    (lima.home / "a" / "lima.yaml").write_text("a: [")
    assert "bad file" in lima.refused("edit", "--tty=false", "a", "--cpus=1")


def test_a_param_that_nothing_uses(lima: Lima) -> None:
    why = "field `param` key `Unused` is not used in any provision, probe, copyToHost, or portForward"
    text = lima.template.read_text() + '\nparam:\n  Unused: "1"\n'
    bad = lima.cwd / "unused.yaml"
    bad.write_text(text)
    assert why in lima.refused("create", "--tty=false", "--name=a", bad)
    bad.write_text(text + "probes:\n- script: |\n    #!/bin/sh\n    test 1 = {{.Param.Unused}}\n")
    lima.ok("create", "--tty=false", "--containerd=none", "--name=a", bad)
    assert why in lima.refused("edit", "--tty=false", "a", "--set", "del(.probes)")


def test_a_deletion_writes_networks_yaml(lima: Lima) -> None:
    lima.create("a")
    networks = lima.home / "_config" / "networks.yaml"
    assert not networks.exists()
    lima.ok("delete", "--force", "a")
    assert networks.is_file()
