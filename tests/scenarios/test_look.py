"""Commands that show: ls, status, validate, logs, graph."""

from __future__ import annotations

import json
import time

import pytest

from tests.conftest import Dvm

TWO = '[vm.app]\ncpus = 2\ndepends_on = ["db"]\nports = ["3000:80"]\nsetup = ["a.sh"]\n[vm.db]\nrunning = false\n'


@pytest.fixture
def two(dvm: Dvm) -> Dvm:
    dvm.manifest(TWO)
    dvm.script("a.sh", "# sim: print \\x1b]0;owned\\x07")
    assert dvm.run("apply", "-y").code == 0
    return dvm


def test_dvm_alone_is_ls(two: Dvm) -> None:
    two.limactl("create", "--tty=false", "--name=dvm-other", "template:fedora")
    table = two.run("ls")
    assert table.code == 0
    assert table.out == two.run().out
    lines = {line.split()[0]: line.split() for line in table.out.splitlines()}
    assert lines["app"][1:] == ["Running", "2", "2GiB", "30GiB", "managed", "3000:80", "-"]
    assert lines["db"][1] == "Stopped"
    assert "unmanaged" in lines["other"]
    assert "other" not in two.run("ls", "--only-config").out
    rows = two.run("ls", "--json").json["vms"]
    assert [(row["name"], row["management"]) for row in rows] == [
        ("app", "managed"),
        ("db", "managed"),
        ("other", "unmanaged"),
    ]
    assert two.calls(changing=True) == [call for call in two.calls(changing=True) if "dvm-other" not in str(call)]


def test_ls_without_a_manifest_shows_what_is_there(two: Dvm) -> None:
    (two.config / "dvm.toml").unlink()
    result = two.run("ls")
    assert result.code == 0
    assert "orphan" in result.out
    assert two.run("ls", "-f", str(two.place / "none.toml")).code == 1


def test_ls_without_lima_says_so_and_shows_the_manifest(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\n")
    result = dvm.run("ls", DVM_LIMACTL="")
    assert result.code == 1
    assert "unknown" in result.out
    assert "Lima 2.0 or later" in result.err
    assert dvm.run("ls", "--json", DVM_LIMACTL="").json["error"]


def test_ls_with_nothing_at_all(dvm: Dvm) -> None:
    assert "dvm new" in dvm.run("ls").out


def test_a_broken_instance_is_listed(two: Dvm) -> None:
    (two.lima_home / "dvm-app" / "lima.yaml").write_text("cpus: [\n")
    result = two.run("ls")
    assert result.code == 0
    assert {"unknown", "Broken"} & set(result.out.split())


def test_two_hundred_vms(dvm: Dvm) -> None:
    dvm.manifest("".join(f"[vm.v{number}]\n" for number in range(200)))
    result = dvm.run("ls")
    assert result.code == 0
    assert len(result.out.splitlines()) == 201


def test_status_tells_what_is_known(two: Dvm) -> None:
    text = two.run("status", "app").out
    for part in ("vm.app", "Running", "developer", "/home/developer/code/app", "a.sh: ended well", "3000:80"):
        assert part in text
    value = two.run("status", "vm.app", "--json").json
    assert (value["instance"], value["user"], value["setup"][0]["exit_status"]) == ("dvm-app", "developer", 0)
    two.manifest(TWO.replace("cpus = 2", "cpus = 3"))
    assert "drift      cpus" in two.run("status", "app").out
    assert "bootstrap waits for its first start" in " ".join(two.run("status", "db").out.split())
    assert two.run("status", "nope").code == 64
    both = two.run("status").out
    assert "vm.app  " in both
    assert "vm.db  " in both
    assert [each["name"] for each in two.run("status", "--json").json["vms"]] == ["app", "db"]
    assert two.run("status", "../x").code == 64


def test_validate_tells_every_mistake_and_asks_lima_nothing(dvm: Dvm) -> None:
    dvm.manifest("[vm.app]\ncpu = 2\nmemory = 3\n")
    result = dvm.run("validate")
    assert result.code == 1
    for part in ("cpus", "2 mistakes", ":3:"):
        assert part in result.err
    value = dvm.run("validate", "--json").json
    assert value["valid"] is False
    assert [mistake["location"]["line"] for mistake in value["mistakes"]] == [3, 4]
    dvm.manifest("[vm.app]\n")
    assert "1 VM, 0 setup scripts" in dvm.run("validate").out
    assert dvm.calls() == []


def test_logs_show_escapes_as_text(two: Dvm) -> None:
    result = two.run("logs", "app")
    assert result.code == 0
    assert "\x1b" not in result.out
    assert "\\x1b]0;owned\\x07" in result.out
    assert "limactl start" in result.out
    assert "limactl start" not in two.run("logs", "app", "--setup").out
    assert "owned" not in two.run("logs", "app", "--lima").out
    assert (
        two.run("logs", "app", "--setup", "-n", "1").out == two.run("logs", "app", "--setup").out.splitlines(True)[-1]
    )
    assert two.run("logs", "app", "-n", "2").out.count("==>") == 2
    unknown = two.run("logs", "ap")
    assert (unknown.code, 'Did you mean "app"?' in unknown.err) == (64, True)
    two.manifest("[vm.fresh]\n")
    never = two.run("logs", "fresh")
    assert (never.code, "There is no log of vm.fresh." in never.err) == (1, True)
    assert two.run("logs", "app").code == 0  # of a VM that the manifest has no more


def test_logs_follow_as_they_grow(two: Dvm) -> None:
    with two.popen("logs", "app", "--setup", "-f") as process:
        assert process.stdout is not None
        while "owned" not in process.stdout.readline():
            pass
        with (two.state / "app" / "setup.log").open("a") as log:
            log.write("more\n")
        begun = time.monotonic()
        assert process.stdout.readline() == "more\n"
        assert time.monotonic() - begun < 10
        process.send_signal(2)
        assert process.wait(10) == 130


def test_logs_follow_only_what_can_have_a_log(two: Dvm) -> None:
    unknown = two.run("logs", "-f", "ap")
    assert (unknown.code, 'Did you mean "app"?' in unknown.err) == (64, True)
    two.manifest("[vm.fresh]\n")
    with two.popen("logs", "-f", "fresh") as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert process.stderr.readline() == "There is no log of vm.fresh yet: waiting for one.\n"
        (two.state / "fresh").mkdir()
        (two.state / "fresh" / "setup.log").write_text("first\n")
        process.stdout.readline()
        assert process.stdout.readline() == "first\n"
        process.send_signal(2)
        assert process.wait(10) == 130


def test_a_graph_in_both_languages(two: Dvm) -> None:
    two.manifest(TWO.replace("cpus = 2", "cpus = 3") + "[vm.new-one]\n")
    text = two.run("graph").out
    assert text.startswith("flowchart LR\n")
    for line in (
        'vm_app["vm.app<br>update, restarts"]',
        "vm_app --> vm_db",
        'vm_new_one["vm.new-one<br>create, boots"]',
    ):
        assert line in text
    dot = two.run("graph", "--format", "dot").out
    assert '"vm.app" -> "vm.db"' in dot
    assert dot.endswith("}\n")
    assert two.run("graph", "--offline", DVM_LIMACTL="").code == 0


def test_json_goes_through_a_parser(two: Dvm) -> None:
    for command in (["ls", "--json"], ["status", "app", "--json"], ["validate", "--json"]):
        assert json.loads(two.run(*command).out)


def test_verbose_shows_each_call_of_limactl_beside_the_output(two: Dvm) -> None:
    quiet, verbose = two.run("ls"), two.run("ls", DVM_VERBOSE="1")
    assert verbose.out == quiet.out
    assert sorted(verbose.err.splitlines()) == ["$ limactl --version", "$ limactl list --json"]
    last = two.run("ssh", "app", "true", DVM_VERBOSE="1").err.splitlines()[-1]
    assert last.startswith("$ ssh -F /dev/null ")
    assert "developer /home/developer/code/app" in last


def test_limactl_s_log_level_is_set_for_every_call(two: Dvm) -> None:
    shown = two.run("ls", DVM_VERBOSE="1", DVM_LIMA_LOG_LEVEL="debug").err.splitlines()
    assert sorted(shown) == ["$ limactl --log-level=debug --version", "$ limactl --log-level=debug list --json"]
    refused = two.run("ls", DVM_LIMA_LOG_LEVEL="loud")
    assert refused.code == 64
    assert "trace, debug, info, warn, error" in refused.err
