"""A setup script that fails says where."""

from __future__ import annotations

import json

from tests.conftest import Dvm


def test_where_it_failed_is_the_first_thing_that_is_said(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nsetup = ["setup/node.sh"]\n')
    dvm.script("setup/node.sh", "# sim: print \\x1b[31moh no", "# sim: fail 7", "apt-get install -y jqq=1.6")
    line = (dvm.config / "setup" / "node.sh").read_text().splitlines().index("# sim: fail 7") + 2
    result = dvm.run("apply", "-y")
    assert result.code == 1
    first, *rest = result.err[result.err.index("Error:") :].splitlines()
    assert first == f"Error: vm.app: setup/node.sh:{line}: apt-get install -y jqq=1.6: status 7"
    assert any("setup.log" in each for each in rest)
    assert any(each.endswith("| \\x1b[31moh no") for each in rest)

    failed = dvm.run("apply", "-y", "--json")
    (event,) = (each for each in map(json.loads, failed.out.splitlines()) if each["type"] == "apply_errored")
    assert event["where"] == {
        "path": "setup/node.sh",
        "line": line,
        "text": "apt-get install -y jqq=1.6",
        "caller": None,
    }
    assert event["exit_status"] == 7


def test_a_script_that_ends_itself_has_no_place(dvm: Dvm) -> None:
    dvm.manifest('[vm.app]\nsetup = ["setup/node.sh"]\n')
    dvm.script("setup/node.sh", "# sim: exit 3")
    assert "Error: vm.app: setup/node.sh ended with status 3." in dvm.run("apply", "-y").err
