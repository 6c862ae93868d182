"""What `limactl template copy --embed-all` shows of a template before anything is created from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dvm.lima.template import parse_template
from tests.contract.subject import QUIET

if TYPE_CHECKING:
    from dvm.model.template import Template
    from tests.contract.subject import Lima

OWN = """\
base: template:fedora
provision:
- mode: boot
  script: echo boot
- script: |
    #!/bin/sh
    echo {{.User}} {{.Home}}
- mode: data
  path: /etc/x
  content: hello
  permissions: "0600"
probes:
- script: "#!/bin/sh\\necho probed {{.Name}}"
"""


def read(lima: Lima, locator: str, text: str | None = None) -> Template:
    answer = lima.ok("template", "copy", "--embed-all", locator if text is None else "-", "-", stdin=text)
    assert "\nbase:" not in f"\n{answer.out}"
    return parse_template(locator, answer.out.encode())


def modes(template: Template) -> list[tuple[str, str]]:
    return [(record.mode, str(record.as_)) for record in template.records]


def test_what_a_template_has_the_guest_do_is_there_as_written(lima: Lima) -> None:
    docker = read(lima, "template:docker")
    assert {("system", "root"), ("yq", "root"), ("user", "admin"), ("probe", "admin")} <= set(modes(docker))
    assert any(b"curl" in each.content and each.record.as_ == "root" for each in docker.provisioning)
    edits = [each for each in docker.provisioning if each.record.mode == "yq"]
    assert edits
    assert all(each.content and each.record.path.startswith("{{.Home}}/") for each in edits)
    assert docker.declared["images"], "what its bases bring is in it"


def test_one_that_has_nothing_of_the_kind_shows_nothing(lima: Lima) -> None:
    for name in ("fedora", "debian", "ubuntu-24.04"):
        assert read(lima, f"template:{name}").provisioning == ()


def test_what_goes_to_the_host_and_the_driver_are_declared(lima: Lima) -> None:
    assert read(lima, "template:k3s").declared["copyToHost"][0]["host"].startswith("{{.Dir}}/")
    assert read(lima, "template:macos").declared["vmType"] == "vz"


def test_a_text_on_standard_input_comes_back_with_its_bases_and_not_expanded(lima: Lima) -> None:
    lima.configure("base", "provision: [{script: from base}]\n")
    lima.configure("default", "provision: [{script: from default}]\n")
    own = read(lima, "/t.yaml", OWN)
    assert modes(own) == [("boot", "root"), ("system", "root"), ("data", "root"), ("probe", "admin")]
    assert own.provisioning[1].content == b"#!/bin/sh\necho {{.User}} {{.Home}}\n"
    data = own.records[2]
    assert (data.path, data.permissions, own.provisioning[2].content) == ("/etc/x", "0600", b"hello")
    assert own.provisioning[3].content == b"#!/bin/sh\necho probed {{.Name}}"


def test_all_of_it_ends_up_in_an_instance_made_of_it(lima: Lima) -> None:
    shown = read(lima, "/t.yaml", OWN.replace("base: template:fedora", lima.template.read_text()))
    lima.template.write_text(f"{lima.template.read_text()}{OWN.partition(chr(10))[2]}")
    lima.create("a", "--mount-none", "--plain")
    config = lima.config("a")
    texts = [entry.get("content") or entry.get("script") for entry in (*config["provision"], *config["probes"])]
    assert len(texts) == len(shown.provisioning)
    assert [text for text in texts if "{{" in text] == [], "Lima expands them in an instance"


def test_an_unknown_one_is_said_to_be(lima: Lima) -> None:
    said = lima.refused("template", "copy", "--embed-all", "template:ubunut", "-")
    assert "template `ubunut.yaml` not found" in said
    assert "fedora" in lima.ok("create", "--list-templates").out.split()


def test_it_makes_nothing(lima: Lima) -> None:
    read(lima, "template:docker")
    assert not lima.home.exists() or not [path for path in lima.home.iterdir() if not path.name.startswith((".", "_"))]


def test_a_driver_that_this_host_has_not_is_refused_at_create(lima: Lima) -> None:
    import json

    drivers = json.loads(lima.ok("info").out)["vmTypes"]
    strange = next(name for name in ("vz", "wsl2") if name not in drivers)
    said = lima.refused("create", "--name=a", *QUIET, f"--vm-type={strange}", lima.template)
    assert f"unknown or unsupported VM type: {strange}" in said


@pytest.mark.real
def test_every_template_that_the_real_one_ships_can_be_read(lima: Lima) -> None:
    if not lima.real:
        pytest.skip("about the templates of the real one")
    names = lima.ok("create", "--list-templates").out.split()
    assert len(names) > 30
    # Some of those under experimental/ ask the network for the newest image.
    for name in (name for name in names if not name.startswith("experimental/")):
        read(lima, f"template:{name}")


@pytest.mark.parametrize("home", ["link", "straight"])
def test_sockets_are_measured_behind_links(lima: Lima, home: str) -> None:
    deep = lima.cwd.parent / ("d" * 40) / ("e" * 20)
    deep.mkdir(parents=True)
    link = Path(lima.cwd.parent / "s")
    link.symlink_to(deep)
    lima.home = link if home == "link" else deep
    said = lima.refused("create", f"--name={'n' * 12}", *QUIET, lima.template)
    assert "UNIX_PATH_MAX=108" in said
    assert str(deep.resolve()) in said
