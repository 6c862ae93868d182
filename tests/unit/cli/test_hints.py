"""What to type instead of an option that is not there."""

from __future__ import annotations

import pytest

from tests.conftest import Dvm


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("apply --dry-run", "`dvm plan` shows what it would do; `DVM_DRY_RUN=1 dvm apply …`"),
        ("sync app --dry-run", "`DVM_DRY_RUN=1 dvm sync …`"),
        ("apply --yes", "-y (--auto-approve)"),
        ("apply --out x", "`dvm plan --out FILE`"),
        ("--version", "`dvm version` tells it."),
        ("plan -out=x", "--out FILE saves the plan."),
        ("apply --force", "No option makes an apply go on"),
        ("destroy", "No such command 'destroy'. `dvm rm VM` deletes one VM"),
        ("exec app ls", "`dvm ssh VM -- COMMAND…` runs one."),
        ("help", "`dvm --help` shows all commands."),
        ("ssh app ls -l", "stands behind `--`: `dvm ssh VM -- COMMAND…`."),
        ("ssh app mysql --password=hunter2", "No such option: --password. "),
    ],
)
def test_what_people_type_is_answered(dvm: Dvm, words: str, said: str) -> None:
    result = dvm.run(*words.split())
    assert result.code == 64
    assert said in result.err
    assert "--prune" not in result.err
    assert "hunter2" not in result.err
    assert dvm.calls() == []


@pytest.mark.parametrize("words", ["plan --nothing", "ssh --nothing app", "review --nothing"])
def test_an_option_that_nobody_means_has_no_hint(dvm: Dvm, words: str) -> None:
    result = dvm.run(*words.split())
    assert result.code == 64
    assert "instead" not in result.err
    assert result.err.startswith("Error: No such option: --nothing\n")


def test_an_option_that_lacks_its_value_is_another_mistake(dvm: Dvm) -> None:
    result = dvm.run("ssh", "app", "--env")
    assert result.code == 64
    assert "requires an argument" in result.err
    assert "No such option" not in result.err
