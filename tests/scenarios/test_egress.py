"""What may leave a VM."""

from __future__ import annotations

from tests.conftest import Dvm


def test_a_rule_that_is_not_enforced_is_refused(dvm: Dvm) -> None:
    dvm.manifest(
        '[vm.db]\nports = ["15432:5432"]\n[vm.app]\negress = ["git.example.com"]\ndepends_on = ["db"]\nreach = ["db:5432"]\n'
    )
    result = dvm.run("apply", "-y")
    assert result.code == 3
    assert "DVM315" in result.err + result.out
    dvm.manifest("[vm.app]\n")
    assert dvm.run("apply", "-y").code == 0
    assert dvm.run("plan", "--detailed-exitcode").code == 0
    dvm.manifest('[vm.app]\negress = "none"\n')
    assert dvm.run("plan").code == 3
    assert "DVM315" in dvm.run("ssh", "app", "--", "true").err
