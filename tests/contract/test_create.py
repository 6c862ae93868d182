"""What `create` makes, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.subject import QUIET

if TYPE_CHECKING:
    from tests.contract.subject import Lima


def test_it_boots_nothing_and_says_how_to(lima: Lima) -> None:
    err = lima.create("a", "--plain").err
    assert "Terminal is not available, proceeding without opening an editor" in err
    assert f"Downloaded the image from `{lima.template.with_name('image')}`" in err
    assert "Resize instance a's disk from 1MiB to 100GiB" in err
    assert "Run `limactl start a` to start the instance." in err
    assert "sshLocalPort" not in lima.line("a")


def test_flags_are_written_in_limas_order(lima: Lima) -> None:
    lima.create("a", "--disk=5", "--plain", "--set=.cpus = 3", "--mount-none", "--memory=2", "--cpus=2")
    written = lima.lima_yaml("a")
    assert written == lima.template.read_text() + (
        "cpus: 3\nmemory: 2GiB\nmounts: null\ncontainerd:\n  user: false\n  system: false\ndisk: 5GiB\nplain: true\n"
    )


def test_without_flags_the_template_is_taken_as_it_is(lima: Lima) -> None:
    text = "# mine\n" + lima.template.read_text() + "containerd: {user: false} # none\n"
    lima.template.write_text(text)
    lima.ok("create", "--tty=false", "--name=a", lima.template)
    assert lima.lima_yaml("a") == text


def test_a_name_that_is_taken(lima: Lima) -> None:
    lima.create("a", "--plain")
    before = lima.lima_yaml("a")
    assert "instance `a` already exists" in lima.refused("create", "--name=a", *QUIET, "--cpus=1", lima.template)
    (lima.home / "dir").mkdir()
    err = lima.refused("create", "--name=dir", *QUIET, lima.template)
    assert f"instance `dir` already exists (`{lima.home}/dir`)" in err
    assert lima.lima_yaml("a") == before


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Bad Name", "must match"),
        ("-a", "must match"),
        ("a_", "must match"),
        ("a--b", "must match"),
        ("a" * 77, "greater than maximum length"),
        ("a.yaml", "must not end with .yml or .yaml suffix"),
    ],
)
def test_a_name_that_cannot_be(lima: Lima, name: str, why: str) -> None:
    assert why in lima.refused("create", f"--name={name}", *QUIET, lima.template)
    assert not lima.home.exists() or name not in {entry.name for entry in lima.home.iterdir()}


def test_names_that_can_be(lima: Lima) -> None:
    lima.create("A_b.c-1", "--plain")
    assert lima.line("A_b.c-1")["hostname"].startswith("lima-A")


def test_a_name_too_long_for_its_sockets(lima: Lima) -> None:
    lima.home = lima.home.parent / ("h" * 20)
    name = "n" * 70
    err = lima.refused("create", f"--name={name}", *QUIET, lima.template)
    assert f"instance name `{name}` too long" in err
    assert "UNIX_PATH_MAX=" in err
    assert not (lima.home / name).exists()


def test_a_template_from_stdin_needs_a_name(lima: Lima) -> None:
    text = lima.template.read_text()
    assert "must pass instance name with --name" in lima.refused("create", *QUIET, "-", stdin=text)
    lima.ok("create", "--name=a", *QUIET, "--plain", "-", stdin=text)
    assert lima.config("a")["plain"] is True


def test_a_template_gives_its_name(lima: Lima) -> None:
    lima.ok("create", *QUIET, lima.template)
    assert lima.ok("list", "-q").out == "template\n"


def test_a_template_that_is_not_there(lima: Lima) -> None:
    err = lima.refused("create", "--name=a", *QUIET, "/nosuch/t.yaml")
    assert "open /nosuch/t.yaml: no such file or directory" in err


@pytest.mark.parametrize("text", ["", "a: [", "5", "cpus: [1]", "images: 3"])
def test_a_template_that_is_none(lima: Lima, text: str) -> None:
    lima.template.write_text(text)
    lima.refused("create", "--name=a", "--tty=false", lima.template)
    assert not (lima.home / "a").exists()


def test_an_image_that_is_not_there_leaves_an_instance_behind(lima: Lima) -> None:
    err = lima.refused("create", "--name=a", *QUIET, '--set=.images[0].location = "/nosuch"', lima.template)
    assert "failed to download `/nosuch`" in err
    assert lima.line("a")["status"] == "Stopped"
    assert "already exists" in lima.refused("create", "--name=a", *QUIET, lima.template)
    lima.ok("delete", "a")
    lima.create("a")


def test_a_wrong_digest_leaves_an_instance_behind(lima: Lima) -> None:
    digest = "sha256:" + "0" * 64
    err = lima.refused("create", "--name=a", *QUIET, f'--set=.images[0].digest = "{digest}"', lima.template)
    assert f"expected digest `{digest}`, got `sha256:" in err
    assert lima.line("a")["status"] == "Stopped"


def test_a_disk_smaller_than_the_image_leaves_an_instance_behind(lima: Lima) -> None:
    err = lima.refused("create", "--name=a", *QUIET, '--set=.disk = "512KiB"', lima.template)
    assert "disk shrinking is not supported" in err
    assert lima.line("a")["disk"] == 512 << 10


def test_a_message_that_is_no_template_leaves_an_instance_behind(lima: Lima) -> None:
    err = lima.refused("create", "--name=a", *QUIET, '--set=.message = "see {{.Nothing}}"', lima.template)
    assert "errors inspecting instance: [cannot execute template" in err
    assert lima.line("a")["status"] == "Broken"


def test_what_the_configuration_forbids_makes_nothing(lima: Lima) -> None:
    err = lima.refused("create", "--name=a", *QUIET, "--port-forward=8080:22", lima.template)
    assert "field `portForwards[0].guestPort` must not be 22" in err
    assert not (lima.home / "a").exists()
    assert not (lima.cwd / "lima.REJECTED.yaml").exists()


def test_ports_by_flag(lima: Lima) -> None:
    lima.create("a", "--port-forward=8080:80", "--port-forward=9:9,static=true")
    rules = lima.config("a")["portForwards"]
    assert [(r["hostPort"], r["guestPort"], r.get("static", False)) for r in rules] == [
        (8080, 80, False),
        (9, 9, True),
    ]
    err = lima.refused("create", "--name=b", *QUIET, "--port-forward=127.0.0.1:8080:80", lima.template)
    assert "invalid port forward format `127.0.0.1:8080:80`, expected HOST:GUEST" in err


def test_ports_by_flag_come_after_those_by_set(lima: Lima) -> None:
    lima.create("a", "--port-forward=8080:80", '--set=.portForwards = [{"guestPort": 1}]')
    assert [rule["guestPort"] for rule in lima.config("a")["portForwards"]] == [1, 80]


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (("--frob",), "unknown flag: --frob"),
        (("--cpus=x",), 'invalid argument \\"x\\" for \\"--cpus\\" flag'),
        (("--cpus=-1",), "invalid value for number of cpus, must be >= 0"),
        (("--ssh-port=70000",), 'parsing \\"70000\\": value out of range'),
        (("--ssh-port=x",), 'strconv.ParseUint: parsing \\"x\\": invalid syntax'),
        (("--memory=4GiB",), 'invalid argument \\"4GiB\\" for \\"--memory\\" flag'),
        (("--containerd=frob",), "expected one of [`user`, `system`, `user+system`, `none`], got `frob`"),
        (("--network=frob",), "network name must be `vzNAT` or `lima:*`, got `frob`"),
        (("-y",), "cannot use both --tty and --yes flags at the same time"),
        (("--vm-type=frob",), "vmType `frob` is not a registered driver"),
        (("--arch=frob",), "field `arch` must be one of"),
        (("--name",), "flag needs an argument: --name"),
    ],
)
def test_flags_that_are_refused(lima: Lima, flags: tuple[str, ...], why: str) -> None:
    args = ["create", "--name=a", "--tty=false"]
    template = () if flags == ("--name",) else (lima.template,)
    assert why in lima.refused(*args, *template, *flags)
    assert not (lima.home / "a").exists()


def test_too_many_arguments(lima: Lima) -> None:
    assert "accepts at most 1 arg(s), received 2" in lima.refused("create", "a", "b")
    assert "requires at least 1 arg(s), only received 0" in lima.refused("delete")
    assert 'unknown command \\"frob\\" for \\"limactl\\"' in lima.refused("frob")


def test_no_cpus_is_silently_the_default(lima: Lima) -> None:
    lima.create("a", "--cpus=0")
    assert lima.line("a")["cpus"] >= 1
    lima.create("b", "--cpus=99")
    assert lima.line("b")["cpus"] == 99


def test_containerd_is_what_the_flag_says(lima: Lima) -> None:
    lima.create("a")
    assert lima.config("a")["containerd"]["user"] is False


def test_values_may_stand_beside_their_flags(lima: Lima) -> None:
    lima.ok("create", "--log-level", "warn", "--name", "a", "--cpus", "2", *QUIET, lima.template, "--plain")
    assert lima.line("a")["cpus"] == 2
    assert lima.config("a")["plain"] is True
